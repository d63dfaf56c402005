package api_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"ringdesk/api"
	"ringdesk/models"
)

// menuFlow is a flow of the number of e.here.
func menuFlow(start, sound string) api.FlowFile {
	return api.FlowFile{Name: "main.hcl", Text: fmt.Sprintf(`flow "main" {
  numbers = ["070-7666-0003"]
  start   = %q
  menu "menu" {
    sound = %q
    key "1" { go = "team" }
    otherwise { go = "closed" }
  }
  queue "team" {
    team = "Support"
    key "2" { go = "closed" }
  }
  hangup "closed" { sound = "closed" }
}
`, start, sound)}
}

func inJSON(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Flows are published by admins as versions that follow each other, read and tried out by
// supervisors, and kept from the others; a mistake is told with its place, and a stale base
// with who was faster.
//
// Covers: DP-1, DP-2, ADM-1
func TestFlows_DP_1_DP_2(t *testing.T) {
	e := start(t)
	c := e.as(e.here.admin)
	now := into[api.Flows](c.do("GET", "/flows", "").want(200))
	if now.Active != 1 || now.Version == nil || now.Version.By.Kind != "operator" || !now.MayChange || len(now.Files) != 0 || len(now.Numbers) != 1 {
		t.Fatalf("at first: %+v", now)
	}
	draft := func(base int, f api.FlowFile) string {
		return inJSON(t, api.FlowDraft{Files: []api.FlowFile{f}, Base: base, Message: new("점심")})
	}
	right := menuFlow("menu", "greeting")
	v := into[api.FlowVersion](c.do("POST", "/flows/versions", draft(1, right)).want(201))
	if v.Version != 2 || v.By.Name != "Moa admin" || v.Source != "api" || v.Message != "점심" {
		t.Errorf("published: %+v", v)
	}
	wrong := into[api.FlowCheck](c.do("POST", "/flows/versions", draft(2, menuFlow("없음", "greeting"))).want(422))
	if len(wrong.Diagnostics) == 0 || wrong.Diagnostics[0].Line != 3 || wrong.Diagnostics[0].Column != 13 || wrong.Diagnostics[0].File != "main.hcl" {
		t.Errorf("a mistake: %+v", wrong)
	}
	stale := c.do("POST", "/flows/versions", draft(1, right)).problem(409, api.ProblemCodeConflict)
	if stale.Params == nil || (*stale.Params)["name"] != "Moa admin" || (*stale.Params)["version"] != "2" {
		t.Errorf("a stale base: %+v", stale)
	}
	c.do("POST", "/flows/versions", `{"base":1,"files":[{"name":"../x.hcl","text":""}]}`).problem(400, api.ProblemCodeInvalid)

	into[api.FlowVersion](c.do("POST", "/flows/versions", draft(2, menuFlow("menu", "unavailable"))).want(201))
	diff := into[api.FlowDiff](c.do("POST", "/flows/diff", `{"from":2,"to":3}`).want(200))
	if len(diff.Files) != 1 || len(diff.Files[0].Lines) != 8 || diff.Files[0].Lines[3].Kind != "removed" || *diff.Files[0].Lines[3].From != 5 {
		t.Errorf("diff: %+v", diff)
	}
	c.do("POST", "/flows/diff", `{"from":1}`).problem(400, api.ProblemCodeInvalid)
	c.do("POST", "/flows/diff", `{"from":9,"to":1}`).problem(404, api.ProblemCodeNotFound)
	back := into[api.FlowVersion](c.do("POST", "/flows/versions/2/restore", `{"base":3}`).want(201))
	if back.Version != 4 || back.Restores == nil || *back.Restores != 2 {
		t.Errorf("rolled back: %+v", back)
	}
	list := into[api.FlowVersionList](c.do("GET", "/flows/versions?limit=2", "").want(200))
	if len(list.Items) != 2 || list.Items[0].Version != 4 || list.Next == nil {
		t.Fatalf("versions: %+v", list)
	}
	if rest := into[api.FlowVersionList](c.do("GET", "/flows/versions?cursor="+*list.Next, "").want(200)); len(rest.Items) != 2 || rest.Items[0].Version != 2 || rest.Next != nil {
		t.Errorf("the rest: %+v", rest)
	}
	one := into[api.FlowVersionFiles](c.do("GET", "/flows/versions/2", "").want(200))
	if one.Files[0].Text != right.Text {
		t.Errorf("version 2: %+v", one)
	}
	c.do("GET", "/flows/versions/9", "").problem(404, api.ProblemCodeNotFound)

	agent := e.as(e.here.agent)
	agent.do("GET", "/flows", "").problem(403, api.ProblemCodeForbidden)
	e.tx(func(tx *models.Tx) error {
		return tx.UpdateAgent(e.here.id, e.here.agent.agent, models.AgentUpdate{Supervises: new(true)})
	})
	if now := into[api.Flows](agent.do("GET", "/flows", "").want(200)); now.Active != 4 || now.MayChange || now.Files[0].Text != right.Text {
		t.Errorf("a supervisor sees %+v", now)
	}
	agent.do("POST", "/flows/versions", draft(4, right)).problem(403, api.ProblemCodeForbidden)
	if found := into[api.FlowCheck](agent.do("POST", "/flows/check", inJSON(t, api.FlowFiles{Files: []api.FlowFile{right}})).want(200)); len(found.Diagnostics) != 0 {
		t.Errorf("check: %+v", found)
	}
	e.as(e.away.admin).do("GET", "/flows/versions/2", "").problem(404, api.ProblemCodeNotFound)
}

// The way of a call is told step by step with lines, keys, texts and who would be offered it.
//
// Covers: DP-2
func TestSimulateFlows_DP_2(t *testing.T) {
	e := start(t)
	c := e.as(e.here.admin)
	ask := func(change func(*api.FlowSimulationRequest)) string {
		r := api.FlowSimulationRequest{Files: &[]api.FlowFile{menuFlow("menu", "greeting")}, To: "070-7666-0003", From: new("010-1234-5678"), Keys: &[]string{"1"}}
		change(&r)
		return inJSON(t, r)
	}
	s := into[api.FlowSimulation](c.do("POST", "/flows/simulate", ask(func(*api.FlowSimulationRequest) {})).want(200))
	if len(s.Steps) != 2 || !s.Answered || s.How != "caller" || s.Version != nil {
		t.Fatalf("%+v", s)
	}
	menu, team := s.Steps[0], s.Steps[1]
	if menu.At == nil || menu.At.Line != 4 || strings.Join(*menu.Keys, "") != "1" || menu.Does[0].What != "hears" || (*menu.Does[0].Values)["text"] == "" {
		t.Errorf("the menu: %+v", menu)
	}
	if team.KeysUsed != 1 || strings.Join(*team.Keys, "") != "2" || team.Candidates == nil || (*team.Candidates)[0].Team != "Support" || (*team.Candidates)[0].Agents[0].Why[0] != "line" {
		t.Errorf("the queue: %+v", team)
	}
	s = into[api.FlowSimulation](c.do("POST", "/flows/simulate", ask(func(r *api.FlowSimulationRequest) { r.Ends = &map[string][]string{"team": {"key 2"}} })).want(200))
	if len(s.Steps) != 3 || s.Answered || s.MissedReason == nil || *s.MissedReason != "workflow" {
		t.Errorf("by the queue's key: %+v", s)
	}
	s = into[api.FlowSimulation](c.do("POST", "/flows/simulate", `{"to":"070-7666-0003"}`).want(200))
	if s.FromSettings == nil {
		t.Errorf("without flows: %+v", s)
	}
	queues := api.FlowFile{Name: "main.hcl", Text: `flow "f" {
  numbers = ["070-7666-0003"]
  start   = "busy?"
  check "busy?" {
    when {
      if = waiting("Support") > 5
      go = "closed"
    }
    else { go = "team" }
  }
  queue "team" { team = "Support" }
  hangup "closed" {}
}
flow "vip" {
  start = "closed"
  hangup "closed" {}
}
workflow "VIP" {
  on = "call.arriving"
  if = caller.withheld
  do flow { flow = "vip" }
}
`}
	of := func(change func(*api.FlowSimulationRequest)) api.FlowSimulation {
		return into[api.FlowSimulation](c.do("POST", "/flows/simulate", ask(func(r *api.FlowSimulationRequest) { r.Files = &[]api.FlowFile{queues}; change(r) })).want(200))
	}
	if s := of(func(r *api.FlowSimulationRequest) {
		r.Queues = &map[string]api.FlowQueueFigures{"Support": {Waiting: 6}}
	}); s.Steps[1].Step != "closed" || s.ChosenBy != nil {
		t.Errorf("six wait: %+v", s)
	}
	if s := of(func(r *api.FlowSimulationRequest) {}); s.Steps[1].Step != "team" {
		t.Errorf("nobody waits: %+v", s)
	}
	if s := of(func(r *api.FlowSimulationRequest) { r.From = nil }); s.Flow != "vip" || s.ChosenBy == nil || s.ChosenBy.Workflow != "VIP" || s.ChosenBy.At.File != "main.hcl" {
		t.Errorf("chosen by a workflow: %+v", s)
	}
	c.do("POST", "/flows/simulate", `{"to":"070-9999-9999"}`).problem(400, api.ProblemCodeInvalid)
	c.do("POST", "/flows/simulate", `{"to":"070-7666-0003","lookups":{"crm":"{"}}`).problem(400, api.ProblemCodeInvalid)
	c.do("POST", "/flows/simulate", ask(func(r *api.FlowSimulationRequest) { r.Files = &[]api.FlowFile{menuFlow("no", "greeting")} })).want(422)
	c.do("POST", "/flows/replay", inJSON(t, api.FlowReplayRequest{Files: []api.FlowFile{menuFlow("no", "greeting")}})).want(422)
	if r := into[api.FlowReplay](c.do("POST", "/flows/replay", inJSON(t, api.FlowReplayRequest{Files: []api.FlowFile{menuFlow("menu", "greeting")}})).want(200)); r.Tried != 0 {
		t.Errorf("no call is over: %+v", r)
	}
}
