package call

import (
	"testing"

	"ringdesk/controller/engine"
)

// Keys count in the whole wait, also while a phone rings.
func TestKeysWhileRinging_Q_1_Q_2(t *testing.T) {
	s := newStory(t)
	s.c.From, s.c.Plan.CallbackKey, s.c.Plan.VoicemailKey, s.c.Plan.Automatic = "+821011112222", "1", "2", true
	s.then(Arrived{Busy: true}).then(Offered{Candidates: agents("a")}).state(Ringing)
	m := *s
	s.then(engine.DTMF{Leg: "cust", Digit: "1"}).state(Greeting).party("a", PartyMissed).has("CallBack…", "hangup leg-a 16", "Free{acc-a}")
	m.then(engine.DTMF{Leg: "cust", Digit: "2"}).state(Voicemail).party("a", PartyMissed)
}
