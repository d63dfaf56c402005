package esl

import "sync"

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
		c.lose(errClosed)
	}
	p.idle = nil
}
