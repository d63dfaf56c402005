package call

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/models"
)

// Options are what an Exchange works with.
type Options struct {
	Store   *models.Store
	Engine  engine.Commands
	Country string // default region of the numbers that carriers send
	Log     *slog.Logger
	Now     func() time.Time
	// NewCalls is how many inbound calls are taken in a second; 0 means any
	// number. The engine gets 503 for the others.
	NewCalls int
	// Recorded is told of every call whose tracks are complete.
	Recorded func()
}

// Exchange hands inputs to the calls that they are for. It holds no state of
// a call.
type Exchange struct {
	Options
	admission *admission
	hangUps   *hangUps
	mu        sync.Mutex
	calls     map[string]*runner
	legs      map[engine.LegID]*runner
	// freeKick and phonesKick wake the dispatcher; each has room for one.
	freeKick, phonesKick chan struct{}

	started time.Time

	done sync.WaitGroup
	ctx  context.Context
	stop context.CancelFunc

	linkMu sync.RWMutex
	up     bool   // the link is up, and the engine has its trunks and phones
	cause  string // why it is not
	links  int    // how often the link has changed
}

// NewExchange makes an Exchange that has picked up the live calls of the
// store. They go on when the engine's link is up.
func NewExchange(ctx context.Context, o Options) (*Exchange, error) {
	x := &Exchange{Options: o, admission: newAdmission(o.NewCalls), hangUps: newHangUps(), calls: map[string]*runner{}, legs: map[engine.LegID]*runner{},
		freeKick: make(chan struct{}, 1), phonesKick: make(chan struct{}, 1), cause: "not connected yet"}
	x.started = o.Now()
	x.ctx, x.stop = context.WithCancel(context.WithoutCancel(ctx))
	if err := o.Store.Tx(ctx, (*models.Tx).ReleaseStale); err != nil {
		return nil, err
	}
	rows, err := o.Store.LiveCalls(ctx)
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		c, err := Decode(row.Data)
		if err != nil {
			return nil, fmt.Errorf("call %s cannot be read from the database: %w", row.ID, err)
		}
		x.start(c, true)
	}
	if err := x.tellApart(); err != nil {
		return nil, err
	}
	x.done.Add(2)
	go x.dispatch()
	go x.keepTrunks()
	return x, nil
}

// Close ends the runners after the input they are at. Calls go on in the
// engine; the next Exchange picks them up.
func (x *Exchange) Close() {
	x.stop()
	x.done.Wait()
}

// Live is the number of calls that are not finished.
func (x *Exchange) Live() int {
	x.mu.Lock()
	defer x.mu.Unlock()
	return len(x.calls)
}

// EngineUp says whether the engine's link is up, and if not, why.
func (x *Exchange) EngineUp() error {
	x.linkMu.RLock()
	defer x.linkMu.RUnlock()
	if x.up {
		return nil
	}
	return fmt.Errorf("the media engine is not ready: %s", x.cause)
}

// linkChanged notes that the link is not up, or not yet of use, and numbers
// the change.
func (x *Exchange) linkChanged(cause string) int {
	x.linkMu.Lock()
	defer x.linkMu.Unlock()
	x.up, x.cause = false, cause
	x.links++
	return x.links
}

// linkReady notes that the engine can take calls, unless the link has changed
// again since.
func (x *Exchange) linkReady(change int) {
	x.linkMu.Lock()
	defer x.linkMu.Unlock()
	if x.links == change {
		x.up = true
	}
}

// start runs a call; blind, if it must first be compared with the engine. The
// caller holds no lock.
func (x *Exchange) start(c Call, blind bool) *runner {
	r := newRunner(x, c)
	r.blind = blind
	x.mu.Lock()
	x.calls[c.ID] = r
	x.mu.Unlock()
	x.bind(r, &c)
	x.done.Add(2)
	go r.run()
	go r.command()
	return r
}

// bind registers a call's new legs and recordings before the engine hears of
// them: their events may come before the command returns.
func (x *Exchange) bind(r *runner, c *Call) {
	var fresh []engine.LegID
	for _, id := range c.Names() {
		if !r.bound[id] {
			fresh = append(fresh, id)
			r.bound[id] = true
		}
	}
	if len(fresh) == 0 {
		return
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, id := range fresh {
		x.legs[id] = r
	}
}

func (x *Exchange) forget(r *runner) {
	x.mu.Lock()
	defer x.mu.Unlock()
	delete(x.calls, r.view.Load().ID)
	for id := range r.bound {
		delete(x.legs, id)
	}
}

func (x *Exchange) runnerOf(leg engine.LegID) *runner {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.legs[leg]
}

func (x *Exchange) runners() []*runner {
	x.mu.Lock()
	defer x.mu.Unlock()
	rs := make([]*runner, 0, len(x.calls))
	for _, r := range x.calls {
		rs = append(rs, r)
	}
	return rs
}

// Handle takes the engine's events (engine.Engine's handler). It never blocks
// on a call.
func (x *Exchange) Handle(ev engine.Event) {
	switch ev := ev.(type) {
	case engine.LinkUp:
		x.linkUp(ev)
	case engine.LinkDown:
		x.Log.Warn("engine link lost; calls go on in the engine", "cause", ev.Cause)
		x.linkChanged(ev.Cause)
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
		if x.runnerOf(ev.Leg) == nil {
			x.hangupStray(ev.Leg)
			return
		}
		x.toLeg(ev.Leg, ev)
	case engine.LegEnded:
		x.toLeg(ev.Leg, ev)
	case engine.DTMF:
		x.toLeg(ev.Leg, ev)
	case engine.RecordingStarted:
		x.toRecording(ev.Recording, ev)
	case engine.RecordingEnded:
		x.toRecording(ev.Recording, ev)
	}
}

func (x *Exchange) toLeg(leg engine.LegID, in Input) {
	if r := x.runnerOf(leg); r != nil {
		r.put(in)
	}
}

// toRecording finds the call by the recording, which is registered under its
// own id as if it were a leg.
func (x *Exchange) toRecording(id engine.RecordingID, in Input) {
	x.toLeg(engine.LegID(id), in)
}

// toPlayback finds the call by the playback's id, which begins with the call's.
func (x *Exchange) toPlayback(ev engine.PlaybackEnded) {
	if len(ev.Playback) < callIDLength {
		return
	}
	x.mu.Lock()
	r := x.calls[string(ev.Playback[:callIDLength])]
	x.mu.Unlock()
	if r != nil {
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
	if !x.admission.admits(x.Now()) {
		x.overloaded(ev)
		return
	}
	r := x.start(Call{ID: models.NewID(), Customer: Customer{Party: Party{Leg: ev.Leg}}}, false)
	r.put(ev)
}

// linkUp reconciles every call with the engine, takes in the calls that
// arrived unseen, and removes what belongs to nobody. All that is decided
// before the next event is taken, which may already be newer.
func (x *Exchange) linkUp(ev engine.LinkUp) {
	x.Log.Info("engine link up", "version", ev.Version, "legs", len(ev.Snapshot.Legs), "calls", x.Live())
	change := x.linkChanged("it is being given its trunks and phones")
	for _, r := range x.runners() {
		r.put(Reconcile{Snapshot: ev.Snapshot})
	}
	for id, leg := range ev.Snapshot.Legs {
		switch {
		case x.runnerOf(id) != nil:
		case leg.Inbound && !leg.Answered:
			x.arrive(leg.Arrived)
		default:
			x.hangupStray(id)
		}
	}
	strayRooms := x.strayRooms(ev.Snapshot)
	x.done.Add(1)
	go func() {
		defer x.done.Done()
		x.provision()
		x.linkReady(change)
		for _, room := range strayRooms {
			if err := x.Engine.DestroyRoom(x.ctx, room); err != nil {
				x.Log.Warn("a stray room cannot be removed", "room", room, "error", err)
			}
		}
	}()
}

// strayRooms lists the rooms whose call is over. A room has its call's id.
func (x *Exchange) strayRooms(snap engine.Snapshot) []engine.RoomID {
	x.mu.Lock()
	defer x.mu.Unlock()
	var stray []engine.RoomID
	for room := range snap.Rooms {
		if x.calls[string(room)] == nil {
			stray = append(stray, room)
		}
	}
	return stray
}

// hangupStray ends a leg that belongs to no call, such as one that a call gave
// up waiting for.
func (x *Exchange) hangupStray(leg engine.LegID) {
	x.Log.Warn("hanging up a leg that belongs to no call", "leg", leg)
	x.done.Add(1)
	go func() {
		defer x.done.Done()
		if err := x.Engine.Hangup(x.ctx, leg, engine.CauseNormal); err != nil {
			x.Log.Warn("a stray leg cannot be hung up", "leg", leg, "error", err)
		}
	}()
}
