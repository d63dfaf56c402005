// Package esl is a link to FreeSWITCH's event socket that can be relied on.
//
// It uses github.com/percipia/eslgo for the protocol and works around what was
// measured of v1.5.1. A tap (tap.go) makes the connection to FreeSWITCH and
// stands before the library, which can hang for ever while it connects, notices
// a broken connection late or never, and cannot be closed safely. Events overtake
// each other in the library's goroutines and are put back in the order of the
// wire (order.go). Replies are not matched to commands, so that each command has
// a connection for itself (commands.go).
package esl

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
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

// errGone stands for a connection that ended, errClosed for one that we ended.
var (
	errGone   = errors.New("the connection to FreeSWITCH is lost")
	errClosed = errors.New("the connection to FreeSWITCH was closed")
)

// Options says how to reach the event socket.
type Options struct {
	Address  string // host:port
	Password string
	// Timeout is the longest that connecting, or one command, may take.
	Timeout time.Duration
}

// conn is one connection, as the library sees it.
type conn struct {
	*eslgo.Conn
	ctx context.Context // ends, with the cause, when the connection is no good any more
	// lose ends the connection, for the first cause that it is called with.
	lose context.CancelCauseFunc
	fs   net.Conn // to FreeSWITCH; only nudge writes past the library
	// active is told of events, if somebody listens.
	active chan struct{}
}

// dial connects and logs in within the context's time.
func dial(ctx context.Context, opt Options) (*conn, error) {
	ctx, cancel := context.WithTimeout(ctx, opt.Timeout)
	defer cancel()
	fs, err := connect(ctx, opt)
	if err != nil {
		return nil, err
	}
	c := &conn{fs: fs, active: make(chan struct{}, 1)}
	c.ctx, c.lose = context.WithCancelCause(context.Background())
	library, stop := context.WithCancel(context.Background())
	lib, far, err := attach(library, watch{c.lose})
	if err != nil {
		stop()
		fs.Close()
		return nil, err
	}
	c.Conn = lib
	t := &tap{fs: fs, lib: far, active: c.active}
	go func() { c.lose(t.run()) }()
	go func() {
		_, _ = io.Copy(fs, far) // the tap knows better why it failed
		c.lose(errGone)
	}()
	context.AfterFunc(c.ctx, func() {
		fs.Close()
		stop() // before the end of its connection, upon which the library would close it: see attach
		far.Close()
	})
	return c, nil
}

// watch is the library's logger. All that it warns of is an event or reply that
// it throws away, which it tells nobody else.
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

// message is one command as it goes over the wire, without its end.
type message string

// BuildMessage implements the library's command.
func (m message) BuildMessage() string { return string(m) }
