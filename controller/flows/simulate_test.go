package flows_test

import (
	"errors"
	"fmt"
	"testing"

	"ringdesk/controller/flows"
	"ringdesk/dialplan/flow"
	"ringdesk/models"
)

// busy is a flow that looks at the queues first.
var busy = models.FlowFile{Name: "main.hcl", Text: `flow "대표" {
  numbers = ["070-7666-0001"]
  start   = "busy?"
  check "busy?" {
    when {
      if = waiting("지원") >= 2 && free_agents("*") == 0
      go = "busy"
    }
    else { go = "team" }
  }
  queue "team" { team = "지원" }
  hangup "busy" { as = "exceededQueue" }
}
flow "단골" {
  start = "vip"
  queue "vip" { team = "지원" }
}
workflow "단골" {
  on = "call.arriving"
  if = caller.number == "+821099990000" && number.label == "대표"
  do flow { flow = "단골" }
}
`}

// waits lets a caller wait for the team.
func (o *office) waits(n int) {
	o.t.Helper()
	id := fmt.Sprintf("waits-%d", n)
	o.tx(func(tx *models.Tx) error {
		contact := models.FullContact{Contact: models.Contact{ID: id, WorkspaceID: o.ws, Kind: "lead", Profile: "{}", CreatedAt: models.At(now)}}
		conv := models.Conversation{ID: id, WorkspaceID: o.ws, ContactID: id, NumberID: &o.number.ID, Kind: "phone", Direction: "inbound", State: "open", CreatedAt: models.At(now), UpdatedAt: models.At(now)}
		return errors.Join(tx.AddContact(contact), tx.AddConversation(conv), tx.AddCall(models.Call{ID: id, WorkspaceID: o.ws, ConversationID: id, ContactID: id, NumberID: o.number.ID, TeamID: o.team,
			Kind: "phone", Direction: "inbound", From: "+821012345678", To: o.number.Number, State: "queued", Live: true, QueueRank: int64(n), QueuedAt: models.At(now), StartedAt: models.At(now), Version: 1, Data: "{}"}))
	})
}

// A simulated call sees the queues as they stand now, unless it is told otherwise, and begins
// with the flow that a workflow chooses for it.
//
// Covers: DP-2, INBOX-6
func TestSimulatedQueuesAndWorkflows_DP_2_INBOX_6(t *testing.T) {
	o := newOffice(t)
	ends := func(name, want string, c flows.Call) flows.Simulation {
		t.Helper()
		c.To, c.At = "070-7666-0001", now
		s, err := o.Simulate(t.Context(), o.ws, []models.FlowFile{busy}, c)
		if err != nil || s.Steps[len(s.Steps)-1].Step != want {
			t.Errorf("%s: %+v, %v", name, s.Result, err)
		}
		return s
	}
	o.waits(1)
	ends("one waits", "team", flows.Call{})
	o.waits(2)
	ends("two wait", "busy", flows.Call{})
	ends("somebody would be free", "team", flows.Call{Queues: map[string]flow.Figures{"*": {Free: 1}}})
	s := ends("of a regular", "vip", flows.Call{From: "010-9999-0000"})
	if s.Chosen == nil || s.Chosen.Workflow != "단골" || s.Chosen.At.Line != 21 {
		t.Errorf("chosen by %+v", s.Chosen)
	}
}
