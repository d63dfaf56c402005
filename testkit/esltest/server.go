// Package esltest is an event socket for tests, which says and does what it is
// told, also what FreeSWITCH would never do.
package esltest

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Password is the one that a Server takes.
const Password = "let-me-in-please"

// Server is an event socket on the loopback.
type Server struct {
	listener   net.Listener
	handle     func(c *Conn, command string) bool
	greeting   func(c *Conn) bool
	sequence   atomic.Uint64
	emptyLines atomic.Int64
	wg         sync.WaitGroup

	mu      sync.Mutex
	conns   map[*Conn]bool
	changed chan struct{} // closed and replaced when a subscription comes or goes
}

// Option changes what a Server does.
type Option func(*Server)

// Handle makes a function see each command first; it says whether it has dealt
// with it.
func Handle(f func(c *Conn, command string) bool) Option { return func(s *Server) { s.handle = f } }

// Greet makes a function greet; it says whether the connection goes on.
func Greet(f func(c *Conn) bool) Option { return func(s *Server) { s.greeting = f } }

// Refuse greets as FreeSWITCH does those whom its access list forbids.
func Refuse(c *Conn) bool {
	c.Raw("Content-Type: text/rude-rejection\nContent-Length: 24\n\nAccess Denied, go away.\n")
	return false
}

// Silent says nothing at all.
func Silent(c *Conn) bool {
	_, _ = io.Copy(io.Discard, c.conn) // until the other side has enough
	return false
}

// New starts a Server; it ends with the test.
func New(t testing.TB, options ...Option) *Server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{listener: l, conns: make(map[*Conn]bool), changed: make(chan struct{})}
	s.greeting = func(c *Conn) bool { c.Raw("Content-Type: auth/request\n\n"); return true }
	for _, o := range options {
		o(s)
	}
	s.wg.Go(s.accept)
	t.Cleanup(func() {
		l.Close()
		s.CloseAll()
		s.wg.Wait()
	})
	return s
}

// Addr is the server's host:port.
func (s *Server) Addr() string { return s.listener.Addr().String() }

func (s *Server) accept() {
	for {
		nc, err := s.listener.Accept()
		if err != nil {
			return
		}
		c := &Conn{server: s, conn: nc, done: make(chan struct{})}
		s.mu.Lock()
		s.conns[c] = true
		s.mu.Unlock()
		s.wg.Go(c.serve)
	}
}

// CloseAll breaks all connections.
func (s *Server) CloseAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.conns {
		c.Close()
	}
}

// EmptyLines is how many came that end no command: FreeSWITCH passes them over,
// and then sends the events that wait.
func (s *Server) EmptyLines() int64 { return s.emptyLines.Load() }

// Open is how many connections there are.
func (s *Server) Open() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.conns)
}

// Listener waits for a connection that has subscribed to events.
func (s *Server) Listener(t testing.TB) *Conn {
	t.Helper()
	deadline := time.After(5 * time.Second)
	for {
		s.mu.Lock()
		changed := s.changed
		for c := range s.conns {
			if c.subscribed {
				s.mu.Unlock()
				return c
			}
		}
		s.mu.Unlock()
		select {
		case <-changed:
		case <-deadline:
			t.Fatal("nobody subscribed to events")
		}
	}
}

func (s *Server) subscription(c *Conn, on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.subscribed = on
	close(s.changed)
	s.changed = make(chan struct{})
}

// Conn is one connection to a Server.
type Conn struct {
	server     *Server
	conn       net.Conn
	done       chan struct{}
	once       sync.Once
	write      sync.Mutex
	subscribed bool // held by the server's mu
}

// Close breaks the connection.
func (c *Conn) Close() {
	c.once.Do(func() {
		close(c.done)
		c.conn.Close()
	})
}

// Done is closed when the connection is.
func (c *Conn) Done() <-chan struct{} { return c.done }

func (c *Conn) serve() {
	defer func() {
		c.Close()
		c.server.mu.Lock()
		delete(c.server.conns, c)
		c.server.mu.Unlock()
		c.server.subscription(c, false)
	}()
	if !c.server.greeting(c) {
		return
	}
	r := bufio.NewReader(c.conn)
	var lines []string
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimRight(line, "\r\n")
		if line != "" {
			lines = append(lines, line)
			continue
		}
		if len(lines) == 0 {
			c.server.emptyLines.Add(1)
			continue
		}
		c.answer(strings.Join(lines, "\n"))
		lines = nil
	}
}

// answer does what FreeSWITCH would, unless the test has other plans.
func (c *Conn) answer(command string) {
	if c.server.handle != nil && c.server.handle(c, command) {
		return
	}
	name, args, _ := strings.Cut(command, " ")
	switch name {
	case "auth":
		if args != Password {
			c.Reply("-ERR invalid")
			return
		}
		c.Reply("+OK accepted")
	case "event":
		c.Reply("+OK event listener enabled plain")
		c.server.subscription(c, true)
	case "api":
		c.API("+OK")
	case "bgapi":
		_, job, _ := strings.Cut(args, "Job-UUID: ")
		c.Reply("+OK Job-UUID: " + job)
	case "exit":
		c.Reply("+OK bye")
		c.Raw("Content-Type: text/disconnect-notice\nContent-Length: 0\n\n")
		c.Close()
	default:
		c.Reply("-ERR command not found")
	}
}

// Raw sends bytes as they are. A connection that is closed takes them silently.
func (c *Conn) Raw(text string) {
	c.write.Lock()
	defer c.write.Unlock()
	_, _ = c.conn.Write([]byte(text))
}

// Reply answers a command other than api.
func (c *Conn) Reply(text string) {
	c.Raw("Content-Type: command/reply\nReply-Text: " + text + "\n\n")
}

// API answers api.
func (c *Conn) API(body string) {
	c.Raw(fmt.Sprintf("Content-Type: api/response\nContent-Length: %d\n\n%s", len(body), body))
}

// Next gives the number of the next event.
func (s *Server) Next() uint64 { return s.sequence.Add(1) }

// Event writes an event as FreeSWITCH does: name, and pairs of header and value.
func (s *Server) Event(name string, pairs ...string) string {
	return s.Numbered(s.Next(), name, pairs...)
}

// Numbered is Event with a number of one's own.
func (s *Server) Numbered(n uint64, name string, pairs ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Event-Name: %s\nEvent-Date-Timestamp: %d\nEvent-Sequence: %d\n", name, time.Now().UnixMicro(), n)
	for i := 0; i+1 < len(pairs); i += 2 {
		fmt.Fprintf(&b, "%s: %s\n", pairs[i], url.PathEscape(pairs[i+1]))
	}
	b.WriteString("\n")
	return b.String()
}

// Send sends events.
func (c *Conn) Send(events ...string) {
	var b strings.Builder
	for _, e := range events {
		fmt.Fprintf(&b, "Content-Length: %d\nContent-Type: text/event-plain\n\n%s", len(e), e)
	}
	c.Raw(b.String())
}
