package exchange

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"time"

	"ringdesk/controller/call"
	"ringdesk/controller/engine"
	"ringdesk/models"
)

// DefaultLease is how long a controller counts as living after its last sign of
// life, and so how long calls wait for another to take them.
const DefaultLease = 15 * time.Second

// signsOfLife are how many a lease sees: all but one may be lost.
const signsOfLife = 3

// Commands is how commands reach the controller that runs a call.
type Commands interface {
	// Do is Exchange.Do.
	Do(ctx context.Context, workspace, callID string, do call.Do) (call.Call, error)
	// WentTo tells a call that an agent has accepted another one (IN-9). It never
	// blocks.
	WentTo(callID, accountID string)
}

// ElsewhereError says that a call is run by another controller, which cannot be
// reached from here.
type ElsewhereError struct{ Owner string }

func (e *ElsewhereError) Error() string {
	return fmt.Sprintf("the call is run by the controller %s, which cannot be reached from here", e.Owner)
}

// doElsewhere carries a command to the owner of a call that this controller does
// not run.
func (x *Exchange) doElsewhere(ctx context.Context, workspace, callID string, do call.Do) (call.Call, error) {
	owner, err := x.Store.CallOwner(ctx, workspace, callID)
	switch {
	case err != nil:
		return call.Call{}, err
	case owner == x.Controller: // it has ended just now
		return call.Call{}, models.ErrNotFound
	case x.Others == nil:
		return call.Call{}, &ElsewhereError{Owner: owner}
	}
	return x.Others.Do(ctx, workspace, callID, do)
}

// takeOver makes the live calls ours that have no living owner, lists them, and
// renews our lease.
func (x *Exchange) takeOver(ctx context.Context) (taken []models.Call, err error) {
	now := x.now()
	err = x.Store.Tx(ctx, func(tx Tx) error {
		if x.Shared {
			err = tx.RenewController(x.Controller, now.Add(x.Lease))
		} else {
			err = tx.DropControllers()
		}
		if err != nil {
			return err
		}
		taken, err = tx.TakeCalls(x.Controller, now)
		return err
	})
	return taken, err
}

// live keeps our lease, and takes over the calls of controllers that have died
// since.
func (x *Exchange) live() {
	for x.pause(x.Lease / signsOfLife) {
		rows, err := x.takeOver(x.ctx)
		if err == nil && len(rows) > 0 {
			err = x.adopt(rows)
		}
		if err != nil && x.ctx.Err() == nil {
			x.Log.Error("this controller cannot say that it lives, or take over calls", "error", err)
		}
	}
}

// adopt goes on with calls of another controller. While our engine's link is up,
// they are compared with what its last snapshot had of them; without anything in
// it, they were in an engine that we have not, and are over.
func (x *Exchange) adopt(rows []models.Call) error {
	x.Log.Warn("taking over calls whose controller lives no more", "calls", len(rows))
	runners, err := x.pickUp(x.ctx, rows)
	x.linkMu.RLock() // a newer snapshot must come later
	defer x.linkMu.RUnlock()
	if !x.linked {
		return err // LinkUp compares them
	}
	for _, r := range runners {
		snap := x.spared.of(r.view.Load())
		r.put(call.Reconcile{Snapshot: snap, Restarted: len(snap.Legs) == 0})
	}
	return err
}

// spared is what the engine's last snapshot had of calls that other controllers
// run: nobody hangs it up.
type spared struct {
	legs       map[engine.LegID]engine.LegState
	rooms      map[engine.RoomID][]engine.LegID
	recordings map[engine.RecordingID]bool
}

// of copies what is a call's.
func (s spared) of(c *call.Call) engine.Snapshot {
	snap := engine.Snapshot{Legs: map[engine.LegID]engine.LegState{}, Rooms: map[engine.RoomID][]engine.LegID{}, Recordings: map[engine.RecordingID]bool{}}
	for _, id := range c.Names() {
		if leg, there := s.legs[id]; there {
			snap.Legs[id] = leg
		}
		if rec := engine.RecordingID(id); s.recordings[rec] {
			snap.Recordings[rec] = true
		}
	}
	if legs, there := s.rooms[engine.RoomID(c.ID)]; there {
		snap.Rooms[engine.RoomID(c.ID)] = legs
	}
	return snap
}

// linkedTo notes an engine's snapshot: what of it may belong to calls that others
// run is spared.
func (x *Exchange) linkedTo(snap engine.Snapshot) {
	keep := spared{map[engine.LegID]engine.LegState{}, map[engine.RoomID][]engine.LegID{}, map[engine.RecordingID]bool{}}
	for _, c := range x.others() {
		of := spared{snap.Legs, snap.Rooms, snap.Recordings}.of(&c)
		maps.Copy(keep.legs, of.Legs)
		maps.Copy(keep.rooms, of.Rooms)
		maps.Copy(keep.recordings, of.Recordings)
	}
	x.linkMu.Lock()
	defer x.linkMu.Unlock()
	x.linked, x.spared = true, keep
}

// unlinked notes that the engine is out of sight.
func (x *Exchange) unlinked() {
	x.linkMu.Lock()
	defer x.linkMu.Unlock()
	x.linked = false
}

// others reads the calls that other controllers run.
func (x *Exchange) others() (calls []call.Call) {
	if !x.Shared {
		return nil
	}
	rows, err := x.Store.CallsNotOwnedBy(x.ctx, x.Controller)
	if err != nil {
		x.Log.Error("the calls of other controllers cannot be read", "error", err)
	}
	for _, row := range rows {
		c, err := call.Decode(row.Data)
		if err != nil {
			x.Log.Error("a call of another controller cannot be read", "call", row.ID, "error", err)
			continue
		}
		calls = append(calls, c)
	}
	return calls
}

// spares says whether a leg or recording is of a call that another controller
// runs; gone, that it has ended.
func (x *Exchange) spares(id engine.LegID, gone bool) bool {
	x.linkMu.Lock()
	defer x.linkMu.Unlock()
	_, leg := x.spared.legs[id]
	_, rec := x.spared.recordings[engine.RecordingID(id)]
	if gone {
		delete(x.spared.legs, id)
		delete(x.spared.recordings, engine.RecordingID(id))
	}
	return leg || rec
}

// sparesRoom says whether a room is of a call that another controller runs.
func (x *Exchange) sparesRoom(id engine.RoomID) bool {
	x.linkMu.RLock()
	defer x.linkMu.RUnlock()
	_, ok := x.spared.rooms[id]
	return ok
}

// disowned says whether a call's step could not be saved since another controller
// has taken the call.
func (r *runner) disowned(err error) bool {
	if !errors.Is(err, models.ErrConflict) {
		return false
	}
	c := r.view.Load()
	owner, err := r.x.Store.LastOwner(r.x.ctx, c.WorkspaceID, c.ID)
	if err != nil || owner == r.x.Controller {
		return false
	}
	r.x.Log.Error("another controller has taken a call; it is theirs now", "call", c.ID, "owner", owner)
	r.lost = true
	return true
}
