package roundtrip

import (
	"bufio"
	"cmp"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"syscall"
	"time"
)

// conn is a connection to a server, in use by at most one request.
type conn struct {
	net.Conn
	scheme, host string
	raw          syscall.RawConn // of the TCP connection below
	in           *bufio.Reader
	out          *bufio.Writer // bigger than nearly all requests: each is one write

	reused   bool      // it has served a request
	since    time.Time // idle
	written  int       // bytes of the request that is under way
	answered bool      // the answer to it has begun
}

// counting counts what a request has written.
type counting struct{ *conn }

func (w counting) Write(b []byte) (int, error) {
	n, err := w.Conn.Write(b)
	w.written += n
	return n, err
}

// take gives a kept connection that its server has not closed, or a new one.
func (t *Transport) take(r *http.Request, deadline time.Time) (*conn, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	for {
		c := t.pick(r)
		if c == nil {
			return t.dial(r, deadline)
		}
		if !c.stale(time.Now()) && c.SetDeadline(deadline) == nil && c.quiet() {
			return c, nil
		}
		_ = c.Close() // the server has done so, or will soon
	}
}

// pick takes the last used connection to the request's server out of the kept ones.
func (t *Transport) pick(r *http.Request) *conn {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i, c := range slices.Backward(t.idle) {
		if c.host == r.URL.Host && c.scheme == r.URL.Scheme {
			t.idle = slices.Delete(t.idle, i, i+1)
			return c
		}
	}
	return nil
}

// dial opens a connection.
func (t *Transport) dial(r *http.Request, deadline time.Time) (*conn, error) {
	port := map[string]string{"http": "80", "https": "443"}[r.URL.Scheme]
	if port == "" || r.URL.Host == "" {
		return nil, errors.New("not an address of HTTP or HTTPS: " + r.URL.Redacted())
	}
	d := net.Dialer{Timeout: t.DialTimeout, Deadline: deadline, KeepAlive: 15 * time.Second}
	below, err := d.DialContext(r.Context(), "tcp", net.JoinHostPort(r.URL.Hostname(), cmp.Or(r.URL.Port(), port)))
	if err != nil {
		return nil, err
	}
	c := &conn{Conn: below, scheme: r.URL.Scheme, host: r.URL.Host}
	if c.raw, err = below.(syscall.Conn).SyscallConn(); err == nil {
		err = below.SetDeadline(deadline)
	}
	if err == nil && c.scheme == "https" {
		config := t.TLS.Clone() // nil gives nil
		if config == nil {
			config = new(tls.Config)
		}
		config.ServerName = r.URL.Hostname()
		secured := tls.Client(below, config)
		c.Conn = secured
		if err = secured.HandshakeContext(r.Context()); err != nil {
			err = fmt.Errorf("opening TLS to %s: %w", r.URL.Host, err)
		}
	}
	if err != nil {
		_ = below.Close()
		return nil, err
	}
	c.in, c.out = bufio.NewReader(c.Conn), bufio.NewWriter(counting{c})
	return c, nil
}

// interrupt makes the request that is under way fail at once.
func (c *conn) interrupt() { _ = c.SetDeadline(time.Unix(1, 0)) }

func (c *conn) stale(now time.Time) bool { return now.Sub(c.since) >= idleTime }

// quiet says that nothing came since the last answer: neither the connection's
// end nor anything else, after which it could not be trusted.
func (c *conn) quiet() bool {
	quiet := false
	err := c.raw.Read(func(fd uintptr) bool {
		var b [1]byte
		_, err := syscall.Read(int(fd), b[:]) // never waits: the runtime's sockets do not block
		quiet = errors.Is(err, syscall.EAGAIN)
		return true
	})
	return err == nil && quiet
}
