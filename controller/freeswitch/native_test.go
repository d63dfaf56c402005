package freeswitch_test

import (
	"strings"
	"testing"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/testkit/tone"
)

// ownContext is a context as FreeSWITCH tells it, with an extension for a pattern.
func ownContext(pattern string) string {
	return `<context name="native">
<extension name="mine"><condition field="destination_number" expression="` + pattern + `"><action application="answer"/></condition></extension>
</context>`
}

// A call that is handed over is the own dialplan's from then on: it has no time limit
// left, and what FreeSWITCH tells of its channel means nothing to us.
//
// Covers: DP-3
func TestHandOver_DP_3(t *testing.T) {
	f, r, c := started(t)
	for _, command := range []string{"uuid_setvar_multi", "uuid_transfer", "sched_del"} {
		f.set(command, "+OK\n")
	}
	f.set("xml_locate", ownContext("^fax$"))
	arrive(f, c, "leg-1")
	expect[engine.LegArrived](t, r, 0, nil)
	if kind := engine.KindOf(r.HandOver(t.Context(), engine.HandOverRequest{Leg: "leg-1", Extension: "nobody"})); kind != engine.KindRefused || len(f.sent("uuid_transfer")) > 0 {
		t.Errorf("an extension that is not there: kind %q, sent %q", kind, f.sent("uuid_"))
	}
	if err := r.HandOver(t.Context(), engine.HandOverRequest{Leg: "leg-1", Extension: "fax", Call: "call-1"}); err != nil {
		t.Fatal(err)
	}
	expect(t, r, 0, func(e engine.LegEnded) bool { return e.Leg == "leg-1" && e.HandedOver })
	if got := strings.Join(append(f.sent("sched_del"), f.sent("uuid_")...), "|"); got != "sched_del leg-1|uuid_setvar_multi leg-1 ringdesk_call=call-1;ringdesk_role=native|uuid_transfer leg-1 fax XML native" {
		t.Errorf("sent %s", got)
	}
	c.Send(f.Event("CHANNEL_PARK", "Unique-ID", "leg-1", "variable_ringdesk_role", "native", "Answer-State", "answered"))
	c.Send(f.Event("CHANNEL_HANGUP_COMPLETE", "Unique-ID", "leg-1", "Hangup-Cause", "NORMAL_CLEARING"))
	arrive(f, c, "leg-2")
	expect(t, r, 0, func(e engine.LegArrived) bool { return e.Leg == "leg-2" })
	if n := r.log.Len(); n != 4 {
		t.Errorf("%d events, want 4:%s", n, r.log)
	}
	f.set("xml_locate", ownContext("^(?&lt;=odd)$"))
	// A pattern that cannot be read here may fit anything.
	if err := r.HandOver(t.Context(), engine.HandOverRequest{Leg: "leg-2", Extension: "other"}); err != nil {
		t.Error(err)
	}
}

// The examples of own extensions do what they say, as on Asterisk.
//
// Covers: DP-3
func TestLive_OwnExtensions_DP_3(t *testing.T) {
	r := newRig(t)
	a := linked(t, r, 0)
	fax := r.Caller(t, "01055550001", "")
	fax.Call(t, "07076660099")
	leg := expect(t, a, 0, func(e engine.LegArrived) bool { return e.From == "01055550001" }).Leg
	if err := a.HandOver(t.Context(), engine.HandOverRequest{Leg: leg, Extension: "fax", Call: "call-1"}); err != nil {
		t.Fatal(err)
	}
	expect(t, a, 0, func(e engine.LegEnded) bool { return e.Leg == leg && e.HandedOver })
	began := time.Now()
	eventually(t, "the fax hears a machine", 10*time.Second, func() bool {
		return fax.Final() == 200 && tone.Present(fax.Heard(began, time.Now()), 8000, 2100)
	})
	fax.Hangup()

	guest := r.Subscriber(t, "01055550002")
	if _, err := r.server.Commands.API(t.Context(), "bgapi originate {ringdesk_caller=01055550002}sofia/trunks/01055550002@"+r.Carrier().Remote+" wake-up XML native"); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the guest is called", 20*time.Second, func() bool { return !guest.Invited().At.IsZero() })
	guest.Answer()
	woken := expect(t, a, 0, func(e engine.LegArrived) bool { return e.From == "01055550002" })
	if woken.To != "07076660001" {
		t.Errorf("arrived %#v", woken)
	}
	if err := a.Answer(t.Context(), woken.Leg); err != nil {
		t.Fatal(err)
	}
	expect(t, a, 0, func(e engine.LegAnswered) bool { return e.Leg == woken.Leg })
	guest.Hangup()
	expect(t, a, 0, func(e engine.LegEnded) bool { return e.Leg == woken.Leg && !e.HandedOver })
}
