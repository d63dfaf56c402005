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
			x.handle(engine.LegAnswered{Leg: id, At: w.now})
		}
		if leg.Room != "" && w.dice.chance(300) {
			x.handle(engine.LegJoined{Room: leg.Room, Leg: id, At: w.now})
		}
	}
	for _, id := range slices.Sorted(maps.Keys(x.legs)) {
		if _, there := snap.Legs[id]; !there && x.legs[id].c.Customer.Leg == id && w.dice.chance(200) {
			x.handle(engine.LegEnded{Leg: id, At: w.now, Cause: engine.CauseNormal})
		}
	}
}
