// Package esl is a link to FreeSWITCH's event socket that can be relied on.
//
// It uses github.com/percipia/eslgo for the protocol and works around what was
// measured of v1.5.1: events run in goroutines of their own and overtake each
// other (order.go), replies are not matched to commands (commands.go), dialling
// can hang for ever and a broken connection is noticed late or never (this file
// and events.go).
package esl

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"strings"
	"sync"
	"time"

	"github.com/percipia/eslgo"
)

// Errors that dialling again cannot mend.
var (
	// ErrLogin means that FreeSWITCH refused the password.
	ErrLogin = errors.New("FreeSWITCH refused the password")
	// ErrAccess means that FreeSWITCH takes no connections from our address.
	ErrAccess = errors.New("FreeSWITCH refuses our address")
)

// errGone stands for a connection that ended without a word.
var errGone = errors.New("the connection to FreeSWITCH is lost")

// Options says how to reach the event socket.
type Options struct {
	Address  string // host:port
	Password string
	// Timeout is the longest that connecting, or one command, may take.
	Timeout time.Duration
}

// conn is one connection of the library, with a watch on it.
type conn struct {
	*eslgo.Conn
	ctx  context.Context // ends, with the cause, when the connection is no good any more
	lose context.CancelCauseFunc
}

// dial connects and logs in within the context's time. The library can do
// neither in bounded time (v1.5.1: a refusal by access list hangs it for ever,
// and leaks the connection), so a first connection of our own looks at the
// greeting, and the library's is made aside.
func dial(ctx context.Context, opt Options) (*conn, error) {
	ctx, cancel := context.WithTimeout(ctx, opt.Timeout)
	defer cancel()
	if err := greet(ctx, opt.Address); err != nil {
		return nil, err
	}
	c := &conn{}
	c.ctx, c.lose = context.WithCancelCause(context.WithoutCancel(ctx))
	lib := eslgo.InboundOptions{
		Options: eslgo.Options{Context: context.WithoutCancel(ctx), Logger: watch{c.lose}, ExitTimeout: time.Second},
		Network: "tcp", Password: opt.Password, AuthTimeout: opt.Timeout,
		OnDisconnect: func() { c.lose(errGone) },
	}
	type dialled struct {
		conn *eslgo.Conn
		err  error
	}
	done := make(chan dialled, 1)
	go func() {
		lc, err := lib.Dial(opt.Address)
		done <- dialled{lc, err}
	}()
	abandon := func(err error) (*conn, error) {
		c.lose(err)
		go func() {
			if d := <-done; d.conn != nil {
				d.conn.Close()
			}
		}()
		return nil, err
	}
	select {
	case d := <-done:
		if d.err != nil {
			c.lose(d.err)
			return nil, loginError(d.err)
		}
		c.Conn = d.conn
		return c, nil
	case <-c.ctx.Done():
		// A refused password ends the connection, too, before the library says so.
		select {
		case d := <-done:
			if d.err != nil {
				return nil, loginError(d.err)
			}
			d.conn.Close()
			return nil, context.Cause(c.ctx)
		case <-time.After(lastWords):
		case <-ctx.Done():
		}
		return abandon(context.Cause(c.ctx))
	case <-ctx.Done():
		return abandon(ctx.Err())
	}
}

// lastWords is how long the library may take to say why it hung up: it says
// goodbye to FreeSWITCH first (ExitTimeout).
const lastWords = 1500 * time.Millisecond

// loginError tells a refused password from a broken connection.
func loginError(err error) error {
	if strings.HasPrefix(err.Error(), "failed to auth") {
		return ErrLogin
	}
	return err
}

// greet looks at how FreeSWITCH greets us, and hangs up.
func greet(ctx context.Context, address string) error {
	var d net.Dialer
	c, err := d.DialContext(ctx, "tcp", address)
	if err != nil {
		return err
	}
	defer c.Close()
	if deadline, ok := ctx.Deadline(); ok {
		if err := c.SetDeadline(deadline); err != nil {
			return err
		}
	}
	header, err := textproto.NewReader(bufio.NewReader(c)).ReadMIMEHeader()
	switch kind := header.Get("Content-Type"); {
	case kind == eslgo.TypeAuthRequest:
		return nil
	case kind == "text/rude-rejection":
		return ErrAccess
	case err != nil:
		return fmt.Errorf("waiting for FreeSWITCH's greeting: %w", err)
	default:
		return fmt.Errorf("%s greets with %q, which is no event socket", address, kind)
	}
}

// watch is the library's logger. All that it warns of is an event or reply that
// it throws away, or its end, which it tells nobody else.
type watch struct{ lose context.CancelCauseFunc }

func (watch) Debug(string, ...any) {}
func (watch) Info(string, ...any)  {}
func (w watch) Warn(format string, args ...any) {
	text := strings.TrimSpace(fmt.Sprintf(format, args...))
	w.lose(fmt.Errorf("%w: %.200s", errGone, text))
}
func (w watch) Error(format string, args ...any) { w.Warn(format, args...) }

// send sends one command and waits for its reply. Only one may be under way on
// a connection; after an error the connection must not be used again.
func (c *conn) send(ctx context.Context, m message) (*eslgo.RawResponse, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stop := context.AfterFunc(c.ctx, cancel)
	defer stop()
	r, err := c.SendCommand(ctx, m)
	if err != nil && c.ctx.Err() != nil {
		return nil, context.Cause(c.ctx)
	}
	return r, err
}

// close ends the connection without waiting: the library's Close can take
// seconds.
func (c *conn) close(err error) {
	c.lose(err)
	go c.Close()
}

// message is one command as it goes over the wire, without its end.
type message string

// BuildMessage implements the library's command.
func (m message) BuildMessage() string { return string(m) }

// pool keeps connections that are not in use.
type pool struct {
	mu   sync.Mutex
	idle []*conn
}

// take gives a connection that is still good, or nil.
func (p *pool) take() *conn {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.idle) > 0 {
		c := p.idle[len(p.idle)-1]
		p.idle = p.idle[:len(p.idle)-1]
		if c.ctx.Err() == nil {
			return c
		}
		go c.Close()
	}
	return nil
}

func (p *pool) put(c *conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.idle = append(p.idle, c)
}

func (p *pool) closeAll() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.idle {
		c.close(errGone)
	}
	p.idle = nil
}
