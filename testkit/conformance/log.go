package conformance

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"ringdesk/controller/engine"
)

// Entry is one event with the time at which it was handed over.
type Entry struct {
	At    time.Time
	Event engine.Event
}

// Log records the events that Run hands to its Handle, in order.
type Log struct {
	inside atomic.Bool

	mu      sync.Mutex
	entries []Entry
	faults  []string
	changed chan struct{} // closed and replaced at each event
}

// NewLog makes an empty Log.
func NewLog() *Log { return &Log{changed: make(chan struct{})} }

// Handle takes one event; it is the handler for Engine.Run.
func (l *Log) Handle(ev engine.Event) {
	alone := l.inside.CompareAndSwap(false, true)
	l.mu.Lock()
	if !alone {
		l.faults = append(l.faults, fmt.Sprintf("the handler was called while it ran (rule 1): %#v", ev))
	}
	l.entries = append(l.entries, Entry{At: time.Now(), Event: ev})
	close(l.changed)
	l.changed = make(chan struct{})
	l.mu.Unlock()
	l.inside.Store(false)
}

// Entries is all so far.
func (l *Log) Entries() []Entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]Entry(nil), l.entries...)
}

// Len is the number of events so far.
func (l *Log) Len() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.entries)
}

// Await gives the first event, past or to come until the deadline, that match
// accepts.
func (l *Log) Await(deadline time.Time, match func(engine.Event) bool) (Entry, bool) {
	return l.AwaitAfter(0, deadline, match)
}

// AwaitAfter is Await without the first skip events.
func (l *Log) AwaitAfter(skip int, deadline time.Time, match func(engine.Event) bool) (Entry, bool) {
	timer := time.NewTimer(time.Until(deadline))
	defer timer.Stop()
	for {
		l.mu.Lock()
		fresh, changed := l.entries[min(skip, len(l.entries)):], l.changed
		l.mu.Unlock()
		for _, e := range fresh {
			if match(e.Event) {
				return e, true
			}
		}
		skip += len(fresh)
		select {
		case <-changed:
		case <-timer.C:
			return Entry{}, false
		}
	}
}

// String lists the events for a failed test's message.
func (l *Log) String() string {
	var b strings.Builder
	for i, e := range l.Entries() {
		fmt.Fprintf(&b, "\n  %2d %s %#v", i, e.At.Format("05.000"), e.Event)
	}
	return b.String()
}

// Faults are the violations of the ordering contract in what was recorded.
func (l *Log) Faults() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	c := checker{faults: append([]string(nil), l.faults...), ended: map[any]bool{}, seen: map[string]bool{}, room: map[engine.LegID]engine.RoomID{}}
	for i, e := range l.entries {
		c.check(i, e.Event)
	}
	return c.faults
}

// checker follows the events and notes what the contract forbids.
type checker struct {
	faults []string
	down   bool
	began  bool
	gap    bool                           // rooms are not known for sure: the link was lost once
	ended  map[any]bool                   // legs, recordings, playbacks that ended
	seen   map[string]bool                // things that happen once
	room   map[engine.LegID]engine.RoomID // where each leg is
}

func (c *checker) fault(i int, ev engine.Event, rule string) {
	c.faults = append(c.faults, fmt.Sprintf("event %d %#v: %s", i, ev, rule))
}

func (c *checker) check(i int, ev engine.Event) {
	up, isUp := ev.(engine.LinkUp)
	if !c.began && !isUp {
		c.fault(i, ev, "before the first LinkUp")
	}
	if c.down && !isUp {
		c.fault(i, ev, "between LinkDown and LinkUp (rule 5)")
	}
	switch ev := ev.(type) {
	case engine.LinkUp:
		if up.Version == "" {
			c.fault(i, ev, "no version")
		}
		c.gap = c.gap || c.began
		c.began, c.down = true, false
	case engine.LinkDown:
		c.down = true
	case engine.LegArrived:
		c.once(i, ev, ev.Leg, "arrived")
	case engine.LegRinging:
		c.live(i, ev, ev.Leg)
		if c.seen["answered "+string(ev.Leg)] {
			c.fault(i, ev, "rings after it was answered (rule 2)")
		}
	case engine.LegAnswered:
		c.once(i, ev, ev.Leg, "answered")
	case engine.LegEnded:
		c.once(i, ev, ev.Leg, "ended")
		c.ended[ev.Leg] = true
	case engine.LegJoined:
		c.live(i, ev, ev.Leg)
		c.moved(i, ev, ev.Leg, "", ev.Room)
	case engine.LegParted:
		c.live(i, ev, ev.Leg)
		c.moved(i, ev, ev.Leg, ev.Room, "")
	case engine.DTMF:
		c.live(i, ev, ev.Leg)
	default:
		c.checkMedia(i, ev)
	}
}

func (c *checker) checkMedia(i int, ev engine.Event) {
	switch ev := ev.(type) {
	case engine.RecordingStarted:
		if c.ended[ev.Recording] || c.seen["recording "+string(ev.Recording)] {
			c.fault(i, ev, "started twice, or after its end")
		}
		c.seen["recording "+string(ev.Recording)] = true
	case engine.RecordingEnded:
		if c.ended[ev.Recording] {
			c.fault(i, ev, "ended twice")
		}
		if !c.gap && !c.seen["recording "+string(ev.Recording)] && ev.Failed == "" {
			c.fault(i, ev, "ended without a start")
		}
		c.ended[ev.Recording] = true
	case engine.PlaybackEnded:
		if c.ended[ev.Playback] {
			c.fault(i, ev, "ended twice")
		}
		c.ended[ev.Playback] = true
	}
}

// live says that a leg must not have ended (rule 3).
func (c *checker) live(i int, ev engine.Event, leg engine.LegID) {
	if c.ended[leg] {
		c.fault(i, ev, "after the leg's LegEnded (rule 3)")
	}
}

// once says that this comes once in a leg's life.
func (c *checker) once(i int, ev engine.Event, leg engine.LegID, what string) {
	c.live(i, ev, leg)
	key := what + " " + string(leg)
	if c.seen[key] && !c.gap {
		c.fault(i, ev, "twice (rule 2)")
	}
	c.seen[key] = true
}

// moved follows a leg between rooms; after a gap it may have moved unseen.
func (c *checker) moved(i int, ev engine.Event, leg engine.LegID, from, to engine.RoomID) {
	if c.room[leg] != from && !c.gap {
		c.fault(i, ev, fmt.Sprintf("the leg was in room %q", c.room[leg]))
	}
	c.room[leg] = to
}
