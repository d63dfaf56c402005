package app_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"log/slog"
	"sync"
	"testing"

	"ringdesk/controller/call"
)

// lines is a log that is read while it is written.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

// of gives the lines about a call; every line must be JSON.
func (l *lines) of(t *testing.T, call string) []string {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	var found []string
	for s := bufio.NewScanner(bytes.NewReader(l.text.Bytes())); s.Scan(); {
		var line struct{ Msg, Call string }
		if err := json.Unmarshal(s.Bytes(), &line); err != nil || line.Msg == "" {
			t.Errorf("%q is no line of JSON: %v", s.Text(), err)
		}
		if line.Call == call {
			found = append(found, line.Msg)
		}
	}
	return found
}

// A controller that is told to stop leaves its calls to the next one, which goes on with
// all of them: no call ends, and what is done afterwards is done. Whatever is about a
// call stands in the log under its id.
//
// Covers: OPS-2, OPS-4, SYS-3
func TestHandOver(t *testing.T) {
	settings := emptySettings(t)
	unpack(t, settings, "schema-0030.db.gz")
	var first *older
	t.Run("before", func(t *testing.T) {
		first = startOn(t, settings, beginning{engine: (*older).restore})
		first.until("the calls", func() bool { return first.app.Exchange.Live() == 4 })
	}) // which stops the controller in good order
	if legs := len(first.lines); legs == 0 {
		t.Fatal("there is no leg")
	}
	var log lines
	next := startOn(t, settings, beginning{sw: first.sw, log: slog.NewJSONHandler(&log, nil), engine: func(o *older) { o.ws = first.ws }})
	if n := next.app.Exchange.Live(); n != 4 {
		t.Fatalf("%d calls go on", n)
	}
	for what, c := range first.live {
		if got := next.call(c.ID); string(got.State) != string(c.State) {
			t.Errorf("%s is %s now", what, got.State)
		}
	}
	held := next.call(first.live["held"].ID)
	if _, err := next.app.Exchange.Do(t.Context(), next.ws, held.Id, call.Do{AgentID: held.Hold.AgentId, Action: call.Release}); err != nil {
		t.Error(err)
	}
	if after := next.call(held.Id); after.Hold != nil {
		t.Errorf("it is still on hold: %+v", after.Hold)
	}
	for _, c := range first.live {
		first.lines[c.Customer.Leg].Hangup()
	}
	next.until("no call is left", func() bool { return next.app.Exchange.Live() == 0 })
	for what, c := range first.live {
		next.until("the log tells the end of "+what, func() bool {
			told := log.of(t, c.ID)
			return len(told) > 0 && told[0] == "a call has ended"
		})
	}
}
