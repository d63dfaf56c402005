package call

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/models"
)

// runner is the goroutine that owns one call, with a second one that sends
// its commands to the engine, in order.
type runner struct {
	x       *Exchange
	inbox   *queue[Input]
	outbox  *queue[Command]
	ended   chan struct{} // closed when the call is finished or the Exchange closes
	view    atomic.Pointer[Call]
	blind   bool          // nothing is known of the engine: time decides nothing until the call is reconciled
	unsaved []Effect      // records of steps whose saving failed
	retry   time.Duration // wait before saving again; 0 when all is saved
}

// asked is an agent's command with the place for its answer.
type asked struct {
	workspace string
	do        Do
	answer    chan answer
}

type answer struct {
	call Call
	err  error
}

// lookForAgents makes a waiting call claim the agents who are free now.
type lookForAgents struct{ done chan struct{} }

func newRunner(x *Exchange, c Call) *runner {
	r := &runner{x: x, inbox: newQueue[Input](), outbox: newQueue[Command](), ended: make(chan struct{})}
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
	case asked:
		r.ask(in)
	case engine.LinkDown:
		r.blind = true
	case Reconcile:
		r.blind = false
		r.step(in)
	case lookForAgents:
		r.look()
		close(in.done)
	default:
		r.step(in)
	}
	return r.view.Load().State == "" || !r.finished()
}

func (r *runner) finished() bool { return r.view.Load().Drained() && len(r.unsaved) == 0 }

func (r *runner) ask(in asked) {
	if r.view.Load().WorkspaceID != in.workspace {
		in.answer <- answer{err: models.ErrNotFound}
		return
	}
	refused := r.step(in.do)
	a := answer{call: *r.view.Load()}
	if refused != "" {
		a.err = &RefusedError{Reason: refused}
	}
	in.answer <- a
}

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
	if pending := append(slices.Clip(r.unsaved), records(effects)...); len(pending) > 0 {
		row := next
		row.Version = prev.Version + 1
		err := r.x.Store.Tx(r.x.ctx, func(tx *models.Tx) error { return save(tx, &row, pending) })
		if err == nil {
			next = row
			pending = nil
		}
		r.keep(pending, err)
	}
	r.show(&next)
	r.happen(effects)
}

// keep remembers what could not be saved, and when to try again.
func (r *runner) keep(pending []Effect, err error) {
	r.unsaved, r.retry = pending, 0
	if err == nil || r.x.ctx.Err() != nil { // closing: the next start reconciles
		return
	}
	r.retry = time.Second
	r.x.Log.Error("a call's record cannot be saved; the call goes on, and saving is tried again every second",
		"call", r.view.Load().ID, "error", err)
}

// show makes a state the call's present one. Its ids are registered before any
// command about them is sent.
func (r *runner) show(next *Call) {
	r.x.bind(r, next.names())
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
			kick(r.x.phonesKick)
		case Drained:
			if r.view.Load().RecordingID != "" && r.x.Recorded != nil {
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
			err := r.x.send(cmd, r.view.Load())
			if err == nil {
				continue
			}
			kind := engine.KindOf(err)
			if kind != engine.KindGone {
				r.x.Log.Warn("engine command failed", "call", r.view.Load().ID, "command", commandName(cmd), "kind", kind, "error", err)
			}
			r.put(Failed{Command: cmd, Kind: kind})
		}
		if !open {
			return
		}
	}
}

// send turns a command into the engine's call.
func (x *Exchange) send(cmd Command, c *Call) error {
	// Not x.ctx: what was saved as decided is sent even while closing.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(x.ctx), engine.CommandTimeout)
	defer cancel()
	e := x.Engine
	switch cmd := cmd.(type) {
	case Ring:
		return e.Ring(ctx, cmd.Leg)
	case Answer:
		return e.Answer(ctx, cmd.Leg)
	case Dial:
		return e.Dial(ctx, engine.DialRequest{
			Leg: cmd.Agent.Leg, Phone: cmd.Agent.Phone, CallerID: c.From, CallerName: c.Customer.Name, Call: c.ID,
			Timeout: time.Duration(c.RingSeconds+5) * time.Second, Like: c.Customer.Leg,
		})
	case Hangup:
		return e.Hangup(ctx, cmd.Leg, cmd.Cause)
	case CreateRoom:
		return e.CreateRoom(ctx, cmd.Room)
	case DestroyRoom:
		return e.DestroyRoom(ctx, cmd.Room)
	case Join:
		return e.Join(ctx, cmd.Room, cmd.Leg)
	case HoldLeg:
		return e.Hold(ctx, cmd.Room, cmd.Leg)
	case UnholdLeg:
		return e.Unhold(ctx, cmd.Room, cmd.Leg)
	case MuteLeg:
		return e.Mute(ctx, cmd.Leg, cmd.On)
	case Music:
		return e.Music(ctx, cmd.Leg, cmd.On)
	case PlayDigits:
		return e.SendDTMF(ctx, cmd.Leg, cmd.Digits)
	case Record:
		return e.StartRecording(ctx, engine.RecordingRequest{ID: cmd.ID, Leg: cmd.Leg, File: cmd.File})
	default:
		return &engine.Error{Op: commandName(cmd), Kind: engine.KindRefused, Err: errors.New("no such command")}
	}
}

// queue is an unbounded queue: a call's inputs are few, and none may be lost
// or block the engine's events.
type queue[T any] struct {
	mu     sync.Mutex
	items  []T
	closed bool
	ready  chan struct{}
}

func newQueue[T any]() *queue[T] { return &queue[T]{ready: make(chan struct{}, 1)} }

func (q *queue[T]) put(item T) {
	q.mu.Lock()
	q.items = append(q.items, item)
	q.mu.Unlock()
	q.signal()
}

func (q *queue[T]) signal() {
	select {
	case q.ready <- struct{}{}:
	default:
	}
}

func (q *queue[T]) take() []T {
	q.mu.Lock()
	defer q.mu.Unlock()
	items := q.items
	q.items = nil
	return items
}

// close lets wait return for the last time.
func (q *queue[T]) close() {
	q.mu.Lock()
	q.closed = true
	q.mu.Unlock()
	q.signal()
}

// wait takes what is there, or waits for it; open is false once closed.
func (q *queue[T]) wait() (items []T, open bool) {
	<-q.ready
	q.mu.Lock()
	defer q.mu.Unlock()
	items, q.items = q.items, nil
	return items, !q.closed
}
