package exchange

import (
	"context"
	"maps"
	"slices"

	"ringdesk/controller/call"
	"ringdesk/controller/engine"
)

// Handle takes the engine's events (engine.Engine's handler). It never blocks
// on a call.
func (x *Exchange) Handle(ev engine.Event) {
	switch ev := ev.(type) {
	case engine.LinkUp:
		x.linkUp(ev)
	case engine.LinkDown:
		x.Log.Warn("engine link lost; calls go on in the engine", "cause", ev.Cause)
		x.linkChanged(ev.Cause)
		x.unlinked()
		for _, r := range x.runners() {
			r.put(ev)
		}
	case engine.LegArrived:
		x.arrive(ev)
	case engine.LegParted:
		// Steps decide by their own commands; this only confirms them.
	case engine.LegJoined:
		x.toLeg(ev.Leg, ev)
	case engine.LegRinging:
		x.toLeg(ev.Leg, ev)
	case engine.PlaybackEnded:
		x.toPlayback(ev)
	case engine.LegAnswered:
		if x.runnerOf(ev.Leg) == nil && !x.spares(ev.Leg, false) {
			x.hangupStray(ev.Leg)
			return
		}
		x.toLeg(ev.Leg, ev)
	case engine.LegEnded:
		x.spares(ev.Leg, true)
		x.toLeg(ev.Leg, ev)
	case engine.DTMF:
		x.toLeg(ev.Leg, ev)
	case engine.RecordingStarted:
		x.toRecording(ev.Recording, ev)
	case engine.RecordingEnded:
		x.spares(engine.LegID(ev.Recording), true)
		x.toRecording(ev.Recording, ev)
	}
}

func (x *Exchange) toLeg(leg engine.LegID, in call.Input) {
	if r := x.runnerOf(leg); r != nil {
		r.put(in)
	}
}

// toRecording finds the call by the recording, which is registered under its
// own id as if it were a leg.
func (x *Exchange) toRecording(id engine.RecordingID, in call.Input) {
	x.toLeg(engine.LegID(id), in)
}

// toPlayback finds the call by the playback's id, which begins with the call's.
func (x *Exchange) toPlayback(ev engine.PlaybackEnded) {
	if len(ev.Playback) < callIDLength {
		return
	}
	if r := x.runnerOfCall(string(ev.Playback[:callIDLength])); r != nil {
		r.put(ev)
	}
}

// callIDLength is the length of a UUID's text (RFC 9562).
const callIDLength = 36

// arrive begins a call for an inbound leg that has none. Only the engine's
// events call it, one at a time.
func (x *Exchange) arrive(ev engine.LegArrived) {
	if x.runnerOf(ev.Leg) != nil {
		return
	}
	if !x.admission.admits(x.now()) {
		x.overloaded(ev)
		return
	}
	r := x.start(call.Call{ID: x.NewID(), Customer: call.Customer{Party: call.Party{Leg: ev.Leg}}})
	r.put(ev)
}

// linkUp reconciles every call with the engine, takes in the calls that
// arrived unseen, and removes what belongs to nobody. All that is decided
// before the next event is taken, which may already be newer.
func (x *Exchange) linkUp(ev engine.LinkUp) {
	x.Log.Info("engine link up", "version", ev.Version, "legs", len(ev.Snapshot.Legs), "calls", x.Live())
	if ev.Warning != "" {
		x.Log.Warn(ev.Warning)
	}
	x.warn(ev.Warning)
	if n := len(ev.Snapshot.Unreadable); n > 0 {
		x.Log.Warn("calls that the engine could not describe were hung up", "calls", n, "legs", ev.Snapshot.Unreadable)
	}
	if ev.Restarted && x.Live() > 0 {
		x.Log.Warn("the engine was started anew: the calls it had are over", "calls", x.Live())
	}
	x.linkedTo(ev.Snapshot)
	change := x.linkChanged("it is being given its trunks and phones")
	if change > 1 {
		x.Counts.Reconnects.Inc()
	}
	for _, r := range x.runners() {
		r.put(call.Reconcile{Snapshot: ev.Snapshot, Restarted: ev.Restarted})
	}
	for _, id := range slices.Sorted(maps.Keys(ev.Snapshot.Legs)) {
		leg := ev.Snapshot.Legs[id]
		switch {
		case x.runnerOf(id) != nil, x.spares(id, false):
		case leg.Inbound && !leg.Answered:
			x.arrive(leg.Arrived)
		default:
			x.hangupStray(id)
		}
	}
	strayRooms := x.strayRooms(ev.Snapshot)
	x.Runtime.Go(func() {
		x.provisioner.All(x.ctx)
		x.linkReady(change)
		for _, room := range strayRooms {
			if err := x.Engine.DestroyRoom(x.ctx, room); err != nil {
				x.Log.Warn("a stray room cannot be removed", "room", room, "error", err)
			}
		}
	})
}

// strayRooms lists the rooms whose call is over. A room has its call's id.
func (x *Exchange) strayRooms(snap engine.Snapshot) []engine.RoomID {
	x.mu.Lock()
	defer x.mu.Unlock()
	var stray []engine.RoomID
	for _, room := range slices.Sorted(maps.Keys(snap.Rooms)) {
		if x.calls[string(room)] == nil && !x.sparesRoom(room) {
			stray = append(stray, room)
		}
	}
	return stray
}

// hangupStray ends a leg that belongs to no call, such as one that a call gave
// up waiting for.
func (x *Exchange) hangupStray(leg engine.LegID) {
	x.Log.Warn("hanging up a leg that belongs to no call", "leg", leg)
	x.Runtime.Go(func() {
		if err := x.hangupSurely(leg, engine.CauseNormal); err != nil {
			x.Log.Warn("a stray leg cannot be hung up", "leg", leg, "error", err)
		}
	})
}

// hangupSurely hangs a leg up that belongs to no call, several times if need be:
// nobody else would.
func (x *Exchange) hangupSurely(leg engine.LegID, cause engine.Cause) error {
	for tries := 1; ; tries++ {
		ctx, cancel := x.Runtime.Limit(context.WithoutCancel(x.ctx), engine.CommandTimeout)
		err := x.Engine.Hangup(ctx, leg, cause)
		cancel()
		if err == nil || !call.Again(call.Hangup{Leg: leg, Cause: cause}, &call.Call{}, engine.KindOf(err), tries) || !x.pause(againPause) {
			return err
		}
	}
}
