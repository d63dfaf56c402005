package freeswitch_test

import (
	"testing"

	"ringdesk/controller/engine"
)

// Covers: CALL-2. Keys go out as telephone-event where that was agreed on, else as
// tones, to a leg in a room without the room's hearing them.
func TestSendDTMF_AsAgreed(t *testing.T) {
	for agreed, want := range map[string]string{
		"rfc2833": "uuid_send_dtmf leg-1 12#@100",
		"info":    "uuid_send_dtmf leg-1 12#@100",
		"none":    "uuid_broadcast leg-1 tone_stream://d=100;w=100;12# aleg",
	} {
		t.Run(agreed, func(t *testing.T) {
			f, r, c := started(t)
			for _, command := range []string{"uuid_send_dtmf", "uuid_broadcast", "conference"} {
				f.set(command, "+OK\n")
			}
			arrive(f, c, "leg-1")
			c.Send(f.Event("CHANNEL_ANSWER", "Unique-ID", "leg-1", "variable_dtmf_type", agreed))
			expect(t, r, 0, func(e engine.LegAnswered) bool { return e.Leg == "leg-1" })
			if err := r.SendDTMF(t.Context(), "leg-1", "12#"); err != nil {
				t.Fatal(err)
			}
			if got := f.sent(want); len(got) != 1 {
				t.Errorf("not sent: %s", want)
			}
			if agreed != "none" {
				return
			}
			c.Send(f.Event("CUSTOM", "Event-Subclass", "conference::maintenance", "Unique-ID", "leg-1", "Action", "add-member",
				"Conference-Name", "room", "Member-ID", "7"))
			expect(t, r, 0, func(e engine.LegJoined) bool { return e.Leg == "leg-1" })
			if err := r.SendDTMF(t.Context(), "leg-1", "5"); err != nil {
				t.Fatal(err)
			}
			if got := f.sent("conference room play tone_stream://d=100;w=100;5 7 nomux"); len(got) != 1 {
				t.Error("the tone was not played to the member of the room alone")
			}
		})
	}
}

// Covers: IN-1. A call without an offer is up when it comes: its caller hears the
// ringing, which ends when it is answered, and the answer is told once.
func TestNoOffer_RingsAndIsAnswered(t *testing.T) {
	f, r, c := started(t)
	for _, command := range []string{"uuid_broadcast", "uuid_break", "uuid_setvar"} {
		f.set(command, "+OK\n")
	}
	c.Send(f.Event("CHANNEL_PARK", "Unique-ID", "leg-1", "variable_ringdesk_role", "inbound", "Answer-State", "answered"))
	expect[engine.LegArrived](t, r, 0, nil)
	if err := r.Ring(t.Context(), "leg-1"); err != nil {
		t.Fatal(err)
	}
	if len(f.sent("uuid_ring_ready")) != 0 || len(f.sent("uuid_broadcast leg-1 tone_stream://")) != 1 {
		t.Error("the caller does not hear the ringing")
	}
	if err := r.Answer(t.Context(), "leg-1"); err != nil {
		t.Fatal(err)
	}
	expect(t, r, 0, func(e engine.LegAnswered) bool { return e.Leg == "leg-1" })
	if len(f.sent("uuid_answer")) != 0 || len(f.sent("uuid_break leg-1 all")) != 1 {
		t.Error("the ringing goes on")
	}
}

// Covers: OUT-8, SEC-2. How FreeSWITCH tells of a carrier's redirect, of a number
// that was changed, and of a challenge that there is no login for.
func TestCausesOfCarriers(t *testing.T) {
	for _, row := range []struct {
		name, status string
		specific     string
		want         engine.Cause
	}{
		{"REQUESTED_CHAN_UNAVAIL", "", "sip:302", engine.CauseNumberChanged},
		{"REQUESTED_CHAN_UNAVAIL", "503", "sip:301", engine.CauseNumberChanged},
		{"NORMAL_UNSPECIFIED", "380", "", engine.CauseNumberChanged},
		{"NUMBER_CHANGED", "410", "sip:410", engine.CauseNumberChanged},
		{"NORMAL_UNSPECIFIED", "904", "", engine.CauseRejected},
		{"CALL_REJECTED", "407", "sip:407", engine.CauseRejected},
		{"RECOVERY_ON_TIMER_EXPIRE", "408", "sip:408", engine.CauseNoUserResponse},
	} {
		f, r, c := started(t)
		f.set("originate", "+OK\n")
		putAlice(t, r)
		if err := r.Dial(t.Context(), engine.DialRequest{Leg: "leg-1", Phone: "alice"}); err != nil {
			t.Fatal(err)
		}
		c.Send(f.Event("CHANNEL_CREATE", "Unique-ID", "leg-1", "variable_ringdesk_role", "dialled"))
		c.Send(f.Event("CHANNEL_HANGUP_COMPLETE", "Unique-ID", "leg-1", "Hangup-Cause", row.name,
			"variable_sip_term_status", row.status, "variable_proto_specific_hangup_cause", row.specific))
		if e := expect(t, r, 0, func(e engine.LegEnded) bool { return e.Leg == "leg-1" }); e.Cause != row.want {
			t.Errorf("%+v: cause %d", row, e.Cause)
		}
	}
}
