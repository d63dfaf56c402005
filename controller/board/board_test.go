package board_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"ringdesk/controller/board"
	"ringdesk/controller/stats"
	"ringdesk/models"
)

const (
	workspace = "w"
	within    = 20 * time.Second
)

var seoul = time.FixedZone("KST", 9*3600)

// ten is ten in the morning in Seoul.
var ten = time.Date(2026, 12, 22, 10, 0, 0, 0, seoul)

type rig struct {
	*board.Board
	tb    testing.TB
	store *models.Store
	now   time.Time
	calls int
}

func newRig(tb testing.TB) *rig {
	tb.Helper()
	store, err := models.Open(filepath.Join(tb.TempDir(), "ringdesk.db"))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := store.Close(); err != nil {
			tb.Error(err)
		}
	})
	r := &rig{tb: tb, store: store, now: ten}
	r.Board = &board.Board{Store: store, Now: func() time.Time { return r.now }}
	at := models.At(ten.AddDate(0, 0, -10))
	r.tx(func(tx *models.Tx) error {
		for _, err := range []error{
			tx.AddWorkspace(models.Workspace{ID: workspace, Name: "W", Country: "KR", TimeZone: "Asia/Seoul", RingSeconds: 20, QueueSeconds: 60, CreatedAt: at}),
			tx.AddTrunk(models.Trunk{ID: "t", WorkspaceID: workspace, Name: "T", Stored: "{}", CreatedAt: at}, []string{"192.0.2.1"}),
			tx.AddNumber(models.Number{ID: "n", WorkspaceID: workspace, TrunkID: "t", Number: "+827076660001", Settings: "{}", CreatedAt: at}),
			tx.AddTeam(models.Team{ID: "support", WorkspaceID: workspace, Name: "Support", CreatedAt: at}),
			tx.AddContact(models.FullContact{Contact: models.Contact{ID: "c", WorkspaceID: workspace, Kind: "lead", Profile: "{}", CreatedAt: at}}),
			tx.AddConversation(models.Conversation{ID: "k", WorkspaceID: workspace, ContactID: "c", Kind: "phone", Direction: "inbound", State: "open", CreatedAt: at, UpdatedAt: at}),
		} {
			if err != nil {
				return err
			}
		}
		return nil
	})
	return r
}

func (r *rig) tx(do func(*models.Tx) error) {
	r.tb.Helper()
	if err := r.store.Tx(context.Background(), do); err != nil {
		r.tb.Fatal(err)
	}
}

// one is a call: when it began, and what became of it.
type one struct {
	began     time.Time
	direction string
	team      string
	waited    time.Duration // until its answer; negative means that nobody answered
	reason    string        // missed
	goesOn    bool
}

// has puts calls and their journal into the store.
func (r *rig) has(calls ...one) (ids []string) {
	r.tb.Helper()
	r.tx(func(tx *models.Tx) error {
		for _, c := range calls {
			r.calls++
			id := fmt.Sprintf("call-%08d", r.calls)
			ids = append(ids, id)
			row := models.Call{ID: id, WorkspaceID: workspace, ConversationID: "k", ContactID: "c", NumberID: "n", Kind: "phone", Direction: c.direction,
				State: "ended", TeamID: c.team, StartedAt: models.At(c.began), Live: c.goesOn, Version: 1, Data: "{}"}
			if err := tx.AddCall(row); err != nil {
				return err
			}
			if err := tx.AddJournal(entries(id, c)); err != nil {
				return err
			}
		}
		return nil
	})
	return ids
}

func entries(id string, c one) []models.JournalEntry {
	var es []models.JournalEntry
	add := func(after time.Duration, typ, data string) {
		es = append(es, models.JournalEntry{CallID: id, Seq: int64(len(es) + 1), WorkspaceID: workspace, At: models.At(c.began.Add(after)), Type: typ, Data: data})
	}
	add(0, "call.created", fmt.Sprintf(`{"direction":%q,"kind":"phone"}`, c.direction))
	if c.reason != "notInOperation" && c.direction == "inbound" {
		add(0, "agent.offered", `{"agentId":"a","name":"A"}`)
	}
	if c.waited >= 0 {
		add(c.waited, "call.answered", fmt.Sprintf(`{"agentId":"a","again":false,"waitMs":%d}`, c.waited.Milliseconds()))
	}
	if c.goesOn {
		return es
	}
	if c.reason != "" {
		add(30*time.Second, "call.ended", fmt.Sprintf(`{"state":"missed","outcome":"missed","missedReason":%q,"totalMs":30000,"by":"customer"}`, c.reason))
	} else {
		add(c.waited+time.Minute, "call.ended", `{"state":"ended","outcome":"answered","totalMs":60000,"talkMs":60000,"by":"customer"}`)
	}
	return es
}

func (r *rig) look(team string) (today, yesterday stats.Today) {
	r.tb.Helper()
	today, yesterday, from, err := r.Look(context.Background(), workspace, seoul, team, within)
	if err != nil {
		r.tb.Fatal(err)
	}
	if want := time.Date(2026, 12, 22, 0, 0, 0, 0, seoul); !from.Equal(want) {
		r.tb.Fatalf("today began at %v", from)
	}
	return today, yesterday
}

// Today's figures are those that the journal of the same calls gives (STAT-0), and
// yesterday's are those of the same time of day.
//
// Covers: STAT-0, STAT-1.
func TestToday(t *testing.T) {
	r := newRig(t)
	nine, evening := ten.Add(-time.Hour), time.Date(2026, 12, 21, 22, 0, 0, 0, seoul)
	r.has(
		one{began: nine.AddDate(0, 0, -1), direction: "inbound", waited: 5 * time.Second},
		one{began: evening, direction: "inbound", waited: 5 * time.Second}, // later than now, yesterday
		one{began: nine, direction: "inbound", waited: 20 * time.Second, team: "support"},
		one{began: nine, direction: "inbound", waited: 21 * time.Second},
		one{began: nine, direction: "inbound", waited: -1, reason: "userLeft"},
		one{began: nine, direction: "inbound", waited: -1, reason: "notInOperation"},
		one{began: nine, direction: "outbound", waited: 3 * time.Second},
	)
	going := r.has(one{began: nine.Add(30 * time.Minute), direction: "inbound", waited: 4 * time.Second, team: "support", goesOn: true})[0]
	today, yesterday := r.look("")
	if want := (stats.Today{Calls: 6, Inbound: 5, Outbound: 1, Answered: 2, Missed: 2, Within: 1, Waited: 3}); today != want {
		t.Errorf("today:\ngot  %+v\nwant %+v", today, want)
	}
	if want := (stats.Today{Calls: 1, Inbound: 1, Answered: 1, Within: 1, Waited: 1}); yesterday != want {
		t.Errorf("yesterday:\ngot  %+v\nwant %+v", yesterday, want)
	}
	if team, _ := r.look("support"); team != (stats.Today{Calls: 2, Inbound: 2, Answered: 1, Within: 1, Waited: 1}) {
		t.Errorf("one team: %+v", team)
	}

	// A call ends, and one more comes: the next look has them, and nothing twice.
	r.tx(func(tx *models.Tx) error {
		return tx.AddJournal([]models.JournalEntry{{CallID: going, Seq: 9, WorkspaceID: workspace, At: models.At(ten), Type: "call.ended",
			Data: `{"state":"ended","outcome":"answered","totalMs":1800000,"talkMs":60000,"by":"agent"}`}})
	})
	r.now = ten.Add(time.Second)
	r.has(one{began: ten, direction: "inbound", waited: -1, goesOn: true})
	today, _ = r.look("")
	if want := (stats.Today{Calls: 7, Inbound: 6, Outbound: 1, Answered: 3, Missed: 2, Within: 2, Waited: 4}); today != want {
		t.Errorf("a second later:\ngot  %+v\nwant %+v", today, want)
	}
	if f := r.fold(time.Date(2026, 12, 22, 0, 0, 0, 0, seoul)); f.Inbound.Answered != today.Answered || f.ByState["missed"] != today.Missed || f.Outbound.Calls != today.Outbound {
		t.Errorf("the journal as a whole says %+v, the board %+v", f, today)
	}
}

// fold rebuilds the figures of the calls since a moment from their whole journal.
func (r *rig) fold(since time.Time) stats.Figures {
	r.tb.Helper()
	begun, err := r.store.BegunCalls(context.Background(), workspace, since, r.now.Add(time.Hour))
	if err != nil {
		r.tb.Fatal(err)
	}
	fold := stats.NewFold()
	for _, c := range begun {
		es, err := r.store.Journal(context.Background(), workspace, c.ID)
		if err != nil {
			r.tb.Fatal(err)
		}
		for _, e := range es {
			if err := fold.Add(e); err != nil {
				r.tb.Fatal(err)
			}
		}
	}
	return fold.Figures()
}

// At midnight a new day begins, and what was today is yesterday.
//
// Covers: STAT-1.
func TestMidnight(t *testing.T) {
	r := newRig(t)
	r.has(one{began: ten, direction: "inbound", waited: time.Second})
	r.now = ten.Add(time.Hour)
	r.look("")
	r.now = ten.AddDate(0, 0, 1)
	today, yesterday, _, err := r.Look(context.Background(), workspace, seoul, "", within)
	if err != nil {
		t.Fatal(err)
	}
	if today != (stats.Today{}) || yesterday.Calls != 1 {
		t.Errorf("today %+v, yesterday %+v", today, yesterday)
	}
	if _, ok := today.ServiceLevel(); ok {
		t.Error("no call has a service level")
	}
}

// What a board costs on a day of 20000 calls, of which 150 go on: 300 desks look
// within a second, in which five calls come.
func BenchmarkLook300Desks(b *testing.B) {
	r := newRig(b)
	calls := make([]one, 0, 40_000)
	for i := range 40_000 {
		calls = append(calls, one{began: ten.Add(-time.Duration(i) * 3 * time.Second), direction: "inbound", waited: time.Duration(i%40) * time.Second, goesOn: i < 150})
	}
	for len(calls) > 0 {
		n := min(len(calls), 1000)
		r.has(calls[:n]...)
		calls = calls[n:]
	}
	begin := time.Now()
	r.lookAny(b)
	first := time.Since(begin)
	for b.Loop() {
		b.StopTimer()
		r.now = r.now.Add(time.Second)
		for range 5 {
			r.has(one{began: r.now, direction: "inbound", waited: -1, goesOn: true})
		}
		b.StartTimer()
		for range 300 {
			r.lookAny(b)
		}
	}
	b.ReportMetric(float64(first.Milliseconds()), "ms-first-look")
}

func (r *rig) lookAny(b *testing.B) {
	if _, _, _, err := r.Look(context.Background(), workspace, seoul, "", within); err != nil {
		b.Fatal(err)
	}
}
