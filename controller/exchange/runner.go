package exchange

import (
	"context"
	"slices"
	"sync/atomic"
	"time"

	"ringdesk/controller/call"
	"ringdesk/controller/engine"
	"ringdesk/controller/reason"
	"ringdesk/dialplan/flow"
	"ringdesk/models"
)

// runner owns one call: one piece of work takes its inputs (run), and a second
// one sends its commands to the engine, in order (outbox.go).
type runner struct {
	x        *Exchange
	inbox    *queue[call.Input]
	outbox   *queue[call.Command]
	view     atomic.Pointer[call.Call]
	lookedAt atomic.Int64          // Unix nanoseconds; see looked
	bound    map[engine.LegID]bool // ids under which the exchange knows the call; the runner's own
	blind    bool                  // nothing is known of the engine: time decides nothing until the call is reconciled
	row      *models.Call          // as it is stored, without data; the runner's own; nil where it is not known
	parties  []models.Participant  // as they are stored; the runner's own
	sides    []models.Participant  // as they are by the steps so far, saved or not
	lost     bool                  // another controller has taken the call
	unsaved  []record              // records of steps whose saving failed; there may be none, but a state
	retryAt  time.Time             // when saving is tried again; zero when all is saved
}

// lookForAgents makes a waiting call claim the agents who are free now. done, if
// set, is answered then.
type lookForAgents struct{ done *reply[struct{}] }

// whereInQueue makes a waiting call find out its place.
type whereInQueue struct{}

// revoking is Revoked for whoever waits until it is saved.
type revoking struct {
	call.Revoked
	saved *reply[bool]
}

func (in lookForAgents) lapse() {
	if in.done != nil {
		in.done.lapse()
	}
}

func (in revoking) lapse() { in.saved.lapse() }

func newRunner(x *Exchange, c call.Call) *runner {
	r := &runner{x: x, inbox: newQueue[call.Input](x.Runtime.Bell()), outbox: newQueue[call.Command](x.Runtime.Bell()), bound: map[engine.LegID]bool{}}
	r.view.Store(&c)
	return r
}

// put hands the call an input, and says whether there still is a call. It never
// blocks.
func (r *runner) put(in call.Input) bool { return r.inbox.put(in) }

// saveAgain is how long it takes until saving is tried again.
const saveAgain = time.Second

func (r *runner) run() {
	left := r.takeAll()
	r.inbox.close()
	for _, in := range append(left, r.inbox.take()...) {
		if in, ok := in.(asking); ok {
			in.lapse()
		}
	}
	r.x.forget(r)
	r.outbox.close()
}

// takeAll takes the inputs as they come until the call is over or the Exchange
// closes, and gives those that it has left.
func (r *runner) takeAll() (left []call.Input) {
	for {
		inputs := r.inbox.take()
		if len(inputs) == 0 {
			r.inbox.bell.Wait(r.x.ctx, max(r.rest(), shortestWait))
			if r.rest() <= 0 {
				r.inbox.put(r.timeOver())
			}
			inputs = r.inbox.take()
		}
		for i, in := range inputs {
			if r.x.ctx.Err() != nil || !r.turn(in) {
				return inputs[i:]
			}
		}
		if r.x.ctx.Err() != nil {
			return nil
		}
	}
}

// turn carries out one input, and notes how long that took.
func (r *runner) turn(in call.Input) bool {
	began := r.x.now()
	goesOn := r.take(in)
	r.x.Counts.Steps.Took(r.x.now().Sub(began))
	return goesOn
}

// timeOver is what time means: the call's deadline, or, while blind, only that
// saving shall be tried again.
func (r *runner) timeOver() call.Input {
	if r.blind {
		return nil
	}
	return call.Tick{}
}

// A runner waits at least shortestWait for an input, so that a deadline that
// stays cannot keep it busy, and at most longestWait.
const (
	shortestWait = time.Millisecond
	longestWait  = time.Hour
)

// rest is how long nothing need be done without an input: until the call's
// deadline, or the next try to save.
func (r *runner) rest() time.Duration {
	rest, now := longestWait, r.x.now()
	if d := r.view.Load().Deadline(); !d.IsZero() && !r.blind {
		rest = d.Sub(now)
	}
	if !r.retryAt.IsZero() {
		rest = min(rest, r.retryAt.Sub(now))
	}
	return rest
}

// take carries out one input and says whether the call goes on.
func (r *runner) take(in call.Input) bool {
	switch in := in.(type) {
	case engine.LegArrived:
		return r.arrived(in)
	case placing:
		return r.place(in)
	case asked:
		r.ask(in)
	case engine.LinkDown:
		r.blind = true
	case call.Reconcile:
		r.blind = false
		r.step(in)
	case lookForAgents:
		if !r.blind { // without the engine every dial would fail, and cost the call the agent
			r.look()
		}
		if in.done != nil {
			in.done.give(struct{}{})
		}
	case whereInQueue:
		r.locate()
	case counting:
		r.count(in)
	case revoking:
		r.step(in.Revoked)
		in.saved.give(r.retryAt.IsZero() && r.x.ctx.Err() == nil)
	default:
		r.step(in)
	}
	return !r.lost && (r.view.Load().State == "" || !r.finished())
}

func (r *runner) finished() bool { return r.view.Load().Drained() && len(r.unsaved) == 0 }

// step decides, saves, and lets the effects happen. It returns why the input
// was refused, if it was.
func (r *runner) step(in call.Input) (refused *reason.Why) {
	next, effects := r.x.step(r.view.Load(), in)
	if len(effects) == 1 {
		if e, ok := effects[0].(call.Refused); ok {
			return e.Why
		}
	}
	r.commit(next, effects)
	return nil
}

// commit saves a step and then carries out its effects. A call whose record
// cannot be saved goes on all the same: what is unsaved is kept, and saved
// with the next step or after a while.
func (r *runner) commit(next call.Call, effects []call.Effect) {
	prev := r.view.Load()
	r.x.hangUps.decided(&next, effects)
	r.sides = sides(r.sides, &next, effects, r.x.now())
	if pending := append(slices.Clip(r.unsaved), r.x.records(effects)...); len(pending) > 0 || !r.retryAt.IsZero() || mustBeSaved(prev, &next, effects) {
		row := next
		row.Version = prev.Version + 1
		v := &saving{x: r.x, c: &row, row: r.row, prev: r.parties, next: r.sides}
		err := r.x.Store.Tx(r.patient(&next, effects), func(tx Tx) error {
			v.tx = tx
			return v.save(pending)
		})
		if err == nil {
			next, r.row, r.parties = row, v.row, v.next
			pending = nil
			defer r.x.follow(v)
			defer r.wake(r.unsaved)
			effects = r.bar(v, effects)
		}
		if err != nil && (r.x.ctx.Err() != nil || r.disowned(err)) {
			r.x.hangUps.dropped(effects)
			return // closing, or not our call any more: what is not saved has not happened
		}
		r.keep(pending, err)
	}
	r.show(&next)
	r.x.stepped(prev, &next, effects, r.retryAt.IsZero())
	r.happen(effects)
}

// patient is the context of saving a step. What the engine tells of a call that has ended
// already, such as that its last leg is gone, can wait for other calls' commits: nothing
// follows from it for anybody.
func (r *runner) patient(next *call.Call, effects []call.Effect) context.Context {
	if next.EndedAt.IsZero() || slices.ContainsFunc(effects, func(e call.Effect) bool {
		switch e.(type) {
		case call.TrackClosed, call.Drained:
			return false
		}
		return true
	}) {
		return r.x.ctx
	}
	return models.Patient(r.x.ctx)
}

// wake repeats the kicks of what could not be saved at first: they came before
// there was anything to find.
func (r *runner) wake(late []record) {
	for _, e := range late {
		switch e.Effect.(type) {
		case call.Free:
			r.x.kicks.agentFree()
		case call.Drained:
			r.recorded()
		}
	}
}

// recorded tells of a recording whose tracks are complete.
func (r *runner) recorded() {
	if r.view.Load().Recording && r.x.Recorded != nil {
		r.x.Recorded()
	}
}

// bar keeps a callback that the caps do not allow from being dialled (OUT-9).
func (r *runner) bar(v *saving, effects []call.Effect) []call.Effect {
	if !v.barred {
		return effects
	}
	r.put(call.Barred{})
	return slices.DeleteFunc(effects, func(e call.Effect) bool { _, dials := e.(call.DialOut); return dials })
}

// keep remembers what could not be saved, and when to try again.
func (r *runner) keep(pending []record, err error) {
	r.unsaved, r.retryAt = current(pending), time.Time{}
	if err == nil {
		return
	}
	r.retryAt = r.x.now().Add(saveAgain)
	r.x.Log.Error("a call's record cannot be saved; the call goes on, and saving is tried again every second",
		"call", r.view.Load().ID, "error", err)
}

// current leaves out the claims of agents who have left since: by now they may
// be in another call.
func current(pending []record) []record {
	freed := map[string]bool{}
	var kept []record
	for _, r := range slices.Backward(pending) {
		switch e := r.Effect.(type) {
		case call.Free:
			freed[e.AccountID] = true
		case call.Occupy:
			if freed[e.AccountID] {
				continue
			}
		}
		kept = append(kept, r)
	}
	slices.Reverse(kept)
	return kept
}

// show makes a state the call's present one. Its ids are registered before any
// command about them is sent.
func (r *runner) show(next *call.Call) {
	r.x.bind(r, next)
	r.view.Store(next)
}

// happen carries out what follows once a step is saved.
func (r *runner) happen(effects []call.Effect) {
	for _, e := range effects {
		switch e := e.(type) {
		case call.Command:
			r.outbox.put(e)
		case call.Free:
			r.x.kicks.agentFree()
		case call.Seek:
			r.put(lookForAgents{})
		case call.Locate:
			r.put(whereInQueue{})
		case call.CountQueues:
			r.put(counting{e})
		case call.Fetch:
			r.x.Runtime.Go(func() { r.fetch(flow.Fetch(e)) })
		case call.Drained:
			r.recorded()
		}
	}
}
