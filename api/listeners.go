package api

import (
	"net"
	"sync"
)

// listeners are those of a server. Its library ends only those that it has begun
// with, so one that is stopped as soon as it is started would never end.
type listeners struct {
	mu     sync.Mutex
	open   []net.Listener
	closed bool
}

// add says whether the server still listens.
func (l *listeners) add(ln net.Listener) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.closed {
		l.open = append(l.open, ln)
	}
	return !l.closed
}

func (l *listeners) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	for _, ln := range l.open {
		_ = ln.Close() // most are closed already
	}
}
