package call

import (
	"slices"

	"ringdesk/controller/engine"
	"ringdesk/controller/journal"
	"ringdesk/dialplan"
	"ringdesk/dialplan/flow"
)

// pressed is a key of the customer's (CALL-2). Which one it was is written down
// in no talk: it may be a card number (CALL-7).
func (s *step) pressed(in engine.DTMF) {
	if in.Leg != s.c.Customer.Leg {
		return
	}
	switch s.c.State {
	case Talking:
		s.journal(journal.CustomerDTMF{})
	case Greeting:
		s.tell(flow.Pressed{Digit: in.Digit})
	case Queued, Ringing:
		switch {
		case s.flowWaits():
			s.tell(flow.Pressed{Digit: in.Digit})
		case s.c.Direction != "inbound":
		case isKey(s.c.Plan.CallbackKey, in.Digit):
			s.askForCallback()
		case isKey(s.c.Plan.VoicemailKey, in.Digit):
			s.voicemail(onKey, dialplan.Workflow)
		}
	case Voicemail, Survey:
		s.answers(in.Digit)
	}
}

// answers takes a key of one who leaves a message or grades a talk.
func (s *step) answers(digit string) {
	switch {
	case s.flowLeads():
		s.tell(flow.Pressed{Digit: digit})
	case s.c.State == Survey:
		s.grade(digit)
	case digit == "#":
		s.phaseEnds()
	}
}

// isKey says whether a setting names the key that was pressed.
func isKey(setting, digit string) bool {
	return setting != "" && setting == digit && slices.Contains([]string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "#"}, digit)
}
