package api_test

import (
	"strings"
	"testing"
	"time"

	"ringdesk/api"
	"ringdesk/controller/call"
	"ringdesk/models"
)

// rowOf is a conversation as a list shows it.
func rowOf(t *testing.T, c *client, list, id string) *api.ConversationSummary {
	t.Helper()
	for _, row := range into[api.ConversationList](c.do("GET", "/conversations?list="+list, "").want(200)).Items {
		if row.Id == id {
			return &row
		}
	}
	return nil
}

// A row says who waits at which place, how the latest call ended, and who called
// back after a missed one.
//
// Covers: INBOX-1, INBOX-4, MISS-5
func TestRows_INBOX_1_MISS_5(t *testing.T) {
	e := start(t)
	agent := e.as(e.here.agent)
	wait := func(rank int64) func(*call.Call) {
		return func(c *call.Call) { c.State, c.Rank, c.AnsweredAt, c.Agents = call.Queued, rank, time.Time{}, nil }
	}
	second, _ := e.addCall(e.here, e.here.contact, "", call.Queued, wait(20))
	first, _ := e.addCall(e.here, e.here.contact, "", call.Queued, wait(10))
	e.addCall(e.away, e.away.contact, "", call.Queued, wait(5))
	waiting := into[api.ConversationList](agent.do("GET", "/conversations?list=waiting", "").want(200)).Items
	if len(waiting) != 2 || waiting[0].Id != first || waiting[1].Id != second {
		t.Fatalf("waiting: %+v", waiting)
	}
	for i, row := range waiting {
		if q := row.LastCall.Queue; row.LastCall.State != "queued" || q == nil || q.Position != i+1 || row.LastCall.WaitSeconds != nil {
			t.Errorf("place %d: %+v", i+1, row.LastCall)
		}
	}
	ended, _ := e.addCall(e.here, e.here.contact, "", call.Ended, func(c *call.Call) { c.Outcome = call.Answered })
	if row := rowOf(t, agent, "all", ended); row == nil || row.LastCall.State != "ended" || *row.LastCall.Outcome != "answered" || *row.LastCall.WaitSeconds != 1 || row.LastCall.Queue != nil {
		t.Errorf("ended: %+v", row)
	}
	missed, id := e.addCall(e.here, e.here.contact, "+821012345678", call.Missed)
	if row := rowOf(t, agent, "missed", missed); row == nil || row.LastCall.MissedHandledAt != nil || row.LastCall.MissedHandledBy != nil || *row.MissedReason != "userLeft" {
		t.Errorf("missed: %+v", row)
	}
	at := time.Now().UTC().Truncate(time.Microsecond)
	e.tx(func(tx *models.Tx) error {
		_, err := tx.HandleMissed(e.here.id, id, e.here.owner.agent, at)
		return err
	})
	if row := rowOf(t, agent, "missed", missed); row == nil || row.LastCall.MissedHandledAt == nil || !row.LastCall.MissedHandledAt.Equal(at) ||
		row.LastCall.MissedHandledBy.Name != "Moa owner" {
		t.Errorf("called back: %+v", row)
	}
	if row := rowOf(t, agent, "waiting", missed); row != nil {
		t.Errorf("a missed call waits: %+v", row)
	}
}

// A mention tells its colleague alone, at once; the conversation stands in their
// list and count until they have read it, and they are in it.
//
// Covers: INBOX-3
func TestMention_INBOX_3(t *testing.T) {
	e := start(t)
	author, colleague, other := e.as(e.here.agent), e.as(e.here.owner), e.as(e.here.admin)
	theirs, others := colleague.live(), other.live()
	theirs.snapshot()
	others.snapshot()
	mentions := func(c *client) int {
		t.Helper()
		return *into[api.ConversationCounts](c.do("GET", "/conversations/counts", "").want(200)).Mentions
	}
	author.do("POST", "/conversations/"+e.here.conversation+"/notes", `{"text":"please look","mentions":["`+e.here.owner.agent+`","`+e.here.agent.agent+`"]}`).want(201)
	m := theirs.next("the notice", func(m message) bool { return m.Topic == "notice" })
	for _, part := range []string{`"kind":"mention"`, `"conversationId":"` + e.here.conversation, `"read":false`, `"name":"Moa agent"`} {
		if !strings.Contains(string(m.Data), part) {
			t.Errorf("the notice has no %s: %s", part, m.Data)
		}
	}
	if row := rowOf(t, colleague, "mentions", e.here.conversation); row == nil || row.Unread == nil || !*row.Unread {
		t.Errorf("in the list: %+v", row)
	}
	if n := mentions(colleague); n != 1 {
		t.Errorf("%d counted", n)
	}
	v := into[api.Conversation](author.do("GET", "/conversations/"+e.here.conversation, "").want(200))
	if len(v.Members) != 1 || v.Members[0].Id != e.here.owner.agent || v.Members[0].Name != "Moa owner" {
		t.Errorf("members: %+v", v.Members)
	}
	for name, c := range map[string]*client{"who wrote it": author, "somebody else": other} {
		if row := rowOf(t, c, "mentions", e.here.conversation); row != nil || mentions(c) != 0 {
			t.Errorf("%s: %+v", name, row)
		}
	}
	colleague.do("POST", "/conversations/"+e.here.conversation+"/read", "").want(204)
	theirs.next("that it is read", func(m message) bool { return m.Topic == "notice" && strings.Contains(string(m.Data), `"read":true`) })
	if row := rowOf(t, colleague, "mentions", e.here.conversation); row == nil || *row.Unread || mentions(colleague) != 0 {
		t.Errorf("after it was read: %+v", row)
	}
	other.do("PUT", "/contacts/"+e.here.contact, `{"name":"Last"}`).want(200)
	others.next("what came later", func(m message) bool { return strings.Contains(string(m.Data), "Last") })
	for _, m := range others.all() {
		if m.Topic == "notice" {
			t.Errorf("somebody else was told: %s", m.Data)
		}
	}
	e.key(e.here).do("GET", "/conversations?list=mentions", "").want(403)
	e.key(e.here).do("POST", "/conversations/"+e.here.conversation+"/read", "").want(403)
}

// Who is given a conversation by somebody else has it unread; who takes it
// themselves has not.
//
// Covers: INBOX-4
func TestAssignedIsUnread_INBOX_4(t *testing.T) {
	e := start(t)
	agent, owner := e.as(e.here.agent), e.as(e.here.owner)
	given, _ := e.addCall(e.here, e.here.contact, "", call.Missed)
	taken, _ := e.addCall(e.here, e.here.contact, "", call.Missed)
	owner.do("PATCH", "/conversations/"+given, `{"assigneeId":"`+e.here.agent.agent+`"}`).want(200)
	agent.do("PATCH", "/conversations/"+taken, `{"assigneeId":"`+e.here.agent.agent+`"}`).want(200)
	for id, want := range map[string]bool{given: true, taken: false} {
		if row := rowOf(t, agent, "mine", id); row == nil || *row.Unread != want {
			t.Errorf("unread, want %t: %+v", want, row)
		}
	}
}

// No customer can be sent a message, whoever asks.
//
// Covers: INBOX-2
func TestNoMessages_INBOX_2(t *testing.T) {
	e := start(t)
	for name, c := range map[string]*client{"agent": e.as(e.here.agent), "API key": e.key(e.here)} {
		a := c.do("POST", "/conversations/"+e.here.conversation+"/messages", `{"text":"Hello"}`).want(409)
		if p := into[api.Problem](a); p.Code != "conflict" || !strings.Contains(p.Title, "Phone conversations cannot message the customer") {
			t.Errorf("%s: %+v", name, p)
		}
	}
	if v := into[api.Conversation](e.as(e.here.agent).do("GET", "/conversations/"+e.here.conversation, "").want(200)); len(v.Notes) != 0 {
		t.Errorf("it became a note: %+v", v.Notes)
	}
}

// A cursor leads on in the list and order that it is of, and in no other.
//
// Covers: INBOX-4, INBOX-5
func TestListCursors_INBOX_4(t *testing.T) {
	e := start(t)
	agent := e.as(e.here.agent)
	for range 5 {
		e.addCall(e.here, e.here.contact, "", call.Missed)
	}
	for _, query := range []string{"list=missed", "list=missed&sort=oldest", "list=missed&from=2020-01-01T00:00:00Z", "reason=userLeft&direction=inbound&kind=phone"} {
		seen, next := map[string]bool{}, ""
		for range 4 {
			page := into[api.ConversationList](agent.do("GET", "/conversations?limit=2&"+query+next, "").want(200))
			for _, row := range page.Items {
				seen[row.Id] = true
			}
			if page.Next == nil {
				break
			}
			next = "&cursor=" + *page.Next
			if query != "list=missed" {
				agent.do("GET", "/conversations?list=missed"+next, "").want(400)
			}
		}
		if len(seen) != 5 {
			t.Errorf("%s: %d rows, want 5", query, len(seen))
		}
	}
	for _, query := range []string{"list=nothing", "list=team-", "list=Mine", "sort=up", "kind=letter", "from=yesterday", "reason=none"} {
		agent.do("GET", "/conversations?"+query, "").want(400)
	}
}
