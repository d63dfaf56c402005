package webhook

import (
	"time"

	"ringdesk/models"
)

const (
	// mostFresh is how many deliveries a worker keeps in memory; more wait in the database.
	mostFresh = 256
	// trusted is how long a worker believes that it knows of all that is pending: another
	// controller's work is heard of, and this looks after it all the same.
	trusted = time.Minute
)

// letter is a delivery with what it delivers.
type letter struct {
	delivery models.WebhookDelivery
	event    models.WebhookEvent
}

// freshness is what a worker knows without the database: while it knows of all that is pending,
// what is made new is delivered from memory. Everything is in the database, too, and a
// worker that has fallen behind looks there. Its fields are guarded by Sender.mu.
type freshness struct {
	letters []letter
	all     bool      // nothing else is pending
	at      time.Time // when the database said so
	made    int       // counts what was made new
}

// add takes new deliveries of the webhook.
func (f *freshness) add(l letter) {
	f.made++
	if !f.all {
		return
	}
	if f.letters = append(f.letters, l); len(f.letters) > mostFresh {
		f.forget()
	}
}

// forget leaves all to the database.
func (f *freshness) forget() { f.letters, f.all = nil, false }

// takeFresh gives what is to be delivered from memory; all says that nothing else is pending.
func (w *worker) takeFresh() (letters []letter, all bool) {
	w.s.mu.Lock()
	defer w.s.mu.Unlock()
	if f := &w.fresh; f.all && w.s.Now().Sub(f.at) > trusted {
		f.forget()
	}
	letters, w.fresh.letters = w.fresh.letters, nil
	return letters, w.fresh.all
}

// fallBehind has the worker look at the database for what is pending.
func (w *worker) fallBehind() {
	w.s.mu.Lock()
	defer w.s.mu.Unlock()
	w.fresh.forget()
}

// catchUp begins a look at the database, and gives how much was made new before it.
func (w *worker) catchUp() (made int) {
	w.s.mu.Lock()
	defer w.s.mu.Unlock()
	w.fresh.forget()
	return w.fresh.made
}

// caughtUp ends a look that has found nothing. It gives false when something was made new, or
// changed, meanwhile.
func (w *worker) caughtUp(made int) bool {
	w.s.mu.Lock()
	defer w.s.mu.Unlock()
	if w.fresh.made != made {
		return false
	}
	w.fresh.all, w.fresh.at = true, w.s.Now()
	return true
}

// byCall puts the deliveries of each call together, in their order.
func byCall(letters []letter) (groups [][]letter) {
	place := map[string]int{}
	for _, l := range letters {
		i, known := place[l.delivery.CallID]
		if !known {
			i = len(groups)
			place[l.delivery.CallID] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], l)
	}
	return groups
}
