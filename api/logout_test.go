package api_test

import (
	"testing"

	"ringdesk/controller/call"
	"ringdesk/models"
)

// Signing out in mid-call leaves the call first: without a session the
// browser could not, and the customer would sit in silence. Another browser
// of the same person signs out without that.
//
// Covers: CALL-6.
func TestSigningOutLeavesTheCall(t *testing.T) {
	e := start(t)
	e.calls.answer = func(call.Do) (call.Call, error) { return call.Call{}, nil }
	talks, looks := e.as(e.here.agent), e.as(e.here.agent)
	d := talks.live()
	d.snapshot()
	talks.phone(d)
	e.tx(func(tx *models.Tx) error {
		_, err := tx.Occupy(e.here.agent.account, e.here.call)
		return err
	})
	looks.do("POST", "/logout", "").want(204)
	if len(e.calls.done) != 0 {
		t.Errorf("a browser that is in no call did %+v", e.calls.done)
	}
	talks.do("POST", "/logout", "").want(204)
	if len(e.calls.done) != 1 || e.calls.done[0].Action != call.Leave || e.calls.done[0].AgentID != e.here.agent.agent {
		t.Errorf("did %+v, want the agent to leave", e.calls.done)
	}
}
