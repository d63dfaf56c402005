package api_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"ringdesk/api"
	"ringdesk/models"
)

func TestMySettings_IN_2_IN_3_IN_5_MISS_4(t *testing.T) {
	e := start(t)
	c := e.as(e.here.agent)
	until := e.clock.now().Add(time.Hour).UTC().Truncate(time.Second)
	for _, tc := range []struct {
		body string
		is   func(api.Me) bool
	}{
		{`{"manualStatus":"meal"}`, func(m api.Me) bool { return m.ManualStatus == "meal" && m.Status == "offline" }},
		{`{"away":true}`, func(m api.Me) bool { return m.ManualStatus == "rest" }},
		{`{"away":false}`, func(m api.Me) bool { return m.ManualStatus == "available" }},
		{`{"dnd":true}`, func(m api.Me) bool { return m.Dnd && m.DndUntil == nil }},
		{fmt.Sprintf(`{"dnd":true,"dndUntil":%q}`, until.Format(time.RFC3339)), func(m api.Me) bool { return m.Dnd && m.DndUntil.Equal(until) }},
		{`{"dnd":false}`, func(m api.Me) bool { return !m.Dnd && m.DndUntil == nil }},
		{`{"takesPhone":false,"takesVoice":false,"takesVideo":false}`, func(m api.Me) bool { return !m.TakesPhone && !m.TakesVoice && !m.TakesVideo }},
		{`{"takesVideo":true}`, func(m api.Me) bool { return !m.TakesPhone && !m.TakesVoice && m.TakesVideo }},
		{`{"notifyUnassigned":false,"notifyMissed":false}`, func(m api.Me) bool { return !m.NotifyUnassigned && !m.NotifyMissed }},
		{`{"joinMuted":true}`, func(m api.Me) bool { return m.JoinMuted }},
		{`{}`, func(m api.Me) bool {
			return len(m.Teams) == 1 && m.Teams[0].Name == "Support" && !m.PlacesCalls && !m.Supervises
		}},
	} {
		before := e.agentsChanged(e.here.id)
		if me := into[api.Me](c.do("PATCH", "/me", tc.body).want(200)); !tc.is(me) {
			t.Errorf("%s gives %+v", tc.body, me)
		}
		if e.agentsChanged(e.here.id) == before {
			t.Errorf("%s: nobody was told that an agent may be free", tc.body)
		}
		if me := into[api.Me](c.do("GET", "/me", "").want(200)); !tc.is(me) {
			t.Errorf("%s is not kept: %+v", tc.body, me)
		}
	}
}

// Covers: IN-3: an end time ends it by itself.
func TestDoNotDisturbEnds(t *testing.T) {
	e := start(t)
	c := e.as(e.here.agent)
	c.do("PATCH", "/me", fmt.Sprintf(`{"dnd":true,"dndUntil":%q}`, e.clock.now().Add(time.Minute).Format(time.RFC3339))).want(200)
	e.clock.advance(2 * time.Minute)
	if me := into[api.Me](c.do("GET", "/me", "").want(200)); me.Dnd || me.DndUntil != nil {
		t.Errorf("me: %+v", me)
	}
}

// Covers: END-5.
func TestWrapUpIsFinishedByTheAgent(t *testing.T) {
	e := start(t)
	c := e.as(e.here.agent)
	wrap := func() {
		e.tx(func(tx *models.Tx) error {
			return tx.StartWrapUp(models.WrapUp{WorkspaceID: e.here.id, AgentID: e.here.agent.agent, CallID: e.here.call, ConversationID: e.here.conversation, At: e.clock.now(), Until: e.clock.now().Add(time.Minute)})
		})
		if me := into[api.Me](c.do("GET", "/me", "").want(200)); me.WrapUpUntil == nil {
			t.Fatalf("no wrap-up: %+v", me)
		}
	}
	over := func(what string) {
		t.Helper()
		if me := into[api.Me](c.do("GET", "/me", "").want(200)); me.WrapUpUntil != nil {
			t.Errorf("%s does not end the wrap-up", what)
		}
	}
	wrap()
	for _, words := range []string{`{"wrapUp":false}`, `{"manualStatus":"available"}`, `{"away":false}`} {
		c.do("PATCH", "/me", words).want(200)
		over(words)
		wrap()
	}
	for _, state := range []string{"closed", "snoozed"} {
		c.do("PATCH", "/conversations/"+e.here.conversation, `{"state":"open"}`).want(200)
		wrap()
		other, _ := e.addCall(e.here, e.here.contact, "", "ended")
		c.do("PATCH", "/conversations/"+other, `{"state":"closed"}`).want(200)
		if me := into[api.Me](c.do("GET", "/me", "").want(200)); me.WrapUpUntil == nil {
			t.Error("closing another conversation ends the wrap-up")
		}
		before := e.agentsChanged(e.here.id)
		c.do("PATCH", "/conversations/"+e.here.conversation, fmt.Sprintf(`{"state":%q}`, state)).want(200)
		over(state)
		if e.agentsChanged(e.here.id) == before {
			t.Errorf("%s: nobody was told that an agent may be free", state)
		}
	}
}

func TestAgentIsChangedByAdmins_IN_4_OUT_1_CALL_7(t *testing.T) {
	e := start(t)
	c := e.as(e.here.admin)
	other := into[api.Team](c.do("POST", "/teams", `{"name":"Sales"}`).want(201))
	body := fmt.Sprintf(`{"seat":false,"placesCalls":true,"supervises":true,"ringSeconds":30,"skills":{"english":3,"billing":9},"teams":[%q,%q],"role":"admin"}`,
		other.Id, e.here.team)
	before := e.agentsChanged(e.here.id)
	a := into[api.Agent](c.do("PATCH", "/agents/"+e.here.agent.agent, body).want(200))
	if a.Seat || !a.PlacesCalls || !a.Supervises || a.RingSeconds != 30 || a.Skills["english"] != 3 || a.Skills["billing"] != 9 ||
		len(a.Teams) != 2 || a.Role != "admin" {
		t.Errorf("agent: %+v", a)
	}
	if e.agentsChanged(e.here.id) == before {
		t.Error("nobody was told that an agent may be free")
	}
	a = into[api.Agent](c.do("PATCH", "/agents/"+e.here.agent.agent, `{"teams":[],"skills":{},"ringSeconds":0}`).want(200))
	if len(a.Teams) != 0 || len(a.Skills) != 0 || a.RingSeconds != 0 || !a.PlacesCalls {
		t.Errorf("agent: %+v", a)
	}
}

func TestRoleRules(t *testing.T) {
	e := start(t)
	owner, admin, key, agent := e.as(e.here.owner), e.as(e.here.admin), e.key(e.here), e.as(e.here.agent)
	at := func(p *person) string { return "/agents/" + p.agent }
	for _, tc := range []struct {
		who    *client
		what   *person
		body   string
		status int
	}{
		{agent, e.here.agent, `{"placesCalls":true}`, 403},
		{admin, e.here.owner, `{"role":"agent"}`, 403},
		{admin, e.here.owner, `{"seat":false}`, 403},
		{key, e.here.owner, `{"role":"admin"}`, 403},
		{admin, e.here.agent, `{"role":"owner"}`, 403},
		{key, e.here.agent, `{"role":"owner"}`, 403},
		{owner, e.here.owner, `{"role":"admin"}`, 409}, // the last one
		{admin, e.here.agent, `{"role":"admin"}`, 200},
		{admin, e.here.agent, `{"role":"agent"}`, 200},
		{owner, e.here.admin, `{"role":"owner"}`, 200},
		{owner, e.here.owner, `{"role":"agent"}`, 200},
		{owner, e.here.agent, `{"seat":true}`, 403}, // no owner any more
	} {
		if a := tc.who.do("PATCH", at(tc.what), tc.body); a.status != tc.status {
			t.Errorf("%s of %s: %d, want %d: %s", tc.body, tc.what.email, a.status, tc.status, a.body)
		}
	}
}

func TestBadAgentsAndMe(t *testing.T) {
	e := start(t)
	c := e.as(e.here.admin)
	many := make([]string, 21)
	for i := range many {
		many[i] = fmt.Sprintf(`"s%d":1`, i)
	}
	for name, tc := range map[string]struct{ path, body, field, says string }{
		"unknown status":       {"/me", `{"manualStatus":"lunch"}`, "manualStatus", "available, meal, rest"},
		"two spellings":        {"/me", `{"manualStatus":"meal","away":true}`, "away", "only one"},
		"end without dnd":      {"/me", `{"dndUntil":"2100-01-01T00:00:00Z"}`, "dndUntil", "dnd: true"},
		"end with dnd off":     {"/me", `{"dnd":false,"dndUntil":"2100-01-01T00:00:00Z"}`, "dndUntil", "dnd: true"},
		"end in the past":      {"/me", `{"dnd":true,"dndUntil":"2001-01-01T00:00:00Z"}`, "dndUntil", "future"},
		"end is no moment":     {"/me", `{"dnd":true,"dndUntil":"tomorrow"}`, "dndUntil", "2026-12-31T15:00:00Z"},
		"end on no day":        {"/me", `{"dnd":true,"dndUntil":"2100-02-30T00:00:00Z"}`, "dndUntil", "2026-12-31T15:00:00Z"},
		"wrap-up on":           {"/me", `{"wrapUp":true}`, "wrapUp", "must be one of false"},
		"ring time too short":  {"/agents/" + e.here.agent.agent, `{"ringSeconds":4}`, "ringSeconds", "5 to 120"},
		"ring time too long":   {"/agents/" + e.here.agent.agent, `{"ringSeconds":121}`, "ringSeconds", "0 to 120"},
		"skill level 10":       {"/agents/" + e.here.agent.agent, `{"skills":{"english":10}}`, "skills.english", "1 to 9"},
		"skill level 1.5":      {"/agents/" + e.here.agent.agent, `{"skills":{"english":1.5}}`, "skills.english", "integer"},
		"skill without a name": {"/agents/" + e.here.agent.agent, `{"skills":{" ":1}}`, "skills", "needs a name"},
		"too many skills":      {"/agents/" + e.here.agent.agent, `{"skills":{` + strings.Join(many, ",") + `}}`, "skills", "at most 20"},
		"unknown role":         {"/agents/" + e.here.agent.agent, `{"role":"boss"}`, "role", "owner, admin, agent"},
	} {
		t.Run(name, func(t *testing.T) {
			p := c.do("PATCH", tc.path, tc.body).problem(400, api.ProblemCodeInvalid)
			if p.Field == nil || *p.Field != tc.field || !strings.Contains(p.Title, tc.says) {
				t.Errorf("%+v; want field %q, saying %q", p, tc.field, tc.says)
			}
		})
	}
	c.do("PATCH", "/agents/"+e.here.agent.agent, fmt.Sprintf(`{"teams":[%q]}`, e.away.team)).problem(400, api.ProblemCodeInvalid)
	if a := into[api.AgentList](c.do("GET", "/agents", "")); !slices.ContainsFunc(a.Items, func(a api.Agent) bool { return len(a.Teams) == 1 }) {
		t.Error("a refused change was made in part")
	}
}
