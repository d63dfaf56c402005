package sim

import (
	"context"
	"errors"
	"slices"
	"time"

	"ringdesk/controller/call"
	"ringdesk/controller/exchange"
	"ringdesk/models"
	"ringdesk/testkit/memstore"
)

// tape is the store as a controller sees it: every transaction takes its time,
// in which others go on; there may be no room; and a controller may die after a
// transaction, before it can do anything about it.
type tape struct {
	*memstore.Store
	t *threads
}

var (
	errFull = errors.New("sim: the disk is full")
	errDead = errors.New("sim: the controller is dead")
)

func (d *tape) Tx(ctx context.Context, do func(exchange.Tx) error) error {
	w := d.t.w
	if w.dice.chance(300) { // others are being written
		d.t.pause(w.writing())
	}
	if d.t.dead {
		return errDead
	}
	notes := &noted{w: w}
	err := d.Store.Tx(ctx, func(tx exchange.Tx) error {
		notes.Tx, w.within = tx, notes
		defer func() { w.within = nil }()
		if err := do(notes); err != nil {
			return err
		}
		if w.full {
			return errFull
		}
		return nil
	})
	if err == nil {
		w.committed(notes)
	}
	w.checkStore()
	if err == nil && w.crashing && d.t.current != nil {
		w.crashing = false
		w.crash()
		d.t.park() // it never comes to what follows
		return errDead
	}
	d.t.pause(w.writing())
	if d.t.dead {
		return errDead
	}
	return err
}

// noted is a transaction of which the world takes notes.
type noted struct {
	exchange.Tx
	w       *world
	saved   []string    // calls
	decided []*decision // in it
}

func (t *noted) SaveCall(c models.Call, was *models.Call) error {
	t.w.savedAt[c.ID] = t.w.now
	t.saved = append(t.saved, c.ID)
	return t.Tx.SaveCall(c, was)
}

// Occupy notes whom another call has taken out of the one that they were in.
func (t *noted) Occupy(account, call string) (left string, err error) {
	left, err = t.Tx.Occupy(account, call)
	if left != "" {
		t.w.went[wentTo{account, left}] = true
	}
	return left, err
}

// wentTo is an account that another call has taken out of a call.
type wentTo struct{ account, left string }

func (t *noted) MarkIdle(account string, now time.Time) error {
	t.w.idle[account] = t.w.now
	t.w.checkTalked(account)
	return t.Tx.MarkIdle(account, now)
}

// checkTalked: only who talks can become idle.
func (w *world) checkTalked(account string) {
	claim, _, _ := w.store.View().ClaimOf(account) // memory does not fail
	row := w.store.Call(claim.CallID)
	if row == nil || w.full || w.now.Sub(w.emptied) < savedLate {
		return
	}
	c, err := call.Decode(row.Data)
	if err != nil || !slices.ContainsFunc(c.Agents, func(a call.Agent) bool { return a.AccountID == account && a.State == call.PartyJoined }) {
		w.fail(claim.CallID, "%s is idle since now, and has not talked", account)
	}
}

// writing is how long a commit takes.
func (w *world) writing() time.Duration {
	if w.dice.chance(5) {
		return w.dice.between(50*time.Millisecond, time.Second)
	}
	return time.Duration(w.dice.number(200, 4000)) * time.Microsecond
}
