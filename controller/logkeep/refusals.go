package logkeep

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

const (
	// mostAddresses is how many addresses are counted apart in a minute: over UDP
	// anybody can pretend to be any address.
	mostAddresses = 10_000
	// mostLines is how many of them get a line in a minute.
	mostLines = 200
)

// Refusals turns what was refused into one line for each address and minute,
// which fail2ban can act upon (configs/fail2ban). It is for one goroutine.
type Refusals struct {
	minute  time.Time
	lines   int                 // in this minute
	told    map[string]bool     // have a line in this minute
	waiting map[string]*refused // not told yet
	others  int                 // requests of those beyond the limits
}

type refused struct {
	requests int
	why      string
}

// Line tells of one address, or without one of those that are not told apart.
type Line struct {
	Address, Why string
	Requests     int
}

// String is the line as a keeper writes it.
func (l Line) String() string {
	if l.Address == "" {
		return fmt.Sprintf("refused further requests=%d: from more addresses than are told apart", l.Requests)
	}
	return fmt.Sprintf("refused address=%s requests=%d why=%s", l.Address, l.Requests, l.Why)
}

// NewRefusals begins to count.
func NewRefusals() *Refusals {
	return &Refusals{told: map[string]bool{}, waiting: map[string]*refused{}}
}

// Add counts a refusal and gives the lines to write now: the address's first
// of the minute at once, so that it can be acted upon. why is one word.
func (r *Refusals) Add(now time.Time, addr, why string) []Line {
	lines := r.Tick(now)
	w := r.waiting[addr]
	switch {
	case w != nil:
	case len(r.waiting) >= mostAddresses:
		r.others++
		return lines
	default:
		w = &refused{}
		r.waiting[addr] = w
	}
	w.requests++
	w.why = why
	if !r.told[addr] {
		lines = append(lines, r.tell(addr)...)
	}
	return lines
}

// Tick gives the lines that the end of a minute brings.
func (r *Refusals) Tick(now time.Time) (lines []Line) {
	minute := now.Truncate(time.Minute)
	if minute.Equal(r.minute) {
		return nil
	}
	if r.others > 0 {
		lines = append(lines, Line{Requests: r.others})
	}
	r.minute, r.lines, r.others = minute, 0, 0
	clear(r.told)
	for _, addr := range slices.Sorted(maps.Keys(r.waiting)) {
		lines = append(lines, r.tell(addr)...)
	}
	return lines
}

// tell gives the address's line, unless there are too many already.
func (r *Refusals) tell(addr string) []Line {
	w := r.waiting[addr]
	delete(r.waiting, addr)
	if r.lines >= mostLines {
		r.others += w.requests
		return nil
	}
	r.lines++
	r.told[addr] = true
	return []Line{{addr, w.why, w.requests}}
}
