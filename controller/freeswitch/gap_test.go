package freeswitch_test

import (
	"encoding/json"
	"testing"

	"ringdesk/controller/engine"
)

// has lets FreeSWITCH have one channel when the link comes up.
func (f *fake) has(t testing.TB, id string, values map[string]string) {
	t.Helper()
	dump, err := json.Marshal(values)
	if err != nil {
		t.Fatal(err)
	}
	f.set("show channels", `{"row_count":1,"rows":[{"uuid":"`+id+`"}]}`)
	f.set("uuid_dump "+id, string(dump))
	f.set("uuid_buglist "+id, "<media-bugs></media-bugs>")
}

// Covers: OUT-8, SYS-3. What a new controller makes of a leg that was dialled over
// a trunk, and of what happens to it then. An answer is told once, and not before
// the leg is parked.
func TestSnapshot_EarlyMedia(t *testing.T) {
	event := func(name string, pairs ...string) []string {
		return append([]string{name, "Unique-ID", "leg-1", "variable_ringdesk_role", "dialled"}, pairs...)
	}
	media, parked := event("CHANNEL_PROGRESS_MEDIA"), event("CHANNEL_PARK", "Answer-State", "early")
	answer, up := event("CHANNEL_ANSWER"), event("CHANNEL_PARK", "Answer-State", "answered")
	for _, row := range []struct {
		name, state, app string
		then             [][]string
		rings            bool
	}{
		{"parked", "early", "park", [][]string{answer}, true},
		{"parked, and its event is late", "early", "park", [][]string{parked, answer}, true},
		{"in a room", "early", "conference", [][]string{answer, up}, true},
		{"parked later", "early", "", [][]string{media, parked, answer}, true},
		{"answered before it is parked", "early", "", [][]string{media, answer, up}, false},
		{"answered while it is parked", "early", "", [][]string{media, answer, parked}, false},
		{"without early media", "ringing", "", [][]string{answer, up}, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			f := newFake(t)
			f.has(t, "leg-1", map[string]string{"Answer-State": row.state, "variable_ringdesk_role": "dialled", "variable_current_application": row.app})
			r := run(t, f.options(t))
			if got := expect[engine.LinkUp](t, r, 0, nil).Snapshot.Legs["leg-1"]; got != (engine.LegState{}) {
				t.Errorf("the leg is %+v", got)
			}
			c := f.Listener(t)
			for _, e := range append(row.then, event("CHANNEL_HANGUP_COMPLETE")) {
				c.Send(f.Event(e[0], e[1:]...))
			}
			expect[engine.LegEnded](t, r, 0, nil)
			rings, answers := 0, 0
			for _, e := range r.log.Entries() {
				switch e := e.Event.(type) {
				case engine.LegRinging:
					rings++
					if !e.Media {
						t.Error("it rings without sound")
					}
				case engine.LegAnswered:
					answers++
				}
			}
			if answers != 1 || (rings == 1) != row.rings || rings > 1 {
				t.Errorf("told %d times of the sound, %d times of the answer; events:%s", rings, answers, r.log)
			}
			for _, fault := range r.log.Faults() {
				t.Error(fault)
			}
		})
	}
}

// Covers: IN-1, SYS-3. A call without an offer is unanswered to a new controller
// until one has answered it.
func TestSnapshot_NoOffer(t *testing.T) {
	for since, answered := range map[string]bool{"": true, "0": true, "1795919000123456": false} {
		f := newFake(t)
		f.has(t, "leg-1", map[string]string{"Answer-State": "answered", "variable_ringdesk_role": "inbound", "variable_ringdesk_up": since})
		for _, command := range []string{"uuid_break", "uuid_setvar", "uuid_answer"} {
			f.set(command, "+OK\n")
		}
		r := run(t, f.options(t))
		if got := expect[engine.LinkUp](t, r, 0, nil).Snapshot.Legs["leg-1"]; !got.Inbound || got.Answered != answered {
			t.Errorf("up since %q: %+v", since, got)
		}
		if answered {
			continue
		}
		if err := r.Answer(t.Context(), "leg-1"); err != nil {
			t.Fatal(err)
		}
		expect(t, r, 0, func(e engine.LegAnswered) bool { return e.Leg == "leg-1" })
		if len(f.sent("uuid_setvar leg-1 ringdesk_up 0")) != 1 || len(f.sent("uuid_answer")) != 0 {
			t.Errorf("up since %q: not answered for the next controller", since)
		}
	}
}
