// Package assign chooses the agents who are offered a call next (IN-2 to IN-6).
//
// It is pure: it reads no clock and no store. The exchange claims the chosen agents
// in the same transaction in which they were read (models.Tx.Claim), so that no
// agent is offered two calls.
package assign

import (
	"cmp"
	"slices"
	"time"

	"ringdesk/dialplan"
	"ringdesk/models"
)

// Want is a call that wants an agent, at one level of its plan.
type Want struct {
	Call      string
	Team      string // whose members may take it; "" means the whole workspace
	Kind      string // phone, voice, video
	Automatic bool   // one agent at a time (IN-4), not all at once (IN-5)
	Strategy  dialplan.Strategy
	Skills    map[string]int // what an agent must have, with the least level
	// AssignSilently lets automatic assignment fall back on agents who do not
	// want to be disturbed (IN-3).
	AssignSilently bool
	// Rounds is how often each agent is offered the call at this level; less than
	// 1 means once.
	Rounds int
	Offers map[string]int // how often each agent has been offered it at this level
	Last   string         // the agent who was offered it last, "" for nobody
	Day    string         // today in the workspace's time zone, as models.Tx.MarkAnswered has it

	// Earlier are the calls that wait before this one. An agent whom one of them
	// could take is for that one.
	Earlier []models.Waiting
	// Takes says whether an earlier call could take an agent, as Candidate tells
	// for its Want. Where it is nil, or knows no better, the team alone decides;
	// then a call that waits for a busy colleague of an agent who declined it
	// holds up those behind it.
	Takes func(call string, a models.AgentState) bool

	// Only is the agent to whom the call is assigned by hand, or who is invited;
	// "" means that everybody is asked. By hand, neither team, skills, wrap-up nor
	// the order of waiting count, and the agent may be in another call (IN-9).
	Only string
}

// Choice says what to do with a call now. Where nothing is set, nobody is
// eligible at all (MISS-1 noOperator).
type Choice struct {
	// Pick are the agents to be offered the call, the best first. Under automatic
	// assignment the first that can be claimed is offered it, else all of them.
	// By hand, one who is in another call needs models.Tx.ClaimSecond.
	Pick []models.AgentState
	// Silent is the agent to whom the call is assigned without ringing (IN-3): by
	// hand, or automatically where nobody else is left.
	Silent string
	// Busy says that nobody can be had now, but later: the caller waits (IN-6).
	Busy bool
	// Tried says that the call was offered, and that nobody is left who has not
	// had all rounds: the next level is next, or ringTimeOver (IN-4).
	Tried bool
}

// Choose says who is offered the call. The order of agents does not matter.
// While the call still rings somebody, only Pick counts: those who ring are
// among the ones who have had their round, or are busy.
func Choose(w Want, agents []models.AgentState, now time.Time) Choice {
	var c Choice
	var silent []models.AgentState
	for _, a := range agents {
		switch o := w.Obstacles(a, now); {
		case o.Any(Unsuitable) || !w.left(a):
		case o.Any(Disturbed):
			if w.Only != "" || w.Automatic && w.AssignSilently && !o.Any(Busy) {
				silent = append(silent, a)
			}
		case o.Any(Busy) || w.reserved(a):
			c.Busy = true
		default:
			c.Pick = append(c.Pick, a)
		}
	}
	w.sort(c.Pick)
	w.sort(silent)
	switch {
	case len(c.Pick) > 0:
		c.Busy = false
	case c.Busy:
	case len(silent) > 0:
		c.Silent = silent[0].ID
	default:
		c.Tried = w.offered()
	}
	return c
}

// Candidate says whether a call may be offered to an agent, now or once the
// agent is free: for Want.Takes of the calls that come later.
func Candidate(w Want, a models.AgentState, now time.Time) bool {
	return !w.Obstacles(a, now).Any(Unsuitable|Disturbed) && w.left(a)
}

// left says whether the agent has rounds left.
func (w Want) left(a models.AgentState) bool { return w.Offers[a.ID] < max(w.Rounds, 1) }

func (w Want) offered() bool {
	for _, n := range w.Offers {
		if n > 0 {
			return true
		}
	}
	return false
}

// reserved says whether an agent is for a call that waits before this one.
func (w Want) reserved(a models.AgentState) bool {
	return w.Only == "" && slices.ContainsFunc(w.Earlier, func(e models.Waiting) bool {
		return (e.TeamID == "" || slices.Contains(a.Teams, e.TeamID)) && (w.Takes == nil || w.Takes(e.CallID, a))
	})
}

// sort puts the best first: who has had the fewest offers of this call, then
// by strategy, then by id. Under automatic assignment the one who was asked
// last comes last (IN-4).
func (w Want) sort(as []models.AgentState) {
	by := w.strategy()
	slices.SortFunc(as, func(a, b models.AgentState) int {
		if w.Automatic && a.ID != b.ID {
			switch w.Last {
			case a.ID:
				return 1
			case b.ID:
				return -1
			}
		}
		return cmp.Or(cmp.Compare(w.Offers[a.ID], w.Offers[b.ID]), by(a, b), longestIdle(a, b), cmp.Compare(a.ID, b.ID))
	})
}
