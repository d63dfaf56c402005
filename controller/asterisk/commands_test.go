package asterisk_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"ringdesk/controller/engine"
)

// reply answers every command with a status and Asterisk's words.
func reply(status int, message string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		if status != http.StatusNoContent {
			fmt.Fprintf(w, `{"message":%q}`, message)
		}
	}
}

// replyAfter does something before it answers.
func replyAfter(first func()) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		first()
		reply(http.StatusOK, "")(w, r)
	}
}

// commandsOf are all commands that take a thing that may be gone.
func commandsOf(e engine.Engine) map[string]func(context.Context) error {
	return map[string]func(context.Context) error{
		"Ring":        func(ctx context.Context) error { return e.Ring(ctx, "1.1") },
		"Answer":      func(ctx context.Context) error { return e.Answer(ctx, "1.1") },
		"Hangup":      func(ctx context.Context) error { return e.Hangup(ctx, "1.1", engine.CauseNormal) },
		"CreateRoom":  func(ctx context.Context) error { return e.CreateRoom(ctx, "room") },
		"DestroyRoom": func(ctx context.Context) error { return e.DestroyRoom(ctx, "room") },
		"Join":        func(ctx context.Context) error { return e.Join(ctx, "room", "1.1") },
		"Part":        func(ctx context.Context) error { return e.Part(ctx, "room", "1.1") },
		"Hold":        func(ctx context.Context) error { return e.Hold(ctx, "room", "1.1") },
		"Unhold":      func(ctx context.Context) error { return e.Unhold(ctx, "room", "1.1") },
		"Mute":        func(ctx context.Context) error { return e.Mute(ctx, "1.1", true) },
		"Music":       func(ctx context.Context) error { return e.Music(ctx, "1.1", true) },
		"SendDTMF":    func(ctx context.Context) error { return e.SendDTMF(ctx, "1.1", "1") },
		"Dial": func(ctx context.Context) error {
			return e.Dial(ctx, engine.DialRequest{Leg: engine.LegID(uuid.NewString()), Phone: "p1"})
		},
		"Play": func(ctx context.Context) error {
			return e.Play(ctx, engine.PlayRequest{ID: "p", Leg: "1.1", Sounds: []string{"s"}})
		},
		"StopPlay": func(ctx context.Context) error { return e.StopPlay(ctx, "p") },
		"StartRecording": func(ctx context.Context) error {
			return e.StartRecording(ctx, engine.RecordingRequest{ID: "r", Leg: "1.1", File: "f"})
		},
		"PutPhone": func(ctx context.Context) error {
			return e.PutPhone(ctx, engine.Phone{ID: "p1", Password: "hidden", Proof: "hidden"})
		},
		"DeletePhone": func(ctx context.Context) error { return e.DeletePhone(ctx, "p1") },
		"PutTrunk":    func(ctx context.Context) error { return e.PutTrunk(ctx, engine.Trunk{ID: "t1"}) },
		"DeleteTrunk": func(ctx context.Context) error { return e.DeleteTrunk(ctx, "t1") },
		"TestCall":    func(ctx context.Context) error { return e.TestCall(ctx, "010", "070") },
	}
}

func TestCommands_Kinds(t *testing.T) {
	r, l, f := started(t)
	l.send(t, arrives("1.1"))
	expect[engine.LegArrived](t, r, 0, nil)
	cases := []struct {
		status  int
		message string
		want    engine.Kind
	}{
		{http.StatusNotFound, "Channel not found", engine.KindGone},
		{http.StatusBadRequest, "Channel not found", engine.KindGone},
		{http.StatusConflict, "Channel is in another bridge", engine.KindBusy},
		{http.StatusPreconditionFailed, "Channel in invalid state", engine.KindBusy},
		{http.StatusUnprocessableEntity, "Channel not in this bridge", engine.KindBusy},
		{http.StatusBadRequest, "Invalid", engine.KindRefused},
		{http.StatusForbidden, "Forbidden", engine.KindRefused},
		{http.StatusInternalServerError, "Internal", engine.KindRefused},
		{http.StatusServiceUnavailable, "", engine.KindUnreachable},
		{http.StatusOK, "", ""},
	}
	for _, c := range cases {
		t.Run(fmt.Sprint(c.status, " ", c.message), func(t *testing.T) {
			f.set(func(f *fake) { f.handle = reply(c.status, c.message) })
			for _, command := range []string{"Ring", "Hangup", "CreateRoom", "Join", "Play", "SendDTMF"} {
				want := c.want
				if command == "CreateRoom" && c.status == http.StatusConflict {
					want = "" // it is there already
				}
				err := commandsOf(r)[command](t.Context())
				if got := engine.KindOf(err); got != want {
					t.Errorf("%s: %v: kind %q, want %q", command, err, got, want)
				}
				if err != nil && c.message != "" && !strings.Contains(err.Error(), c.message) {
					t.Errorf("%s: %v does not give Asterisk's reason", command, err)
				}
			}
		})
	}
}

// Asterisk has the same words for a leg that is not there yet and for one that
// is just gone, also when its last event is still on its way.
func TestCommands_NotInStasis(t *testing.T) {
	legCommands := []string{"Ring", "Answer", "Join", "Part", "Hold", "Unhold", "Mute", "Music", "SendDTMF", "Play", "StartRecording"}
	r, l, f := started(t)
	all := func(when string, want engine.Kind) {
		t.Helper()
		f.set(func(f *fake) { f.handle = reply(http.StatusUnprocessableEntity, "Channel not in Stasis application") })
		for _, name := range legCommands {
			if err := commandsOf(r)[name](t.Context()); engine.KindOf(err) != want {
				t.Errorf("%s, %s: %v, want kind %s", when, name, err, want)
			}
		}
		f.set(func(f *fake) { f.handle = nil })
	}
	l.send(t, arrives("1.1"))
	expect[engine.LegArrived](t, r, 0, nil)
	all("before its last event", engine.KindGone)
	l.send(t, about("StasisEnd", "1.1", "Up", ""))
	expect[engine.LegEnded](t, r, 0, nil)
	all("after its last event", engine.KindGone)
	if err := r.Dial(t.Context(), engine.DialRequest{Leg: "1.1", Phone: "p1", Timeout: time.Minute}); err != nil {
		t.Fatal(err)
	}
	all("before its answer", engine.KindBusy)
}

// Asterisk's words for a caller who has hung up while being answered. Whoever is
// there all the same is hung up on.
func TestAnswer_HungUp(t *testing.T) {
	r, l, f := started(t)
	l.send(t, arrives("1.1"))
	expect[engine.LegArrived](t, r, 0, nil)
	deleted := make(chan string, 1)
	f.set(func(f *fake) {
		f.handle = func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodDelete {
				deleted <- r.URL.Path
			}
			reply(http.StatusInternalServerError, "Failed to answer channel")(w, r)
		}
	})
	if err := r.Answer(t.Context(), "1.1"); engine.KindOf(err) != engine.KindGone {
		t.Errorf("Answer: %v, want kind gone", err)
	}
	if got := <-deleted; !strings.HasSuffix(got, "/channels/1.1") {
		t.Errorf("deleted %s", got)
	}
}

// Asterisk's words for a leg that is hung up while a recording begins: it is gone,
// and its last event follows. Where none does, something else went wrong.
func TestSnoop_HungUp(t *testing.T) {
	r, l, f := started(t)
	for _, want := range []engine.Kind{engine.KindGone, engine.KindRefused} {
		before := r.log.Len()
		l.send(t, arrives("1.1"))
		expect[engine.LegArrived](t, r, before, nil)
		refuse := reply(http.StatusInternalServerError, "Snoop channel could not be created")
		f.set(func(f *fake) {
			f.handle = func(w http.ResponseWriter, r *http.Request) {
				refuse(w, r)
				if want == engine.KindGone && strings.Contains(r.URL.Path, "/snoop/") {
					time.AfterFunc(50*time.Millisecond, func() { l.send(t, about("StasisEnd", "1.1", "Up", "")) })
				}
			}
		})
		if err := commandsOf(r)["StartRecording"](t.Context()); engine.KindOf(err) != want {
			t.Errorf("StartRecording: %v, want kind %s", err, want)
		}
		f.set(func(f *fake) { f.handle = nil })
		if want == engine.KindGone {
			expect[engine.LegEnded](t, r, before, nil)
		}
	}
}

// No command outlives its deadline, the caller's or the adapter's.
func TestCommands_Deadline(t *testing.T) {
	f := newFake(t)
	hung := make(chan struct{})
	t.Cleanup(func() { close(hung) })
	opt := f.options()
	opt.CommandTimeout = 150 * time.Millisecond
	r := run(t, opt, nil)
	expect[engine.LinkUp](t, r, 0, nil)
	f.set(func(f *fake) {
		f.handle = func(w http.ResponseWriter, r *http.Request) {
			select {
			case <-hung:
			case <-r.Context().Done():
			}
		}
	})
	short, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	for name, command := range commandsOf(r) {
		for _, ctx := range []context.Context{short, t.Context()} {
			start := time.Now()
			err := command(ctx)
			if engine.KindOf(err) != engine.KindTimeout {
				t.Errorf("%s: %v, want kind timeout", name, err)
			}
			if d := time.Since(start); d > 2*time.Second {
				t.Errorf("%s took %v", name, d)
			}
		}
	}
}

func TestCommands_Unreachable(t *testing.T) {
	r, _, f := started(t)
	f.CloseClientConnections()
	f.Close()
	for name, command := range commandsOf(r) {
		if err := command(t.Context()); engine.KindOf(err) != engine.KindUnreachable {
			t.Errorf("%s: %v, want kind unreachable", name, err)
		}
	}
}

// What could change the meaning of a request never reaches Asterisk.
func TestCommands_RefuseBadParts(t *testing.T) {
	r, _, f := started(t)
	f.set(func(f *fake) { f.requests = nil })
	ctx := t.Context()
	dial := func(change func(*engine.DialRequest)) error {
		req := engine.DialRequest{Leg: "d", Trunk: "carrier", Number: "+821012345678", CallerID: "070", Call: "c"}
		change(&req)
		return r.Dial(ctx, req)
	}
	cases := map[string]error{
		"leg with a slash":       r.Ring(ctx, "../bridges/x"),
		"leg with a question":    r.Hangup(ctx, "x?reason=busy", engine.CauseNormal),
		"empty leg":              r.Answer(ctx, ""),
		"room with a slash":      r.Join(ctx, "a/b", "1.1"),
		"number with a technic":  dial(func(q *engine.DialRequest) { q.Number = "1&SIP/2" }),
		"number with another at": dial(func(q *engine.DialRequest) { q.Number = "1@evil.example" }),
		"number with letters":    dial(func(q *engine.DialRequest) { q.Number = "0900abc" }),
		"trunk with a slash":     dial(func(q *engine.DialRequest) { q.Trunk = "a/b" }),
		"phone and trunk":        dial(func(q *engine.DialRequest) { q.Phone = "p1" }),
		"neither":                dial(func(q *engine.DialRequest) { q.Trunk = "" }),
		"caller id with a name":  dial(func(q *engine.DialRequest) { q.CallerID = "bank" }),
		"call id with a newline": dial(func(q *engine.DialRequest) { q.Call = "a\r\nX-Evil: 1" }),
		"digits":                 r.SendDTMF(ctx, "1.1", "1w2"),
		"sound with a path":      r.Play(ctx, engine.PlayRequest{ID: "p", Leg: "1.1", Sounds: []string{"../secret"}}),
		"file with a path":       r.StartRecording(ctx, engine.RecordingRequest{ID: "r", Leg: "1.1", File: "../../x"}),
		"file, absolute":         r.StartRecording(ctx, engine.RecordingRequest{ID: "r", Leg: "1.1", File: "/x"}),
		"phone id":               r.PutPhone(ctx, engine.Phone{ID: "a/b", Password: "hidden"}),
		"phone without password": r.PutPhone(ctx, engine.Phone{ID: "a", Proof: "x"}),
		"phone without proof":    r.PutPhone(ctx, engine.Phone{ID: "a", Password: "x"}),
		"phone's proof":          r.PutPhone(ctx, engine.Phone{ID: "a", Password: "x", Proof: "/.*/"}),
		"contact":                r.PutPhone(ctx, engine.Phone{ID: "a", Contact: "sip:x@y>,<sip:z"}),
		"trunk host":             r.PutTrunk(ctx, engine.Trunk{ID: "a", Hosts: []string{"carrier.example"}}),
		"trunk remote":           r.PutTrunk(ctx, engine.Trunk{ID: "a", Remote: "1.2.3.4"}),
		"trunk codec":            r.PutTrunk(ctx, engine.Trunk{ID: "a", Codecs: []string{"all"}}),
		"test call":              r.TestCall(ctx, "010", "070&Local/x"),
	}
	for name, err := range cases {
		if engine.KindOf(err) != engine.KindRefused {
			t.Errorf("%s: %v, want kind refused", name, err)
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.requests) != 0 {
		t.Errorf("requests %q reached Asterisk", f.requests)
	}
}

// A phone's password is in no error, since errors are logged.
func TestCommands_PasswordStaysSecret(t *testing.T) {
	r, _, f := started(t)
	f.set(func(f *fake) {
		f.handle = func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPut {
				reply(http.StatusBadRequest, "Could not set it")(w, r)
				return
			}
			reply(http.StatusNotFound, "Object not found")(w, r)
		}
	})
	err := r.PutPhone(t.Context(), engine.Phone{ID: "p1", Password: "hidden", Proof: "hidden"})
	if engine.KindOf(err) != engine.KindRefused || strings.Contains(err.Error(), "hidden") {
		t.Errorf("PutPhone: %v", err)
	}
}
