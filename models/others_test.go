package models

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"time"
)

// ears hears a store's changes.
type ears struct {
	mu    sync.Mutex
	heard []Change
}

func (e *ears) listen(cs []Change) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.heard = append(e.heard, cs...)
}

func (e *ears) all() []Change {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.heard)
}

// Changes of another program are told of at once and in order, between our own,
// and each as what it is.
func TestOthersChangesAreTold(t *testing.T) {
	file := place(t)
	ours, err := Open(file)
	must(t, err)
	theirs, err := Open(file)
	must(t, err)
	t.Cleanup(func() { must(t, errors.Join(ours.Close(), theirs.Close())) })
	tell := func(s *Store, id string) {
		t.Helper()
		must(t, s.Tx(t.Context(), func(tx *Tx) error { return tx.Changed("w", "trunk", id) }))
	}
	tell(theirs, "before anybody listens")
	var e ears
	ours.OnCommit(e.listen)
	heard := func(n int) []Change {
		t.Helper()
		deadline := time.Now().Add(2 * time.Second)
		for len(e.all()) < n {
			if time.Now().After(deadline) {
				t.Fatalf("heard %+v, want %d", e.all(), n)
			}
			time.Sleep(5 * time.Millisecond) // between looks, not instead of one
		}
		return e.all()
	}
	heard(1)
	tell(theirs, "alone")
	heard(2)
	tell(ours, "own")
	heard(3)
	for range 20 { // whichever is first, the look or our next commit
		tell(theirs, "theirs")
		tell(ours, "ours")
	}
	want := []string{"before anybody listens", "alone", "own"}
	for range 20 {
		want = append(want, "theirs", "ours")
	}
	for i, c := range heard(len(want)) {
		if c.EntityID != want[i] || c.Elsewhere != (want[i] != "own" && want[i] != "ours") || i > 0 && c.Seq != e.all()[i-1].Seq+1 {
			t.Errorf("the %dth change is %+v, want %s", i, c, want[i])
		}
	}
}

// What was undone leaves no gap that would be taken for another program's.
func TestUndoneChangesAreNobodys(t *testing.T) {
	s := openStore(t)
	var e ears
	s.OnCommit(e.listen)
	var work sync.WaitGroup
	undo := errors.New("undo")
	for i := range 200 {
		work.Go(func() {
			err := s.Tx(t.Context(), func(tx *Tx) error {
				err := tx.Changed("w", "agent", NewID())
				if i%3 == 0 {
					err = errors.Join(tx.writeChanges(), undo)
				}
				return err
			})
			if err != nil && !errors.Is(err, undo) {
				t.Error(err)
			}
		})
	}
	work.Wait()
	for i, c := range e.all() {
		if c.Elsewhere || i > 0 && c.Seq <= e.all()[i-1].Seq {
			t.Errorf("%+v", c)
		}
	}
}
