package call

import (
	"time"

	"ringdesk/controller/engine"
	"ringdesk/controller/journal"
	"ringdesk/dialplan/flow"
)

// taken connects the agent who has answered first (IN-11).
func (s *step) taken(i int) {
	a := &s.c.Agents[i]
	a.State, a.JoinedAt, a.RingUntil = PartyJoined, s.now, time.Time{}
	s.stopPrompt()
	if s.c.Out != nil && s.c.Customer.Gone {
		s.emit(Occupy{AccountID: a.AccountID})
		s.stopAll(PartyTaken, engine.CauseAnsweredElsewhere)
		s.callOut(i)
		return
	}
	s.connect(i)
}

// connect lets the agent and the customer talk.
func (s *step) connect(i int) {
	a := &s.c.Agents[i]
	first := s.c.AnsweredAt.IsZero()
	s.enter(Talking, onAgentAnswers)
	s.tell(flow.Connected{})
	if first {
		s.c.AnsweredAt = s.now
	}
	s.journal(journal.CallAnswered{Again: new(!first), Agent: new(about(a)), RingMS: new(s.now.Sub(a.RingingAt).Milliseconds()),
		WaitMS: s.now.Sub(s.c.StartedAt).Milliseconds()})
	s.emit(Occupy{AccountID: a.AccountID})
	s.emit(Took{AgentID: a.AgentID})
	customer := s.c.Customer.Leg
	switch {
	case s.c.Room != "":
	case s.c.Customer.Answered:
		s.emit(Music{Leg: customer, On: false})
	default:
		s.emit(Answer{Leg: customer})
		s.c.Customer.Answered = true
	}
	again := s.c.Room != ""
	s.openRoom()
	s.emit(Join{Room: s.c.Room, Leg: a.Leg})
	if again {
		s.emit(UnholdLeg{Room: s.c.Room, Leg: customer})
	} else {
		s.emit(Join{Room: s.c.Room, Leg: customer})
	}
	s.stopAll(PartyTaken, engine.CauseAnsweredElsewhere)
	s.record(&a.Party)
	s.record(&s.c.Customer.Party)
}

// openRoom makes the call's room. Its id is the call's, so it is made once.
func (s *step) openRoom() {
	if s.c.Room == "" {
		s.c.Room = engine.RoomID(s.c.ID)
		s.emit(CreateRoom{Room: s.c.Room})
	}
}
