package models

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"ringdesk/testkit/postgres"
)

// soon is how long a condition may take, on a slow machine.
const soon = 20 * time.Second

func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for until := time.Now().Add(soon); !is(); time.Sleep(5 * time.Millisecond) { // between looks
		if time.Now().After(until) {
			t.Fatalf("not within %v: %s", soon, what)
		}
	}
}

// While units of work come from all sides, the server is killed and comes back. What
// was acknowledged is there, what was refused is not, each unit is there once, and
// the store works on by itself.
//
// Covers: OPS-5, SYS-3
func TestKilledServerLosesNothing_OPS_5_SYS_3(t *testing.T) {
	server := postgres.Start(t)
	s := onServer(t, server, "ringdesk")
	var e ears
	s.OnCommit(e.listen)
	ctx, stop := context.WithCancel(t.Context())
	var saved, refused sync.Map
	var n atomic.Int64
	var work sync.WaitGroup
	for range 8 {
		work.Go(func() {
			for ctx.Err() == nil {
				key := fmt.Sprint(n.Add(1))
				err := s.Tx(t.Context(), func(tx *Tx) error {
					return errors.Join(tx.AddTask("mix", key, now), tx.Changed("w", "task", key))
				})
				if err != nil {
					refused.Store(key, err)
				} else {
					saved.Store(key, true)
				}
			}
		})
	}
	for range 4 {
		before := n.Load()
		eventually(t, "more work", func() bool { return n.Load() > before+100 })
		server.Kill(syscall.SIGKILL)
		server.Up()
	}
	before := n.Load()
	eventually(t, "work after the last start", func() bool { return n.Load() > before+100 })
	stop()
	work.Wait()
	there, err := values[string](s.read, "SELECT subject FROM tasks")
	must(t, err)
	found := map[string]bool{}
	for _, key := range there {
		found[key] = true
		if _, ok := saved.Load(key); !ok {
			t.Errorf("%s was refused, and is there", key)
		}
	}
	saved.Range(func(key, _ any) bool {
		if !found[key.(string)] {
			t.Errorf("%s was acknowledged, and is lost", key)
		}
		return true
	})
	heard := map[string]int{}
	for _, c := range e.all() {
		heard[c.EntityID]++
	}
	for key := range found {
		if heard[key] == 0 {
			t.Errorf("nobody was told of %s", key)
		}
	}
}

// Work that comes while the server is away waits for it, and does not fail when that
// takes a moment only. When it takes long it is refused as what it is.
//
// Covers: OPS-5
func TestServerIsAway_OPS_5(t *testing.T) {
	server := postgres.Start(t)
	s := onServer(t, server, "ringdesk")
	change := func(id string) error {
		return s.Tx(t.Context(), func(tx *Tx) error { return tx.Changed("w", "t", id) })
	}
	must(t, change("before"))
	server.Kill(syscall.SIGKILL)
	waits := make(chan error, 1)
	go func() { waits <- change("meanwhile") }()
	server.Up()
	must(t, <-waits)
	server.Kill(syscall.SIGINT)
	if err := change("refused"); !errors.Is(err, ErrUnavailable) {
		t.Errorf("without a server: %v", err)
	}
	server.Up()
	eventually(t, "it writes again", func() bool { return change("after") == nil })
	eventually(t, "it reads again", func() bool {
		n, err := s.LastChange(t.Context())
		return err == nil && n > 0
	})
}

// A commit whose answer is lost is looked up: it was done, or it was not.
//
// Covers: OPS-5
func TestLostAnswerOfCommit_OPS_5(t *testing.T) {
	server := postgres.Start(t)
	s := onServer(t, server, "ringdesk")
	w := s.writes.(*postgresWriter)
	for _, committed := range []bool{true, false} {
		must(t, w.begin(t.Context()))
		_, err := exec(s.write, "INSERT INTO tasks (id, kind, subject, due_at, attempts, last_error) VALUES (?, 'k', ?, 0, 0, '')", NewID(), fmt.Sprint(committed))
		must(t, err)
		if committed {
			_, err = w.simple(t.Context(), "COMMIT")
			must(t, err)
		}
		if done, err := w.settled(t.Context()); err != nil || done != committed {
			t.Errorf("committed %v: found %v, %v", committed, done, err)
		}
	}
}

// A controller that stands still in the middle of a transaction keeps the others
// waiting for a while only, and finds its own transaction undone.
//
// Covers: OPS-5
func TestStandingStill_OPS_5(t *testing.T) {
	server := postgres.Start(t)
	ours := onServer(t, server, "ringdesk")
	theirs := openAt(t, server.URL("ringdesk"))
	err := ours.Tx(t.Context(), func(tx *Tx) error {
		if _, err := exec(tx.db, "SET LOCAL idle_in_transaction_session_timeout = 300"); err != nil {
			return err
		}
		if err := tx.Changed("w", "t", "ours"); err != nil {
			return err
		}
		// It waits, as this goroutine does.
		return theirs.Tx(t.Context(), func(tx *Tx) error { return tx.Changed("w", "t", "theirs") })
	})
	if err == nil {
		t.Error("a transaction that the server has ended was acknowledged")
	}
	must(t, ours.Tx(t.Context(), func(tx *Tx) error { return tx.Changed("w", "t", "again") }))
	told, err := values[string](theirs.read, "SELECT entity_id FROM changes ORDER BY seq")
	must(t, err)
	if fmt.Sprint(told) != "[theirs again]" {
		t.Errorf("changes %v", told)
	}
}
