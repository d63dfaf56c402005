package api_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"ringdesk/api"
)

// bodies are valid bodies for the operations that need one.
var bodies = map[string]string{
	"updateAgent":         `{"seat":false}`,
	"setAgentStatus":      `{"status":"meal"}`,
	"updateConversation":  `{"state":"closed"}`,
	"createNote":          `{"text":"hello"}`,
	"sendMessage":         `{"text":"hello"}`,
	"startBulk":           `{"action":"close","filter":{"list":"missed"}}`,
	"createContact":       `{"name":"Kim"}`,
	"updateContact":       `{"name":"Kim"}`,
	"createProfileField":  `{"label":"Shoe size"}`,
	"updateProfileField":  `{"label":"Shoes"}`,
	"changeContact":       `{"name":"Kim"}`,
	"mergeContacts":       `{"contactId":"nobody"}`,
	"startImport":         `{"columns":["name"]}`,
	"login":               `{"email":"a@b.example","password":"x"}`,
	"placeCall":           `{"to":"010-1234-5678"}`,
	"closeMissed":         `{"all":true}`,
	"createTeam":          `{"name":"Sales"}`,
	"updateTeam":          `{"name":"Sales"}`,
	"putSettings":         `{}`,
	"switchHours":         `{"scope":"workspace","open":true}`,
	"createTrunk":         `{"name":"Carrier","hosts":["203.0.113.5"]}`,
	"updateTrunk":         `{"name":"Carrier"}`,
	"updateNumber":        `{"label":"Second"}`,
	"createBlock":         `{"number":"010-1234-5678"}`,
	"putOutbound":         `{}`,
	"createRate":          `{"prefix":"+81","perMinute":100,"validFrom":"2030-01-01T00:00:00Z"}`,
	"changePassword":      `{"oldPassword":"x","password":"four words are long"}`,
	"setAgentPassword":    `{"password":"four words are long"}`,
	"createNumber":        `{"number":"070-7666-0009","trunkId":"x"}`,
	"inviteAgent":         `{"email":"new@moa.example","name":"New"}`,
	"acceptJoin":          `{"password":"four words are long"}`,
	"createKey":           `{"name":"crm","scope":"read"}`,
	"updateKey":           `{"perMinute":6001}`,
	"updateWorkspace":     `{"name":"Moa Care"}`,
	"createTag":           `{"name":"refund"}`,
	"createField":         `{"label":"Grade of service"}`,
	"updateField":         `{"label":"Renamed"}`,
	"orderFields":         `{"ids":[]}`,
	"updateRetention":     `{"auditDays":100}`,
	"updateTag":           `{"colour":"red"}`,
	"updatePreferences":   `{"volume":50}`,
	"mergeTag":            `{"into":"x"}`,
	"createWebhook":       `{"name":"crm","url":"https://crm.example/calls"}`,
	"updateWebhook":       `{"events":["call.missed"]}`,
	"rotateWebhookSecret": `{"atOnce":true}`,
	"replayWebhook":       `{"from":"2026-01-01T00:00:00Z"}`,
	"publishFlows":        `{"files":[],"base":1}`,
	"restoreFlows":        `{"base":1}`,
	"checkFlows":          `{"files":[]}`,
	"diffFlows":           `{"from":0,"to":1}`,
	"replayFlows":         `{"files":[]}`,
	"reportCallQuality":   qualityReport,
	"saveWorkflows":       `{"base":1,"items":[{"name":"밤","on":"call.missed","do":[{"kind":"close"}]}]}`,
	"dryRunWorkflow":      `{"name":"밤","conversationId":"x"}`,
	"setSmsGateway":       `{"url":"https://sms.example/send","body":"{\"text\":\"${text}\"}","sender":"0215881588","secret":"s3cret"}`,
}

// forPeople are operations that no API key may use.
var forPeople = map[string]bool{"createNote": true, "readConversation": true, "endMySession": true, "updateKey": true, "reportCallQuality": true}

// queries are what operations must be asked with.
var queries = map[string]string{
	"resetHours":       "?scope=workspace",
	"search":           "?q=kim",
	"listWorkflowRuns": "?workflow=x",
	"getFlowText":      "?number=070-7666-0003",
	"checkOutbound":    "?to=119",
	"getReport":        "?from=2026-01-01&to=2026-01-31",
	"listFigureCalls":  "?from=2026-01-01&to=2026-01-31&figure=calls",
	"exportRawData":    "?from=2026-01-01&to=2026-01-31&reason=x",
	"getUsage":         "?from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z",
}

// ids gives a place's id for a path of the contract.
func ids(t *testing.T, p place, path string) string {
	t.Helper()
	resource, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(path, "/outbound"), "/"), "/")
	id, ok := map[string]string{"agents": p.agent.agent, "calls": p.call, "conversations": p.conversation, "contacts": p.contact,
		"recordings": p.recording, "numbers": p.number, "trunks": p.trunk, "teams": p.team, "blocks": p.block, "contact-imports": p.contactImport, "contact-merges": p.merge, "profile-fields": p.field, "rates": p.rate, "keys": p.accessKey, "bulk": p.bulk, "webhooks": p.webhook}[resource]
	if more := map[string]string{"me": p.session, "tags": p.tag}[resource]; more != "" {
		id, ok = more, true
	}
	if !ok {
		t.Fatalf("the test knows no id for %s: add one", path)
	}
	return id
}

// operations walks through the contract, so that no operation is forgotten.
func operations(t *testing.T, visit func(t *testing.T, method, path, id string)) {
	t.Helper()
	doc, err := contract()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			n++
			t.Run(op.OperationID, func(t *testing.T) { visit(t, method, path, op.OperationID) })
		}
	}
	if n < 20 {
		t.Fatalf("only %d operations in the contract", n)
	}
}

// actionsOf lists what can be done in a call.
func actionsOf(t *testing.T) []string {
	t.Helper()
	doc, err := contract()
	if err != nil {
		t.Fatal(err)
	}
	var actions []string
	for _, a := range doc.Components.Schemas["CallAction"].Value.Enum {
		actions = append(actions, a.(string))
	}
	return actions
}

func TestForeignIDsAreNotFound(t *testing.T) {
	e := start(t)
	session, key := e.as(e.here.admin), e.key(e.here)
	found := func(t *testing.T, method, path, body string) {
		t.Helper()
		if a := session.do(method, path, body); a.status == http.StatusNotFound {
			t.Errorf("%s: the own one is not found either", a.what)
		}
	}
	var removals []string
	operations(t, func(t *testing.T, method, path, id string) {
		if !strings.Contains(path, "{id}") {
			return
		}
		own, foreign := ids(t, e.here, path), ids(t, e.away, path)
		deliveries := map[string]string{own: e.here.delivery, foreign: e.away.delivery}
		actions := []string{""}
		if strings.Contains(path, "{action}") {
			actions = actionsOf(t)
		}
		for _, action := range actions {
			at := func(id string) string {
				return strings.NewReplacer("{id}", id, "{action}", action, "{deliveryId}", deliveries[id]).Replace(path)
			}
			body := bodies[id]
			switch action {
			case "dtmf":
				body = `{"digits":"1"}`
			case "invite", "cancelInvite", "transfer", "assign":
				body = fmt.Sprintf(`{"agentId":%q}`, e.here.owner.agent)
			}
			for _, other := range []string{foreign, "0192aaaa-0000-7000-8000-000000000000", "x", "%00", strings.Repeat("a", 3000)} {
				session.do(method, at(other), body).problem(404, api.ProblemCodeNotFound)
				if action == "" && !forPeople[id] {
					key.do(method, at(other), body).problem(404, api.ProblemCodeNotFound)
				}
			}
			if method == http.MethodDelete { // once all else has been found
				removals = append(removals, at(own))
				continue
			}
			found(t, method, at(own), body)
		}
	})
	slices.SortFunc(removals, func(a, b string) int { return len(b) - len(a) }) // what an agent has before the agent
	for _, path := range removals {
		found(t, http.MethodDelete, path, "")
	}
}

func TestForeignSoundIsNotFound(t *testing.T) {
	e := start(t)
	e.ready(e.away, []byte("mp3"))
	e.as(e.here.admin).do("GET", "/recordings/"+e.away.recording+".mp3", "").problem(404, api.ProblemCodeNotFound)
}

func TestForeignThingsAreNotListed(t *testing.T) {
	e := start(t)
	for _, c := range []*client{e.as(e.here.agent), e.key(e.here)} {
		for _, path := range []string{"/agents", "/numbers", "/teams", "/blocks", "/settings", "/outbound/rates", "/calls?limit=500", "/conversations?limit=500", "/contacts?limit=500",
			"/calls?contactId=" + e.away.contact, "/calls?conversationId=" + e.away.conversation, "/conversations?contactId=" + e.away.contact} {
			a := c.do("GET", path, "").want(200)
			for _, foreign := range []string{e.away.id, e.away.contact, e.away.call, e.away.agent.agent, e.away.number,
				e.away.team, e.away.block, e.away.rate, e.away.trunk} {
				if strings.Contains(string(a.body), foreign) {
					t.Errorf("%s shows what is another workspace's: %s", path, a.body)
				}
			}
		}
	}
}

func TestForeignThingsCannotBeReferredTo(t *testing.T) {
	e := start(t)
	c := e.as(e.here.admin)
	for _, tc := range []struct {
		method, path, body string
		status             int
		code               api.ProblemCode
	}{
		{"PATCH", "/conversations/" + e.here.conversation, fmt.Sprintf(`{"assigneeId":%q}`, e.away.agent.agent), 400, api.ProblemCodeInvalid},
		{"POST", "/conversations/" + e.here.conversation + "/notes", fmt.Sprintf(`{"text":"x","mentions":[%q]}`, e.away.agent.agent), 400, api.ProblemCodeInvalid},
		{"POST", "/calls/test", fmt.Sprintf(`{"numberId":%q}`, e.away.number), 400, api.ProblemCodeInvalid},
		{"PATCH", "/me", fmt.Sprintf(`{"workspaceId":%q}`, e.away.id), 404, api.ProblemCodeNotFound},
	} {
		c.do(tc.method, tc.path, tc.body).problem(tc.status, tc.code)
	}
	if len(e.engine.tests) != 0 {
		t.Error("a foreign number was called")
	}
}

func TestNobodyGetsAnything(t *testing.T) {
	e := start(t)
	operations(t, func(t *testing.T, method, path, id string) {
		if slices.Contains([]string{"login", "getJoin", "acceptJoin"}, id) { // for whom has not signed in
			return
		}
		if strings.Contains(path, "{id}") {
			path = strings.NewReplacer("{id}", ids(t, e.here, path), "{action}", "hold", "{deliveryId}", e.here.delivery).Replace(path)
		}
		path = strings.NewReplacer("{version}", "1", "{program}", "tableau").Replace(path) + queries[id]
		e.nobody().do(method, path, bodies[id]).problem(401, api.ProblemCodeUnauthenticated)
		if method == http.MethodGet {
			e.nobody().do(http.MethodHead, path, "").want(401)
			e.as(e.here.admin).do(http.MethodHead, path, "").want(200)
		}
		e.nobody().with("Cookie", "ringdesk_session=forged").do(method, path, bodies[id]).problem(401, api.ProblemCodeUnauthenticated)
	})
	e.nobody().do("GET", "/recordings/"+e.here.recording+".mp3", "").problem(401, api.ProblemCodeUnauthenticated)
	e.nobody().do("GET", "/sounds/greeting.wav?language=ko", "").problem(401, api.ProblemCodeUnauthenticated)
	e.nobody().do("GET", "/live", "").problem(401, api.ProblemCodeUnauthenticated)
	e.nobody().do("GET", "/sip?phone=x", "").problem(401, api.ProblemCodeUnauthenticated)
}
