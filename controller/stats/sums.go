package stats

import (
	"maps"
	"slices"
	"time"

	"ringdesk/models"
)

// Sums adds up facts by day and hour in a workspace's time zone (STAT-2, STAT-3). What
// it holds are differences to sums that are kept: facts can be taken out again.
type Sums struct {
	zone    *time.Location
	hours   map[hourKey]*models.HourSum
	reasons map[reasonKey]*models.ReasonSum
	waits   map[waitKey]*models.WaitSum
	agents  map[agentKey]*models.AgentSum
}

type (
	hourKey struct {
		models.Slot
		hour int
	}
	reasonKey struct {
		models.Slot
		reason string
	}
	waitKey struct {
		models.Slot
		seconds int
	}
	agentKey struct {
		models.Slot
		agent string
	}
)

// NewSums begins with nothing.
func NewSums(zone *time.Location) *Sums {
	return &Sums{zone, map[hourKey]*models.HourSum{}, map[reasonKey]*models.ReasonSum{}, map[waitKey]*models.WaitSum{}, map[agentKey]*models.AgentSum{}}
}

// Add counts a call.
func (s *Sums) Add(f Facts) { s.count(f, 1) }

// Remove takes a call out that was counted.
func (s *Sums) Remove(f Facts) { s.count(f, -1) }

// Rows are the sums, of each key one.
func (s *Sums) Rows() models.Sums {
	return models.Sums{Hours: rows(s.hours), Reasons: rows(s.reasons), Waits: rows(s.waits), Agents: rows(s.agents)}
}

func rows[K comparable, V any](m map[K]*V) []V {
	all := make([]V, 0, len(m))
	for v := range maps.Values(m) {
		all = append(all, *v)
	}
	return all
}

// entry finds a key's row, or makes it.
func entry[K comparable, V any](m map[K]*V, key K, row V) *V {
	v := m[key]
	if v == nil {
		v = &row
		m[key] = v
	}
	return v
}

func (s *Sums) count(f Facts, sign int64) {
	c := &f.Call
	local := c.StartedAt.In(s.zone)
	slot := models.Slot{WorkspaceID: c.WorkspaceID, Day: local.Format(time.DateOnly), NumberID: c.NumberID, TeamID: c.TeamID, Kind: c.Kind, Direction: c.Direction}
	addHour(entry(s.hours, hourKey{slot, local.Hour()}, models.HourSum{Slot: slot, Hour: local.Hour()}), c, sign)
	if c.MissedReason != "" {
		entry(s.reasons, reasonKey{slot, c.MissedReason}, models.ReasonSum{Slot: slot, Reason: c.MissedReason}).Calls += sign
	}
	if c.Direction == "inbound" && !c.AnsweredAt.IsZero() {
		s.wait(slot, waitOf(c), sign, 0)
		if !c.RangAt.IsZero() {
			s.wait(slot, c.AnsweredAt.Sub(c.RangAt.Time), 0, sign)
		}
	}
	for agent, a := range agentsOf(f) {
		sum := entry(s.agents, agentKey{slot, agent}, models.AgentSum{Slot: slot, AgentID: agent})
		sum.Took += sign * a.Took
		sum.Joined += sign * a.Joined
		sum.Missed += sign * a.Missed
		sum.RingMS += sign * a.RingMS
		sum.DialMS += sign * a.DialMS
		sum.TalkMS += sign * a.TalkMS
		sum.HoldMS += sign * a.HoldMS
		sum.Wraps += sign * a.Wraps
		sum.WrapMS += sign * a.WrapMS
	}
}

// wait counts an answer by its seconds, rounded up: a call is answered within n seconds
// when it stands at n or below.
func (s *Sums) wait(slot models.Slot, took time.Duration, waits, rings int64) {
	seconds := int((max(took, 0) + time.Second - 1) / time.Second)
	w := entry(s.waits, waitKey{slot, seconds}, models.WaitSum{Slot: slot, Seconds: seconds})
	w.Waits += waits
	w.Rings += rings
}

func addHour(h *models.HourSum, c *models.CallFact, sign int64) {
	one := func(of bool) int64 {
		if of {
			return sign
		}
		return 0
	}
	answered := c.Outcome == "answered"
	h.Calls += sign
	h.Answered += one(answered)
	h.Missed += one(c.State == "missed")
	h.Waited += one(Waited(c))
	h.ShortAbandons += one(shortAbandon(c))
	h.RingMS += sign * c.RingMS
	h.DialMS += sign * c.DialMS
	h.QueueMS += sign * c.QueueMS
	h.TotalMS += sign * c.TotalMS
	h.Transfers += sign * int64(c.Transfers)
	h.Invitations += sign * int64(c.Invitations)
	h.Callbacks += one(c.CallbackAsked)
	h.Grades += one(c.Grade > 0)
	h.GradeSum += sign * int64(c.Grade)
	h.Voicemails += one(c.Voicemail)
	if !answered {
		return
	}
	h.TalkMS += sign * c.TalkMS
	h.HoldMS += sign * c.HoldMS
	h.FirstResponseMS += sign * c.WaitMS
	if !c.ClosedAt.IsZero() {
		h.Wraps += sign
		h.WrapMS += sign * c.ClosedAt.Sub(c.EndedAt.Time).Milliseconds()
	}
}

// agentsOf are each agent's sums in one call. Whoever had several parts in it has taken
// it once.
func agentsOf(f Facts) map[string]models.AgentSum {
	sums := map[string]models.AgentSum{}
	for _, p := range f.Agents {
		a := sums[p.AgentID]
		a.RingMS += p.RingMS
		a.DialMS += p.DialMS
		a.TalkMS += p.TalkMS
		a.HoldMS += p.HoldMS
		if p.WrapUpEnd != "" {
			a.Wraps++
			a.WrapMS += p.WrapUpMS
		}
		switch {
		case p.Answered || p.Way == "placed":
			a.Took = 1
		case p.TalkMS > 0:
			a.Joined = 1
		case slices.Contains([]string{"missed", "declined"}, p.End):
			a.Missed++
		}
		if a.Took == 1 {
			a.Joined = 0
		}
		sums[p.AgentID] = a
	}
	return sums
}
