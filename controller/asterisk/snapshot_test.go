package asterisk_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"ringdesk/controller/engine"
)

// One channel that Asterisk cannot write as JSON makes it answer 500 for all of
// them: the others are taken over nevertheless, and that one is hung up.
//
// Covers: SYS-3.
func TestSnapshot_UnreadableChannel(t *testing.T) {
	f := newFake(t)
	f.set(func(f *fake) {
		f.channels = []any{inboundChannel("1.1", "Up"), inboundChannel("1.2", "Ring"), inboundChannel("gone", "Up"), inboundChannel("foreign", "Ring"), inboundChannel("empty", "Ring")}
		f.broken = true
		f.heard = map[string]string{"1.1": "call-7"}
		f.handle = func(w http.ResponseWriter, r *http.Request) {
			id, _ := strings.CutPrefix(r.URL.Path, "/ari/channels/")
			switch {
			case r.Method == http.MethodDelete && (id == "foreign" || id == "empty"):
				answer(w, nil)
			case id == "empty":
				w.WriteHeader(http.StatusOK)
			case id == "foreign":
				w.WriteHeader(http.StatusInternalServerError)
			case id == "gone":
				w.WriteHeader(http.StatusNotFound)
			case r.Method == http.MethodGet && (id == "1.1" || id == "1.2"):
				answer(w, inboundChannel(id, "Up"))
			case r.Method == http.MethodPost && strings.HasSuffix(id, "/variable"): // its time limit begins anew, sooner or later
				answer(w, nil)
			default:
				t.Errorf("%s %s", r.Method, r.URL.Path)
			}
		}
	})
	before := time.Now()
	r := run(t, f.options(), nil)
	up := expect[engine.LinkUp](t, r, 0, nil)
	if d := time.Since(before); d > time.Second {
		t.Errorf("the link was up after %v", d)
	}
	legs := up.Snapshot.Legs
	if legs["1.1"].Playback != "call-7" || legs["1.2"].Playback != "" {
		t.Errorf("what the legs hear: %+v", legs)
	}
	if len(legs) != 2 || !legs["1.1"].Inbound || !legs["1.2"].Inbound || !slices.Equal(up.Snapshot.Unreadable, []engine.LegID{"foreign", "empty"}) {
		t.Errorf("snapshot %+v", up.Snapshot)
	}
	f.set(func(f *fake) {
		if !slices.Contains(f.requests, "DELETE /ari/channels/foreign") {
			t.Errorf("it is not hung up: %q", f.requests)
		}
	})
}
