package e2e

import (
	"testing"
	"time"

	"ringdesk/testkit/phone"
)

// How calls end while one agent is there.
//
// Covers: CALL-6, MISS-1, IN-4, END-6.
func TestEndings_CALL_6(t *testing.T) { endings(t, desk(t)) }

func endings(t *testing.T, d *Desk) {
	d.Mina.ClosePage()
	t.Run("CustomerHangsUp", func(t *testing.T) { d.with(t).customerHangsUp(t) })
	t.Run("EndForAll", func(t *testing.T) { d.with(t).endForAll(t) })
	t.Run("SoundStops_END_6", func(t *testing.T) { d.with(t).soundStops(t) })
	t.Run("RingTimeOver_MISS_1", func(t *testing.T) { d.with(t).ringTimeOver(t) })
	d.Mina.Visit("/inbox/all")
	d.Mina.WaitReady()
}

// take lets Alex answer a new call, and gives both sides of it.
func (d *Desk) take(t *testing.T, from string) (*phone.Call, string) {
	t.Helper()
	c := d.Dial(t, NewPhone(t), from, CallerHz)
	id := d.Alex.Answer()
	AwaitHears(t, "the caller", c, AlexHz)
	return c, id
}

func (d *Desk) customerHangsUp(t *testing.T) {
	c, id := d.take(t, "01021150002")
	hungUp := time.Now()
	c.Hangup()
	within(t, "from the customer's BYE to the end of the call box", d.Alex.WaitGone("call-box", id).GoneAt().Sub(hungUp), 2*time.Second)
	if call := d.API.AwaitCall(id, "ended", actionTime); call.EndedBy != "customer" || call.MissedReason != "" {
		t.Errorf("the call is %+v", call)
	}
	d.API.AwaitRecording(id, 10*time.Second)
}

func (d *Desk) endForAll(t *testing.T) {
	c, id := d.take(t, "01021150003")
	d.Alex.Click("End for all")
	if end := AwaitOver(t, c, actionTime); end.Method != "BYE" || end.Local || end.Cause() != 16 {
		t.Errorf("the caller's call ended with %+v", end)
	}
	d.Alex.WaitGone("call-box", id)
	if call := d.API.AwaitCall(id, "ended", actionTime); call.EndedBy != "agent" || call.MissedReason != "" {
		t.Errorf("the call is %+v", call)
	}
}

// soundStops: a caller's telephone that sends nothing for a while (silence
// suppression, a tunnel) does not move what is said later to an earlier place
// in the recording.
func (d *Desk) soundStops(t *testing.T) {
	c, id := d.take(t, "01021150004")
	AwaitHears(t, "Alex", d.Alex, CallerHz)
	c.Pause(true)
	silent := AwaitHears(t, "Alex", d.Alex)
	MustHear(t, "Alex", d.Alex, silent, 2*time.Second)
	c.SayTone(OtherHz)
	c.Pause(false)
	resumed := time.Now()
	again := AwaitHears(t, "Alex", d.Alex, OtherHz)
	MustHear(t, "Alex", d.Alex, again, time.Second, OtherHz)
	d.Alex.Click("Leave")
	left := d.Alex.Clicked("Leave")
	rec := d.API.AwaitRecording(id, 10*time.Second)
	pcm := d.API.MP3(rec)
	at := func(moment time.Time) time.Duration { return moment.Sub(rec.StartedAt) }
	mustHold(t, "while the caller is silent", pcm, at(silent), at(resumed), AlexHz)
	mustHold(t, "after that", pcm, at(again), at(left), AlexHz, OtherHz)
}

// ringTimeOver: nobody answers for the agent's ring time of 20 s (IN-4).
func (d *Desk) ringTimeOver(t *testing.T) {
	d.Alex.ClickOn(`nav a[href="/inbox/missed"]`)
	c := d.Dial(t, NewPhone(t), "01021150005", CallerHz)
	box := d.Alex.WaitRinging()
	AwaitOver(t, c, 25*time.Second)
	refusedAs(t, c, 480)
	rang := d.Alex.WaitGone("ring-box", box.Call).GoneAt().Sub(time.UnixMilli(box.Shown))
	if (rang - 20*time.Second).Abs() > time.Second {
		t.Errorf("it rang for %v, want 20 s", rang)
	}
	d.missed(t, d.Alex, "ringTimeOver", "Ring time over", "system")
}
