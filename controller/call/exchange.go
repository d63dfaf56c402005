package call

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
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
	// Recorded is told of every call whose tracks are complete.
	Recorded func()
}

// Exchange hands inputs to the calls that they are for. It holds no state of
// a call.
type Exchange struct {
	Options
	mu    sync.Mutex
	calls map[string]*runner
	legs  map[engine.LegID]*runner
	// freeKick and phonesKick wake the dispatcher; each has room for one.
	freeKick, phonesKick chan struct{}

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
	x := &Exchange{Options: o, calls: map[string]*runner{}, legs: map[engine.LegID]*runner{},
		freeKick: make(chan struct{}, 1), phonesKick: make(chan struct{}, 1), cause: "not connected yet"}
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
	x.done.Add(1)
	go x.dispatch()
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
	for _, id := range c.names() {
		x.legs[id] = r
	}
	x.mu.Unlock()
	x.done.Add(2)
	go r.run()
	go r.command()
	return r
}

// bind registers a call's legs and recordings before the engine hears of
// them: their events may come before the command returns.
func (x *Exchange) bind(r *runner, names []engine.LegID) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, id := range names {
		x.legs[id] = r
	}
}

func (x *Exchange) forget(r *runner) {
	x.mu.Lock()
	defer x.mu.Unlock()
	c := r.view.Load()
	delete(x.calls, c.ID)
	for _, id := range c.names() {
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

// open lists the calls that wait for an agent, the longest waiting first, and
// on request those in which people talk, too.
func (x *Exchange) open(talks bool) []*runner {
	rs := slices.DeleteFunc(x.runners(), func(r *runner) bool {
		st := r.view.Load().State
		return st != "" && st != Queued && st != Ringing && (st != Talking || !talks)
	})
	slices.SortFunc(rs, func(a, b *runner) int { return strings.Compare(a.view.Load().ID, b.view.Load().ID) })
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
	case engine.LegRinging, engine.LegJoined, engine.LegParted, engine.PlaybackEnded:
		// Steps decide by their own commands; these only confirm them.
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

// arrive begins a call for an inbound leg that has none. Only the engine's
// events call it, one at a time.
func (x *Exchange) arrive(ev engine.LegArrived) {
	if x.runnerOf(ev.Leg) != nil {
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

// provision gives the engine what it forgets when it restarts.
func (x *Exchange) provision() {
	trunks, err := x.Store.Trunks(x.ctx)
	if err != nil {
		x.Log.Error("trunks cannot be read", "error", err)
	}
	for _, t := range trunks {
		et, err := EngineTrunk(t)
		if err == nil {
			err = x.Engine.PutTrunk(x.ctx, et)
		}
		if err != nil {
			x.Log.Error("trunk could not be given to the engine", "trunk", t.Name, "error", err)
		}
	}
	phones, err := x.Store.Phones(x.ctx)
	if err != nil {
		x.Log.Error("phones cannot be read", "error", err)
	}
	for _, p := range phones {
		if err := x.Engine.PutPhone(x.ctx, engine.Phone{ID: p.ID, Password: p.Password}); err != nil {
			x.Log.Error("phone could not be given to the engine", "phone", p.ID, "error", err)
		}
	}
}

// EngineTrunk is a trunk as the engine knows it.
func EngineTrunk(t models.Trunk) (engine.Trunk, error) {
	s, err := t.Settings()
	return engine.Trunk{ID: TrunkID(t.ID), Hosts: t.HostList(), Codecs: s.Codecs, Remote: s.Remote, Register: s.Register,
		Username: s.Username, Password: string(s.Password), FromDomain: s.FromDomain}, err
}

// TrunkID is the id of a trunk in the engine.
func TrunkID(id string) string { return "trunk" + strings.ReplaceAll(id, "-", "") }

// Do carries out an agent's command in a live call of the workspace. No such
// call gives models.ErrNotFound; one that cannot be done, a *RefusedError.
func (x *Exchange) Do(ctx context.Context, workspace, callID string, do Do) (Call, error) {
	x.mu.Lock()
	r := x.calls[callID]
	x.mu.Unlock()
	if r == nil {
		return Call{}, models.ErrNotFound
	}
	ask := asked{workspace: workspace, do: do, answer: make(chan answer, 1)}
	r.put(ask)
	select {
	case a := <-ask.answer:
		return a.call, a.err
	case <-r.ended:
		return Call{}, models.ErrNotFound
	case <-ctx.Done():
		return Call{}, ctx.Err()
	}
}

// AgentsChanged says that the agents or phones of a workspace are different:
// somebody may have become free, or have a new phone.
func (x *Exchange) AgentsChanged(string) { kick(x.phonesKick) }

func kick(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default: // one is on its way
	}
}

// dispatch offers the waiting calls, the longest waiting first, to agents who
// became free, and lets talks find agents who came back.
func (x *Exchange) dispatch() {
	defer x.done.Done()
	for {
		talks := false
		select {
		case <-x.freeKick:
		case <-x.phonesKick:
			talks = true
		case <-x.ctx.Done():
			return
		}
		x.offerRound(talks)
	}
}

// offerRound lets the calls look for agents, in their order.
func (x *Exchange) offerRound(talks bool) {
	anyone := map[string]bool{} // by workspace, each asked once
	for _, r := range x.open(talks) {
		if !talks && !x.mayFind(r.view.Load().WorkspaceID, anyone) {
			continue
		}
		ask := lookForAgents{done: make(chan struct{})}
		r.put(ask)
		select {
		case <-ask.done:
		case <-r.ended:
		case <-x.ctx.Done():
			return
		}
	}
}

// mayFind says whether a call of the workspace may find a free agent. Reading
// that is cheap: a look in vain would hold up the one writer of the store.
func (x *Exchange) mayFind(workspace string, known map[string]bool) bool {
	if workspace == "" { // the call is being taken in
		return true
	}
	free, ok := known[workspace]
	if !ok {
		var err error
		free, err = x.Store.AgentFree(x.ctx, workspace, x.Now())
		free = free || err != nil // looking will tell
		known[workspace] = free
	}
	return free
}
