package e2e

import (
	"testing"
	"time"

	"ringdesk/testkit/expect"
)

// After a call the agent is in wrap-up until they finish it, close or snooze
// the conversation, or the time is over. A colleague who took no part is not.
func TestWrapUp_END_5(t *testing.T) {
	d := desk(t)
	d.API.wrapUp(60)
	t.Cleanup(func() { d.Instance.API(t).wrapUp(0) })
	p := NewPhone(t)
	mina := d.Login(t, d.Agents[0])
	for _, c := range []struct {
		name    string
		seconds int
		end     func(conversation string)
	}{
		{"finished", 60, func(string) { mina.Patch("/me", map[string]any{"wrapUp": false}, nil) }},
		{"closed", 60, func(id string) { mina.Patch("/conversations/"+id, map[string]any{"state": "closed"}, nil) }},
		{"snoozed", 60, func(id string) { mina.Patch("/conversations/"+id, map[string]any{"state": "snoozed"}, nil) }},
		{"time over", 5, func(string) {}},
	} {
		d.API.wrapUp(c.seconds)
		caller := d.Dial(t, p, "01021150001", CallerHz)
		id := d.Mina.Answer()
		AwaitHears(t, "the caller", caller, MinaHz)
		caller.Hangup()
		over := time.Now()
		call := d.API.AwaitCall(id, "ended", actionTime)
		expect.Soon(t, c.name+": Mina wraps up", actionTime, func() (bool, string) { s := d.status(d.Mina); return s == "wrapUp", s })
		if s := d.status(d.Alex); s != "available" {
			t.Errorf("%s: Alex is %s", c.name, s)
		}
		c.end(call.ConversationID)
		expect.Soon(t, c.name+": Mina is available", actionTime, func() (bool, string) { s := d.status(d.Mina); return s == "available", s })
		if took := time.Since(over); c.seconds == 5 && took < 4*time.Second {
			t.Errorf("%s: the wrap-up of 5 s was over after %v", c.name, took)
		}
	}
}

// wrapUp sets how long agents may wrap up, in seconds.
func (c *Client) wrapUp(seconds int) {
	c.t.Helper()
	c.send("PUT", "/settings", map[string]any{"wrapUpSeconds": seconds}, nil)
}
