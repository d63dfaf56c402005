// Package roundtrip carries HTTP/1.1 requests to a server nearby, each from its
// first to its last byte in the goroutine that makes it. The standard library's
// transport hands each request to one goroutine and its answer to another, which
// costs more than the request itself when the server is on the same machine.
package roundtrip

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"sync"
	"time"
)

const (
	// maxIdle is how many connections are kept.
	maxIdle = 512
	// idleTime is how long one is kept without a request. Asterisk closes its own
	// after 15 s (session_keep_alive), and a request that crosses the closing is
	// lost.
	idleTime = 10 * time.Second
	// maxAnswer is more than Asterisk says of 50,000 channels.
	maxAnswer = 64 << 20
	// maxInterim is how many interim answers (1xx) may come before the answer, as
	// in net/http.
	maxInterim = 5
)

var errTooLong = fmt.Errorf("it is longer than %d MiB", maxAnswer>>20)

// Transport is an http.RoundTripper that keeps connections. It reads answers to
// their end, so that their bodies need not be closed, and uses no proxy. Its zero
// value is ready.
type Transport struct {
	// DialTimeout limits the opening of a connection; 0 means the request's own limit.
	DialTimeout time.Duration
	// TLS is for https; nil means the machine's own authorities.
	TLS *tls.Config

	mu      sync.Mutex
	idle    []*conn // the last used one is last
	sweeper *time.Timer
}

var _ http.RoundTripper = (*Transport)(nil)

// RoundTrip implements http.RoundTripper.
func (t *Transport) RoundTrip(r *http.Request) (*http.Response, error) {
	return t.Until(r, time.Time{})
}

// Until is RoundTrip with a deadline, which costs less than a context's. Zero
// means none but the context's; the earlier one counts.
func (t *Transport) Until(r *http.Request, deadline time.Time) (*http.Response, error) {
	ctx := r.Context()
	if d, ok := ctx.Deadline(); ok && (deadline.IsZero() || d.Before(deadline)) {
		deadline = d
	}
	c, err := t.take(r, deadline)
	if err != nil {
		return nil, notSent(r, err)
	}
	res, err := t.exchange(c, r)
	if err == nil || expired(ctx, err) || !mayRepeat(c, r) {
		return res, failure(ctx, err)
	}
	if r, err = rewound(r); err != nil {
		return nil, err
	}
	if c, err = t.dial(r, deadline); err != nil {
		return nil, notSent(r, err)
	}
	res, err = t.exchange(c, r)
	return res, failure(ctx, err)
}

// mayRepeat says whether a request that failed on c may be sent again. The rule
// is net/http's: only on a connection that had served before, so that its server
// may have closed it as idle; and only a request of which nothing at all was
// written, or one that changes nothing (GET and the like) of whose answer nothing
// came. A POST of which a byte was written may have been done.
func mayRepeat(c *conn, r *http.Request) bool {
	if !c.reused || r.Body != nil && r.Body != http.NoBody && r.GetBody == nil {
		return false
	}
	if c.written == 0 {
		return true
	}
	switch r.Method {
	case "", http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodTrace:
		return !c.answered
	}
	return false
}

// rewound gives the request with its body from the beginning.
func rewound(r *http.Request) (*http.Request, error) {
	if r.GetBody == nil {
		return r, nil
	}
	body, err := r.GetBody()
	if err != nil {
		return nil, err
	}
	again := *r
	again.Body = body
	return &again, nil
}

// notSent closes the body of a request that no connection was found for.
func notSent(r *http.Request, err error) error {
	if r.Body != nil {
		_ = r.Body.Close()
	}
	return failure(r.Context(), err)
}

func expired(ctx context.Context, err error) bool {
	return ctx.Err() != nil || errors.Is(err, os.ErrDeadlineExceeded)
}

// failure says what ended a request: the context before the connection's error,
// which is only its consequence.
func failure(ctx context.Context, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.Is(err, os.ErrDeadlineExceeded):
		return context.DeadlineExceeded // by the connection's clock, before the context's
	}
	return err
}

// exchange sends a request over c and reads the answer; c is kept or closed.
func (t *Transport) exchange(c *conn, r *http.Request) (*http.Response, error) {
	// Were it stopped too late, the deadline that it sets could meet the next request.
	undisturbed := func() bool { return true }
	if r.Context().Done() != nil {
		undisturbed = context.AfterFunc(r.Context(), c.interrupt)
	}
	res, err := c.roundTrip(r)
	if calm := undisturbed(); calm && err == nil && !r.Close && !res.Close && c.in.Buffered() == 0 {
		t.keep(c)
	} else {
		_ = c.Close() // all that was wanted of it is there, or lost
	}
	return res, err
}

// roundTrip sends a request and reads the whole answer.
func (c *conn) roundTrip(r *http.Request) (*http.Response, error) {
	c.written, c.answered = 0, false
	err := r.Write(c.out)
	if err == nil {
		err = c.out.Flush()
	}
	if err != nil {
		return nil, fmt.Errorf("sending a request: %w", err)
	}
	if _, err := c.in.Peek(1); err != nil {
		return nil, fmt.Errorf("the server ended the connection without an answer: %w", err)
	}
	c.answered = true
	for range maxInterim + 1 {
		res, err := http.ReadResponse(c.in, r)
		switch {
		case err != nil:
			return nil, fmt.Errorf("reading an answer: %w", err)
		case res.StatusCode == http.StatusSwitchingProtocols:
			return nil, errors.New("the server changed the protocol unasked")
		case res.StatusCode >= 200:
			if err := readBody(res); err != nil {
				return nil, err
			}
			return res, nil
		}
	}
	return nil, errors.New("the server sent too many interim answers")
}

// readBody reads an answer's body to its end and puts it into memory.
func readBody(res *http.Response) error {
	if res.Body == http.NoBody {
		return nil
	}
	var body []byte
	var err error
	switch n := res.ContentLength; {
	case n > maxAnswer:
		err = errTooLong
	case n >= 0:
		body = make([]byte, n)
		_, err = io.ReadFull(res.Body, body)
	default:
		if body, err = io.ReadAll(io.LimitReader(res.Body, maxAnswer+1)); len(body) > maxAnswer {
			err = errTooLong
		}
	}
	if err != nil {
		return fmt.Errorf("reading an answer's body: %w", err)
	}
	res.Body = io.NopCloser(bytes.NewReader(body))
	return nil
}

// keep puts a connection back for the next request.
func (t *Transport) keep(c *conn) {
	c.reused, c.since = true, time.Now()
	t.mu.Lock()
	t.idle = append(t.idle, c)
	var oldest []*conn
	if n := len(t.idle) - maxIdle; n > 0 {
		oldest = t.cut(n)
	}
	if t.sweeper == nil {
		t.sweeper = time.AfterFunc(idleTime, t.sweep)
	}
	t.mu.Unlock()
	closeAll(oldest)
}

// cut takes the n longest idle ones out.
func (t *Transport) cut(n int) []*conn {
	gone := slices.Clone(t.idle[:n])
	t.idle = slices.Delete(t.idle, 0, n)
	return gone
}

// sweep closes what has been idle for long, and comes again while there is more.
func (t *Transport) sweep() {
	now := time.Now()
	t.mu.Lock()
	n := 0
	for n < len(t.idle) && t.idle[n].stale(now) {
		n++
	}
	gone := t.cut(n)
	t.sweeper = nil
	if len(t.idle) > 0 {
		t.sweeper = time.AfterFunc(t.idle[0].since.Add(idleTime).Sub(now), t.sweep)
	}
	t.mu.Unlock()
	closeAll(gone)
}

// CloseIdleConnections closes all that no request is using.
func (t *Transport) CloseIdleConnections() {
	t.mu.Lock()
	gone := t.cut(len(t.idle))
	t.mu.Unlock()
	closeAll(gone)
}

func closeAll(conns []*conn) {
	for _, c := range conns {
		_ = c.Close() // nothing is under way on it
	}
}
