package api_test

import (
	"strings"
	"testing"
	"time"

	"ringdesk/api"
	"ringdesk/controller/call"
	"ringdesk/models"
)

// The live board's figures come from the journal, of all calls or one team's.
//
// Covers: STAT-0, STAT-1.
func TestToday(t *testing.T) {
	e := start(t)
	c := e.as(e.here.agent)
	before := into[api.Today](c.do("GET", "/stats/today", "").want(200))
	if before.ServiceLevel != nil || before.CallsYesterday != 0 {
		t.Errorf("before a call has ended: %+v", before)
	}
	at := models.At(e.clock.now())
	_, id := e.addCall(e.here, e.here.contact, "+821055556666", call.Ended, func(c *call.Call) { c.StartedAt = at.Time })
	e.tx(func(tx *models.Tx) error {
		return tx.AddJournal([]models.JournalEntry{
			{CallID: id, Seq: 2, WorkspaceID: e.here.id, At: at, Type: "call.created", Data: `{"direction":"inbound"}`},
			{CallID: id, Seq: 3, WorkspaceID: e.here.id, At: models.At(at.Add(21 * time.Second)), Type: "call.answered", Data: `{"agentId":"x","waitMs":21000}`},
			{CallID: id, Seq: 4, WorkspaceID: e.here.id, At: models.At(at.Add(25 * time.Second)), Type: "call.ended", Data: `{"state":"ended","outcome":"answered","totalMs":60000,"by":"agent"}`},
		})
	})
	e.clock.advance(30 * time.Second)
	v := into[api.Today](c.do("GET", "/stats/today", "").want(200))
	if v.Calls != before.Calls+1 || v.Answered != 1 || v.ServiceLevel == nil || *v.ServiceLevel != 0 {
		t.Errorf("within 20 s: %+v", v)
	}
	if v := into[api.Today](c.do("GET", "/stats/today?seconds=21", "").want(200)); v.ServiceLevel == nil || *v.ServiceLevel != 1 {
		t.Errorf("within 21 s: %+v", v)
	}
	if v := into[api.Today](c.do("GET", "/stats/today?team="+e.here.team, "").want(200)); v.Calls != 0 {
		t.Errorf("of a team without calls: %+v", v)
	}
	c.do("GET", "/stats/today?team="+e.away.team, "").want(400)
	if v := into[api.Today](e.as(e.away.agent).do("GET", "/stats/today", "").want(200)); v.Answered != 0 {
		t.Errorf("of another workspace: %+v", v)
	}
}

// Supervisors and admins set a colleague's status; since when somebody is in one
// is told to who saw it begin.
//
// Covers: IN-3, STAT-1.
func TestStatusIsSetByALead(t *testing.T) {
	e := start(t)
	agent, admin := e.as(e.here.agent), e.as(e.here.admin)
	path := "/agents/" + e.here.agent.agent + "/status"
	agent.do("POST", path, `{"status":"meal"}`).want(403)
	e.as(e.away.admin).do("POST", path, `{"status":"meal"}`).want(404)
	admin.do("POST", path, `{"status":"ringing"}`).want(400)
	told := e.agentsChanged(e.here.id)
	if a := into[api.Agent](admin.do("POST", path, `{"status":"meal"}`).want(200)); a.ManualStatus != "meal" || a.StatusSince != nil {
		t.Errorf("nobody has looked on: %+v", a)
	}
	if e.agentsChanged(e.here.id) == told {
		t.Error("calls were not told")
	}
	admin.do("PATCH", "/agents/"+e.here.agent.agent, `{"supervises":true}`).want(200)
	agent.do("POST", "/agents/"+e.here.admin.agent+"/status", `{"status":"rest"}`).want(200)

	d := agent.live()
	d.snapshot()
	phone := agent.phone(d)
	d.say(`{"type":"phone","phone":"` + phone.Id + `","ready":true}`)
	d.next("the agent is at meal", func(m message) bool { return m.Topic == "agent" && strings.Contains(string(m.Data), `"status":"meal"`) })
	admin.do("POST", path, `{"status":"available"}`).want(200)
	m := d.next("the agent is available", func(m message) bool {
		return m.Topic == "agent" && strings.Contains(string(m.Data), `"status":"available"`)
	})
	if !strings.Contains(string(m.Data), `"statusSince":"`) {
		t.Errorf("nobody says since when: %s", m.Data)
	}
}
