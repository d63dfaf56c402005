package conformance

import (
	"sync"
	"sync/atomic"
	"time"
)

// holdups counts how long the machine kept this process from running: by that
// much its speakers' packets may have been late, and nothing that records them
// can put them where they were meant.
type holdups struct {
	total atomic.Int64 // nanoseconds
	done  chan struct{}
	once  sync.Once
}

// holdupFrom is the least that counts: a frame less what timers are off by.
const holdupFrom = 15 * time.Millisecond

func watchHoldups() *holdups {
	h := &holdups{done: make(chan struct{})}
	go func() {
		const beat = 5 * time.Millisecond
		ticker := time.NewTicker(beat)
		defer ticker.Stop()
		for last := time.Now(); ; {
			select {
			case <-h.done:
				return
			case <-ticker.C:
			}
			now := time.Now()
			if late := now.Sub(last) - beat; late > holdupFrom {
				h.total.Add(int64(late))
			}
			last = now
		}
	}()
	return h
}

func (h *holdups) sum() time.Duration { return time.Duration(h.total.Load()) }

func (h *holdups) stop() { h.once.Do(func() { close(h.done) }) }
