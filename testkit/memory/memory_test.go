package memory_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"reflect"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/testkit/memory"
)

var trunk = engine.Trunk{ID: "carrier", Hosts: []string{"192.0.2.0/24"}, Remote: "192.0.2.10:5060"}

// world is a switch in a bubble with an adapter that runs.
type world struct {
	*testing.T
	sw    *memory.Switch
	eng   *memory.Engine
	start time.Time

	mu     sync.Mutex
	events []engine.Event
}

// newWorld must be called in a bubble.
func newWorld(t *testing.T, opt memory.Options) *world {
	t.Helper()
	w := &world{T: t, sw: memory.New(opt), start: time.Now()}
	w.eng = w.sw.Engine()
	go func() {
		if err := w.eng.Run(t.Context(), w.handle); err != nil {
			t.Error(err)
		}
	}()
	synctest.Wait()
	w.must(w.eng.PutTrunk(t.Context(), trunk))
	return w
}

func (w *world) handle(ev engine.Event) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.events = append(w.events, ev)
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// after lets time pass and gives what came, with times since the start.
func (w *world) after(d time.Duration) []string {
	time.Sleep(d)
	synctest.Wait()
	w.mu.Lock()
	defer w.mu.Unlock()
	var all []string
	for _, ev := range w.events {
		v := reflect.ValueOf(ev)
		name := v.Type().Name()
		if name == "LinkUp" {
			continue
		}
		text := fmt.Sprintf("%s %v", name, v.FieldByName("At").Interface().(time.Time).Sub(w.start))
		if c := v.FieldByName("Cause"); c.IsValid() {
			text += fmt.Sprint(" ", c.Interface())
		}
		all = append(all, text)
	}
	return all
}

func (w *world) expect(d time.Duration, want ...string) {
	w.Helper()
	if got := w.after(d); !slices.Equal(got, want) {
		w.Errorf("events\n %q, want\n %q", got, want)
	}
}

func bubble(t *testing.T, name string, opt memory.Options, body func(*world)) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) { body(newWorld(t, opt)) })
	})
}

// What an agent's phone does by itself happens at its time, to the nanosecond.
func TestLine_Called(t *testing.T) {
	const s = time.Second
	for _, c := range []struct {
		name    string
		manner  memory.Manner
		timeout time.Duration
		want    []string
	}{
		{"answers", memory.Manner{Reply: memory.Accept, After: 3 * s}, 20 * s, []string{"LegRinging 0s", "LegAnswered 3s"}},
		{"rings late", memory.Manner{Ring: s, Reply: memory.Accept, After: 3 * s}, 20 * s, []string{"LegRinging 1s", "LegAnswered 3s"}},
		{"declines", memory.Manner{Reply: memory.Decline, After: 2 * s}, 20 * s, []string{"LegRinging 0s", "LegEnded 2s 21"}},
		{"busy at once", memory.Manner{Silent: true, Reply: memory.Busy}, 20 * s, []string{"LegEnded 0s 17"}},
		{"ignores", memory.Manner{}, 20 * s, []string{"LegRinging 0s", "LegEnded 20s 19"}},
		{"too late", memory.Manner{Reply: memory.Accept, After: 21 * s}, 20 * s, []string{"LegRinging 0s", "LegEnded 20s 19"}},
		{"hangs up", memory.Manner{Reply: memory.Accept, After: s, Talk: 5 * s}, 20 * s, []string{"LegRinging 0s", "LegAnswered 1s", "LegEnded 6s 16"}},
	} {
		bubble(t, c.name, memory.Options{}, func(w *world) {
			line := w.sw.Line("sip:alice@192.0.2.20", c.manner)
			w.must(w.eng.PutPhone(w.Context(), engine.Phone{ID: "alice", Contact: line.URI()}))
			w.must(w.eng.Dial(w.Context(), engine.DialRequest{Leg: "a", Phone: "alice", Timeout: c.timeout}))
			w.expect(30*time.Second, c.want...)
		})
	}
}

func TestLine_Calls(t *testing.T) {
	host := netip.MustParseAddr("192.0.2.77")
	bubble(t, "gives up", memory.Options{}, func(w *world) {
		c := w.sw.Caller(host, "0101", "", memory.Manner{Patience: 7 * time.Second})
		c.Call("0707")
		w.expect(time.Minute, "LegArrived 0s", "LegEnded 7s 16")
		if f := c.State().Final; f != 487 {
			t.Errorf("final response %d, want 487", f)
		}
	})
	bubble(t, "hangs up, and calls again", memory.Options{}, func(w *world) {
		c := w.sw.Caller(host, "0101", "", memory.Manner{Patience: 7 * time.Second, Talk: 9 * time.Second})
		for range 2 {
			c.Call("0707")
			w.after(time.Second)
			for _, ev := range w.events {
				if a, ok := ev.(engine.LegArrived); ok && c.State().Final == 0 {
					_ = w.eng.Answer(w.Context(), a.Leg) // the first one is gone the second time
				}
			}
			w.after(time.Minute)
		}
		w.expect(0, "LegArrived 0s", "LegAnswered 1s", "LegEnded 10s 16", "LegArrived 1m1s", "LegAnswered 1m2s", "LegEnded 1m11s 16")
	})
	bubble(t, "from an unknown address", memory.Options{}, func(w *world) {
		c := w.sw.Caller(netip.MustParseAddr("198.51.100.1"), "0101", "", memory.Manner{})
		c.Call("0707")
		w.expect(time.Second)
		if f := c.State().Final; f != 403 {
			t.Errorf("final response %d, want 403", f)
		}
	})
	t.Run("with no controller", func(t *testing.T) {
		sw := memory.New(memory.Options{})
		eng := sw.Engine()
		if err := errors.Join(eng.Open(), eng.PutTrunk(t.Context(), trunk)); err != nil {
			t.Fatal(err)
		}
		eng.Close()
		c := sw.Caller(host, "0101", "", memory.Manner{})
		c.Call("0707")
		if f := c.State().Final; f != 503 {
			t.Errorf("final response %d, want 503", f)
		}
	})
}

// A browser registers under the id of its Phone, which has no Contact.
func TestSwitch_Register(t *testing.T) {
	bubble(t, "absent, then there", memory.Options{}, func(w *world) {
		w.must(w.eng.PutPhone(w.Context(), engine.Phone{ID: "alice"}))
		w.must(w.eng.Dial(w.Context(), engine.DialRequest{Leg: "a", Phone: "alice"}))
		w.expect(0, "LegEnded 0s 20")
		line := w.sw.Line("sip:alice@192.0.2.20", memory.Manner{})
		w.sw.Register("alice", line)
		w.must(w.eng.Dial(w.Context(), engine.DialRequest{Leg: "b", Phone: "alice"}))
		w.expect(0, "LegEnded 0s 20", "LegRinging 0s")
		w.must(w.eng.Dial(w.Context(), engine.DialRequest{Leg: "c", Phone: "alice"}))
		w.expect(0, "LegEnded 0s 20", "LegRinging 0s", "LegEnded 0s 17")
		w.must(w.eng.Hangup(w.Context(), "b", engine.CauseNormal))
		w.sw.Register("alice", nil)
		w.must(w.eng.Dial(w.Context(), engine.DialRequest{Leg: "d", Phone: "alice"}))
		w.expect(0, "LegEnded 0s 20", "LegRinging 0s", "LegEnded 0s 17", "LegEnded 0s 16", "LegEnded 0s 20")
	})
}

// Commands can be slow, fail, or be carried out although the caller hears nothing.
func TestOptions_Command(t *testing.T) {
	for _, c := range []struct {
		name string
		fate memory.Fate
		kind engine.Kind
		took time.Duration
		done bool
	}{
		{"well", memory.Fate{}, "", 0, true},
		{"slow", memory.Fate{Delay: 2 * time.Second}, "", 2 * time.Second, true},
		{"too slow", memory.Fate{Delay: time.Minute}, engine.KindTimeout, engine.CommandTimeout, false},
		{"fails", memory.Fate{Kind: engine.KindRefused}, engine.KindRefused, 0, false},
		{"fails late", memory.Fate{Delay: time.Second, Kind: engine.KindUnreachable}, engine.KindUnreachable, time.Second, false},
		{"times out, yet happens", memory.Fate{Delay: time.Second, Kind: engine.KindTimeout, Done: true}, engine.KindTimeout, time.Second, true},
	} {
		opt := memory.Options{Command: func(op, id string) memory.Fate {
			if op == "CreateRoom" && id == "room" {
				return c.fate
			}
			return memory.Fate{}
		}}
		bubble(t, c.name, opt, func(w *world) {
			err := w.eng.CreateRoom(w.Context(), "room")
			took := time.Since(w.start)
			time.Sleep(2 * time.Minute)
			destroyed := engine.KindOf(w.eng.DestroyRoom(w.Context(), "room")) == ""
			if kind := engine.KindOf(err); kind != c.kind || took != c.took || destroyed != c.done {
				t.Errorf("kind %q after %v, carried out %v; want %q, %v, %v", kind, took, destroyed, c.kind, c.took, c.done)
			}
		})
	}
}

func TestOptions_RecordFails(t *testing.T) {
	opt := memory.Options{Record: func(memory.Recorded) error { return errors.New("disk full") }}
	bubble(t, "tells", opt, func(w *world) {
		w.sw.Caller(netip.MustParseAddr("192.0.2.1"), "0101", "", memory.Manner{}).Call("0707")
		w.must(w.eng.StartRecording(w.Context(), engine.RecordingRequest{ID: "r", Leg: "in-1", File: "r"}))
		w.must(w.eng.StopRecording(w.Context(), "r"))
		w.after(0)
		if ended, ok := w.events[len(w.events)-1].(engine.RecordingEnded); !ok || ended.Failed != "disk full" {
			t.Errorf("last event %#v", w.events[len(w.events)-1])
		}
	})
}

// Run refuses to share the switch, and can be run again.
func TestEngine_OneInControl(t *testing.T) {
	sw := memory.New(memory.Options{})
	first, second := sw.Engine(), sw.Engine()
	if err := first.Open(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := second.Run(ctx, func(engine.Event) {}); engine.KindOf(err) != engine.KindRefused {
		t.Errorf("a second adapter: %v", err)
	}
	if err := second.CreateRoom(t.Context(), "x"); engine.KindOf(err) != engine.KindUnreachable {
		t.Errorf("a command without a link: %v", err)
	}
	first.Close()
	if err := second.Run(ctx, func(engine.Event) {}); err != nil {
		t.Errorf("after the first closed: %v", err)
	}
}

// manual is a clock for simulations that do one thing at a time.
type manual struct {
	now    time.Time
	timers []*struct {
		at time.Time
		f  func()
	}
}

func (m *manual) Now() time.Time { return m.now }

func (m *manual) AfterFunc(d time.Duration, f func()) func() bool {
	t := &struct {
		at time.Time
		f  func()
	}{m.now.Add(d), f}
	m.timers = append(m.timers, t)
	return func() bool { t.f = nil; return true }
}

// step goes to the next timer and says whether there was one.
func (m *manual) step() bool {
	slices.SortStableFunc(m.timers, func(a, b *struct {
		at time.Time
		f  func()
	}) int {
		return a.at.Compare(b.at)
	})
	if len(m.timers) == 0 {
		return false
	}
	next := m.timers[0]
	m.timers = m.timers[1:]
	if next.f != nil {
		m.now = next.at
		next.f()
	}
	return true
}

// simulate runs calls with random manners and reacts to the events at once, in
// one goroutine, and gives all that happened as text.
func simulate(t *testing.T, seed uint64, calls int) []string {
	random := rand.New(rand.NewPCG(seed, 1))
	clock := &manual{now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	sw := memory.New(memory.Options{Clock: clock})
	eng := sw.Engine()
	if err := eng.Open(); err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	up := func(n int) time.Duration { return time.Duration(random.IntN(n)) * time.Second }
	if err := errors.Join(eng.PutTrunk(ctx, trunk), eng.PutPhone(ctx, engine.Phone{ID: "agent", Contact: "sip:agent"})); err != nil {
		t.Fatal(err)
	}
	sw.Line("sip:agent", memory.Manner{Reply: memory.Accept, After: 2 * time.Second, Talk: 20 * time.Second})
	for i := range calls {
		c := sw.Caller(netip.MustParseAddr("192.0.2.9"), fmt.Sprint(i), "", memory.Manner{Patience: time.Second + up(30), Talk: time.Second + up(60)})
		clock.AfterFunc(up(3600), func() { c.Call("0707") })
	}
	var log []string
	dialled := 0
	for {
		ev, ok := eng.Next()
		if !ok {
			if !clock.step() {
				break
			}
			continue
		}
		log = append(log, fmt.Sprintf("%#v", ev))
		switch ev := ev.(type) {
		case engine.LegArrived:
			dialled++
			leg := engine.LegID(fmt.Sprint("out-", dialled))
			if err := errors.Join(eng.Dial(ctx, engine.DialRequest{Leg: leg, Phone: "agent", Timeout: 10 * time.Second}), eng.Answer(ctx, ev.Leg)); err != nil {
				t.Fatal(err)
			}
		case engine.LegAnswered:
			log = append(log, fmt.Sprint(eng.CreateRoom(ctx, engine.RoomID(ev.Leg)), eng.Join(ctx, engine.RoomID(ev.Leg), ev.Leg)))
		case engine.LegEnded:
			log = append(log, fmt.Sprint(engine.KindOf(eng.DestroyRoom(ctx, engine.RoomID(ev.Leg)))))
		}
	}
	if err := sw.Idle(); err != nil {
		t.Errorf("seed %d: %v", seed, err)
	}
	return log
}

// The same seed gives the same history, event by event.
func TestSwitch_Repeatable(t *testing.T) {
	const calls = 2000
	first, again, other := simulate(t, 7, calls), simulate(t, 7, calls), simulate(t, 8, calls)
	if !slices.Equal(first, again) {
		t.Error("two runs with one seed differ")
	}
	if slices.Equal(first, other) || len(first) < 3*calls {
		t.Errorf("%d entries; the seed changed nothing", len(first))
	}
}

// Thousands of calls at once in a bubble leave nothing behind.
func TestSwitch_ManyCallsInABubble(t *testing.T) {
	const calls = 3000
	bubble(t, "synctest", memory.Options{}, func(w *world) {
		ended := 0
		arrived := make(chan engine.LegID, calls)
		go func() {
			for leg := range arrived {
				w.must(w.eng.Answer(w.Context(), leg))
			}
		}()
		for i := range calls {
			w.sw.Caller(netip.MustParseAddr("192.0.2.9"), fmt.Sprint(i), "", memory.Manner{Talk: time.Duration(1+i%600) * time.Second}).Call("0707")
		}
		synctest.Wait()
		for _, ev := range w.events {
			if a, ok := ev.(engine.LegArrived); ok {
				arrived <- a.Leg
			}
		}
		close(arrived)
		time.Sleep(time.Hour)
		synctest.Wait()
		for _, ev := range w.events {
			if _, ok := ev.(engine.LegEnded); ok {
				ended++
			}
		}
		if err := w.sw.Idle(); err != nil || ended != calls {
			t.Errorf("%d of %d calls ended; %v", ended, calls, err)
		}
	})
}
