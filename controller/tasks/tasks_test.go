package tasks_test

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ringdesk/controller/tasks"
	"ringdesk/models"
	"ringdesk/testkit/database"
)

const kind = "test"

// bench is a store with workers that are stopped at the test's end.
type bench struct {
	t     *testing.T
	store *models.Store
}

func newBench(t *testing.T) *bench {
	t.Helper()
	store, err := models.Open(database.Place(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return &bench{t, store}
}

func (b *bench) tx(do func(*models.Tx) error) {
	b.t.Helper()
	if err := b.store.Tx(context.Background(), do); err != nil {
		b.t.Fatal(err)
	}
}

// add makes a due task.
func (b *bench) add(subject string) {
	b.t.Helper()
	b.tx(func(tx *models.Tx) error { return tx.AddTask(kind, subject, time.Now().Add(-time.Minute)) })
}

// run runs workers until the test's end, or until the function is called.
func (b *bench) run(o tasks.Options, k tasks.Kind) (_ *tasks.Tasks, stop func()) {
	o.Store, o.Log, k.Name = b.store, slog.New(slog.NewTextHandler(b.t.Output(), nil)), kind
	if k.Pauses == nil {
		k.Pauses = []time.Duration{time.Hour}
	}
	all := tasks.New(o, k)
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() {
		if err := all.Run(ctx); err != nil {
			b.t.Errorf("Run: %v", err)
		}
	})
	stop = func() { cancel(); running.Wait() }
	b.t.Cleanup(stop)
	return all, stop
}

// until waits for a condition, for at most 20 s.
func (b *bench) until(what string, ok func() bool) {
	b.t.Helper()
	end := time.NewTimer(20 * time.Second)
	defer end.Stop()
	look := time.NewTicker(2 * time.Millisecond)
	defer look.Stop()
	for !ok() {
		select {
		case <-end.C:
			b.t.Fatalf("never: %s", what)
		case <-look.C:
		}
	}
}

// open says whether a task is left that may be done.
func (b *bench) open() bool {
	b.t.Helper()
	_, err := b.store.NextTask(context.Background(), kind)
	if err != nil && !errors.Is(err, models.ErrNotFound) {
		b.t.Fatal(err)
	}
	return err == nil
}

func (b *bench) dead() []models.Task {
	b.t.Helper()
	dead, err := tasks.Dead(context.Background(), b.store)
	if err != nil {
		b.t.Fatal(err)
	}
	return dead
}

func done(context.Context, tasks.Attempt) tasks.Result { return tasks.Result{} }

// A kick is enough, however seldom workers look by themselves; and a timer finds
// work that nobody kicked for.
func TestWorkIsFound(t *testing.T) {
	for name, c := range map[string]struct {
		look time.Duration
		kick bool
	}{
		"by a kick":  {time.Hour, true},
		"by a timer": {10 * time.Millisecond, false},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			looked := make(chan struct{})
			var once sync.Once
			now := func() time.Time { once.Do(func() { close(looked) }); return time.Now() }
			b.tx(func(tx *models.Tx) error { return tx.AddTask(kind, "not yet due", time.Now().Add(time.Hour)) })
			var did sync.Map
			all, _ := b.run(tasks.Options{Look: c.look, Now: now}, tasks.Kind{Do: func(_ context.Context, a tasks.Attempt) tasks.Result {
				did.Store(a.Subject, true)
				return tasks.Result{}
			}})
			<-looked // there was nothing to do
			b.add("a")
			if c.kick {
				all.Kick(kind)
			}
			b.until("the work is done", func() bool { _, ok := did.Load("a"); return ok })
			if _, ok := did.Load("not yet due"); ok {
				t.Error("work was done before it was due")
			}
		})
	}
}

// Pauses grow by the kind's table; after the last the task is dead, is shown with
// its reason, and has all its attempts anew when it is tried again.
//
// Covers: OPS-3
func TestPausesAndDeath(t *testing.T) {
	b := newBench(t)
	b.add("a")
	var clock atomic.Pointer[time.Time]
	set := func(at time.Time) { clock.Store(&at) }
	set(time.Now().Truncate(time.Microsecond))
	pauses := []time.Duration{time.Second, time.Minute, time.Hour}
	var works atomic.Bool
	all, _ := b.run(tasks.Options{Now: func() time.Time { return *clock.Load() }}, tasks.Kind{Pauses: pauses, Do: func(context.Context, tasks.Attempt) tasks.Result {
		if works.Load() {
			return tasks.Result{}
		}
		return tasks.Result{Err: errors.New("no ink")}
	}})
	for i, want := range pauses {
		var due time.Time
		b.until("the next attempt is due", func() bool {
			var err error
			due, err = b.store.NextTask(t.Context(), kind)
			return err == nil && due.Equal(clock.Load().Add(want))
		})
		if len(b.dead()) != 0 {
			t.Fatalf("dead after attempt %d", i+1)
		}
		set(due)
		all.Kick(kind)
	}
	b.until("it is dead", func() bool { return len(b.dead()) == 1 })
	died := b.dead()[0]
	if died.Subject != "a" || died.Attempts != len(pauses)+1 || died.LastError != "no ink" || b.open() {
		t.Errorf("dead: %+v, open %v", died, b.open())
	}
	if counts, err := b.store.TaskCounts(t.Context()); err != nil || len(counts) != 1 || counts[0] != (models.TaskCounts{Kind: kind, Dead: 1}) {
		t.Errorf("counts %+v, %v", counts, err)
	}
	works.Store(true)
	if err := tasks.Retry(t.Context(), b.store, died.ID, *clock.Load()); err != nil {
		t.Fatal(err)
	}
	all.Kick(kind)
	b.until("it is done", func() bool { return !b.open() && len(b.dead()) == 0 })
	if err := tasks.Retry(t.Context(), b.store, died.ID, *clock.Load()); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("a task that is done can be tried again: %v", err)
	}
}

// How an attempt ends, and what the handler is told of it.
func TestEnds(t *testing.T) {
	failure := errors.New("no")
	for name, c := range map[string]struct {
		result tasks.Result
		before int // attempts that ended without a word
		last   bool
		dead   bool
		open   bool
	}{
		"done":                        {tasks.Result{}, 0, true, false, false},
		"failed":                      {tasks.Result{Err: failure}, 0, false, false, true},
		"failed for the last time":    {tasks.Result{Err: failure}, 2, true, true, false},
		"no attempt can do better":    {tasks.Result{Err: failure, Over: true}, 0, true, false, false},
		"the store is in trouble":     {tasks.Result{Err: failure, Endless: true}, 5, false, false, true},
		"every attempt ended early":   {tasks.Result{Err: failure}, 5, true, true, false},
		"done at the very last":       {tasks.Result{}, 2, true, false, false},
		"done after attempts spent":   {tasks.Result{}, 5, true, false, false},
		"over, and nothing left even": {tasks.Result{Err: failure, Over: true}, 5, true, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.add("a")
			for range c.before {
				b.tx(func(tx *models.Tx) error { _, err := tx.TakeTask(kind, time.Now(), time.Now()); return err })
			}
			noted := make(chan [2]bool, 10)
			b.run(tasks.Options{}, tasks.Kind{Pauses: []time.Duration{time.Hour, time.Hour}, Do: func(_ context.Context, a tasks.Attempt) tasks.Result {
				res := c.result
				res.Note = func(_ *models.Tx, last bool) error { noted <- [2]bool{last, a.Spent}; return nil }
				return res
			}})
			if got, want := <-noted, [2]bool{c.last, c.before > 2}; got != want {
				t.Errorf("last and spent %v, want %v", got, want)
			}
			b.until("it has ended", func() bool { return b.open() == c.open && (len(b.dead()) == 1) == c.dead })
		})
	}
}

// A panic is a failure, and what could not be noted is done again.
func TestFailures(t *testing.T) {
	for name, do := range map[string]func(n int32) tasks.Result{
		"a panic": func(n int32) tasks.Result {
			if n == 1 {
				panic("boo")
			}
			return tasks.Result{}
		},
		"a note that fails": func(n int32) tasks.Result {
			return tasks.Result{Note: func(*models.Tx, bool) error {
				if n == 1 {
					return errors.New("disk full")
				}
				return nil
			}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.add("a")
			var n atomic.Int32
			b.run(tasks.Options{Lease: 50 * time.Millisecond}, tasks.Kind{Pauses: []time.Duration{time.Millisecond},
				Do: func(context.Context, tasks.Attempt) tasks.Result { return do(n.Add(1)) }})
			b.until("it is done", func() bool { return !b.open() && n.Load() == 2 })
		})
	}
}

// Of many workers, in two processes as it were, never two do one task, however
// long it takes.
func TestNeverTwoAtOnce(t *testing.T) {
	b := newBench(t)
	const works = 40
	var mu sync.Mutex
	busy, did := map[string]bool{}, map[string]int{}
	do := func(_ context.Context, a tasks.Attempt) tasks.Result {
		mu.Lock()
		if busy[a.Subject] {
			t.Errorf("%s is done twice at once", a.Subject)
		}
		busy[a.Subject] = true
		did[a.Subject]++
		mu.Unlock()
		if _, err := b.store.TaskCounts(context.Background()); err != nil { // some work
			t.Error(err)
		}
		mu.Lock()
		delete(busy, a.Subject)
		mu.Unlock()
		return tasks.Result{}
	}
	for i := range works {
		b.add(string(rune('a' + i)))
	}
	for range 2 {
		all, _ := b.run(tasks.Options{Lease: time.Second}, tasks.Kind{Do: do, Workers: 3})
		all.Kick(kind)
	}
	b.until("all is done", func() bool { return !b.open() })
	mu.Lock()
	defer mu.Unlock()
	for subject, n := range did {
		if n != 1 {
			t.Errorf("%s was done %d times", subject, n)
		}
	}
	if len(did) != works {
		t.Errorf("%d of %d are done", len(did), works)
	}
}

// A worker that dies between counting an attempt and making it keeps others away
// until its lease runs out; then the work is done, and the dead one may note
// nothing any more.
func TestCrash(t *testing.T) {
	b := newBench(t)
	b.add("a")
	var crashed models.Task
	lease := time.Now().Add(200 * time.Millisecond)
	b.tx(func(tx *models.Tx) (err error) {
		crashed, err = tx.TakeTask(kind, time.Now(), lease)
		return err
	})
	b.run(tasks.Options{}, tasks.Kind{Do: done})
	b.until("it is done", func() bool { return !b.open() })
	if time.Now().Before(lease) {
		t.Error("the lease did not keep others away")
	}
	err := b.store.Tx(t.Context(), func(tx *models.Tx) error { return tx.HoldTask(crashed, time.Now()) })
	if !errors.Is(err, models.ErrConflict) {
		t.Errorf("the dead worker may still write: %v", err)
	}
}

// Who is told to stop gives the task back at once.
func TestStop(t *testing.T) {
	b := newBench(t)
	b.add("a")
	at := make(chan struct{})
	_, stop := b.run(tasks.Options{}, tasks.Kind{Do: func(ctx context.Context, _ tasks.Attempt) tasks.Result {
		close(at)
		<-ctx.Done()
		return tasks.Result{Err: ctx.Err()}
	}})
	<-at
	stop()
	if due, err := b.store.NextTask(t.Context(), kind); err != nil || due.After(time.Now()) {
		t.Errorf("due %v, %v", due, err)
	}
}
