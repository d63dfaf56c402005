package api_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"ringdesk/api"
	"ringdesk/models"
)

// admins are the tags of the operations that change how a workspace works: each of
// them leaves an entry.
var admins = []string{"agents", "settings", "outbound", "sounds"}

// setting makes what an operation needs to succeed, and gives its path's id; nil means
// what the place has.
type setting = func(e *env, owner *client) (id string)

var auditSettings = map[string]setting{
	"resendInvitation": func(e *env, owner *client) string {
		return e.invite(owner, `{"email":"new@moa.example","name":"New"}`).Agent.Id
	},
	"restoreAgent": func(e *env, owner *client) string {
		owner.do("POST", "/agents/"+e.here.agent.agent+"/suspend", "").want(200)
		return e.here.agent.agent
	},
	"resetHours": func(e *env, owner *client) string {
		owner.do("POST", "/hours/override", `{"scope":"workspace","open":true}`).want(200)
		return ""
	},
	"deleteNumber": func(e *env, owner *client) string {
		return into[api.BusinessNumber](owner.do("POST", "/numbers", fmt.Sprintf(`{"number":"070-7666-0009","trunkId":%q}`, e.here.trunk)).want(201)).Id
	},
	"deleteTrunk": func(e *env, owner *client) string {
		return into[api.Trunk](owner.do("POST", "/trunks", `{"name":"Carrier","hosts":["203.0.113.5"]}`).want(201)).Id
	},
	"deleteSmsGateway": func(e *env, owner *client) string {
		owner.do("PUT", "/sms-gateway", bodies["setSmsGateway"]).want(200)
		return ""
	},
	"deleteSound": func(e *env, owner *client) string {
		owner.upload("spring-sale", "ko", wav(1)).want(200)
		return ""
	},
}

// auditBodies are bodies that change something, where those of bodies do not.
var auditBodies = map[string]func(e *env) string{
	"putSettings": func(*env) string { return `{"rounds":2}` },
	"putOutbound": func(*env) string { return `{"countries":["KR","JP"]}` },
	"mergeTag": func(e *env) string {
		return fmt.Sprintf(`{"into":%q}`, into[api.Tag](e.as(e.here.admin).do("POST", "/tags", `{"name":"gold"}`).want(201)).Id)
	},
	"createNumber": func(e *env) string { return fmt.Sprintf(`{"number":"070-7666-0009","trunkId":%q}`, e.here.trunk) },
}

// changesNothing are operations that are asked with a body and change nothing.
var changesNothing = map[string]bool{"checkFlows": true, "diffFlows": true, "simulateFlows": true, "replayFlows": true, "dryRunWorkflow": true}

// Whatever an owner or admin changes leaves an entry of who, from where, and what.
//
// Covers: ADM-2, SEC-6.
func TestEveryAdminOperationIsAudited_SEC_6(t *testing.T) {
	doc, err := contract()
	if err != nil {
		t.Fatal(err)
	}
	walked := 0
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			if method == http.MethodGet || changesNothing[op.OperationID] || !slices.ContainsFunc(op.Tags, func(tag string) bool { return slices.Contains(admins, tag) }) {
				continue
			}
			walked++
			t.Run(op.OperationID, func(t *testing.T) { auditOne(t, method, path, op) })
		}
	}
	if walked < 25 {
		t.Errorf("only %d operations were walked", walked)
	}
}

func auditOne(t *testing.T, method, path string, op *openapi3.Operation) {
	e := start(t)
	owner, at, body := e.as(e.here.owner), path, bodies[op.OperationID]
	id := ""
	if prepare := auditSettings[op.OperationID]; prepare != nil {
		id = prepare(e, owner)
	}
	if id == "" && strings.Contains(path, "{id}") {
		id = ids(t, e.here, path)
	}
	name := "spring-sale"
	if op.OperationID == "runJob" {
		name = "tasks"
	}
	at = strings.NewReplacer("{id}", id, "{name}", name, "{deliveryId}", e.here.delivery, "{version}", "1").Replace(at) + queries[op.OperationID]
	if special := auditBodies[op.OperationID]; special != nil {
		body = special(e)
	}
	before := e.audit("")
	if op.RequestBody != nil && op.RequestBody.Value.Content.Get("application/json") == nil {
		owner.upload("spring-sale", "ko", wav(1)).want(200)
	} else if a := owner.do(method, at+ifSound(path), body); a.status/100 != 2 {
		t.Fatalf("%s: %d: %s", a.what, a.status, a.body)
	}
	after := e.audit("")
	if len(after) <= len(before) {
		t.Fatalf("%s %s leaves no entry in the audit log: its verb writes one (controller/audit)", method, path)
	}
	entry := after[0]
	if entry.By.Kind != api.AuditByKindAgent || value(entry.By.Id) != e.here.owner.agent || entry.By.Name != "Moa owner" || value(entry.Address) != "127.0.0.1" {
		t.Errorf("by: %+v", entry)
	}
	if len(e.auditOf(e.away)) != 0 {
		t.Error("another workspace has an entry of it")
	}
}

// ifSound is the query of a sound's address.
func ifSound(path string) string {
	if strings.HasPrefix(path, "/sounds/") {
		return "?language=ko"
	}
	return ""
}

// audit gives the audit log as an admin reads it.
func (e *env) audit(query string) []api.AuditEntry {
	e.t.Helper()
	return into[api.AuditList](e.as(e.here.admin).do("GET", "/audit"+query, "").want(200)).Items
}

func (e *env) auditOf(p place) []models.AuditEntry {
	e.t.Helper()
	es, err := e.store.Audit(e.t.Context(), p.id, models.AuditFilter{Limit: 10})
	e.must(err)
	return es
}

// The log tells what has changed, field by field, and never a secret; whoever is no
// owner or admin does not read it.
func TestAuditLog_SEC_6(t *testing.T) {
	e := start(t)
	admin, key := e.as(e.here.admin), e.key(e.here)
	const secret = "hunter2-of-the-carrier"
	trunk := into[api.Trunk](admin.do("POST", "/trunks", fmt.Sprintf(`{"name":"Carrier","hosts":["203.0.113.5"],"remote":"203.0.113.5:5060","username":"u","password":%q}`, secret)).want(201))
	admin.do("PATCH", "/trunks/"+trunk.Id, fmt.Sprintf(`{"password":%q,"maxCalls":7}`, secret+"2")).want(200)
	admin.do("PATCH", "/trunks/"+trunk.Id, fmt.Sprintf(`{"password":%q,"maxCalls":7}`, secret+"2")).want(200) // changes nothing
	key.do("PATCH", "/agents/"+e.here.agent.agent, `{"seat":false}`).want(200)
	admin.do("PUT", "/agents/"+e.here.agent.agent+"/password", fmt.Sprintf(`{"password":%q}`, newPassword)).want(204)
	a := admin.do("GET", "/audit", "").want(200)
	for _, s := range []string{secret, newPassword, "argon2"} {
		if strings.Contains(string(a.body), s) {
			t.Errorf("the log tells a secret: %s", a.body)
		}
	}
	all := into[api.AuditList](a).Items
	if len(all) != 4 {
		t.Fatalf("%d entries: %s", len(all), a.body)
	}
	changed := fmt.Sprint(all[2].Changes[0].Field, all[2].Changes[0].New, all[2].Changes[1].Field, *all[2].Changes[1].Hidden)
	if all[2].Kind != api.AuditKindTrunk || all[2].Name != "Carrier" || changed != "maxCalls7passwordtrue" || len(all[2].Changes) != 2 {
		t.Errorf("trunk: %+v", all[2])
	}
	if by := all[1].By; by.Kind != api.AuditByKindKey || by.Name != "test" || value(by.Id) != e.here.accessKey {
		t.Errorf("by the key: %+v", all[1])
	}
	if c := all[1].Changes; len(c) != 1 || c[0].Field != "seat" || c[0].Old != true || c[0].New != false {
		t.Errorf("agent: %+v", c)
	}
	day := 24 * time.Hour
	for query, want := range map[string]int{
		"?kind=trunk": 2, "?kind=agent&action=changed": 2, "?entityId=" + trunk.Id: 2, "?by=" + e.here.accessKey: 1, "?by=" + e.here.admin.agent: 3,
		"?from=" + moment(e.clock.now().Add(-day)): 4, "?from=" + moment(e.clock.now().Add(day)): 0, "?to=" + moment(e.clock.now().Add(-day)): 0,
	} {
		if got := e.audit(query); len(got) != want {
			t.Errorf("%s: %d entries, want %d", query, len(got), want)
		}
	}
	page := into[api.AuditList](admin.do("GET", "/audit?limit=3", "").want(200))
	rest := into[api.AuditList](admin.do("GET", "/audit?limit=3&cursor="+*page.Next, "").want(200))
	if len(page.Items) != 3 || len(rest.Items) != 1 || rest.Next != nil || rest.Items[0].Id != all[3].Id {
		t.Errorf("pages of %d and %d", len(page.Items), len(rest.Items))
	}
	e.as(e.here.agent).do("GET", "/audit", "").problem(403, api.ProblemCodeForbidden)
	if got := into[api.AuditList](e.as(e.away.admin).do("GET", "/audit", "").want(200)).Items; len(got) != 0 {
		t.Errorf("another workspace reads %+v", got)
	}
}

func moment(at time.Time) string { return at.UTC().Format(time.RFC3339) }

// Who hears or takes along a recording stands in the log, once for all the parts that a
// player asks for.
func TestHearingIsAudited_SEC_6(t *testing.T) {
	e := start(t)
	e.ready(e.here, []byte("a sound of mp3"))
	agent, path := e.as(e.here.agent), "/recordings/"+e.here.recording+".mp3"
	agent.do("GET", path, "").want(200)
	agent.with("Range", "bytes=3-").do("GET", path, "").want(206)
	agent.do("HEAD", path, "").want(200)
	agent.do("GET", path+"?download=1", "").want(200)
	e.clock.advance(11 * time.Minute)
	agent.with("Range", "bytes=1-").do("GET", path, "").want(206)
	got := e.audit("?kind=recording")
	if len(got) != 3 || got[0].Action != api.AuditActionHeard || got[1].Action != api.AuditActionExported || got[2].Action != api.AuditActionHeard || value(got[0].EntityId) != e.here.recording {
		t.Errorf("%+v", got)
	}
}

// Who takes the contacts along, or reads some in, stands in the log with how many.
func TestContactListsAreAudited_SEC_6(t *testing.T) {
	e := start(t)
	admin := e.as(e.here.admin)
	admin.do("GET", "/contact-export", "").want(200)
	admin.do("POST", "/contact-imports/"+e.here.contactImport+"/start", `{"columns":["name"]}`).want(200)
	e.as(e.here.agent).do("GET", "/contact-export", "").problem(403, api.ProblemCodeForbidden)
	got := e.audit("?kind=contact")
	if len(got) != 2 || got[0].Action != api.AuditActionImported || got[1].Action != api.AuditActionExported || fmt.Sprint(got[1].Changes[0].Field, got[1].Changes[0].New) != "rows1" {
		t.Errorf("%+v", got)
	}
}

// Who makes one contact of two, or two of one again, stands in the log, with what the
// contact was.
func TestMergesAreAudited_SEC_6(t *testing.T) {
	e := start(t)
	agent := e.as(e.here.agent)
	gone := e.addContact(e.here.id, "Lee Haneul", "+821055556666")
	merge := into[api.MergeResult](agent.do("POST", "/contacts/"+e.here.contact+"/merge", fmt.Sprintf(`{"contactId":%q}`, gone)).want(200))
	agent.do("POST", "/contact-merges/"+merge.MergeId+"/undo", "").want(200)
	got := e.audit("?kind=contact")
	if len(got) != 2 || got[1].Action != api.AuditActionMerged || got[0].Action != api.AuditActionRestored || value(got[1].EntityId) != e.here.contact || got[1].By.Name != "Moa agent" {
		t.Fatalf("%+v", got)
	}
	for i, want := range []string{"numbers[+821012345678 +821055556666] [+821012345678]", "merged<nil>Lee Haneul numbers[+821012345678] [+821012345678 +821055556666]"} {
		var changes []string
		for _, c := range got[i].Changes {
			changes = append(changes, fmt.Sprint(c.Field, c.Old, c.New))
		}
		if text := strings.Join(changes, " "); text != want {
			t.Errorf("%s: %s, want %s", got[i].Action, text, want)
		}
	}
}
