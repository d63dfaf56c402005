package api_test

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"ringdesk/api"
	"ringdesk/controller/call"
	"ringdesk/controller/inbox"
	"ringdesk/controller/tasks"
	"ringdesk/models"
)

// works runs the durable work of the inbox until the test ends.
func (e *env) works() {
	work := &inbox.Inbox{Store: e.store, Now: time.Now}
	all := tasks.New(tasks.Options{Store: e.store, Log: slog.New(slog.NewTextHandler(e.t.Output(), nil))}, work.Tasks()...)
	e.store.OnCommit(func([]models.Change) { all.KickAll() })
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { add(e, all.Run(ctx)) })
	e.t.Cleanup(func() { cancel(); running.Wait() })
}

// A bulk action over several pages is told live until it is done, is begun once for
// one key, and can be undone where the rules allow.
//
// Covers: MISS-3, INBOX-4
func TestBulk_MISS_3_INBOX_4(t *testing.T) {
	e := start(t)
	e.works()
	agent := e.as(e.here.agent)
	done := func(id string) (b api.Bulk) {
		t.Helper()
		eventually(t, "it is done", func() bool {
			b = into[api.Bulk](agent.do("GET", "/bulk/"+id, "").want(200))
			return b.State == "done"
		})
		return b
	}
	const n = models.BulkPage + 20
	for range n {
		e.addCall(e.here, e.here.contact, "", call.Missed)
	}
	body := `{"action":"assign","assigneeId":"` + e.here.owner.agent + `","filter":{"list":"missed","direction":"inbound"}}`
	first := into[api.Bulk](agent.with("Idempotency-Key", "one").do("POST", "/conversations/bulk", body).want(202))
	again := into[api.Bulk](agent.do("POST", "/conversations/bulk", strings.Replace(body, "{", `{"key":"one",`, 1)).want(202))
	if first.Total != n || again.Id != first.Id {
		t.Errorf("%+v, and again %+v", first, again)
	}
	got := done(first.Id)
	if got.State != "done" || got.Processed != n || got.Changed != n || !got.Undoable || len(got.Refused) != 0 {
		t.Errorf("%+v", got)
	}
	if mine := into[api.ConversationCounts](e.as(e.here.owner).do("GET", "/conversations/counts", "").want(200)).Mine; *mine != n {
		t.Errorf("%d are the owner's", *mine)
	}
	undo := into[api.Bulk](agent.do("POST", "/bulk/"+first.Id+"/undo", "").want(202))
	if got := done(undo.Id); got.Changed != n || *got.UndoOf != first.Id || got.Undoable {
		t.Errorf("%+v", got)
	}
	if mine := into[api.ConversationCounts](e.as(e.here.owner).do("GET", "/conversations/counts", "").want(200)).Mine; *mine != 0 {
		t.Errorf("%d are still the owner's", *mine)
	}
	d := agent.live()
	d.snapshot()
	small := into[api.Bulk](agent.do("POST", "/conversations/bulk", `{"action":"close","ids":["`+e.here.conversation+`","unknown"]}`).want(202))
	d.next("that it is done", func(m message) bool {
		return m.Topic == "bulk" && strings.Contains(string(m.Data), small.Id) && strings.Contains(string(m.Data), `"state":"done"`) &&
			strings.Contains(string(m.Data), `"refused":{"noConversation":1}`)
	})
	for _, bad := range []string{`{"action":"close"}`, `{"action":"shut","ids":["x"]}`, `{"action":"close","filter":{"list":"nothing"}}`, `{"action":"close","ids":[]}`} {
		agent.do("POST", "/conversations/bulk", bad).want(400)
	}
	e.key(e.here).do("POST", "/conversations/bulk", `{"action":"close","filter":{"list":"mine"}}`).want(403)
}
