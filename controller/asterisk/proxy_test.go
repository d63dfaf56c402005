package asterisk_test

import (
	"io"
	"net"
	"sync"
	"testing"
)

// proxy passes TCP connections on until it is told to reset or stall them.
type proxy struct {
	listener net.Listener
	target   string
	wg       sync.WaitGroup

	mu      sync.Mutex
	refuse  bool
	stalled chan struct{} // open while bytes must not pass; nil when they do
	conns   map[net.Conn]bool
}

func newProxy(t testing.TB, target string) *proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{listener: l, target: target, conns: map[net.Conn]bool{}}
	p.wg.Go(p.accept)
	t.Cleanup(func() {
		l.Close()
		p.restore()
		p.closeAll()
		p.wg.Wait()
	})
	return p
}

func (p *proxy) addr() string { return p.listener.Addr().String() }

func (p *proxy) accept() {
	for {
		in, err := p.listener.Accept()
		if err != nil {
			return
		}
		p.wg.Go(func() { p.serve(in) })
	}
}

// serve passes one connection on.
func (p *proxy) serve(in net.Conn) {
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

func (p *proxy) keep(c net.Conn) bool {
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
	p  *proxy
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

func (p *proxy) closeAll() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.conns {
		c.Close()
	}
	clear(p.conns)
}

// reset closes all connections and refuses new ones.
func (p *proxy) reset() {
	p.mu.Lock()
	p.refuse = true
	p.mu.Unlock()
	p.closeAll()
}

// stall keeps connections open, old and new ones, and passes nothing.
func (p *proxy) stall() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stalled == nil {
		p.stalled = make(chan struct{})
	}
}

// restore passes new connections again; those that stalled are dead.
func (p *proxy) restore() {
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
