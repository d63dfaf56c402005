package siprig

import (
	"testing"

	"ringdesk/controller/engine"
	"ringdesk/controller/engine/enginetest"
)

// Rig is what stands around a real engine: a carrier and phones, and a proxy
// that can cut the link to it. The rig of each engine embeds it.
type Rig struct {
	Proxy *Proxy
	Far   *Carrier // the far side
}

// NewRig puts a proxy before the address that an adapter links to, and a carrier
// beside the address that carriers send calls to.
func NewRig(t testing.TB, link, sip string) Rig {
	t.Helper()
	return Rig{Proxy: NewProxy(t, link), Far: NewCarrier(t, sip)}
}

// Carrier is the far side as a trunk.
func (r *Rig) Carrier() engine.Trunk {
	return engine.Trunk{ID: enginetest.CarrierID, Hosts: []string{Address}, Remote: r.Far.Addr()}
}

// Dead is a trunk to the discard port (RFC 863), which nobody listens on.
func (r *Rig) Dead() engine.Trunk { return engine.Trunk{ID: "dead", Remote: "127.0.0.1:9"} }

// CutLink implements enginetest.Rig.
func (r *Rig) CutLink(_ testing.TB, how enginetest.Cut) { r.Proxy.Cut(how) }

// RestoreLink implements enginetest.Rig.
func (r *Rig) RestoreLink(testing.TB) { r.Proxy.Restore() }

// Caller implements enginetest.Rig.
func (r *Rig) Caller(_ testing.TB, from, name string) enginetest.Caller {
	return r.Far.Caller(from, name)
}

// Subscriber implements enginetest.Rig.
func (r *Rig) Subscriber(_ testing.TB, number string) enginetest.Callee {
	return r.Far.Subscriber(number)
}

// Phone implements enginetest.Rig.
func (r *Rig) Phone(t testing.TB, id string) enginetest.Callee { return NewPhone(t, id) }
