package esl

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/percipia/eslgo"
)

// Events is one connection that carries events, in order.
type Events struct {
	C    <-chan *eslgo.Event // closed when the link has ended
	conn *conn
	mu   sync.Mutex // one command at a time
}

// Subscribe connects and asks for events. limit is how many may wait for a slow
// receiver before the link is given up. names are those of "event plain", with
// CUSTOM and its subclasses last.
func Subscribe(ctx context.Context, opt Options, limit int, names ...string) (*Events, error) {
	c, err := dial(ctx, opt)
	if err != nil {
		return nil, err
	}
	out := make(chan *eslgo.Event, limit)
	s := newSequencer(out, c.lose)
	c.RegisterEventListener(eslgo.EventListenAll, s.push)
	context.AfterFunc(c.ctx, s.close)
	e := &Events{C: out, conn: c}
	ctx, cancel := context.WithTimeout(ctx, opt.Timeout)
	defer cancel()
	r, err := c.send(ctx, message("event plain "+strings.Join(names, " ")))
	if err == nil && !r.IsOk() {
		err = fmt.Errorf("FreeSWITCH does not send events: %q", r.GetReply())
	}
	if err != nil {
		e.Close()
		return nil, err
	}
	go e.nudge()
	return e, nil
}

// Context ends when the link is no good any more; its cause says why.
func (e *Events) Context() context.Context { return e.conn.ctx }

// Lose gives the link up.
func (e *Events) Lose(cause error) { e.conn.lose(cause) }

// Ask runs a command over the events' connection, which shows that it lives.
// Without a reply in time the link is given up.
func (e *Events) Ask(ctx context.Context, command string, timeout time.Duration) (string, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	r, err := e.conn.send(ctx, message("api "+command))
	if err != nil {
		err = fmt.Errorf("no answer to a probe: %w", err)
		e.conn.lose(err)
		return "", err
	}
	return parseReply(r.GetReply())
}

// Close ends the link.
func (e *Events) Close() { e.conn.lose(errClosed) }
