package call

import (
	"slices"

	"ringdesk/controller/journal"
	"ringdesk/controller/sounds"
	"ringdesk/dialplan"
)

func (s *step) voicemailFor(reason dialplan.MissedReason) bool {
	return slices.Contains(s.c.Plan.VoicemailOn, string(reason))
}

// voicemail asks the caller for a message. The call is missed for the
// given reason all the same.
func (s *step) voicemail(on Trigger, reason dialplan.MissedReason) {
	if s.c.Room != "" { // one who has talked waited with the room's music
		s.emit(UnholdLeg{Room: s.c.Room, Leg: s.c.Customer.Leg})
	}
	s.announce(on, Voicemail, "voicemail", []string{s.sound(sounds.VoicemailPrompt), s.sound(sounds.Beep)})
	s.c.Pending = reason
	s.journal(journal.VoicemailOffered{Reason: string(reason)})
}

// takeMessage records what the caller says from now on.
func (s *step) takeMessage() {
	if s.c.State != Voicemail {
		return
	}
	s.c.PhaseUntil = s.now.Add(seconds(max(10, s.c.Plan.VoicemailSeconds)))
	s.journal(journal.VoicemailStarted{})
	if !s.c.Customer.recorded() {
		s.openTrack(&s.c.Customer.Party)
	}
}
