package call

import (
	"ringdesk/controller/journal"
	"ringdesk/controller/reason"
)

// hold gives the customer music (HOLD-1, HOLD-2). Holding twice is no error:
// two agents may press at the same moment. It stays when the one who pressed it
// leaves (HOLD-3).
func (s *step) hold(i int) *reason.Why {
	if s.c.Kind != "phone" {
		return reason.Of(reason.OnlyPhoneHolds, "Only phone calls can be put on hold.")
	}
	if s.c.Hold != nil {
		return nil
	}
	a := &s.c.Agents[i]
	s.c.Hold = &Hold{AgentID: a.AgentID, Name: a.Name, Since: s.now}
	s.journal(journal.CallHeld{Agent: about(a)})
	s.emit(HoldLeg{Room: s.c.Room, Leg: s.c.Customer.Leg})
	return nil
}

// release ends hold; any agent in the call may (HOLD-2).
func (s *step) release(i int) {
	if s.c.Hold == nil {
		return
	}
	s.c.Hold = nil
	s.journal(journal.CallReleased{Agent: new(about(&s.c.Agents[i]))})
	if s.c.AloneSince.IsZero() {
		s.emit(UnholdLeg{Room: s.c.Room, Leg: s.c.Customer.Leg})
	}
}
