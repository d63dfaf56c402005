package main

import (
	"cmp"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestReportPoolsRoundsAndJudges(t *testing.T) {
	r := &report{Names: asteriskEngine{}.names(), ProductIdle: memory{All: 61, Anonymous: 20}, Setup: &aftermath{resting{Goroutines: 5}, resting{Goroutines: 5}}}
	round := func(system string, rate, calls, failed int, setup ...time.Duration) {
		r.add(&measured{Part: partSetup, System: system, Rate: rate, Reached: float64(rate), Calls: calls, Failed: failed, EngineCPU: time.Second, setup: setup})
	}
	round(ringdesk, 20, 300, 0, 4*time.Millisecond, 6*time.Millisecond)
	round("app_queue", 20, 300, 0, 2*time.Millisecond)
	round(ringdesk, 20, 300, 0, 50*time.Millisecond)
	round(ringdesk, 60, 1000, 1)
	round("app_queue", 60, 1001, 1)
	if x := r.find(partSetup, ringdesk, 20, false); x.Rounds != 2 || x.Calls != 600 || x.SetupP50 != 6 || x.SetupP99 != 50 || x.Engine != 2000.0/600 {
		t.Errorf("pooled %+v", x)
	}
	if ours, theirs := r.highest(ringdesk), r.highest("app_queue"); ours != 20 || theirs != 60 {
		t.Errorf("highest rates %d and %d: exactly 0.1 %% is too much, less is not", ours, theirs)
	}
	wants(t, r, "met           setup median at 20/s ≤ 10ms", "MISSED        setup p99 at 20/s ≤ 40ms", "MISSED        setup median at 20/s ≤ 1.50 × app_queue's  3.00",
		"MISSED        setup p99 at 20/s ≤ 2.00 × app_queue's  25.00", "MISSED        ≥ 60 calls/s with < 0.1 % failed  20/s", "MISSED        highest rate ≥ 1.00 × app_queue's  0.33",
		"MISSED        product idle ≤ 60 MB  61 MB", "product idle 61 MB (20 MB its own, 41 MB pages of the program's file), at its first start not measured", "not measured  controller at 100 calls", "met           nothing left after the last call", "not measured  recorded: setup median at 60/s ≤ 20ms",
		"not measured  queue: calls/s", "not measured  queue: offered again", "not measured  rooms per core", "not measured  recorded: CPU of a call of two", "not measured  controller's memory flat")
}

// wants checks what the printed report says.
func wants(t *testing.T, r *report, lines ...string) {
	t.Helper()
	text := result([]*report{r})
	for _, want := range lines {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}

func TestReportJudgesQueue(t *testing.T) {
	r := &report{Names: asteriskEngine{}.names(), Agents: 20, AgentsBound: 40}
	for _, m := range []*measured{
		{Part: queueOffer, System: ringdesk, Calls: 10, setup: []time.Duration{9 * time.Millisecond, 41 * time.Millisecond}},
		{Part: queueOffer, System: "app_queue", Calls: 10, setup: []time.Duration{3 * time.Millisecond}},
		{Part: queueDecline, System: ringdesk, Calls: 10, reoffer: []time.Duration{20 * time.Millisecond, 100 * time.Millisecond}},
		{Part: queueDecline, System: "app_queue", Calls: 10, reoffer: []time.Duration{10 * time.Millisecond}},
		{Part: queueCrowded, System: ringdesk, Calls: 10, Failed: 1, Taken: 30},
		{Part: queueCrowded, System: "app_queue", Calls: 10, Taken: 31},
		{Part: queueCrowded, System: ringdesk, Calls: 10, Taken: 34},
	} {
		r.add(m)
	}
	wants(t, r, "MISSED        queue: calls/s where callers wait ≥ 1.80 × app_queue's  1.03", "met           queue: offer median ≤ 10ms", "MISSED        queue: offer median ≤ 1.50 × app_queue's  3.00", "MISSED        queue: offer p99",
		"met           queue: offered again within 100ms, always  100.0 ms", "MISSED        queue: offered again p99 ≤ 40ms  100.0 ms", "MISSED        queue: no call failed  1 failed", "20 agents can take 40/s at most")
}

func TestReportJudgesTalks(t *testing.T) {
	r := &report{Names: asteriskEngine{}.names()}
	talk := func(part, system string, recorded bool, cpu time.Duration, bridge string) {
		r.addTalked(&talked{Part: part, System: system, Recorded: recorded, Groups: 10, Rounds: 1, Wall: 10 * time.Second, EngineCPU: cpu, Heard: 50, Said: 50,
			Bridges: map[string]int{bridge: 10}})
	}
	for range 2 {
		talk(partRooms, ringdesk, false, 2*time.Second, "softmix")
		talk(partRooms, "ConfBridge", false, 1800*time.Millisecond, "softmix")
		talk(partRecording, ringdesk, false, time.Second, "simple_bridge")
		talk(partRecording, ringdesk, true, 2100*time.Millisecond, "simple_bridge")
		talk(partRecording, "app_queue", false, time.Second, "native_rtp")
		talk(partRecording, "app_queue", true, 2*time.Second, "simple_bridge")
	}
	wants(t, r, "MISSED        rooms per core ≥ 0.95 × ConfBridge's  0.90", "not measured  recorded: rooms per core ≥ 0.95 × ConfBridge's",
		"met           recorded: CPU of a call of two ≤ 1.20 × MixMonitor's  1.05", "met           recorded: CPU that recording adds to a call of two ≤ 1.20 × MixMonitor's  1.10",
		"met           calls of two that are not recorded are not mixed  0 mixed", "ringdesk 1.100 % of a core, MixMonitor 1.000 %")
	talk(partRecording, ringdesk, false, time.Second, "softmix")
	wants(t, r, "MISSED        calls of two that are not recorded are not mixed")
}

func TestReportJudgesSoak(t *testing.T) {
	soak := func(length time.Duration, last float64, left int) *report {
		s := &soaked{Length: length, aftermath: aftermath{resting{Goroutines: 5}, resting{Goroutines: 5, Leftovers: left}}}
		for _, mb := range []float64{10, 10, 40, 40, 40, 40, last, 2 * last} {
			s.Samples = append(s.Samples, sample{ControllerMB: mb, Goroutines: 20, EngineMB: 100, PeerMB: 100})
		}
		return &report{Names: asteriskEngine{}.names(), Soak: s}
	}
	wants(t, soak(soakLength, 44, 0), "met           controller's memory flat over 10m0s (last quarter ≤ 1.1 × second)  1.10", "met           nothing left after the soak")
	wants(t, soak(soakLength, 45, 1), "MISSED        controller's memory flat", "met           goroutines flat", "met           Asterisk's memory flat", "MISSED        nothing left after the soak  1 left")
	wants(t, soak(time.Minute, 40, 0), "not measured  controller's memory flat", "not measured  goroutines flat")
}

// Each engine's result has a place of its own.
func TestPutResult(t *testing.T) {
	if got := resultBegin(onAsterisk, onSQLite); got != asteriskBegin {
		t.Errorf("Asterisk's result begins with %q", got)
	}
	if got := resultBegin(onAsterisk, onPostgres); got != "<!-- result of make bench STORE=postgres -->\n" {
		t.Errorf("PostgreSQL's result begins with %q", got)
	}
	begin := resultBegin(onFreeSWITCH, onSQLite)
	page := filepath.Join(t.TempDir(), "page.md")
	for _, c := range []struct{ page, want string }{
		{"a\n" + asteriskBegin + "kept\n" + resultEnd + begin + "old\n" + resultEnd + "b\n",
			"a\n" + asteriskBegin + "kept\n" + resultEnd + begin + "```\nnew\n```\n" + resultEnd + "b\n"},
		{"a\n" + begin, ""},
		{"a\n" + asteriskBegin + "kept\n" + resultEnd, ""},
		{"a\n", ""},
	} {
		if err := os.WriteFile(page, []byte(c.page), 0o600); err != nil {
			t.Fatal(err)
		}
		err := putResult(page, onFreeSWITCH, onSQLite, "\nnew\n")
		got, readErr := os.ReadFile(page)
		if readErr != nil {
			t.Fatal(readErr)
		}
		if want := cmp.Or(c.want, c.page); (err == nil) != (c.want != "") || string(got) != want {
			t.Errorf("%q became %q, %v", c.page, got, err)
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
		{[]string{"-runs", "3"}, true},
		{[]string{"-runs", "0"}, false},
		{[]string{"-parts", "queue, soak", "-soak", "10m"}, true},
		{[]string{"-parts", "everything"}, false},
		{[]string{"-agents", "0"}, false},
		{[]string{"-rooms", "41"}, false},
		{[]string{"-window", "1ms"}, false},
		{[]string{"-soak", "2h"}, false},
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

func TestReportJudgesInbox(t *testing.T) {
	r := &report{Names: asteriskEngine{}.names()}
	wants(t, r, "not measured  inbox: list p99 ≤ 150ms")
	r.Inbox = &inboxed{Conversations: 100_000, Contacts: 20_000, Calls: &measured{Calls: 300}, Asked: []*asked{
		{Kind: askList, Count: 10, P99: 150}, {Kind: askSearch, Count: 10, P99: 150.1}, {Kind: askOpen, Count: 10, P99: 5, Failed: 1}, {Kind: askCounts}}}
	wants(t, r, "met           inbox: list p99 ≤ 150ms  150.0 ms", "MISSED        inbox: search p99 ≤ 150ms  150.1 ms", "met           inbox: open", "MISSED        inbox: no open failed  1 failed", "not measured  inbox: counts",
		"INBOX: 100000 conversations", "Of 300 calls meanwhile 0 failed")
}
