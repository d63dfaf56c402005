package call

import (
	"slices"
	"testing"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/dialplan"
)

// Voicemail instead of being turned away, for the reasons that the plan names:
// the call is missed for that reason all the same.
func TestVoicemail_Q_2_MISS_1(t *testing.T) {
	cases := []struct {
		reason MissedReason
		get    func(*story) *story
	}{
		{NotInOperation, func(s *story) *story {
			s.c.Plan.Say, s.c.Plan.Refuse = []string{"en/closed"}, string(NotInOperation)
			return s.then(Arrived{}).played()
		}},
		{NoOperator, func(s *story) *story { return s.then(Arrived{}) }},
		{ExceededQueue, func(s *story) *story { return s.then(Arrived{Busy: true, Waiting: 200}) }},
		{AbandonedInQueue, func(s *story) *story { s.then(Arrived{Busy: true}); return s.at(s.c.QueueUntil) }},
		{RingTimeOver, func(s *story) *story { return s.then(Arrived{Candidates: agents("a")}).when() }},
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
	s.played().presses("#").missed(Workflow, BySystem)

	// One who has talked already was not missed; the queue's music stops, and the
	// track that runs goes on.
	r := planned(t, withCallback).talked("a").then(Do{AgentID: "a", Action: Transfer, Team: "care"}).then(Offered{Busy: true})
	r.then(engine.DTMF{Leg: "cust", Digit: "2"}).state(Voicemail).has("UnholdLeg{call cust}")
	r.then(engine.RecordingEnded{Recording: "p-a-1"}).state(Voicemail) // the agent's
	r.played().state(Voicemail).lacks("Record…")
	r.presses("#").state(Ended).ended(Answered, BySystem)
}

func withSurvey(p *dialplan.Plan) { p.Survey, p.Monitored = true, true }

func TestSurvey_Q_2(t *testing.T) {
	asked := func(t *testing.T) *story { return planned(t, withSurvey).talked("a").does("a", Leave).state(Survey) }
	s := asked(t).party("a", PartyLeft).
		wants("journal agent.left", "hangup leg-a 16", "Free{acc-a}", "Part{call cust}", "StopRecord{cust-1}",
			"Play{call-1 cust [en/survey-question] false}", "journal survey.asked")
	s.presses("0").wants().presses("6").wants().presses("#").wants()
	s.fork().then(engine.LegEnded{Leg: "cust"}).ended(Answered, ByCustomer)
	s.fork().played().when().ended(Answered, ByAgent)
	s.presses("4").state(Survey).has("StopPlay{call-1}", "Play{call-2 cust [en/survey-thanks] false}")
	if s.c.Grade != 4 || s.entry("survey.answered")["grade"] != 4 {
		t.Errorf("grade %d", s.c.Grade)
	}
	s.presses("1").wants() // the first key counts
	if s.played().ended(Answered, ByAgent); s.c.Grade != 4 {
		t.Errorf("grade %d", s.c.Grade)
	}

	planned(t, withSurvey).talked("a").invited("a", "b").does("a", Leave).state(Talking)
	planned(t, withSurvey).talked("a").invited("a", "b").does("a", EndCall).state(Survey).party("b", PartyLeft)
	planned(t, withSurvey).talked("a").then(engine.LegEnded{Leg: "cust"}).state(Ended)
	planned(t, withSurvey).talked("a").does("a", TurnAway).played().state(Ended)
	dialled(t, "t1").with(withSurvey).then(engine.LegAnswered{Leg: out1}).does("a", Leave).state(Ended)
	planned(t, withSurvey).talked("a").does("a", PutHold).does("a", Leave).has("UnholdLeg{call cust}", "Part{call cust}")
	// Nobody is left behind: neither a supervisor nor one who was being invited.
	planned(t, withSurvey).talked("a").supervises("sup", Listen).
		then(Do{AgentID: "a", Action: Invite, Target: "b", Candidate: colleague("b")}).does("a", Leave).state(Survey).
		has("hangup leg-sup 16", "Free{acc-sup}", "hangup leg-b 16", "Free{acc-b}")
}

// Only the customer's keys count.
func TestKeysOfOthers_Q_2(t *testing.T) {
	s := planned(t, withSurvey).talked("a").does("a", Leave).then(engine.DTMF{Leg: "leg-a", Digit: "5"})
	if s.c.Grade != 0 {
		t.Error("an agent has graded the call")
	}
	if !slices.Equal(s.did(), []string(nil)) {
		t.Errorf("got %q", s.did())
	}
}
