package stats

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"ringdesk/controller/journal"
	"ringdesk/models"
)

// Day are the calls that began on one day, as the journal tells of them: what
// a live board shows of today, and of yesterday beside it (STAT-1).
type Day struct {
	From, To time.Time // To is the next day's beginning
	calls    map[string]*dayCall
	order    []*dayCall // by their beginning
	sorted   bool
	open     map[string]bool // those without an entry "call.ended"
}

// dayCall is what a board needs to know of one call.
type dayCall struct {
	began, ended time.Time // ended is zero while it goes on
	team         string    // that it waits for or was answered in; "" means everybody
	inbound      bool
	answered     bool
	waitMS       int64 // until the first answer
	turnedAway   bool
	missed       bool
}

// NewDay begins with no calls.
func NewDay(from, to time.Time) *Day {
	return &Day{From: from, To: to, calls: map[string]*dayCall{}, open: map[string]bool{}}
}

// Open are the calls that have not ended yet, by their ids.
func (d *Day) Open() []string {
	ids := make([]string, 0, len(d.open))
	for id := range d.open {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// Has says whether a call is known.
func (d *Day) Has(call string) bool { return d.calls[call] != nil }

// turnedAway are the reasons for which a call never waits for anybody, so that
// no service level is about it.
var turnedAway = []string{"blockedUser", "unregisteredNumber", "inboundRateLimit", "workflow", "notInOperation"}

// Add takes all entries of one call so far, in their order, with the team that it
// is with now. A call may be added again when there are more.
func (d *Day) Add(call, team string, entries []models.JournalEntry) error {
	c := d.calls[call]
	if c == nil {
		c = &dayCall{}
	}
	*c = dayCall{team: team}
	for _, row := range entries {
		entry, err := journal.Decode(row.Type, row.Data)
		if err != nil {
			return fmt.Errorf("call %s, entry %d: %w", row.CallID, row.Seq, err)
		}
		c.add(entry, row.At.Time)
	}
	if c.began.IsZero() {
		return nil // not a call that has begun
	}
	if d.calls[call] == nil {
		d.calls[call], d.sorted = c, false
		d.order = append(d.order, c)
	}
	if c.ended.IsZero() {
		d.open[call] = true
	} else {
		delete(d.open, call)
	}
	return nil
}

func (c *dayCall) add(entry journal.Entry, at time.Time) {
	switch e := entry.(type) {
	case journal.CallCreated:
		c.began, c.inbound = at, e.Direction == "inbound"
	case journal.CallAnswered:
		if e.First() && !c.answered {
			c.answered, c.waitMS = true, e.WaitMS
		}
	case journal.CallEnded:
		c.ended, c.missed = at, e.State == "missed"
		c.answered = c.answered && e.Outcome == "answered"
		c.turnedAway = slices.Contains(turnedAway, e.MissedReason)
	}
}

// Today are a day's figures until a moment:
//
//   - Calls counts those that have begun, inbound and outbound.
//   - Answered and Missed count inbound calls that have ended so; as in Figures,
//     a call counts when it has ended.
//   - Within counts the answered ones whose first answer came within so many
//     seconds of the call's beginning, among Waited: the inbound calls that have
//     ended and were not turned away before anybody could be asked (blocked,
//     outside hours, by a workflow, over the limit).
type Today struct {
	Calls, Inbound, Outbound int
	Answered, Missed         int
	Within, Waited           int
}

// ServiceLevel is the share of Within among Waited; ok is false while there are
// none.
func (t Today) ServiceLevel() (share float64, ok bool) {
	if t.Waited == 0 {
		return 0, false
	}
	return float64(t.Within) / float64(t.Waited), true
}

// Until gives the figures of the calls until a moment, of one team or of all
// ("").
func (d *Day) Until(at time.Time, team string, within time.Duration) Today {
	if !d.sorted {
		slices.SortFunc(d.order, func(a, b *dayCall) int { return a.began.Compare(b.began) })
		d.sorted = true
	}
	n, _ := slices.BinarySearchFunc(d.order, at, func(c *dayCall, at time.Time) int { return cmp.Or(c.began.Compare(at), -1) })
	var t Today
	for _, c := range d.order[:n] {
		if team == "" || c.team == team {
			t.count(c, at, within)
		}
	}
	return t
}

func (t *Today) count(c *dayCall, at time.Time, within time.Duration) {
	t.Calls++
	if !c.inbound {
		t.Outbound++
		return
	}
	t.Inbound++
	if c.ended.IsZero() || c.ended.After(at) {
		return
	}
	if c.answered {
		t.Answered++
	}
	if c.missed {
		t.Missed++
	}
	if c.turnedAway {
		return
	}
	t.Waited++
	if c.answered && c.waitMS <= within.Milliseconds() {
		t.Within++
	}
}
