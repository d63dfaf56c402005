package call

import (
	"testing"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/controller/outbound"
)

// outbound is a call that agent a has placed; it may go by two trunks and talk
// for a minute.
func outboundStory(t *testing.T, routes ...string) *story {
	s := newStory(t)
	s.c.Direction, s.c.Customer.Leg, s.c.Customer.Gone, s.c.To = "outbound", "", true, "+8223123456"
	s.c.Out = &Out{Number: "+8223123456", Seconds: 60}
	for _, r := range routes {
		s.c.Out.Routes = append(s.c.Out.Routes, outbound.Route{TrunkID: r, CallerID: "+827076660001"})
	}
	return s.then(Placed{Candidate: *colleague("a")})
}

var _ = time.Second
var _ = engine.CauseBusy
