package e2e

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"ringdesk/testkit/phone"
)

// A customer gives up, and Mina calls back: the line is busy, and Alex is told that
// she has called already. Then she dials others, and for each the dock says for 8 s
// why nobody can be had; the call's card keeps it.
//
// Covers: OUT-2, OUT-6, OUT-8, MISS-5.
func TestCarrierRefuses_OUT_8_MISS_5(t *testing.T) {
	d := desk(t)
	n := newNumber()
	var trunk struct{ ID string }
	d.API.Post("/trunks", map[string]any{"name": "Refusing carrier", "hosts": []string{fmt.Sprintf("127.0.10.%d", n)}, "remote": startCarrier(t)}, &trunk)
	t.Cleanup(func() { d.Instance.API(t).Patch("/trunks/"+trunk.ID, map[string]any{"remote": ""}, nil) })
	d.Mina.Visit("/inbox/missed")
	d.Mina.WaitReady()
	d.Alex.Visit("/inbox/missed")
	d.Alex.WaitReady()

	caller := d.Dial(t, NewPhone(t), "01021120486", CallerHz)
	d.Mina.WaitRinging()
	caller.Hangup()
	missed := d.missed(t, d.Mina, "userLeft", "Caller hung up", "customer")
	d.Mina.Visit("/inbox/missed/" + missed.ConversationID)
	d.Mina.WaitReady()
	d.Mina.Click("Call")
	d.Mina.failed(t, "busy", "Busy", "Busy")
	d.Alex.AwaitText(`[data-testid=inbox-item][data-id="`+missed.ConversationID+`"]`, "Called back", minaName)
	d.Alex.Visit("/inbox/missed/" + missed.ConversationID)
	d.Alex.WaitReady()
	d.Alex.Click("Call")
	d.Alex.AwaitText("[role=alertdialog]", "Already called back", minaName+" called at")
	d.lookAt(d.Alex, "called-back")
	d.Alex.Click("Cancel")

	for _, row := range []struct{ number, why, says, card string }{
		{"01021120480", "noAnswer", "No answer", "No answer"},
		{"01021120603", "rejected", "Rejected", "Rejected"},
		{"01021120404", "unreachable", "Check the number", "Cannot be reached"},
		{"01021120503", "failed", "Try again in a moment", "could not be placed"},
	} {
		d.Mina.shortcut("D", chromedp.ModifierShift)
		d.Mina.Fill("Number or name", row.number)
		d.Mina.AwaitText("[data-testid=outbound-check]", "Domestic · 0 CU/min")
		d.Mina.pressEnter()
		d.Mina.failed(t, row.why, row.says, row.card)
	}
	shown := time.Now()
	d.lookAt(d.Mina, "dock-failed")
	Await(t, "the dock says no longer why", 10*time.Second, func() (bool, string) { return len(d.Mina.Text("[data-testid=call-failed]")) == 0, "" })
	if took := time.Since(shown); took < 7*time.Second {
		t.Errorf("the dock said why for %v", took)
	}
}

// failed waits for why a call came to nothing, in the dock and on the call's card.
func (a *Agent) failed(t *testing.T, why, says, card string) {
	t.Helper()
	a.AwaitText("[data-testid=call-failed][data-why="+why+"]", says, "Call again")
	a.AwaitText("[data-testid=call-card]", card)
}

// startCarrier makes a carrier that refuses each call with the code in the last
// three digits of its number, until the test is over. It gives the address.
func startCarrier(t *testing.T) string {
	t.Helper()
	carrier, err := phone.New(t.Context(), phone.Options{Listen: "127.0.0.1:0", OnInvite: func(c *phone.Call) {
		to := c.To()
		code, err := strconv.Atoi(to[len(to)-3:])
		if err != nil {
			t.Errorf("%s is called: %v", to, err)
		}
		c.Refuse(code, "Refused")
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(carrier.Close)
	return carrier.Addr()
}
