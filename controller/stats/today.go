package stats

import (
	"cmp"
	"slices"
	"time"

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
	models.CallFact
	team string // that it waits for or was answered in; "" means everybody
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

// Add takes all entries of one call so far, in their order, with the team that it
// is with now; those of LevelTypes are enough. A call may be added again when there are
// more.
func (d *Day) Add(call, team string, entries []models.JournalEntry) error {
	facts, err := FactsOf(entries)
	if err != nil || facts.Call.StartedAt.IsZero() {
		return err // or it is not a call that has begun
	}
	c := d.calls[call]
	if c == nil {
		c = &dayCall{}
		d.calls[call], d.sorted = c, false
		d.order = append(d.order, c)
	}
	c.CallFact, c.team = facts.Call, team
	if facts.Ended() {
		delete(d.open, call)
	} else {
		d.open[call] = true
	}
	return nil
}

// Today are a day's figures until a moment:
//
//   - Calls counts those that have begun, inbound and outbound.
//   - Answered and Missed count inbound calls that have ended so; as in Figures,
//     a call counts when it has ended.
//   - Within counts the answered ones whose first answer came within so many
//     seconds of waiting, among those that count for the service level (Waited).
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
		slices.SortFunc(d.order, func(a, b *dayCall) int { return a.StartedAt.Compare(b.StartedAt.Time) })
		d.sorted = true
	}
	n, _ := slices.BinarySearchFunc(d.order, at, func(c *dayCall, at time.Time) int { return cmp.Or(c.StartedAt.Compare(at), -1) })
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
	if c.Direction != "inbound" {
		t.Outbound++
		return
	}
	t.Inbound++
	if c.EndedAt.IsZero() || c.EndedAt.After(at) {
		return
	}
	if c.Outcome == "answered" {
		t.Answered++
	}
	if c.State == "missed" {
		t.Missed++
	}
	if !Waited(&c.CallFact) {
		return
	}
	t.Waited++
	if Within(&c.CallFact, within) {
		t.Within++
	}
}
