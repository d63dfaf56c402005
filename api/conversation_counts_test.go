package api_test

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"testing"
	"time"

	"ringdesk/api"
	"ringdesk/controller/call"
	"ringdesk/models"
)

// Covers: INBOX-4
func TestConversationCounts_INBOX_4(t *testing.T) {
	e := start(t)
	agent := e.as(e.here.agent)
	var ended []string
	for i := range 6 {
		id, _ := e.addCall(e.here, e.here.contact, "", call.Ended)
		ended = append(ended, id)
		if i < 3 {
			e.addCall(e.here, e.here.contact, "", call.Missed)
		}
	}
	for id, body := range map[string]string{
		ended[0]: `{"assigneeId":""}`, ended[1]: fmt.Sprintf(`{"assigneeId":%q}`, e.here.owner.agent), ended[2]: `{"state":"closed"}`,
		ended[3]: `{"state":"snoozed"}`, ended[4]: fmt.Sprintf(`{"teamId":%q,"assigneeId":""}`, e.here.team),
	} {
		agent.do("PATCH", "/conversations/"+id, body).want(200)
	}
	for name, who := range map[string]*client{"agent": agent, "owner": e.as(e.here.owner), "another workspace's agent": e.as(e.away.agent), "API key": e.key(e.here)} {
		n := into[api.ConversationCounts](who.do("GET", "/conversations/counts", "").want(200))
		lists := map[string]int{"all": n.All, "unassigned": n.Unassigned, "open": n.Open, "missed": n.Missed, "waiting": n.Waiting, "snoozed": n.Snoozed, "closed": n.Closed}
		for team, n := range n.Teams {
			lists["team-"+team] = n
		}
		if len(n.Teams) != 1 {
			t.Errorf("%s: teams %v", name, n.Teams)
		}
		if n.Mine != nil {
			lists["mine"] = *n.Mine
		} else if name != "API key" {
			t.Errorf("%s: mine is not counted", name)
		}
		for list, got := range lists {
			if items := into[api.ConversationList](who.do("GET", "/conversations?list="+list, "").want(200)).Items; got != len(items) {
				t.Errorf("%s: %s: %d counted, the list has %d", name, list, got, len(items))
			}
		}
	}
	if n := into[api.ConversationCounts](e.key(e.here).do("GET", "/conversations/counts", "").want(200)); n.Mine != nil || n.Mentions != nil {
		t.Errorf("an API key has lists of its own: %+v", n)
	}
}

// Whoever asks after a change gets counts with it, also when nothing was counted
// in between, and what another workspace does changes nothing.
//
// Covers: INBOX-4
func TestCountsAreThoseOfNow_INBOX_4(t *testing.T) {
	e := start(t)
	agent := e.as(e.here.agent)
	missed := func() int {
		t.Helper()
		return into[api.ConversationCounts](agent.do("GET", "/conversations/counts", "").want(200)).Missed
	}
	var ids []string
	for i := range 5 {
		id, _ := e.addCall(e.here, e.here.contact, "", call.Missed)
		ids = append(ids, id)
		e.addCall(e.away, e.away.contact, "", call.Missed)
		if got := missed(); got != i+1 {
			t.Errorf("%d counted, want %d", got, i+1)
		}
	}
	for i, id := range ids {
		agent.do("PATCH", "/conversations/"+id, `{"state":"closed"}`).want(200)
		if got := missed(); got != len(ids)-1-i {
			t.Errorf("%d counted, want %d", got, len(ids)-1-i)
		}
	}
}

// BenchmarkInbox measures what the counts and the first page of each list cost
// in a workspace with 100,000 conversations, from request to answer.
func BenchmarkInbox(b *testing.B) {
	e := start(b)
	manyConversations(e, 100_000)
	for _, path := range []string{"counts", "?list=all&limit=50", "?list=mine&limit=50", "?list=unassigned&limit=50", "?list=open&limit=50", "?list=missed&limit=50",
		"?list=missed&reason=noOperator", "?list=closed&direction=outbound", "?kind=video", "?tag=rare", "?tag=frequent", "?from=2020-01-01T00:00:00Z&list=missed&sort=oldest", "?agent=" + e.here.agent.agent + "&list=closed", "?team=" + e.here.team + "&list=missed"} {
		b.Run(path, func(b *testing.B) {
			at := "/conversations" + path
			if path == "counts" {
				at = "/conversations/counts"
			}
			req, err := http.NewRequestWithContext(b.Context(), "GET", "http://"+e.host+"/api/v1"+at, http.NoBody)
			if err != nil {
				b.Fatal(err)
			}
			req.Header = e.as(e.here.agent).header
			for b.Loop() {
				res, err := http.DefaultTransport.RoundTrip(req)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := io.Copy(io.Discard, res.Body); err != nil || res.StatusCode != http.StatusOK {
					b.Fatal(res.Status, err)
				}
				add(e, res.Body.Close())
			}
		})
	}
}

// manyConversations adds conversations as a busy workspace has them after some
// weeks: nearly all are closed.
func manyConversations(e *env, n int) {
	random := rand.New(rand.NewPCG(1, 2))
	people := []*person{e.here.agent, e.here.owner, e.here.admin}
	now := time.Now()
	for from := 0; from < n; from += 1000 {
		e.tx(func(tx *models.Tx) error {
			for i := from; i < from+1000; i++ {
				at := models.At(now.Add(time.Duration(i-n) * time.Minute))
				c := models.Conversation{ID: models.NewID(), WorkspaceID: e.here.id, ContactID: e.here.contact, NumberID: &e.here.number, Kind: "phone",
					Direction: "inbound", State: "closed", TalkSeconds: 90, CreatedAt: at, UpdatedAt: at}
				switch p := random.IntN(100); {
				case p < 3:
					c.State = "open"
				case p < 6:
					c.State, c.MissedReason = "missed", "userLeft"
				}
				if random.IntN(4) > 0 {
					c.AssigneeID = &people[random.IntN(len(people))].agent
				}
				if random.IntN(2) == 0 {
					c.TeamID = &e.here.team
				}
				if err := tx.AddConversation(c); err != nil {
					return err
				}
				if random.IntN(1000) == 0 {
					add(e, tx.TagConversation(e.here.id, c.ID, "rare"))
				}
				if random.IntN(5) == 0 {
					add(e, tx.TagConversation(e.here.id, c.ID, "frequent"))
				}
			}
			return nil
		})
	}
}
