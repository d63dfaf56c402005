package call_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"ringdesk/controller/call"
	"ringdesk/controller/engine"
	"ringdesk/dialplan"
)

// later is after everything in the stored states.
var later = time.Date(2026, 11, 2, 9, 10, 0, 0, time.UTC)

// The states in testdata/schema0 were stored by a ringdesk without schemas. They
// are read with all that they say, and their calls go on.
// Covers: SYS-3
func TestOlderStates(t *testing.T) {
	overflow := []dialplan.Level{{Team: "care", Rounds: 2}, {Rounds: 1}}
	cases := []struct {
		name  string
		state call.State
		has   func(c *call.Call) bool // of the fields with other names
		then  call.Input
		next  call.State
		does  call.Effect
	}{
		{"held", call.Talking, func(c *call.Call) bool { return c.Hold != nil && !c.PausedSince.IsZero() && c.PausedBefore },
			call.Do{AgentID: "a", Action: call.Release}, call.Talking, call.UnholdLeg{Room: "call", Leg: "cust"}},
		{"supervised", call.Talking, func(c *call.Call) bool {
			boss, _ := c.Agent("boss")
			return boss.AutoAnswer && boss.Role == call.Listening && c.PausedSince.IsZero() && c.PausedBefore
		}, engine.LegAnswered{Leg: "leg-boss"}, call.Talking, call.Monitor{Leg: "leg-boss", Target: "leg-a"}},
		{"queued", call.Queued, func(c *call.Call) bool {
			return c.Level == 1 && c.Team() == "" && c.Rank != 0 && !c.QueueUntil.IsZero()
		},
			call.Do{AgentID: "a", Action: call.Assign, Target: "b", Candidate: &call.Candidate{AgentID: "b", Leg: "leg-b2"}}, call.Ringing, nil},
		{"ringing", call.Ringing, func(c *call.Call) bool { return c.Team() == "care" && len(c.Agents) == 2 },
			engine.LegAnswered{Leg: "leg-b"}, call.Talking, call.Join{Room: "call", Leg: "leg-b"}},
		{"voicemail", call.Voicemail, func(c *call.Call) bool { return c.Pending == dialplan.Workflow && c.Customer.Tracks[0].ID == "cust-1" },
			engine.DTMF{Leg: "cust", Digit: "#"}, call.Missed, call.Hangup{Leg: "cust", Cause: engine.CauseNormal}},
		{"placed", call.Dialing, func(c *call.Call) bool { return c.Agents[0].AutoAnswer },
			engine.LegAnswered{Leg: "leg-a"}, call.Dialing, call.Join{Room: "call", Leg: "leg-a"}},
		{"dialing", call.Dialing, func(c *call.Call) bool { return !c.Agents[0].AutoAnswer && c.Out.Dials == 1 },
			engine.LegAnswered{Leg: "call-out1"}, call.Talking, call.Join{Room: "call", Leg: "call-out1"}},
		{"callback", call.Queued, func(c *call.Call) bool { return c.Out.Callback.Rank == 42 && c.Rank == 42 },
			call.Tick{}, call.Queued, call.Seek{}},
		{"ended", call.Ended, func(c *call.Call) bool { return c.Outcome == call.Answered && !c.EndedAt.IsZero() },
			nil, call.Ended, nil},
	}
	for _, tt := range cases {
		t.Run(tt.name, func(t *testing.T) {
			c := read(t, tt.name)
			if c.State != tt.state || !reflect.DeepEqual(c.Plan.Overflow, overflow) || c.Version != 3 || c.Seq != 9 || !tt.has(&c) {
				t.Fatalf("read as %+v", c)
			}
			next, effects := call.Step(c, tt.then, later)
			if next.State != tt.next {
				t.Errorf("went on to %s", next.State)
			}
			found := tt.does == nil
			for _, e := range effects {
				found = found || e == tt.does
			}
			if !found {
				t.Errorf("did %+v", effects)
			}
		})
	}
	if stored, err := filepath.Glob("testdata/schema0/*.json"); err != nil || len(stored) != len(cases) {
		t.Errorf("%d states stand in testdata, %d are read: %v", len(stored), len(cases), err)
	}
}

// Nothing of an older state is lost when it is stored anew.
func TestStoredAnew(t *testing.T) {
	files, err := filepath.Glob("testdata/*/*.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		name := strings.TrimSuffix(filepath.Base(f), ".json")
		c := read(t, name)
		text, err := c.Encode()
		if err != nil {
			t.Fatal(err)
		}
		again, err := call.Decode(text)
		if err != nil || !reflect.DeepEqual(again, c) {
			t.Errorf("%s: %v\n got %+v\nwant %+v", name, err, again, c)
		}
		renamed := strings.NewReplacer(`"levels":`, `"overflow":`, `"redial":`, `"autoAnswer":`, `"maskedSince":`, `"pausedSince":`, `"masks":`, `"pausedBefore":`)
		old, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		var want, got map[string]any
		if err := errors.Join(json.Unmarshal([]byte(renamed.Replace(string(old))), &want), json.Unmarshal([]byte(text), &got)); err != nil {
			t.Fatal(err)
		}
		delete(got, "schema")
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s is stored as\n got %v\nwant %v", name, got, want)
		}
	}
}

func TestNewerStates(t *testing.T) {
	for _, text := range []string{`{"schema":99}`, `{"schema":99,"agents":"many"}`, `{"schema":-1}`} {
		_, err := call.Decode(text)
		var newer *call.NewerError
		if !errors.As(err, &newer) {
			t.Errorf("%s: %v", text, err)
		}
	}
	if _, err := call.Decode(`{"schema":99}`); err == nil || !strings.Contains(err.Error(), "a newer one has written it") {
		t.Errorf("told as %v", err)
	}
	for _, text := range []string{``, `[]`, `{"agents":1}`, `{"schema":1,"plan":{"overflow":3}}`} {
		if c, err := call.Decode(text); err == nil {
			t.Errorf("%q is read as %+v", text, c)
		}
	}
}

func read(t *testing.T, name string) call.Call {
	t.Helper()
	text, err := os.ReadFile("testdata/schema0/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	c, err := call.Decode(string(text))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return c
}
