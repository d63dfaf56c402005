package flow_test

import (
	"math/rand/v2"
	"testing"

	"ringdesk/dialplan/flow"
	"ringdesk/dialplan/lang"
	"ringdesk/testkit/flowgen"
)

func compile(t interface {
	Helper()
	Fatalf(string, ...any)
}, text string) *flow.Program {
	t.Helper()
	p, found := lang.Compile([]lang.File{{Name: "main.hcl", Text: []byte(text)}}, lang.World{})
	if p == nil {
		t.Fatalf("%v\n%s", found, text)
	}
	return p
}

// Any checked flow ends whatever happens, in bounded steps, with one class, and
// goes on from a kept state as if nothing had been.
//
// Covers: DP-1, MISS-1, SYS-3
func TestRandomFlowsEnd_DP_1_MISS_1(t *testing.T) {
	seen := map[string]int{}
	for seed := range uint64(150) {
		text := flowgen.Text(seed)
		p := compile(t, text)
		for run := range uint64(5) {
			if err := flowgen.Walk(p, p.FlowOf(flowgen.Number).Name, rand.New(rand.NewPCG(seed, run)), seen); err != nil {
				t.Fatalf("seed %d, run %d: %v\n%s", seed, run, err, text)
			}
		}
	}
	kinds := []string{"check", "play", "menu", "input", "lookup", "set", "assign", "queue", "voicemail", "callback", "transfer", "survey", "goto", "subflow", "return", "hangup"}
	for _, want := range append(kinds, "caller", "talk", "voicemail", "callback", "transfer", "refusal", "queue") {
		if seen[want] == 0 {
			t.Errorf("no way had %q: %v", want, seen)
		}
	}
}

// The same for whatever the fuzzer finds.
func FuzzNext(f *testing.F) {
	f.Add(uint64(1), uint64(2))
	f.Fuzz(func(t *testing.T, flows, events uint64) {
		p := compile(t, flowgen.Text(flows))
		if err := flowgen.Walk(p, p.FlowOf(flowgen.Number).Name, rand.New(rand.NewPCG(events, 1)), map[string]int{}); err != nil {
			t.Fatalf("%v\n%s", err, flowgen.Text(flows))
		}
	})
}
