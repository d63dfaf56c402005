package sim

import (
	"maps"
	"slices"
	"time"

	"ringdesk/controller/engine"
)

// trouble plans the faults of a day: the link to the engine breaks, the
// controller dies. Some days have none.
func (w *world) trouble() {
	w.failing = one(w.dice, []int{0, 2, 10, 30})
	w.faulty = w.failing > 0
	if w.dice.chance(600) {
		w.after(w.dice.between(time.Minute, 20*time.Minute), w.cutLink)
	}
	if w.dice.chance(600) {
		w.after(w.dice.between(time.Minute, 20*time.Minute), w.kill)
	}
	if w.dice.chance(300) {
		w.after(w.dice.between(time.Minute, 20*time.Minute), w.fill)
	}
	if w.dice.chance(200) {
		w.after(w.dice.between(time.Minute, 20*time.Minute), w.lower)
	}
	if w.dice.chance(300) {
		w.after(w.dice.between(time.Minute, 20*time.Minute), w.breakTrunk)
	}
	w.admitted = one(w.dice, []int{0, 0, 0, 1, 3})
}

// cutLink breaks the link, at once or half-open, and mends it later.
func (w *world) cutLink() {
	if w.closing() {
		return
	}
	w.stalled = w.dice.chance(400)
	w.trace("", "the link is cut, half-open: %v", w.stalled)
	w.sw.CutLink(w.stalled)
	w.linked = false
	longest := 15 * time.Second
	if w.dice.chance(100) {
		longest = 2 * time.Minute
	}
	w.after(w.dice.between(50*time.Millisecond, longest), func() {
		w.stalled, w.linked, w.mended = false, true, w.now
		w.trace("", "the link is mended")
		w.sw.RestoreLink()
	})
	w.after(w.dice.between(time.Minute, 30*time.Minute), w.cutLink)
}

// fill lets the disk be full for a while: nothing can be saved.
func (w *world) fill() {
	if w.closing() {
		return
	}
	w.trace("", "the disk is full")
	w.full = true
	w.after(w.dice.between(100*time.Millisecond, 20*time.Second), func() {
		w.trace("", "there is room again")
		w.full, w.emptied = false, w.now
	})
	w.after(w.dice.between(time.Minute, 30*time.Minute), w.fill)
}

// lower lets there be no room for recordings for a while.
func (w *world) lower() {
	if w.closing() {
		return
	}
	w.low = true
	w.after(w.dice.between(time.Second, 3*time.Minute), func() { w.low = false })
	w.after(w.dice.between(time.Minute, 30*time.Minute), w.lower)
}

// breakTrunk lets a carrier answer nothing for a while.
func (w *world) breakTrunk() {
	if w.closing() {
		return
	}
	id := string(engine.TrunkID(one(w.dice, one(w.dice, w.businesses).trunks).ID))
	w.deadTrunks[id] = true
	w.sw.SetTrunkState(id, engine.TrunkUnreachable)
	w.after(w.dice.between(10*time.Second, 10*time.Minute), func() {
		delete(w.deadTrunks, id)
		w.sw.SetTrunkState(id, engine.TrunkReachable)
	})
	w.after(w.dice.between(time.Minute, 30*time.Minute), w.breakTrunk)
}

// kill lets the controller die now, or after the next saving: what that step
// wanted done is lost.
func (w *world) kill() {
	if w.closing() {
		return
	}
	switch {
	case w.ctl == nil:
	case w.dice.chance(500):
		w.crash()
	default:
		w.crashing = true
	}
	w.after(w.dice.between(time.Minute, 30*time.Minute), w.kill)
}

// repeat tells some events again that the snapshot of a LinkUp includes, as
// the port allows.
func (w *world) repeat(x *controller, snap engine.Snapshot) {
	for _, id := range slices.Sorted(maps.Keys(snap.Legs)) {
		leg := snap.Legs[id]
		if leg.Answered && w.dice.chance(300) {
			x.Handle(engine.LegAnswered{Leg: id, At: w.now})
		}
		if leg.Room != "" && w.dice.chance(300) {
			x.Handle(engine.LegJoined{Room: leg.Room, Leg: id, At: w.now})
		}
	}
	for _, v := range w.live() {
		id := v.c.Customer.Leg
		if _, there := snap.Legs[id]; id != "" && !there && w.dice.chance(200) {
			x.Handle(engine.LegEnded{Leg: id, At: w.now, Cause: engine.CauseNormal})
		}
	}
}
