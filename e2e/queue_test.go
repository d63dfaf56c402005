package e2e

import (
	"testing"
	"time"
)

// With one agent free of two callers, the second waits with music and is
// offered when the first ends.
//
// Covers: IN-6, IN-2.
func TestSecondCallerWaits_IN_6(t *testing.T) { secondCallerWaits(t, desk(t)) }

func secondCallerWaits(t *testing.T, d *Desk) {
	alone(t, d)
	p := NewPhone(t)
	first := d.Dial(t, p, "01021140001", CallerHz)
	talk := d.Mina.Answer()
	AwaitHears(t, "the first caller", first, MinaHz)

	second := d.Dial(t, p, "01021140002", OtherHz)
	AwaitCode(t, second, 200)
	waiting := AwaitHears(t, "the waiting caller", second, MusicHz)
	id := d.newest(t).ID
	d.API.AwaitCall(id, "queued", actionTime)
	MustHear(t, "the waiting caller", second, waiting, time.Second, MusicHz)
	MustHear(t, "Mina", d.Mina, waiting, time.Second, CallerHz)
	MustHear(t, "the first caller", first, waiting, time.Second, MinaHz)
	for _, b := range d.Mina.Boxes() {
		if b.Call == id {
			t.Errorf("Mina was offered a call while she talked: %+v", b)
		}
	}

	d.Mina.Click("Leave")
	left := d.Mina.Clicked("Leave")
	box := d.Mina.WaitRinging()
	if box.Call != id {
		t.Errorf("call %s rings, not the one that waited, %s", box.Call, id)
	}
	t.Logf("offered %v after the first call was left", time.UnixMilli(box.Shown).Sub(left))
	MustHear(t, "the waiting caller, while it rings", second, time.UnixMilli(box.Shown), 500*time.Millisecond, MusicHz)
	if got := d.Mina.Answer(); got != id {
		t.Errorf("Mina answered %s", got)
	}
	talking := later(AwaitHears(t, "the caller who waited", second, MinaHz), AwaitHears(t, "Mina", d.Mina, OtherHz))
	MustHear(t, "the caller who waited", second, talking, time.Second, MinaHz)
	second.Hangup()
	if call := d.API.AwaitCall(id, "ended", actionTime); call.EndedBy != "customer" {
		t.Errorf("ended by %q", call.EndedBy)
	}
	if call := d.API.Call(talk); call.State != "ended" || call.EndedBy != "agent" {
		t.Errorf("the first call is %s, ended by %q", call.State, call.EndedBy)
	}
}
