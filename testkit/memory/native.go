package memory

import (
	"ringdesk/controller/engine"
)

// handOver gives a leg to an extension of the installation's own: it is the
// adapter's no longer, and its line stays in the call.
func (s *Switch) handOver(req engine.HandOverRequest) error {
	if err := req.Check(); err != nil {
		return err
	}
	l, err := s.leg(req.Leg)
	if err != nil {
		return err
	}
	native, ok := s.opt.Native[req.Extension]
	switch {
	case !ok:
		return refused("no extension " + req.Extension)
	case !l.inbound || l.room != nil:
		return busy("not an inbound leg that is parked")
	}
	s.stopPlays(l)
	line := l.line
	s.endLegAs(l, engine.LegEnded{Leg: l.id, At: s.now(), Cause: engine.CauseNormal, HandedOver: true})
	line.final = 200
	line.answered = s.now()
	line.heard.set(s.now(), []int{native.Hz})
	s.after(native.Length, func() {
		line.heard.set(s.now(), nil)
		line.ended = Ended{At: s.now(), Method: "BYE", Cause: engine.CauseNormal}
	})
	return nil
}
