package sim

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"time"

	"ringdesk/controller/call"
	"ringdesk/controller/disk"
	"ringdesk/controller/engine"
	"ringdesk/controller/exchange"
	"ringdesk/models"
	"ringdesk/testkit/memory"
)

// controller is one life of the product's Exchange. It dies with all that it has
// not saved.
type controller struct {
	*exchange.Exchange
	w       *world
	eng     *memory.Engine
	threads *threads
}

// start begins a controller on what the store has.
func (w *world) start() {
	t := &threads{w: w}
	x := &controller{w: w, eng: w.sw.Engine(), threads: t}
	w.ctl = x
	w.load()
	var err error
	x.Exchange, err = exchange.NewExchange(w.ctx, exchange.Options{
		Store: &tape{Store: w.store, t: t}, Engine: &wire{x.eng, t}, Country: "KR", Log: slog.New(&logbook{x}),
		Runtime: t, NewID: w.newID, NewCalls: w.admitted, Watch: watch{x}, Lookups: asked{x}, Room: func() error {
			if w.low {
				return disk.ErrLow
			}
			return nil
		}})
	if err != nil {
		w.ctl, t.dead = nil, true
		if errors.Is(err, errFull) { // whoever started it tries again
			w.trace("", "the controller cannot start: %s", err)
			w.after(time.Second, w.start)
			return
		}
		w.fail("", "the controller cannot start: %s", err)
		return
	}
	if err := x.eng.Open(); err != nil {
		w.fail("", "the engine cannot be opened: %s", err)
	}
	for _, acc := range w.accounts { // browsers come back by and by
		w.after(w.dice.between(0, models.PhoneTimeout), func() { w.heartbeat(acc) })
	}
}

// load forgets what the last controller knew beyond the store.
func (w *world) load() {
	w.views, w.offers = map[string]*view{}, map[string]int{}
	for _, row := range w.store.LiveCalls() {
		c, err := call.Decode(row.Data)
		if err != nil {
			w.fail(row.ID, "it cannot be read again: %s", err)
			return
		}
		w.views[c.ID] = &view{c: c, blind: true}
		w.checkOffers(&call.Call{}, &c)
	}
	clear(w.unsaved)
	clear(w.latest)
	clear(w.hangUps)
	clear(w.headAt)
	clear(w.unsent)
}

// crash ends the controller where it stands, and starts another later.
func (w *world) crash() {
	w.trace("", "the controller dies")
	x := w.ctl
	w.ctl = nil
	x.threads.dead = true
	x.eng.Close()
	w.after(0, x.bury)
	w.after(w.dice.between(50e6, 8e9), w.start)
}

// bury ends what is left of a dead controller.
func (x *controller) bury() {
	x.threads.dead = true
	x.Close()
	if !x.threads.bury() {
		x.w.fail("", "work goes on after the controller was closed")
	}
}

// handle takes an event of the engine's.
func (x *controller) handle(ev engine.Event) {
	w := x.w
	switch ev := ev.(type) {
	case engine.LinkUp:
		w.trace("", "link up with %d legs", len(ev.Snapshot.Legs))
		x.Handle(ev)
		w.repeat(x, ev.Snapshot)
		return
	case engine.LinkDown:
		w.trace("", "link down: %s", ev.Cause)
		for _, v := range w.views {
			v.blind = true
		}
	}
	x.Handle(ev)
}

// up says whether calls can be taken.
func (x *controller) up() bool { return x.EngineUp() == nil }

// ask gives a call an agent's command; while no controller is there, nobody
// hears it.
func (w *world) ask(id string, do call.Do) {
	x, v := w.ctl, w.views[id]
	if x == nil || v == nil {
		return
	}
	x.threads.Go(func() {
		_, err := x.Do(context.Background(), v.c.WorkspaceID, id, do)
		if err != nil && w.opt.Trace != nil {
			w.trace(id, "   %s of %s: %s", do.Action, do.AgentID, err)
		}
	})
}

// placeCall is an agent who calls somebody (OUT-2).
func (w *world) placeCall(p exchange.Place) {
	x := w.ctl
	if x == nil {
		return
	}
	x.threads.Go(func() {
		c, err := x.Place(context.Background(), p)
		if w.opt.Trace != nil {
			w.trace(c.ID, "   %s calls %q: %v", p.AgentID, p.To, err)
		}
	})
}

// logbook takes the product's errors for violations, but for what an engine out of
// reach cannot be given, and while the disk is full.
type logbook struct{ x *controller }

func (l *logbook) Enabled(_ context.Context, level slog.Level) bool {
	return l.x.w.opt.Trace != nil || level >= slog.LevelError
}

func (l *logbook) Handle(_ context.Context, r slog.Record) error {
	w := l.x.w
	if w.opt.Trace != nil {
		text := r.Message
		r.Attrs(func(a slog.Attr) bool {
			text += " " + a.String()
			return true
		})
		w.trace("", "   log %s: %s", r.Level, text)
	}
	if r.Level >= slog.LevelError && !l.x.threads.dead && !w.full && w.now.Sub(w.emptied) > savedLate && !strings.Contains(r.Message, "to the engine") {
		text := r.Message
		r.Attrs(func(a slog.Attr) bool {
			text += " " + a.String()
			return true
		})
		w.fail("", "the log says: %s", text)
	}
	return nil
}

func (l *logbook) WithAttrs([]slog.Attr) slog.Handler { return l }
func (l *logbook) WithGroup(string) slog.Handler      { return l }
