package stage

import (
	"fmt"
	"strings"
	"time"

	"ringdesk/controller/flows"
	"ringdesk/controller/journal"
	"ringdesk/controller/verb"
	"ringdesk/dialplan/flow"
	"ringdesk/dialplan/lang"
	"ringdesk/models"
	"ringdesk/testkit/expect"
)

// AddNumber gives the workspace one more business number, E.164, on its first trunk.
func (s *Stage) AddNumber(number string) {
	s.T.Helper()
	n := s.Number
	n.ID, n.Number = models.NewID(), number
	s.Tx(func(tx *models.Tx) error { return tx.AddNumber(n) })
}

// Publish puts a text of flows in force for the calls after it, and gives what it was
// compiled to.
func (s *Stage) Publish(text string) *flow.Program {
	s.T.Helper()
	f := &flows.Flows{Store: s.installation.store, Now: time.Now}
	files := []models.FlowFile{{Name: "main.hcl", Text: text}}
	ws, err := f.Store.Workspace(s.T.Context(), s.Workspace)
	if err != nil {
		s.T.Fatal(err)
	}
	var v models.FlowVersion
	expect.Soon(s.T, "the flows can be published", startTime, func() (bool, string) {
		v, err = f.Publish(s.T.Context(), verb.By{Operator: true}, s.Workspace, flows.Draft{Files: files, Base: ws.ActiveFlow, Source: flows.FromCommand})
		if err != nil && !strings.Contains(err.Error(), "SQLITE_BUSY") {
			s.T.Fatal(err)
		}
		return err == nil, "the store is locked"
	})
	in, err := flows.Installation(s.T.Context(), f.Store, s.Workspace)
	if err != nil {
		s.T.Fatal(err)
	}
	p, found := lang.Compile([]lang.File{{Name: "main.hcl", Text: []byte(text)}}, flows.World(&in))
	if p == nil {
		s.T.Fatalf("version %d: %v", v.Version, found)
	}
	p.Version = v.Version
	return p
}

// Steps are the steps of its flow that a call has come to, as "exit > step, …", and the
// versions of the flow that they were of.
func (s *Stage) Steps(id string) (steps string, versions map[int]bool) {
	s.T.Helper()
	var all []string
	versions = map[int]bool{}
	for _, e := range s.Journal(id) {
		entry, err := journal.Decode(e.Type, e.Data)
		if err != nil {
			s.T.Fatal(err)
		}
		if step, ok := entry.(journal.FlowStep); ok {
			all = append(all, strings.TrimPrefix(step.By+" > ", " > ")+step.Step)
			versions[step.Version] = true
		}
	}
	return strings.Join(all, ", "), versions
}

// AwaitSteps waits until a call has come to these steps, and no others.
func (s *Stage) AwaitSteps(id, want string) {
	s.T.Helper()
	Await(s.T, fmt.Sprintf("the call takes %q", want), ActionTime, func() (bool, string) {
		got, _ := s.Steps(id)
		return got == want, got
	})
}
