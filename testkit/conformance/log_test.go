package conformance_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/testkit/conformance"
)

// The log finds each violation of the ordering contract.
func TestLog_Faults(t *testing.T) {
	up := engine.LinkUp{Version: "1"}
	arrived, answered := engine.LegArrived{Leg: "a"}, engine.LegAnswered{Leg: "a"}
	joined, parted := engine.LegJoined{Leg: "a", Room: "r"}, engine.LegParted{Leg: "a", Room: "r"}
	ended := engine.LegEnded{Leg: "a"}
	started, closed := engine.RecordingStarted{Recording: "x"}, engine.RecordingEnded{Recording: "x"}
	for _, c := range []struct {
		name   string
		events []engine.Event
		want   string // part of the fault; empty for none
	}{
		{"a call", []engine.Event{up, arrived, answered, joined, started, parted, joined, engine.DTMF{Leg: "a"}, closed, ended}, ""},
		{"two calls mixed", []engine.Event{up, arrived, engine.LegArrived{Leg: "b"}, ended, engine.LegEnded{Leg: "b"}}, ""},
		{"a gap", []engine.Event{up, arrived, answered, engine.LinkDown{}, up, parted, answered, ended}, ""},
		{"no link", []engine.Event{arrived}, "before the first LinkUp"},
		{"no version", []engine.Event{engine.LinkUp{}}, "no version"},
		{"during a gap", []engine.Event{up, engine.LinkDown{}, arrived}, "rule 5"},
		{"arrived twice", []engine.Event{up, arrived, arrived}, "rule 2"},
		{"answered twice", []engine.Event{up, arrived, answered, answered}, "rule 2"},
		{"rings after the answer", []engine.Event{up, answered, engine.LegRinging{Leg: "a"}}, "rule 2"},
		{"ended twice", []engine.Event{up, arrived, ended, ended}, "rule 3"},
		{"after the end", []engine.Event{up, arrived, ended, engine.DTMF{Leg: "a"}}, "rule 3"},
		{"parted after the end", []engine.Event{up, arrived, joined, ended, parted}, "rule 3"},
		{"parted from nowhere", []engine.Event{up, arrived, parted}, "in room"},
		{"in two rooms", []engine.Event{up, arrived, joined, engine.LegJoined{Leg: "a", Room: "s"}}, "in room"},
		{"recording without a start", []engine.Event{up, closed}, "without a start"},
		{"recording ended twice", []engine.Event{up, started, closed, closed}, "ended twice"},
		{"recording started after its end", []engine.Event{up, started, closed, started}, "started twice"},
		{"playback ended twice", []engine.Event{up, engine.PlaybackEnded{Playback: "p"}, engine.PlaybackEnded{Playback: "p"}}, "ended twice"},
	} {
		t.Run(c.name, func(t *testing.T) {
			log := conformance.NewLog()
			for _, ev := range c.events {
				log.Handle(ev)
			}
			faults := strings.Join(log.Faults(), "; ")
			if (c.want == "") != (faults == "") || !strings.Contains(faults, c.want) {
				t.Errorf("faults %q, want %q", faults, c.want)
			}
		})
	}
}

func TestLog_Await(t *testing.T) {
	log := conformance.NewLog()
	isEnd := func(ev engine.Event) bool { _, ok := ev.(engine.LegEnded); return ok }
	if _, ok := log.Await(time.Now().Add(10*time.Millisecond), isEnd); ok {
		t.Error("an event came from nowhere")
	}
	var late sync.WaitGroup
	late.Go(func() {
		log.Handle(engine.LegArrived{Leg: "a"})
		log.Handle(engine.LegEnded{Leg: "a"})
	})
	e, ok := log.Await(time.Now().Add(20*time.Second), isEnd)
	if !ok || e.Event != (engine.LegEnded{Leg: "a"}) {
		t.Errorf("awaited %v, %v", e, ok)
	}
	late.Wait()
	if _, ok := log.AwaitAfter(2, time.Now().Add(10*time.Millisecond), isEnd); ok || log.Len() != 2 {
		t.Error("an old event was taken for a new one")
	}
}
