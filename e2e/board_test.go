package e2e

import (
	"testing"

	"ringdesk/testkit/expect"
)

// A supervisor helps in a colleague's call from the live board: who listens hears
// both and is heard by nobody, who whispers is heard by the colleague, who has barged
// in by everybody. The board tells before where callers were not told of it.
//
// Covers: CALL-7, STAT-1.
func TestBoard_CALL_7(t *testing.T) {
	d := desk(t)
	alex := d.Login(t, d.Agents[1])
	var me struct {
		AgentID string `json:"agentId"`
	}
	alex.Get("/me", &me)
	supervises := func(may bool) { d.API.Patch("/agents/"+me.AgentID, map[string]any{"supervises": may}, nil) }
	supervises(true)
	before := settingsOf(d.API)
	t.Cleanup(func() {
		api := d.Instance.API(t)
		api.send("PUT", "/settings", before, nil)
		api.Patch("/agents/"+me.AgentID, map[string]any{"supervises": false}, nil)
	})
	d.Alex.Visit("/live")
	d.Alex.WaitReady()
	d.Alex.AwaitText("section[aria-label=Agents]", "Available")

	caller := d.Dial(t, NewPhone(t), "01021170001", CallerHz)
	id := d.Mina.Answer()
	AwaitHears(t, "the caller", caller, MinaHz)
	d.Alex.AwaitText(`section[aria-label="In calls"]`, minaName)
	if n := eval[int](d.Alex, `document.querySelectorAll('section[aria-label="In calls"] button[aria-disabled]').length`); n != 1 {
		t.Errorf("the board offers listening where callers were not told of it: %d buttons", n)
	}
	d.Mina.Click("End for all")
	d.API.AwaitCall(id, "ended", actionTime)
	d.rest(t)

	with := settingsOf(d.API)
	with["monitored"] = true
	d.API.send("PUT", "/settings", with, nil)
	d.Alex.Visit("/live")
	d.Alex.WaitReady()
	caller = d.Dial(t, NewPhone(t), "01021170001", CallerHz)
	id = d.Mina.Answer()
	AwaitHears(t, "the caller", caller, MinaHz)

	d.Alex.Click("Listen")
	d.Alex.AwaitText(`section[aria-label="In calls"]`, "You are listening; nobody hears you")
	AwaitHears(t, "the supervisor who listens", d.Alex, CallerHz, MinaHz)
	from := AwaitHears(t, "Mina", d.Mina, CallerHz)
	MustHear(t, "the caller", caller, from, settled, MinaHz)
	if n := eval[int](d.Alex, `__e2e.microphones()`); n != 0 {
		t.Errorf("who only listens has %d microphones open", n)
	}

	d.Alex.Click("Whisper")
	AwaitHears(t, "Mina, who is whispered to", d.Mina, CallerHz, AlexHz)
	AwaitHears(t, "the supervisor who whispers", d.Alex, CallerHz, MinaHz)
	from = AwaitHears(t, "the caller", caller, MinaHz)
	MustHear(t, "the caller", caller, from, settled, MinaHz)

	d.Alex.Click("Barge in")
	AwaitHears(t, "the caller, to whom the supervisor talks", caller, MinaHz, AlexHz)
	AwaitHears(t, "Mina", d.Mina, CallerHz, AlexHz)
	caller.Hangup()
	expect.Soon(t, "the board is empty again", actionTime, func() (bool, string) {
		texts := d.Alex.Text(`section[aria-label="In calls"]`)
		return len(texts) == 1 && texts[0] != "" && !contains(texts[0], minaName), texts[0]
	})
	d.API.AwaitCall(id, "ended", actionTime)
}
