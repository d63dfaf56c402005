package models

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"ringdesk/testkit/postgres"
)

var now = time.Date(2026, 11, 2, 9, 0, 0, 123456789, time.UTC)

func openStore(t *testing.T) *Store {
	t.Helper()
	s, err := Open(place(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// workspace makes one with a number and n agents with ready phones.
func workspace(t *testing.T, s *Store, n int) (Workspace, Number, []Agent) {
	t.Helper()
	ws := Workspace{ID: NewID(), Name: "w", Country: "KR", TimeZone: "Asia/Seoul", RingSeconds: 20, QueueSeconds: 3600, CreatedAt: At(now)}
	tr := Trunk{ID: NewID(), WorkspaceID: ws.ID, Name: "t", CreatedAt: At(now)}
	num := Number{ID: NewID(), WorkspaceID: ws.ID, TrunkID: tr.ID, Number: "+82" + ws.ID[24:32], Label: "l", Record: true, CreatedAt: At(now)}
	var as []Agent
	must(t, s.Tx(t.Context(), func(tx *Tx) error {
		err := errors.Join(tx.AddWorkspace(ws), tx.AddTrunk(tr, []string{carrierAddress(ws.ID)}), tx.AddNumber(num))
		for i := range n {
			acc := Account{ID: NewID(), Email: fmt.Sprintf("%d@%s", i, ws.ID), Name: "n", Locale: "en", CreatedAt: At(now)}
			a := Agent{ID: NewID(), WorkspaceID: ws.ID, AccountID: acc.ID, Name: fmt.Sprint(i), Role: "agent", Seat: true, TakesPhone: true, CreatedAt: At(now)}
			as = append(as, a)
			err = errors.Join(err, tx.AddAccount(acc), tx.AddAgent(a))
			_, perr := tx.PutPhone(Phone{ID: "p" + acc.ID, AccountID: acc.ID, SeenAt: At(now), CreatedAt: At(now)})
			err = errors.Join(err, perr, tx.SetPhoneReady(acc.ID, "p"+acc.ID, true, now))
		}
		return err
	}))
	return ws, num, as
}

// carrierAddress is one of RFC 3849's for each workspace.
func carrierAddress(workspace string) string {
	return "2001:db8::" + workspace[24:28] + ":" + workspace[28:32]
}

func TestReopenKeepsDataAndMigratesOnce(t *testing.T) {
	file := place(t)
	if !postgres.On() {
		file = filepath.Join(t.TempDir(), "deep", "ringdesk.db")
	}
	for i := range 3 {
		s, err := Open(file)
		must(t, err)
		must(t, s.Tx(t.Context(), func(tx *Tx) error {
			return tx.AddWorkspace(Workspace{ID: fmt.Sprint(i), Name: "w", Country: "KR", TimeZone: "UTC", CreatedAt: At(now)})
		}))
		n, err := s.CountWorkspaces(t.Context())
		must(t, err)
		if n != int64(i+1) {
			t.Errorf("%d workspaces after %d starts", n, i+1)
		}
		must(t, s.Close())
	}
}

func TestTimesSurvive(t *testing.T) {
	s := openStore(t)
	ws, _, _ := workspace(t, s, 0)
	got, err := s.Workspace(t.Context(), ws.ID)
	must(t, err)
	if want := now.Truncate(time.Microsecond); !got.CreatedAt.Equal(want) || got.CreatedAt.Location() != time.UTC {
		t.Errorf("got %v, want %v", got.CreatedAt, want)
	}
}

// A unit of work that fails or panics undoes itself and nothing else, however
// many units share a commit.
func TestUnitsOfWorkAreIndependent(t *testing.T) {
	s := openStore(t)
	boom := errors.New("boom")
	var wg sync.WaitGroup
	var mu sync.Mutex
	var want []string
	for i := range 300 {
		wg.Go(func() {
			id := fmt.Sprintf("%03d", i)
			err := s.Tx(context.Background(), func(tx *Tx) error {
				if err := tx.AddWorkspace(Workspace{ID: id, Name: "w", CreatedAt: At(now)}); err != nil {
					return err
				}
				switch i % 3 {
				case 1:
					return boom
				case 2:
					panic("oops")
				}
				return tx.Changed(id, "workspace", id)
			})
			if (err == nil) != (i%3 == 0) || i%3 == 1 && !errors.Is(err, boom) {
				t.Errorf("unit %d: %v", i, err)
			}
			if err == nil {
				mu.Lock()
				want = append(want, id)
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	var got []string
	must(t, s.read.Raw("SELECT id FROM workspaces ORDER BY id").Scan(&got).Error)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("got %d rows, want %d", len(got), len(want))
	}
}

// Phones are heard from together, and nothing that is older than what is known counts.
//
// Covers: IN-12, OPS-5
func TestHeardPhones_IN_12_OPS_5(t *testing.T) {
	s := openStore(t)
	_, _, as := workspace(t, s, 3)
	heard := func(at ...time.Time) {
		phones := map[string]time.Time{"nobody's": now}
		for i := range phonesAtOnce { // so that they take two statements
			phones[fmt.Sprint("nobody's ", i)] = now
		}
		for i, at := range at {
			phones["p"+as[i].AccountID] = at
		}
		must(t, s.Tx(t.Context(), func(tx *Tx) error { return tx.HeardPhones(phones) }))
	}
	heard(now.Add(time.Minute), now.Add(-time.Minute))
	heard(now.Add(time.Second), now.Add(time.Second))
	phones, err := s.ReadyPhones(t.Context())
	if err != nil || len(phones) != 3 {
		t.Fatal(phones, err)
	}
	for _, p := range phones {
		want := now
		switch p.AccountID {
		case as[0].AccountID:
			want = now.Add(time.Minute)
		case as[1].AccountID:
			want = now.Add(time.Second)
		}
		if !p.SeenAt.Equal(At(want).Time) {
			t.Errorf("%s was heard %v, want %v", p.ID, p.SeenAt, want)
		}
	}
}

// A statement that fails ends its unit of work, on every database: one that goes on as
// if nothing had been is undone, with an error, and nobody else's is.
//
// Covers: OPS-5
func TestFailedStatementEndsItsUnit_OPS_5(t *testing.T) {
	s := openStore(t)
	ws := func(id string) Workspace { return Workspace{ID: id, Name: "w", CreatedAt: At(now)} }
	must(t, s.Tx(t.Context(), func(tx *Tx) error { return tx.AddWorkspace(ws("there")) }))
	heedless := func(id string) func(*Tx) error {
		return func(tx *Tx) error {
			if err := tx.AddWorkspace(ws("there")); !errors.Is(err, ErrConflict) {
				t.Errorf("%s: %v", id, err)
			}
			if err := tx.AddWorkspace(ws(id)); err == nil {
				t.Errorf("%s is written", id)
			}
			if n, err := value[int](tx.db, "SELECT 1"); err == nil {
				t.Errorf("%s reads %d", id, n)
			}
			return nil
		}
	}
	if err := s.Tx(t.Context(), heedless("alone")); err == nil {
		t.Error("it was committed")
	}
	var wg sync.WaitGroup
	for i := range 100 {
		wg.Go(func() {
			id := fmt.Sprintf("%03d", i)
			do := heedless(id)
			if i%2 == 0 {
				do = func(tx *Tx) error { return tx.AddWorkspace(ws(id)) }
			}
			if err := s.Tx(context.Background(), do); (err == nil) != (i%2 == 0) {
				t.Errorf("unit %d: %v", i, err)
			}
		})
	}
	wg.Wait()
	if n, err := s.CountWorkspaces(t.Context()); err != nil || n != 51 {
		t.Errorf("%d workspaces, %v", n, err)
	}
}

func TestOnCommitHearsEveryDurableChangeInOrder(t *testing.T) {
	s := openStore(t)
	var heard []int64
	s.OnCommit(func(cs []Change) {
		for _, c := range cs {
			heard = append(heard, c.Seq) // the writer's goroutine only
		}
	})
	var wg sync.WaitGroup
	for i := range 200 {
		wg.Go(func() {
			// Errors are what is tested: those units must not be heard of.
			_ = s.Tx(context.Background(), func(tx *Tx) error {
				if err := tx.Changed("w", "t", fmt.Sprint(i)); err != nil || i%4 == 0 {
					return errors.Join(err, errors.New("undone"))
				}
				return nil
			})
		})
	}
	wg.Wait()
	if len(heard) != 150 || !slices.IsSorted(heard) {
		t.Errorf("heard %d changes, sorted %v", len(heard), slices.IsSorted(heard))
	}
	last, err := s.LastChange(t.Context())
	must(t, err)
	if last != heard[len(heard)-1] {
		t.Errorf("last change is %d, heard %d", last, heard[len(heard)-1])
	}
}

func TestOneTransactionTellsEachChangeOnce(t *testing.T) {
	s := openStore(t)
	var heard []Change
	s.OnCommit(func(cs []Change) { heard = append(heard, cs...) })
	for range 2 {
		must(t, s.Tx(t.Context(), func(tx *Tx) error {
			return errors.Join(tx.Changed("w", "call", "1"), tx.Changed("w", "agent", "2"), tx.Changed("w", "call", "1"), tx.Changed("v", "call", "1"))
		}))
	}
	var kept []Change
	must(t, s.read.Order("seq").Find(&kept).Error)
	if len(heard) != 6 || !slices.Equal(heard, kept) {
		t.Errorf("heard %+v\nkept %+v", heard, kept)
	}
	for i, c := range heard {
		if c.Seq != int64(i+1) || c.EntityID == "" {
			t.Errorf("change %d is %+v", i+1, c)
		}
	}
}

func TestClosedStoreAndEndedContext(t *testing.T) {
	s, err := Open(place(t))
	must(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Tx(ctx, func(*Tx) error { t.Error("ran"); return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	must(t, s.Close())
	if err := s.Tx(t.Context(), func(*Tx) error { return nil }); err == nil {
		t.Error("a closed store took work")
	}
}

// Covers: IN-2, IN-11. Of many claims at the same moment exactly one succeeds.
func TestClaimHasOneWinner_IN_2(t *testing.T) {
	s := openStore(t)
	_, _, as := workspace(t, s, 1)
	var wg sync.WaitGroup
	var mu sync.Mutex
	won := 0
	for i := range 50 {
		wg.Go(func() {
			must(t, s.Tx(context.Background(), func(tx *Tx) error {
				ok, err := tx.Claim(as[0].AccountID, fmt.Sprint("call", i), now)
				if ok {
					mu.Lock()
					won++
					mu.Unlock()
				}
				return err
			}))
		})
	}
	wg.Wait()
	if won != 1 {
		t.Errorf("%d winners", won)
	}
}

func TestStates_IN_2(t *testing.T) {
	set := func(u AgentUpdate) func(*Tx, Agent) error {
		return func(tx *Tx, a Agent) error { return tx.UpdateAgent(a.WorkspaceID, a.ID, u) }
	}
	cases := []struct {
		name   string
		do     func(*Tx, Agent) error
		at     time.Time
		status string
	}{
		{"all is well", nil, now, "available"},
		{"no seat", set(AgentUpdate{Seat: new(false)}), now, "available"},
		{"phone switched off", set(AgentUpdate{TakesPhone: new(false)}), now, "available"},
		{"away", set(AgentUpdate{Status: new("rest")}), now, "rest"},
		{"browser not registered", func(tx *Tx, a Agent) error { return tx.SetPhoneReady(a.AccountID, "p"+a.AccountID, false, now) }, now, "offline"},
		{"heartbeats stopped 14 s ago", nil, now.Add(14 * time.Second), "available"},
		{"heartbeats stopped 15 s ago", nil, now.Add(15 * time.Second), "offline"},
		{"rings", func(tx *Tx, a Agent) error { _, err := tx.Claim(a.AccountID, "c", now); return err }, now, "ringing"},
		{"in a call", func(tx *Tx, a Agent) error {
			_, err := tx.Occupy(a.AccountID, "c")
			return err
		}, now, "inCall"},
		{"released", func(tx *Tx, a Agent) error {
			_, err := tx.Claim(a.AccountID, "c", now)
			return errors.Join(err, tx.Release(a.AccountID, "other"), tx.Release(a.AccountID, "c"))
		}, now, "available"},
	}
	s := openStore(t)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			ws, _, as := workspace(t, s, 1)
			must(t, s.Tx(t.Context(), func(tx *Tx) error {
				if c.do == nil {
					return nil
				}
				return c.do(tx, as[0])
			}))
			a, err := s.Agent(t.Context(), ws.ID, as[0].ID)
			must(t, err)
			if got := a.State(c.at); got != c.status {
				t.Errorf("status %q, want %q", got, c.status)
			}
		})
	}
}

func TestSecondControllersWriteIsAConflict(t *testing.T) {
	s := openStore(t)
	ws, num, _ := workspace(t, s, 0)
	must(t, s.Tx(t.Context(), func(tx *Tx) error {
		contact, err := tx.ContactOfCaller(ws.ID, Caller{}, At(now))
		conv := Conversation{ID: NewID(), WorkspaceID: ws.ID, ContactID: contact.ID, CreatedAt: At(now), UpdatedAt: At(now)}
		c := Call{ID: "c", WorkspaceID: ws.ID, ConversationID: conv.ID, ContactID: contact.ID, NumberID: num.ID, StartedAt: At(now), Data: "{}"}
		err = errors.Join(err, tx.AddConversation(conv), tx.AddCall(c))
		c.Version, c.State, c.Outcome, c.TeamID, c.QueueRank = 1, "queued", "answered", "team", 7
		c.MissedReason, c.AnsweredAt, c.EndedAt, c.Live = "userLeft", At(now), At(now), true
		return errors.Join(err, tx.SaveCall(c, nil))
	}))
	got, err := s.Call(t.Context(), ws.ID, "c")
	must(t, err)
	if got.State != "queued" || got.Outcome != "answered" || got.TeamID != "team" || got.QueueRank != 7 || got.MissedReason != "userLeft" ||
		got.AnsweredAt != At(now) || got.EndedAt != At(now) || !got.Live || got.Version != 1 {
		t.Errorf("saved as %+v", got)
	}
	err = s.Tx(t.Context(), func(tx *Tx) error { return tx.SaveCall(Call{ID: "c", WorkspaceID: ws.ID, Version: 1}, nil) })
	if !errors.Is(err, ErrConflict) {
		t.Errorf("got %v", err)
	}
}

func TestTasks(t *testing.T) {
	s := openStore(t)
	take := func(at time.Time) (task Task, err error) {
		err = s.Tx(t.Context(), func(tx *Tx) error { task, err = tx.TakeTask("mix", at, at.Add(time.Minute)); return err })
		return task, err
	}
	must(t, s.Tx(t.Context(), func(tx *Tx) error {
		return errors.Join(tx.AddTask("mix", "r1", now), tx.AddTask("mix", "r1", now.Add(time.Hour)))
	}))
	task, err := take(now)
	must(t, err)
	if task.Subject != "r1" || task.Attempts != 1 {
		t.Errorf("took %+v", task)
	}
	if _, err := take(now); !errors.Is(err, ErrNotFound) {
		t.Errorf("a task on lease was handed out: %v", err)
	}
	if task, err = take(now.Add(2 * time.Minute)); err != nil || task.Attempts != 2 {
		t.Errorf("after the lease: %+v, %v", task, err)
	}
	must(t, s.Tx(t.Context(), func(tx *Tx) error { return tx.FinishTask(task.ID, now) }))
	if _, err := s.NextTask(t.Context(), "mix"); !errors.Is(err, ErrNotFound) {
		t.Errorf("a finished task is still planned: %v", err)
	}
}

// A data folder may have any name.
func TestOpensAnyFolder(t *testing.T) {
	postgres.SQLiteOnly(t)
	for _, name := range []string{"a#b", "a?b=c", "100%41", "고객 센터"} {
		file := filepath.Join(t.TempDir(), name, "ringdesk.db")
		s, err := Open(file)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if info, err := os.Stat(file); err != nil || info.Size() == 0 {
			t.Errorf("%s: the database is not there: %v", name, err)
		}
	}
}
