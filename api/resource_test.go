package api_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"ringdesk/api"
	"ringdesk/controller/call"
	"ringdesk/controller/engine"
	"ringdesk/models"
)

func TestMe(t *testing.T) {
	e := start(t)
	// The agent of one business is an agent of the other too.
	e.tx(func(tx *models.Tx) error {
		return tx.AddAgent(models.Agent{ID: models.NewID(), WorkspaceID: e.away.id, AccountID: e.here.agent.account, Name: "Guest", Role: "admin",
			CreatedAt: models.At(time.Now())})
	})
	c := e.as(e.here.agent)
	me := into[api.Me](c.do("PATCH", "/me", `{"locale":"en","takesPhone":false,"away":true}`).want(200))
	if me.Locale != "en" || me.TakesPhone || me.Status != "offline" || me.Role != "agent" || len(me.Workspaces) != 2 {
		t.Errorf("me: %+v", me)
	}
	if e.agentsChanged(e.here.id) == 0 {
		t.Error("nobody was told that an agent may be free")
	}
	me = into[api.Me](c.do("PATCH", "/me", fmt.Sprintf(`{"workspaceId":%q}`, e.away.id)).want(200))
	if me.Workspace.Id != e.away.id || me.Name != "Guest" || me.Role != "admin" || !me.TakesPhone == false {
		t.Errorf("me elsewhere: %+v", me)
	}
	// The whole session is there now.
	c.do("GET", "/contacts/"+e.away.contact, "").want(200)
	c.do("GET", "/contacts/"+e.here.contact, "").problem(404, api.ProblemCodeNotFound)
}

func TestAgents(t *testing.T) {
	e := start(t)
	c := e.as(e.here.owner)
	list := into[api.AgentList](c.do("GET", "/agents", "").want(200))
	var names []string
	for _, a := range list.Items {
		names = append(names, a.Name)
	}
	if !slices.Equal(names, []string{"Moa admin", "Moa agent", "Moa owner"}) {
		t.Errorf("names: %v", names)
	}
	a := into[api.Agent](c.do("PATCH", "/agents/"+e.here.agent.agent, `{"seat":false,"name":" Lee "}`).want(200))
	if a.Seat || a.Name != "Lee" || e.agentsChanged(e.here.id) != 1 {
		t.Errorf("agent: %+v", a)
	}
}

func TestCallIsShownWithItsParts(t *testing.T) {
	e := start(t)
	e.saveCall(e.here, e.here.call, func(c *call.Call) {
		c.Hold = &call.Hold{AgentID: e.here.agent.agent, Name: "agent", Since: time.Now()}
	})
	c := e.as(e.here.agent)
	got := into[api.Call](c.do("GET", "/calls/"+e.here.call, "").want(200))
	if got.State != "talking" || got.Number.Id != e.here.number || got.Contact.Id != e.here.contact || got.ConversationId != e.here.conversation ||
		got.AnsweredAt == nil || got.EndedAt != nil || got.MissedReason != nil || got.Hold == nil || got.Recording.State != "recording" {
		t.Errorf("call: %+v", got)
	}
	if ps := got.Participants; len(ps) != 2 || ps[0].Kind != "contact" || ps[0].Name != "+821012345678" || !ps[0].OnHold ||
		*ps[0].ContactId != e.here.contact || ps[1].Kind != "agent" || *ps[1].AgentId != e.here.agent.agent || ps[1].OnHold {
		t.Errorf("participants: %+v", got.Participants)
	}
	if p := got.Contact.Profile; len(p) != 4 || p[0].Key != "grade" || p[0].Value != "" || p[1].Value != "gold" {
		t.Errorf("profile: %+v", p)
	}
	journal := into[api.JournalList](c.do("GET", "/calls/"+e.here.call+"/journal", "").want(200))
	if len(journal.Items) != 1 || journal.Items[0].Seq != 1 || journal.Items[0].Data["from"] != "x" {
		t.Errorf("journal: %+v", journal)
	}
}

func TestCallShowsHowItWaitsAndEnds_IN_6_OUT_8_MISS_5(t *testing.T) {
	e := start(t)
	handled := time.Now().UTC().Truncate(time.Microsecond)
	add := func(columns models.Call, change func(*call.Call)) string {
		t.Helper()
		now := time.Now().UTC().Truncate(time.Microsecond)
		c := call.Call{ID: models.NewID(), WorkspaceID: e.here.id, ConversationID: e.here.conversation, NumberID: e.here.number, Kind: "phone",
			Direction: "inbound", From: "+821012345678", To: "+827076660003", State: call.Queued, StartedAt: now, Version: 1,
			Customer: call.Customer{Party: call.Party{ID: models.NewID(), State: call.PartyJoined}, ContactID: e.here.contact}}
		change(&c)
		r := row(e, c)
		r.Outcome, r.QueueRank, r.MissedHandledAt, r.TeamID = columns.Outcome, columns.QueueRank, columns.MissedHandledAt, columns.TeamID
		e.tx(func(tx *models.Tx) error { return tx.AddCall(r) })
		return c.ID
	}
	later := add(models.Call{QueueRank: 20}, func(*call.Call) {})
	first := add(models.Call{QueueRank: 10, TeamID: e.here.team}, func(*call.Call) {})
	busy := add(models.Call{Outcome: "busy"}, func(c *call.Call) {
		c.Direction, c.To, c.State, c.EndedAt = "outbound", "+81312345678", call.Ended, c.StartedAt.Add(3*time.Second)
	})
	back := add(models.Call{MissedHandledAt: models.At(handled)}, func(c *call.Call) { c.State = call.Missed })
	c := e.as(e.here.agent)
	get := func(id string) api.Call { t.Helper(); return into[api.Call](c.do("GET", "/calls/"+id, "").want(200)) }
	if a, b := get(first), get(later); a.Queue == nil || a.Queue.Position != 1 || b.Queue == nil || b.Queue.Position != 2 || a.Team.Name != "Support" ||
		b.Team != nil || a.WaitMs != nil {
		t.Errorf("waiting: %+v and %+v", a, b)
	}
	if got := get(busy); *got.Outcome != "busy" || *got.WaitMs != 3000 || got.Queue != nil || got.Participants[0].Name != "+81312345678" {
		t.Errorf("busy: %+v", got)
	}
	if got := get(back); got.MissedHandledAt == nil || !got.MissedHandledAt.Equal(handled) {
		t.Errorf("called back: %+v", got)
	}
}

func TestCustomersNameIsEmptyWhenWithheld(t *testing.T) {
	e := start(t)
	named := e.addContact(e.here.id, "Kim Minji", "+821055556666")
	for name, tc := range map[string]struct{ contact, from, want string }{
		"named":    {named, "+821055556666", "Kim Minji"},
		"withheld": {e.addContact(e.here.id, ""), "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			_, id := e.addCall(e.here, tc.contact, tc.from, call.Ended)
			got := into[api.Call](e.as(e.here.agent).do("GET", "/calls/"+id, "").want(200))
			if got.Participants[0].Name != tc.want {
				t.Errorf("name %q, want %q", got.Participants[0].Name, tc.want)
			}
		})
	}
}

func TestCallFilters(t *testing.T) {
	e := start(t)
	_, missed := e.addCall(e.here, e.here.contact, "+821012345678", call.Missed)
	other := e.addContact(e.here.id, "Other", "+821077778888")
	conversation, ended := e.addCall(e.here, other, "+821077778888", call.Ended)
	c := e.as(e.here.agent)
	for query, want := range map[string][]string{
		"":                                {ended, missed, e.here.call},
		"?live=true":                      {e.here.call},
		"?live=false":                     {ended, missed, e.here.call},
		"?missed=true":                    {missed},
		"?contactId=" + other:             {ended},
		"?conversationId=" + conversation: {ended},
		"?contactId=nobody":               {},
	} {
		got := []string{}
		for _, item := range into[api.CallList](c.do("GET", "/calls"+query, "").want(200)).Items {
			got = append(got, item.Id)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", query, got, want)
		}
	}
}

func TestActions(t *testing.T) {
	e := start(t)
	state := e.saveCall(e.here, e.here.call, func(*call.Call) {})
	for name, tc := range map[string]struct {
		answer error
		status int
	}{
		"done":    {nil, 200},
		"refused": {&call.RefusedError{Reason: "Only phone calls can be put on hold."}, 409},
		"over":    {models.ErrNotFound, 409},
		"broken":  {errors.New("disk"), 500},
	} {
		t.Run(name, func(t *testing.T) {
			e.calls.answer = func(call.Do) (call.Call, error) { return state, tc.answer }
			a := e.as(e.here.agent).do("POST", "/calls/"+e.here.call+"/hold", `{}`).want(tc.status)
			if tc.status == 200 {
				if got := into[api.Call](a); got.Id != e.here.call || len(got.Participants) != 2 {
					t.Errorf("call: %s", a.body)
				}
			}
			if name == "refused" && a.problem(409, api.ProblemCodeConflict).Title != "Only phone calls can be put on hold." {
				t.Errorf("title: %s", a.body)
			}
			if name == "broken" && a.problem(500, api.ProblemCodeInternal).Title == "disk" {
				t.Error("the cause was told")
			}
		})
	}
	e.calls.done = nil
	e.calls.answer = func(call.Do) (call.Call, error) { return state, nil }
	e.as(e.here.agent).do("POST", "/calls/"+e.here.call+"/dtmf", `{"digits":"1*#a"}`).want(200)
	if want := (call.Do{AgentID: e.here.agent.agent, Action: call.SendDTMF, Digits: "1*#A"}); !slices.Equal(e.calls.done, []call.Do{want}) {
		t.Errorf("done: %+v", e.calls.done)
	}
}

func TestTestCall(t *testing.T) {
	e := start(t)
	c := e.as(e.here.owner)
	c.do("POST", "/calls/test", fmt.Sprintf(`{"numberId":%q}`, e.here.number)).want(202)
	want := [2]string{"+821000000000", "+827076660003"}
	if len(e.engine.tests) != 1 || e.engine.tests[0] != want {
		t.Errorf("calls: %v, want %v", e.engine.tests, want)
	}
	e.engine.fail = &engine.Error{Op: "TestCall", Kind: engine.KindUnreachable, Err: errors.New("refused")}
	c.do("POST", "/calls/test", `{}`).problem(503, api.ProblemCodeUnavailable)
	e.as(e.here.agent).do("POST", "/phone", "").problem(503, api.ProblemCodeUnavailable)
	for _, country := range []string{"KR", "DE", "US", "JP", "XX"} {
		if n := models.TestCaller(country); n[0] != '+' {
			t.Errorf("%s: %q", country, n)
		} else if _, err := models.E164(n, country); err != nil {
			t.Errorf("%s: %q is no number", country, n)
		}
	}
}

func TestConversationLists(t *testing.T) {
	e := start(t)
	c := e.as(e.here.agent)
	open, _ := e.addCall(e.here, e.here.contact, "", call.Ended)
	c.do("PATCH", "/conversations/"+open, `{"assigneeId":""}`).want(200)
	missed, _ := e.addCall(e.here, e.here.contact, "", call.Missed)
	closed, _ := e.addCall(e.here, e.here.contact, "", call.Ended)
	c.do("PATCH", "/conversations/"+closed, `{"state":"closed"}`).want(200)
	for list, want := range map[string][]string{
		"all": {closed, missed, open, e.here.conversation}, "mine": {e.here.conversation}, "unassigned": {open},
		"open": {open, e.here.conversation}, "missed": {missed}, "closed": {closed},
	} {
		got := []string{}
		for _, item := range into[api.ConversationList](c.do("GET", "/conversations?list="+list, "").want(200)).Items {
			got = append(got, item.Id)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", list, got, want)
		}
	}
}

// Covers: MISS-2.
func TestMissedConversationIsClosedButNeverOpened(t *testing.T) {
	e := start(t)
	c := e.as(e.here.agent)
	id, _ := e.addCall(e.here, e.here.contact, "", call.Missed)
	set := func(body string) *answer { return c.do("PATCH", "/conversations/"+id, body) }
	set(`{"state":"open"}`).problem(409, api.ProblemCodeConflict)
	if got := into[api.Conversation](set(`{"state":"closed"}`).want(200)); got.State != "closed" || *got.MissedReason != "userLeft" {
		t.Errorf("conversation: %+v", got)
	}
	set(`{"state":"open"}`).problem(409, api.ProblemCodeConflict)
	got := into[api.Conversation](set(fmt.Sprintf(`{"assigneeId":%q}`, e.here.owner.agent)).want(200))
	if got.State != "closed" || got.Assignee == nil || got.Assignee.Name != "Moa owner" {
		t.Errorf("conversation: %+v", got)
	}
}

// Covers: INBOX-2: there is no way to send the customer of a phone
// conversation a message; INBOX-3: notes with mentions.
func TestNotesOnly(t *testing.T) {
	e := start(t)
	c := e.as(e.here.agent)
	at := "/conversations/" + e.here.conversation
	c.do("POST", at+"/messages", `{"text":"hello"}`).problem(404, api.ProblemCodeNotFound)
	body := fmt.Sprintf(`{"text":"  please call back ","mentions":[%q,%q]}`, e.here.owner.agent, e.here.owner.agent)
	note := into[api.Note](c.do("POST", at+"/notes", body).want(201))
	if note.Text != "please call back" || note.Author.Name != "Moa agent" || len(note.Mentions) != 1 || note.Mentions[0].Name != "Moa owner" {
		t.Errorf("note: %+v", note)
	}
	got := into[api.Conversation](c.do("GET", at, "").want(200))
	if len(got.Notes) != 1 || len(got.Calls) != 1 || got.LastNote == nil || *got.LastNote != "please call back" || !got.UpdatedAt.Equal(note.CreatedAt) {
		t.Errorf("conversation: %+v", got)
	}
}

func TestContacts(t *testing.T) {
	e := start(t)
	c := e.as(e.here.agent)
	made := into[api.Contact](c.do("POST", "/contacts",
		`{"name":" Kim Minji ","email":"kim@example.com","numbers":["010-2222-3333","+82 10 2222 3333","+49 30 123456"],"profile":{"plan":"gold","city":" "}}`).want(201))
	if made.Name != "Kim Minji" || made.Kind != "member" || !slices.Equal(made.Numbers, []string{"+821022223333", "+4930123456"}) ||
		made.Profile[1].Value != "gold" || made.Profile[2].Value != "" {
		t.Errorf("contact: %+v", made)
	}
	p := c.do("POST", "/contacts", `{"name":"Other","numbers":["01022223333"]}`).problem(409, api.ProblemCodeConflict)
	if want := "+821022223333 belongs to another contact: search for it and edit that one."; p.Title != want || *p.Field != "numbers" {
		t.Errorf("title %q", p.Title)
	}
	// The same number is free in another workspace.
	e.as(e.away.agent).do("POST", "/contacts", `{"name":"Other","numbers":["+821022223333"]}`).want(201)
	put := func(id, body string) api.Contact {
		t.Helper()
		return into[api.Contact](c.do("PUT", "/contacts/"+id, body).want(200))
	}
	if got := put(made.Id, `{"name":"Kim M."}`); got.Email != "kim@example.com" || len(got.Numbers) != 2 || got.Profile[1].Value != "gold" {
		t.Errorf("what was left out has changed: %+v", got)
	}
	if got := put(made.Id, `{"name":"Kim M.","email":"","numbers":[],"profile":{}}`); got.Email != "" || len(got.Numbers) != 0 || got.Profile[1].Value != "" {
		t.Errorf("what was emptied has not: %+v", got)
	}
	c.do("PUT", "/contacts/"+made.Id, `{"name":""}`).problem(400, api.ProblemCodeInvalid)
	for query, want := range map[string]int{"kim": 1, "kim%20m": 1, "%25": 0, "_": 0, "1234-5678": 1, "010-1234": 1, "nobody": 0} {
		if got := into[api.ContactList](c.do("GET", "/contacts?q="+query, "").want(200)); len(got.Items) != want {
			t.Errorf("q=%s: %d, want %d", query, len(got.Items), want)
		}
	}
}

func TestLeadWithANameIsAMember(t *testing.T) {
	e := start(t)
	c := e.as(e.here.agent)
	short := e.addContact(e.here.id, "", "114")
	for _, step := range []struct{ body, kind string }{
		{`{"name":"","numbers":["114"]}`, "lead"}, // a caller's short code stays
		{`{"name":"Inquiries","numbers":["114","02-123-4567"]}`, "member"},
	} {
		if got := into[api.Contact](c.do("PUT", "/contacts/"+short, step.body).want(200)); string(got.Kind) != step.kind || got.Numbers[0] != "114" {
			t.Errorf("%s: %+v", step.body, got)
		}
	}
	c.do("PUT", "/contacts/"+short, `{"name":"","numbers":[]}`).problem(400, api.ProblemCodeInvalid)
}

func TestNumbers(t *testing.T) {
	e := start(t)
	got := into[api.NumberList](e.as(e.here.agent).do("GET", "/numbers", "").want(200))
	if len(got.Items) != 1 || got.Items[0].Id != e.here.number || got.Items[0].Number != "+827076660003" || got.Items[0].Label != "Main" {
		t.Errorf("numbers: %+v", got)
	}
}
