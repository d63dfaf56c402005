package call

import (
	"time"

	"ringdesk/controller/engine"
	"ringdesk/controller/journal"
)

// lostBrowser notes that an agent's browser is gone, though their leg may not
// have ended yet (IN-12). A phone that rang there rings nobody.
func (s *step) lostBrowser(account string) {
	for i := range s.c.Agents {
		if s.c.Agents[i].AccountID == account && !s.c.State.Over() {
			s.lost(i)
		}
	}
}

func (s *step) lost(i int) {
	a := &s.c.Agents[i]
	switch {
	case a.State == PartyRinging && !a.Gone:
		a.Lost = true
		s.stopRinging(i, PartyMissed, engine.CauseNormal)
		s.nobodyRings()
	case a.State != PartyJoined || a.AutoAnswer || !a.AwaySince.IsZero():
	case a.Role != Speaker, s.c.State == Dialing:
		s.leave(i)
	case s.c.State == Talking:
		s.away(i)
	}
}

// away waits for an agent whose browser is gone; meanwhile a customer who has
// nobody else hears music (IN-12).
func (s *step) away(i int) {
	a := &s.c.Agents[i]
	if a.AwaySince.IsZero() {
		a.AwaySince = s.now
		s.journal(journal.AgentAway{Agent: about(a)})
	}
	s.c.SeekAt = s.now.Add(SeekPause)
	s.aloneOrNot()
}

// aloneOrNot gives the customer music while no agent is here, and takes it away
// when one is.
func (s *step) aloneOrNot() {
	if s.c.State != Talking {
		return
	}
	switch alone := !s.anyHere(); {
	case alone && s.c.AloneSince.IsZero():
		s.c.AloneSince = s.now
		s.journal(journal.CallAlone{})
		s.emit(HoldLeg{Room: s.c.Room, Leg: s.c.Customer.Leg})
	case !alone && !s.c.AloneSince.IsZero():
		s.c.AloneSince = time.Time{}
		s.journal(journal.CallTogether{})
		if s.c.Hold == nil {
			s.emit(UnholdLeg{Room: s.c.Room, Leg: s.c.Customer.Leg})
		}
	}
}

// returnLimit is how long a talk waits for an agent whose browser is gone
// (IN-12).
const returnLimit = 20 * time.Second

// waitForReturn lets agents go who have been away for too long, and says
// whether others are still awaited. A customer who has lost the last one goes
// to the head of the queue.
func (s *step) waitForReturn() bool {
	awaited := false
	for i := range s.c.Agents {
		a := &s.c.Agents[i]
		if a.State != PartyJoined || a.AwaySince.IsZero() {
			continue
		}
		if s.now.Sub(a.AwaySince) >= returnLimit {
			s.part(i, PartyLeft)
			s.follow(a.AgentID)
		} else {
			awaited = true
		}
	}
	if !s.anySpeaks() {
		s.requeue(onAgentsLost)
		return false
	}
	return awaited
}

// dialAnew brings an agent back whose browser was reloaded in mid-call (IN-12).
func (s *step) dialAnew(c Candidate) {
	i := s.c.Present(c.AgentID)
	switch {
	case i < 0:
		s.freeAll([]Candidate{c})
		return
	case s.c.Agents[i].Role != Speaker: // a supervisor may listen again
		s.leave(i)
		return
	}
	old := s.c.Agents[i]
	s.silence(i, PartyMoved, engine.CauseNormal)
	if old.State == PartyRinging {
		s.ring(c, old.InvitedBy)
		return
	}
	a := newAgent(c, s.now)
	a.State, a.JoinedAt, a.Muted, a.AutoAnswer, a.AwaySince = PartyJoined, old.JoinedAt, old.Muted, true, old.AwaySince
	s.c.Agents = append(s.c.Agents, a)
	s.away(len(s.c.Agents) - 1)
	s.emit(Dial{Agent: a})
}

// back lets an agent go on whose page had been out of sight, with their phone
// still in the talk.
func (s *step) back(agentID string) {
	i := s.c.Present(agentID)
	if i < 0 || s.c.Agents[i].AwaySince.IsZero() || s.c.Agents[i].Gone || s.c.Agents[i].Cut {
		return
	}
	s.c.Agents[i].AwaySince = time.Time{}
	s.journal(journal.AgentReturned{Agent: about(&s.c.Agents[i])})
	s.aloneOrNot()
}

// autoAnswered lets in an agent whose browser has answered by itself.
func (s *step) autoAnswered(i int) {
	a := &s.c.Agents[i]
	a.AutoAnswer = false
	switch {
	case a.Role != Speaker:
		s.watch(i)
	case s.c.State == Dialing:
		s.callOut(i)
	case s.c.State == Talking:
		if !a.AwaySince.IsZero() {
			a.AwaySince = time.Time{}
			s.journal(journal.AgentReturned{Agent: about(a)})
		} else {
			s.journal(journal.AgentJoined{Agent: about(a)})
		}
		s.comeIn(i)
		s.follow(a.AgentID)
	}
}
