package exchange_test

import (
	"testing"
	"time"

	"ringdesk/controller/call"
	"ringdesk/dialplan"
	"ringdesk/models"
	"ringdesk/testkit/memory"
)

const night = `
flow "night" {
  numbers = ["070-7666-0001"]
  start   = "duty"
  transfer "duty" {
    to     = "010-9999-0001"
    ring   = "20s"
    failed = "message"
  }
  voicemail "message" {
    max = "20s"
    as  = "notInOperation"
  }
}`

// A flow has a caller talk with a number outside: they hear each other, the caps and the
// ledger know it, and a number that is not to be had leads to the next step.
//
// Covers: DP-1, OUT-7, OUT-9, MISS-1, Q-2
func TestForward_DP_1_OUT_9_Q_2(t *testing.T) {
	virtual(t, func(t *testing.T) {
		w := newStage(t, 0, sound)
		trunk := w.carrier()
		duty := w.sw.Subscriber("+821099990001", memory.Manner{})
		w.flows(night, nil)
		line, c := w.phone(from(0))
		w.outside(duty)
		if got := w.find(c.ID); got.State != call.Dialing || got.Customer.Answered {
			t.Errorf("while it rings: %s, answered: %v", got.State, got.Customer.Answered)
		}
		later(3 * time.Second)
		line.Say(440)
		duty.Say(770)
		duty.Answer()
		w.await("the talk", func() bool { return hearsNow(line, 770) && hearsNow(duty, 440) })
		later(61 * time.Second)
		duty.Hangup()
		missed := w.state(c.ID, call.Missed)
		if missed.MissedReason != dialplan.Workflow || missed.EndedBy != call.BySystem {
			t.Errorf("missed for %s by %s", missed.MissedReason, missed.EndedBy)
		}
		used, err := w.store.Usage(t.Context(), w.ws.ID, missed.Forwards[0].ID)
		w.must(err)
		if used.Seconds < 61 || used.Seconds > 63 || used.TrunkID != trunk.ID {
			t.Errorf("used %+v", used)
		}
		w.await("the end", func() bool { return line.State().Ended.Method == "BYE" })

		// Nobody answers: a message. The controller is killed while it rings.
		line, c = w.phone(from(1))
		w.outside(duty)
		w.stop()
		later(time.Second)
		w.start()
		later(22 * time.Second)
		w.takes(c, "duty, failed > message")
		w.state(c.ID, call.Voicemail)
		line.Say(440)
		later(5 * time.Second)
		line.Press("#")
		missed = w.state(c.ID, call.Missed)
		if missed.MissedReason != dialplan.NotInOperation || len(missed.Customer.Tracks) != 1 {
			t.Errorf("missed for %s with %d tracks", missed.MissedReason, len(missed.Customer.Tracks))
		}

		// What the caps do not allow is not dialled.
		none := models.DefaultOutbound()
		none.National = false
		w.tx(func(tx *models.Tx) error { return tx.UpdateOutbound(w.ws.ID, none) })
		_, c = w.phone(from(2))
		w.takes(c, "duty, failed > message")
		later(30 * time.Second)
		w.state(c.ID, call.Missed)
		if len(w.entries(c, "forward.dialled")) != 0 {
			t.Error("it was dialled")
		}
		w.clean()
		w.tx(func(tx *models.Tx) error {
			open, err := tx.OpenOutbound()
			if len(open) > 0 {
				t.Errorf("still open: %+v", open)
			}
			return err
		})
	})
}

// outside waits until a telephone outside rings.
func (w *stage) outside(line *memory.Line) {
	w.t.Helper()
	w.await("the telephone outside to ring", func() bool { s := line.State(); return s.Invited.Number != "" && s.Ended.Method == "" })
}
