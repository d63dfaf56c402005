package roundtrip_test

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"ringdesk/controller/asterisk/roundtrip"
)

// server answers requests by a script, on real connections.
type server struct {
	address  string
	opened   atomic.Int32 // connections
	requests atomic.Int32
	ended    chan struct{} // a value for each connection that is closed on both sides
}

// serve starts a server. answer gets each request, with its number from 1, and
// writes what it likes; false closes the connection.
func serve(t *testing.T, answer func(w io.Writer, r *http.Request, n int) bool) *server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &server{address: "http://" + l.Addr().String(), ended: make(chan struct{}, 1000)}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			s.opened.Add(1)
			go s.talk(c, answer)
		}
	}()
	return s
}

func (s *server) talk(c net.Conn, answer func(w io.Writer, r *http.Request, n int) bool) {
	defer func() { s.ended <- struct{}{} }()
	defer c.Close()
	in := bufio.NewReader(c)
	for {
		r, err := http.ReadRequest(in)
		if err != nil {
			return
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		if !answer(c, r, int(s.requests.Add(1))) {
			return
		}
	}
}

// echo answers with the request's method, path and body.
func echo(w io.Writer, r *http.Request, _ int) bool {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return false
	}
	text := r.Method + " " + r.URL.Path + " " + string(body)
	res := http.Response{StatusCode: http.StatusOK, ProtoMajor: 1, ProtoMinor: 1, ContentLength: int64(len(text)), Body: io.NopCloser(strings.NewReader(text))}
	return res.Write(w) == nil
}

func transport(t *testing.T) *roundtrip.Transport {
	tr := new(roundtrip.Transport)
	t.Cleanup(tr.CloseIdleConnections)
	return tr
}

func request(t *testing.T, method, address, body string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// say sends a request and gives the answer's status and body.
func say(t *testing.T, tr *roundtrip.Transport, r *http.Request) (int, string, error) {
	t.Helper()
	res, err := tr.RoundTrip(r)
	if err != nil {
		if res != nil {
			t.Error("an answer and an error")
		}
		return 0, "", err
	}
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Errorf("an answer that was not read to its end: %v", err)
	}
	return res.StatusCode, string(body), nil
}

// must is say for a request that succeeds.
func must(t *testing.T, tr *roundtrip.Transport, r *http.Request) string {
	t.Helper()
	_, body, err := say(t, tr, r)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func (s *server) waitEnd(t *testing.T) {
	t.Helper()
	select {
	case <-s.ended:
	case <-time.After(30 * time.Second):
		t.Fatal("the connection stays open")
	}
}

func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); !holds(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("waited in vain: " + what)
		}
	}
}

// One connection serves many requests, bodies larger than a write's buffer, too.
func TestKeptConnection_SYS_1(t *testing.T) {
	s, tr := serve(t, echo), transport(t)
	for _, c := range []struct{ method, body string }{
		{"GET", ""}, {"POST", `{"app":"x"}`}, {"PUT", strings.Repeat("long ", 20_000)}, {"DELETE", ""}, {"POST", ""},
	} {
		if got, want := must(t, tr, request(t, c.method, s.address+"/a/b?c=d", c.body)), c.method+" /a/b "+c.body; got != want {
			t.Errorf("got %.80q, want %.80q", got, want)
		}
	}
	if n := s.opened.Load(); n != 1 {
		t.Errorf("%d connections for 5 requests", n)
	}
	other := serve(t, echo)
	must(t, tr, request(t, "GET", other.address, ""))
	if tr.Idle() != 2 || other.opened.Load() != 1 {
		t.Errorf("%d kept of two servers, %d opened to the second", tr.Idle(), other.opened.Load())
	}
}

// A kept connection that its server has closed, or said something on, fails
// nobody: not even a request that must not be repeated.
func TestClosedByServer_SYS_1(t *testing.T) {
	for name, last := range map[string]func(io.Writer){
		"closed": func(io.Writer) {},
		"noise":  func(w io.Writer) { _, _ = io.WriteString(w, "HTTP/1.1 408 Request Timeout\r\n\r\n") },
	} {
		t.Run(name, func(t *testing.T) {
			idle := make(chan struct{})
			s := serve(t, func(w io.Writer, r *http.Request, n int) bool {
				echo(w, r, n)
				if n == 1 {
					<-idle
					last(w)
				}
				return n != 1
			})
			tr := transport(t)
			must(t, tr, request(t, "GET", s.address, ""))
			close(idle)
			eventually(t, "the connection's end", tr.EndSeen)
			if got := must(t, tr, request(t, "POST", s.address+"/x", "1")); got != "POST /x 1" {
				t.Errorf("got %q", got)
			}
			if s.requests.Load() != 2 || s.opened.Load() != 2 {
				t.Errorf("%d requests on %d connections, want 2 on 2", s.requests.Load(), s.opened.Load())
			}
		})
	}
}

// What may have been done is not sent twice; see mayRepeat.
func TestRepeats_SYS_1(t *testing.T) {
	nothing := func(io.Writer) {}
	half := func(w io.Writer) { _, _ = io.WriteString(w, "HTTP/1.1 200 OK\r\nContent-Le") }
	for name, c := range map[string]struct {
		method   string
		lost     func(io.Writer) // the answer before the connection ends
		before   int             // requests on the connection before
		broken   bool            // nothing can be written
		requests int32           // that come to the server after these
		fails    bool
	}{
		"a query, on a kept connection":        {method: "GET", lost: nothing, before: 1, requests: 2},
		"a query, on a new connection":         {method: "GET", lost: nothing, requests: 1, fails: true},
		"a query with half an answer":          {method: "GET", lost: half, before: 1, requests: 1, fails: true},
		"a command, on a kept connection":      {method: "POST", lost: nothing, before: 1, requests: 1, fails: true},
		"a command with half an answer":        {method: "POST", lost: half, before: 1, requests: 1, fails: true},
		"a deletion, on a kept connection":     {method: "DELETE", lost: nothing, before: 1, requests: 1, fails: true},
		"a command of which nothing went out":  {method: "POST", lost: nothing, before: 1, broken: true, requests: 1, fails: true},
		"a command that only the new one gets": {method: "POST", before: 1, broken: true, requests: 1},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, func(w io.Writer, r *http.Request, n int) bool {
				if n == c.before+1 && c.lost != nil {
					c.lost(w)
					return false
				}
				return echo(w, r, n)
			})
			tr := transport(t)
			for range c.before {
				must(t, tr, request(t, "GET", s.address, ""))
			}
			if c.broken {
				tr.BreakWriting()
			}
			_, got, err := say(t, tr, request(t, c.method, s.address+"/x", "body"))
			if c.fails != (err != nil) {
				t.Errorf("error %v", err)
			}
			if want := c.method + " /x body"; !c.fails && got != want {
				t.Errorf("got %q, want %q", got, want)
			}
			if n := s.requests.Load() - int32(c.before); n != c.requests {
				t.Errorf("the server got it %d times, want %d", n, c.requests)
			}
		})
	}
}

// Every form of an answer is read to its end, and only a connection with nothing
// left on it is kept.
func TestAnswers_SYS_1(t *testing.T) {
	for name, c := range map[string]struct {
		method, answer string
		status         int
		body           string
		kept           int
		fails          bool
	}{
		"nothing in it":        {answer: "HTTP/1.1 204 No Content\r\n\r\n", status: 204, kept: 1},
		"length 0":             {answer: "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", status: 200, kept: 1},
		"a refusal":            {answer: "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}", status: 404, body: "{}", kept: 1},
		"in chunks":            {answer: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", status: 200, body: "abcde", kept: 1},
		"only a header":        {method: "HEAD", answer: "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n", status: 200, kept: 1},
		"the last one":         {answer: "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nab", status: 200, body: "ab"},
		"to the end":           {answer: "HTTP/1.0 200 OK\r\n\r\nall of it", status: 200, body: "all of it"},
		"an interim one first": {answer: "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab", status: 200, body: "ab", kept: 1},
		"interim ones only":    {answer: strings.Repeat("HTTP/1.1 102 Processing\r\n\r\n", 10), fails: true},
		"another protocol":     {answer: "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", fails: true},
		"more than was said":   {answer: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nabcd", status: 200, body: "ab"},
		"half a body":          {answer: "HTTP/1.1 200 OK\r\nContent-Length: 200\r\n\r\nhalf", fails: true},
		"half a chunk":         {answer: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n30\r\nabc", fails: true},
		"half a header":        {answer: "HTTP/1.1 200 OK\r\nContent-Le", fails: true},
		"no HTTP":              {answer: "SIP/2.0 200 OK\r\n\r\n", fails: true},
		"far too long":         {answer: "HTTP/1.1 200 OK\r\nContent-Length: 67108865\r\n\r\n", fails: true},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, func(w io.Writer, _ *http.Request, _ int) bool {
				_, err := io.WriteString(w, c.answer)
				return err == nil && c.kept > 0
			})
			tr := transport(t)
			status, body, err := say(t, tr, request(t, c.method, s.address, ""))
			if c.fails != (err != nil) || status != c.status || body != c.body {
				t.Errorf("%d %q, %v; want %d %q", status, body, err, c.status, c.body)
			}
			if tr.Idle() != c.kept {
				t.Errorf("%d connections kept, want %d", tr.Idle(), c.kept)
			}
		})
	}
}
