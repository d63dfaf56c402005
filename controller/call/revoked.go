package call

import (
	"ringdesk/controller/engine"
	"ringdesk/controller/journal"
)

// revoked ends the legs of a phone whose session has ended, or of an agent who
// has been removed, whatever the browser does: it may speak on without a
// session (SEC-5).
func (s *step) revoked(in Revoked) {
	for i := range s.c.Agents {
		a := &s.c.Agents[i]
		switch {
		case s.c.State.Over():
			return
		case in.Phone != "" && a.Phone == in.Phone:
			s.cutOff(i)
		case in.AgentID != "" && a.AgentID == in.AgentID:
			s.dismiss(i)
		}
	}
}

// cutOff ends a leg whose agent may come back with another (IN-12): the customer
// hears music meanwhile.
func (s *step) cutOff(i int) {
	s.lost(i)
	a := &s.c.Agents[i]
	if a.State != PartyJoined || a.Gone {
		return
	}
	if !a.Cut {
		a.Cut = true
		s.journal(journal.AgentCut{Agent: about(a)})
	}
	s.emit(Hangup{Leg: a.Leg, Cause: engine.CauseNormal})
}

// dismiss lets an agent go who cannot come back. A customer who has nobody else
// goes to the head of the queue at once: they did nothing to be hung up on.
func (s *step) dismiss(i int) {
	a := &s.c.Agents[i]
	switch {
	case a.State != PartyJoined:
		s.lost(i)
		return
	case a.Role != Speaker, s.c.State != Talking:
		s.leave(i)
		return
	}
	s.part(i, PartyLeft)
	s.follow(a.AgentID)
	if s.anySpeaks() {
		s.aloneOrNot()
	} else {
		s.requeue(onAgentsLost)
	}
}
