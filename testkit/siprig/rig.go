package siprig

import (
	"net"
	"testing"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/testkit/conformance"
)

// Rig is what stands around a real engine: a carrier and phones, and a proxy
// that can cut the link to it. The rig of each engine embeds it.
type Rig struct {
	Proxy   *Proxy
	Far     *Carrier // the far side
	silent  string   // host:port where nothing is answered
	secured bool     // the carrier speaks TLS and SRTP alone
	// FirstAnswer is the trunks' limit for it, 0 where the engine has its own.
	FirstAnswer time.Duration
}

// NewRig puts a proxy before the address that an adapter links to, and a carrier
// beside the address that carriers send calls to.
func NewRig(t testing.TB, link, sip string) Rig {
	t.Helper()
	silent, err := net.ListenPacket("udp4", Address+":0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { silent.Close() })
	return Rig{Proxy: NewProxy(t, link), Far: NewCarrier(t, sip), silent: silent.LocalAddr().String()}
}

// Carrier is the far side as a trunk.
func (r *Rig) Carrier() engine.Trunk {
	t := engine.Trunk{ID: conformance.CarrierID, Hosts: []string{Address}, Remote: r.Far.Addr()}
	if r.secured {
		t.Transport, t.Encryption = engine.TransportTLS, engine.EncryptionSDES
	}
	return t
}

// Dead is a trunk to the discard port (RFC 863), which nobody listens on.
func (r *Rig) Dead() engine.Trunk { return r.limited("dead", "127.0.0.1:9") }

// Silent is a trunk to a socket that nobody reads.
func (r *Rig) Silent() engine.Trunk { return r.limited("silent", r.silent) }

func (r *Rig) limited(id, remote string) engine.Trunk {
	return engine.Trunk{ID: id, Remote: remote, FirstAnswer: r.FirstAnswer}
}

// CutLink implements conformance.Rig.
func (r *Rig) CutLink(_ testing.TB, how conformance.Cut) { r.Proxy.Cut(how) }

// RestoreLink implements conformance.Rig.
func (r *Rig) RestoreLink(testing.TB) { r.Proxy.Restore() }

// Caller implements conformance.Rig.
func (r *Rig) Caller(_ testing.TB, from, name string) conformance.Caller {
	return r.Far.Caller(from, name)
}

// Invite implements conformance.Rig.
func (r *Rig) Invite(t testing.TB, said conformance.Said) { r.Far.Invite(t, said) }

// Subscriber implements conformance.Rig.
func (r *Rig) Subscriber(_ testing.TB, number string) conformance.Callee {
	return r.Far.Subscriber(number)
}

// Phone implements conformance.Rig.
func (r *Rig) Phone(t testing.TB, id string) conformance.Callee { return NewPhone(t, id) }
