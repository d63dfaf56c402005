package memory

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"ringdesk/controller/engine"
)

// broken is the state of the way between adapters and the switch.
type broken int

const (
	whole broken = iota
	stalled
	cut
)

// noticed is how long an adapter takes to see that its link is half-open.
const noticed = engine.HalfOpenLimit / 2

// Engine is an adapter to a Switch: what a controller holds.
type Engine struct {
	sw   *Switch
	wake chan struct{}

	// Guarded by the switch's mu.
	up    bool // LinkUp was given, and no LinkDown since
	queue []engine.Event
	probe *timer
}

var _ engine.Engine = (*Engine)(nil)

// Engine gives a new adapter, as a controller that was started again has.
func (s *Switch) Engine() *Engine {
	return &Engine{sw: s, wake: make(chan struct{}, 1)}
}

// emit gives an event to the adapter in control; without one it is lost. The
// caller holds mu.
func (s *Switch) emit(ev engine.Event) {
	if s.link != nil && s.link.up && s.broken == whole {
		s.link.push(ev)
	}
}

func (e *Engine) push(ev engine.Event) {
	e.queue = append(e.queue, ev)
	select {
	case e.wake <- struct{}{}:
	default: // it is awake
	}
}

// Run gives the events to handle until ctx ends.
func (e *Engine) Run(ctx context.Context, handle func(engine.Event)) error {
	if err := e.Open(); err != nil {
		return err
	}
	defer e.Close()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-e.wake:
		}
		for ev, ok := e.Next(); ok && ctx.Err() == nil; ev, ok = e.Next() {
			handle(ev)
		}
	}
}

// Open takes control of the switch. With Next and Close it is Run without a
// goroutine, for simulations that must do one thing at a time.
func (e *Engine) Open() error {
	e.sw.mu.Lock()
	defer e.sw.mu.Unlock()
	if e.sw.link != nil {
		return &engine.Error{Op: "Run", Kind: engine.KindRefused, Err: errors.New("another adapter is in control")}
	}
	e.sw.link = e
	e.connect()
	return nil
}

// Close gives control up. Events not taken are lost.
func (e *Engine) Close() {
	e.sw.mu.Lock()
	defer e.sw.mu.Unlock()
	if e.sw.link == e {
		e.sw.link = nil
		e.up = false
		e.queue = nil
		e.probe.stop()
	}
}

// Next takes the next event, if there is one.
func (e *Engine) Next() (engine.Event, bool) {
	e.sw.mu.Lock()
	defer e.sw.mu.Unlock()
	if len(e.queue) == 0 {
		e.queue = nil
		return nil, false
	}
	ev := e.queue[0]
	e.queue = e.queue[1:]
	return ev, true
}

// connect makes the link where it can. The caller holds mu.
func (e *Engine) connect() {
	if e.sw.broken == whole && !e.up {
		e.up = true
		e.push(engine.LinkUp{At: e.sw.now(), Version: Version, Snapshot: e.sw.snapshot(), Restarted: e.sw.restarted})
		e.sw.restarted = false
	}
}

// disconnect tells that the link is lost; what was under way is too. The
// caller holds mu.
func (e *Engine) disconnect(why string) {
	e.probe.stop()
	if e.up {
		e.up = false
		e.queue = nil
		e.push(engine.LinkDown{At: e.sw.now(), Cause: why})
	}
}

// CutLink breaks the link to every adapter: at once, or half-open, so that it
// is noticed later.
func (s *Switch) CutLink(halfOpen bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.broken = cut
	if halfOpen {
		s.broken = stalled
	}
	link := s.link
	switch {
	case link == nil:
	case halfOpen:
		link.probe = s.after(noticed, func() { link.disconnect("no answer to a probe") })
	default:
		link.disconnect("connection closed")
	}
}

// Crash ends the engine with all it has: the far sides hear nothing of it, and
// RestoreLink starts it anew.
func (s *Switch) Crash() {
	s.CutLink(false)
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, id := range slices.Sorted(maps.Keys(s.legs)) {
		if l := s.legs[id]; l != nil { // a listener ends with whom it hears
			s.endLeg(l, engine.CauseFailure)
		}
	}
	clear(s.rooms)
	clear(s.phones)
	clear(s.trunks)
	s.restarted = true
}

// RestoreLink mends it. A half-open link that was not noticed is lost all the
// same: its events are.
func (s *Switch) RestoreLink() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.broken = whole
	if s.link != nil {
		s.link.disconnect("connection closed")
		s.link.connect()
	}
}

// do carries one command out: its fate, its deadline, the link, then f.
func (e *Engine) do(ctx context.Context, op, id string, f func(*Switch) error) error {
	fail := func(kind engine.Kind, err error) error { return &engine.Error{Op: op, Kind: kind, Err: err} }
	ctx, cancel := context.WithTimeout(ctx, engine.CommandTimeout)
	defer cancel()
	var fate Fate
	if e.sw.opt.Command != nil {
		fate = e.sw.opt.Command(op, id)
	}
	if e.linkState() == stalled {
		<-ctx.Done()
	} else if fate.Delay > 0 {
		e.sleep(ctx, fate.Delay)
	}
	if err := ctx.Err(); err != nil {
		return fail(engine.KindTimeout, err)
	}
	if fate.Kind != "" && !fate.Done {
		return fail(fate.Kind, errors.New("as decided"))
	}
	e.sw.mu.Lock()
	defer e.sw.mu.Unlock()
	if e.sw.broken != whole || e.sw.link != e {
		return fail(engine.KindUnreachable, errors.New("no link"))
	}
	err := f(e.sw)
	if fate.Kind != "" {
		return fail(fate.Kind, errors.New("as decided"))
	}
	var refusal *engine.Refusal
	if failed := (*failure)(nil); errors.As(err, &failed) {
		return fail(failed.kind, failed.err)
	} else if errors.As(err, &refusal) {
		return fail(engine.KindRefused, refusal)
	}
	return err
}

func (e *Engine) linkState() broken {
	e.sw.mu.Lock()
	defer e.sw.mu.Unlock()
	return e.sw.broken
}

// sleep waits by the switch's clock.
func (e *Engine) sleep(ctx context.Context, d time.Duration) {
	done := make(chan struct{})
	e.sw.mu.Lock()
	t := e.sw.after(d, func() { close(done) })
	e.sw.mu.Unlock()
	select {
	case <-done:
	case <-ctx.Done():
		e.sw.mu.Lock()
		t.stop()
		e.sw.mu.Unlock()
	}
}
