package cli

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ringdesk/configs"
	"ringdesk/dialplan/lang"
	"ringdesk/dialplan/simulate"
	"ringdesk/models"
)

func written(t *testing.T, name, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

const rightFlow = `flow "f" {
  numbers = ["070-7666-0001"]
  start   = "a"
  menu "a" {
    sound = "greeting"
    key "1" { go = "b" }
    otherwise { go = "b" }
  }
  hangup "b" { sound = "closed" }
}
`

// Checking ends with 1 and a place for what is wrong, in words and as JSON, and
// with nothing said for what is right; fmt gives the one form once.
//
// Covers: DP-1, DP-2
func TestDialplanCheckAndFmt_DP_1_DP_2(t *testing.T) {
	s := configs.Default()
	s.Storage.Data = t.TempDir()
	alone := against{Alone: true}
	right, wrong := written(t, "right.hcl", rightFlow), written(t, "wrong.hcl", strings.Replace(rightFlow, `"b" }`, `"없음" }`, 1))
	if out, err := output(t, func() error { return checkCmd{Files: []string{right}, against: alone}.Run(s) }); err != nil || out != "" {
		t.Errorf("a right file: %v\n%s", err, out)
	}
	out, err := output(t, func() error { return checkCmd{Files: []string{filepath.Dir(wrong)}, against: alone}.Run(s) })
	if err == nil || errors.As(err, new(usageError)) || !strings.Contains(out, wrong+`:6:20: error: there is no step "없음" in flow "f"`) || !strings.Contains(out, "\n"+strings.Repeat(" ", 23)+"^^^^^^\n") {
		t.Errorf("a wrong file: %v\n%s", err, out)
	}
	out, err = output(t, func() error { return checkCmd{Files: []string{wrong}, JSON: true, against: alone}.Run(s) })
	var found []lang.Diagnostic
	if jerr := json.Unmarshal([]byte(out), &found); jerr != nil || err == nil || len(found) != 1 || found[0].Line != 6 || found[0].Column != 20 || found[0].End != 24 {
		t.Errorf("as JSON: %v, %v\n%s", jerr, err, out)
	}
	for name, c := range map[string]checkCmd{
		"nothing to check against": {Files: []string{right}},
		"no such file":             {Files: []string{"no.hcl"}, against: alone},
		"a folder without flows":   {Files: []string{t.TempDir()}, against: alone},
		"no dump":                  {Files: []string{right}, against: against{Installation: right}},
	} {
		if _, err := output(t, func() error { return c.Run(s) }); !errors.As(err, new(usageError)) {
			t.Errorf("%s: %v", name, err)
		}
	}

	untidy := written(t, "untidy.hcl", strings.ReplaceAll(rightFlow, "  ", " "))
	if out, err := output(t, func() error { return fmtCmd{Files: []string{untidy, right}, Check: true}.Run(s) }); err == nil || strings.TrimSpace(out) != untidy {
		t.Errorf("fmt --check: %v\n%s", err, out)
	}
	if out, err := output(t, func() error { return fmtCmd{Files: []string{untidy, right}}.Run(s) }); err != nil || strings.TrimSpace(out) != untidy {
		t.Errorf("fmt: %v\n%s", err, out)
	}
	if out, err := output(t, func() error { return fmtCmd{Files: []string{untidy, right}, Check: true}.Run(s) }); err != nil || out != "" {
		t.Errorf("fmt --check after fmt: %v\n%s", err, out)
	}
	if text, err := os.ReadFile(untidy); err != nil || string(text) != rightFlow {
		t.Errorf("the one form: %v\n%s", err, text)
	}
}

// office makes an installation with one workspace, a team and a number whose
// calls go to it.
func office(t *testing.T) configs.Settings {
	t.Helper()
	s := configs.Default()
	s.Storage.Data = t.TempDir()
	store, err := models.Open(s.Database())
	if err != nil {
		t.Fatal(err)
	}
	now := models.At(time.Now())
	ws := models.Workspace{ID: models.NewID(), Name: "Moa", Country: "KR", TimeZone: "Asia/Seoul", RingSeconds: 25, QueueSeconds: 600, CreatedAt: now}
	team := models.Team{ID: models.NewID(), WorkspaceID: ws.ID, Name: "지원 1팀", Settings: `{"announceSeconds": 60}`, CreatedAt: now}
	trunk := models.Trunk{ID: models.NewID(), WorkspaceID: ws.ID, Name: "carrier", CreatedAt: now}
	number := models.Number{ID: models.NewID(), WorkspaceID: ws.ID, TrunkID: trunk.ID, Number: "+827076660001", CreatedAt: now,
		Settings: `{"team": "` + team.ID + `", "greeting": "greeting", "hours": {"week": [[],[{"from":540,"to":1080}],[],[],[],[],[]]}, "voicemailOn": ["notInOperation"]}`}
	err = store.Tx(t.Context(), func(tx *models.Tx) error {
		return errors.Join(tx.AddWorkspace(ws), tx.AddTeam(team), tx.AddTrunk(trunk, nil), tx.AddNumber(number))
	})
	if err = errors.Join(err, store.Close()); err != nil {
		t.Fatal(err)
	}
	return s
}

// What show prints checks against the installation, elsewhere against its dump,
// and goes the way that the settings alone go.
//
// Covers: DP-2, IN-10, Q-2
func TestDialplanShowAndSimulate_DP_2_IN_10(t *testing.T) {
	s := office(t)
	text, err := output(t, func() error { return showCmd{Number: "070-7666-0001"}.Run(s) })
	for _, want := range []string{`team            = "지원 1팀"`, `ring            = "25s"`, `max_wait        = "10m"`, `announce        = "1m"`, `day "mon" { open = ["09:00-18:00"] }`} {
		if err != nil || !strings.Contains(text, want) {
			t.Fatalf("show lacks %s: %v\n%s", want, err, text)
		}
	}
	shown := written(t, "shown.hcl", text)
	dump, err := output(t, func() error { return dumpCmd{}.Run(s) })
	if err != nil {
		t.Fatal(err)
	}
	elsewhere := against{Installation: written(t, "installation.json", dump)}
	for _, a := range []against{{}, elsewhere} {
		if out, err := output(t, func() error { return checkCmd{Files: []string{shown}, against: a}.Run(s) }); err != nil || out != "" {
			t.Errorf("what show prints is wrong: %v\n%s", err, out)
		}
	}
	way := func(c simulateCmd) simulate.Result {
		t.Helper()
		c.To, c.JSON = "070-7666-0001", true
		out, err := output(t, func() error { return c.Run(s) })
		var r simulate.Result
		if jerr := json.Unmarshal([]byte(out), &r); err != nil || jerr != nil {
			t.Fatalf("%v, %v\n%s", err, jerr, out)
		}
		return r
	}
	for at, steps := range map[string]string{"2026-12-21T10:00": "open? greeting queue", "2026-12-20T10:00": "open? closed message while closed"} { // Monday, Sunday
		for _, c := range []simulateCmd{{}, {Files: []string{shown}}, {Files: []string{shown}, against: elsewhere}} {
			c.From, c.At = "010-1234-5678", at
			var names []string
			r := way(c)
			for _, st := range r.Steps {
				names = append(names, st.Step)
			}
			if got := strings.Join(names, " "); got != steps || r.End.Answered != strings.HasSuffix(steps, "queue") {
				t.Errorf("at %s: %s, ended %+v; want %s", at, got, r.End, steps)
			}
		}
	}
	state := written(t, "state.json", `{"ends": {"queue": ["ringTimeOver"]}}`)
	if r := way(simulateCmd{From: "withheld", At: "2026-12-21T10:00", State: state}); r.End.Reason != "ringTimeOver" || r.Plan.RingSeconds != 25 {
		t.Errorf("with a state: %+v", r)
	}
	for name, c := range map[string]simulateCmd{
		"no caller's number": {From: "x", To: "070-7666-0001"}, "an unknown number": {From: "withheld", To: "070-7666-0002"}, "no moment": {From: "withheld", To: "070-7666-0001", At: "soon"},
		"no key": {From: "withheld", To: "070-7666-0001", Keys: []string{"1a"}}, "an unknown state": {From: "withheld", To: "070-7666-0001", State: shown},
	} {
		if _, err := output(t, func() error { return c.Run(s) }); !errors.As(err, new(usageError)) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
