package call

import (
	"slices"
	"strconv"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/controller/sounds"
)

// surveyPause is how long the customer has to press a key.
const surveyPause = 10 * time.Second

func (s *step) voicemailFor(reason MissedReason) bool {
	return slices.Contains(s.c.Plan.VoicemailOn, string(reason))
}

// voicemail asks the caller for a message. The call is missed for the
// given reason all the same.
func (s *step) voicemail(reason MissedReason) {
	if s.c.Room != "" { // one who has talked waited with the room's music
		s.emit(UnholdLeg{Room: s.c.Room, Leg: s.c.Customer.Leg})
	}
	s.announce("voicemail", []string{s.sound(sounds.VoicemailPrompt), s.sound(sounds.Beep)})
	s.enter(Voicemail)
	s.c.Pending, s.c.Rank = reason, 0
	s.c.QueueUntil, s.c.AnnounceAt = time.Time{}, time.Time{}
	s.journal("voicemail.offered", map[string]any{"reason": reason})
}

// takeMessage records what the caller says from now on.
func (s *step) takeMessage() {
	if s.c.State != Voicemail {
		return
	}
	s.c.PhaseUntil = s.now.Add(seconds(max(10, s.c.Plan.VoicemailSeconds)))
	s.journal("voicemail.started", nil)
	if !s.c.Customer.recorded() {
		s.openTrack(&s.c.Customer.Party)
	}
}

// survey asks the customer to grade the talk.
func (s *step) survey() {
	s.outOfRoom(s.c.Hold != nil || !s.c.AloneSince.IsZero())
	s.everybodyOut() // supervisors, and whoever was being invited
	s.stopTracks(&s.c.Customer.Party)
	s.announce("survey", []string{s.sound(sounds.SurveyQuestion)})
	s.enter(Survey)
	s.journal("survey.asked", nil)
}

// grade takes the customer's answer: 1 to 5.
func (s *step) grade(digit string) {
	n, err := strconv.Atoi(digit)
	if err != nil || n < 1 || n > 5 || s.c.Grade != 0 {
		return
	}
	s.c.Grade = n
	s.c.PhaseUntil = time.Time{}
	s.journal("survey.answered", map[string]any{"grade": n})
	s.play("thanks", []string{s.sound(sounds.SurveyThanks)})
}

// phaseEnds ends what came instead of a talk, or after it.
func (s *step) phaseEnds() {
	s.c.PhaseUntil = time.Time{}
	switch s.c.State {
	case Voicemail:
		s.over(BySystem, s.c.Pending)
	case Survey:
		s.finish(Ended, ByAgent, "", engine.CauseNormal)
	}
}
