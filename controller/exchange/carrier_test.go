package exchange_test

import (
	"testing"
	"time"

	"ringdesk/controller/call"
	"ringdesk/controller/engine"
	"ringdesk/controller/provision"
	"ringdesk/models"
	"ringdesk/testkit/memory"
)

// Covers: OUT-7, OUT-8. The agent hears what the carrier says before the answer
// instead of our own ringing tone; the charge begins with the answer.
func TestCarrierIsHeardBeforeTheAnswer(t *testing.T) {
	virtual(t, func(t *testing.T) {
		w := newStage(t, 1, sound)
		w.carrier()
		customer := w.sw.Subscriber(tokyo, memory.Manner{})
		customer.Say(900)
		c, err := w.places(0, tokyo)
		w.must(err)
		w.rings(w.phones[0])
		w.phones[0].Answer()
		w.isCalled(customer)
		w.await("the ringing tone", func() bool { return hearsNow(w.phones[0], memory.RingHz) })
		customer.Underway(true)
		w.await("the carrier", func() bool { return hearsNow(w.phones[0], 900) && !hearsNow(w.phones[0], memory.RingHz) })
		later(50 * time.Second)
		if got := w.find(c.ID); got.State != call.Dialing || !got.AnsweredAt.IsZero() {
			t.Errorf("%s, answered at %v", got.State, got.AnsweredAt)
		}
		customer.Answer()
		w.state(c.ID, call.Talking)
		later(5 * time.Second)
		customer.Hangup()
		w.state(c.ID, call.Ended)
		w.clean()
		u, err := w.store.Usage(t.Context(), w.ws.ID, c.ID)
		w.must(err)
		if u.Seconds < 4 || u.Seconds > 6 {
			t.Errorf("charged for %d s", u.Seconds)
		}
	})
}

// Covers: OUT-8. A redirect, and a number that was changed, have a cause of their
// own, told by the carrier's announcement or not.
func TestNumberMoved(t *testing.T) {
	for _, status := range []int{301, 302, 380, 410} {
		virtual(t, func(t *testing.T) {
			w := newStage(t, 1, sound)
			w.carrier()
			customer := w.sw.Subscriber(seoul, memory.Manner{Early: status == 410})
			c, err := w.places(0, seoul)
			w.must(err)
			w.rings(w.phones[0])
			w.phones[0].Answer()
			w.isCalled(customer)
			customer.Refuse(status)
			if c = w.state(c.ID, call.Ended); c.Outcome != call.Moved {
				t.Errorf("SIP %d: %q", status, c.Outcome)
			}
			w.clean()
		})
	}
}

// Covers: OUT-8. A carrier that answers nothing costs its trunk's own time limit;
// then it is the next one's turn, and in the end the number counts as unreachable.
func TestCarrierIsSilent(t *testing.T) {
	for _, seconds := range []int{0, 3} { // 0 leaves the default of 6 s
		virtual(t, func(t *testing.T) {
			w := newStage(t, 1, sound)
			first := w.carrier()
			if seconds > 0 {
				set, err := first.Settings()
				w.must(err)
				set.FirstAnswerSeconds = seconds
				w.must(first.SetSettings(set))
				w.tx(func(tx *models.Tx) error { return tx.UpdateTrunk(first) })
				et, err := provision.Trunk(first)
				w.must(err)
				w.must(w.engine.PutTrunk(t.Context(), et))
			}
			w.sw.SetTrunkState(engine.TrunkID(first.ID), engine.TrunkUnreachable)
			w.sw.Subscriber(seoul, memory.Manner{})
			start := time.Now()
			c, err := w.places(0, seoul)
			w.must(err)
			w.rings(w.phones[0])
			w.phones[0].Answer()
			c = w.state(c.ID, call.Ended)
			if d := time.Since(start); c.Outcome != call.Unreachable || d > 7*time.Second || seconds > 0 && d > 4*time.Second {
				t.Errorf("%q after %v", c.Outcome, d)
			}
			w.clean()
		})
	}
}
