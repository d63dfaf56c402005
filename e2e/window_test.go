package e2e

import (
	"fmt"
	"testing"
	"time"
)

// A second window of the same browser takes a call that goes on in the first one: the caller stays, and hears the agent again.
//
// Covers: IN-12.
func TestMoveCallToAnotherWindow(t *testing.T) {
	in := Start(t, Options{})
	mina := in.Browser(t, in.Agents[0], MinaHz)
	mina.WaitReady()
	caller := in.Dial(t, NewPhone(t), "01021150003", CallerHz)
	id := mina.Answer()
	AwaitHears(t, "the caller", caller, MinaHz)

	const moves = "Move the call here"
	eval[bool](mina, `(() => { window.second = window.open('/inbox/all'); return true })()`)
	Await(t, "the second window offers to take the call", pageTime, func() (bool, string) {
		text := eval[string](mina, `window.second?.document?.body?.innerText ?? 'no window'`)
		return containsAll(text, []string{moves}), text
	})
	eval[bool](mina, `(() => { [...window.second.document.querySelectorAll('button')].find((b) => b.textContent === %s).click(); return true })()`, moves)
	moved := time.Now()
	Await(t, "the first window has let the phone go, and the second has the call", pageTime, func() (bool, string) {
		states := eval[[]string](mina, `[document, window.second.document].map((d) => String(d.querySelector('[data-testid=phone-state]')?.dataset.state)).concat(String(window.second.document.querySelector('[data-testid=call-box]')?.dataset.call))`)
		return states[0] == "elsewhere" && states[1] == "ready" && states[2] == id, fmt.Sprint(states)
	})
	AwaitHears(t, "the caller after the move", caller, MinaHz)
	t.Logf("heard again %v after the click", time.Since(moved).Round(100*time.Millisecond))
	if call := in.API(t).Call(id); call.State != "talking" {
		t.Errorf("the call is %s", call.State)
	}
}
