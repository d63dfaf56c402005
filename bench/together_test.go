package main

import (
	"strings"
	"testing"
	"time"
)

// Lines that several runs have in common are laid upon each other, by what they say and not by
// where they stand; what only some have is said to be so,
// of a whole table once.
func TestTogether(t *testing.T) {
	head := "SETUP: a call rings one phone\n\ncalls/s\tthrough\tp50\tsounds\t\n\t\tms\tms\t\n"
	once := "INBOX: all\n\nrequest\tp99\t\n\tms\t\nopen\t2.0\t\n"
	pages := []string{
		head + "20\tringdesk\t5.0\t10 mix\t\n\t÷ app_queue\t1.50\t\t\n60\tringdesk\t9.5\t10 mix\t\n\nMemory: p99 48 MB; 13 left\n",
		head + "20\tringdesk\t12.0\t10 mix\t\n\t÷ app_queue\t1.50\t\t\n\nMemory: p99 47 MB; 13 left\nOnce 1\n" + once,
		head + "20\tringdesk\t4.5\t9 mix, 1 pass\t\n\t÷ app_queue\t3.00\t\t\n60\tringdesk\t10.5\t10 mix\t\n\nMemory: p99 60 MB; 13 left\n",
	}
	want := head + "20\tringdesk\t5.0\t10 mix / 9 mix, 1 pass\t\n\tof 3 runs\t4.5–12.0\t\t\n" +
		"\t÷ app_queue\t1.50\t\t\n\tof 3 runs\t1.50–3.00\t\t\n" +
		"60\tringdesk\t10.0\t10 mix\t\n\t2 of 3 runs\t9.5–10.5\t\t\n" +
		"\nMemory: p99 48 (47–60) MB; 13 left\nOnce 1 (1 of 3 runs)\n" +
		strings.Replace(once, "all", "all (1 of 3 runs)", 1)
	if got := together(pages); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := together(pages[:1]); got != pages[0] {
		t.Errorf("one run became\n%s", got)
	}
}

// Several runs are judged by the median of what each gave beside the other system, but for what
// must never be.
func TestResult_SeveralRuns(t *testing.T) {
	run := func(ours, theirs time.Duration, failed int) *report {
		r := &report{Names: asteriskEngine{}.names(), Setup: &aftermath{}}
		r.add(&measured{Part: partSetup, System: ringdesk, Rate: 60, Reached: 60, Recorded: true, Calls: 100, Failed: failed, setup: []time.Duration{ours}})
		r.add(&measured{Part: partSetup, System: ringdesk, Rate: 60, Reached: 60, Calls: 100, setup: []time.Duration{ours}})
		r.add(&measured{Part: partSetup, System: "app_queue", Rate: 60, Reached: 60, Calls: 100, setup: []time.Duration{theirs}})
		return r
	}
	none := &report{Names: asteriskEngine{}.names()}
	text := result([]*report{run(6*time.Millisecond, 4*time.Millisecond, 0), run(30*time.Millisecond, 10*time.Millisecond, 1), run(5*time.Millisecond, 4*time.Millisecond, 0), none})
	for _, want := range []string{
		"4 runs: medians, and the least and the most",
		"met           setup median at 60/s ≤ 1.50 × app_queue's  1.50 (1.25 to 3.00), in 3 of 4 runs",
		"met           recorded: setup median at 60/s ≤ 20ms  6.0 ms (5.0 ms to 30.0 ms), in 3 of 4 runs",
		"MISSED        recorded: no call failed at 60/s  1 failed (0 failed to 1 failed), in 3 of 4 runs",
		"not measured  product idle ≤ 60 MB",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}

// FreeSWITCH's targets are its own.
func TestReport_TargetsOfFreeSWITCH(t *testing.T) {
	r := &report{Names: freeswitchEngine{}.names()}
	r.add(&measured{Part: partSetup, System: ringdesk, Rate: 20, Reached: 20, Calls: 100})
	r.add(&measured{Part: partSetup, System: ringdesk, Rate: 50, Reached: 50, Calls: 100, Failed: 1})
	wants(t, r, "MISSED        ≥ 50 calls/s with < 0.1 % failed  20/s", "not measured  CPU of both for a call at 60/s ≤ 1.20 × mod_callcenter's",
		"not measured  recorded: setup median at 60/s ≤ 1.50 × mod_callcenter's", "not measured  queue: offered again p99 ≤ 60ms")
}
