package siprig

import (
	"io"
	"net"
	"sync"
	"testing"

	"ringdesk/testkit/conformance"
)

// Proxy passes TCP connections on until it is told to reset or stall them.
type Proxy struct {
	listener net.Listener
	target   string
	wg       sync.WaitGroup

	mu      sync.Mutex
	refuse  bool
	stalled chan struct{} // open while bytes must not pass; nil when they do
	conns   map[net.Conn]bool
}

// NewProxy makes a proxy to a host:port.
func NewProxy(t testing.TB, target string) *Proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &Proxy{listener: l, target: target, conns: map[net.Conn]bool{}}
	p.wg.Go(p.accept)
	t.Cleanup(func() {
		l.Close()
		p.Restore()
		p.closeAll()
		p.wg.Wait()
	})
	return p
}

// Addr is the host:port to connect to instead.
func (p *Proxy) Addr() string { return p.listener.Addr().String() }

func (p *Proxy) accept() {
	for {
		in, err := p.listener.Accept()
		if err != nil {
			return
		}
		p.wg.Go(func() { p.serve(in) })
	}
}

// serve passes one connection on.
func (p *Proxy) serve(in net.Conn) {
	defer in.Close()
	if !p.keep(in) {
		return
	}
	out, err := net.Dial("tcp", p.target)
	if err != nil {
		return
	}
	defer out.Close()
	if !p.keep(out) {
		return
	}
	var both sync.WaitGroup
	pass := func(from, to net.Conn) {
		_, _ = io.Copy(&gate{p, to}, from)
		from.Close()
		to.Close()
	}
	both.Go(func() { pass(in, out) })
	both.Go(func() { pass(out, in) })
	both.Wait()
	p.mu.Lock()
	delete(p.conns, in)
	delete(p.conns, out)
	p.mu.Unlock()
}

func (p *Proxy) keep(c net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.refuse {
		return false
	}
	p.conns[c] = true
	return true
}

// gate holds bytes back while the proxy stalls.
type gate struct {
	p  *Proxy
	to net.Conn
}

func (g *gate) Write(b []byte) (int, error) {
	g.p.mu.Lock()
	stalled := g.p.stalled
	g.p.mu.Unlock()
	if stalled != nil {
		<-stalled
	}
	return g.to.Write(b)
}

func (p *Proxy) closeAll() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.conns {
		c.Close()
	}
	clear(p.conns)
}

// Cut breaks the link in one of the ways of conformance.Rig.
func (p *Proxy) Cut(how conformance.Cut) {
	if how == conformance.Stall {
		p.stall()
	} else {
		p.reset()
	}
}

// reset closes all connections and refuses new ones.
func (p *Proxy) reset() {
	p.mu.Lock()
	p.refuse = true
	p.mu.Unlock()
	p.closeAll()
}

// stall keeps connections open, old and new ones, and passes nothing.
func (p *Proxy) stall() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stalled == nil {
		p.stalled = make(chan struct{})
	}
}

// Restore passes new connections again; those that stalled are dead.
func (p *Proxy) Restore() {
	p.mu.Lock()
	p.refuse = false
	stalled := p.stalled
	p.stalled = nil
	p.mu.Unlock()
	if stalled != nil {
		p.closeAll()
		close(stalled)
	}
}
