// Command callstates writes docs/call-states.md: the states of a call and all
// ways from one to another, as package call has them.
//
//	go run ./scripts/callstates > docs/call-states.md
package main

import (
	"bytes"
	"cmp"
	"fmt"
	"os"
	"slices"
	"strings"

	"ringdesk/controller/call"
)

func main() {
	if _, err := os.Stdout.Write(render(call.Transitions)); err != nil {
		fmt.Fprintln(os.Stderr, "callstates:", err)
		os.Exit(1)
	}
}

const intro = `# The states of a call

Made by ` + "`make docs`" + ` from the tables in ` + "`controller/call/transitions.go`" + ` and ` + "`transitions_flow.go`" + `: do not edit. No step of a call changes its state in
another way; the tests of ` + "`controller/call`" + ` fail for one that does, and for a row that none of them takes.

| state | what it means |
| --- | --- |
| greeting | the customer hears an announcement, or is in a flow's menus; no agent is there |
| queued | waits, no agent rings |
| ringing | one or more agents ring |
| dialing | an agent is there, and the customer's phone is being called; or a flow has the caller connected to a number outside |
| talking | customer and agents are connected |
| voicemail | the customer leaves a message |
| survey | the customer grades the talk |
| ended | over; the outcome says how |
| missed | over, inbound, and no agent had answered; the missed reason says why |

`

func render(rows []call.Row) []byte {
	var b bytes.Buffer
	b.WriteString(intro)
	diagram(&b, rows)
	b.WriteString("\n| from | what happened | to | rule |\n| --- | --- | --- | --- |\n")
	for _, r := range rows {
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", cmp.Or(string(r.From), "–"), r.On, r.To, r.Says)
	}
	return b.Bytes()
}

// diagram draws one arrow from a state to another, whatever it is taken for.
func diagram(b *bytes.Buffer, rows []call.Row) {
	type arrow struct{ from, to call.State }
	var arrows []arrow
	why := map[arrow][]string{}
	for _, r := range rows {
		a := arrow{r.From, r.To}
		if why[a] == nil {
			arrows = append(arrows, a)
		}
		why[a] = append(why[a], string(r.On))
	}
	b.WriteString("```mermaid\nstateDiagram-v2\n")
	for _, a := range arrows {
		fmt.Fprintf(b, "    %s --> %s: %s\n", cmp.Or(string(a.from), "[*]"), a.to, strings.Join(why[a], "<br>"))
	}
	var over []call.State
	for _, a := range arrows {
		if a.to.Over() && !slices.Contains(over, a.to) {
			over = append(over, a.to)
		}
	}
	for _, s := range over {
		fmt.Fprintf(b, "    %s --> [*]\n", s)
	}
	b.WriteString("```\n")
}
