package freeswitch_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/testkit/esltest"
)

// twoTalk puts a customer and an agent into a room, as FreeSWITCH tells it.
func twoTalk(t *testing.T, f *fake, r *running, c *esltest.Conn) {
	t.Helper()
	for _, command := range []string{"uuid_answer", "uuid_transfer", "uuid_setvar", "uuid_bridge", "sched_del"} {
		f.set(command, "+OK\n")
	}
	arrive(f, c, "customer")
	expect[engine.LegArrived](t, r, 0, nil)
	putAlice(t, r)
	for _, err := range []error{
		r.CreateRoom(t.Context(), "room"), r.Answer(t.Context(), "customer"), r.Join(t.Context(), "room", "customer"),
		r.Dial(t.Context(), engine.DialRequest{Leg: "alice", Phone: "alice", Timeout: time.Second}),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	alone(f, c, "customer")
	c.Send(f.Event("CHANNEL_CREATE", "Unique-ID", "alice", "variable_ringdesk_role", "dialled"))
	c.Send(f.Event("CHANNEL_PARK", "Unique-ID", "alice", "Answer-State", "answered"))
	expect(t, r, 0, func(e engine.LegAnswered) bool { return e.Leg == "alice" })
	if err := r.Join(t.Context(), "room", "alice"); err != nil {
		t.Fatal(err)
	}
	bridge(f, c)
	expect(t, r, 0, func(e engine.LegJoined) bool { return e.Leg == "alice" })
}

// alone is FreeSWITCH parking a leg that is in the room.
func alone(f *fake, c *esltest.Conn, leg string) {
	c.Send(f.Event("CHANNEL_PARK", "Unique-ID", leg, "Answer-State", "answered", "variable_ringdesk_in", "room"))
}

// member is FreeSWITCH taking a leg into the room's conference.
func member(f *fake, c *esltest.Conn, leg string) {
	c.Send(f.Event("CUSTOM", "Event-Subclass", "conference::maintenance", "Action", "add-member", "Unique-ID", leg, "Conference-Name", "room", "Member-ID", "1"))
}

// bridge is FreeSWITCH bridging the customer with alice.
func bridge(f *fake, c *esltest.Conn) {
	c.Send(f.Event("CHANNEL_BRIDGE", "Unique-ID", "customer", "variable_ringdesk_in", "room", "Bridge-A-Unique-ID", "customer", "Bridge-B-Unique-ID", "alice"))
}

// Covers: CALL-3. Two are bridged, the one from outside to the other; a third makes
// the room a conference, into which both go with one command.
func TestJoin_TwoAreBridged(t *testing.T) {
	f, r, c := started(t)
	twoTalk(t, f, r, c)
	if got := f.sent("uuid_bridge"); !slices.Equal(got, []string{"uuid_bridge customer alice"}) {
		t.Errorf("sent %q", got)
	}
	answered(t, f, r, c, "third")
	if err := r.Join(t.Context(), "room", "third"); err != nil {
		t.Fatal(err)
	}
	var moved []string
	for _, line := range f.sent("uuid_transfer") {
		if strings.Contains(line, "conference:room@") {
			moved = append(moved, line[:strings.Index(line, " unset:")])
		}
	}
	both := []string{"uuid_transfer customer -both", "uuid_transfer third"}
	if len(moved) > 0 && moved[0] == "uuid_transfer alice -both" {
		both[0] = moved[0]
	}
	if !slices.Equal(moved, both) {
		t.Errorf("moved by %q", moved)
	}
	for _, id := range []string{"customer", "alice", "third"} {
		member(f, c, id)
	}
	expect(t, r, 0, func(e engine.LegJoined) bool { return e.Leg == "third" })
	joined := 0
	for _, e := range r.log.Entries() {
		if _, ok := e.Event.(engine.LegJoined); ok {
			joined++
		}
	}
	if joined != 3 {
		t.Errorf("LegJoined came %d times for three legs; events:%s", joined, r.log)
	}
}

// waits runs what has to wait for something, sees that it does, and tells how it ends.
func waits(t *testing.T, what string, do func() error) <-chan error {
	t.Helper()
	done := make(chan error, 1)
	go func() { done <- do() }()
	select {
	case err := <-done:
		t.Fatalf("%s: it did not wait (%v)", what, err)
	case <-time.After(50 * time.Millisecond):
	}
	return done
}

// Covers: CALL-3. Who is on the way into the conference is not sent there again when the
// next one joins: that would be a gap in what he hears.
func TestJoin_NoneIsSentTwice(t *testing.T) {
	f, r, c := started(t)
	twoTalk(t, f, r, c)
	in := func(leg string) { member(f, c, leg) }
	answered(t, f, r, c, "third")
	if err := r.Join(t.Context(), "room", "third"); err != nil {
		t.Fatal(err)
	}
	answered(t, f, r, c, "fourth")
	joined := waits(t, "the fourth, until the third is in", func() error { return r.Join(t.Context(), "room", "fourth") })
	for _, leg := range []string{"customer", "alice", "third"} {
		in(leg)
	}
	if err := <-joined; err != nil {
		t.Fatal(err)
	}
	in("fourth")
	expect(t, r, 0, func(e engine.LegJoined) bool { return e.Leg == "fourth" })
	for _, leg := range []string{"third", "fourth"} {
		if got := f.sent("uuid_transfer " + leg); len(got) != 1 {
			t.Errorf("%s was sent %d times: %q", leg, len(got), got)
		}
	}
	if n := len(f.sent("uuid_transfer")); n != 4 { // the customer's when alone, the pair's, and theirs
		t.Errorf("sent %q", f.sent("uuid_transfer"))
	}
}

// Covers: CALL-3. What only one of a room hears may be asked for while he is still on the way into
// it: it comes when he is there.
func TestPlay_OnTheWayIntoTheRoom(t *testing.T) {
	f, r, c := started(t)
	for _, command := range []string{"uuid_answer", "uuid_transfer", "uuid_setvar", "conference", "sched_del"} {
		f.set(command, "+OK\n")
	}
	answered(t, f, r, c, "customer")
	for _, err := range []error{r.CreateRoom(t.Context(), "room"), r.Join(t.Context(), "room", "customer")} {
		if err != nil {
			t.Fatal(err)
		}
	}
	played := waits(t, "the sound, until the customer is there", func() error {
		return r.Play(t.Context(), engine.PlayRequest{ID: "play", Leg: "customer", Sounds: []string{engine.RingTone}, Loop: true})
	})
	alone(f, c, "customer")
	eventually(t, "the customer is sent into the conference", time.Second, func() bool { return len(f.sent("uuid_transfer")) == 2 })
	member(f, c, "customer")
	if err := <-played; err != nil {
		t.Fatal(err)
	}
	if got := f.sent("conference room play"); len(got) != 1 || !strings.HasSuffix(got[0], " 1 nomux") {
		t.Errorf("sent %q", got)
	}
}

// Covers: HOLD-1. Nobody moves the one who is left of two before FreeSWITCH has parked
// him: it would park him after he was moved.
func TestHold_TheOtherIsParkedFirst(t *testing.T) {
	f, r, c := started(t)
	twoTalk(t, f, r, c)
	if err := r.Hold(t.Context(), "room", "customer"); err != nil {
		t.Fatal(err)
	}
	parted := waits(t, "moving alice, until she is parked", func() error { return r.Part(t.Context(), "room", "alice") })
	alone(f, c, "alice")
	if err := <-parted; err != nil {
		t.Fatal(err)
	}
	if got := f.sent("uuid_transfer alice unset:ringdesk_in,park inline"); len(got) != 1 {
		t.Errorf("sent %q", f.sent("uuid_transfer"))
	}
}

// Covers: END-6. A recording that FreeSWITCH cannot begin ends with what is wrong.
func TestStartRecording_Refused(t *testing.T) {
	f, r, c := started(t)
	answered(t, f, r, c, "leg-1")
	if err := r.StartRecording(t.Context(), engine.RecordingRequest{ID: "rec-1", Leg: "leg-1", File: "2026/rec-1"}); err != nil {
		t.Fatal(err)
	}
	const text = "-ERR Cannot record session!"
	c.Send(f.Event("BACKGROUND_JOB", "Job-UUID", "record-rec-1", "Content-Length", "27") + text)
	if end := expect[engine.RecordingEnded](t, r, 0, nil); end.Recording != "rec-1" || !strings.Contains(end.Failed, "Cannot record session!") {
		t.Errorf("it ended as %+v", end)
	}
	if err := r.MaskRecording(t.Context(), "rec-1", true); engine.KindOf(err) != engine.KindGone {
		t.Errorf("MaskRecording: %v", err)
	}
}

// Covers: SYS-3. A new controller finds two who are bridged in their room, and lets
// two who are only parked there hear each other.
func TestSnapshot_Pairs(t *testing.T) {
	for name, bridged := range map[string]bool{"bridged": true, "not yet bridged": false} {
		t.Run(name, func(t *testing.T) {
			f := newFake(t)
			f.set("uuid_bridge", "+OK\n")
			f.set("show channels", `{"row_count":2,"rows":[{"uuid":"customer"},{"uuid":"alice"}]}`)
			f.set("global_getvar", "ringdesk_room_room=1\n")
			for id, other := range map[string]string{"customer": "alice", "alice": "customer"} {
				values := map[string]string{"Answer-State": "answered", "variable_ringdesk_role": "dialled", "variable_ringdesk_in": "room",
					"variable_current_application": "playback", "variable_current_application_data": "silence_stream://-1"}
				if id == "customer" {
					values["variable_ringdesk_role"] = "inbound"
				}
				if bridged {
					values["variable_bridge_to"] = other
				}
				dump, err := json.Marshal(values)
				if err != nil {
					t.Fatal(err)
				}
				f.set("uuid_dump "+id, string(dump))
				f.set("uuid_buglist "+id, "<media-bugs></media-bugs>")
			}
			r := run(t, f.options(t))
			s := expect[engine.LinkUp](t, r, 0, nil).Snapshot
			if got := s.Rooms["room"]; len(got) != 2 || s.Legs["alice"].Room != "room" {
				t.Errorf("the snapshot is %+v", s)
			}
			if !bridged {
				eventually(t, "they are bridged", 5*time.Second, func() bool { return slices.Equal(f.sent("uuid_bridge"), []string{"uuid_bridge customer alice"}) })
			}
		})
	}
}
