package seed_test

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"ringdesk/controller/call"
	"ringdesk/controller/exchange"
	"ringdesk/controller/journal"
	"ringdesk/controller/people"
	"ringdesk/controller/seed"
	"ringdesk/controller/stats"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

const conversations = 400

var now = time.Date(2026, 11, 27, 17, 30, 0, 0, time.UTC)

// open makes a database with a workspace as the demo's, without calls.
func open(t testing.TB) *models.Store {
	t.Helper()
	store, err := models.Open(filepath.Join(t.TempDir(), "ringdesk.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	at := models.At(now.AddDate(-1, 0, 0))
	err = store.Tx(t.Context(), func(tx *models.Tx) error {
		ws, _, err := people.AddWorkspace(tx, verb.Operator, people.NewWorkspace{Name: "Demo", Country: "KR", TimeZone: "Asia/Seoul"},
			people.Person{Email: "owner@demo.example", Name: "Olivia", PasswordHash: "x", Locale: "ko", Role: "owner"}, at)
		if err != nil {
			return err
		}
		trunk := models.Trunk{ID: models.NewID(), WorkspaceID: ws, Name: "carrier", CreatedAt: at}
		number := models.Number{ID: models.NewID(), WorkspaceID: ws, TrunkID: trunk.ID, Number: "+827076660001", Label: "Support", Record: true, Settings: "{}", Outbound: "{}", CreatedAt: at}
		return errors.Join(tx.AddTrunk(trunk, []string{"192.0.2.1"}), tx.AddNumber(number),
			tx.AddProfileField(models.ProfileField{ID: models.NewID(), WorkspaceID: ws, FieldKey: "company", Label: "회사"}))
	})
	if err != nil {
		t.Fatal(err)
	}
	return store
}

func fill(t testing.TB, store *models.Store, n int) seed.Report {
	t.Helper()
	report, err := seed.Fill(t.Context(), store, seed.Options{Conversations: n, Contacts: 120, Days: 20, Seed: 7, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// calls reads all calls of a workspace with their states.
func calls(t testing.TB, store *models.Store, workspace string) (rows []models.Call, states []call.Call) {
	t.Helper()
	rows, err := store.Calls(t.Context(), workspace, models.CallFilter{Limit: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		c, err := call.Decode(row.Data)
		if err != nil {
			t.Fatal(err)
		}
		states = append(states, c)
	}
	return rows, states
}

// Every call is over and agrees with its own state, its journal and its
// participants, and is as its workspace's other figures say.
//
// Covers: STAT-0
func TestCallsAreAsStepMakesThem(t *testing.T) {
	store := open(t)
	report := fill(t, store, conversations)
	rows, states := calls(t, store, report.Workspace)
	if len(rows) != conversations {
		t.Fatalf("%d calls", len(rows))
	}
	fold, reasons, outcomes := stats.NewFold(), map[string]int{}, map[string]int{}
	for i, row := range rows {
		c := &states[i]
		shown := exchange.Row(c)
		shown.Data, shown.MissedHandledAt, shown.MissedHandledBy = row.Data, row.MissedHandledAt, row.MissedHandledBy
		if shown != row {
			t.Errorf("call %s:\n row   %+v\n state %+v", row.ID, row, shown)
		}
		if !c.State.Over() || row.Live || c.EndedAt.After(now) {
			t.Errorf("call %s is %s, live %v, until %v", row.ID, row.State, row.Live, c.EndedAt)
		}
		outcomes[row.Outcome]++
		if row.MissedReason != "" {
			reasons[row.MissedReason]++
		}
		agrees(t, store, c, fold)
	}
	figures := fold.Figures()
	if fold.Open() != 0 || figures.Calls != conversations || !maps.Equal(figures.ByOutcome, outcomes) || !maps.Equal(figures.ByReason, reasons) {
		t.Errorf("the journal has %d calls, %d open\n%v\n%v\nwant %v\n%v", figures.Calls, fold.Open(), figures.ByOutcome, figures.ByReason, outcomes, reasons)
	}
	if len(reasons) != 10 {
		t.Errorf("missed reasons %v", reasons)
	}
	refused, err := store.RefusedSince(t.Context(), now.AddDate(0, 0, -30), 10)
	if err != nil || len(refused) == 0 {
		t.Errorf("%d calls to unknown numbers, %v", len(refused), err)
	}
	if in, out := figures.Inbound, figures.Outbound; in.Completion() < 0.5 || in.Completion() > 0.95 || out.Calls < conversations/10 || out.Answered == out.Calls {
		t.Errorf("inbound %+v, outbound %+v", in, out)
	}
}

// agrees compares a call with its journal and participants.
func agrees(t *testing.T, store *models.Store, c *call.Call, fold *stats.Fold) {
	t.Helper()
	entries, err := store.Journal(t.Context(), c.WorkspaceID, c.ID)
	if err != nil {
		t.Fatal(err)
	}
	for i, e := range entries {
		if e.Seq != int64(i+1) || i > 0 && e.At.Before(entries[i-1].At.Time) {
			t.Errorf("call %s: entry %d is %d at %v", c.ID, i+1, e.Seq, e.At)
		}
		if err := fold.Add(e); err != nil {
			t.Error(err)
		}
	}
	first, last := entries[0], entries[len(entries)-1]
	if first.Type != (journal.CallCreated{}).Type() || !first.At.Equal(c.StartedAt) || last.Type != (journal.CallEnded{}).Type() {
		t.Errorf("call %s goes from %s to %s", c.ID, first.Type, last.Type)
	}
	var end journal.CallEnded
	if err := json.Unmarshal([]byte(last.Data), &end); err != nil {
		t.Fatal(err)
	}
	if end.Outcome != string(c.Outcome) || end.TotalMS != c.EndedAt.Sub(c.StartedAt).Milliseconds() || int64(len(entries)) != c.Seq {
		t.Errorf("call %s: %+v, %d entries; state %+v", c.ID, end, len(entries), c)
	}
	parts, err := store.Participants(t.Context(), c.ID)
	if err != nil || len(parts[c.ID]) != 1+len(c.Agents) {
		t.Errorf("call %s: %d participants of %d, %v", c.ID, len(parts[c.ID]), 1+len(c.Agents), err)
	}
}

// No agent is in two calls at once.
func TestAgentsDoOneThingAtATime(t *testing.T) {
	store := open(t)
	_, states := calls(t, store, fill(t, store, conversations).Workspace)
	type stretch struct {
		from, to time.Time
		call     string
	}
	busy := map[string][]stretch{}
	for _, c := range states {
		for _, a := range c.Agents {
			busy[a.AgentID] = append(busy[a.AgentID], stretch{a.RingingAt, a.LeftAt, c.ID})
		}
	}
	if len(busy) < 5 {
		t.Errorf("%d agents", len(busy))
	}
	for agent, of := range busy {
		slices.SortFunc(of, func(a, b stretch) int { return cmp.Or(a.from.Compare(b.from), a.to.Compare(b.to)) })
		for i := 1; i < len(of); i++ {
			if of[i].call != of[i-1].call && of[i].from.Before(of[i-1].to) {
				t.Errorf("agent %s is in %s from %v though in %s until %v", agent, of[i].call, of[i].from, of[i-1].call, of[i-1].to)
			}
		}
	}
}

// The same seed makes the same data, and another one does not.
func TestSameSeed(t *testing.T) {
	made := func(seeded uint64) (all []string) {
		store := open(t)
		report, err := seed.Fill(t.Context(), store, seed.Options{Conversations: 60, Contacts: 40, Days: 9, Seed: seeded, Now: now})
		if err != nil {
			t.Fatal(err)
		}
		rows, states := calls(t, store, report.Workspace)
		for i, row := range rows {
			all = append(all, fmt.Sprintln(row.ID, row.From, row.To, row.State, row.Outcome, row.MissedReason, row.StartedAt, row.EndedAt, len(states[i].Agents)))
			notes, err := store.Notes(context.WithoutCancel(t.Context()), report.Workspace, row.ConversationID)
			if err != nil {
				t.Fatal(err)
			}
			for _, n := range notes {
				all = append(all, n.ID+n.Text)
			}
		}
		return all
	}
	one, again, other := made(3), made(3), made(4)
	if !slices.Equal(one, again) {
		t.Error("the same seed makes other data")
	}
	if slices.Equal(one, other) {
		t.Error("another seed makes the same data")
	}
}

// What has calls of its own is left alone.
func TestOnlyNewInstallations(t *testing.T) {
	store := open(t)
	fill(t, store, 30)
	if _, err := seed.Fill(t.Context(), store, seed.Options{Conversations: 30, Contacts: 30, Days: 5, Now: now}); !errors.Is(err, seed.ErrHasCalls) {
		t.Errorf("filled twice: %v", err)
	}
}

// BenchmarkFill tells how long many conversations take.
func BenchmarkFill(b *testing.B) {
	for b.Loop() {
		fill(b, open(b), 2000)
	}
}
