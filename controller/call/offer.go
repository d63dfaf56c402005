package call

import (
	"cmp"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/controller/journal"
	"ringdesk/controller/reason"
)

func newAgent(c Candidate, now time.Time) Agent {
	return Agent{
		Party:   Party{ID: c.PartyID, Name: c.Name, Leg: c.Leg, State: PartyRinging, RingingAt: now},
		AgentID: c.AgentID, AccountID: c.AccountID, Phone: c.Phone, JoinMuted: c.JoinMuted,
	}
}

// offer lets agents' phones ring, one under automatic assignment (IN-4), else
// all of them (IN-5).
func (s *step) offer(cs []Candidate) {
	first := s.c.State != Ringing
	if first {
		s.enter(Ringing, onAgentsFound)
		if !s.c.Plan.Automatic {
			s.c.RingUntil = s.now.Add(seconds(s.c.Plan.RingSeconds))
		}
	}
	for _, c := range cs {
		s.ring(c, "")
	}
	if first && !s.c.Customer.Answered && !s.c.Customer.Gone {
		s.emit(Ring{Leg: s.c.Customer.Leg})
	}
}

// ring lets one agent's phone ring. A phone of theirs that rings already is
// replaced.
func (s *step) ring(c Candidate, invitedBy string) {
	if i := s.c.Present(c.AgentID); i >= 0 {
		invitedBy = cmp.Or(invitedBy, s.c.Agents[i].InvitedBy)
		s.silence(i, PartyMoved, engine.CauseNormal)
	}
	a := newAgent(c, s.now)
	a.Level, a.InvitedBy = s.c.Level, invitedBy
	a.RingUntil = s.now.Add(s.ringTime(c))
	a.Gone = c.Silent
	s.c.Agents = append(s.c.Agents, a)
	s.journal(journal.AgentOffered{AgentID: a.AgentID, InvitedBy: invitedBy, Name: a.Name, Silent: c.Silent})
	if !c.Silent {
		s.emit(Dial{Agent: a})
	}
}

// ringTime is how long this agent's phone rings. Where all ring, they stop
// together.
func (s *step) ringTime(c Candidate) time.Duration {
	switch {
	case !s.c.RingUntil.IsZero():
		return s.c.RingUntil.Sub(s.now)
	case c.RingSeconds > 0:
		return seconds(c.RingSeconds)
	default:
		return seconds(s.c.Plan.RingSeconds)
	}
}

// ringsOut stops the phones that have rung long enough.
func (s *step) ringsOut(passed func(time.Time) bool) {
	any := false
	for i := range s.c.Agents {
		if a := &s.c.Agents[i]; a.State == PartyRinging && passed(a.RingUntil) {
			s.stopRinging(i, PartyMissed, engine.CauseNoAnswer)
			any = true
		}
	}
	if any && !passed(s.c.RingUntil) {
		s.nobodyRings()
	}
}

// stopAll stops all phones that ring: PartyTaken tells the agents that somebody
// else has answered (IN-11).
func (s *step) stopAll(as PartyState, cause engine.Cause) {
	for i := range s.c.Agents {
		if s.c.Agents[i].State == PartyRinging {
			s.stopRinging(i, as, cause)
		}
	}
}

// stopRinging ends an offer for the given reason.
func (s *step) stopRinging(i int, as PartyState, cause engine.Cause) {
	s.silence(i, as, cause)
	s.emit(Free{AccountID: s.c.Agents[i].AccountID})
}

// silence stops a phone that rings; the agent stays claimed.
func (s *step) silence(i int, as PartyState, cause engine.Cause) {
	a := &s.c.Agents[i]
	a.State, a.LeftAt, a.RingUntil = as, s.now, time.Time{}
	s.journal(stopped(a))
	if !a.Gone {
		s.emit(Hangup{Leg: a.Leg, Cause: cause})
	}
}

// stopped is the entry for an offer that has ended.
func stopped(a *Agent) journal.Entry {
	switch a.State {
	case PartyDeclined:
		return journal.AgentDeclined{Agent: about(a)}
	case PartyTaken:
		return journal.AgentTaken{Agent: about(a)}
	case PartyMoved:
		return journal.AgentMoved{Agent: about(a)}
	default:
		return journal.AgentMissed{Agent: about(a)}
	}
}

// nobodyRings goes on when the last phone has stopped ringing: somebody else is
// looked for at once (IN-4). Where all rang and a phone was lost (a browser that
// reloads, a controller that has just started), the call goes on for its ring
// time and looks again after a while.
func (s *step) nobodyRings() {
	if s.c.State != Ringing || s.anyRings() {
		return
	}
	if !s.c.Plan.Automatic && s.anyLost() {
		s.c.SeekAt = s.now.Add(SeekPause)
		return
	}
	s.seekNow()
}

func (s *step) decline(i int) *reason.Why {
	if s.c.Agents[i].State != PartyRinging {
		return reason.Of(reason.AnsweredAlready, "You have answered this call already: leave it instead.")
	}
	s.stopRinging(i, PartyDeclined, engine.CauseRejected)
	s.nobodyRings()
	return nil
}

// assign offers a waiting call to one agent by hand (IN-3, IN-9).
func (s *step) assign(in Do) *reason.Why {
	switch {
	case !s.c.Waits():
		return reason.Of(reason.NotAssignable, "Only a call that waits or rings can be assigned: invite the colleague, or transfer the call.")
	case s.c.Present(in.Target) >= 0:
		return reason.Of(reason.RingsAlready, "This colleague's phone rings already.")
	case in.Candidate == nil:
		return in.Why
	}
	s.stopAll(PartyTaken, engine.CauseAnsweredElsewhere)
	s.c.Offers = len(s.c.Agents) // should it be declined, those who rang may be asked again
	s.c.RingUntil, s.c.SeekAt = time.Time{}, time.Time{}
	s.journal(journal.CallAssigned{AgentID: in.Target, By: in.AgentID})
	if s.c.State == Queued {
		s.enter(Ringing, onAssigned)
	}
	s.ring(*in.Candidate, in.AgentID)
	return nil
}
