package call

import (
	"slices"
	"strconv"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/controller/journal"
	"ringdesk/controller/reason"
)

// mostAgents is how many agents a call takes beside the customer (CALL-3).
const mostAgents = 9

// Why agents cannot be called in.
var (
	full = reason.Of(reason.CallFull, "This call has 10 participants already: somebody must leave before another can be invited.",
		"max", strconv.Itoa(mostAgents+1))
	hereTwice = reason.Of(reason.InCallAlready, "This colleague is in the call already.")
)

// invite calls a colleague in (CALL-3).
func (s *step) invite(i int, in Do) *reason.Why {
	switch {
	case s.c.Present(in.Target) >= 0:
		return hereTwice
	case s.speakers() >= mostAgents:
		return full
	case in.Candidate == nil:
		return in.Why
	}
	s.ring(*in.Candidate, s.c.Agents[i].AgentID)
	return nil
}

func (s *step) cancelInvite(target string) *reason.Why {
	i := s.c.Present(target)
	if i < 0 || s.c.Agents[i].State != PartyRinging {
		return reason.Of(reason.NotBeingCalled, "This colleague is not being called.")
	}
	s.stopRinging(i, PartyMissed, engine.CauseNormal)
	return nil
}

// joined lets an invited agent into the talk (CALL-3).
func (s *step) joined(i int) {
	a := &s.c.Agents[i]
	a.State, a.JoinedAt, a.RingUntil = PartyJoined, s.now, time.Time{}
	a.Muted = s.c.Plan.JoinMuted || a.JoinMuted
	s.journal(journal.AgentJoined{Agent: about(a)})
	s.emit(Occupy{AccountID: a.AccountID})
	s.comeIn(i)
}

// speakers counts the agents who take part or are being called in.
func (s *step) speakers() int {
	n := 0
	for i := range s.c.Agents {
		a := &s.c.Agents[i]
		if a.Role == Speaker && slices.Contains([]PartyState{PartyJoined, PartyRinging}, a.State) {
			n++
		}
	}
	return n
}
