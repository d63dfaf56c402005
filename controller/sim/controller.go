package sim

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"ringdesk/controller/call"
	"ringdesk/controller/engine"
	"ringdesk/controller/engine/memory"
)

// controller stands in for call.Exchange: the same order of things, without
// goroutines. It dies with all that it has not saved.
type controller struct {
	w       *world
	eng     *memory.Engine
	runners map[string]*runner
	order   []*runner // by the calls' ids
	legs    map[engine.LegID]*runner
	dead    bool
	up      bool

	round        *round
	kicked       bool // a round is wanted after this one
	phonesKicked bool
	ticks        bool // a round will come with time
}

// start begins a controller on what the desk has saved.
func (w *world) start() {
	x := &controller{w: w, runners: map[string]*runner{}, legs: map[engine.LegID]*runner{}, eng: w.sw.Engine()}
	w.ctl = x
	w.desk.releaseStale()
	var live []call.Call
	for _, b := range w.businesses {
		for _, r := range w.desk.live[b.ID] {
			c, err := call.Decode(encode(r.c))
			if err != nil {
				w.fail("", "a call cannot be read again: %s", err)
			}
			live = append(live, c)
		}
	}
	slices.SortFunc(live, func(a, b call.Call) int { return strings.Compare(a.ID, b.ID) })
	for _, c := range live {
		x.begin(c, true)
	}
	x.tellApart()
	x.wantTicks()
	if err := x.eng.Open(); err != nil {
		w.fail("", "the engine cannot be opened: %s", err)
	}
}

// crash ends the controller where it stands, and starts another later.
func (w *world) crash() {
	w.trace("", "the controller dies")
	x := w.ctl
	x.dead = true
	x.eng.Close()
	w.ctl = nil
	w.after(w.dice.between(50*time.Millisecond, 8*time.Second), w.start)
}

func (x *controller) begin(c call.Call, blind bool) *runner {
	r := &runner{x: x, c: c, blind: blind}
	x.runners[c.ID] = r
	x.order = append(x.order, r)
	x.bind(r)
	r.arm()
	return r
}

func (x *controller) bind(r *runner) {
	for _, id := range r.c.Names() {
		x.legs[id] = r
	}
}

func (x *controller) forget(r *runner) {
	r.ended = true
	delete(x.runners, r.c.ID)
	x.order = slices.DeleteFunc(x.order, func(o *runner) bool { return o == r })
	for _, id := range r.c.Names() {
		delete(x.legs, id)
	}
	if x.round != nil {
		x.round.gone(r)
	}
}

// handle takes an event of the engine's.
func (x *controller) handle(ev engine.Event) {
	switch ev := ev.(type) {
	case engine.LinkUp:
		x.linkUp(ev)
	case engine.LinkDown:
		x.w.trace("", "link down: %s", ev.Cause)
		x.up = false
		for _, r := range x.order {
			r.put(ev)
		}
	case engine.LegArrived:
		x.arrive(ev)
	case engine.LegParted:
	case engine.LegJoined:
		x.toLeg(ev.Leg, ev)
	case engine.LegRinging:
		x.toLeg(ev.Leg, ev)
	case engine.PlaybackEnded:
		if r := x.runners[string(ev.Playback[:min(idLength, len(ev.Playback))])]; r != nil {
			r.put(ev)
		}
	case engine.LegAnswered:
		if x.legs[ev.Leg] == nil {
			x.hangupStray(ev.Leg)
			return
		}
		x.toLeg(ev.Leg, ev)
	case engine.LegEnded:
		x.toLeg(ev.Leg, ev)
	case engine.DTMF:
		x.toLeg(ev.Leg, ev)
	case engine.RecordingStarted:
		x.toLeg(engine.LegID(ev.Recording), ev)
	case engine.RecordingEnded:
		x.toLeg(engine.LegID(ev.Recording), ev)
	}
}

func (x *controller) toLeg(leg engine.LegID, in call.Input) {
	if r := x.legs[leg]; r != nil {
		r.put(in)
	}
}

func (x *controller) arrive(ev engine.LegArrived) {
	if x.legs[ev.Leg] != nil {
		return
	}
	c := call.Call{ID: x.w.newID(), Customer: call.Customer{Party: call.Party{Leg: ev.Leg}}}
	x.begin(c, false).put(ev)
}

// linkUp reconciles all calls with the engine. Before it, the events of the
// last moments may be told again, as the port allows.
func (x *controller) linkUp(ev engine.LinkUp) {
	w := x.w
	w.trace("", "link up with %d legs", len(ev.Snapshot.Legs))
	for _, r := range x.order {
		r.put(call.Reconcile{Snapshot: ev.Snapshot})
	}
	for _, id := range slices.Sorted(maps.Keys(ev.Snapshot.Legs)) {
		leg := ev.Snapshot.Legs[id]
		switch {
		case x.legs[id] != nil:
		case leg.Inbound && !leg.Answered:
			x.arrive(leg.Arrived)
		default:
			x.hangupStray(id)
		}
	}
	var stray []engine.RoomID
	for _, room := range slices.Sorted(maps.Keys(ev.Snapshot.Rooms)) {
		if x.runners[string(room)] == nil {
			stray = append(stray, room)
		}
	}
	w.after(w.latency(), func() {
		if x.dead {
			return
		}
		w.provision(x.eng)
		x.up = true
		for _, room := range stray {
			_ = x.eng.DestroyRoom(w.ctx, room) // gone already is fine; the audit finds what stays
		}
	})
	w.repeat(x, ev.Snapshot)
}

func (x *controller) hangupStray(leg engine.LegID) {
	x.w.trace("", "stray leg %s", leg)
	x.w.after(x.w.latency(), func() {
		if !x.dead {
			_ = x.eng.Hangup(x.w.ctx, leg, engine.CauseNormal) // as for rooms
		}
	})
}

// tellApart makes live calls agree on who is where.
func (x *controller) tellApart() {
	for _, r := range x.order {
		for _, a := range r.c.Agents {
			if claim := x.w.desk.claims[a.AccountID]; claim != nil && a.State == call.PartyJoined && claim.CallID != r.c.ID {
				r.put(call.WentTo{AccountID: a.AccountID})
			}
		}
	}
}

// browserLost tells the calls in which the account talks.
func (x *controller) browserLost(account string) {
	for _, r := range x.order {
		if slices.ContainsFunc(r.c.Agents, func(a call.Agent) bool {
			return a.AccountID == account && (a.State == call.PartyJoined || a.State == call.PartyRinging)
		}) {
			r.put(call.Away{AccountID: account})
		}
	}
}

// round is one round of the dispatcher: the calls that want agents look for
// them, one after the other.
type round struct {
	x      *controller
	asked  *runner
	left   []*runner
	talks  bool
	anyone map[string]bool
}

// roundInterval is how often calls look though nothing has told them to.
const roundInterval = time.Second

func (x *controller) kick(talks bool) {
	x.kicked = x.kicked || !talks
	x.phonesKicked = x.phonesKicked || talks
	x.w.after(0, x.rounds)
}

// wantTicks plans a round by time while there are calls that wait.
func (x *controller) wantTicks() {
	if x.ticks || !slices.ContainsFunc(x.order, func(r *runner) bool { return r.c.Waits() }) {
		return
	}
	x.ticks = true
	x.w.after(roundInterval, func() {
		x.ticks = false
		x.kicked = true
		x.rounds()
		x.wantTicks()
	})
}

func (x *controller) rounds() {
	if x.dead || x.round != nil || !x.kicked && !x.phonesKicked {
		return
	}
	talks := x.phonesKicked
	if talks {
		x.phonesKicked = false
	} else {
		x.kicked = false
	}
	rs := slices.DeleteFunc(slices.Clone(x.order), func(r *runner) bool {
		return !r.c.Waits() && (r.c.State != call.Talking || !talks)
	})
	slices.SortStableFunc(rs, func(a, b *runner) int {
		return cmp.Or(cmp.Compare(a.c.Rank, b.c.Rank), strings.Compare(a.c.ID, b.c.ID))
	})
	x.round = &round{x: x, left: rs, talks: talks, anyone: map[string]bool{}}
	x.round.next()
}

func (d *round) next() {
	for len(d.left) > 0 {
		r := d.left[0]
		d.left = d.left[1:]
		if r.ended || !d.talks && !d.mayFind(r.c.WorkspaceID) {
			continue
		}
		d.asked = r
		r.put(lookForAgents{done: func() {
			delete(d.anyone, r.c.WorkspaceID)
			d.next()
		}})
		return
	}
	d.asked = nil
	d.x.round = nil
	d.x.w.after(0, d.x.rounds)
}

func (d *round) mayFind(workspace string) bool {
	free, ok := d.anyone[workspace]
	if !ok {
		free = d.x.w.desk.agentFree(workspace)
		d.anyone[workspace] = free
	}
	return free
}

// gone goes on when the call that was asked is no more.
func (d *round) gone(r *runner) {
	if d.asked == r {
		d.asked = nil
		d.x.w.after(0, d.next)
	}
}

// locate finds out how many calls wait before one, and about how long it takes.
func (r *runner) locate() {
	if r.c.State != call.Queued {
		return
	}
	w := r.x.w
	ahead := 0
	for _, o := range w.desk.live[r.c.WorkspaceID] {
		if o.c.State == call.Queued && o.c.Rank != 0 && before(&o.c, r.c.Rank, r.c.ID) {
			ahead++
		}
	}
	in := call.Located{Ahead: ahead}
	if talk, agents := w.desk.pace(r.c.WorkspaceID); agents > 0 {
		in.Wait = time.Duration(ahead+1) * talk / time.Duration(agents)
	}
	r.step(in)
}

// provision gives the engine the trunks and phones.
func (w *world) provision(eng *memory.Engine) {
	for _, t := range w.trunks {
		if !w.stalled {
			_ = eng.PutTrunk(w.ctx, t) // the link may be cut again: then it comes up again
		}
	}
	for _, acc := range w.desk.accounts {
		if acc.phone != "" {
			w.putPhone(eng, acc)
		}
	}
}

// putPhone gives the engine an account's phone. With the link down that fails,
// and provision does it later. A stalled link is not even tried: the command
// would wait by the real clock.
func (w *world) putPhone(eng *memory.Engine, acc *account) {
	if !w.stalled {
		_ = eng.PutPhone(w.ctx, engine.Phone{ID: acc.phone})
	}
}
