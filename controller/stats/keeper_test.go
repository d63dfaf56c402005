package stats_test

import (
	"errors"
	"log/slog"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"ringdesk/controller/inbox"
	"ringdesk/controller/journal"
	"ringdesk/controller/people"
	"ringdesk/controller/seed"
	"ringdesk/controller/stats"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

var evening = time.Date(2026, 11, 27, 17, 30, 0, 0, time.UTC)

// business is a store with a business whose calls of many days were played.
func business(t *testing.T, conversations int) (store *models.Store, workspace string) {
	t.Helper()
	store, err := models.Open(filepath.Join(t.TempDir(), "ringdesk.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	at := models.At(evening.AddDate(-1, 0, 0))
	tx(t, store, func(tx *models.Tx) error {
		workspace, _, err = people.AddWorkspace(tx, verb.Operator, people.NewWorkspace{Name: "Spring", Country: "KR", TimeZone: "Asia/Seoul"},
			people.Person{Email: "owner@spring.example", Name: "Olivia", PasswordHash: "x", Locale: "ko", Role: "owner"}, at)
		if err != nil {
			return err
		}
		trunk := models.Trunk{ID: models.NewID(), WorkspaceID: workspace, Name: "carrier", CreatedAt: at}
		number := models.Number{ID: models.NewID(), WorkspaceID: workspace, TrunkID: trunk.ID, Number: "+827076660001", Settings: "{}", Outbound: "{}", CreatedAt: at}
		return errors.Join(tx.AddTrunk(trunk, []string{"192.0.2.1"}), tx.AddNumber(number))
	})
	if _, err := seed.Fill(t.Context(), store, seed.Options{Conversations: conversations, Contacts: 120, Days: 20, Seed: 7, Now: evening}); err != nil {
		t.Fatal(err)
	}
	return store, workspace
}

func tx(t *testing.T, store *models.Store, do func(*models.Tx) error) {
	t.Helper()
	if err := store.Tx(t.Context(), do); err != nil {
		t.Fatal(err)
	}
}

// keeper is a Keeper at a moment.
func keeper(store *models.Store, owner string, at *time.Time) *stats.Keeper {
	return stats.NewKeeper(store, slog.New(slog.DiscardHandler), owner, func() time.Time { return *at })
}

func pass(t *testing.T, k *stats.Keeper) {
	t.Helper()
	if err := k.Pass(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// kept are the facts that the store has.
func kept(t *testing.T, store *models.Store, workspace string) (facts []stats.Facts, ids []string) {
	t.Helper()
	begun, err := store.BegunCalls(t.Context(), workspace, evening.AddDate(-1, 0, 0), evening.AddDate(1, 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range begun {
		ids = append(ids, c.ID)
	}
	calls, agents, err := store.FactsOfCalls(t.Context(), ids)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range ids {
		if c, is := calls[id]; is {
			facts = append(facts, stats.Facts{Call: c, Agents: agents[id]})
		}
	}
	return facts, ids
}

// Whoever has calls when facts begin to be kept has the facts of all of them, and they
// add up to what the journal gives in one go.
//
// Covers: STAT-0, STAT-3, STAT-4.
func TestFactsAreTheJournals(t *testing.T) {
	const conversations = 700
	store, workspace := business(t, conversations)
	now := evening
	k := keeper(store, "one", &now)
	pass(t, k)
	facts, ids := kept(t, store, workspace)
	if len(facts) != conversations {
		t.Fatalf("facts of %d calls", len(facts))
	}
	fold, figures := stats.NewFold(), stats.NewFigures()
	for i, id := range ids {
		entries, err := store.Journal(t.Context(), workspace, id)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if err := fold.Add(e); err != nil {
				t.Fatal(err)
			}
		}
		figures.Add(facts[i])
	}
	if want := fold.Figures(); !reflect.DeepEqual(figures, want) {
		t.Errorf("the facts:\n%+v\nthe journal:\n%+v", figures, want)
	}
	closed := 0
	for _, f := range facts {
		c := f.Call
		if sum := c.GreetingMS + c.QueueMS + c.RingMS + c.DialMS + c.TalkMS + c.VoicemailMS + c.SurveyMS; sum != c.TotalMS {
			t.Errorf("call %s: phases of %d ms in %d", c.CallID, sum, c.TotalMS)
		}
		if c.ConversationID == "" || c.NumberID == "" || c.ContactID == "" || c.EndedAt.IsZero() {
			t.Errorf("%+v", c)
		}
		if !c.ClosedAt.IsZero() {
			closed++
		}
	}
	if closed < conversations/2 {
		t.Errorf("%d conversations were closed", closed)
	}
}

// Facts follow what happens: a call that ends, and a conversation that is closed after
// it. Who keeps them is one controller, until it is gone for a while.
//
// Covers: STAT-0, SYS-2.
func TestFactsFollow(t *testing.T) {
	store, workspace := business(t, 40)
	now := evening
	one, two := keeper(store, "one", &now), keeper(store, "two", &now)
	pass(t, one)
	facts, _ := kept(t, store, workspace)
	i := slices.IndexFunc(facts, func(f stats.Facts) bool { return f.Call.ClosedAt.IsZero() && f.Call.Outcome == "answered" })
	if i < 0 {
		t.Fatal("all conversations are closed")
	}
	call := facts[i].Call
	closes := func(at time.Time) {
		tx(t, store, func(tx *models.Tx) error {
			for _, state := range []string{"open", "closed"} {
				if err := inbox.Change(tx, verb.By{Workspace: workspace, Role: "owner"}, call.ConversationID, inbox.ConversationChange{State: &state}, models.At(at)); err != nil {
					return err
				}
			}
			return nil
		})
	}
	closedAt := func() time.Time {
		calls, _, err := store.FactsOfCalls(t.Context(), []string{call.CallID})
		if err != nil {
			t.Fatal(err)
		}
		return calls[call.CallID].ClosedAt.Time
	}
	first := now.Add(time.Minute)
	closes(first)
	pass(t, two)
	if at := closedAt(); !at.IsZero() {
		t.Errorf("two controllers keep the facts: closed at %v", at)
	}
	now = now.Add(time.Minute) // the first one says nothing any more
	pass(t, two)
	if at := closedAt(); !at.Equal(first) {
		t.Errorf("closed at %v, want %v", at, first)
	}
	closes(first.Add(time.Hour))
	pass(t, two)
	if at := closedAt(); !at.Equal(first) {
		t.Errorf("closed again: %v, want the first time %v", at, first)
	}
}

// A wrap-up belongs to the agent's part that it came after, until it was ended, however
// that was; the facts follow it, and so do the sums.
//
// Covers: END-5, STAT-0, STAT-3.
func TestWrapUpsFollow(t *testing.T) {
	store, workspace := business(t, 40)
	now := evening
	k := keeper(store, "one", &now)
	pass(t, k)
	facts, _ := kept(t, store, workspace)
	var call models.CallFact
	var part models.AgentFact
	for _, f := range facts {
		for _, p := range f.Agents {
			if p.WrapUpEnd == string(journal.WrapUpFinished) && !p.WrapUpAt.Equal(p.LeftAt.Time) {
				t.Errorf("it began at %v, and they left at %v", p.WrapUpAt, p.LeftAt)
			}
			if p.TalkMS > 0 && p.WrapUpAt.IsZero() != (p.End != "left") {
				t.Errorf("no wrap-up of %+v", p)
			}
			if !p.WrapUpAt.IsZero() {
				call, part = f.Call, p
			}
		}
	}
	before := wrapsOf(report(t, store, models.SumFilter{Workspace: workspace}), part.AgentID)
	began := now.Add(time.Minute)
	tx(t, store, func(tx *models.Tx) error { // they talked again, and left
		entry := func(seq int64, at time.Time, typ string) models.JournalEntry {
			return models.JournalEntry{CallID: call.CallID, WorkspaceID: workspace, Seq: 1000 + seq, At: models.At(at), Type: typ, Data: `{"agentId":"` + part.AgentID + `"}`}
		}
		return errors.Join(tx.AddJournal([]models.JournalEntry{entry(1, began, "agent.joined"), entry(2, began, "agent.left"), entry(3, began, "agent.wrapUp")}),
			tx.StartWrapUp(models.WrapUp{WorkspaceID: workspace, AgentID: part.AgentID, CallID: call.CallID, ConversationID: call.ConversationID, At: began, Until: began.Add(time.Hour)}))
	})
	ends := func(end func(tx *models.Tx) error) models.AgentFact {
		t.Helper()
		tx(t, store, end)
		pass(t, k)
		_, agents, err := store.FactsOfCalls(t.Context(), []string{call.CallID})
		if err != nil {
			t.Fatal(err)
		}
		return agents[call.CallID][len(agents[call.CallID])-1]
	}
	last := ends(func(tx *models.Tx) error { return tx.EndWrapUp(workspace, part.AgentID, began.Add(90*time.Second)) })
	if last.WrapUpMS != 90_000 || last.WrapUpEnd != "finished" || !last.WrapUpAt.Equal(began) {
		t.Errorf("%+v", last)
	}
	after := wrapsOf(report(t, store, models.SumFilter{Workspace: workspace}), part.AgentID)
	if after.Wraps != before.Wraps+1 || after.WrapMS != before.WrapMS+90_000 {
		t.Errorf("%+v, and before %+v", after, before)
	}
	if r, err := k.RebuildAll(t.Context()); err != nil || r.Wrong+r.Missing > 0 {
		t.Errorf("%+v, %v", r, err)
	}
}

func wrapsOf(r stats.Report, agent string) stats.AgentTotal {
	return r.Agents[slices.IndexFunc(r.Agents, func(a stats.AgentTotal) bool { return a.AgentID == agent })]
}

// What is not as the journal says is found and mended.
//
// Covers: STAT-0, ADM-4.
func TestRebuild(t *testing.T) {
	const conversations = 120
	store, workspace := business(t, conversations)
	now := evening
	k := keeper(store, "one", &now)
	rebuild := func(want stats.Rebuilt) {
		t.Helper()
		if got, err := k.RebuildAll(t.Context()); err != nil || got != want {
			t.Errorf("got %+v, %v, want %+v", got, err, want)
		}
	}
	rebuild(stats.Rebuilt{Calls: conversations, Missing: conversations})
	rebuild(stats.Rebuilt{Calls: conversations})
	facts, _ := kept(t, store, workspace)
	wrong, parted := facts[3].Call, facts[slices.IndexFunc(facts, func(f stats.Facts) bool { return len(f.Agents) > 1 })]
	wrong.TalkMS++
	tx(t, store, func(tx *models.Tx) error {
		return errors.Join(tx.PutFacts([]models.CallFact{wrong}, facts[3].Agents), tx.PutFacts([]models.CallFact{parted.Call}, parted.Agents[1:]))
	})
	rebuild(stats.Rebuilt{Calls: conversations, Wrong: 2})
	if again, _ := kept(t, store, workspace); !reflect.DeepEqual(again, facts) {
		t.Error("it was not mended")
	}
}

// Facts of several businesses that are kept with one transaction go into the sums of each, by its own clock; looked at again,
// they are counted once.
//
// Covers: STAT-0, STAT-2.
func TestFactsOfSeveralBusinesses_STAT_0_STAT_2(t *testing.T) {
	store, err := models.Open(filepath.Join(t.TempDir(), "ringdesk.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	hours := map[string]int{"Asia/Seoul": 2, "Europe/Berlin": 18, "UTC": 17}
	for zone := range hours {
		tx(t, store, func(tx *models.Tx) error { return openBusiness(tx, zone, zone, "+82"+models.NewID()[26:]) })
	}
	now := evening
	k := keeper(store, "one", &now)
	pass(t, k)
	for again := range 2 {
		for zone := range hours {
			tx(t, store, func(tx *models.Tx) error {
				if again == 0 {
					return errors.Join(endedCall(tx, "1 "+zone, zone), endedCall(tx, "2 "+zone, zone))
				}
				return tx.Changed(zone, journal.TopicCall, "1 "+zone)
			})
		}
		pass(t, k)
		for zone, hour := range hours {
			sums, err := store.HourSums(t.Context(), models.SumFilter{Workspace: zone, From: "2026-11-01", To: "2026-12-31"})
			if err != nil {
				t.Fatal(err)
			}
			if len(sums) != 1 || sums[0].Calls != 2 || sums[0].Answered != 2 || sums[0].Hour != hour {
				t.Errorf("%s: %+v, want two calls at %d o'clock", zone, sums, hour)
			}
		}
	}
}

// openBusiness makes a workspace with what calls need.
func openBusiness(tx *models.Tx, w, zone, number string) error {
	at := models.At(evening)
	return errors.Join(tx.AddWorkspace(models.Workspace{ID: w, Name: w, Country: "KR", TimeZone: zone, CreatedAt: at}),
		tx.AddTrunk(models.Trunk{ID: "t" + w, WorkspaceID: w, Name: "t", Stored: "{}", CreatedAt: at}, nil),
		tx.AddNumber(models.Number{ID: "n" + w, WorkspaceID: w, TrunkID: "t" + w, Number: number, CreatedAt: at}),
		tx.AddContact(models.FullContact{Contact: models.Contact{ID: "c" + w, WorkspaceID: w, CreatedAt: at}}))
}

// endedCall makes a call that somebody answered, and that is over.
func endedCall(tx *models.Tx, id, w string) error {
	at := func(seconds int) models.Time { return models.At(evening.Add(time.Duration(seconds) * time.Second)) }
	kim := journal.Agent{AgentID: "a" + w, Name: "김하나"}
	err := errors.Join(tx.AddConversation(models.Conversation{ID: "of " + id, WorkspaceID: w, ContactID: "c" + w, Kind: "phone", State: "open", CreatedAt: at(0), UpdatedAt: at(20)}),
		tx.AddCall(models.Call{ID: id, WorkspaceID: w, ConversationID: "of " + id, ContactID: "c" + w, NumberID: "n" + w, Kind: "phone", Direction: "inbound", State: "ended",
			StartedAt: at(0), AnsweredAt: at(3), EndedAt: at(20), Data: "{}"}))
	for i, e := range []journal.Entry{journal.CallCreated{Direction: "inbound"}, journal.CallQueued{}, journal.AgentOffered{AgentID: kim.AgentID, Name: kim.Name},
		journal.CallAnswered{Agent: &kim, WaitMS: 3000}, journal.CallEnded{By: "customer", Outcome: "answered", State: "ended", TotalMS: 4000}} {
		data, encoding := journal.Encode(e)
		err = errors.Join(err, encoding, tx.AddJournal([]models.JournalEntry{{CallID: id, Seq: int64(i + 1), WorkspaceID: w, At: at(i), Type: e.Type(), Data: data}}))
	}
	return err
}
