package call

import (
	"testing"

	"ringdesk/controller/engine"
	"ringdesk/controller/journal"
)

// The recording's pause is for all tracks, also those that begin meanwhile.
func TestPauseRecording_CALL_7(t *testing.T) {
	s := talking(t, "a").then(engine.RecordingStarted{Recording: "p-a-1", At: start}).
		does("a", PauseRecording).wants("journal recording.paused", "Mask{p-a-1 true}")
	s.does("a", PauseRecording).wants()
	s.then(engine.RecordingStarted{Recording: "cust-1", At: start}).wants("TrackStarted cust-1", "Mask{cust-1 true}") // had not begun yet
	s.invited("a", "b").then(engine.RecordingStarted{Recording: "p-b-1", At: start}).has("Mask{p-b-1 true}")
	s.does("b", ResumeRecording).wants("journal recording.resumed", "Mask{cust-1 false}", "Mask{p-a-1 false}", "Mask{p-b-1 false}")
	s.does("b", ResumeRecording).wants()
	n := newStory(t)
	n.c.Record = false
	n.talked("a").lacks("Record…", "TrackOpened…").refuses(Do{AgentID: "a", Action: PauseRecording}, "This call is not recorded.")
	// Keys pressed by either side are in no journal.
	s.does("a", PauseRecording).presses("7").wants("journal customer.dtmf")
	if d, err := journal.Encode(entry[journal.CustomerDTMF](s)); err != nil || d != "{}" {
		t.Errorf("written down: %s, %v", d, err)
	}
	f := talking(t, "a").then(engine.RecordingStarted{Recording: "p-a-1", At: start}).does("a", PauseRecording).
		then(Failed{Command: Mask{ID: "p-a-1", On: true}, Kind: engine.KindTimeout})
	f.wants("journal command.failed", "journal recording.resumed", "Mask{p-a-1 false}")
	if !f.c.PausedSince.IsZero() {
		t.Error("a pause that failed is still shown")
	}
}

// The pause of a recording is what the screen says, also after a gap and when
// the engine fails to end it. Covers: CALL-7.
func TestMaskIsTrue_CALL_7(t *testing.T) {
	s := talking(t, "a").then(engine.RecordingStarted{Recording: "cust-1", At: start}).then(engine.RecordingStarted{Recording: "p-a-1", At: start})
	s.does("a", PauseRecording).does("a", ResumeRecording)
	up := engine.LegState{Answered: true, Room: "call"}
	gap := *s
	gap.then(Reconcile{Snapshot: engine.Snapshot{Legs: map[engine.LegID]engine.LegState{"cust": up, "leg-a": up},
		Rooms: map[engine.RoomID][]engine.LegID{"call": {"cust", "leg-a"}}, Recordings: map[engine.RecordingID]bool{"p-a-1": true, "cust-1": true}}}).
		has("Mask{cust-1 false}", "Mask{p-a-1 false}")
	s.then(Failed{Command: Mask{ID: "cust-1"}, Kind: engine.KindRefused})
	if s.c.PausedSince.IsZero() {
		t.Error("the screen says that it is recorded, and it is not")
	}
}
