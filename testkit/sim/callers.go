package sim

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"ringdesk/controller/call"
	"ringdesk/controller/engine"
	"ringdesk/testkit/memory"
)

// The tones that tell parties apart: agents say 3000 and up, customers 20000
// and up.
const (
	musicTone    = 1500
	soundTone    = 700
	customerTone = 20000
)

// longestCall is when even the most patient customer hangs up.
const longestCall = 20 * time.Minute

// arrivals lets customers call until there have been enough.
func (w *world) arrivals() {
	if w.closing() {
		return
	}
	w.callIn()
	if w.dice.chance(20) { // many at once
		for range w.dice.number(2, 8) {
			w.after(w.dice.between(0, 3*time.Second), w.callIn)
		}
	}
	w.after(time.Duration(w.dice.ExpFloat64()*float64(w.every)).Truncate(time.Millisecond), w.arrivals)
}

// callIn is one customer who calls a business number.
func (w *world) callIn() {
	b := one(w.dice, w.businesses)
	to := one(w.dice, b.numbers)
	if w.dice.chance(5) { // by a carrier who has nothing to do with it (SEC-3)
		to = one(w.dice, one(w.dice, w.businesses).numbers)
	}
	if w.dice.chance(10) {
		to = "+8229999999"
	}
	from := fmt.Sprintf("+82101234%04d", w.dice.IntN(400))
	if w.dice.chance(40) {
		from = ""
	}
	line := w.sw.Caller(b.host, from, "", memory.Manner{})
	w.speaks(line)
	line.Call(to)
	leg := line.Leg()
	if leg == "" { // the carrier could not reach us
		return
	}
	w.lines[leg] = line
	w.hangupAfter(leg, longestCall)
	if w.dice.chance(30) {
		w.hangupAfter(leg, w.dice.between(0, 60*time.Millisecond))
	}
}

// speaks gives a customer's line a tone of its own.
func (w *world) speaks(line *memory.Line) {
	w.customers++
	w.tones[line] = customerTone + w.customers
	line.Say(w.tones[line])
}

// hangupAfter lets the far side of a leg hang up.
func (w *world) hangupAfter(leg engine.LegID, d time.Duration) {
	w.after(d, func() {
		if line := w.lines[leg]; line != nil && line.Leg() == leg {
			line.Hangup()
		}
	})
}

// patience is how long a customer stays in a state, and what they press.
func (w *world) patience(c *call.Call) {
	d := w.dice
	leg := c.Customer.Leg
	leave := func(perMille int, from, to time.Duration) {
		if d.chance(perMille) {
			w.hangupAfterIn(c, leg, d.between(from, to))
		}
	}
	switch c.State {
	case call.Greeting:
		leave(80, 0, 6*time.Second)
		w.wander(c)
	case call.Queued:
		leave(400, 0, time.Minute)
		leave(600, time.Minute, 6*time.Minute)
		w.pressIn(c, 150, c.Plan.CallbackKey+c.Plan.VoicemailKey+"9", 40*time.Second)
	case call.Ringing:
		leave(150, 0, 15*time.Second)
	case call.Talking:
		leave(600, 5*time.Second, 90*time.Second)
		leave(1000, 90*time.Second, 5*time.Minute)
		w.pressIn(c, 50, "123456789*#", 30*time.Second)
	case call.Voicemail:
		leave(900, time.Second, 40*time.Second)
		w.pressIn(c, 300, "#", 20*time.Second)
	case call.Survey:
		leave(300, 0, 12*time.Second)
		w.pressIn(c, 500, "123450", 15*time.Second)
	}
}

// hangupAfterIn lets the customer hang up if the call is still where it is.
func (w *world) hangupAfterIn(c *call.Call, leg engine.LegID, d time.Duration) {
	id, since := c.ID, c.Since
	w.after(d, func() {
		v := w.views[id]
		if line := w.lines[leg]; v != nil && v.c.Since.Equal(since) && line != nil && line.Leg() == leg {
			line.Hangup()
		}
	})
}

// pressIn lets the customer press one of the keys after at most a time.
func (w *world) pressIn(c *call.Call, perMille int, keys string, within time.Duration) {
	if !w.dice.chance(perMille) {
		return
	}
	leg := c.Customer.Leg
	key := string(keys[w.dice.IntN(len(keys))])
	w.after(w.dice.between(0, within), func() {
		if line := w.lines[leg]; line != nil && line.Leg() == leg {
			line.Press(key)
		}
	})
}

// dial carries a dial out that was asked for a moment ago, with the far side put in place before: the lines of
// the engine in memory take one call at a time, browsers take more.
func (w *world) dial(ctx context.Context, e *memory.Engine, req engine.DialRequest, asked time.Time) error {
	if req.Phone == "" {
		return w.dialOut(ctx, e, req)
	}
	acc := w.owners[req.Phone]
	if !acc.here(req.Phone) {
		w.sw.Register(req.Phone, nil)
		return e.Dial(ctx, req)
	}
	w.checkHungUp(req, asked)
	line := w.sw.Caller(netip.IPv4Unspecified(), "", "", memory.Manner{})
	line.Say(acc.tone)
	w.sw.Register(req.Phone, line)
	w.lines[req.Leg] = line
	if err := e.Dial(ctx, req); err != nil {
		return err
	}
	v := w.views[req.Call]
	if v == nil || line.Leg() != req.Leg {
		return nil
	}
	if i := slices.IndexFunc(v.c.Agents, func(a call.Agent) bool { return a.Leg == req.Leg }); i >= 0 {
		w.phoneRings(req.Call, v.c.Agents[i], line)
	}
	return nil
}

// dialOut is dial for customers.
func (w *world) dialOut(ctx context.Context, e *memory.Engine, req engine.DialRequest) error {
	line := w.sw.Subscriber(req.Number, w.customerManner())
	w.speaks(line)
	w.lines[req.Leg] = line
	if err := e.Dial(ctx, req); err != nil || line.Leg() != req.Leg {
		return err
	}
	w.hangupAfter(req.Leg, longestCall)
	if w.deadTrunks[req.Trunk] || strings.HasSuffix(req.Number, "7") || w.dice.chance(100) { // the trunk fails
		w.after(w.dice.between(0, 2*time.Second), func() {
			if line.Leg() == req.Leg && line.State().Final == 0 {
				line.Lose(engine.CauseFailure)
			}
		})
	}
	return nil
}

// customerManner is how a customer takes a call.
func (w *world) customerManner() memory.Manner {
	d := w.dice
	m := memory.Manner{Early: d.chance(300), Ring: d.between(0, 3*time.Second), After: d.between(3*time.Second, 30*time.Second)}
	switch d.likely(60, 10, 10, 10) {
	case 0:
		m.Reply = memory.Accept
	case 1:
		m.Reply = memory.Busy
	case 2:
		m.Reply = memory.Decline
	}
	return m
}
