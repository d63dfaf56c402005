package api_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"ringdesk/api"
	"ringdesk/controller/call"
	"ringdesk/models"
)

func TestMissedIsNeverOpenOrSnoozed_MISS_2(t *testing.T) {
	e := start(t)
	c := e.as(e.here.agent)
	missed, _ := e.addCall(e.here, e.here.contact, "", call.Missed)
	set := func(id, state string) *answer {
		return c.do("PATCH", "/conversations/"+id, fmt.Sprintf(`{"state":%q}`, state))
	}
	for _, before := range []string{"missed", "closed"} {
		set(missed, "open").problem(409, api.ProblemCodeConflict)
		set(missed, "snoozed").problem(409, api.ProblemCodeConflict)
		if got := into[api.Conversation](c.do("GET", "/conversations/"+missed, "").want(200)); string(got.State) != before {
			t.Errorf("state %s, want %s", got.State, before)
		}
		set(missed, "closed").want(200)
	}
	for _, state := range []string{"snoozed", "closed", "open"} { // another one may
		if got := into[api.Conversation](set(e.here.conversation, state).want(200)); string(got.State) != state {
			t.Errorf("state %s, want %s", got.State, state)
		}
	}
}

func TestCloseMissed_MISS_3(t *testing.T) {
	e := start(t)
	c := e.as(e.here.agent)
	var missed []string
	for range 5 {
		id, _ := e.addCall(e.here, e.here.contact, "", call.Missed)
		missed = append(missed, id)
	}
	foreign, _ := e.addCall(e.away, e.away.contact, "", call.Missed)
	for _, step := range []struct {
		body   string
		closed int
	}{
		{fmt.Sprintf(`{"ids":[%q,%q,%q,"x"]}`, missed[0], e.here.conversation, foreign), 1},
		{fmt.Sprintf(`{"ids":[%q]}`, missed[0]), 0}, // closed already
		{`{"all":true}`, 4},
		{`{"all":true}`, 0},
	} {
		if got := into[api.CloseMissedResult](c.do("POST", "/conversations/close-missed", step.body).want(200)); got.Closed != step.closed {
			t.Errorf("%s closes %d, want %d", step.body, got.Closed, step.closed)
		}
	}
	if got := into[api.Conversation](c.do("GET", "/conversations/"+e.here.conversation, "").want(200)); got.State != "open" {
		t.Errorf("a conversation that was not missed is %s", got.State)
	}
	if got := into[api.Conversation](e.as(e.away.agent).do("GET", "/conversations/"+foreign, "").want(200)); got.State != "missed" {
		t.Errorf("another workspace's is %s", got.State)
	}
	for _, body := range []string{`{}`, `{"all":false}`, `{"ids":[]}`, fmt.Sprintf(`{"all":true,"ids":[%q]}`, missed[0])} {
		c.do("POST", "/conversations/close-missed", body).problem(400, api.ProblemCodeInvalid)
	}
}

// Closing a long list is one transaction, and the screens hear of each.
func TestCloseMissedManyAtOnce_MISS_3(t *testing.T) {
	e := start(t)
	const n = 1200
	e.tx(func(tx *models.Tx) error {
		for range n {
			now := models.At(time.Now())
			err := tx.AddConversation(models.Conversation{ID: models.NewID(), WorkspaceID: e.here.id, ContactID: e.here.contact, Kind: "phone",
				Direction: "inbound", State: "missed", MissedReason: "userLeft", CreatedAt: now, UpdatedAt: now})
			if err != nil {
				return err
			}
		}
		return nil
	})
	before, err := e.store.LastChange(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got := into[api.CloseMissedResult](e.as(e.here.agent).do("POST", "/conversations/close-missed", `{"all":true}`).want(200)); got.Closed != n {
		t.Errorf("closed %d, want %d", got.Closed, n)
	}
	after, err := e.store.LastChange(t.Context())
	if err != nil || after-before != n {
		t.Errorf("%d changes, want %d, %v", after-before, n, err)
	}
}

func TestConversationShowsTeamAndTags_INBOX_4(t *testing.T) {
	e := start(t)
	c := e.as(e.here.agent)
	set := func(team string) *answer {
		return c.do("PATCH", "/conversations/"+e.here.conversation, fmt.Sprintf(`{"teamId":%q}`, team))
	}
	got := into[api.Conversation](set(e.here.team).want(200))
	if got.Team == nil || got.Team.Name != "Support" || got.Tags == nil || len(got.Tags) != 0 {
		t.Errorf("conversation: %+v", got)
	}
	set(e.away.team).problem(400, api.ProblemCodeInvalid)
	if got = into[api.Conversation](set("").want(200)); got.Team != nil {
		t.Errorf("conversation: %+v", got)
	}
}

func TestBlocks_CALL_7(t *testing.T) {
	e := start(t)
	c := e.as(e.here.admin)
	blocked := func(number string) bool {
		t.Helper()
		var is bool
		e.tx(func(tx *models.Tx) (err error) {
			is, err = tx.Blocked(e.here.id, number, e.clock.now())
			return err
		})
		return is
	}
	b := into[api.Block](c.do("POST", "/blocks", `{"number":"010-5555-6666","days":3,"reason":" shouts "}`).want(201))
	if b.Number != "+821055556666" || b.Reason != "shouts" || b.By.Name != "Moa admin" || !b.Until.After(e.clock.now().Add(71*time.Hour)) || !blocked(b.Number) {
		t.Errorf("block: %+v", b)
	}
	again := into[api.Block](c.do("POST", "/blocks", `{"number":"+82 10 5555 6666","reason":"again"}`).want(201))
	if again.Id != b.Id || again.Until != nil || again.Reason != "again" {
		t.Errorf("block: %+v", again)
	}
	if list := into[api.BlockList](e.as(e.here.agent).do("GET", "/blocks", "").want(200)); len(list.Items) != 2 {
		t.Errorf("blocks: %+v", list)
	}
	c.do("DELETE", "/blocks/"+b.Id, "").want(204)
	c.do("DELETE", "/blocks/"+b.Id, "").problem(404, api.ProblemCodeNotFound)
	if blocked(b.Number) {
		t.Error("still blocked")
	}
	for text, want := range map[string]string{"bob.smith@PBX.example": "bob.smith@pbx.example", "7042": "7042"} { // no telephone numbers
		if b := into[api.Block](c.do("POST", "/blocks", `{"number":"`+text+`"}`).want(201)); !strings.HasSuffix(b.Number, want) || !blocked(b.Number) {
			t.Errorf("%s: %+v", text, b)
		}
	}
	for _, body := range []string{`{"number":"hello"}`, `{"number":"@pbx.example"}`, `{"number":"<sip:a@b>"}`, `{"number":"0012032530000"}`, `{"number":"010-1111-2222","days":0}`, `{"number":"010-1111-2222","days":366}`, `{"number":" "}`} {
		c.do("POST", "/blocks", body).problem(400, api.ProblemCodeInvalid)
	}
}
