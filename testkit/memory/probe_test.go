package memory_test

import (
	"slices"
	"testing"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/testkit/memory"
)

// A parked leg that is held belongs to the room from then on, as the port says.
func TestSwitch_HoldAParkedLeg_HOLD_1(t *testing.T) {
	bubble(t, "hold and unhold", memory.Options{MusicHz: 1500}, func(w *world) {
		ctx := w.Context()
		var lines []*memory.Line
		for _, name := range []string{"alice", "bob"} {
			line := w.sw.Line("sip:"+name+"@192.0.2.20", memory.Manner{Reply: memory.Accept})
			line.Say(400 + 100*len(lines))
			lines = append(lines, line)
			w.must(w.eng.PutPhone(ctx, engine.Phone{ID: name, Contact: line.URI()}))
			w.must(w.eng.Dial(ctx, engine.DialRequest{Leg: engine.LegID(name), Phone: name}))
		}
		w.must(w.eng.CreateRoom(ctx, "room"))
		w.after(time.Second)
		hears := func(what string, want ...[]int) {
			t.Helper()
			for i, line := range lines {
				if got := line.Hears(); !slices.Equal(got, want[i]) {
					t.Errorf("%s: %s hears %v, want %v", what, line.Leg(), got, want[i])
				}
			}
		}
		w.must(w.eng.Join(ctx, "room", "alice"))
		w.must(w.eng.Hold(ctx, "room", "bob"))
		hears("held", nil, []int{1500})
		w.must(w.eng.StartRecording(ctx, engine.RecordingRequest{ID: "rec", Leg: "bob", File: "rec"}))
		w.must(w.eng.Unhold(ctx, "room", "bob"))
		hears("unheld", []int{500}, []int{400})
		if hz, runs := w.sw.Writes("rec"); !runs || !slices.Equal(hz, []int{500}) {
			t.Errorf("the recording runs: %v, and takes down %v", runs, hz)
		}
		lines[1].Lose(engine.CauseNoUserResponse)
		hears("lost", nil, nil)
		if _, runs := w.sw.Writes("rec"); runs || lines[1].Leg() != "" {
			t.Error("the lost leg or its recording is still there")
		}
	})
}
