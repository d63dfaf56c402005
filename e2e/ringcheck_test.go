package e2e

import "testing"

// Whoever hears no ring is told why, and what to do, by the reason: the seat, the state, do not disturb, the kind of call, wrap-up.
//
// Covers: IN-2, IN-3.
func TestRingCheck(t *testing.T) {
	in := Start(t, Options{})
	api := in.API(t)
	mina := in.Browser(t, in.Agents[0], MinaHz)
	mina.WaitReady()
	me := in.Login(t, in.Agents[0])
	var self struct {
		AgentID string `json:"agentId"`
	}
	me.Get("/me", &self)
	mina.ClickOn("[data-testid=phone-state]")
	mina.AwaitText("[role=dialog]", "You can get calls now")

	api.Patch("/agents/"+self.AgentID, map[string]any{"seat": false}, nil)
	mina.AwaitText("[role=dialog]", "You have no operator seat, so no calls reach you.")
	api.Patch("/agents/"+self.AgentID, map[string]any{"seat": true}, nil)
	for _, c := range []struct {
		set, back map[string]any
		says      string
	}{
		{map[string]any{"manualStatus": "meeting"}, map[string]any{"manualStatus": "available"}, "Your state is not Available, so no calls are assigned."},
		{map[string]any{"dnd": true}, map[string]any{"dnd": false}, "Do not disturb is on, so nothing rings."},
		{map[string]any{"takesPhone": false}, map[string]any{"takesPhone": true}, "You take no phone calls: the switch is off."},
	} {
		me.Patch("/me", c.set, nil)
		mina.AwaitText("[role=dialog]", c.says)
		me.Patch("/me", c.back, nil)
		mina.AwaitText("[role=dialog]", "You can get calls now")
	}

	// The practice ring is the real box, with no call behind it.
	mina.ClickOn("[aria-expanded=false]:has([role=status])")
	mina.Click("Practice ring")
	mina.AwaitText("[data-testid=ring-box][data-call=practice]", "Practice call")
	mina.Click("Decline")

	// Wrap-up keeps only calls away that are assigned to one at a time.
	api.send("PUT", "/settings", map[string]any{"automatic": true, "wrapUpSeconds": 60}, nil)
	caller := in.Dial(t, NewPhone(t), "01021150002", CallerHz)
	mina.Answer()
	AwaitHears(t, "the caller", caller, MinaHz)
	caller.Hangup()
	mina.ClickOn("[data-testid=phone-state]")
	mina.AwaitText("[role=dialog]", "In wrap-up: no calls are assigned.")
}
