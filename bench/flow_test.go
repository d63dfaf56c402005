package main

import (
	"testing"
	"time"

	"ringdesk/dialplan/flow"
	"ringdesk/dialplan/lang"
)

// The flow has as many steps as the report says, of which the last offers the call at once:
// nothing is played, and nothing is asked.
//
// Covers: DP-1
func TestTenSteps_DP_1(t *testing.T) {
	p, found := lang.Compile([]lang.File{{Name: "ten.hcl", Text: []byte(tenSteps("0707605000"))}}, lang.World{})
	if p == nil || len(found) > 0 {
		t.Fatalf("mistakes: %v", found)
	}
	_, actions := flow.Next(p, flow.State{}, flow.Start{Flow: "ten", Facts: flow.Facts{Caller: flow.Caller{Number: "+821012345678"}}}, time.Now())
	took := 0
	for _, a := range actions {
		if _, ok := a.(flow.Took); ok {
			took++
		}
	}
	if _, offers := actions[len(actions)-1].(flow.Enqueue); took != flowLength || !offers || len(actions) != flowLength+1 {
		t.Errorf("took %d steps, want %d: %v", took, flowLength, actions)
	}
}
