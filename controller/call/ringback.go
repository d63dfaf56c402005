package call

import (
	"slices"

	"ringdesk/controller/engine"
)

// ringback is the playback of the ringing tone of a dial.
func ringback(leg engine.LegID) string { return string(leg) + "-ring" }

// legRinging lets the agent hear that the customer's phone rings, or what the
// carrier itself says: its ringing tone, "the number has changed".
func (s *step) legRinging(in engine.LegRinging) {
	if in.Leg != s.c.Customer.Leg || s.c.State != Dialing || s.c.Out == nil || s.c.Customer.Gone {
		return
	}
	if s.c.Customer.RingingAt.IsZero() {
		s.c.Customer.RingingAt = s.now
	}
	switch {
	case s.c.Out.Early:
	case in.Media:
		s.stopRingback()
		s.c.Out.Early = true
		s.emit(JoinEarly{Room: s.c.Room, Leg: in.Leg})
	default:
		s.ringBack()
	}
}

// ringBack plays the ringing tone to the agent.
func (s *step) ringBack() {
	i := slices.IndexFunc(s.c.Agents, func(a Agent) bool { return a.here() })
	if i < 0 || s.c.Out.Ringback != "" {
		return
	}
	s.c.Out.Ringback = ringback(s.c.Customer.Leg)
	s.emit(Play{ID: engine.PlaybackID(s.c.Out.Ringback), Leg: s.c.Agents[i].Leg, Sounds: []string{engine.RingTone}, Loop: true})
}

// notEarly plays our own ringing tone when the carrier's sound cannot be heard.
// Past a gap it is tried again.
func (s *step) notEarly(leg engine.LegID, kind engine.Kind) {
	if s.c.State == Dialing && s.c.Out != nil && leg == s.c.Customer.Leg && s.c.Out.Early && kind != engine.KindUnreachable {
		s.c.Out.Early = false
		s.ringBack()
	}
}

func (s *step) stopRingback() {
	if s.c.Out != nil && s.c.Out.Ringback != "" {
		s.emit(StopPlay{ID: engine.PlaybackID(s.c.Out.Ringback)})
		s.c.Out.Ringback = ""
	}
}
