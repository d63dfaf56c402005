package call

import (
	"slices"
	"strings"
	"testing"

	"ringdesk/controller/engine"
	"ringdesk/dialplan"
)

func TestReconcile_SYS_3(t *testing.T) {
	up := engine.LegState{Answered: true, Room: "call"}
	both := map[engine.LegID]engine.LegState{"cust": up, "leg-a": up}
	tracks := map[engine.RecordingID]bool{"p-a-1": true, "cust-1": true}
	rooms := map[engine.RoomID][]engine.LegID{"call": {"cust", "leg-a"}}
	begun := func(t *testing.T) *story {
		return talking(t, "a").then(engine.RecordingStarted{Recording: "p-a-1", At: start}).then(engine.RecordingStarted{Recording: "cust-1", At: start})
	}
	t.Run("nothing was missed", func(t *testing.T) {
		begun(t).then(Reconcile{Snapshot: engine.Snapshot{Legs: both, Rooms: rooms, Recordings: tracks}}).wants("MuteLeg{leg-a false}").state(Talking)
	})
	t.Run("the customer hung up", func(t *testing.T) {
		s := begun(t).then(Reconcile{Snapshot: engine.Snapshot{Legs: map[engine.LegID]engine.LegState{"leg-a": up}, Rooms: rooms, Recordings: tracks}}).state(Ended)
		if s.c.EndedBy != ByCustomer {
			t.Errorf("ended by %q", s.c.EndedBy)
		}
	})
	t.Run("hold still stands", func(t *testing.T) {
		s := begun(t).does("a", PutHold)
		held := map[engine.LegID]engine.LegState{"cust": {Answered: true}, "leg-a": up}
		s.then(Reconcile{Snapshot: engine.Snapshot{Legs: held, Rooms: rooms, Recordings: tracks}}).wants("MuteLeg{leg-a false}", "HoldLeg{call cust}")
	})
	t.Run("commands and recordings were lost", func(t *testing.T) {
		parked := map[engine.LegID]engine.LegState{"cust": {Answered: false, Inbound: true}, "leg-a": {Answered: true}}
		begun(t).then(Reconcile{Snapshot: engine.Snapshot{Legs: parked}}).wants(
			"CreateRoom{call}", "TrackClosed cust-1", "TrackClosed p-a-1", "MuteLeg{leg-a false}", "Join{call leg-a}", "TrackOpened p-a-2",
			"Record{p-a-2 leg-a call/p-a-2 0s}", "Answer{cust}", "UnholdLeg{call cust}", "TrackOpened cust-2", "Record{cust-2 cust call/cust-2 0s}")
	})
	t.Run("an agent answered unseen", func(t *testing.T) {
		s := ringing(t, "a", "b").then(Reconcile{Snapshot: engine.Snapshot{Legs: map[engine.LegID]engine.LegState{"cust": {Inbound: true}, "leg-a": {Answered: true}, "leg-b": {}}}})
		s.state(Talking).party("a", PartyJoined).party("b", PartyTaken)
	})
	t.Run("the end of an announcement was lost", func(t *testing.T) {
		s := newStory(t).then(Arrived{Busy: true}).then(Tick{}).then(Located{Ahead: 1})
		if s.c.Prompt == nil {
			t.Fatal("there is no announcement")
		}
		play := Play{ID: s.c.Prompt.ID, Leg: "cust", Sounds: s.c.Prompt.Sounds}
		s.then(Failed{Command: play, Kind: engine.KindTimeout}).state(Queued).
			then(Reconcile{Snapshot: engine.Snapshot{Legs: map[engine.LegID]engine.LegState{"cust": {Inbound: true, Answered: true, Playback: "call-1"}}}}).
			wants("StopPlay{call-1}", "Music{cust true}")
	})
	t.Run("the beginning of an announcement was not saved", func(t *testing.T) {
		for state, s := range map[State]*story{Queued: newStory(t).then(Arrived{Busy: true}), Greeting: planned(t, func(p *dialplan.Plan) { p.Say = []string{"en/greeting"} }).then(Arrived{})} {
			heard := engine.LegState{Inbound: true, Answered: true, Playback: "call-7"}
			s.then(Reconcile{Snapshot: engine.Snapshot{Legs: map[engine.LegID]engine.LegState{"cust": heard}}}).state(state).has("StopPlay{call-7}")
			if s.c.Prompt != nil && s.c.Prompt.ID != "call-8" {
				t.Errorf("%s: the next announcement is %s, want one that is not the old one", state, s.c.Prompt.ID)
			}
		}
	})
	t.Run("what could not be saved is recorded already", func(t *testing.T) {
		s := ringing(t, "a").then(Reconcile{Snapshot: engine.Snapshot{Legs: both, Rooms: rooms, Recordings: tracks}}).state(Talking).
			has("TrackOpened p-a-1", "TrackStarted p-a-1", "TrackOpened cust-1", "TrackStarted cust-1")
		for _, did := range s.did() {
			if strings.HasPrefix(did, "Record{") {
				t.Errorf("the engine is asked to record anew what it records: %s", did)
			}
		}
		s.does("a", PauseRecording).has("Mask{p-a-1 true}", "Mask{cust-1 true}")
	})
	t.Run("an ended call's leg is still there", func(t *testing.T) {
		talking(t, "a").does("a", EndCall).then(Reconcile{Snapshot: engine.Snapshot{Legs: map[engine.LegID]engine.LegState{"cust": up}}}).
			wants("hangup cust 16", "hangup leg-a 16", "TrackClosed p-a-1")
	})
	t.Run("hang-ups and rooms of decided things were lost", func(t *testing.T) {
		ringing := engine.LegState{Answered: false}
		s := talking(t, "a", "b").then(Reconcile{Snapshot: engine.Snapshot{Legs: map[engine.LegID]engine.LegState{"cust": up, "leg-a": up, "leg-b": ringing}, Rooms: rooms}})
		if !slices.Contains(s.did(), "hangup leg-b 16") {
			t.Errorf("the colleague's browser rings on: %q", s.did())
		}
		e := talking(t, "a").does("a", EndCall).then(Reconcile{Snapshot: engine.Snapshot{Rooms: rooms}})
		if !slices.Contains(e.did(), "DestroyRoom{call}") {
			t.Errorf("the room stays: %q", e.did())
		}
	})
	t.Run("what a waiting caller hears was lost", func(t *testing.T) {
		parked := engine.Snapshot{Legs: map[engine.LegID]engine.LegState{"cust": {Inbound: true}, "leg-a": {}}}
		newStory(t).then(Arrived{Busy: true}).then(Reconcile{Snapshot: parked}).wants("Answer{cust}", "Music{cust true}").
			then(Offered{Candidates: agents("a")})
		ringing(t, "a").then(Reconcile{Snapshot: parked}).wants("Ring{cust}")
	})
	t.Run("a dial was under way", func(t *testing.T) {
		ringing(t, "a").then(Reconcile{Snapshot: engine.Snapshot{Legs: map[engine.LegID]engine.LegState{"cust": {Inbound: true}}}}).
			wants("journal agent.missed", "Free{acc-a}", "hangup leg-a 16", "Ring{cust}").state(Ringing)
	})
}
