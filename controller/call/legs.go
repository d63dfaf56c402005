package call

import (
	"slices"

	"ringdesk/controller/engine"
	"ringdesk/controller/journal"
	"ringdesk/dialplan"
)

// agentAt finds an agent's place by leg; -1 if the leg is none of theirs.
func (s *step) agentAt(leg engine.LegID) int {
	return slices.IndexFunc(s.c.Agents, func(a Agent) bool { return a.Leg == leg })
}

func (s *step) legAnswered(leg engine.LegID) {
	if leg == s.c.Customer.Leg {
		s.customerAnswered()
		return
	}
	i := s.agentAt(leg)
	if i < 0 {
		if !s.forwardAnswered(leg) {
			s.hangUpOldDial(leg)
		}
		return
	}
	a := &s.c.Agents[i]
	switch {
	case a.Gone, a.Cut: // a dial that was given up has been carried out late
		s.emit(Hangup{Leg: leg, Cause: engine.CauseNormal})
	case s.c.State == Ringing && a.State == PartyRinging:
		s.taken(i)
	case s.c.State == Talking && a.State == PartyRinging:
		s.joined(i)
	case a.AutoAnswer && a.State == PartyJoined && !s.c.State.Over():
		s.autoAnswered(i)
	case a.State != PartyJoined: // too late
		s.emit(Hangup{Leg: leg, Cause: engine.CauseNormal})
	}
}

func (s *step) customerAnswered() {
	if s.c.Customer.Gone { // as for agents
		s.emit(Hangup{Leg: s.c.Customer.Leg, Cause: engine.CauseNormal})
		return
	}
	s.c.Customer.Answered = true
	if s.c.State == Dialing && s.c.Out != nil {
		s.reached()
	}
}

// legEnded lets a party leave whose leg has ended.
func (s *step) legEnded(leg engine.LegID, cause engine.Cause) {
	if leg == s.c.Customer.Leg {
		s.customerEnded(cause)
		return
	}
	if s.forwardEnded(leg, cause) {
		return
	}
	i := s.agentAt(leg)
	if i < 0 || s.c.Agents[i].Gone {
		return
	}
	a := &s.c.Agents[i]
	a.Gone = true
	switch {
	case a.State == PartyRinging:
		as := PartyMissed
		if cause == engine.CauseRejected || cause == engine.CauseBusy {
			as = PartyDeclined
		}
		a.Lost = as == PartyMissed && cause != engine.CauseNoAnswer
		s.stopRinging(i, as, cause)
		s.nobodyRings()
	case a.State == PartyJoined && a.Role != Speaker:
		s.leave(i)
	case a.State == PartyJoined && a.AutoAnswer && s.c.State == Talking: // the browser was not there yet
		a.AutoAnswer = false
		s.away(i)
	case a.State == PartyJoined && s.c.State == Talking && cause != engine.CauseNormal && a.AwaySince.IsZero(): // no BYE of theirs
		s.away(i)
	case a.State == PartyJoined && a.AwaySince.IsZero():
		if a.AutoAnswer && s.c.State == Dialing { // the agent's own phone could not be had
			s.c.Outcome = Failure
		}
		s.leave(i)
	}
	s.drained()
}

func (s *step) customerEnded(cause engine.Cause) {
	if s.c.Customer.Gone {
		return
	}
	s.c.Customer.Gone = true
	if s.c.State == Dialing && s.c.Out != nil {
		s.notReached(cause)
	} else {
		by := ByCustomer
		if s.restarted {
			by = BySystem
			s.journal(journal.EngineRestarted{})
		}
		s.over(onCustomerLeaves, by, dialplan.UserLeft)
	}
	s.drained()
}
