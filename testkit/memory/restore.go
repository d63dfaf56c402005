package memory

import (
	"time"

	"ringdesk/controller/engine"
)

// Restore puts what a snapshot says into a switch without calls, as an engine has
// it whose controller was away: speakers says whose speech each recording of it
// is. It gives the far side of each leg.
func (s *Switch) Restore(snap engine.Snapshot, speakers map[engine.RecordingID]engine.LegID) map[engine.LegID]*Line {
	s.mu.Lock()
	defer s.mu.Unlock()
	lines := map[engine.LegID]*Line{}
	for id := range snap.Rooms {
		s.rooms[id] = &room{id: id}
	}
	for id, state := range snap.Legs {
		line := &Line{sw: s, uri: "sip:" + string(id) + "@192.0.2.99"}
		l := &leg{id: id, line: line, inbound: state.Inbound, answered: state.Answered, arrived: state.Arrived, codecs: codecsOf(engine.Trunk{})}
		if state.Answered {
			line.answered = s.now()
		} else {
			line.ringing = !state.Inbound
		}
		if r := s.rooms[state.Room]; r != nil {
			l.room, r.legs = r, append(r.legs, l)
		}
		line.leg, s.legs[id], lines[id] = l, l, line
	}
	for id, on := range snap.Recordings {
		l := s.legs[speakers[id]]
		if !on || l == nil {
			continue
		}
		r := &recording{id: id, leg: l, start: s.now()}
		r.limit = s.after(time.Hour, func() { s.endRecording(r) })
		s.recordings[id], l.recordings = r, append(l.recordings, r)
	}
	for _, l := range s.legs {
		s.changed(l)
	}
	return lines
}
