package asterisk_test

import (
	"errors"
	"net/http"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"ringdesk/controller/asterisk"
	"ringdesk/controller/engine"
)

// A handler that is slower than the engine loses nothing, and nothing changes
// places.
func TestLink_SlowHandler(t *testing.T) {
	const events = 10_000
	f := newFake(t)
	got := make([]string, 0, events)
	done := make(chan struct{})
	run(t, f.options(), func(e engine.Event) {
		if d, ok := e.(engine.DTMF); ok {
			got = append(got, d.Digit)
			if len(got)%10 == 0 {
				time.Sleep(time.Millisecond) // the slowness under test
			}
			if len(got) == events {
				close(done)
			}
		}
	})
	l := f.next(t)
	l.send(t, arrives("1.1"))
	for i := range events {
		l.send(t, about("ChannelDtmfReceived", "1.1", "Up", `"digit":"`+strconv.Itoa(i)+`","duration_ms":100`))
	}
	select {
	case <-done:
	case <-time.After(30 * time.Second):
		t.Fatal("events are missing")
	}
	for i, digit := range got {
		if digit != strconv.Itoa(i) {
			t.Fatalf("event %d is number %s", i, digit)
		}
	}
}

// More than can wait closes the link, and a new one brings a snapshot: nothing
// is lost silently.
func TestLink_Overflow(t *testing.T) {
	f := newFake(t)
	opt := f.options()
	opt.QueueLimit = 100
	stuck, release := make(chan struct{}), make(chan struct{})
	r := run(t, opt, func(e engine.Event) {
		if d, ok := e.(engine.DTMF); ok && d.Digit == "0" {
			close(stuck)
			<-release
		}
	})
	l := f.next(t)
	expect[engine.LinkUp](t, r, 0, nil)
	l.send(t, arrives("1.1"), about("ChannelDtmfReceived", "1.1", "Up", `"digit":"0","duration_ms":100`))
	<-stuck
	f.set(func(f *fake) { f.channels = []any{inboundChannel("1.1", "Up"), inboundChannel("1.2", "Ring")} })
	for n := 0; ; n++ {
		if l.conn.Write(t.Context(), websocket.MessageText, []byte(about("ChannelDtmfReceived", "1.1", "Up", `"digit":"1","duration_ms":100`))) != nil {
			break // the adapter closed it
		}
		if n > 1_000_000 {
			t.Fatal("the link took a million events")
		}
	}
	close(release)
	down := expect[engine.LinkDown](t, r, 0, nil)
	if !strings.Contains(down.Cause, "faster") {
		t.Errorf("cause %q", down.Cause)
	}
	again := f.next(t)
	before := slices.IndexFunc(r.log.Entries(), isDown) + 1
	up := expect[engine.LinkUp](t, r, before, nil)
	if len(up.Snapshot.Legs) != 2 {
		t.Errorf("snapshot has %d legs, want 2", len(up.Snapshot.Legs))
	}
	again.send(t, about("ChannelDtmfReceived", "1.2", "Up", `"digit":"9","duration_ms":100`))
	expect(t, r, before, func(e engine.DTMF) bool { return e.Leg == "1.2" && e.Digit == "9" })
	for _, fault := range r.log.Faults() {
		t.Error(fault)
	}
}

// A link that is up but dead is given up, and so is one through which no events
// come although all else answers. (The default times are tested by the
// conformance suite.)
func TestLink_HalfOpen(t *testing.T) {
	cases := map[string]func(*fake){
		"no events":               func(f *fake) { f.silent = true },
		"the application is gone": func(f *fake) { f.login = http.StatusNotFound },
	}
	for name, breakIt := range cases {
		t.Run(name, func(t *testing.T) {
			f := newFake(t)
			opt := f.options()
			opt.PingInterval, opt.PingTimeout = 50*time.Millisecond, 100*time.Millisecond
			opt.BackoffFirst = time.Minute
			r := run(t, opt, nil)
			expect[engine.LinkUp](t, r, 0, nil)
			f.set(breakIt)
			start := time.Now()
			down := expect[engine.LinkDown](t, r, 0, nil)
			if !strings.Contains(down.Cause, "probe") {
				t.Errorf("cause %q", down.Cause)
			}
			if d := time.Since(start); d > 5*time.Second {
				t.Errorf("noticed after %v", d)
			}
		})
	}
}

// A new link that gets no events is no link: Asterisk may still be busy with
// taking the application away from the one before.
func TestLink_InactiveFromTheStart(t *testing.T) {
	f := newFake(t)
	f.set(func(f *fake) { f.silent = true })
	opt := f.options()
	opt.PingTimeout = 50 * time.Millisecond
	r := run(t, opt, nil)
	f.next(t)
	f.next(t)
	f.set(func(f *fake) { f.silent = false })
	expect[engine.LinkUp](t, r, 0, nil)
	if r.log.Len() != 1 {
		t.Errorf("events:%s", r.log)
	}
}

// A new link is probed early: what takes it away happens soon or never.
func TestLink_ProbedEarly(t *testing.T) {
	f := newFake(t)
	opt := f.options()
	opt.PingInterval = time.Hour
	r := run(t, opt, nil)
	expect[engine.LinkUp](t, r, 0, nil)
	f.set(func(f *fake) { f.silent = true })
	start := time.Now()
	expect[engine.LinkDown](t, r, 0, nil)
	if d := time.Since(start); d > 4*time.Second {
		t.Errorf("noticed after %v", d)
	}
}

// After a loss the snapshot comes first, then what happened while it was made;
// legs that it lists are not announced again.
func TestLink_Reconnect(t *testing.T) {
	f := newFake(t)
	r := run(t, f.options(), nil)
	l := f.next(t)
	expect[engine.LinkUp](t, r, 0, nil)
	l.send(t, arrives("1.1"))
	expect[engine.LegArrived](t, r, 0, nil)

	f.set(func(f *fake) {
		f.channels = []any{inboundChannel("1.1", "Up"), inboundChannel("1.2", "Ring")}
		f.bridges = []any{map[string]any{"id": "room-1", "bridge_class": "stasis", "channels": []string{"1.1"}}}
		f.before = func() {
			// Between opening the link and the snapshot.
			again := f.next(t)
			again.send(t, arrives("1.2"), arrives("1.3"), about("ChannelDtmfReceived", "1.2", "Up", `"digit":"5","duration_ms":1`))
			f.set(func(f *fake) { f.before = nil })
		}
	})
	before := r.log.Len()
	l.conn.CloseNow()
	expect[engine.DTMF](t, r, before, nil)
	var kinds []string
	for _, e := range r.log.Entries()[before:] {
		switch e := e.Event.(type) {
		case engine.LinkDown:
			kinds = append(kinds, "down")
		case engine.LinkUp:
			kinds = append(kinds, "up")
			if s := e.Snapshot; s.Legs["1.1"].Room != "room-1" || !s.Legs["1.1"].Answered || s.Legs["1.2"].Answered ||
				s.Legs["1.2"].Arrived.To != "07076660001" || s.Legs["1.2"].Arrived.Trunk != "carrier" || len(s.Rooms["room-1"]) != 1 {
				t.Errorf("snapshot %+v", s)
			}
		case engine.LegArrived:
			kinds = append(kinds, "arrived "+string(e.Leg))
		case engine.DTMF:
			kinds = append(kinds, "key")
		}
	}
	if want := []string{"down", "up", "arrived 1.3", "key"}; !slices.Equal(kinds, want) {
		t.Errorf("events %q, want %q", kinds, want)
	}
}

// The link is opened first, and events are filtered at Asterisk before the
// snapshot is asked for.
func TestLink_Order(t *testing.T) {
	f := newFake(t)
	r := run(t, f.options(), nil)
	expect[engine.LinkUp](t, r, 0, nil)
	f.mu.Lock()
	defer f.mu.Unlock()
	want := []string{"GET /ari/events", "GET /ari/asterisk/info", "PUT /ari/applications/ringdesk/eventFilter",
		"POST /ari/events/user/ringdesk.probe", "GET /ari/applications/ringdesk", "GET /ari/channels", "GET /ari/bridges"}
	if len(f.requests) > len(want) {
		f.requests = f.requests[:len(want)] // probes follow
	}
	if !slices.Equal(f.requests, want) {
		t.Errorf("requests %q, want %q", f.requests, want)
	}
}

func TestRun_Refuses(t *testing.T) {
	cases := []struct {
		name   string
		change func(*fake)
		want   error
		says   string
	}{
		{"old version", func(f *fake) { f.version = "22.9.0" }, asterisk.ErrTooOld, "22.10.1 or newer"},
		{"old branch", func(f *fake) { f.version = "20.19.0" }, asterisk.ErrTooOld, "22.10.1 or newer"},
		{"crashing version", func(f *fake) { f.version = "22.11.0-rc1" }, asterisk.ErrTooOld, "22.11.0-rc1"},
		{"no version", func(f *fake) { f.version = "GIT-22-abc" }, asterisk.ErrTooOld, "GIT-22-abc"},
		{"wrong password", func(f *fake) { f.login = http.StatusUnauthorized }, asterisk.ErrLogin, "user \"ringdesk\""},
		{"forbidden", func(f *fake) { f.login = http.StatusForbidden }, asterisk.ErrLogin, "ari.conf"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			f := newFake(t)
			f.set(c.change)
			r := run(t, f.options(), nil)
			err := r.result(t)
			if !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("Run returned %v", err)
			}
			if strings.ContainsAny(err.Error(), "\n") || strings.Contains(err.Error(), "secret") {
				t.Errorf("the message is no clear line: %q", err)
			}
			if r.log.Len() != 0 {
				t.Errorf("events:%s", r.log)
			}
		})
	}
}

func TestRun_Accepts(t *testing.T) {
	for _, version := range []string{"22.10.1", "22.10.1+dfsg+~cs6.17.60671434-1", "22.11.0", "23.1.0"} {
		f := newFake(t)
		f.set(func(f *fake) { f.version = version })
		r := run(t, f.options(), nil)
		if up := expect[engine.LinkUp](t, r, 0, nil); up.Version != version {
			t.Errorf("version %q, want %q", up.Version, version)
		}
	}
}

// Two controllers of one name would take the calls from each other for ever:
// the older one gives up.
func TestRun_Replaced(t *testing.T) {
	f := newFake(t)
	r := run(t, f.options(), nil)
	l := f.next(t)
	expect[engine.LinkUp](t, r, 0, nil)
	l.send(t, event("ApplicationReplaced", `"x":1`))
	expect[engine.LinkDown](t, r, 0, nil)
	if err := r.result(t); !errors.Is(err, asterisk.ErrReplaced) {
		t.Errorf("Run returned %v", err)
	}
}

// An event that cannot be read is not skipped: the link starts anew.
func TestLink_DamagedEvent(t *testing.T) {
	for _, text := range []string{"{", event("StasisStart", `"channel":5`)} {
		f := newFake(t)
		r := run(t, f.options(), nil)
		l := f.next(t)
		expect[engine.LinkUp](t, r, 0, nil)
		l.send(t, text)
		expect[engine.LinkDown](t, r, 0, nil)
		f.next(t)
		expect[engine.LinkUp](t, r, 2, nil)
	}
}

// While there is no engine the adapter keeps trying.
func TestLink_EngineComesLater(t *testing.T) {
	f := newFake(t)
	f.set(func(f *fake) { f.login = http.StatusServiceUnavailable })
	r := run(t, f.options(), nil)
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(time.Millisecond) {
		f.mu.Lock()
		n := len(f.requests)
		f.mu.Unlock()
		if n >= 3 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("it does not try again")
		}
	}
	f.set(func(f *fake) { f.login = 0 })
	expect[engine.LinkUp](t, r, 0, nil)
	if r.log.Len() != 1 {
		t.Errorf("events:%s", r.log)
	}
}

// Nothing is left behind when Run has ended.
func TestRun_LeavesNothing(t *testing.T) {
	f := newFake(t)
	before := runtime.NumGoroutine()
	for range 3 {
		r := run(t, f.options(), nil)
		l := f.next(t)
		expect[engine.LinkUp](t, r, 0, nil)
		l.send(t, arrives("1.1"))
		expect[engine.LegArrived](t, r, 0, nil)
		for range 20 {
			if err := r.Ring(t.Context(), "1.1"); err != nil {
				t.Fatal(err)
			}
		}
		r.stop(t)
	}
	f.CloseClientConnections()
	for deadline := time.Now().Add(20 * time.Second); runtime.NumGoroutine() > before; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			stacks := make([]byte, 1<<20)
			t.Fatalf("%d goroutines before, %d after:\n%s", before, runtime.NumGoroutine(), stacks[:runtime.Stack(stacks, true)])
		}
	}
}

// Covers: SEC-1. An Asterisk that somebody else started is asked for its guard,
// too.
func TestLink_Guard(t *testing.T) {
	for name, c := range map[string]struct{ guard, warning string }{
		"with":            {"rtp sip tcp 1", ""},
		"without":         {"", "Asterisk runs without the guard: see SECURITY.md"},
		"without a part":  {"rtp tcp 1", "Asterisk runs without these parts of the guard: sip; its console log says why, see SECURITY.md"},
		"the build alone": {"sip-1", "Asterisk runs without these parts of the guard: rtp, sip, tcp; its console log says why, see SECURITY.md"},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFake(t)
			f.guard = c.guard
			up := make(chan engine.LinkUp, 1)
			run(t, f.options(), func(e engine.Event) {
				if e, ok := e.(engine.LinkUp); ok {
					up <- e
				}
			})
			select {
			case e := <-up:
				if e.Warning != c.warning {
					t.Errorf("warning %q, want %q", e.Warning, c.warning)
				}
			case <-time.After(10 * time.Second):
				t.Fatal("the link does not come up")
			}
		})
	}
}

// An Asterisk that is another one than before is told to be so, once.
//
// Covers: SYS-3
func TestLink_Restarted(t *testing.T) {
	const first, second = "2026-01-01T00:00:00.000+0000", "2026-01-02T00:00:00.000+0000"
	f := newFake(t)
	f.started = first
	r := run(t, f.options(), nil)
	from := 0
	for _, c := range []struct {
		next string // when the Asterisk of the next link was started
		want bool
	}{{first, false}, {second, false}, {second, true}, {second, false}} {
		up := expect[engine.LinkUp](t, r, from, nil)
		if up.Restarted != c.want {
			t.Errorf("restarted %v, want %v", up.Restarted, c.want)
		}
		from = r.log.Len()
		f.set(func(f *fake) { f.started = c.next })
		f.next(t).conn.CloseNow()
	}
}

// So it is to a new controller, where Asterisk was started anew together with
// it, as at another address.
//
// Covers: SYS-3
func TestLink_RestartedWithTheController(t *testing.T) {
	const first, second = "2026-01-01T00:00:00.000+0000", "2026-01-02T00:00:00.000+0000"
	file := filepath.Join(t.TempDir(), "run")
	for i, c := range []struct {
		started string
		want    bool
	}{{first, false}, {first, false}, {second, true}, {second, false}} {
		f := newFake(t)
		f.started = c.started
		opt := f.options()
		opt.LastRun = file
		if up := expect[engine.LinkUp](t, run(t, opt, nil), 0, nil); up.Restarted != c.want {
			t.Errorf("controller %d: restarted %v, want %v", i, up.Restarted, c.want)
		}
	}
}
