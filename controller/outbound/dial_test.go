package outbound_test

import (
	"context"
	"testing"

	"ringdesk/controller/outbound"
)

var ctx = context.Background()

// Every spelling of numbers that may and may not be called, through the whole
// decision, with the settings and rates that a workspace starts with.
//
// Covers: OUT-2, OUT-6, OUT-7, OUT-9
func TestDialSpellings_OUT_2_OUT_6_OUT_9(t *testing.T) {
	d := newDesk(t, openStore(t), "KR")
	f := d.facts(t, d.agents[0], morning)
	vs := verdicts()
	wrong, granted, ambiguous := 0, 0, 0
	for _, v := range vs {
		g, err := outbound.Check(outbound.Request{Text: v.text, At: morning}, f)
		dialled, message := "", ""
		if err == nil {
			dialled = g.Dial()
			granted++
		} else {
			message = err.Error()
		}
		if v.check(t, dialled, message) {
			wrong++
		} else if v.dial != "" && dialled == "" {
			ambiguous++
		}
	}
	t.Logf("%d spellings: %d granted, %d refused (%d of them as ambiguous), %d out of policy", len(vs), granted, len(vs)-granted, ambiguous, wrong)
	if len(vs) < 1000 || ambiguous > len(vs)/50 {
		t.Errorf("%d spellings, %d ambiguous: at least 1,000, and few ambiguous", len(vs), ambiguous)
	}
}
