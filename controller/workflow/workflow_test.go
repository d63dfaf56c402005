package workflow_test

import (
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"ringdesk/controller/inbox"
	"ringdesk/controller/journal"
	"ringdesk/controller/verb"
	"ringdesk/controller/webhook"
	"ringdesk/controller/workflow"
	"ringdesk/dialplan/lang"
	"ringdesk/models"
	"ringdesk/testkit/database"
	"ringdesk/testkit/postgres"
)

// What is done here holds on PostgreSQL, too.
//
// Covers: OPS-5
func TestOnPostgres_OPS_5(t *testing.T) { postgres.RunAll(t) }

// rig is a workspace with workflows in force, another system that takes requests, and a clock
// that is moved by hand.
type rig struct {
	t       *testing.T
	store   *models.Store
	runner  *workflow.Runner
	version int
	url     string

	mu  sync.Mutex
	now time.Time
	got []string
}

func newRig(t *testing.T, texts string) *rig {
	t.Helper()
	store, err := models.Open(database.Place(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	r := &rig{t: t, store: store, now: time.Date(2030, 3, 1, 9, 0, 0, 0, time.UTC)}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, _ := io.ReadAll(req.Body)
		r.mu.Lock()
		defer r.mu.Unlock()
		r.got = append(r.got, req.URL.String()+" "+req.Header.Get("Authorization")+" "+string(body))
		if strings.Contains(req.URL.Path, "broken") {
			http.Error(w, "no such customer", http.StatusBadRequest)
		}
	}))
	t.Cleanup(server.Close)
	r.url = server.URL
	at := models.At(r.now)
	r.tx(func(tx *models.Tx) error {
		return errors.Join(tx.AddWorkspace(models.Workspace{ID: "w", Name: "Moa", Country: "KR", TimeZone: "Asia/Seoul", CreatedAt: at}),
			tx.AddAccount(models.Account{ID: "account", Email: "mina@moa.example", Name: "민아", CreatedAt: at}),
			tx.AddAgent(models.Agent{ID: "mina", WorkspaceID: "w", AccountID: "account", Name: "민아", Role: "admin", CreatedAt: at}),
			tx.AddTeam(models.Team{ID: "night", WorkspaceID: "w", Name: "야간", CreatedAt: at}),
			tx.AddTrunk(models.Trunk{ID: "t", WorkspaceID: "w", Name: "t", Stored: "{}", CreatedAt: at}, nil),
			tx.AddNumber(models.Number{ID: "n", WorkspaceID: "w", TrunkID: "t", Number: "+827076660001", Label: "대표", CreatedAt: at}),
			tx.AddContact(models.FullContact{Contact: models.Contact{ID: "c", WorkspaceID: "w", Kind: "member", Name: "김손님", Profile: `{"grade":"gold"}`, CreatedAt: at}}))
	})
	r.restart()
	r.publish(texts)
	return r
}

// restart is a new process on the same database.
func (r *rig) restart() {
	r.runner = workflow.New(workflow.Options{Store: r.store, Log: slog.New(slog.DiscardHandler), Guard: webhook.Guard{Allow: []string{"127.0.0.1"}}, Owner: "one", Now: r.clock})
}

// publish puts workflows in force.
func (r *rig) publish(texts string) {
	r.t.Helper()
	world := lang.World{Installation: &lang.Installation{Country: "KR", TimeZone: "Asia/Seoul", Teams: []lang.Team{{ID: "night", Name: "야간"}}, Agents: []lang.Agent{{ID: "mina", Name: "민아", Email: "mina@moa.example"}}},
		E164: func(text string) (string, error) { return models.E164(text, "KR") }}
	p, found := lang.Compile([]lang.File{{Name: "workflows.hcl", Text: []byte(strings.ReplaceAll(texts, "URL", r.url))}}, world)
	if p == nil {
		r.t.Fatal(found)
	}
	p.Version = r.version + 1
	program, err := json.Marshal(p)
	if err != nil {
		r.t.Fatal(err)
	}
	r.tx(func(tx *models.Tx) error {
		return tx.AddFlowVersion(models.FlowVersion{WorkspaceID: "w", At: models.At(r.clock()), Program: string(program), FileText: "[]"}, r.version)
	})
	r.version++
	r.runner.FlowsChanged()
	r.pass()
}

func (r *rig) clock() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.now
}

func (r *rig) later(d time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.now = r.now.Add(d)
}

func (r *rig) tx(do func(*models.Tx) error) {
	r.t.Helper()
	if err := r.store.Tx(r.t.Context(), do); err != nil {
		r.t.Fatal(err)
	}
}

func (r *rig) pass() time.Time {
	r.t.Helper()
	next, err := r.runner.Pass(r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	return next
}

// call makes a call with its journal, and its conversation.
func (r *rig) call(id, state, missed string, entries ...journal.Entry) {
	r.t.Helper()
	at := models.At(r.clock())
	var rows []models.JournalEntry
	for i, e := range entries {
		data, err := journal.Encode(e)
		if err != nil {
			r.t.Fatal(err)
		}
		rows = append(rows, models.JournalEntry{CallID: id, Seq: int64(i + 1), WorkspaceID: "w", At: at, Type: e.Type(), Data: data})
	}
	rank := int64(0)
	if state == "queued" {
		rank = 1
	}
	conversation := "open"
	if missed != "" {
		conversation = "missed"
	}
	r.tx(func(tx *models.Tx) error {
		return errors.Join(tx.AddConversation(models.Conversation{ID: "of " + id, WorkspaceID: "w", ContactID: "c", NumberID: new("n"), Kind: "phone", State: conversation, MissedReason: missed, CreatedAt: at, UpdatedAt: at}),
			tx.AddCall(models.Call{ID: id, WorkspaceID: "w", ConversationID: "of " + id, ContactID: "c", NumberID: "n", Kind: "phone", Direction: "inbound", From: "+821012345678", To: "+827076660001",
				State: state, MissedReason: missed, QueueRank: rank, QueuedAt: at, StartedAt: at, Data: "{}"}), tx.AddJournal(rows))
	})
}

var missed = []journal.Entry{journal.CallCreated{Direction: "inbound"}, journal.CallEnded{By: "customer", MissedReason: "notInOperation", State: "missed"}}

// results are what became of the last run's actions.
func (r *rig) results(name string) (models.WorkflowRun, []workflow.Result) {
	r.t.Helper()
	runs, err := r.store.WorkflowRuns(r.t.Context(), "w", name, 50)
	if err != nil || len(runs) == 0 {
		r.t.Fatalf("%d runs of %s, %v", len(runs), name, err)
	}
	var results []workflow.Result
	if err := json.Unmarshal([]byte(runs[0].Results), &results); err != nil {
		r.t.Fatal(err)
	}
	return runs[0], results
}

func (r *rig) runs(name string) int {
	r.t.Helper()
	runs, err := r.store.WorkflowRuns(r.t.Context(), "w", name, 1000)
	if err != nil {
		r.t.Fatal(err)
	}
	return len(runs)
}

const night = `
workflow "밤" {
  on = "call.missed"
  if = call.missed_reason == "notInOperation"
  do tag { add = ["영업외", "${number.label}"] }
  do assign { team = "야간" }
  do message { text = "죄송합니다" }
  do snooze { for = "1h" }
  do note { text = "${contact.name} ${caller.number}" }
  do sms {
    to   = caller.number
    text = "\"내일\" 전화드리겠습니다."
  }
  do webhook { url = "URL/missed?from=${caller.number}" }
  do webhook { url = "URL/broken" }
  do close {}
}
`

// A missed call is answered: each action is done or refused, in order, with its result; what is
// refused (a message to the customer, a snooze of a missed conversation) keeps nothing else from being
// done, and nothing is done twice.
//
// Covers: INBOX-6, INBOX-2, MISS-2.
func TestWorkflow_INBOX_6_INBOX_2(t *testing.T) {
	r := newRig(t, night)
	verbs := workflow.Verbs{Store: r.store, Now: r.clock, Guard: webhook.Guard{Allow: []string{"127.0.0.1"}}}
	_, err := verbs.SetGateway(t.Context(), verb.By{Workspace: "w", Agent: "mina", Role: "admin"}, "w", workflow.Gateway{URL: r.url + "/sms", Headers: map[string]string{"Authorization": "Bearer ${secret}"},
		Body: `{"to":"${to.local}","from":"${from}","text":"${text}"}`, Sender: "0215881588", Secret: new("s3cret")})
	if err != nil {
		t.Fatal(err)
	}
	r.call("c1", "missed", "notInOperation", missed...)
	for range 3 {
		r.pass()
		r.restart()
	}
	run, results := r.results("밤")
	want := []string{"tag done", "assign done", "message refused", "snooze refused", "note done", "sms done", "webhook done", "webhook failed", "close done"}
	var got []string
	for _, res := range results {
		got = append(got, res.Kind+" "+res.State)
	}
	if !reflect.DeepEqual(got, want) || run.EndedAt.IsZero() || run.Version != 1 || r.runs("밤") != 1 {
		t.Errorf("%+v\n%+v", run, results)
	}
	if says := results[2].Says; !strings.Contains(says, "internal notes only") {
		t.Errorf("a message: %s", says)
	}
	if says := results[7].Says; says != "400 Bad Request no such customer" {
		t.Errorf("a broken webhook: %s", says)
	}
	c, err := r.store.Conversation(t.Context(), "w", "of c1")
	if err != nil || c.State != "closed" || c.TeamID == nil || *c.TeamID != "night" {
		t.Errorf("%+v, %v", c, err)
	}
	if tags, err := r.store.TagsOf(t.Context(), []string{"of c1"}); err != nil || len(tags["of c1"]) != 2 {
		t.Errorf("%v, %v", tags, err)
	}
	if notes, err := r.store.Notes(t.Context(), "w", "of c1"); err != nil || len(notes) != 1 || notes[0].Text != "김손님 +821012345678" {
		t.Errorf("%v, %v", notes, err)
	}
	if len(r.got) != 3 || r.got[0] != `/sms Bearer s3cret {"to":"01012345678","from":"0215881588","text":"\"내일\" 전화드리겠습니다."}` || !strings.HasPrefix(r.got[1], "/missed?from=%2B821012345678  {\"type\":\"call.missed\"") {
		t.Errorf("%q", r.got)
	}
}

// What was before a workflow was in force is not answered, and neither is anything by one that is off.
//
// Covers: INBOX-6.
func TestWorkflow_SinceWhen(t *testing.T) {
	r := newRig(t, `hours "x" {}`)
	if r.runner.On() {
		t.Error("without a workflow calls pay for it")
	}
	if _, err := r.store.Cursor(t.Context(), models.CursorWorkflows); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("without a workflow there is a cursor: %v", err)
	}
	r.call("before", "missed", "notInOperation", missed...)
	r.later(time.Second)
	r.publish(`workflow "a" {
		on = "call.missed"
		do note { text = "a" }
	}
	workflow "b" {
		on  = "call.missed"
		off = true
		do note { text = "b" }
	}`)
	r.call("after", "missed", "notInOperation", missed...)
	r.tx(func(tx *models.Tx) error { return tx.Changed("w", journal.TopicCall, "before") })
	r.pass()
	if run, _ := r.results("a"); r.runs("a") != 1 || run.CallID != "after" || r.runs("b") != 0 {
		t.Errorf("%d and %d runs, %+v", r.runs("a"), r.runs("b"), run)
	}
}

// A caller who waits is answered to after as long as the workflow says, and not if they wait no more.
//
// Covers: INBOX-6, Q-1.
func TestWorkflow_Queued(t *testing.T) {
	r := newRig(t, `workflow "대기" {
		on    = "call.queued"
		after = "1m"
		do note { text = "${call.wait}" }
	}`)
	for _, id := range []string{"waits", "gone"} {
		r.call(id, "queued", "", journal.CallCreated{Direction: "inbound"}, journal.CallQueued{})
	}
	if next := r.pass(); !next.Equal(r.clock().Add(time.Minute)) || r.runs("대기") != 0 {
		t.Errorf("%d runs, the next at %v", r.runs("대기"), next)
	}
	r.tx(func(tx *models.Tx) error {
		c, err := r.store.Call(t.Context(), "w", "gone")
		c.QueueRank, c.Version = 0, c.Version+1
		return errors.Join(err, tx.SaveCall(c, nil))
	})
	r.later(time.Minute)
	r.pass()
	if run, _ := r.results("대기"); r.runs("대기") != 1 || run.CallID != "waits" {
		t.Errorf("%d runs, %+v", r.runs("대기"), run)
	}
	if notes, err := r.store.Notes(t.Context(), "w", "of waits"); err != nil || len(notes) != 1 || notes[0].Text != "60" {
		t.Errorf("%v, %v", notes, err)
	}
}

// Workflows that answer to each other come to an end, which their runs say; those that people
// start are run only so often for one conversation.
//
// Covers: INBOX-6, SEC-4.
func TestWorkflow_NoEnd(t *testing.T) {
	r := newRig(t, `workflow "echo" {
		on = "conversation.noted"
		do note { text = "${event.text}!" }
	}
	workflow "tagged" {
		on = "conversation.tagged"
		if = event.tag != "x"
		do tag { add = ["x"] }
	}`)
	r.call("c1", "ended", "", journal.CallCreated{Direction: "inbound"})
	box := inbox.Inbox{Store: r.store, Now: r.clock}
	mina := verb.By{Workspace: "w", Agent: "mina", Role: "admin"}
	if _, err := box.AddNote(t.Context(), mina, "of c1", "hello", nil); err != nil {
		t.Fatal(err)
	}
	r.pass()
	notes, err := r.store.Notes(t.Context(), "w", "of c1")
	if err != nil || len(notes) != 5 || notes[4].Text != "hello!!!!" {
		t.Errorf("%d notes, %v", len(notes), err)
	}
	if run, results := r.results("echo"); run.Stopped != workflow.StoppedByDepth || len(results) != 0 || r.runs("echo") != 5 {
		t.Errorf("%+v %v", run, results)
	}
	for n := range 25 {
		r.later(time.Second)
		if err := box.UpdateConversation(t.Context(), mina, "of c1", inbox.ConversationChange{Tags: &[]string{"a"}}); err != nil {
			t.Fatal(n, err)
		}
		if err := box.UpdateConversation(t.Context(), mina, "of c1", inbox.ConversationChange{Tags: &[]string{}}); err != nil {
			t.Fatal(n, err)
		}
		r.pass()
	}
	if run, _ := r.results("tagged"); run.Stopped != workflow.StoppedByRate {
		t.Errorf("%+v", run)
	}
}

// What a process has begun before its end is gone on with by the next one: what was done is not done
// again, and another system that may have been asked is not asked again.
//
// Covers: INBOX-6, SYS-3.
func TestWorkflow_GoesOn(t *testing.T) {
	r := newRig(t, `workflow "밤" {
		on = "call.missed"
		do note { text = "1" }
		do webhook { url = "URL/x" }
		do note { text = "2" }
	}`)
	r.call("c1", "missed", "userLeft", journal.CallCreated{Direction: "inbound"})
	at := models.At(r.clock())
	r.tx(func(tx *models.Tx) error {
		return errors.Join(tx.AddWorkflowEvents([]models.WorkflowEvent{{ID: "e", WorkspaceID: "w", Key: "c1/9", ConversationID: "of c1", CallID: "c1", Type: "call.missed", At: at, DueAt: at, Data: "{}", Pending: true}}),
			tx.SaveWorkflowRun(models.WorkflowRun{ID: "r", WorkspaceID: "w", EventID: "e", Workflow: "밤", Version: 1, Trigger: "call.missed", ConversationID: "of c1", At: at, Results: `[{"kind":"note","state":"done"},{"kind":"webhook","state":"begun"}]`}))
	})
	r.pass()
	_, results := r.results("밤")
	if len(results) != 3 || results[1].State != workflow.Unknown || results[2].State != workflow.Done || len(r.got) != 0 {
		t.Errorf("%+v, %d requests", results, len(r.got))
	}
	if notes, err := r.store.Notes(t.Context(), "w", "of c1"); err != nil || len(notes) != 1 || notes[0].Text != "2" {
		t.Errorf("%v, %v", notes, err)
	}
}

// A dry run says what would be done for a conversation of the past, and does nothing.
//
// Covers: INBOX-6, INBOX-2.
func TestDryRun(t *testing.T) {
	r := newRig(t, night)
	r.call("c1", "missed", "notInOperation", journal.CallCreated{Direction: "inbound"})
	r.call("c2", "ended", "", journal.CallCreated{Direction: "inbound"})
	p, err := workflow.Program(t.Context(), r.store, "w", 1)
	if err != nil {
		t.Fatal(err)
	}
	answers, results, err := workflow.DryRun(t.Context(), r.store, "w", p, "밤", "of c1", r.clock())
	if err != nil || !answers || len(results) != 9 || results[0].State != workflow.Would || results[2].State != workflow.Refused || results[3].State != workflow.Refused {
		t.Errorf("%v %+v, %v", answers, results, err)
	}
	if answers, _, err := workflow.DryRun(t.Context(), r.store, "w", p, "밤", "of c2", r.clock()); err != nil || answers {
		t.Errorf("%v, %v", answers, err)
	}
	r.pass()
	if notes, err := r.store.Notes(t.Context(), "w", "of c1"); err != nil || len(notes) != 0 || len(r.got) != 0 {
		t.Errorf("something was done: %v, %v", notes, r.got)
	}
}
