package stats

import (
	"context"
	"maps"
	"slices"
	"time"

	"ringdesk/models"
)

// Report are the figures of a period (STAT-2, STAT-3). A call belongs to the day on
// which it began, in the workspace's time zone, and counts when it has ended.
type Report struct {
	Total   Total
	Days    []DayTotal         // with calls, in order
	Traffic [7][24]int64       // calls by weekday, Sunday first, and hour
	Reasons []models.ReasonSum // of missed calls, the most frequent first
	Agents  []AgentTotal       // with calls, by id
}

// DayTotal are the figures of a day.
type DayTotal struct {
	Day string // such as 2026-11-27
	Total
}

// Total are sums of calls, in milliseconds where they are times.
type Total struct {
	Calls            int64
	Inbound          int64
	Outbound         int64
	InboundAnswered  int64
	OutboundAnswered int64
	Missed           int64
	ShortAbandons    int64 // callers who left too soon for the service level
	TalkMS           int64 // of those answered
	HoldMS           int64
	RingMS           int64
	DialMS           int64
	FirstResponseMS  int64 // of inbound calls that were answered
	Wraps            int64 // answered ones whose conversation was closed
	WrapMS           int64
	Transfers        int64
	Invitations      int64
	Callbacks        int64
	Grades           int64
	GradeSum         int64
	Voicemails       int64
	Waited           int64 // that count for the service level
	Waits            int64 // inbound calls that were answered, by the waits
	Within           int64 // of them, answered within the level's seconds of waiting
	WithinOfRing     int64 // likewise, of the first ring
	MedianWait       time.Duration
	P90Wait          time.Duration
}

// AgentTotal are the figures of an agent.
type AgentTotal struct {
	AgentID  string
	Outbound int64 // calls that they placed
	Answered int64 // inbound calls that they answered
	Joined   int64 // calls of others that they came into
	Missed   int64 // rings that they did not answer
	RingMS   int64
	DialMS   int64 // until customers answered whom they called
	TalkMS   int64
	HoldMS   int64
	Wraps    int64 // wrap-ups that have ended
	WrapMS   int64
}

// Ask makes the report of a period. within is the service level's time.
func Ask(ctx context.Context, store *models.Store, f models.SumFilter, within time.Duration) (Report, error) {
	var r Report
	hours, err := store.HourSums(ctx, f)
	if err != nil {
		return r, err
	}
	for _, h := range hours {
		r.hour(h)
	}
	if r.Reasons, err = store.ReasonSums(ctx, f); err != nil {
		return r, err
	}
	waits, err := store.WaitSums(ctx, f)
	if err != nil {
		return r, err
	}
	r.waited(waits, within)
	agents, err := store.AgentSums(ctx, f)
	for _, a := range agents {
		r.agent(a)
	}
	return r, err
}

// hour counts the sums of an hour of a day.
func (r *Report) hour(h models.HourSum) {
	if len(r.Days) == 0 || r.Days[len(r.Days)-1].Day != h.Day {
		r.Days = append(r.Days, DayTotal{Day: h.Day})
	}
	r.Days[len(r.Days)-1].add(h)
	r.Total.add(h)
	if day, err := time.Parse(time.DateOnly, h.Day); err == nil {
		r.Traffic[day.Weekday()][h.Hour] += h.Calls
	}
}

func (t *Total) add(h models.HourSum) {
	t.Calls += h.Calls
	if h.Direction == "inbound" {
		t.Inbound += h.Calls
		t.InboundAnswered += h.Answered
		t.FirstResponseMS += h.FirstResponseMS
	} else {
		t.Outbound += h.Calls
		t.OutboundAnswered += h.Answered
	}
	t.Missed += h.Missed
	t.ShortAbandons += h.ShortAbandons
	t.TalkMS += h.TalkMS
	t.HoldMS += h.HoldMS
	t.RingMS += h.RingMS
	t.DialMS += h.DialMS
	t.Wraps += h.Wraps
	t.WrapMS += h.WrapMS
	t.Transfers += h.Transfers
	t.Invitations += h.Invitations
	t.Callbacks += h.Callbacks
	t.Grades += h.Grades
	t.GradeSum += h.GradeSum
	t.Voicemails += h.Voicemails
	t.Waited += h.Waited
}

// waited takes the answered calls by day and seconds of waiting, in order.
func (r *Report) waited(ws []models.WaitSum, within time.Duration) {
	all := map[int]models.WaitSum{}
	for i := range r.Days {
		d, n := &r.Days[i], 0
		for n < len(ws) && ws[n].Day == d.Day {
			w := all[ws[n].Seconds]
			w.Waits, w.Rings = w.Waits+ws[n].Waits, w.Rings+ws[n].Rings
			all[ws[n].Seconds] = w
			n++
		}
		d.waited(ws[:n], within)
		ws = ws[n:]
	}
	total := make([]models.WaitSum, 0, len(all))
	for _, seconds := range slices.Sorted(maps.Keys(all)) {
		total = append(total, models.WaitSum{Seconds: seconds, Waits: all[seconds].Waits, Rings: all[seconds].Rings})
	}
	r.Total.waited(total, within)
}

// waited takes the answered calls by seconds of waiting, in order.
func (t *Total) waited(ws []models.WaitSum, within time.Duration) {
	for _, w := range ws {
		t.Waits += w.Waits
		if time.Duration(w.Seconds)*time.Second <= within {
			t.Within += w.Waits
			t.WithinOfRing += w.Rings
		}
	}
	t.MedianWait, t.P90Wait = quantile(ws, t.Waits, 0.5), quantile(ws, t.Waits, 0.9)
}

// quantile is the wait that a share of so many calls does not exceed.
func quantile(ws []models.WaitSum, of int64, share float64) time.Duration {
	var n int64
	for _, w := range ws {
		if n += w.Waits; n > 0 && float64(n) >= share*float64(of) {
			return time.Duration(w.Seconds) * time.Second
		}
	}
	return 0
}

func (r *Report) agent(a models.AgentSum) {
	if len(r.Agents) == 0 || r.Agents[len(r.Agents)-1].AgentID != a.AgentID {
		r.Agents = append(r.Agents, AgentTotal{AgentID: a.AgentID})
	}
	t := &r.Agents[len(r.Agents)-1]
	if a.Direction == "inbound" {
		t.Answered += a.Took
	} else {
		t.Outbound += a.Took
	}
	t.Joined += a.Joined
	t.Missed += a.Missed
	t.RingMS += a.RingMS
	t.DialMS += a.DialMS
	t.TalkMS += a.TalkMS
	t.HoldMS += a.HoldMS
	t.Wraps += a.Wraps
	t.WrapMS += a.WrapMS
}
