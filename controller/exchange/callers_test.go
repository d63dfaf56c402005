package exchange_test

import (
	"errors"
	"net/netip"
	"strings"
	"testing"
	"time"

	"ringdesk/controller/call"
	"ringdesk/controller/engine/callerid"
	"ringdesk/controller/exchange"
	"ringdesk/dialplan"
	"ringdesk/models"
	"ringdesk/testkit/memory"
)

// says calls with an INVITE that says who calls, and gives up when it rings.
func (w *stage) says(h callerid.Headers) (call.Call, models.FullContact) {
	w.t.Helper()
	before := w.newest().ID
	line := w.sw.CallerBy(netip.MustParseAddr("192.0.2.10"), h, memory.Manner{})
	line.Call(number)
	w.await("the call to be known", func() bool { return w.newest().ID != before })
	c := w.newest()
	w.rings(w.phones[0])
	line.Hangup()
	w.state(c.ID, call.Missed)
	w.clean()
	contact, err := w.store.Contact(w.t.Context(), w.ws.ID, c.Customer.ContactID)
	w.must(err)
	return c, contact
}

// A caller who has no number but an address is known by it, and is not withheld.
// The carrier's name stands beside a contact, and never as its name.
//
// Covers: IN-1, IN-7
func TestAddressesAndNames_IN_7(t *testing.T) {
	virtual(t, func(t *testing.T) {
		w := newStage(t, 1, sound)
		bob := func(name string) callerid.Headers {
			return callerid.Headers{From: `"` + name + `" <sip:bob.smith;tgrp=a@PBX.example>`}
		}
		c, first := w.says(bob("Bob 🐻"))
		if c.From != "" || c.CallerAddress != "bob.smith@pbx.example" || c.CallerName != "Bob 🐻" || c.Customer.Name != "" {
			t.Errorf("from %q, %q %q, name %q", c.From, c.CallerAddress, c.CallerName, c.Customer.Name)
		}
		if first.Kind != "lead" || first.Name != "" || first.CallerAddress != c.CallerAddress || first.CallerName != "Bob 🐻" || len(first.Numbers) != 0 {
			t.Errorf("contact %+v", first)
		}
		if _, again := w.says(bob("Robert")); again.ID != first.ID || again.CallerName != "Robert" {
			t.Errorf("again: %+v", again)
		}
		if _, other := w.says(callerid.Headers{From: "<sip:bob.smith@192.0.2.1>"}); other.ID == first.ID {
			t.Error("an address elsewhere is the same contact")
		}
		// Named by an agent, the carrier's word changes nothing.
		w.tx(func(tx *models.Tx) error {
			return tx.UpdateContact(w.ws.ID, first.ID, models.ContactUpdate{Name: new("Robert Smith"), Kind: new("member")})
		})
		if c, contact := w.says(bob("")); contact.Name != "Robert Smith" || contact.CallerName != "Robert" || c.CallerName != "" || c.Customer.Name != "Robert Smith" {
			t.Errorf("%+v", contact)
		}
		c, contact := w.says(callerid.Headers{From: `"홍길동" <sip:01011110001;npdi@192.0.2.1>`})
		if c.From != "+821011110001" || c.CallerName != "홍길동" || contact.Name != "" || contact.CallerName != "홍길동" {
			t.Errorf("%q %q, %+v", c.From, c.CallerName, contact)
		}
	})
}

// Whoever withholds their number is an anonymous lead each time, and nobody is
// offered to call them back; nor one who has an address only.
//
// Covers: IN-7, MISS-5
func TestNobodyCallsBack_IN_7_MISS_5(t *testing.T) {
	virtual(t, func(t *testing.T) {
		w := newStage(t, 1, sound)
		w.carrier()
		w.settings(func(s *dialplan.Settings) { s.CallbackKey = "1" })
		seen := map[string]bool{}
		for from, why := range map[string]string{
			`"Anonymous" <sip:anonymous@anonymous.invalid>`: "withheld",
			"<sip:+266696687@192.0.2.1>":                    "withheld",
			"<sip:266696687@192.0.2.1>":                     "withheld",
			"<sip:0000000000@192.0.2.1>":                    "withheld",
			`"Kim" <sip:unavailable@192.0.2.1>`:             "withheld",
			"<sip:bob@pbx.example>":                         "bob@pbx.example",
		} {
			c, contact := w.says(callerid.Headers{From: from})
			if seen[contact.ID] || len(contact.Numbers) != 0 || contact.Name != "" || contact.CallerName != "" || c.From != "" {
				t.Errorf("%s: %+v", from, contact)
			}
			seen[contact.ID] = true
			if c.Plan.CallbackKey != "" {
				t.Errorf("%s is offered a call back", from)
			}
			var refused *call.RefusedError
			_, err := w.x.Place(t.Context(), exchange.Place{Workspace: w.ws.ID, AgentID: w.agents[0].ID, MissedCallID: c.ID})
			if !errors.As(err, &refused) || !strings.Contains(refused.Error(), why) {
				t.Errorf("%s: calling back: %v", from, err)
			}
		}
		if c, _ := w.says(callerid.Headers{From: "<sip:01011110001@192.0.2.1>"}); c.Plan.CallbackKey != "1" {
			t.Error("a caller with a number is offered no call back")
		}
	})
}

// An abusive caller who has an address only is blocked by it (CALL-7, MISS-1).
func TestBlockedAddress_MISS_1(t *testing.T) {
	virtual(t, func(t *testing.T) {
		w := newStage(t, 1, sound)
		w.tx(func(tx *models.Tx) error {
			return tx.Block(models.Block{ID: models.NewID(), WorkspaceID: w.ws.ID, Number: "bob@pbx.example", CreatedAt: models.At(time.Now())})
		})
		line := w.sw.CallerBy(netip.MustParseAddr("192.0.2.10"), callerid.Headers{From: "<sip:bob@PBX.example>"}, memory.Manner{})
		line.Call(number)
		w.await("the call to be refused", func() bool { return line.State().Final == 603 })
		if c := w.newest(); c.MissedReason != dialplan.BlockedUser {
			t.Errorf("missed for %q", c.MissedReason)
		}
		w.clean()
	})
}
