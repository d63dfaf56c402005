package roundtrip

import (
	"errors"
	"net"
	"time"
)

// MaxIdle is how many connections are kept.
const MaxIdle = maxIdle

// Idle is how many are kept now.
func (t *Transport) Idle() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.idle)
}

// EndSeen says whether the end of the last used connection has come to this side.
func (t *Transport) EndSeen() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return !t.idle[len(t.idle)-1].quiet()
}

// BreakWriting makes the last used connection fail before anything is written.
func (t *Transport) BreakWriting() {
	t.mu.Lock()
	defer t.mu.Unlock()
	c := t.idle[len(t.idle)-1]
	c.Conn = unwritable{c.Conn}
}

type unwritable struct{ net.Conn }

func (unwritable) Write([]byte) (int, error) { return 0, errors.New("broken by the test") }

// Age makes the first n kept connections older.
func (t *Transport) Age(n int, by time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, c := range t.idle[:n] {
		c.since = c.since.Add(-by)
	}
}

// Sweep is what happens by itself after a while.
func (t *Transport) Sweep() { t.sweep() }
