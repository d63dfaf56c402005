package main

import (
	"context"
	"fmt"
	"strings"

	"ringdesk/controller/engine"
)

// scene says who takes part in a part of the bench, as a Scene of
// testkit/stage does for a test.
type scene struct {
	// Lines are businesses with one number and one agent each, so that a call
	// rings exactly one phone, whichever system is measured.
	Lines int
	// FlowLines are as many more whose calls go through a flow.
	FlowLines int
	// Team is how many agents the business with a queue has. Besides, there is
	// one with as many and as many more who decline.
	Team int
	// Willing leaves out the business of those who decline.
	Willing bool
	// Made says that the controller finds all of this in its database.
	Made bool
	// Rooms lets callers who dial the same number meet in a room, without any
	// agent or store.
	Rooms bool
	// Conversations are how many the business with a queue has had, with so many
	// Contacts; its desk is asked for them.
	Conversations, Contacts int
	Phones
}

// Phones says where SIPp's phones are, as host:port.
type Phones struct{ Agents, Busy, Declines string }

// linePhone is the phone of line i; a phone's name is also its user part in SIP.
func linePhone(i int) string { return fmt.Sprintf("line%04d", i) }

// queue is a business with a queue, of which the phones are named.
type queue string

const (
	willing   queue = "team"
	reluctant queue = "pick" // every other agent never takes a call
)

var queues = []queue{willing, reluctant}

// queues lists those that a scene with a Team has.
func (c *scene) queues() []queue {
	if c.Willing {
		return []queue{willing}
	}
	return queues
}

// The phones that never take a call: half are busy (486), half decline (603).
const (
	busyPhone     = "busy"
	declinesPhone = "declines"
)

// members lists the phones of a business with a queue.
func (c *scene) members(q queue) []string {
	var names []string
	for i := range c.Team {
		names = append(names, fmt.Sprintf("%s%04d", q, i))
		switch {
		case q != reluctant:
		case i%2 == 0:
			names = append(names, fmt.Sprintf("%s%04d", busyPhone, i))
		default:
			names = append(names, fmt.Sprintf("%s%04d", declinesPhone, i))
		}
	}
	return names
}

// phones lists all.
func (c *scene) phones() []string {
	var names []string
	for i := range c.Lines {
		names = append(names, linePhone(i))
	}
	for i := range c.FlowLines {
		names = append(names, flowPhone(i))
	}
	if c.Team > 0 {
		for _, q := range c.queues() {
			names = append(names, c.members(q)...)
		}
	}
	return names
}

// lineNumber is what callers of line i dial. The second of its two numbers is
// recorded.
func lineNumber(i int, recorded bool) string {
	if recorded {
		return fmt.Sprintf("0707601%04d", i)
	}
	return fmt.Sprintf("0707600%04d", i)
}

// queueNumber is what callers of a business with a queue dial.
func queueNumber(q queue) string {
	if q == reluctant {
		return "07076020001"
	}
	return "07076020000"
}

// crowdedNumber is what callers of the business with the willing agents dial
// who will have to wait: they hear music meanwhile.
const crowdedNumber = "07076020002"

// roomNumber is what the parties of room i dial.
func roomNumber(i int, recorded bool) string {
	if recorded {
		return fmt.Sprintf(recordedRoom+"%04d", i)
	}
	return fmt.Sprintf(plainRoom+"%04d", i)
}

const (
	plainRoom    = "0707603"
	recordedRoom = "0707604"
)

// The engine's end of the trunk that all callers come through, and the
// loopback addresses of callers and agents.
const (
	trunkID       = "bench"
	callersHost   = "127.0.0.11"
	agentsHost    = "127.0.0.12"
	mostLines     = 10_000 // four digits
	callerPattern = "010%02d%06d"
)

// plainPhones is an engine with SIP phones in place of the agents' browsers.
type plainPhones struct {
	engine.Engine
	at  Phones
	up  func() // told that the link is up, before the event is handled
	put func() // told of each phone that the engine has
	bad func(error)
}

// Run tells of the link's coming up.
func (p *plainPhones) Run(ctx context.Context, handle func(engine.Event)) error {
	return p.Engine.Run(ctx, func(ev engine.Event) {
		if _, up := ev.(engine.LinkUp); up {
			p.up()
		}
		handle(ev)
	})
}

// address is where a phone is, as host:port.
func (p *Phones) address(name string) string {
	switch {
	case strings.HasPrefix(name, busyPhone):
		return p.Busy
	case strings.HasPrefix(name, declinesPhone):
		return p.Declines
	}
	return p.Agents
}

// PutPhone makes the phone a plain one at a fixed address.
func (p *plainPhones) PutPhone(ctx context.Context, ph engine.Phone) error {
	err := p.Engine.PutPhone(ctx, engine.Phone{ID: ph.ID, Contact: "sip:" + ph.ID + "@" + p.at.address(ph.ID)})
	if err != nil {
		p.bad(err)
		return err
	}
	p.put()
	return nil
}
