package api_test

import (
	"strconv"
	"strings"
	"testing"

	"ringdesk/api"
)

// Workflows that the screen keeps become the text of workflows.hcl in the next version, beside the
// other files; what is wrong is told with its line, and nothing changes.
//
// Covers: INBOX-6, DP-1.
func TestWorkflowsAreSentences_INBOX_6(t *testing.T) {
	e := start(t)
	c := e.as(e.here.admin)
	had := into[api.WorkflowList](c.do("GET", "/workflows", "").want(200))
	body := `{"base":` + strconv.Itoa(had.Active) + `,"items":[{"name":"밤","on":"call.missed","if":"call.missed_reason == \"notInOperation\"","do":[{"kind":"tag","lists":{"add":["영업외 \"${number.label}\""]}},{"kind":"message","texts":{"text":"x"}},{"kind":"close"}]}]}`
	e.as(e.here.agent).do("PUT", "/workflows", body).problem(403, api.ProblemCodeForbidden)
	list := into[api.WorkflowList](c.do("PUT", "/workflows", body).want(200))
	last := list.Items[len(list.Items)-1]
	if list.Active != had.Active+1 || len(list.Items) != len(had.Items)+1 || !last.Own || last.File != "workflows.hcl" || (*last.Sentence.Do[0].Lists)["add"][0] != `영업외 "${number.label}"` {
		t.Errorf("%+v", list)
	}
	c.do("PUT", "/workflows", body).problem(409, api.ProblemCodeConflict)
	wrong := strings.Replace(strings.Replace(body, `"base":`+strconv.Itoa(had.Active), `"base":`+strconv.Itoa(list.Active), 1), "call.missed_reason ==", "call.eaten ==", 1)
	if check := into[api.FlowCheck](c.do("PUT", "/workflows", wrong).want(422)); len(check.Diagnostics) != 2 || check.Diagnostics[0].File != "workflows.hcl" || check.Diagnostics[0].Line != 3 {
		t.Errorf("%+v", check)
	}
	dry := into[api.WorkflowDryRun](c.do("POST", "/workflows/dry-run", `{"name":"밤","conversationId":"`+e.here.conversation+`"}`).want(200))
	if dry.Answers || len(dry.Results) != 0 {
		t.Errorf("it was not missed: %+v", dry)
	}
	draft := func(name, tag string) string {
		return `{"conversationId":"` + e.here.conversation + `","sentence":{"name":"` + name + `","on":"call.ended","if":"` + tag + `","do":[{"kind":"tag","lists":{"add":["새"]}},{"kind":"message","texts":{"text":"x"}}]}}`
	}
	for _, name := range []string{"새로", "밤"} { // beside the one in force, and in its place
		dry := into[api.WorkflowDryRun](c.do("POST", "/workflows/dry-run", draft(name, "!contact.member || contact.member")).want(200))
		if !dry.Answers || len(dry.Results) != 2 || dry.Results[0].State != "would" || dry.Results[1].State != "refused" {
			t.Errorf("a draft: %+v", dry)
		}
	}
	if check := into[api.FlowCheck](c.do("POST", "/workflows/dry-run", draft("새로", "call.eaten")).want(422)); len(check.Diagnostics) == 0 || check.Diagnostics[0].File != "workflows.hcl" {
		t.Errorf("a draft with a mistake: %+v", check)
	}
	c.do("POST", "/workflows/dry-run", `{"conversationId":"`+e.here.conversation+`"}`).problem(400, api.ProblemCodeInvalid)
	if now := into[api.WorkflowList](c.do("GET", "/workflows", "").want(200)); now.Active != list.Active || len(now.Items) != len(list.Items) {
		t.Errorf("a dry run has changed %+v", now)
	}
	if runs := into[api.WorkflowRunList](c.do("GET", "/workflows/runs?workflow=%EB%B0%A4", "").want(200)); len(runs.Items) != 0 {
		t.Errorf("%+v", runs)
	}
}

// The gateway's secret is shown nowhere, and stays when it is not given.
//
// Covers: INBOX-6, SEC-2.
func TestSmsGateway_INBOX_6(t *testing.T) {
	e := start(t)
	c := e.as(e.here.admin)
	if g := into[api.SmsGateway](c.do("GET", "/sms-gateway", "").want(200)); g.Set {
		t.Errorf("%+v", g)
	}
	set := into[api.SmsGateway](c.do("PUT", "/sms-gateway", bodies["setSmsGateway"]).want(200))
	again := into[api.SmsGateway](c.do("PUT", "/sms-gateway", `{"url":"https://sms.example/send?k=${secret}","body":"${text}","sender":"1"}`).want(200))
	if !*set.HasSecret || !*again.HasSecret || *again.Sender != "1" {
		t.Errorf("%+v %+v", set, again)
	}
	for _, body := range []string{`{"url":"https://127.0.0.1/","body":"${text}","sender":""}`, `{"url":"https://sms.example/","body":"nothing","sender":""}`} {
		c.do("PUT", "/sms-gateway", body).problem(400, api.ProblemCodeInvalid)
	}
	if g, err := e.store.SMSGateway(t.Context(), e.here.id); err != nil || g.Secret != "s3cret" {
		t.Errorf("%+v, %v", g, err)
	}
	c.do("DELETE", "/sms-gateway", "").want(204)
	c.do("DELETE", "/sms-gateway", "").problem(404, api.ProblemCodeNotFound)
}
