package call

import (
	"time"

	"ringdesk/controller/reason"
)

// rejoinLimit is for how long those who have left can come back by themselves.
// Screens offer it for 10 s; a click on the last of them takes a moment.
const rejoinLimit = 12 * time.Second

// comeBack brings an agent back who has just left a talk that goes on: their
// browser is dialled, and answers by itself (CALL-6).
func (s *step) comeBack(in Do) *reason.Why {
	if s.c.Present(in.AgentID) >= 0 {
		return inAlready
	}
	last, was := s.c.Agent(in.AgentID)
	switch {
	case !was || last.State != PartyLeft || last.Role != Speaker:
		return notIn
	case s.c.State != Talking:
		return reason.Of(reason.NobodyTalks, "Nobody talks in this call at the moment.")
	case s.now.Sub(last.LeftAt) > rejoinLimit:
		return reason.Of(reason.RejoinTooLate, "You left this call too long ago: ask a colleague who is in it to invite you.")
	case s.speakers() >= mostAgents:
		return full
	case in.Candidate == nil:
		return in.Why
	}
	a := newAgent(*in.Candidate, s.now)
	a.State, a.JoinedAt, a.AutoAnswer, a.Muted = PartyJoined, s.now, true, s.c.Plan.JoinMuted || a.JoinMuted
	s.c.Agents = append(s.c.Agents, a)
	s.emit(Occupy{AccountID: a.AccountID})
	s.emit(Dial{Agent: a})
	return nil
}
