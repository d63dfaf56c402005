package sim

import (
	"fmt"
	"strings"
	"time"

	"ringdesk/controller/call"
	"ringdesk/controller/engine"
	"ringdesk/controller/engine/memory"
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
	to := one(w.dice, b.numbers).Number.Number
	if w.dice.chance(10) {
		to = "+8229999999"
	}
	from := fmt.Sprintf("+82101234%04d", w.dice.IntN(400))
	if w.dice.chance(40) {
		from = ""
	}
	line := w.sw.Caller(carrierHost, from, "", memory.Manner{})
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
		r := w.desk.rows[id]
		if line := w.lines[leg]; r != nil && r.c.Since.Equal(since) && line != nil && line.Leg() == leg {
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

// prepare puts the far side of a dial in place before it is carried out: the
// engine's lines take one call at a time, browsers take more.
func (w *world) prepare(r *runner, cmd call.Command) {
	switch cmd := cmd.(type) {
	case call.Dial:
		acc := w.desk.account(cmd.Agent.AccountID)
		if !acc.here(cmd.Agent.Phone) {
			w.sw.Register(cmd.Agent.Phone, nil)
			return
		}
		line := w.sw.Caller(carrierHost, "", "", memory.Manner{})
		line.Say(acc.tone)
		w.sw.Register(cmd.Agent.Phone, line)
		w.lines[cmd.Agent.Leg] = line
	case call.DialOut:
		line := w.sw.Subscriber(cmd.Number, w.customerManner())
		w.speaks(line)
		w.lines[cmd.Leg] = line
	}
}

// customerManner is how a customer takes a call.
func (w *world) customerManner() memory.Manner {
	d := w.dice
	m := memory.Manner{Ring: d.between(0, 3*time.Second), After: d.between(3*time.Second, 30*time.Second)}
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

// dialled goes on after a dial: the phone rings, or nobody has that number.
func (w *world) dialled(r *runner, cmd call.Command, err error) {
	switch cmd := cmd.(type) {
	case call.Dial:
		line := w.lines[cmd.Agent.Leg]
		if err == nil && line != nil && line.Leg() == cmd.Agent.Leg {
			w.phoneRings(r, cmd.Agent, line)
		}
	case call.DialOut:
		line := w.lines[cmd.Leg]
		if err != nil || line == nil || line.Leg() != cmd.Leg {
			return
		}
		w.hangupAfter(cmd.Leg, longestCall)
		if strings.HasSuffix(cmd.Number, "7") || w.dice.chance(100) { // the trunk fails
			w.after(w.dice.between(0, 2*time.Second), func() {
				if line.Leg() == cmd.Leg && line.State().Final == 0 {
					line.Lose(engine.CauseFailure)
				}
			})
		}
	}
}
