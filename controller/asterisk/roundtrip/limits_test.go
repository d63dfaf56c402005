package roundtrip_test

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ringdesk/controller/asterisk/roundtrip"
)

// A server that does not answer is waited for until the deadline or the cancel, and
// the error says which; the connection is never used again.
func TestWaiting_SYS_1(t *testing.T) {
	ours := errors.New("the call has ended")
	for name, c := range map[string]struct {
		ctx   func(context.Context) (context.Context, context.CancelFunc)
		until time.Duration
		want  error
	}{
		"context's deadline": {
			ctx: func(ctx context.Context) (context.Context, context.CancelFunc) {
				return context.WithTimeout(ctx, 20*time.Millisecond)
			},
			want: context.DeadlineExceeded,
		},
		"request's deadline": {ctx: context.WithCancel, until: 20 * time.Millisecond, want: context.DeadlineExceeded},
		"the later of both does not count": {
			ctx: func(ctx context.Context) (context.Context, context.CancelFunc) {
				return context.WithTimeout(ctx, time.Hour)
			},
			until: 20 * time.Millisecond, want: context.DeadlineExceeded,
		},
		"cancelled": {want: ours},
	} {
		t.Run(name, func(t *testing.T) {
			there, release := make(chan struct{}, 1), make(chan struct{})
			s := serve(t, func(w io.Writer, r *http.Request, n int) bool {
				if n == 2 {
					there <- struct{}{}
					<-release
				}
				return echo(w, r, n)
			})
			tr := transport(t)
			must(t, tr, request(t, "GET", s.address, "")) // the next one is on a kept connection
			ctx, cancel := context.WithCancelCause(t.Context())
			defer cancel(nil)
			if c.ctx != nil {
				limited, done := c.ctx(ctx)
				defer done()
				ctx = limited
			} else {
				go func() {
					<-there
					cancel(ours)
				}()
			}
			var deadline time.Time
			if c.until > 0 {
				deadline = time.Now().Add(c.until)
			}
			_, err := tr.Until(request(t, "GET", s.address, "").WithContext(ctx), deadline)
			if !errors.Is(err, c.want) {
				t.Errorf("error %v, want %v", err, c.want)
			}
			close(release)
			s.waitEnd(t)
			if tr.Idle() != 0 || s.opened.Load() != 1 || s.requests.Load() > 2 {
				t.Errorf("%d kept, %d opened, %d requests", tr.Idle(), s.opened.Load(), s.requests.Load())
			}
			must(t, tr, request(t, "GET", s.address, "")) // as if nothing had been
		})
	}
}

// closing tells whether a request's body was closed.
type closing struct {
	io.Reader
	closed atomic.Bool
}

func (c *closing) Close() error {
	c.closed.Store(true)
	return nil
}

// What cannot be sent says why, and its body is closed all the same.
func TestNotSent_SYS_1(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := "http://" + l.Addr().String()
	_ = l.Close()
	s := serve(t, echo)
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	for name, c := range map[string]struct {
		ctx     context.Context
		address string
		is      error
		says    string
	}{
		"nobody there":      {t.Context(), nobody, nil, "connection refused"},
		"cancelled before":  {cancelled, s.address, context.Canceled, ""},
		"not HTTP":          {t.Context(), "ftp://127.0.0.1", nil, "ftp://127.0.0.1"},
		"no server in it":   {t.Context(), "http:///x", nil, "http:///x"},
		"HTTP for an HTTPS": {t.Context(), "https" + strings.TrimPrefix(s.address, "http"), nil, "TLS"},
	} {
		t.Run(name, func(t *testing.T) {
			body := &closing{Reader: strings.NewReader("x")}
			r, err := http.NewRequestWithContext(c.ctx, http.MethodPost, c.address, body)
			if err != nil {
				t.Fatal(err)
			}
			_, err = transport(t).Until(r, time.Now().Add(time.Minute))
			if err == nil || c.is != nil && !errors.Is(err, c.is) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("error %v", err)
			}
			if !body.closed.Load() {
				t.Error("the body stays open")
			}
		})
	}
	if s.requests.Load() != 0 {
		t.Error("the server got a request")
	}
}

// Connections that nobody needs for a while are closed, the others stay.
func TestIdleTime_SYS_1(t *testing.T) {
	both := make(chan struct{})
	s := serve(t, func(w io.Writer, r *http.Request, n int) bool {
		if n == 2 {
			close(both)
		}
		<-both
		return echo(w, r, n)
	})
	tr := transport(t)
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() { _, _, _ = say(t, tr, request(t, "GET", s.address, "")) })
	}
	wg.Wait()
	if tr.Idle() != 2 {
		t.Fatalf("%d kept, want 2", tr.Idle())
	}
	tr.Age(1, 11*time.Second)
	tr.Sweep()
	s.waitEnd(t)
	if tr.Idle() != 1 {
		t.Errorf("%d kept, want 1", tr.Idle())
	}
	tr.Age(1, 11*time.Second)
	must(t, tr, request(t, "POST", s.address, "")) // not on the old one, which the server is about to close
	s.waitEnd(t)
	if n := s.opened.Load(); n != 3 || tr.Idle() != 1 {
		t.Errorf("%d opened, %d kept, want 3 and 1", n, tr.Idle())
	}
	tr.CloseIdleConnections()
	s.waitEnd(t)
}

// Many requests at once, some of which give up, each get their own answer, and
// leave neither connections nor goroutines.
func TestManyAtOnce_SYS_1(t *testing.T) {
	const requests, rounds = 1000, 3
	before := runtime.NumGoroutine()
	var open atomic.Int32
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body) // who gave up is not answered
		_, _ = io.WriteString(w, r.URL.Path+" "+string(body))
	}))
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		switch state {
		case http.StateNew:
			open.Add(1)
		case http.StateClosed:
			open.Add(-1)
		}
	}
	s.Start()
	tr := new(roundtrip.Transport)
	var wg sync.WaitGroup
	for n := range requests {
		wg.Go(func() {
			for range rounds {
				ctx, cancel := context.WithCancel(t.Context())
				if n%4 == 0 {
					go cancel() // before, while or after it is answered
				}
				text := strings.Repeat("x", n)
				_, got, err := say(t, tr, request(t, "POST", s.URL+"/"+text, text).WithContext(ctx))
				cancel()
				if want := "/" + text + " " + text; err == nil && got != want {
					t.Errorf("somebody else's answer, of %d bytes instead of %d", len(got), len(want))
				} else if err != nil && n%4 != 0 {
					t.Errorf("request %d: %v", n, err)
				}
			}
		})
	}
	wg.Wait()
	if n := tr.Idle(); n == 0 || n > roundtrip.MaxIdle {
		t.Errorf("%d kept, want 1 to %d", n, roundtrip.MaxIdle)
	}
	tr.CloseIdleConnections()
	eventually(t, "all connections closed", func() bool { return open.Load() == 0 })
	s.Close()
	eventually(t, "all goroutines ended", func() bool { return runtime.NumGoroutine() <= before })
}

// HTTPS is HTTPS: kept as well, and only with a server whose certificate is good.
func TestTLS_SYS_1(t *testing.T) {
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, r.RemoteAddr) }))
	s.Config.ErrorLog = log.New(io.Discard, "", 0) // the refusal below
	s.StartTLS()
	defer s.Close()
	if _, _, err := say(t, transport(t), request(t, "GET", s.URL, "")); err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("a stranger's certificate: %v", err)
	}
	tr := transport(t)
	tr.TLS = &tls.Config{RootCAs: s.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs}
	first := must(t, tr, request(t, "GET", s.URL, ""))
	if second := must(t, tr, request(t, "POST", s.URL, "x")); second != first {
		t.Errorf("connections from %s and %s, want one", first, second)
	}
}
