package asterisk_test

import (
	"testing"

	"ringdesk/controller/engine"
	"ringdesk/testkit/siprig"
)

func doors(t *testing.T) *siprig.Doors {
	r := newRig(t)
	a := run(t, r.options(), nil)
	expect[engine.LinkUp](t, a, 0, nil)
	return &siprig.Doors{Engine: a, Log: a.log, Socket: r.server.SIPWebSocket, Port: r.server.SIP}
}

// Covers: SYS-1
func TestLive_PhoneRegisters(t *testing.T) { doors(t).PhoneRegisters(t) }

func TestLive_ContactsLeadNowhere_SEC_2_OUT_9(t *testing.T) { doors(t).ContactsLeadNowhere(t) }

func TestLive_PortIsNotForPhones_SEC_2(t *testing.T) { doors(t).PortIsNotForPhones(t) }

func TestLive_SocketIsNoTrunk_SEC_3(t *testing.T) { doors(t).SocketIsNoTrunk(t) }
