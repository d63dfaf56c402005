package exchange_test

import (
	"context"
	"errors"
	"os/signal"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"ringdesk/controller/call"
	"ringdesk/controller/exchange"
	"ringdesk/models"
	"ringdesk/testkit/memory"
)

// A call that ends while nothing can be saved is mixed as soon as its record
// stands in the database: the kick of before found nothing.
//
// Covers: SYS-3, END-1
func TestRecordSavedLateIsMixed_SYS_3_END_1(t *testing.T) {
	w := newStage(t, 1, memory.Options{})
	caller := w.caller(from(1))
	caller.Call(number)
	w.rings(w.phones[0])
	w.phones[0].Answer()
	w.last(call.Talking)
	w.await("tracks", func() bool { return w.newest().Recording })
	found := make(chan bool, 10)
	told := func() {
		_, err := w.store.NextTask(t.Context(), "mix")
		found <- err == nil
	}
	w.mixes.Store(&told)

	room := noMoreWriting(t)
	caller.Hangup()
	if <-found { // the end was decided, and could not be saved
		t.Fatal("it was saved although nothing can be written")
	}
	room()
	if !<-found {
		t.Error("the kick came before the record again")
	}
	w.last(call.Ended)
	w.clean()
}

// unreliable is a database that may be away.
type unreliable struct {
	exchange.Store
	away *atomic.Bool
}

func (u unreliable) Tx(ctx context.Context, do func(exchange.Tx) error) error {
	if u.away.Load() {
		return errors.New("the database is away")
	}
	return u.Store.Tx(ctx, do)
}

// What happens while nothing can be saved has the time when it happened: how long the customer
// was on hold and an agent muted, also where both began and ended meanwhile, when the recording
// began, and since when the agent is idle.
//
// Covers: SYS-3, HOLD-2, IN-4, STAT-3
func TestTimesAreThoseOfEvents_SYS_3_HOLD_2(t *testing.T) {
	virtual(t, func(t *testing.T) {
		var away atomic.Bool
		w := newStage(t, 1, memory.Options{})
		w.stop()
		w.wrap = func(s exchange.Store) exchange.Store { return unreliable{s, &away} }
		w.start()
		w.ready(w.agents[0], "phone0", true)
		line, c := w.phone("01011110000")
		w.rings(w.phones[0])
		away.Store(true)
		w.phones[0].Answer()
		w.await("the talk", func() (talks bool) {
			w.x.Each(func(c *call.Call) { talks = c.State == call.Talking && c.Met })
			return talks
		})
		answered := time.Now()
		act := func(a call.Action, after time.Duration) {
			t.Helper()
			w.must(w.do(0, c, a))
			later(after)
		}
		later(10 * time.Second)
		act(call.PutHold, 3*time.Second)
		act(call.Release, 5*time.Second)
		act(call.Mute, 2*time.Second)
		act(call.Unmute, time.Second)
		act(call.PutHold, 4*time.Second)
		away.Store(false)
		later(2 * time.Second)
		act(call.Release, time.Second)
		act(call.Mute, 2*time.Second)
		away.Store(true)
		line.Hangup()
		hungUp := time.Now()
		later(30 * time.Second)
		away.Store(false)
		w.clean()
		for _, p := range w.participants(c) {
			if muted := int64(4000); !about(p.HeldMS, 9000) || p.Kind == models.AgentParticipant && !about(p.MutedMS, muted) || !p.HeldAt.IsZero() || !p.MutedAt.IsZero() {
				t.Errorf("%s was on hold for %d ms and muted for %d ms", p.Kind, p.HeldMS, p.MutedMS)
			}
		}
		a, err := w.store.Agent(t.Context(), w.ws.ID, w.agents[0].ID)
		w.must(err)
		if late := a.IdleSince.Sub(hungUp); late < -time.Second || late > 5*time.Second {
			t.Errorf("idle since %s after the caller hung up", late)
		}
		rec, err := w.store.Recording(t.Context(), w.ws.ID, c.RecordingID)
		w.must(err)
		if late := rec.CreatedAt.Sub(answered); late.Abs() > time.Second {
			t.Errorf("the recording began %s after the answer", late)
		}
	})
}

// noMoreWriting lets this process write no file any more, as on a full disk,
// until room is called.
func noMoreWriting(t *testing.T) (room func()) {
	t.Helper()
	signal.Ignore(syscall.SIGXFSZ) // writes then fail with EFBIG (setrlimit(2))
	var was syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &was); err != nil {
		t.Fatal(err)
	}
	set := func(l syscall.Rlimit) {
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &l); err != nil {
			t.Error(err)
		}
	}
	set(syscall.Rlimit{Cur: 0, Max: was.Max})
	room = func() { set(was) }
	t.Cleanup(room)
	return room
}
