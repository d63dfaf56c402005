package asterisk_test

import (
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"ringdesk/controller/engine"
	"ringdesk/testkit/conformance"
	"ringdesk/testkit/tone"
)

const (
	lease = 3 * time.Second
	// leave is how long the last renewal may be ago, and how long until the
	// announcement is heard.
	leave = lease + 1500*time.Millisecond
)

// waiting is a caller in one of the ways to wait.
type waiting struct {
	how string
	conformance.Caller
	leg engine.LegID
}

// await makes a caller wait: unanswered, in silence, or with music.
func awaits(t testing.TB, r *rig, a *running, how string) waiting {
	t.Helper()
	before := a.log.Len()
	from := fmt.Sprintf("010%08d", before)
	w := waiting{how: how, Caller: r.Caller(t, from, "")}
	w.Call(t, "07076660001")
	w.leg = expect(t, a, before, func(e engine.LegArrived) bool { return e.From == from }).Leg
	var err error
	switch how {
	case "rings":
		err = a.Ring(t.Context(), w.leg)
	default:
		err = a.Answer(t.Context(), w.leg)
	}
	if err == nil && how == "hears music" {
		err = a.Music(t.Context(), w.leg, true)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Hangup)
	return w
}

// leaves says that a caller hears the announcement in time and is hung up.
func (w waiting) leaves(t testing.TB, since time.Time) {
	t.Helper()
	eventually(t, "the announcement for the caller who "+w.how, time.Until(since.Add(leave)), func() bool {
		now := time.Now()
		sound := w.Heard(now.Add(-300*time.Millisecond), now)
		return w.Final() == 200 && tone.RMS(sound) > 100 && !tone.Present(sound, conformance.Rate, musicHz)
	})
	eventually(t, "the end of the call", 10*time.Second, func() bool { return w.Ended().Method == "BYE" })
}

// Callers wait for as long as a controller is there, and leave when it is gone;
// those who talk, or are on hold, stay.
//
// Covers: IN-6, SYS-3
func TestLease(t *testing.T) {
	r := newRig(t)
	opt := r.options()
	opt.Lease = lease
	a := run(t, opt, nil)
	expect[engine.LinkUp](t, a, 0, nil)
	k := newTalk(t, r, a)
	held := awaits(t, r, a, "is on hold")
	room := engine.RoomID(uuid.NewString())
	if err := a.CreateRoom(t.Context(), room); err != nil {
		t.Fatal(err)
	}
	if err := a.Join(t.Context(), room, held.leg); err != nil {
		t.Fatal(err)
	}
	if err := a.Hold(t.Context(), room, held.leg); err != nil {
		t.Fatal(err)
	}
	all := []waiting{awaits(t, r, a, "rings"), awaits(t, r, a, "waits in silence"), awaits(t, r, a, "hears music")}
	for start := time.Now(); time.Since(start) < 2*leave; {
		hears(t, "the caller", all[2], musicHz, true)
	}
	for _, w := range all {
		if !w.Ended().At.IsZero() {
			t.Fatalf("the caller who %s was sent away by a running controller", w.how)
		}
	}
	a.stop(t)
	stopped := time.Now()
	for _, w := range all {
		w.leaves(t, stopped)
	}
	for time.Since(stopped) < 3*lease {
		k.talking(t)
		hears(t, "the caller on hold", held, musicHz, true)
	}
}

// A leg that comes out of a room waits again, and so leaves again, also when
// the controller was started again meanwhile.
func TestLease_ComesBack(t *testing.T) {
	r := newRig(t)
	opt := r.options()
	opt.Lease = lease
	a := run(t, opt, nil)
	expect[engine.LinkUp](t, a, 0, nil)
	k := newTalk(t, r, a)
	parted := awaits(t, r, a, "waits in silence")
	room := engine.RoomID(uuid.NewString())
	for _, err := range []error{
		a.CreateRoom(t.Context(), room), a.Join(t.Context(), room, parted.leg), a.Part(t.Context(), room, parted.leg),
		a.Music(t.Context(), parted.leg, true),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	// A controller that knows nothing of the past takes over for a moment.
	a.stop(t)
	b := run(t, opt, nil)
	expect[engine.LinkUp](t, b, 0, nil)
	for start := time.Now(); time.Since(start) < leave; {
		hears(t, "the caller", parted, musicHz, true)
	}
	b.stop(t)
	parted.leaves(t, time.Now())
	for start := time.Now(); time.Since(start) < lease; {
		k.talking(t)
	}
}

// A talk is never cut: the limit is taken off until that has succeeded, and
// joining does not wait for it.
func TestLease_TakenOffSurely(t *testing.T) {
	f := newFake(t)
	opt := f.options()
	opt.Lease = 600 * time.Millisecond
	r := run(t, opt, nil)
	l := f.next(t)
	expect[engine.LinkUp](t, r, 0, nil)
	var asked, off, renewed atomic.Int32
	f.set(func(f *fake) {
		f.handle = func(w http.ResponseWriter, req *http.Request) {
			switch value := req.URL.Query().Get("value"); {
			case req.URL.Query().Get("variable") != "TIMEOUT(absolute)":
				answer(w, map[string]any{})
			case value != "0":
				renewed.Add(1)
				answer(w, nil)
			case asked.Add(1) <= 3:
				reply(http.StatusInternalServerError, "not now")(w, req)
			default:
				off.Add(1)
				answer(w, nil)
			}
		}
	})
	l.send(t, arrives("1.1"))
	eventually(t, "two renewals", 5*time.Second, func() bool { return renewed.Load() >= 2 })
	if err := r.Join(t.Context(), "room", "1.1"); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the limit is off", 5*time.Second, func() bool { return off.Load() == 1 })
	before := renewed.Load()
	time.Sleep(opt.Lease) // nothing more may come
	if off.Load() != 1 || renewed.Load() != before {
		t.Errorf("set %d times more and taken off %d times", renewed.Load()-before, off.Load())
	}
	if err := r.Part(t.Context(), "room", "1.1"); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the limit is back", 5*time.Second, func() bool { return renewed.Load() > before })
}

// Who hears something longer than the limit hears it to its end: Asterisk renews no limit
// while it plays.
//
// Covers: IN-6, SYS-3
func TestLease_LongSound(t *testing.T) {
	r := newRig(t)
	opt := r.options()
	opt.Lease = lease
	a := run(t, opt, nil)
	expect[engine.LinkUp](t, a, 0, nil)
	if err := a.PutTrunk(t.Context(), r.Carrier()); err != nil {
		t.Fatal(err)
	}
	w := awaits(t, r, a, "hears music")
	for start := time.Now(); time.Since(start) < lease; { // until the limit has been renewed
		hears(t, "the caller", w, musicHz, true)
	}
	const id = "long-sound"
	sounds := make([]string, 2*lease/fileLength)
	for i := range sounds {
		sounds[i] = file
	}
	if err := a.Play(t.Context(), engine.PlayRequest{ID: id, Leg: w.leg, Sounds: sounds}); err != nil {
		t.Fatal(err)
	}
	if end := expect(t, a, 0, func(e engine.PlaybackEnded) bool { return e.Playback == id }); end.Failed != "" {
		t.Fatalf("the sound ended early: %s", end.Failed)
	}
	hears(t, "the caller", w, musicHz, true)
	a.stop(t)
	w.leaves(t, time.Now())
}
