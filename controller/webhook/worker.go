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
	failures int       // in a row
	next     time.Time // when there is something to do; zero means that nothing is known of
	restTill time.Time
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
	if err := w.bury(ctx, hook); err != nil {
		return next, err
	}
	for ctx.Err() == nil {
		limit := inOneLook
		if w.tired() {
			limit = 1
		}
		ds, err := w.s.Store.NextDeliveries(ctx, hook.ID, limit)
		if err != nil || len(ds) == 0 {
			return time.Time{}, err
		}
		now, due := w.s.Now(), 0
		for due < len(ds) && !ds[due].DueAt.After(now) {
			due++
		}
		if due == 0 {
			return ds[0].DueAt.Time, nil
		}
		if err := w.attempts(ctx, hook, ds[:due]); err != nil {
			return next, err
		}
		if w.tired() {
			return now.Add(rest), nil
		}
	}
	return next, nil
}

// bury gives up what was tried long enough, also while the webhook rested.
func (w *worker) bury(ctx context.Context, hook models.Webhook) error {
	ds, err := w.s.Store.NextDeliveries(ctx, hook.ID, 1)
	if err != nil || len(ds) == 0 || ds[0].ExpiresAt.After(w.s.Now()) {
		return err
	}
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

// attempts makes one attempt at each of some deliveries, a few at a time, and stops when
// the receiver seems dead.
func (w *worker) attempts(ctx context.Context, hook models.Webhook, ds []models.WebhookDelivery) error {
	var group sync.WaitGroup
	errs, slots := make([]error, len(ds)), make(chan struct{}, atOnce)
	for i, d := range ds {
		slots <- struct{}{}
		if ctx.Err() != nil || i > 0 && w.tired() {
			break
		}
		group.Go(func() {
			errs[i] = w.attempt(ctx, hook, d)
			<-slots
		})
	}
	group.Wait()
	return errors.Join(errs...)
}

// attempt makes one attempt and notes how it has ended.
func (w *worker) attempt(ctx context.Context, hook models.Webhook, d models.WebhookDelivery) error {
	e, err := w.s.Store.WebhookEvent(ctx, d.EventID)
	if err != nil {
		return err
	}
	began, now := time.Now(), w.s.Now()
	got := w.s.post(ctx, hook, e, now)
	if ctx.Err() != nil {
		return nil // it is tried again by the next one
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
	return w.s.Store.Tx(context.WithoutCancel(ctx), func(tx *models.Tx) error { return tx.EndAttempt(d) })
}
