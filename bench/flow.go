package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"ringdesk/dialplan/lang"
	"ringdesk/models"
)

const (
	flowLength = 10 // of the flow that the calls go through
	flowRate   = 20 // calls per second
	flowRounds = 3  // with and without it, in turns
	flowLines  = 100
	// targetFlow is how much the flow may add to the setup's median.
	targetFlow = 300 * time.Microsecond
	// withoutFlow are the rounds without a flow, which are beside those with one.
	withoutFlow = "flowless"
)

// flowPhone is the phone of a line with a flow, and flowNumber what its callers dial.
func flowPhone(i int) string  { return fmt.Sprintf("flow%04d", i) }
func flowNumber(i int) string { return fmt.Sprintf("0707605%04d", i) }

// tenSteps is a flow that decides and sets things nine times, and then offers the call to
// the line's agent, unanswered as without a flow.
func tenSteps(number string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "flow \"ten\" {\n  numbers = [%q]\n  start = \"step 1\"\n", number)
	for i := 1; i < flowLength; i++ {
		next := fmt.Sprintf("step %d", i+1)
		if i%2 == 0 {
			fmt.Fprintf(&b, "  set \"step %d\" {\n    var = { step = %d, caller = \"${caller.number} ${time.hour}\" }\n    then = %q\n  }\n", i, i, next)
			continue
		}
		fmt.Fprintf(&b, "  check \"step %d\" {\n    when {\n      if = starts_with(caller.number, \"+82\") && contact.member && time.hour < 24\n      go = %q\n    }\n    else { go = %q }\n  }\n", i, next, next)
	}
	fmt.Fprintf(&b, "  queue \"step %d\" {}\n}\n", flowLength)
	return b.String()
}

// flowLine is a line whose calls go through a flow.
func (s *seeder) flowLine(i int) error {
	name := flowPhone(i)
	ws, err := s.workspace(name)
	if err == nil {
		err = s.agent(ws, name)
	}
	if err == nil {
		err = s.number(ws, flowNumber(i), false)
	}
	if err != nil {
		return err
	}
	text := tenSteps(flowNumber(i))
	p, found := lang.Compile([]lang.File{{Name: "ten.hcl", Text: []byte(text)}}, lang.World{E164: func(n string) (string, error) { return models.E164(n, "KR") }})
	if p == nil {
		return fmt.Errorf("the flow has mistakes: %v", found)
	}
	p.Version = 1
	program, err := json.Marshal(p)
	if err != nil {
		return err
	}
	v := models.FlowVersion{WorkspaceID: ws, Version: 1, At: models.At(time.Now()), ByKind: "system", Source: "command", Program: string(program)}
	v.SetFiles([]models.FlowFile{{Name: "ten.hcl", Text: text}})
	return s.tx.AddFlowVersion(v, 0)
}

// flowSteps measures what a flow adds: calls with and without one take turns.
func (b *run) flowSteps(ctx context.Context, p *pair) error {
	for range flowRounds {
		for _, part := range []string{withoutFlow, partFlow} {
			st := b.line(flowRate, b.length, false)
			st.Part = part
			if part == partFlow {
				st.dial = func(i int) string { return flowNumber(i % flowLines) }
			}
			if _, err := b.step(ctx, p, p.ours, st); err != nil {
				return err
			}
		}
	}
	return nil
}

// flowRows are what was measured without and with a flow.
func (r *report) flowRows() (without, with *row) {
	return orEmpty(r.only(withoutFlow, ringdesk)), orEmpty(r.only(partFlow, ringdesk))
}

func (r *report) writeFlow(w io.Writer) {
	without, with := r.flowRows()
	if with.Rounds == 0 {
		return
	}
	fmt.Fprintf(w, "\nThrough a flow of %d steps, %d calls/s, in turns with calls without one: setup p50 %.2f ms instead of %.2f, p99 %.1f instead of %.1f; controller %.1f ms/call instead of %.1f; %d of %d failed\n",
		flowLength, flowRate, with.SetupP50, without.SetupP50, with.SetupP99, without.SetupP99, with.Controller, without.Controller, with.Failed+without.Failed, with.Calls+without.Calls)
}

func (r *report) flowVerdict() verdict {
	without, with := r.flowRows()
	return verdict{measured: with.Rounds > 0, what: fmt.Sprintf("a flow of %d steps adds ≤ %v to the setup's median", flowLength, targetFlow), got: with.SetupP50 - without.SetupP50,
		limit: ms(targetFlow), format: "%.2f ms"}
}
