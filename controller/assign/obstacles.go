package assign

import (
	"math/bits"
	"slices"
	"time"

	"ringdesk/models"
)

// Obstacles are what keeps a call from an agent, as a set: none means that the
// agent may be offered it now, as far as it is up to the agent.
type Obstacles uint16

// What keeps a call from an agent.
const (
	NoSeat       Obstacles = 1 << iota
	NotAvailable           // by the status that the agent has set
	OtherKind              // takes no calls of this kind
	Offline                // no browser of theirs can ring
	OtherTeam              // the call is for other agents
	NotNotified            // does not want to know of unassigned calls (IN-5)
	Unskilled
	Disturbed  // does not want to be disturbed (IN-3)
	Bound      // another call rings them, or they are in one, in whichever workspace
	WrappingUp // still finishes the call before (END-5)
)

const (
	// Unsuitable are the obstacles that make somebody no candidate for a call.
	Unsuitable = NoSeat | NotAvailable | OtherKind | Offline | OtherTeam | NotNotified | Unskilled
	// Busy are those that a candidate is free of by and by: the call waits (IN-6).
	Busy = Bound | WrappingUp
)

// Any says whether one of some obstacles is there.
func (o Obstacles) Any(of Obstacles) bool { return o&of != 0 }

// Count is how many there are.
func (o Obstacles) Count() int { return bits.OnesCount16(uint16(o)) }

// Obstacles says what keeps the call from an agent: what Choose goes by, and what
// agents are told who hear no ring (IN-2, IN-3).
func (w Want) Obstacles(a models.AgentState, now time.Time) Obstacles {
	var o Obstacles
	for _, is := range [...]struct {
		obstacle Obstacles
		there    bool
	}{
		{NoSeat, !a.Seat},
		{NotAvailable, a.Status != "available"},
		{OtherKind, !takes(a, w.Kind)},
		{Offline, !a.Online(now)},
		{OtherTeam, !w.asks(a)},
		{NotNotified, w.Only == "" && !w.Automatic && !a.NotifyUnassigned},
		{Unskilled, w.Only == "" && !w.skilled(a)},
		{Disturbed, a.DNDNow(now)},
		{Bound, w.bound(a)},
		{WrappingUp, w.Only == "" && w.Automatic && a.WrapUpNow(now)},
	} {
		if is.there {
			o |= is.obstacle
		}
	}
	return o
}

// asks says whether an agent is among those whom the call asks.
func (w Want) asks(a models.AgentState) bool {
	if w.Only != "" {
		return a.ID == w.Only
	}
	return w.Team == "" || slices.Contains(a.Teams, w.Team)
}

// bound says whether another call keeps the agent's phone from ringing. By hand,
// one who is in a call may be rung by a second one (IN-9).
func (w Want) bound(a models.AgentState) bool {
	if w.Only != "" && a.InCall && a.ClaimCall != w.Call && a.OfferCall == "" {
		return false
	}
	return a.ClaimCall != ""
}

func takes(a models.AgentState, kind string) bool {
	switch kind {
	case "phone":
		return a.TakesPhone
	case "voice":
		return a.TakesVoice
	case "video":
		return a.TakesVideo
	default:
		return false
	}
}

func (w Want) skilled(a models.AgentState) bool {
	if len(w.Skills) == 0 {
		return true
	}
	has := a.SkillLevels()
	for skill, level := range w.Skills {
		if has[skill] < level {
			return false
		}
	}
	return true
}
