package main

import (
	"context"
	"fmt"

	"ringdesk/controller/asterisk"
	"ringdesk/controller/engine"
)

// A line is one business with one number and one agent, so that a call rings
// exactly one phone, whichever system is measured.

// linePhone is the phone of line i; the name is also its user part in SIP.
func linePhone(i int) string { return fmt.Sprintf("line%04d", i) }

// lineNumber is what callers of line i dial. The second of its two numbers is
// recorded.
func lineNumber(i int, recorded bool) string {
	if recorded {
		return fmt.Sprintf("0707601%04d", i)
	}
	return fmt.Sprintf("0707600%04d", i)
}

// The engine's end of the trunk that all callers come through, and the
// loopback addresses of callers and agents.
const (
	trunkID       = "bench"
	callersHost   = "127.0.0.11"
	agentsHost    = "127.0.0.12"
	mostLines     = 10_000 // four digits
	callerPattern = "010%02d%06d"
)

// plainPhones is Asterisk with SIP phones in place of the agents' browsers.
type plainPhones struct {
	*asterisk.Adapter
	at  string // host:port of all phones
	put func() // told of each phone that Asterisk has
	bad func(error)
}

// PutPhone makes the phone a plain one at a fixed address.
func (p *plainPhones) PutPhone(ctx context.Context, ph engine.Phone) error {
	err := p.Adapter.PutPhone(ctx, engine.Phone{ID: ph.ID, Contact: "sip:" + ph.ID + "@" + p.at})
	if err != nil {
		p.bad(err)
		return err
	}
	p.put()
	return nil
}
