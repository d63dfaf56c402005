package webhook_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"ringdesk/models"
)

// What is new goes out of memory while the receiver takes all, and by the database again once it
// does not, and when deliveries are sent again: all comes, of each call in
// order.
//
// Covers: ADM-6.
func TestRun_FreshAndPending_ADM_6(t *testing.T) {
	r := newRig(t)
	r.store.OnCommit(func(cs []models.Change) {
		for _, c := range cs {
			if c.EntityID == r.hook.ID {
				r.sender.Wake(r.hook.ID)
			}
		}
		r.sender.Kick()
	})
	const rounds, calls = 4, 6
	want := 0
	for round := range rounds {
		stop := r.run()
		for n := range calls {
			refuses := n == calls/2 && round%2 == 1 // it refuses one call's events, and then takes all
			if refuses {
				r.await(func() bool { return r.count() == want })
				r.set(true, 0)
			}
			r.call(fmt.Sprintf("c%d-%d", round, n), story...)
			want += len(told)
			if refuses {
				r.await(r.refused)
				r.set(false, time.Hour)
			}
		}
		r.await(func() bool { r.set(false, time.Second); return r.count() == want })
		if round == rounds-1 {
			r.resendFirst()
		}
		stop()
		r.restart()
	}
	if pending, err := r.store.Deliveries(t.Context(), r.hook.ID, models.DeliveryFilter{State: "pending", Limit: 100}); err != nil || len(pending) != 0 {
		t.Errorf("%d deliveries wait still, %v", len(pending), err)
	}
}

// count is inOrder while requests come.
func (r *rig) count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.inOrder()
}

// refused says whether a delivery waits that was tried.
func (r *rig) refused() bool {
	pending, err := r.store.Deliveries(r.t.Context(), r.hook.ID, models.DeliveryFilter{State: "pending", Limit: 100})
	return err == nil && slices.ContainsFunc(pending, func(d models.LoggedDelivery) bool { return d.Attempts > 0 })
}

// run runs the sender until the function that it gives is called.
func (r *rig) run() (stop func()) {
	ctx, cancel := context.WithCancel(r.t.Context())
	var ended sync.WaitGroup
	ended.Go(func() {
		if err := r.sender.Run(ctx); err != nil {
			r.t.Error(err)
		}
	})
	return func() { cancel(); ended.Wait() }
}

// await waits for what must come.
func (r *rig) await(there func() bool) {
	r.t.Helper()
	for end := time.Now().Add(30 * time.Second); !there(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			r.t.Fatalf("only %d events have come", r.count())
		}
	}
}

// resendFirst sends the oldest delivery again, and waits for it.
func (r *rig) resendFirst() {
	r.t.Helper()
	first, before := "", 0
	r.mu.Lock()
	first, before = r.got[0].id, len(r.got)
	r.mu.Unlock()
	all, err := r.store.Deliveries(r.t.Context(), r.hook.ID, models.DeliveryFilter{Limit: 1000})
	if err != nil {
		r.t.Fatal(err)
	}
	for _, d := range all {
		if d.EventID == first {
			if err := r.verbs.Resend(r.t.Context(), admin, "w", r.hook.ID, d.ID); err != nil {
				r.t.Fatal(err)
			}
		}
	}
	r.await(func() bool {
		r.mu.Lock()
		defer r.mu.Unlock()
		return len(r.got) == before+1 && r.got[before].id == first
	})
}
