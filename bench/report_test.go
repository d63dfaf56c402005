package main

import (
	"strings"
	"testing"
	"time"
)

func TestReportPoolsRoundsAndJudges(t *testing.T) {
	r := &report{ProductIdleMB: 61, GoroutinesBefore: 5, GoroutinesAfter: 5}
	round := func(system string, rate, calls, failed int, setup ...time.Duration) {
		r.add(&measured{System: system, Rate: rate, Reached: float64(rate), Calls: calls, Failed: failed, AsteriskCPU: time.Second, setup: setup})
	}
	round(ringdesk, 20, 300, 0, 4*time.Millisecond, 6*time.Millisecond)
	round(appQueue, 20, 300, 0, 2*time.Millisecond)
	round(ringdesk, 20, 300, 0, 50*time.Millisecond)
	round(ringdesk, 60, 1000, 1)
	round(appQueue, 60, 1001, 1)
	if x := r.find(ringdesk, 20, false); x.Rounds != 2 || x.Calls != 600 || x.SetupP50 != 6 || x.SetupP99 != 50 || x.Asterisk != 2000.0/600 {
		t.Errorf("pooled %+v", x)
	}
	if ours, theirs := r.highest(ringdesk), r.highest(appQueue); ours != 20 || theirs != 60 {
		t.Errorf("highest rates %d and %d: exactly 0.1 %% is too much, less is not", ours, theirs)
	}
	var b strings.Builder
	if err := r.write(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"met           setup median", "MISSED        setup p99", "MISSED        60 calls/s", "MISSED        product idle", "met           nothing left"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
}

// A system that gets its calls too late has not been measured at that rate.
func TestRateThatWasNotReached(t *testing.T) {
	if m := (&measured{Rate: 100, Reached: 94, Calls: 1500}); m.good() {
		t.Error("94 of 100 calls/s are good")
	}
}

func TestOptions(t *testing.T) {
	for _, c := range []struct {
		args []string
		ok   bool
	}{
		{nil, true},
		{[]string{"-rates", "20, 60", "-recorded", ""}, true},
		{[]string{"-rates", ""}, false},
		{[]string{"-rates", "0"}, false},
		{[]string{"-rates", "many"}, false},
		{[]string{"-length", "10ms"}, false},
		{[]string{"-rounds", "0"}, false},
	} {
		if _, err := parse(c.args); (err == nil) != c.ok {
			t.Errorf("%q: %v", c.args, err)
		}
	}
	o, err := parse([]string{"-rates", "20,100", "-recorded", "", "-talk", "2s"})
	if err != nil {
		t.Fatal(err)
	}
	// A line is needed for at least the ring, the talk and the hang-up.
	if lines := o.linesFor(); lines < 100*(2+1) {
		t.Errorf("%d lines for 100 calls/s", lines)
	}
}
