package main

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"ringdesk/controller/call"
)

func TestPageIsUpToDate(t *testing.T) {
	page, err := os.ReadFile("../../docs/call-states.md")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(page, render(call.Transitions)) {
		t.Error("docs/call-states.md is not that of this source: run go run ./scripts/callstates > docs/call-states.md")
	}
}

func TestRender(t *testing.T) {
	page := string(render([]call.Row{
		{Transition: call.Transition{On: "dawn", To: call.Queued}, Says: "It begins."},
		{Transition: call.Transition{From: call.Queued, On: "noon", To: call.Ended}, Says: "It is over."},
		{Transition: call.Transition{From: call.Queued, On: "dusk", To: call.Ended}, Says: "It is over late."},
	}))
	for _, want := range []string{"    [*] --> queued: dawn\n", "    queued --> ended: noon<br>dusk\n", "    ended --> [*]\n", "| – | dawn | queued | It begins. |\n"} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q in:\n%s", want, page)
		}
	}
}
