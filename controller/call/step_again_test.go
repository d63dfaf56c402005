package call

import (
	"testing"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/dialplan"
)

// One who has talked already is never sent away and never forgotten: all teams
// are asked over and over. Covers: IN-12, CALL-7.
func TestRequeuedIsAskedAnew_IN_12(t *testing.T) {
	s := talking(t, "a", "b")
	s.c.Plan.Automatic = true
	s.c.Plan.Levels = []dialplan.Level{{Rounds: 1}, {Team: "second", Rounds: 1}}
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
	s.then(Offered{}).state(Greeting).then(engine.PlaybackEnded{Playback: s.c.Prompt.ID}).missed(NoOperator, BySystem)
}

// Declined by the one it was assigned to, the call goes back to the others.
// Covers: IN-3, IN-4.
func TestAssignedAndDeclined_IN_3(t *testing.T) {
	s := ringing(t, "a", "b").then(Do{AgentID: "boss", Action: Assign, Target: "d", Candidate: &agents("d")[0]}).state(Ringing)
	s.does("d", Decline).has("Seek{}")
	if w := s.c.wants(s.now); w.Offers["a"] != 0 || w.Offers["b"] != 0 {
		t.Errorf("those who rang before count as asked: %v", w.Offers)
	}
}

// Keys count in the whole wait, also while a phone rings.
func TestKeysWhileRinging_Q_1_Q_2(t *testing.T) {
	s := newStory(t)
	s.c.From, s.c.Plan.CallbackKey, s.c.Plan.VoicemailKey, s.c.Plan.Automatic = "+821011112222", "1", "2", true
	s.then(Arrived{Busy: true}).then(Offered{Candidates: agents("a")}).state(Ringing)
	m := *s
	s.then(engine.DTMF{Leg: "cust", Digit: "1"}).state(Greeting).party("a", PartyMissed).has("CallBack…", "hangup leg-a 16", "Free{acc-a}")
	m.then(engine.DTMF{Leg: "cust", Digit: "2"}).state(Voicemail).party("a", PartyMissed)
}

// The pause of a recording is what the screen says, also after a gap and when
// the engine fails to end it. Covers: CALL-7.
func TestMaskIsTrue_CALL_7(t *testing.T) {
	s := talking(t, "a").then(engine.RecordingStarted{Recording: "cust-1", At: start}).then(engine.RecordingStarted{Recording: "p-a-1", At: start})
	s.does("a", PauseRecording).does("a", ResumeRecording)
	up := engine.LegState{Answered: true, Room: "call"}
	gap := *s
	gap.then(Reconcile{engine.Snapshot{Legs: map[engine.LegID]engine.LegState{"cust": up, "leg-a": up},
		Rooms: map[engine.RoomID][]engine.LegID{"call": {"cust", "leg-a"}}, Recordings: map[engine.RecordingID]bool{"p-a-1": true, "cust-1": true}}}).
		has("Mask{cust-1 false}", "Mask{p-a-1 false}")
	s.then(Failed{Command: Mask{ID: "cust-1"}, Kind: engine.KindRefused})
	if s.c.MaskedSince.IsZero() {
		t.Error("the screen says that it is recorded, and it is not")
	}
}

// A supervisor who barges in counts once their phone has answered.
// Covers: CALL-7, IN-12.
func TestBargeIsHeardWhenAnswered_CALL_7(t *testing.T) {
	s := talking(t, "a")
	s.c.Plan.Monitored = true
	s.then(Do{AgentID: "boss", Action: Barge, Supervisor: true, Candidate: &agents("boss")[0]}).does("a", Leave).state(Talking).
		has("HoldLeg{call cust}")
	s.then(engine.LegAnswered{Leg: "leg-boss"}).has("Join{call leg-boss}", "UnholdLeg{call cust}")
}

// A carrier that answers nothing gives way to the next trunk; a customer who
// does not answer does not. Covers: OUT-8, OUT-9.
func TestDeadCarrier_OUT_8(t *testing.T) {
	dialled(t, "t1", "t2").then(engine.LegEnded{Leg: out1, Cause: engine.CauseNoUserResponse}).state(Dialing).has("OutboundTrunk{t2}")
	dialled(t, "t1", "t2").then(engine.LegEnded{Leg: out1, Cause: engine.CauseOutOfOrder}).state(Dialing).has("OutboundTrunk{t2}")
	s := dialled(t, "t1", "t2").then(engine.LegRinging{Leg: out1}).then(engine.LegEnded{Leg: out1, Cause: engine.CauseNoUserResponse})
	s.ended(NoAnswer, BySystem)
	old := dialled(t, "t1", "t2").then(engine.LegEnded{Leg: out1, Cause: engine.CauseOutOfOrder})
	old.then(engine.LegAnswered{Leg: out1}).wants("hangup call-out1 16") // after all
	if old.c.State != Dialing || old.now.Before(start.Add(time.Second)) {
		t.Errorf("state %s", old.c.State)
	}
}
