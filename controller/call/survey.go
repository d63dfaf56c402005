package call

import (
	"strconv"
	"time"

	"ringdesk/controller/journal"
	"ringdesk/controller/sounds"
)

// surveyPause is how long the customer has to press a key.
const surveyPause = 10 * time.Second

// survey asks the customer to grade the talk.
func (s *step) survey(on Trigger) {
	s.outOfRoom(s.c.Hold != nil || !s.c.AloneSince.IsZero())
	s.everybodyOut() // supervisors, and whoever was being invited
	s.stopTracks(&s.c.Customer.Party)
	s.announce(on, Survey, "survey", []string{s.sound(sounds.SurveyQuestion)})
	s.journal(journal.SurveyAsked{})
}

// grade takes the customer's answer: 1 to 5.
func (s *step) grade(digit string) {
	n, err := strconv.Atoi(digit)
	if err != nil || n < 1 || n > 5 || s.c.Grade != 0 {
		return
	}
	s.c.Grade = n
	s.c.PhaseUntil = time.Time{}
	s.journal(journal.SurveyAnswered{Grade: n})
	s.play("thanks", []string{s.sound(sounds.SurveyThanks)})
}
