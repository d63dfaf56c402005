package e2e

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"ringdesk/testkit/expect"
)

// What the screen of statistics says of real calls grows while it is open, and each
// figure opens as many calls as it says.
//
// Covers: STAT-0, STAT-1, STAT-2.
func TestStatistics_STAT_0(t *testing.T) {
	d := desk(t)
	alex := d.Login(t, d.Agents[1])
	var me struct {
		AgentID string `json:"agentId"`
	}
	alex.Get("/me", &me)
	d.API.Patch("/agents/"+me.AgentID, map[string]any{"supervises": true}, nil)
	t.Cleanup(func() { d.Instance.API(t).Patch("/agents/"+me.AgentID, map[string]any{"supervises": false}, nil) })
	d.Alex.Visit("/stats/calls?period=today&direction=inbound")
	d.Alex.AwaitText("h1", "Statistics")
	d.Alex.WaitReady()
	before := map[string]int{"Calls": 0, "Answered": 0, "Missed": 0}
	if !strings.Contains(strings.Join(d.Alex.Text("main"), " "), "No calls in this period") {
		d.Alex.AwaitText("main", "All figures")
		for name := range before {
			before[name] = d.Alex.figure(name)
		}
	}

	phone := NewPhone(t)
	caller := d.Dial(t, phone, "01021180001", CallerHz)
	id := d.Mina.Answer()
	AwaitHears(t, "the caller", caller, MinaHz)
	caller.Hangup()
	d.API.AwaitCall(id, "ended", actionTime)
	d.rest(t)
	caller = d.Dial(t, phone, "01021180002", CallerHz)
	missed := d.Mina.WaitRinging().Call
	caller.Hangup()
	d.API.AwaitCall(missed, "missed", actionTime)

	want := map[string]int{"Calls": before["Calls"] + 2, "Answered": before["Answered"] + 1, "Missed": before["Missed"] + 1}
	expect.Soon(t, "the screen counts both calls, with no reload", actionTime, func() (bool, string) {
		for name, n := range want {
			if got := d.Alex.figure(name); got != n {
				return false, fmt.Sprintf("%s: %d, want %d", name, got, n)
			}
		}
		return true, ""
	})
	for _, name := range []string{"Calls", "Inbound", "Outbound", "Answered", "Missed", "Asked for somebody", "Left within 5 s", "Callbacks asked for"} {
		n := d.Alex.figure(name)
		d.Alex.ClickOn(figureButton(name))
		calls := strconv.Itoa(n) + " calls"
		if n == 1 {
			calls = "1 call"
		}
		d.Alex.AwaitText("[role=dialog]", calls)
		if n == 0 {
			d.Alex.AwaitText("[role=dialog]", "No call counts for this figure")
		}
		if name == "Missed" && eval[int](d.Alex, `document.querySelectorAll('[role=dialog] [data-call="`+missed+`"]').length`) != 1 {
			t.Error("the call that was missed now is not among the missed ones")
		}
		d.Alex.ClickOn("[role=dialog] [aria-label=Close]")
		expect.Soon(t, "the list is closed", actionTime, func() (bool, string) { return len(d.Alex.Text("[role=dialog]")) == 0, name })
	}
}

// figureButton is the number of a figure in the table of all of them.
func figureButton(name string) string {
	return `section[aria-label="All figures"] button[aria-label^="Show the calls of ` + name + `: "]`
}

// figure reads a number from the table of all figures; -1 while it is not there.
func (a *Agent) figure(name string) int {
	a.t.Helper()
	for _, text := range a.Text(figureButton(name)) {
		if n, err := strconv.Atoi(strings.ReplaceAll(strings.TrimSpace(text), ",", "")); err == nil {
			return n
		}
	}
	return -1
}
