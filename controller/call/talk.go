package call

import (
	"time"

	"ringdesk/controller/engine"
	"ringdesk/controller/journal"
	"ringdesk/dialplan"
	"ringdesk/dialplan/flow"
)

// comeIn puts an agent whose leg is answered into the room. A customer who was
// alone hears them.
func (s *step) comeIn(i int) {
	a := &s.c.Agents[i]
	if a.Muted { // before anybody can hear it
		s.emit(MuteLeg{Leg: a.Leg, On: true})
	}
	s.emit(Join{Room: s.c.Room, Leg: a.Leg})
	s.record(&a.Party)
	s.aloneOrNot()
}

// leave takes an agent out of the call; the last one's leaving ends the talk
// (CALL-6).
func (s *step) leave(i int) {
	a := &s.c.Agents[i]
	s.part(i, PartyLeft)
	if a.Role != Speaker {
		return
	}
	s.follow(a.AgentID)
	if s.anySpeaks() {
		s.aloneOrNot()
		return
	}
	switch s.c.State {
	case Talking:
		s.talkOver(onAgentsLeave, ByAgent)
	case Dialing:
		if s.c.Out.Callback != nil { // the customer waits for it all the same
			s.backToPlace()
			return
		}
		s.finish(onAgentsLeave, Ended, ByAgent, "", engine.CauseNormal)
	}
}

// part takes one agent out of the call; what that means for the others is decided
// by its callers.
func (s *step) part(i int, as PartyState) {
	a := &s.c.Agents[i]
	a.State, a.LeftAt, a.AutoAnswer, a.AwaySince = as, s.now, false, time.Time{}
	s.journal(journal.AgentLeft{Agent: about(a)})
	if !a.Gone {
		s.emit(Hangup{Leg: a.Leg, Cause: engine.CauseNormal})
	}
	s.emit(Free{AccountID: a.AccountID})
	if s.c.Help != nil && s.c.Help.AgentID == a.AgentID {
		s.c.Help = nil
	}
	if s.c.Plan.WrapUpSeconds > 0 && a.Role == Speaker && !s.c.AnsweredAt.IsZero() {
		until := s.now.Add(seconds(s.c.Plan.WrapUpSeconds))
		s.emit(WrapUp{AgentID: a.AgentID, Until: until})
		s.journal(journal.AgentWrapUp{Agent: about(a), Until: until})
	}
}

// talkOver ends a talk that no agent takes part in any more: the customer goes on in
// their flow, or may grade it. One in which the customer could not speak was none (MISS-1).
func (s *step) talkOver(on Trigger, by EndedBy) {
	if !s.c.Met && s.c.Direction == "inbound" {
		s.c.AnsweredAt = time.Time{}
		s.finish(on, Missed, by, dialplan.ManagerLeft, engine.CauseNormal)
		return
	}
	switch here := s.c.Direction == "inbound" && !s.c.Customer.Gone; {
	case here && s.c.Flow != nil:
		if s.tell(flow.TalkEnded{}); s.c.State != Talking {
			return
		}
	case here && s.c.Plan.Survey:
		s.survey(on)
		return
	}
	s.finish(on, Ended, by, "", engine.CauseNormal)
}

// everybodyOut frees all agents.
func (s *step) everybodyOut() {
	for i := range s.c.Agents {
		switch s.c.Agents[i].State {
		case PartyRinging:
			s.stopRinging(i, PartyMissed, engine.CauseNormal)
		case PartyJoined:
			s.part(i, PartyLeft)
		}
	}
	s.c.Hold, s.c.AloneSince = nil, time.Time{}
}

// wentTo lets an agent go who has accepted another call (IN-9).
func (s *step) wentTo(account string) {
	for i := range s.c.Agents {
		a := &s.c.Agents[i]
		if a.AccountID == account && a.State == PartyJoined {
			s.leave(i)
			return
		}
	}
}
