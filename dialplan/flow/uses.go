package flow

import (
	"strings"
	"time"
)

// Uses says what a program needs to know of a call that is not cheap to find out:
// whether the caller could be called back, and the contact's tags.
func (p *Program) Uses() (callable, tags bool) {
	look := func(e *Expr) {
		e.Walk(func(e *Expr) {
			tags = tags || e.Op == OpCall && e.Name == "tagged" || e.Op == OpVar && strings.HasPrefix(e.Name, "contact.tags")
		})
	}
	for i := range p.Flows {
		for k := range p.Flows[i].Steps {
			st := &p.Flows[i].Steps[k]
			callable = callable || st.Callback != nil
			for _, e := range st.expressions() {
				look(e)
			}
		}
	}
	for i := range p.Workflows {
		if w := &p.Workflows[i]; w.On == CallArriving {
			look(w.If)
		}
	}
	return callable, tags
}

// Arriving says whether a workflow may choose another flow for calls that come in.
func (p *Program) Arriving() bool {
	for i := range p.Workflows {
		if p.Workflows[i].On == CallArriving {
			return true
		}
	}
	return false
}

// Beginning is the flow that a call begins with, and the workflow that has chosen it: none
// where it is the flow of the number.
type Beginning struct {
	Flow     string
	Workflow string
	At       Pos
}

// Begins gives the flow that the first workflow with one chooses for a call that comes in
// (INBOX-6), otherwise the flow of its number; an empty one where there is neither.
func (p *Program) Begins(f Facts, now time.Time) Beginning {
	for _, r := range p.Respond(Happening{On: CallArriving, Facts: f, Direction: "inbound"}, now) {
		for _, a := range r.Acts {
			if a.Flow != "" {
				return Beginning{Flow: a.Flow, Workflow: r.Workflow, At: a.At}
			}
		}
	}
	if of := p.FlowOf(f.Number.Number); of != nil {
		return Beginning{Flow: of.Name}
	}
	return Beginning{}
}
