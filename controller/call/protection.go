package call

import (
	"ringdesk/controller/journal"
	"ringdesk/controller/reason"
	"ringdesk/controller/sounds"
)

// warn plays the protection's warning to the customer, in the talk (CALL-7).
func (s *step) warn(i int) *reason.Why {
	if s.c.Prompt != nil {
		return reason.Of(reason.AnnouncementPlays, "An announcement is being played already.")
	}
	s.journal(journal.CallWarned{Agent: about(&s.c.Agents[i])})
	s.play("warning", []string{s.sound(sounds.Warning)})
	return nil
}

// Abusive is the tag of conversations that the agent's protection ended.
const Abusive = "abusive"

// turnAway ends the call for an abusive caller: the closing announcement, a
// tag, and a block (CALL-7).
func (s *step) turnAway(i int) *reason.Why {
	a := s.c.Agents[i]
	s.journal(journal.CallTurnedAway{Agent: about(&a)})
	s.emit(Tag{Tag: Abusive})
	if days := s.c.Plan.BlockDays; days > 0 && s.c.Direction == "inbound" && s.c.Caller() != "" {
		s.emit(Block{AgentID: a.AgentID, Until: s.now.AddDate(0, 0, days)})
	}
	held := s.c.Hold != nil
	s.everybodyOut()
	s.c.TurnedAway = true
	if held {
		s.emit(UnholdLeg{Room: s.c.Room, Leg: s.c.Customer.Leg})
	}
	s.announce(onTurnedAway, Greeting, "closing", []string{s.sound(sounds.Closing)})
	return nil
}
