package sim

import (
	"slices"
	"time"

	"ringdesk/controller/call"
	"ringdesk/controller/engine"
)

// runner owns one call, as call's runner does: inputs in order, a step, saved,
// and then its effects. What a goroutine does there happens here after a
// little while.
type runner struct {
	x      *controller
	c      call.Call
	blind  bool // nothing is known of the engine yet
	ended  bool
	inbox  []call.Input
	taking bool
	outbox []call.Command
	busy   bool // a command is under way
	timer  *item
	doubt  bool // a command failed, so that nobody knows what is heard
}

// lookForAgents and whereInQueue are inputs that need the desk.
type (
	lookForAgents struct{ done func() }
	whereInQueue  struct{}
)

// asked is an agent's command.
type asked struct{ Do call.Do }

// placing is an agent's wish to call somebody.
type placing struct {
	by *agent
	to string
	// missed is the missed call that this one answers (MISS-5).
	missed string
}

func (r *runner) put(in call.Input) {
	r.inbox = append(r.inbox, in)
	r.wake()
}

// wake takes the next input shortly. Now and then a call is slow, so that what
// it takes is late.
func (r *runner) wake() {
	if r.taking || len(r.inbox) == 0 || r.ended || r.x.dead {
		return
	}
	r.taking = true
	w := r.x.w
	wait := time.Duration(w.dice.IntN(3)) * time.Millisecond
	if w.dice.chance(5) {
		wait = w.dice.between(50*time.Millisecond, time.Second)
	}
	w.after(wait, func() {
		r.taking = false
		if r.ended || r.x.dead {
			return
		}
		in := r.inbox[0]
		r.inbox = r.inbox[1:]
		goesOn := r.take(in)
		if r.x.dead {
			return
		}
		w.touch(r)
		if !goesOn {
			r.x.forget(r)
			return
		}
		r.arm()
		r.wake()
	})
}

// arm sets the timer to the call's deadline.
func (r *runner) arm() {
	d := r.c.Deadline()
	if r.timer != nil && r.timer.do != nil && r.timer.at.Equal(d) {
		return
	}
	if r.timer != nil {
		r.timer.do = nil
	}
	if d.IsZero() || r.blind {
		return
	}
	w := r.x.w
	r.timer = w.after(d.Sub(w.now), func() {
		if !r.ended && !r.x.dead && !r.blind {
			r.put(call.Tick{})
		}
	})
}

// take carries out one input and says whether the call goes on.
func (r *runner) take(in call.Input) bool {
	w := r.x.w
	w.steps++
	if w.opt.Trace != nil {
		w.trace(r.c.ID, "%s <- %T %s", r.c.State, in, encode(in))
	}
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
		r.blind, r.doubt = false, false
		r.step(in)
	case lookForAgents:
		r.transact(func(f call.Finder) (call.Input, error) { return f.Sought(&r.c) })
		if in.done != nil && !r.x.dead {
			in.done()
		}
	case whereInQueue:
		r.locate()
	case call.Tick:
		r.step(in)
		w.checkDeadline(r)
	default:
		if f, ok := in.(call.Failed); ok && f.Kind != engine.KindGone {
			r.doubt = true
		}
		r.step(in)
	}
	return r.c.State == "" || !r.c.Drained()
}

func (r *runner) step(in call.Input) {
	next, effects := call.Step(r.c, in, r.x.w.now)
	if refused(effects) {
		return
	}
	r.commit(next, effects)
}

func refused(effects []call.Effect) bool {
	return slices.ContainsFunc(effects, func(e call.Effect) bool { _, no := e.(call.Refused); return no })
}

// ask carries out an agent's command.
func (r *runner) ask(in asked) {
	if in.Do.Fetches() == "" {
		r.step(in.Do)
		return
	}
	r.transact(func(f call.Finder) (call.Input, error) {
		do := in.Do
		err := f.Fetch(&r.c, &do)
		return do, err
	})
}

// transact makes an input from what the desk says, and undoes that when the
// step refuses it.
func (r *runner) transact(decide func(call.Finder) (call.Input, error)) {
	w := r.x.w
	w.desk.begin()
	in, err := decide(w.finder())
	if err != nil {
		w.fail(r.c.ID, "the desk fails: %s", err)
	}
	if in == nil {
		return
	}
	next, effects := call.Step(r.c, in, w.now)
	if refused(effects) {
		w.desk.rollback()
		return
	}
	if found, ok := in.(call.Offered); ok {
		w.checkOrder(r.c.ID, &r.c, found.Candidates)
	}
	r.commit(next, effects)
}

func (w *world) finder() call.Finder {
	return call.Finder{Desk: w.desk, Now: w.now, NewID: w.newID, View: func(id string) *call.Call {
		if r := w.ctl.runners[id]; r != nil {
			return &r.c
		}
		return nil
	}}
}

// commit saves a step and lets its effects happen, unless the controller dies
// in between.
func (r *runner) commit(next call.Call, effects []call.Effect) {
	w := r.x.w
	prev := r.c
	s := &saving{w: w, c: &next}
	s.save(effects)
	r.c = next
	r.x.bind(r)
	w.observe(r, &prev, effects)
	if w.crashing {
		w.crashing = false
		w.crash()
		return
	}
	r.happen(effects)
	s.follow(r.x)
}

// happen carries out what follows once a step is saved.
func (r *runner) happen(effects []call.Effect) {
	for _, e := range effects {
		switch e := e.(type) {
		case call.Command:
			r.outbox = append(r.outbox, e)
		case call.Free:
			r.x.kick(false)
		case call.Seek:
			r.put(lookForAgents{})
		case call.Locate:
			r.put(whereInQueue{})
		}
	}
	r.send()
	if r.c.Waits() {
		r.x.wantTicks()
	}
}

// send gives the engine the next command, after the one before it.
func (r *runner) send() {
	if r.busy || len(r.outbox) == 0 || r.x.dead {
		return
	}
	r.busy = true
	cmd := r.outbox[0]
	r.outbox = r.outbox[1:]
	r.try(cmd, 1, r.x.w.latency())
}

// againPause is how long it takes until a command is tried again.
const againPause = time.Second

// try sends a command after a while, for the first time or again.
func (r *runner) try(cmd call.Command, tries int, after time.Duration) {
	w := r.x.w
	w.after(after, func() {
		if r.x.dead {
			return
		}
		kind, takes := w.perform(r, cmd)
		w.after(takes, func() {
			if r.x.dead {
				return
			}
			if w.opt.Trace != nil {
				w.trace(r.c.ID, "   -> %T %s %s", cmd, encode(cmd), kind)
			}
			if kind != "" && call.Again(cmd, &r.c, kind, tries) {
				r.try(cmd, tries+1, againPause)
				return
			}
			r.busy = false
			if kind != "" {
				r.put(call.Failed{Command: cmd, Kind: kind})
			}
			w.touch(r)
			r.send()
		})
	})
}

// perform carries a command out, or not: it may be refused, or run out of
// time, be it done or not. It gives the failure and how long that takes.
func (w *world) perform(r *runner, cmd call.Command) (engine.Kind, time.Duration) {
	if w.stalled {
		return engine.KindTimeout, engine.CommandTimeout
	}
	do := func() engine.Kind {
		w.prepare(r, cmd)
		err := call.Send(w.ctx, r.x.eng, cmd, &r.c, func(names []string) []string { return names })
		w.dialled(r, cmd, err)
		return engine.KindOf(err)
	}
	switch {
	case !w.faulty || !w.dice.chance(w.failing):
		return do(), 0
	case w.dice.chance(300):
		return engine.KindRefused, 0
	case w.dice.chance(500):
		do()
	case w.dice.chance(300):
		switch cmd.(type) {
		case call.Dial, call.DialOut: // it happens when nobody waits for it any more
			x := r.x
			w.after(engine.CommandTimeout+w.dice.between(0, time.Second), func() {
				if !x.dead {
					do()
				}
			})
		}
	}
	return engine.KindTimeout, engine.CommandTimeout
}

// latency is how long a command usually takes.
func (w *world) latency() time.Duration {
	if w.dice.chance(10) {
		return w.dice.between(100*time.Millisecond, 2*time.Second)
	}
	return w.dice.between(time.Millisecond, 20*time.Millisecond)
}
