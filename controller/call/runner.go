package call

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/controller/outbound"
	"ringdesk/controller/sounds"
	"ringdesk/models"
)

// runner is the goroutine that owns one call, with a second one that sends
// its commands to the engine, in order.
type runner struct {
	x        *Exchange
	inbox    *queue[Input]
	outbox   *queue[Command]
	ended    chan struct{} // closed when the call is finished or the Exchange closes
	view     atomic.Pointer[Call]
	lookedAt atomic.Int64          // Unix nanoseconds; see looked
	bound    map[engine.LegID]bool // ids under which the exchange knows the call; the runner's own
	blind    bool                  // nothing is known of the engine: time decides nothing until the call is reconciled
	unsaved  []Effect              // records of steps whose saving failed
	retry    time.Duration         // wait before saving again; 0 when all is saved
}

// lookForAgents makes a waiting call claim the agents who are free now. done, if
// set, is closed then.
type lookForAgents struct{ done chan struct{} }

// whereInQueue makes a waiting call find out its place.
type whereInQueue struct{}

func newRunner(x *Exchange, c Call) *runner {
	r := &runner{x: x, inbox: newQueue[Input](), outbox: newQueue[Command](), ended: make(chan struct{}), bound: map[engine.LegID]bool{}}
	r.view.Store(&c)
	return r
}

// put hands the call an input. It never blocks.
func (r *runner) put(in Input) { r.inbox.put(in) }

func (r *runner) run() {
	defer r.x.done.Done()
	defer r.outbox.close()
	defer close(r.ended)
	defer r.x.forget(r)
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		r.arm(timer)
		select {
		case <-r.inbox.ready:
			for _, in := range r.inbox.take() {
				if r.x.ctx.Err() != nil || !r.take(in) {
					return
				}
			}
		case <-timer.C:
			if !r.take(r.timeOver()) {
				return
			}
		case <-r.x.ctx.Done():
			return
		}
	}
}

// timeOver is what the timer means: the call's deadline, or, while blind, only
// that saving shall be tried again.
func (r *runner) timeOver() Input {
	if r.blind {
		return nil
	}
	return Tick{}
}

// arm sets the timer to the call's deadline, or to the next try to save.
func (r *runner) arm(timer *time.Timer) {
	wait := time.Hour
	if d := r.view.Load().Deadline(); !d.IsZero() && !r.blind {
		wait = max(d.Sub(r.x.Now()), time.Millisecond)
	}
	if r.retry > 0 {
		wait = min(wait, r.retry)
	}
	timer.Reset(wait)
}

// take carries out one input and says whether the call goes on.
func (r *runner) take(in Input) bool {
	switch in := in.(type) {
	case engine.LegArrived:
		return r.arrived(in)
	case placing:
		return r.place(in)
	case asked:
		r.ask(in)
	case engine.LinkDown:
		r.blind = true
	case Reconcile:
		r.blind = false
		r.step(in)
	case lookForAgents:
		if !r.blind { // who dials into the void loses all agents
			r.look()
		}
		if in.done != nil {
			close(in.done)
		}
	case whereInQueue:
		r.locate()
	default:
		r.step(in)
	}
	return r.view.Load().State == "" || !r.finished()
}

func (r *runner) finished() bool { return r.view.Load().Drained() && len(r.unsaved) == 0 }

// step decides, saves, and lets the effects happen. It returns why the input
// was refused, if it was.
func (r *runner) step(in Input) (refused string) {
	next, effects := Step(*r.view.Load(), in, r.x.Now())
	if len(effects) == 1 {
		if e, ok := effects[0].(Refused); ok {
			return e.Reason
		}
	}
	r.commit(next, effects)
	return ""
}

// commit saves a step and then carries out its effects. A call whose record
// cannot be saved goes on all the same: what is unsaved is kept, and saved
// with the next step or after a while.
func (r *runner) commit(next Call, effects []Effect) {
	prev := r.view.Load()
	r.x.hangUps.decided(&next, effects)
	if pending := append(slices.Clip(r.unsaved), records(effects)...); len(pending) > 0 {
		row := next
		row.Version = prev.Version + 1
		v := &saving{x: r.x, c: &row}
		err := r.x.Store.Tx(r.x.ctx, func(tx *models.Tx) error {
			v.tx = tx
			return v.save(pending)
		})
		if err == nil {
			next = row
			pending = nil
			defer r.x.follow(v)
			effects = r.bar(v, effects)
		}
		if err != nil && r.x.ctx.Err() != nil {
			return // closing: what is not saved has not happened
		}
		r.keep(pending, err)
	}
	r.show(&next)
	r.happen(effects)
}

// bar keeps a callback that the caps do not allow from being dialled (OUT-9).
func (r *runner) bar(v *saving, effects []Effect) []Effect {
	if !v.barred {
		return effects
	}
	r.put(Barred{})
	return slices.DeleteFunc(effects, func(e Effect) bool { _, dials := e.(DialOut); return dials })
}

// keep remembers what could not be saved, and when to try again.
func (r *runner) keep(pending []Effect, err error) {
	r.unsaved, r.retry = current(pending), 0
	if err == nil {
		return
	}
	r.retry = time.Second
	r.x.Log.Error("a call's record cannot be saved; the call goes on, and saving is tried again every second",
		"call", r.view.Load().ID, "error", err)
}

// current leaves out the claims of agents who have left since: by now they may
// be in another call.
func current(pending []Effect) []Effect {
	freed := map[string]bool{}
	var kept []Effect
	for _, e := range slices.Backward(pending) {
		switch e := e.(type) {
		case Free:
			freed[e.AccountID] = true
		case Occupy:
			if freed[e.AccountID] {
				continue
			}
		}
		kept = append(kept, e)
	}
	slices.Reverse(kept)
	return kept
}

// show makes a state the call's present one. Its ids are registered before any
// command about them is sent.
func (r *runner) show(next *Call) {
	r.x.bind(r, next)
	r.view.Store(next)
}

// happen carries out what follows once a step is saved.
func (r *runner) happen(effects []Effect) {
	for _, e := range effects {
		switch e := e.(type) {
		case Command:
			r.outbox.put(e)
		case Free:
			kick(r.x.freeKick)
		case Seek:
			r.put(lookForAgents{})
		case Locate:
			r.put(whereInQueue{})
		case Drained:
			if r.view.Load().Recording && r.x.Recorded != nil {
				r.x.Recorded()
			}
		}
	}
}

// command sends the call's commands to the engine, one after another. After
// the call's end it finishes what it has.
func (r *runner) command() {
	defer r.x.done.Done()
	for {
		cmds, open := r.outbox.wait()
		for _, cmd := range cmds {
			if kind := r.sendAgain(cmd); kind != "" {
				r.put(Failed{Command: cmd, Kind: kind})
			}
			r.x.hangUps.done(cmd)
		}
		if !open {
			return
		}
	}
}

// againPause is how long it takes until a command is tried again.
const againPause = time.Second

// sendAgain sends a command, some several times, and gives the failure.
func (r *runner) sendAgain(cmd Command) engine.Kind {
	for tries := 1; ; tries++ {
		c := r.view.Load()
		err := r.x.send(cmd, c)
		if err == nil {
			return ""
		}
		kind := engine.KindOf(err)
		if kind != engine.KindGone {
			r.x.Log.Warn("engine command failed", "call", c.ID, "command", commandName(cmd), "kind", kind, "error", err)
		}
		if !Again(cmd, c, kind, tries) {
			return kind
		}
		select {
		case <-time.After(againPause):
		case <-r.x.ctx.Done(): // the next start reconciles
			return kind
		}
	}
}

// send carries out a command.
func (x *Exchange) send(cmd Command, c *Call) error {
	// Not x.ctx: what was saved as decided is sent even while closing.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(x.ctx), engine.CommandTimeout)
	defer cancel()
	if dial, ok := cmd.(Dial); ok {
		x.hangUps.wait(ctx, c.ID, dial.Agent.Phone)
	}
	if out, ok := cmd.(DialOut); ok && x.passesOver(ctx, out, c) {
		return &engine.Error{Op: "Dial", Kind: engine.KindRefused, Err: errors.New("the carrier answers nothing; another trunk is tried")}
	}
	return Send(ctx, x.Engine, cmd, c, func(names []string) []string { return x.resolve(ctx, c.WorkspaceID, names) })
}

// passesOver says whether a trunk is not tried, since its carrier answers
// nothing and another trunk may do better: to find that out by calling takes
// 32 s (RFC 3261, section 17.1.1.2, timer B).
func (x *Exchange) passesOver(ctx context.Context, cmd DialOut, c *Call) bool {
	if c.Out == nil || c.Out.Tried >= len(c.Out.Routes) {
		return false
	}
	states, err := x.Engine.TrunkStates(ctx)
	dead := func(r outbound.Route) bool { return states[TrunkID(r.TrunkID)] == engine.TrunkUnreachable }
	return err == nil && dead(cmd.Route) && slices.ContainsFunc(c.Out.Routes[c.Out.Tried:], func(r outbound.Route) bool { return !dead(r) })
}

// resolve takes a workspace's own sounds in place of the built-in ones.
func (x *Exchange) resolve(ctx context.Context, workspace string, names []string) []string {
	own, err := x.Store.Sounds(ctx, workspace)
	if err != nil {
		x.Log.Error("a workspace's sounds cannot be read; the built-in ones are played", "workspace", workspace, "error", err)
	}
	return sounds.NewResolver(own).All(names)
}
