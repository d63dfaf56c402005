// Package examples_test holds the examples to what they are examples of: each is
// right, has its one form, and its calls go the way that stands beside it.
package examples_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ringdesk/controller/flows"
	"ringdesk/dialplan/flow"
	"ringdesk/dialplan/lang"
	"ringdesk/dialplan/simulate"
)

var update = flag.Bool("update", false, "write the paths anew")

// call is one of NAME.calls.json.
type call struct {
	Name  string         `json:"name"`
	From  string         `json:"from"`
	To    string         `json:"to"`
	At    time.Time      `json:"at"`
	Keys  []string       `json:"keys"`
	State simulate.State `json:"state"`
}

func readJSON(t *testing.T, file string, into any) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	d := json.NewDecoder(strings.NewReader(string(text)))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
}

// All examples together are the flows of one workspace without a mistake, and
// the calls of each go as NAME.paths.txt says.
//
// Covers: DP-1, DP-2, IN-10, MISS-1, Q-1, Q-2
func TestExamples_DP_2_Q_1_Q_2(t *testing.T) {
	var in lang.Installation
	readJSON(t, "installation.json", &in)
	files, err := flows.Read([]string{"."})
	if err != nil || len(files) < 8 {
		t.Fatalf("%d examples, %v", len(files), err)
	}
	p, found := lang.Compile(files, flows.World(&in))
	for _, d := range found {
		t.Error(d.Shown())
	}
	if p == nil {
		return
	}
	taken := map[string]bool{}
	for _, f := range files {
		name := strings.TrimSuffix(f.Name, flows.Suffix)
		if string(lang.Format(f.Name, f.Text)) != string(f.Text) {
			t.Errorf("%s is not formatted: ringdesk dialplan fmt", f.Name)
		}
		if !strings.HasPrefix(string(f.Text), "# ") {
			t.Errorf("%s does not begin with what it is an example of", f.Name)
		}
		golden(t, name+".paths.txt", paths(t, p, in, name, taken))
	}
	for _, f := range p.Flows {
		for _, s := range f.Steps {
			if !taken[f.Name+"/"+s.Name] {
				t.Errorf("%s:%d: no call of the examples comes to step %q of flow %q", s.At.File, s.At.Line, s.Name, f.Name)
			}
		}
	}
}

func paths(t *testing.T, p *flow.Program, in lang.Installation, name string, taken map[string]bool) string {
	t.Helper()
	var calls []call
	readJSON(t, name+".calls.json", &calls)
	world := flows.World(&in)
	var b strings.Builder
	for _, c := range calls {
		to, err := world.E164(c.To)
		if err != nil {
			t.Fatal(err)
		}
		sc := simulate.Scenario{From: c.From, To: to, At: c.At, Keys: c.Keys, State: c.State, TimeZone: in.TimeZone, Say: flows.Says(&in)}
		r, err := simulate.Run(p, sc)
		if err != nil {
			t.Fatalf("%s, %s: %v", name, c.Name, err)
		}
		r.Open = nil // of all examples
		for _, s := range r.Steps {
			taken[s.Flow+"/"+s.Step] = true
		}
		fmt.Fprintf(&b, "== %s: from %s at %s, keys %s\n", c.Name, c.From, c.At.Format("Mon 2006-01-02 15:04"), strings.Join(c.Keys, ","))
		if err := simulate.Print(&b, r); err != nil {
			t.Fatal(err)
		}
	}
	return b.String()
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(filepath.Clean(file), []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the calls go otherwise than %s says; read what has changed after go test -update:\n%s", file, got)
	}
}
