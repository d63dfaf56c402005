package webhook

import (
	"context"
	"errors"
	"sync"
	"time"

	"ringdesk/models"
)

const (
	// tryFor is how long a delivery is tried before it is given up.
	tryFor = 24 * time.Hour
	// atOnce is how many requests one webhook is sent at a time, each of another call.
	atOnce = 4
	// inOneLook is how many deliveries one look at the database finds.
	inOneLook = 64
	// tiredAfter is how many failures in a row let a webhook rest: the receiver is dead, and
	// each request would only cost time.
	tiredAfter = 5
	// rest is how long it rests; then a single delivery is tried.
	rest = 30 * time.Second
)

// pauses are those after the first attempts; the last one goes on.
var pauses = []time.Duration{5 * time.Second, 30 * time.Second, 2 * time.Minute, 5 * time.Minute, 15 * time.Minute, 30 * time.Minute, time.Hour}

func pauseAfter(attempts int) time.Duration {
	return pauses[min(max(attempts, 1), len(pauses))-1]
}

// worker delivers to one webhook, so that a slow one slows no other. Its fields are
// guarded by Sender.mu.
type worker struct {
	s        *Sender
	busy     bool
	idle     bool      // nothing has come since it last looked
	fresh    freshness // what was made since it last found nothing that is pending
	failures int       // in a row
	next     time.Time // when there is something to do; zero means that nothing is known of
	restTill time.Time
}

// changed has the worker look at the database: its webhook was changed, tested or replayed. The
// caller holds Sender.mu.
func (w *worker) changed() {
	w.idle = false
	w.fresh.made++
	w.fresh.forget()
}

// begin takes the worker for a run, unless it runs, rests or has nothing to do; then it says
// until when.
func (w *worker) begin(now time.Time) (until time.Time, due bool) {
	w.s.mu.Lock()
	defer w.s.mu.Unlock()
	if w.busy {
		return time.Time{}, false // it kicks when it has ended
	}
	if now.Before(w.restTill) {
		w.next = w.restTill
		return w.restTill, false
	}
	if w.idle && (w.next.IsZero() || now.Before(w.next)) {
		return w.next, false
	}
	w.busy, w.idle = true, true // what comes from now on is looked for again
	return time.Time{}, true
}

// run delivers what is due.
func (w *worker) run(ctx context.Context, hook models.Webhook) {
	next, err := w.deliver(ctx, hook)
	if err != nil && ctx.Err() == nil {
		w.s.Log.Error("a webhook cannot be delivered to for now", "webhook", hook.ID, "error", err)
		next = w.s.Now().Add(rest)
	}
	w.s.mu.Lock()
	defer w.s.mu.Unlock()
	w.busy, w.next = false, next
	if w.failures >= tiredAfter && !next.IsZero() {
		w.restTill = w.s.Now().Add(rest)
		w.next = w.restTill
	}
}

// deliver makes attempts until nothing is due or the receiver seems dead; it says
// when something is due again.
func (w *worker) deliver(ctx context.Context, hook models.Webhook) (next time.Time, err error) {
	for first := true; ctx.Err() == nil; {
		letters, all := w.takeFresh()
		switch {
		case len(letters) > 0:
			err = w.attempts(ctx, hook, byCall(letters))
		case all:
			return time.Time{}, nil
		default:
			var none bool
			if next, none, err = w.deliverPending(ctx, hook, first); err == nil && none {
				return next, nil
			}
			first = false
		}
		if err != nil {
			w.fallBehind()
			return time.Time{}, err
		}
		if w.tired() {
			return w.s.Now().Add(rest), nil
		}
	}
	return next, nil
}

// deliverPending makes attempts at what the database says is due; none says that nothing is,
// until next. What was tried long enough is given up first, also what waited while the webhook rested.
func (w *worker) deliverPending(ctx context.Context, hook models.Webhook, first bool) (next time.Time, none bool, err error) {
	limit := inOneLook
	if w.tired() {
		limit = 1
	}
	made := w.catchUp()
	ds, err := w.s.Store.NextDeliveries(ctx, hook.ID, limit)
	if err != nil {
		return next, false, err
	}
	if len(ds) == 0 {
		return next, w.caughtUp(made), nil
	}
	now, due := w.s.Now(), 0
	if first && !ds[0].ExpiresAt.After(now) {
		return next, false, w.bury(ctx, hook)
	}
	for due < len(ds) && !ds[due].DueAt.After(now) {
		due++
	}
	if due == 0 {
		return ds[0].DueAt.Time, true, nil
	}
	groups := make([][]letter, due)
	for i, d := range ds[:due] {
		e, err := w.s.Store.WebhookEvent(ctx, d.EventID)
		if err != nil {
			return next, false, err
		}
		groups[i] = []letter{{d, e}}
	}
	return next, false, w.attempts(ctx, hook, groups)
}

// bury gives up what was tried long enough.
func (w *worker) bury(ctx context.Context, hook models.Webhook) error {
	return w.s.Store.Tx(ctx, func(tx *models.Tx) error {
		n, err := tx.BuryDeliveries(hook.ID, w.s.Now())
		if n > 0 {
			w.s.Log.Warn("deliveries to a webhook were given up", "webhook", hook.ID, "deliveries", n)
		}
		return err
	})
}

func (w *worker) tired() bool {
	w.s.mu.Lock()
	defer w.s.mu.Unlock()
	return w.failures >= tiredAfter
}

// attempts makes one attempt at each delivery of some groups: those of a group one behind the
// other, until one fails, and a few groups at a time. It stops when the receiver seems dead.
func (w *worker) attempts(ctx context.Context, hook models.Webhook, groups [][]letter) error {
	var work sync.WaitGroup
	errs, slots := make([]error, len(groups)), make(chan struct{}, atOnce)
	for i, group := range groups {
		slots <- struct{}{}
		if ctx.Err() != nil || i > 0 && w.tired() {
			w.fallBehind()
			break
		}
		work.Go(func() {
			defer func() { <-slots }()
			for _, l := range group {
				taken, err := w.attempt(ctx, hook, l)
				if !taken { // it and those behind it wait in the database
					errs[i] = err
					w.fallBehind()
					return
				}
			}
		})
	}
	work.Wait()
	return errors.Join(errs...)
}

// attempt makes one attempt and notes how it has ended; it says whether the receiver has it,
// and that is noted.
func (w *worker) attempt(ctx context.Context, hook models.Webhook, l letter) (taken bool, err error) {
	d, began, now := l.delivery, time.Now(), w.s.Now()
	got := w.s.post(ctx, hook, l.event, now)
	if ctx.Err() != nil {
		return false, nil // it is tried again by the next one
	}
	d.Attempts, d.LastAt, d.TookMS = d.Attempts+1, models.At(now), time.Since(began).Milliseconds()
	d.Status, d.Error, d.Response = got.status, got.failure, got.body
	switch due := now.Add(pauseAfter(d.Attempts)); {
	case got.failure == "":
		d.Pending, d.DeliveredAt = false, d.LastAt
	case !d.ExpiresAt.After(now):
		d.Pending = false
	case due.After(d.ExpiresAt.Time): // once more at the end
		d.DueAt = d.ExpiresAt
	default:
		d.DueAt = models.At(due)
	}
	w.s.mu.Lock()
	if got.failure == "" {
		w.failures = 0
	} else {
		w.failures++
	}
	w.s.mu.Unlock()
	err = w.s.Store.Tx(models.Patient(context.WithoutCancel(ctx)), func(tx *models.Tx) error { return tx.EndAttempt(d) })
	return err == nil && got.failure == "", err
}
