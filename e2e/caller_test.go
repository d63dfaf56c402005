package e2e

import (
	"strconv"
	"testing"
	"time"

	"ringdesk/testkit/phone"
)

// A caller who has no number is shown by their address, and the carrier's name for
// them stands in the ring box and the customer's file as the carrier's word, until
// an agent takes it for the name.
//
// Covers: IN-1, IN-7, OUT-4.
func TestCarriersName_IN_1(t *testing.T) { carriersName(t, desk(t)) }

func carriersName(t *testing.T, d *Desk) {
	const name, word = "밥 스미스 🐻", "Carrier’s name: 밥 스미스 🐻"
	user := "bob.smith" + strconv.FormatInt(time.Now().UnixMilli(), 36) // who has never called before
	p := NewPhone(t)
	c, err := p.Invite("sip:"+d.Number+"@"+d.SIP, phone.CallOptions{From: user, Name: name})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Hangup)
	box := d.Mina.WaitRinging()
	if !containsAll(box.Text, []string{user + "@127.0.0.1", "New caller", word}) {
		t.Errorf("the ring box says %q", box.Text)
	}
	d.Mina.Answer()
	d.Mina.WaitTalking(box.Call)
	d.Mina.AwaitText("[data-testid=contact]", user+"@127.0.0.1", word)
	if got := d.API.Call(box.Call).Contact; got.Name != "" || got.Kind != "lead" {
		t.Errorf("the carrier's name made the contact %+v", got)
	}
	d.Mina.Click("Use the carrier’s name “" + name + "”")
	d.Mina.AwaitText("[data-testid=contact]", name, "Contact")
	if got := d.API.Call(box.Call).Contact; got.Name != name || got.Kind != "member" {
		t.Errorf("the contact is %+v", got)
	}
	c.Hangup()
	d.Mina.WaitGone("call-box", box.Call)
	d.rest(t)
}
