// Package exchange runs calls. The Exchange hands the engine's events, people's
// commands and free agents to the calls, and picks up live calls after a restart
// or a gap. A runner (runner.go) is the one goroutine that owns a call: it takes
// the inputs in order, steps (package call), saves the new state with its
// journal in one transaction, and only then lets the effects happen.
package exchange

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"ringdesk/controller/call"
	"ringdesk/controller/engine"
	"ringdesk/controller/metrics"
	"ringdesk/controller/provision"
	"ringdesk/models"
)

// Options are what an Exchange works with.
type Options struct {
	Store   Store
	Engine  engine.Commands
	Country string // default region of the numbers that carriers send
	Log     *slog.Logger
	// Runtime is what it runs on; nil means goroutines and the system's clock.
	Runtime Runtime
	// NewID makes the ids of calls and their parts; nil means models.NewID.
	NewID func() string
	// NewCalls is how many inbound calls are taken in a second; 0 means any
	// number. The engine gets 503 for the others.
	NewCalls int
	// Room, if set, is nil while the disk has room for new recordings. Without
	// room talks go on unrecorded. A disk.ErrLow still lets callers leave messages.
	Room func() error
	// Recorded is told of every call whose tracks are complete.
	Recorded func()
	// Lookups asks servers for flows; nil means that none answers.
	Lookups Lookups
	// Provisioner gives the engine its trunks and phones; nil makes one.
	Provisioner *provision.Provisioner
	// Watch, if set, is told of all that calls do.
	Watch Watcher
	// Counts is where it is counted what happens; nil means nowhere that is looked at.
	Counts *metrics.Calls

	// Controller is this controller's own id, the same after each start; "" means
	// that of an installation with one.
	Controller string
	// Shared says that other controllers may live on this database: calls whose
	// owner lives are left to it, and we give signs of life. Otherwise all calls
	// are ours.
	Shared bool
	Lease  time.Duration // of a sign of life; 0 means DefaultLease
	Others Commands      // to the controllers that run other calls; nil means that none can be reached
}

// Watcher looks on while calls go on. It must not block.
type Watcher interface {
	// Decided tells of a step before it is saved, in the transaction that saves it if
	// its input was made in that one. prev of a new call has no state.
	Decided(prev *call.Call, in call.Input, next *call.Call, effects []call.Effect)
	// Stepped tells of a step before its effects happen; saved is false for one
	// whose saving failed, and which is saved with a later one.
	Stepped(prev, next *call.Call, effects []call.Effect, saved bool)
	// Sent tells of a command that the engine has answered, with how it failed.
	Sent(c *call.Call, cmd call.Command, failure engine.Kind)
}

// Exchange hands inputs to the calls that they are for. It holds no state of
// a call.
type Exchange struct {
	Options
	admission *admission
	hangUps   *hangUps
	kicks     *kicks
	programs  programs
	started   time.Time
	dialled   dialled

	mu      sync.Mutex
	calls   map[string]*runner
	legs    map[engine.LegID]*runner
	leaving int // calls that are over, but for commands that are not sent yet

	provisioner *provision.Provisioner
	ctx         context.Context
	stop        context.CancelFunc

	linkMu  sync.RWMutex
	up      bool   // the link is up, and the engine has its trunks and phones
	cause   string // why it is not
	links   int    // how often the link has changed
	warning string // what an operator has to mend in the engine
	linked  bool   // the link is up, be it of use or not
	spared  spared
}

// NewExchange makes an Exchange that has picked up the live calls of the store
// that are its own or have no living owner. They go on when the engine's link is
// up.
func NewExchange(ctx context.Context, o Options) (*Exchange, error) {
	if o.Runtime == nil {
		o.Runtime = &goroutines{}
	}
	if o.NewID == nil {
		o.NewID = models.NewID
	}
	if o.Counts == nil {
		o.Counts = metrics.NewCalls()
	}
	x := &Exchange{Options: o, admission: newAdmission(o.NewCalls), hangUps: newHangUps(), kicks: &kicks{bell: o.Runtime.Bell()}, started: o.Runtime.Now(),
		calls: map[string]*runner{}, legs: map[engine.LegID]*runner{}, cause: "not connected yet"}
	x.ctx, x.stop = context.WithCancel(context.WithoutCancel(ctx))
	x.Controller, x.Lease = cmp.Or(o.Controller, "controller"), cmp.Or(o.Lease, DefaultLease)
	if err := o.Store.Tx(ctx, Tx.ReleaseStale); err != nil {
		return nil, err
	}
	if _, err := x.takeOver(ctx); err != nil {
		return nil, err
	}
	rows, err := o.Store.CallsOwnedBy(ctx, x.Controller)
	if err != nil {
		return nil, err
	}
	if _, err := x.pickUp(ctx, rows); err != nil {
		x.Close()
		return nil, err
	}
	if err := x.tellApart(); err != nil {
		return nil, err
	}
	if x.provisioner = o.Provisioner; x.provisioner == nil {
		x.provisioner = &provision.Provisioner{Store: o.Store, Engine: o.Engine, Log: o.Log}
	}
	x.Runtime.Go(x.dispatch)
	x.Runtime.Go(x.provision)
	if x.Shared {
		x.Runtime.Go(x.live)
	}
	return x, nil
}

func (x *Exchange) now() time.Time { return x.Runtime.Now() }

// step decides what an input means for a call.
func (x *Exchange) step(c *call.Call, in call.Input) (call.Call, []call.Effect) {
	next, effects := call.Step(*c, in, x.now())
	if x.Watch != nil {
		x.Watch.Decided(c, in, &next, effects)
	}
	return next, effects
}

func (x *Exchange) stepped(prev, next *call.Call, effects []call.Effect, saved bool) {
	x.count(prev, next)
	if x.Watch != nil {
		x.Watch.Stepped(prev, next, effects, saved)
	}
}

// pause lets a time pass; false says that the Exchange closes.
func (x *Exchange) pause(d time.Duration) bool {
	bell, until := x.Runtime.Bell(), x.now().Add(d)
	for x.ctx.Err() == nil {
		left := until.Sub(x.now())
		if left <= 0 {
			return true
		}
		bell.Wait(x.ctx, left)
	}
	return false
}

// provision gives the engine the trunks again and again while its link is up.
func (x *Exchange) provision() {
	for x.pause(provision.Interval) {
		if x.EngineUp() == nil {
			x.provisioner.Trunks(x.ctx)
		}
	}
}

// pickUp lets stored calls go on, blind until they have been compared with the
// engine. The error tells of those that cannot be read; the others go on.
func (x *Exchange) pickUp(ctx context.Context, rows []models.Call) (runners []*runner, err error) {
	ids := make([]string, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
	}
	parties, err := x.Store.Participants(ctx, ids...)
	if err != nil {
		return nil, err
	}
	var unread []error
	for _, row := range rows {
		c, err := call.Decode(row.Data)
		if err != nil {
			unread = append(unread, fmt.Errorf("call %s cannot be read from the database: %w", row.ID, err))
			continue
		}
		c.Version = row.Version // it has grown if the call was another controller's
		x.programFor(ctx, &c)
		runners = append(runners, x.goOn(c, parties[row.ID]))
	}
	return runners, errors.Join(unread...)
}

// Close ends the runners after the input they are at. Calls go on in the
// engine; the next Exchange picks them up.
func (x *Exchange) Close() {
	x.stop()
	x.Runtime.Wait()
}

// Live is the number of calls that are not finished: those of which something
// is left, or for which the engine has not done all that it was told.
func (x *Exchange) Live() int {
	x.mu.Lock()
	defer x.mu.Unlock()
	return len(x.calls) + x.leaving
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

// EngineWarning is what an operator has to mend in the engine, or "".
func (x *Exchange) EngineWarning() string {
	x.linkMu.RLock()
	defer x.linkMu.RUnlock()
	return x.warning
}

func (x *Exchange) warn(warning string) {
	x.linkMu.Lock()
	defer x.linkMu.Unlock()
	x.warning = warning
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

// start runs a new call. The caller holds no lock.
func (x *Exchange) start(c call.Call) *runner { return x.launch(newRunner(x, c)) }

// goOn runs a call that was stored; it is blind until it has been compared with
// the engine.
func (x *Exchange) goOn(c call.Call, parties []models.Participant) *runner {
	r := newRunner(x, c)
	r.blind, r.parties, r.sides = true, parties, parties
	x.launch(r)
	if resumes(&c) {
		r.put(call.Resumed{})
	}
	return r
}

func (x *Exchange) launch(r *runner) *runner {
	c := r.view.Load()
	x.mu.Lock()
	x.calls[c.ID] = r
	x.mu.Unlock()
	x.bind(r, c)
	x.Runtime.Go(r.run)
	x.Runtime.Go(r.command)
	return r
}

// bind registers a call's new legs and recordings before the engine hears of
// them: their events may come before the command returns.
func (x *Exchange) bind(r *runner, c *call.Call) {
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

// forget takes a call from those that inputs are for. It counts as live until
// its commands are sent: the last of them destroy its room.
func (x *Exchange) forget(r *runner) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.leaving++
	delete(x.calls, r.view.Load().ID)
	for id := range r.bound {
		delete(x.legs, id)
	}
}

func (x *Exchange) commandsDone() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.leaving--
}

func (x *Exchange) runnerOfCall(id string) *runner {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.calls[id]
}

func (x *Exchange) runnerOf(leg engine.LegID) *runner {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.legs[leg]
}

// Settled says whether nothing is under way for a live call: no input waits to be
// taken, and the engine has answered all commands.
func (x *Exchange) Settled(id string) bool {
	r := x.runnerOfCall(id)
	return r != nil && r.inbox.idle() && r.outbox.idle()
}

// runners lists the calls in the order of their ids, which is that of their
// beginning.
func (x *Exchange) runners() []*runner {
	x.mu.Lock()
	defer x.mu.Unlock()
	rs := make([]*runner, 0, len(x.calls))
	for _, id := range slices.Sorted(maps.Keys(x.calls)) {
		rs = append(rs, x.calls[id])
	}
	return rs
}
