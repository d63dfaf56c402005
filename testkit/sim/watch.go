package sim

import (
	"slices"
	"time"

	"ringdesk/controller/call"
	"ringdesk/controller/engine"
)

// view is what a live call has last shown of itself.
type view struct {
	c     call.Call
	blind bool // nothing is known of the engine yet
	doubt bool // a command failed, so that nobody knows what is heard
}

// watch looks on for the world, which checks what it sees and lets people go on.
type watch struct{ x *controller }

func (o watch) Decided(c *call.Call, in call.Input, next *call.Call, effects []call.Effect) {
	w := o.x.w
	if o.x.threads.dead {
		return
	}
	w.steps++
	if w.opt.Trace != nil {
		w.trace(c.ID, "%s <- %T %s", c.State, in, encode(in))
	}
	if refused(effects) {
		return
	}
	w.decide(&decision{prev: c, next: next, in: in, effects: effects, at: w.now})
	v := w.views[c.ID]
	switch in := in.(type) {
	case call.Reconcile:
		if v != nil {
			v.blind, v.doubt = false, false
		}
	case call.Failed:
		if v != nil && in.Kind != engine.KindGone {
			v.doubt = true
		}
	case call.Offered:
		w.checkOrder(c, in.Candidates)
	}
}

func (o watch) Stepped(prev, next *call.Call, effects []call.Effect, saved bool) {
	w := o.x.w
	if o.x.threads.dead {
		return
	}
	v := w.views[next.ID]
	if v == nil {
		v = &view{}
		w.views[next.ID] = v
		w.calls++
	}
	v.c = *next
	w.noteHangUps(v, effects)
	w.observe(prev, next, effects, saved)
	if next.Drained() && saved {
		delete(w.views, next.ID)
	}
	w.touch(next.ID)
}

func (o watch) Sent(c *call.Call, cmd call.Command, failure engine.Kind) {
	w := o.x.w
	if o.x.threads.dead {
		return
	}
	if w.opt.Trace != nil {
		w.trace(c.ID, "   -> %T %s %s", cmd, encode(cmd), failure)
	}
	w.sent(c.ID, cmd)
	w.touch(c.ID)
}

func refused(effects []call.Effect) bool {
	return slices.ContainsFunc(effects, func(e call.Effect) bool { _, no := e.(call.Refused); return no })
}

// decision is a step that is not saved yet.
type decision struct {
	prev, next *call.Call
	in         call.Input
	effects    []call.Effect
	at         time.Time
}

// decide notes a step until it is saved: in its own transaction, or a later one.
func (w *world) decide(d *decision) {
	w.latest[d.next.ID] = d
	if w.within != nil {
		w.within.decided = append(w.within.decided, d)
	} else {
		w.unsaved[d.next.ID] = append(w.unsaved[d.next.ID], d)
	}
}

// committed counts the steps that a transaction has saved.
func (w *world) committed(tx *noted) {
	for _, id := range tx.saved {
		for _, d := range w.unsaved[id] {
			w.seen.step(d)
		}
		delete(w.unsaved, id)
	}
	for _, d := range tx.decided {
		w.seen.step(d)
	}
}
