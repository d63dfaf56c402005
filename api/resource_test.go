package api_test

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"ringdesk/api"
	"ringdesk/controller/call"
	"ringdesk/controller/engine"
	"ringdesk/controller/exchange"
	"ringdesk/controller/reason"
	"ringdesk/dialplan"
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

// A caller who waited as long as one may is shown with the limit of that time, whatever
// it is set to now.
//
// Covers: IN-6, MISS-1.
func TestWaitLimitIsTheOneOfItsTime_MISS_1(t *testing.T) {
	e := start(t)
	_, id := e.addCall(e.here, e.here.contact, "+821012345678", call.Missed, func(c *call.Call) {
		c.MissedReason, c.QueuedAt, c.Plan.QueueSeconds = dialplan.AbandonedInQueue, c.StartedAt.Add(time.Second), 5400
	})
	_, other := e.addCall(e.here, e.here.contact, "+821012345678", call.Missed)
	c := e.as(e.here.agent)
	if got := into[api.Call](c.do("GET", "/calls/"+id, "").want(200)); got.WaitLimitSeconds == nil || *got.WaitLimitSeconds != 5400 {
		t.Errorf("the limit is %v, want 5400 s", got.WaitLimitSeconds)
	}
	if got := into[api.Call](c.do("GET", "/calls/"+other, "").want(200)); got.WaitLimitSeconds != nil {
		t.Errorf("who hung up is said to have waited %d s, the longest", *got.WaitLimitSeconds)
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
		r.Outcome, r.QueueRank, r.TeamID = columns.Outcome, columns.QueueRank, columns.TeamID
		r.MissedHandledAt, r.MissedHandledBy = columns.MissedHandledAt, columns.MissedHandledBy
		e.tx(func(tx *models.Tx) error {
			return errors.Join(tx.AddCall(r), tx.PutParticipants(exchange.Participants(nil, &c, now)))
		})
		return c.ID
	}
	later := add(models.Call{QueueRank: 20}, func(*call.Call) {})
	first := add(models.Call{QueueRank: 10, TeamID: e.here.team}, func(*call.Call) {})
	busy := add(models.Call{Outcome: "busy"}, func(c *call.Call) {
		c.Direction, c.To, c.State, c.EndedAt = "outbound", "+81312345678", call.Ended, c.StartedAt.Add(3*time.Second)
	})
	back := add(models.Call{MissedHandledAt: models.At(handled), MissedHandledBy: e.here.owner.agent}, func(c *call.Call) { c.State = call.Missed })
	c := e.as(e.here.agent)
	get := func(id string) api.Call { t.Helper(); return into[api.Call](c.do("GET", "/calls/"+id, "").want(200)) }
	if a, b := get(first), get(later); a.Queue == nil || a.Queue.Position != 1 || b.Queue == nil || b.Queue.Position != 2 || a.Team.Name != "Support" ||
		b.Team != nil || a.WaitMs != nil {
		t.Errorf("waiting: %+v and %+v", a, b)
	}
	if got := get(busy); *got.Outcome != "busy" || *got.WaitMs != 3000 || got.Queue != nil || got.Participants[0].Name != "+81312345678" {
		t.Errorf("busy: %+v", got)
	}
	if got := get(back); got.MissedHandledAt == nil || !got.MissedHandledAt.Equal(handled) || got.MissedHandledBy.Name != "Moa owner" {
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

// What the carrier says of a caller is shown as such: the address of one without a
// number, and the display name, which is never the contact's name.
//
// Covers: IN-1, IN-7
func TestCarriersWord_IN_7(t *testing.T) {
	e := start(t)
	var contact models.FullContact
	e.tx(func(tx *models.Tx) (err error) {
		contact, err = tx.ContactOfCaller(e.here.id, models.Caller{Address: "bob@pbx.example", Name: "Bob"}, models.At(time.Now()))
		return err
	})
	_, id := e.addCall(e.here, contact.ID, "", call.Missed, func(c *call.Call) { c.CallerAddress, c.CallerName = "bob@pbx.example", "Bob" })
	got := into[api.Call](e.as(e.here.agent).do("GET", "/calls/"+id, "").want(200))
	if *got.CallerAddress != "bob@pbx.example" || *got.CallerName != "Bob" || got.From != "" || got.Participants[0].Name != "bob@pbx.example" ||
		got.Contact.Name != "" || *got.Contact.CallerAddress != "bob@pbx.example" || *got.Contact.CallerName != "Bob" {
		t.Errorf("%+v", got)
	}
	plain := into[api.Contact](e.as(e.here.agent).do("GET", "/contacts/"+e.here.contact, "").want(200))
	if plain.CallerAddress != nil || plain.CallerName != nil {
		t.Errorf("%+v", plain)
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
		"done":                 {nil, 200},
		"refused":              {&call.RefusedError{Why: reason.Of(reason.OnlyPhoneHolds, "Only phone calls can be put on hold.")}, 409},
		"over":                 {models.ErrNotFound, 409},
		"broken":               {errors.New("disk"), 500},
		"another controller's": {&exchange.ElsewhereError{Owner: "another"}, 503},
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

// Covers: INBOX-3 (notes with mentions).
func TestNotesOnly(t *testing.T) {
	e := start(t)
	c := e.as(e.here.agent)
	at := "/conversations/" + e.here.conversation
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

// A search finds what was written a moment ago in the same answer as what it stands
// in, and nothing of other workspaces.
//
// Covers: INBOX-5
func TestSearch_INBOX_5(t *testing.T) {
	e := start(t)
	c := e.as(e.here.agent)
	id := into[api.Contact](c.do("POST", "/contacts", `{"name":"최서연","numbers":["010-5566-1212"],"email":"seoyeon@example.com","profile":{"city":"제주"}}`).want(201)).Id
	conversation, _ := e.addCall(e.here, id, "+821055661212", call.Ended)
	c.do("POST", "/conversations/"+conversation+"/notes", `{"text":"카드로 결제한 환불은 언제 되나요?"}`).want(201)
	for q, want := range map[string]api.SearchMatch{
		"환불":            {Where: "note", Before: "카드로 결제한 ", Found: "환불", After: "은 언제 되나요?"},
		"서연":            {Where: "name", Before: "최", Found: "서연"},
		"010 5566-12":   {Where: "number", Before: "+", Found: "8210556612", After: "12"},
		"+82105566":     {Where: "number", Before: "+", Found: "82105566", After: "1212"},
		"SEOYEON":       {Where: "email", Found: "seoyeon", After: "@example.com"},
		"제주":            {Where: "profile", Found: "제주"},
		"서연 환불 제주 5566": {Where: "note", Before: "카드로 결제한 ", Found: "환불", After: "은 언제 되나요?"},
	} {
		found := into[api.SearchResult](c.do("GET", "/search?q="+url.QueryEscape(q), "").want(200))
		if len(found.Conversations) != 1 || found.Conversations[0].Id != conversation || found.Conversations[0].Match == nil || *found.Conversations[0].Match != want {
			t.Errorf("%s: %+v", q, found.Conversations)
		}
		if n := len(found.Contacts); (n == 1) == (want.Where == "note") || n == 1 && *found.Contacts[0].Match != want {
			t.Errorf("%s: contacts %+v", q, found.Contacts)
		}
		list := into[api.ConversationList](c.do("GET", "/conversations?q="+url.QueryEscape(q), "").want(200))
		if len(list.Items) != 1 || *list.Items[0].Match != want {
			t.Errorf("%s: list %+v", q, list.Items)
		}
		if got := into[api.ConversationList](c.do("GET", "/conversations?list=missed&q="+url.QueryEscape(q), "").want(200)); len(got.Items) != 0 {
			t.Errorf("%s: %d in another list", q, len(got.Items))
		}
		if abroad := into[api.SearchResult](e.as(e.away.agent).do("GET", "/search?q="+url.QueryEscape(q), "").want(200)); len(abroad.Contacts)+len(abroad.Conversations) != 0 {
			t.Errorf("%s is found in another workspace: %+v", q, abroad)
		}
	}
	if got := into[api.ConversationList](c.do("GET", "/conversations", "").want(200)); got.Items[0].Match != nil {
		t.Errorf("a match without a search: %+v", got.Items[0])
	}
	if p := c.do("GET", "/search?q=", "").problem(400, api.ProblemCodeInvalid); *p.Field != "q" {
		t.Errorf("an empty search: %+v", p)
	}
}

// Contacts stand in the order of their names, page by page, from any initial on.
//
// Covers: OUT-4
func TestContactsByName_OUT_4(t *testing.T) {
	e := start(t)
	c := e.as(e.here.agent)
	for _, name := range []string{"이영희", "Anna", "최서연", "김철수", "émile", "꽃집", "3M", "bob", "강남점"} {
		c.do("POST", "/contacts", fmt.Sprintf(`{"name":%q}`, name)).want(201)
	}
	want := []string{"강남점", "김철수", "꽃집", "이영희", "최서연", "Anna", "bob", "émile", "3M", ""}
	for from, want := range map[string][]string{"": want, "ㄱ": want, "ㅇ": want[3:], "ㅎ": want[5:], "B": want[6:], "#": want[8:], "*": want[9:], "?": want} {
		var got []string
		for next := ""; ; {
			list := into[api.ContactList](c.do("GET", "/contacts?order=name&limit=3&from="+url.QueryEscape(from)+next, "").want(200))
			for _, item := range list.Items {
				got = append(got, item.Name)
			}
			if list.Next == nil {
				break
			}
			next = "&cursor=" + *list.Next
		}
		if !slices.Equal(got, want) {
			t.Errorf("from %q: %q, want %q", from, got, want)
		}
	}
	is := into[api.InitialList](c.do("GET", "/contact-initials", "").want(200))
	if got := fmt.Sprint(is.Items); got != "[{3 ㄱ} {1 ㅇ} {1 ㅊ} {1 A} {1 B} {1 E} {1 #} {1 *}]" {
		t.Errorf("initials %s", got)
	}
	if got := into[api.ContactList](c.do("GET", "/contacts?order=name&q="+url.QueryEscape("영희"), "").want(200)); len(got.Items) != 1 {
		t.Errorf("search by name: %+v", got)
	}
}

// A file goes in, is looked at, read in, and says what was left out; two contacts of
// it are merged and made two again.
//
// Covers: OUT-4
func TestImportAndMerge_OUT_4(t *testing.T) {
	e := start(t)
	admin, agent := e.as(e.here.admin), e.as(e.here.agent)
	file := "\xc0\xcc\xb8\xa7;\xc0\xfc\xc8\xad\r\nKim;010-7777-6666\r\nLee;hello\r\n" // 이름 and 전화 in CP949, Excel's semicolons
	agent.with("Content-Type", "application/octet-stream").do("POST", "/contact-imports", file).problem(403, api.ProblemCodeForbidden)
	p := into[api.ImportPreview](admin.with("Content-Type", "application/octet-stream").do("POST", "/contact-imports?name=a.csv", file).want(201))
	if p.Encoding != "cp949" || p.Total != 2 || len(p.Rows) != 2 || p.Columns[0] != (api.ImportColumn{Name: "이름", Is: "name"}) || p.Columns[1].Is != "number" {
		t.Errorf("preview: %+v", p)
	}
	if got := into[api.ContactList](admin.do("GET", "/contacts?q=kim", "").want(200)); len(got.Items) != 0 {
		t.Error("a preview has changed the contacts")
	}
	i := into[api.Import](admin.do("POST", "/contact-imports/"+p.Id+"/start", `{"columns":["name","number"]}`).want(200))
	if i.State != "running" || i.Total != 2 || i.Name != "a.csv" {
		t.Errorf("import: %+v", i)
	}
	admin.with("Content-Type", "application/octet-stream").do("POST", "/contact-imports", "\x00\x01").problem(400, api.ProblemCodeInvalid)
	report := admin.do("GET", "/contact-imports/"+p.Id+"/report?language=ko", "").want(200)
	if ct := report.header.Get("Content-Type"); ct != "text/csv" || !strings.Contains(report.header.Get("Content-Disposition"), ".csv") {
		t.Errorf("report: %v", report.header)
	}
	if out := admin.do("GET", "/contact-export?language=en", "").want(200); !strings.HasPrefix(string(out.body), "\ufeffname,email,phone1,") {
		t.Errorf("export: %s", out.body)
	}
	kept := into[api.Contact](agent.do("POST", "/contacts", `{"name":"Kim","numbers":["010-7777-6666"]}`).want(201))
	gone := into[api.Contact](agent.do("POST", "/contacts", `{"name":"Kim M","numbers":["010-7777-5555"],"email":"kim@example.com"}`).want(201))
	m := into[api.MergeResult](agent.do("POST", "/contacts/"+kept.Id+"/merge", fmt.Sprintf(`{"contactId":%q,"email":"kim@example.com"}`, gone.Id)).want(200))
	if m.Contact.Name != "Kim" || m.Contact.Email != "kim@example.com" || len(m.Contact.Numbers) != 2 {
		t.Errorf("merged: %+v", m)
	}
	if got := into[api.Contact](agent.do("GET", "/contacts/"+gone.Id, "").want(200)); got.Id != kept.Id {
		t.Errorf("an old link leads to %+v", got)
	}
	agent.do("POST", "/contact-merges/"+m.MergeId+"/undo", "").want(200)
	if got := into[api.Contact](agent.do("GET", "/contacts/"+gone.Id, "").want(200)); got.Id != gone.Id || len(got.Numbers) != 1 {
		t.Errorf("undone: %+v", got)
	}
	changed := into[api.Contact](agent.do("PATCH", "/contacts/"+gone.Id, `{"profile":{"plan":"gold"}}`).want(200))
	if changed.Name != "Kim M" || changed.Email != "kim@example.com" || changed.Profile[1].Value != "gold" {
		t.Errorf("changed: %+v", changed)
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
