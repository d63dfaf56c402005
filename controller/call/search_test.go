package call

import (
	"testing"

	"ringdesk/controller/engine"
	"ringdesk/dialplan"
)

// One who has talked already is never sent away and never forgotten: all teams
// are asked over and over. Covers: IN-12, CALL-7.
func TestRequeuedIsAskedAnew_IN_12(t *testing.T) {
	s := talking(t, "a", "b")
	s.c.Plan.Automatic = true
	s.c.Plan.Overflow = []dialplan.Level{{Rounds: 1}, {Team: "second", Rounds: 1}}
	s.then(engine.LegEnded{Leg: "leg-a", Cause: engine.CauseFailure}).state(Talking) // RTP has stopped
	for s.c.State == Talking {
		s.when()
	}
	s.state(Queued).then(Offered{Tried: true}).state(Queued)
	if s.c.Level != 1 || s.c.Offers != len(s.c.Agents) {
		t.Errorf("level %d, %d offers of %d count", s.c.Level, s.c.Offers, len(s.c.Agents))
	}
	s.when().has("Seek{}")
	s.then(Offered{Tried: true}).state(Queued)
	if s.c.Level != 0 {
		t.Errorf("level %d, want the first again", s.c.Level)
	}
}

// Where all ring at once, too. Covers: IN-5, IN-12.
func TestRequeuedRingsInVain_IN_12(t *testing.T) {
	s := talking(t, "a").then(engine.LegEnded{Leg: "leg-a", Cause: engine.CauseFailure})
	for s.c.State == Talking {
		s.when()
	}
	s.then(Offered{Candidates: agents("b")}).state(Ringing)
	for s.c.State == Ringing {
		s.when()
	}
	s.state(Queued).party("b", PartyMissed)
}

// A caller who waits is not sent away the moment the last page is loaded anew;
// when everybody has gone home, after a while. Covers: IN-6, MISS-1.
func TestNobodyLeft_IN_6_MISS_1(t *testing.T) {
	s := newStory(t).then(Arrived{Busy: true}).state(Queued).then(Offered{}).state(Queued)
	back := *s
	back.then(Offered{Busy: true}).state(Queued)
	if !back.c.NobodySince.IsZero() {
		t.Error("somebody is there again")
	}
	s.now = s.now.Add(nobodyLimit)
	s.then(Offered{}).state(Greeting).then(engine.PlaybackEnded{Playback: s.c.Prompt.ID}).missed(dialplan.NoOperator, BySystem)
}

// Declined by the one it was assigned to, the call goes back to the others.
// Covers: IN-3, IN-4.
func TestAssignedAndDeclined_IN_3(t *testing.T) {
	s := ringing(t, "a", "b").then(Do{AgentID: "boss", Action: Assign, Target: "d", Candidate: &agents("d")[0]}).state(Ringing)
	s.does("d", Decline).has("Seek{}")
	if offers, _ := s.c.Asked(); offers["a"] != 0 || offers["b"] != 0 {
		t.Errorf("those who rang before count as asked: %v", offers)
	}
}
