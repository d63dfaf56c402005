package call

import (
	"testing"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/dialplan"
)

// Voicemail instead of being turned away, for the reasons that the plan names:
// the call is missed for that reason all the same.
func TestVoicemail_Q_2_MISS_1(t *testing.T) {
	cases := []struct {
		reason dialplan.MissedReason
		get    func(*story) *story
	}{
		{dialplan.NotInOperation, func(s *story) *story {
			s.c.Plan.Say, s.c.Plan.Refuse = []string{"en/closed"}, dialplan.NotInOperation
			return s.then(Arrived{}).played()
		}},
		{dialplan.NoOperator, func(s *story) *story { return s.then(Arrived{}) }},
		{dialplan.ExceededQueue, func(s *story) *story { return s.then(Arrived{Busy: true, Waiting: 200}) }},
		{dialplan.AbandonedInQueue, func(s *story) *story { s.then(Arrived{Busy: true}); return s.at(s.c.QueueUntil) }},
		{dialplan.RingTimeOver, func(s *story) *story { return s.then(Arrived{Candidates: agents("a")}).when() }},
	}
	for _, c := range cases {
		t.Run(string(c.reason), func(t *testing.T) {
			s := c.get(planned(t, func(p *dialplan.Plan) { p.VoicemailOn, p.VoicemailSeconds = []string{string(c.reason)}, 90 }))
			s.t = t
			s.state(Voicemail).has("journal voicemail.offered", "Play{"+string(s.c.Prompt.ID)+" cust [en/voicemail-prompt en/beep] false}").lacks("Record…")
			s.fork().then(engine.LegEnded{Leg: "cust"}).missed(c.reason, ByCustomer)
			s.played().state(Voicemail).has("journal voicemail.started", "RecordingOpened{}", "TrackOpened cust-1", "Record{cust-1 cust call/cust-1 0s}")
			if !s.c.PhaseUntil.Equal(s.now.Add(90 * time.Second)) {
				t.Errorf("the message may last until %v", s.c.PhaseUntil)
			}
			s.presses("5").wants()
			s.fork().presses("#").missed(c.reason, BySystem)
			s.fork().when().missed(c.reason, BySystem)
			s.fork().then(engine.RecordingEnded{Recording: "cust-1"}).missed(c.reason, BySystem)
			s.then(engine.LegEnded{Leg: "cust"}).missed(c.reason, ByCustomer).lacks("Drained{}").then(engine.LegEnded{Leg: "leg-a"}).
				then(engine.RecordingEnded{Recording: "cust-1"}).wants("TrackClosed cust-1", "Drained{}")
			c.get(newStory(t)).lacks("Play{call-1 cust [en/voicemail…")
		})
	}
}

func TestVoicemailByKey_Q_2(t *testing.T) {
	s := planned(t, withCallback).then(Arrived{Busy: true}).presses("2").state(Voicemail).has("Music{cust false}")
	if s.c.Rank != 0 || s.c.Deadline().Before(s.now.Add(time.Minute)) {
		t.Errorf("waits on: rank %d, until %v", s.c.Rank, s.c.Deadline())
	}
	s.played().presses("#").missed(dialplan.Workflow, BySystem)

	// One who has talked already was not missed; the queue's music stops, and the
	// track that runs goes on.
	r := planned(t, withCallback).talked("a").then(Do{AgentID: "a", Action: Transfer, Team: "care"}).then(Offered{Busy: true})
	r.then(engine.DTMF{Leg: "cust", Digit: "2"}).state(Voicemail).has("UnholdLeg{call cust}")
	r.then(engine.RecordingEnded{Recording: "p-a-1"}).state(Voicemail) // the agent's
	r.played().state(Voicemail).lacks("Record…")
	r.presses("#").state(Ended).ended(Answered, BySystem)
}
