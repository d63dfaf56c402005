package e2e

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"ringdesk/testkit/phone"
)

// An agent calls a customer: their browser answers by itself, they hear it
// ring, both talk, and the call is in the inbox with its recording. The trunk
// and the number are added while everything runs.
//
// Covers: OUT-2, OUT-3, OUT-5, OUT-6, ADM-3, END-1.
func TestAgentCallsCustomer_OUT_2_OUT_5_ADM_3(t *testing.T) { agentCallsCustomer(t, desk(t)) }

func agentCallsCustomer(t *testing.T, d *Desk) {
	alone(t, d)
	rings := make(chan *phone.Call, 1)
	customer, err := phone.New(t.Context(), phone.Options{Listen: "127.0.0.1:0", OnInvite: func(c *phone.Call) {
		if err := c.Ring(); err != nil {
			t.Error(err)
		}
		rings <- c
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(customer.Close)
	// Others each time that the test is run: a number that has had calls stays.
	n := newNumber()
	business := fmt.Sprintf("+82707667%04d", n)
	var trunk, number struct{ ID string }
	d.API.Post("/trunks", map[string]any{"name": "Carrier", "hosts": []string{fmt.Sprintf("127.0.9.%d", n)}, "remote": customer.Addr()}, &trunk)
	t.Cleanup(func() { d.Instance.API(t).Patch("/trunks/"+trunk.ID, map[string]any{"remote": ""}, nil) })
	d.API.Post("/numbers", map[string]any{"number": business, "label": "Sales", "trunkId": trunk.ID, "record": true}, &number)
	mina := d.Login(t, d.Agents[0])

	for text, status := range map[string]int{"+1 876 555 0123": http.StatusForbidden, "010@evil": http.StatusUnprocessableEntity} {
		if r := mina.Do("POST", "/calls", map[string]any{"to": text}); r.Status != status {
			t.Errorf("calling %q is answered %d %s", text, r.Status, r.Body)
		}
	}
	var call Call
	mina.Post("/calls", map[string]any{"to": "(010) 2112-7788", "numberId": number.ID}, &call)
	d.Mina.WaitTalking(call.ID)
	var far *phone.Call
	select {
	case far = <-rings:
	case <-time.After(actionTime):
		t.Fatal("the customer's phone did not ring")
	}
	t.Cleanup(far.Hangup)
	if from, _ := far.From(); from != business || far.To() != "+821021127788" {
		t.Errorf("%s calls %s", from, far.To())
	}
	if got := d.API.AwaitCall(call.ID, "dialing", actionTime); got.Direction != "outbound" {
		t.Errorf("call %+v", got)
	}
	far.SayTone(CallerHz)
	if err := far.Answer(); err != nil {
		t.Fatal(err)
	}
	talking := later(AwaitHears(t, "the customer", far, MinaHz), AwaitHears(t, "Mina", d.Mina, CallerHz))
	MustHear(t, "the customer", far, talking, time.Second, MinaHz)
	MustHear(t, "Mina", d.Mina, talking, time.Second, CallerHz)
	d.Mina.Click("Leave")
	AwaitOver(t, far, actionTime)
	d.Mina.WaitGone("call-box", call.ID)
	if got := d.API.AwaitCall(call.ID, "ended", actionTime); got.EndedBy != "agent" {
		t.Errorf("ended by %q", got.EndedBy)
	}
	d.API.AwaitRecording(call.ID, actionTime)
}
