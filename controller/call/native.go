package call

import (
	"ringdesk/controller/engine"
	"ringdesk/controller/journal"
	"ringdesk/dialplan"
	"ringdesk/dialplan/flow"
)

// toNative gives the customer to an extension of the installation's own dialplan, as the
// flow says (DP-3).
func (s *step) toNative(extension string) {
	s.apart(Greeting)
	s.emit(HandOver{Leg: s.c.Customer.Leg, Extension: extension})
}

// handedOver ends a call that goes on in the installation's own dialplan: for us the
// customer is gone.
func (s *step) handedOver() {
	if s.c.Customer.Gone {
		return
	}
	s.c.Customer.Gone = true
	s.journal(journal.CallHandedOver{Extension: s.extension()})
	s.tell(flow.HandedOver{})
	s.over(onCustomerLeaves, BySystem, dialplan.Workflow) // if the flow had given it up meanwhile
	s.drained()
}

// extension is where the step hands calls over that the flow stands at; "" if it does
// not.
func (s *step) extension() string {
	if s.c.Flow == nil {
		return ""
	}
	if st := s.program().Flow(s.c.Flow.Flow).Step(s.c.Flow.Step); st != nil && st.Native != nil {
		return st.Native.Extension
	}
	return ""
}

// notHandedOver goes on by the flow's other exit. What has timed out may have happened,
// and is waited for.
func (s *step) notHandedOver(kind engine.Kind) {
	if kind != engine.KindTimeout {
		s.tell(flow.NotHandedOver{})
	}
}

// handOverAgain asks again for what a process before this one, or a broken link, may
// have left undone.
func (s *step) handOverAgain() {
	if s.c.Flow != nil && s.c.Flow.Phase == flow.Leaving && !s.c.Customer.Gone {
		s.emit(HandOver{Leg: s.c.Customer.Leg, Extension: s.extension()})
	}
}
