package memory

import (
	"slices"

	"ringdesk/controller/engine"
)

// Leg is the id of the line's present call, "" when it has none.
func (l *Line) Leg() engine.LegID {
	l.sw.mu.Lock()
	defer l.sw.mu.Unlock()
	if l.leg == nil {
		return ""
	}
	return l.leg.id
}

// Hears is what reaches the line at this moment.
func (l *Line) Hears() []int {
	l.sw.mu.Lock()
	defer l.sw.mu.Unlock()
	return slices.Clone(l.heard.hz)
}

// Lose ends the line's call as the engine does with a phone of which it hears
// nothing any more: without a word from the line.
func (l *Line) Lose(cause engine.Cause) {
	l.sw.mu.Lock()
	defer l.sw.mu.Unlock()
	if l.leg != nil {
		l.sw.endLeg(l.leg, cause)
	}
}

// Writes is what a recording takes down at this moment; false says that it
// does not run.
func (s *Switch) Writes(id engine.RecordingID) (hz []int, runs bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.recordings[id]
	if r == nil {
		return nil, false
	}
	return slices.Clone(r.log.hz), true
}
