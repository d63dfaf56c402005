package freeswitch_test

import (
	"testing"

	"ringdesk/controller/engine"
	"ringdesk/testkit/siprig"
)

func doors(t *testing.T, a *running, r *rig) *siprig.Doors {
	return &siprig.Doors{Engine: a, Log: a.log, Socket: "ws://" + r.server.ws, Port: r.server.sip}
}

// An agent's browser can register while no controller is there, until its endpoint
// is deleted.
//
// Covers: SYS-1
func TestLive_PhoneRegisters(t *testing.T) {
	r := newRig(t)
	a := linked(t, r, 0)
	doors(t, a, r).PhoneRegisters(t)
	p := engine.Phone{ID: "anton", Password: "secret-of-anton", Proof: "x"}
	if err := a.PutPhone(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	browser := func() *siprig.Browser { return siprig.NewBrowser(t, "ws://"+r.server.ws, p.ID, p.Proof) }
	a.stop(t)
	if got := browser().Register(t, p.Password); got != 200 {
		t.Errorf("with the right password and no controller: %d", got)
	}
	if got := browser().Register(t, "guess"); got != 403 {
		t.Errorf("with a wrong password and no controller: %d", got)
	}
	next := linked(t, r, 0)
	if err := next.DeletePhone(t.Context(), p.ID); err != nil {
		t.Fatal(err)
	}
	if got := browser().Register(t, p.Password); got != 403 {
		t.Errorf("after the endpoint was deleted: %d", got)
	}
}

func TestLive_ContactsLeadNowhere_SEC_2_OUT_9(t *testing.T) {
	r := newRig(t)
	doors(t, linked(t, r, 0), r).ContactsLeadNowhere(t)
}

func TestLive_PortIsNotForPhones_SEC_2(t *testing.T) {
	r := newRig(t)
	doors(t, linked(t, r, 0), r).PortIsNotForPhones(t)
}

func TestLive_SocketIsNoTrunk_SEC_3(t *testing.T) {
	r := newRig(t)
	doors(t, linked(t, r, 0), r).SocketIsNoTrunk(t)
}
