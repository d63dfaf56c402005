package simulate_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"ringdesk/dialplan/flow"
	"ringdesk/dialplan/lang"
	"ringdesk/dialplan/simulate"
	"ringdesk/testkit/flowgen"
)

// Whatever a checked flow is, and whatever the caller does in it, a simulation
// comes to an end, says where each step stands, and says it in the same way again.
//
// Covers: DP-2
func TestSimulationsEnd_DP_2(t *testing.T) {
	for seed := range uint64(150) {
		text := flowgen.Text(seed)
		p, found := lang.Compile([]lang.File{{Name: "main.hcl", Text: []byte(text)}}, lang.World{})
		if p == nil {
			t.Fatalf("seed %d: %v", seed, found)
		}
		r := rand.New(rand.NewPCG(seed, 3))
		sc := simulate.Scenario{From: "+821012345678", To: flowgen.Number, At: time.Date(2026, 12, 21, r.IntN(24), 0, 0, 0, time.UTC), TimeZone: "Asia/Seoul"}
		for range r.IntN(6) {
			sc.Keys = append(sc.Keys, []string{"1", "2", "1234#", "-", "*"}[r.IntN(5)])
		}
		sc.State.Stays = r.IntN(2) == 0
		sc.State.Ends = map[string][]string{"단계 1": {"ringTimeOver", "key 1"}, "단계 2": {"noOperator"}, "단계 3": {"notReached"}}
		one, err := simulate.Run(p, sc)
		if err != nil || one.End.Answered == (one.End.Reason != "") || len(one.Steps) == 0 {
			t.Fatalf("seed %d: %v, %+v\n%s", seed, err, one, text)
		}
		var first, second strings.Builder
		again, _ := simulate.Run(p, sc)
		if simulate.Print(&first, one) != nil || simulate.Print(&second, again) != nil || first.String() != second.String() {
			t.Fatalf("seed %d goes otherwise the second time:\n%s\n%s", seed, first.String(), second.String())
		}
		for _, s := range one.Steps {
			if s.At.File != "main.hcl" || !strings.Contains(strings.Split(text, "\n")[s.At.Line-1], string(s.Kind)) {
				t.Fatalf("seed %d: step %q does not stand in line %d", seed, s.Step, s.At.Line)
			}
		}
	}
	if _, err := simulate.Run(&flow.Program{}, simulate.Scenario{}); err == nil {
		t.Error("an unknown flow is simulated")
	}
}

// A caller who is blocked comes to no step, and what is secret is shown nowhere.
//
// Covers: DP-2, MISS-1
func TestNotLetInAndSecret_DP_2(t *testing.T) {
	p, found := lang.Compile([]lang.File{{Name: "a.hcl", Text: []byte(`flow "f" {
  numbers = ["1000"]
  start   = "pin"
  input "pin" {
    sound  = "greeting"
    digits = "4"
    save   = "pin"
    secret = true
    then   = "ask"
  }
  lookup "ask" {
    get    = "https://crm.example/pin/${var.pin}"
    save   = "crm"
    then   = "end"
    failed = "end"
  }
  hangup "end" {}
}`)}}, lang.World{})
	if p == nil {
		t.Fatal(found)
	}
	r, err := simulate.Run(p, simulate.Scenario{To: "1000", Keys: []string{"9876"}})
	var b strings.Builder
	if perr := simulate.Print(&b, r); err != nil || perr != nil || strings.Contains(b.String(), "9876") || !strings.Contains(b.String(), "GET https://crm.example/…") {
		t.Errorf("%v, %v\n%s", err, perr, b.String())
	}
	r, err = simulate.Run(p, simulate.Scenario{To: "1000", State: simulate.State{Blocked: true}})
	if err != nil || r.End.Reason != "blockedUser" || slices.ContainsFunc(r.Steps, func(s simulate.Step) bool { return s.Step != "" }) {
		t.Errorf("blocked: %v, %+v", err, r)
	}
}

// Queues stand as the state says, otherwise as they do, by the team's id; without either they
// are empty.
//
// Covers: DP-2
func TestQueuesFigures_DP_2(t *testing.T) {
	p, found := lang.Compile([]lang.File{{Name: "a.hcl", Text: []byte(`flow "f" {
  numbers = ["1000"]
  start   = "busy?"
  check "busy?" {
    when {
      if = free_agents("sales") == 0 && estimated_wait("sales") > 60 && waiting("*") == 2
      go = "busy"
    }
    else { go = "sales" }
  }
  queue "sales" { team = "sales" }
  hangup "busy" { as = "exceededQueue" }
}`)}}, lang.World{})
	if p == nil {
		t.Fatal(found)
	}
	p.Teams = map[string]string{"sales": "t-1"}
	busy := map[string]flow.Figures{"t-1": {Wait: 61}, "": {Waiting: 2}}
	for name, tc := range map[string]struct {
		state map[string]flow.Figures
		queue func(string) flow.Figures
		want  string
	}{
		"nobody knows":       {nil, nil, "sales"},
		"as they stand":      {nil, func(team string) flow.Figures { return busy[team] }, "busy"},
		"as the state says":  {map[string]flow.Figures{"sales": {Wait: 90}, "*": {Waiting: 2}}, nil, "busy"},
		"the state says one": {map[string]flow.Figures{"sales": {Free: 1}}, func(team string) flow.Figures { return busy[team] }, "sales"},
	} {
		r, err := simulate.Run(p, simulate.Scenario{To: "1000", Queue: tc.queue, State: simulate.State{Queues: tc.state}})
		if err != nil || len(r.Steps) != 2 || r.Steps[1].Step != tc.want || len(r.Steps[0].Does) != 2 {
			t.Errorf("%s: %v, %+v", name, err, r.Steps)
		}
	}
}
