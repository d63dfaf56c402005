package exchange_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"ringdesk/controller/call"
	"ringdesk/controller/journal"
	"ringdesk/dialplan"
	"ringdesk/dialplan/flow"
	"ringdesk/dialplan/lang"
	"ringdesk/dialplan/simulate"
	"ringdesk/models"
	"ringdesk/testkit/memory"
)

// flows puts a text in force for the calls after it, and gives its version. teams are
// ids by the names that the text has.
func (w *stage) flows(text string, teams map[string]string) int {
	w.t.Helper()
	world := lang.World{E164: func(text string) (string, error) { return models.E164(text, "KR") }}
	p, found := lang.Compile([]lang.File{{Name: "main.hcl", Text: []byte(text)}}, world)
	if p == nil {
		w.t.Fatalf("%v\n%s", found, text)
	}
	p.Teams = teams
	program, err := json.Marshal(p)
	w.must(err)
	base := 0
	w.tx(func(tx *models.Tx) error {
		ws, err := tx.Workspace(w.ws.ID)
		if err != nil {
			return err
		}
		base = ws.ActiveFlow
		v := models.FlowVersion{WorkspaceID: w.ws.ID, At: models.At(time.Now()), ByKind: "system", Source: "command", Program: string(program)}
		v.SetFiles([]models.FlowFile{{Name: "main.hcl", Text: text}})
		return tx.AddFlowVersion(v, base)
	})
	return base + 1
}

// steps are the steps that a call has taken, each with the exit that led there.
func (w *stage) steps(c call.Call) string {
	w.t.Helper()
	var all []string
	for _, e := range w.entries(c, "flow.step") {
		entry, err := journal.Decode(e.Type, e.Data)
		w.must(err)
		step := entry.(journal.FlowStep)
		all = append(all, strings.TrimPrefix(step.By+" > ", " > ")+step.Step)
	}
	return strings.Join(all, ", ")
}

// takes waits until a call has taken these steps.
func (w *stage) takes(c call.Call, want string) {
	w.t.Helper()
	w.await(want, func() bool { return w.steps(c) == want })
}

const shop = `
flow "shop" {
  numbers = ["070-7666-0001"]
  start   = "menu"
  menu "menu" {
    sound = "greeting"
    wait  = "5s"
    key "1" { go = "order" }
    key "2" { go = "support" }
    otherwise { go = "closed" }
  }
  input "order" {
    sound  = "greeting"
    digits = "3-5"
    save   = "order"
    secret = true
    then   = "tag"
  }
  set "tag" {
    tags = ["주문"]
    then = "support"
  }
  queue "support" {
    team = "support"
    on "ringTimeOver" { go = "closed" }
    on "noOperator" { go = "closed" }
  }
  hangup "closed" {
    sound = "unavailable"
    as    = "notInOperation"
  }
}`

// A caller goes through a menu and an input to an agent; each step is in the journal
// with version, step and line, and what they keyed in is nowhere.
//
// Covers: DP-1, IN-4, MISS-1, SEC-1
func TestFlowOfACall_DP_1_MISS_1(t *testing.T) {
	virtual(t, func(t *testing.T) {
		w := newStage(t, 2, sound)
		w.settings(quickly)
		team := w.team("support", 1)
		w.flows(shop, map[string]string{"support": team})
		line, c := w.phone(from(0))
		w.takes(c, "menu")
		if got := w.find(c.ID); got.State != call.Greeting || !hearsNow(line, 900) {
			t.Errorf("%s, and hears %v", got.State, line.Hears())
		}
		line.Press("1")
		w.takes(c, "menu, key 1 > order")
		line.Press("4711#")
		w.takes(c, "menu, key 1 > order, then > tag, then > support")
		w.isOffered(1, 0)
		w.quiet(0)
		w.phones[1].Answer()
		w.state(c.ID, call.Talking)
		data, err := json.Marshal(w.entries(c, "flow.step"))
		w.must(err)
		if strings.Contains(string(data), "4711") || !strings.Contains(string(data), `\"file\":\"main.hcl\",\"flow\":\"shop\",\"kind\":\"menu\",\"line\":5,\"step\":\"menu\",\"version\":1`) {
			t.Errorf("journal: %s", data)
		}
		tags, err := w.store.TagsOf(t.Context(), []string{c.ConversationID})
		w.must(err)
		if got := tags[c.ConversationID]; len(got) != 1 || got[0] != "주문" {
			t.Errorf("tags %v", got)
		}
		line.Hangup()
		if row, err := w.store.Call(t.Context(), w.ws.ID, w.state(c.ID, call.Ended).ID); err != nil || strings.Contains(row.Data, "4711") {
			t.Errorf("kept: %s, %v", row.Data, err)
		}

		// Nobody presses anything; nobody takes it.
		_, c = w.phone(from(1))
		later(3 * 7 * time.Second) // three times two seconds of sound, and five of silence
		w.takes(c, "menu, otherwise > closed")
		if missed := w.state(c.ID, call.Missed); missed.MissedReason != dialplan.NotInOperation || missed.EndedBy != call.BySystem {
			t.Errorf("missed for %s by %s", missed.MissedReason, missed.EndedBy)
		}
		line, c = w.phone(from(2))
		line.Press("2")
		w.isOffered(1, 2)
		later(20 * time.Second)
		w.takes(c, "menu, key 2 > support, on ringTimeOver > closed")
		w.state(c.ID, call.Missed)
		w.clean()
	})
}

// New flows are for the calls that come after them: one that is in a menu goes on with
// those that it began with, also after its controller was killed, and what the
// caller had pressed still holds.
//
// Covers: DP-1, SYS-3
func TestFlowGoesOnAfterAKill_DP_1_SYS_3(t *testing.T) {
	virtual(t, func(t *testing.T) {
		w := newStage(t, 1, sound)
		w.settings(quickly)
		team := w.team("support", 0)
		w.flows(shop, map[string]string{"support": team})
		line, c := w.phone(from(0))
		line.Press("14")
		w.takes(c, "menu, key 1 > order")
		w.flows("# nothing: the numbers go as their settings say\n", nil)
		w.stop()
		later(time.Second)
		w.must(w.store.Close())
		w.open()
		w.start()
		line.Press("711")
		line.Press("#")
		w.takes(c, "menu, key 1 > order, then > tag, then > support")
		w.isOffered(0, 0)
		line.Hangup()
		w.state(c.ID, call.Missed)
		other, d := w.phone(from(1))
		w.isOffered(0, 1)
		if got := w.steps(d); got != "" {
			t.Errorf("a call without a flow took %s", got)
		}
		other.Hangup()

		// In the middle of a prompt: it is played again from its beginning.
		w.flows(shop, map[string]string{"support": team})
		line, c = w.phone(from(2))
		w.await("the prompt", func() bool { return hearsNow(line, 900) })
		w.stop()
		later(time.Second)
		w.start()
		later(1500 * time.Millisecond)
		if !hearsNow(line, 900) {
			t.Error("the menu is not played again")
		}
		line.Press("2")
		w.takes(c, "menu, key 2 > support")
		line.Hangup()
		w.clean()
	})
}

// Figures of queues and what is known of the contact decide.
//
// Covers: DP-1
func TestFiguresAndFacts_DP_1(t *testing.T) {
	virtual(t, func(t *testing.T) {
		w := newStage(t, 1, sound)
		w.settings(quickly)
		team := w.team("support", 0)
		w.flows(`flow "f" {
  numbers = ["070-7666-0001"]
  start   = "vip?"
  check "vip?" {
    when {
      if = tagged("VIP")
      go = "support"
    }
    else { go = "busy?" }
  }
  check "busy?" {
    when {
      if = free_agents("support") == 0 && waiting("*") == 0
      go = "busy"
    }
    else { go = "give" }
  }
  assign "give" {
    team = "support"
    then = "support"
  }
  queue "support" { team = "support" }
  hangup "busy" { as = "exceededQueue" }
}`, map[string]string{"support": team})
		first, c := w.phone(from(0))
		w.isOffered(0, 0)
		w.phones[0].Answer()
		w.state(c.ID, call.Talking)
		w.takes(c, "vip?, else > busy?, else > give, then > support")
		conv, err := w.store.Conversation(t.Context(), w.ws.ID, c.ConversationID)
		w.must(err)
		if conv.TeamID == nil || *conv.TeamID != team {
			t.Errorf("given to %v", conv.TeamID)
		}
		second, c := w.phone(from(1))
		if missed := w.state(c.ID, call.Missed); missed.MissedReason != dialplan.ExceededQueue || second.State().Final != 486 {
			t.Errorf("missed for %s with %d", missed.MissedReason, second.State().Final)
		}
		w.takes(c, "vip?, else > busy?, when > busy")
		w.tx(func(tx *models.Tx) error { return tx.TagConversation(w.ws.ID, c.ConversationID, "VIP") })
		third, c := w.phone(from(1))
		w.state(c.ID, call.Queued)
		w.takes(c, "vip?, when > support")
		first.Hangup()
		third.Hangup()
		w.clean()
	})
}

// A workflow that answers to calls that come in chooses their flow, also for a number that has
// none, and the simulation says the same of each.
//
// Covers: INBOX-6, DP-2
func TestWorkflowsChooseFlows_INBOX_6_DP_2(t *testing.T) {
	virtual(t, func(t *testing.T) {
		w := newStage(t, 1, sound)
		text := `workflow "단골" {
  on = "call.arriving"
  if = tagged("VIP") && number.label == "대표"
  do flow { flow = "vip" }
}
flow "main" {
  numbers = ["070-7666-0001"]
  start   = "busy"
  hangup "busy" { as = "exceededQueue" }
}
flow "vip" {
  start = "closed"
  hangup "closed" { as = "notInOperation" }
}`
		w.flows(text, nil)
		p, found := lang.Compile([]lang.File{{Name: "main.hcl", Text: []byte(text)}}, lang.World{E164: func(text string) (string, error) { return models.E164(text, "KR") }})
		if p == nil {
			t.Fatal(found)
		}
		numbers, err := w.store.Numbers(t.Context(), w.ws.ID)
		w.must(err)
		agrees := func(tags []string, label, by string, reason dialplan.MissedReason) string {
			t.Helper()
			w.tx(func(tx *models.Tx) error {
				return tx.UpdateNumber(w.ws.ID, numbers[0].ID, models.NumberUpdate{Label: &label})
			})
			_, c := w.phone(from(0))
			if missed := w.state(c.ID, call.Missed); missed.MissedReason != reason {
				t.Errorf("called: missed for %s, not %s", missed.MissedReason, reason)
			}
			r, err := simulate.Run(p, simulate.Scenario{From: from(0), To: "+827076660001", Label: label, At: time.Now(), TimeZone: w.ws.TimeZone, State: simulate.State{Contact: flow.Contact{Tags: tags}}})
			w.must(err)
			if r.End.Reason != reason || (by == "") != (r.Chosen == nil) || r.Chosen != nil && (r.Chosen.Workflow != by || r.Chosen.At.Line != 4) {
				t.Errorf("simulated: %+v", r)
			}
			return c.ConversationID
		}
		conversation := agrees(nil, "대표", "", dialplan.ExceededQueue)
		w.tx(func(tx *models.Tx) error { return tx.TagConversation(w.ws.ID, conversation, "VIP") })
		agrees([]string{"VIP"}, "대표", "단골", dialplan.NotInOperation)
		agrees([]string{"VIP"}, "지원", "", dialplan.ExceededQueue)
		w.clean()
	})
}

// A call that the flow sends to a queue at once is offered to agents in the
// transaction that takes it in, as one without a flow is.
//
// Covers: DP-1, IN-4
func TestFlowThatBeginsWithAQueue_DP_1_IN_4(t *testing.T) {
	virtual(t, func(t *testing.T) {
		w := newStage(t, 1, memory.Options{})
		w.flows(`flow "f" {
  numbers = ["070-7666-0001"]
  start   = "support"
  queue "support" {}
}`, nil)
		line, c := w.phone(from(0))
		w.isOffered(0, 0)
		if got := w.find(c.ID); got.State != call.Ringing || got.Version != 1 || line.State().Final != 0 {
			t.Errorf("%s, saved %d times, answered with %d", got.State, got.Version, line.State().Final)
		}
		line.Hangup()
		w.clean()
	})
}
