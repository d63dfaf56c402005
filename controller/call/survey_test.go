package call

import (
	"slices"
	"testing"

	"ringdesk/controller/engine"
	"ringdesk/controller/journal"
	"ringdesk/dialplan"
)

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
	if s.c.Grade != 4 || entry[journal.SurveyAnswered](s).Grade != 4 {
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
