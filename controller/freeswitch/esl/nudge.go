package esl

import "time"

const (
	// nudgeEvery is how long an event may wait for us in FreeSWITCH while more are
	// likely. Its event socket looks for a command for up to 20 ms before it sends
	// the events that have come meanwhile (read_packet in mod_event_socket.c);
	// an empty line, which it passes over, ends that at once.
	nudgeEvery = 4 * time.Millisecond
	// nudgeFor is how long after an event, or after a command, more are likely: what a
	// command does shows within it, and what a far side does at once. After that the next
	// one may take those 20 ms. While people only talk, or a phone only rings, empty lines
	// would cost both sides processor time for nothing.
	nudgeFor = 300 * time.Millisecond
)

// nudge sends empty lines until the link ends.
func (e *Events) nudge() {
	t := time.NewTicker(nudgeEvery)
	t.Stop()
	for {
		select {
		case <-e.conn.ctx.Done():
			return
		case <-e.conn.active:
			t.Reset(nudgeEvery)
		}
		for begun := time.Now(); time.Since(begun) < nudgeFor; {
			select {
			case <-e.conn.ctx.Done():
				return
			case <-e.conn.active:
				begun = time.Now()
			case <-t.C:
				e.emptyLine()
			}
		}
		t.Stop()
	}
}

// Expect says that events are likely soon: a command goes out.
func (e *Events) Expect() {
	select {
	case e.conn.active <- struct{}{}:
	default: // the nudging knows already
	}
}

// emptyLine sends one, unless a command is under way, in the midst of which it
// must not stand, and which has the same effect.
func (e *Events) emptyLine() {
	if !e.mu.TryLock() {
		return
	}
	defer e.mu.Unlock()
	// A link that is no good is found out by whoever reads from it.
	_, _ = e.conn.fs.Write([]byte("\n"))
}
