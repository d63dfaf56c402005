package webhook_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"ringdesk/controller/journal"
	"ringdesk/controller/verb"
	"ringdesk/controller/webhook"
	"ringdesk/models"
	"ringdesk/testkit/database"
	"ringdesk/testkit/postgres"
)

var admin = verb.By{Workspace: "w", Agent: "a", Role: "admin"}

// rig is a store with a webhook whose receiver can be down, and a clock that is moved by hand.
type rig struct {
	t      *testing.T
	store  *models.Store
	sender *webhook.Sender
	verbs  *webhook.Webhooks
	hook   models.Webhook
	url    string

	mu   sync.Mutex
	now  time.Time
	down bool
	got  []received
}

type received struct {
	id     string
	header http.Header
	text   []byte
	body   webhook.Body
}

func newRig(t *testing.T) *rig {
	t.Helper()
	return newRigAt(t, database.Place(t), time.Date(2030, 3, 1, 9, 0, 0, 0, time.UTC))
}

// newRigAt makes a rig on a database, whose clock stands at a moment.
func newRigAt(t *testing.T, place string, now time.Time) *rig {
	t.Helper()
	store, err := models.Open(place)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	r := &rig{t: t, store: store, now: now}
	server := httptest.NewServer(http.HandlerFunc(r.serve))
	t.Cleanup(server.Close)
	r.url = server.URL
	guard := webhook.Guard{Allow: []string{"127.0.0.1"}}
	r.verbs = &webhook.Webhooks{Store: store, Now: r.clock, Guard: guard}
	r.restart()
	r.tx(func(tx *models.Tx) error {
		return errors.Join(tx.AddWorkspace(models.Workspace{ID: "w", Name: "Moa", Country: "KR", TimeZone: "Asia/Seoul", CreatedAt: models.At(r.now)}),
			tx.AddTrunk(models.Trunk{ID: "t", WorkspaceID: "w", Name: "t", Stored: "{}", CreatedAt: models.At(r.now)}, nil),
			tx.AddNumber(models.Number{ID: "n", WorkspaceID: "w", TrunkID: "t", Number: "+827076660001", CreatedAt: models.At(r.now)}),
			tx.AddContact(models.FullContact{Contact: models.Contact{ID: "c", WorkspaceID: "w", CreatedAt: models.At(r.now)}}))
	})
	r.hook = r.add()
	return r
}

// restart is a new process on the same database.
func (r *rig) restart() {
	r.sender = webhook.NewSender(webhook.Options{Store: r.store, Log: slog.New(slog.DiscardHandler), Guard: r.verbs.Guard, Owner: "one", Now: r.clock, Timeout: time.Minute})
}

func (r *rig) add(events ...string) models.Webhook {
	r.t.Helper()
	c := webhook.Change{Name: new("crm"), URL: new(r.url)}
	if len(events) > 0 {
		c.Events = &events
	}
	w, err := r.verbs.Add(r.t.Context(), admin, "w", c)
	if err != nil {
		r.t.Fatal(err)
	}
	return w
}

func (r *rig) serve(w http.ResponseWriter, req *http.Request) {
	text, err := io.ReadAll(req.Body)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.down || err != nil {
		http.Error(w, "down for repairs", http.StatusServiceUnavailable)
		return
	}
	g := received{id: req.Header.Get("webhook-id"), header: req.Header, text: text}
	if err := json.Unmarshal(text, &g.body); err != nil {
		r.t.Error(err)
	}
	r.got = append(r.got, g)
}

func (r *rig) clock() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.now
}

func (r *rig) set(down bool, later time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.down, r.now = down, r.now.Add(later)
}

func (r *rig) tx(do func(*models.Tx) error) {
	r.t.Helper()
	if err := r.store.Tx(r.t.Context(), do); err != nil {
		r.t.Fatal(err)
	}
}

// call makes a call with its journal.
func (r *rig) call(id string, entries ...journal.Entry) {
	r.t.Helper()
	at := models.At(r.clock())
	r.tx(func(tx *models.Tx) error {
		err := tx.AddConversation(models.Conversation{ID: "of " + id, WorkspaceID: "w", ContactID: "c", NumberID: new("n"), State: "open", CreatedAt: at, UpdatedAt: at})
		return errors.Join(err, tx.AddCall(models.Call{ID: id, WorkspaceID: "w", ConversationID: "of " + id, ContactID: "c", NumberID: "n", Kind: "phone", Direction: "inbound",
			From: "+821012345678", To: "+827076660001", State: "ended", StartedAt: at, Data: "{}"}), tx.AddJournal(rows(r.t, id, 1, at, entries)))
	})
}

func rows(t *testing.T, call string, first int64, at models.Time, entries []journal.Entry) (es []models.JournalEntry) {
	t.Helper()
	for i, e := range entries {
		data, err := journal.Encode(e)
		if err != nil {
			t.Fatal(err)
		}
		es = append(es, models.JournalEntry{CallID: call, Seq: first + int64(i), WorkspaceID: "w", At: at, Type: e.Type(), Data: data})
	}
	return es
}

var kim = journal.Agent{AgentID: "a1", Name: "김하나"}

// story is a call with everything in it, and what webhooks are told of it.
var (
	story = []journal.Entry{journal.CallCreated{Direction: "inbound"}, journal.CallQueued{Team: "t1"}, journal.AgentOffered{AgentID: "a1", Name: "김하나"},
		journal.CallAnswered{Agent: &kim, WaitMS: 3000}, journal.AgentMuted{AgentID: "a1"}, journal.CallHeld{Agent: kim}, journal.CallReleased{Agent: &kim},
		journal.AgentJoined{Agent: kim}, journal.AgentLeft{Agent: kim}, journal.CallEnded{By: "customer", Outcome: "talked", State: "ended", TotalMS: 9000}}
	told = []string{webhook.Created, webhook.Queued, webhook.Ringing, webhook.Answered, webhook.Held, webhook.Resumed, webhook.Joined, webhook.Left, webhook.Ended}
)

// pass does all that is to be done now.
func (r *rig) pass() time.Time {
	r.t.Helper()
	next, err := r.sender.Pass(r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	return next
}

// inOrder asserts that each call's events came in order, none twice under another id, and counts them.
func (r *rig) inOrder() (all int) {
	r.t.Helper()
	last, ids := map[string]int64{}, map[string]string{}
	for _, g := range r.got {
		d := g.body.Data
		key := fmt.Sprintf("%s/%d", d.CallID, d.Sequence)
		if id, again := ids[key]; again && id != g.id {
			r.t.Errorf("%s has two ids", key)
		} else if again {
			continue
		}
		ids[key] = g.id
		if d.Sequence != last[d.CallID]+1 {
			r.t.Fatalf("call %s: %d came behind %d", d.CallID, d.Sequence, last[d.CallID])
		}
		last[d.CallID] = d.Sequence
		all++
	}
	return all
}

// A webhook is told of a call in order, signed, and of its recording when that is ready.
//
// Covers: ADM-6.
func TestWebhook_Call(t *testing.T) {
	r := newRig(t)
	r.call("c1", story...)
	r.pass()
	r.tx(func(tx *models.Tx) error {
		return tx.AddRecording(models.Recording{ID: "r1", WorkspaceID: "w", CallID: "c1", State: "processing", Peaks: "[]", CreatedAt: models.At(r.clock())})
	})
	r.tx(func(tx *models.Tx) error {
		return tx.UpdateRecording(models.Recording{ID: "r1", WorkspaceID: "w", CallID: "c1"}, models.RecordingUpdate{State: new("ready"), DurationMS: new(int64(7000))})
	})
	r.pass()
	want := append(append([]string{}, told...), webhook.RecordingReady)
	if n := r.inOrder(); n != len(want) || len(r.got) != n {
		t.Fatalf("%d events came, want %d", len(r.got), len(want))
	}
	wh, err := standardwebhooks.NewWebhook(r.hook.Secret)
	if err != nil {
		t.Fatal(err)
	}
	for i, g := range r.got {
		if g.body.Type != want[i] || g.body.Data.From != "+821012345678" {
			t.Errorf("event %d is %s", i, g.text)
		}
		if err := wh.VerifyIgnoringTimestamp(g.text, g.header); err != nil {
			t.Errorf("event %d: %v", i, err)
		}
		if wh.VerifyIgnoringTimestamp(append(g.text, ' '), g.header) == nil {
			t.Errorf("event %d: another body has its signature", i)
		}
	}
	if a := r.got[3].body.Data; a.Agent == nil || a.Agent.Name != "김하나" || *a.WaitMS != 3000 {
		t.Errorf("answered: %s", r.got[3].text)
	}
	if d := r.got[9].body.Data; d.RecordingID != "r1" || *d.DurationMS != 7000 {
		t.Errorf("recording: %s", r.got[9].text)
	}
}

// While a receiver is down for an hour, with restarts, nothing is lost; then all comes, in
// order.
//
// Covers: ADM-6.
func TestWebhook_DownForAnHour(t *testing.T) {
	r := newRig(t)
	r.set(true, 0)
	for n := range 5 {
		r.call(fmt.Sprint("c", n), story...)
	}
	for end := r.clock().Add(time.Hour); r.clock().Before(end); {
		next := r.pass()
		if next.IsZero() {
			t.Fatal("nobody waits any more")
		}
		if pending, err := r.store.Deliveries(t.Context(), r.hook.ID, models.DeliveryFilter{State: "pending", Limit: 100}); err != nil || len(pending) != 5*len(told) {
			t.Fatalf("%d deliveries wait, %v", len(pending), err)
		}
		r.set(true, max(next.Sub(r.clock()), time.Second))
		r.restart()
	}
	r.set(false, 0)
	for i := 0; i < 100 && r.inOrder() < 5*len(told); i++ {
		if next := r.pass(); !next.IsZero() {
			r.set(false, max(next.Sub(r.clock()), time.Second))
		}
	}
	if n := r.inOrder(); n != 5*len(told) || len(r.got) != n {
		t.Errorf("%d of %d events came, %d in order", len(r.got), 5*len(told), n)
	}
}

// What was not taken for 24 hours is given up, is seen, and can be sent again from a time.
//
// Covers: ADM-6.
func TestWebhook_DeadLettersAndReplay(t *testing.T) {
	r := newRig(t)
	began := r.clock()
	r.set(true, 0)
	r.call("c1", story...)
	for next := r.pass(); !next.IsZero(); next = r.pass() {
		r.set(true, max(next.Sub(r.clock()), time.Second))
	}
	if tried := r.clock().Sub(began); tried < 24*time.Hour || tried > 26*time.Hour {
		t.Errorf("it was given up after %v", tried)
	}
	dead, err := r.store.Deliveries(t.Context(), r.hook.ID, models.DeliveryFilter{State: "dead", Limit: 100})
	if err != nil || len(dead) != len(told) {
		t.Fatalf("%d are dead, %v", len(dead), err)
	}
	if d := dead[len(dead)-1]; d.Status != 503 || d.Response != "down for repairs\n" || d.Error == "" {
		t.Errorf("%+v", d)
	}
	r.set(false, time.Hour)
	n, err := r.verbs.Replay(t.Context(), admin, "w", r.hook.ID, began)
	if err != nil || n != len(told) {
		t.Fatalf("%d, %v", n, err)
	}
	for i := 0; i < 10 && len(r.got) < n; i++ {
		if next := r.pass(); !next.IsZero() {
			r.set(false, max(next.Sub(r.clock()), time.Second))
		}
	}
	if r.inOrder() != n {
		t.Errorf("%d came", len(r.got))
	}
	if n, err = r.verbs.Replay(t.Context(), admin, "w", r.hook.ID, began); err != nil || n != len(told) {
		t.Fatalf("%d, %v", n, err)
	}
	r.pass()
	if r.inOrder() != n || len(r.got) != 2*n { // again, under the same ids
		t.Errorf("%d came", len(r.got))
	}
}

// Ten thousand deliveries all come, each call's in order.
//
// Covers: ADM-6.
func TestWebhook_TenThousand(t *testing.T) {
	r := newRig(t)
	entries := []journal.Entry{story[0]}
	for len(entries) < 99 {
		entries = append(entries, story[5], story[6])
	}
	entries = append(entries[:99], story[9])
	calls := 100
	if postgres.On() { // once is enough
		calls = 5
	}
	for n := range calls {
		r.call(fmt.Sprint("c", n), entries...)
	}
	r.pass()
	if n := r.inOrder(); n != calls*len(entries) || len(r.got) != n {
		t.Errorf("%d came, %d of them in order", len(r.got), n)
	}
}

// A webhook is told of what it has chosen, of what is missed, and nothing from before it
// was there or on; a new secret signs beside the old one, for a day.
//
// Covers: ADM-6, SEC-5.
func TestWebhook_ChoiceAndSecrets(t *testing.T) {
	r := newRig(t)
	if err := r.verbs.Delete(t.Context(), admin, "w", r.hook.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := r.store.WebhookCursor(t.Context()); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("without a webhook there is a cursor: %v", err)
	}
	r.call("before", story...)
	r.set(false, time.Second)
	w := r.add(webhook.Missed)
	r.call("c1", story[0], journal.CallEnded{By: "customer", MissedReason: "abandoned", State: "missed"})
	r.pass()
	if len(r.got) != 1 || r.got[0].body.Type != webhook.Missed || r.got[0].body.Data.Sequence != 2 || r.got[0].body.Data.MissedReason != "abandoned" {
		t.Fatalf("%+v", r.got)
	}
	after, err := r.verbs.Rotate(t.Context(), admin, "w", w.ID, false)
	if err != nil || after.Secret == w.Secret {
		t.Fatal(err)
	}
	for _, later := range []time.Duration{0, 25 * time.Hour} {
		r.set(false, later)
		if _, err := r.verbs.Test(t.Context(), admin, "w", w.ID); err != nil {
			t.Fatal(err)
		}
		r.pass()
		last := r.got[len(r.got)-1]
		for secret, want := range map[string]bool{after.Secret: true, w.Secret: later == 0} {
			wh, err := standardwebhooks.NewWebhook(secret)
			if err != nil {
				t.Fatal(err)
			}
			if err := wh.VerifyIgnoringTimestamp(last.text, last.header); last.body.Type != webhook.Test || (err == nil) != want {
				t.Errorf("%v later: %v, want %v", later, err, want)
			}
		}
	}
}

// A Sender that runs tells of calls and tests at once, and looks at nothing while there is
// nothing to do.
//
// Covers: ADM-6.
func TestWebhook_Runs(t *testing.T) {
	r := newRig(t)
	var looks atomic.Int32
	r.sender = webhook.NewSender(webhook.Options{Store: r.store, Log: slog.New(slog.DiscardHandler), Guard: r.verbs.Guard, Owner: "one", Now: func() time.Time {
		looks.Add(1)
		return r.clock()
	}})
	r.store.OnCommit(func(cs []models.Change) {
		for _, c := range cs {
			if c.Topic == journal.TopicWebhook {
				r.sender.Wake(c.EntityID)
			}
			if c.Topic == journal.TopicCall {
				r.sender.Kick()
			}
		}
	})
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- r.sender.Run(ctx) }()
	until := func(what string, holds func() bool) {
		t.Helper()
		for deadline := time.Now().Add(time.Minute); !holds(); time.Sleep(10 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("not within a minute: %s", what)
			}
		}
	}
	came := func() int { r.mu.Lock(); defer r.mu.Unlock(); return len(r.got) }
	r.call("c1", story...)
	until("the call's events", func() bool { return came() == len(told) })
	if _, err := r.verbs.Test(t.Context(), admin, "w", r.hook.ID); err != nil {
		t.Fatal(err)
	}
	until("the test", func() bool { return came() == len(told)+1 })
	until("nothing to do", func() bool {
		before := looks.Load()
		time.Sleep(500 * time.Millisecond) // several times as long as it is between two looks
		return looks.Load() == before
	})
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// The manual's example of a payload is what is sent.
//
// Covers: ADM-6.
func TestWebhook_Manual(t *testing.T) {
	r := newRig(t)
	r.call("c1", story...)
	r.pass()
	manual, err := os.ReadFile("../../docs/webhooks.md")
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	if err := json.Indent(&text, r.got[3].text, "", "  "); err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(manual, text.Bytes()) {
		t.Errorf("docs/webhooks.md has no such example:\n%s", text.String())
	}
	for _, typ := range append(slices.Clone(webhook.Types), webhook.Test) {
		if !bytes.Contains(manual, []byte("`"+typ+"`")) {
			t.Errorf("docs/webhooks.md does not name %s", typ)
		}
	}
}
