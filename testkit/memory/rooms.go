package memory

import (
	"slices"

	"ringdesk/controller/engine"
)

// room is where legs hear each other. Legs on hold stay in legs.
type room struct {
	id   engine.RoomID
	legs []*leg
}

func (s *Switch) createRoom(id engine.RoomID) error {
	if id == "" {
		return refused("room id empty")
	}
	if s.rooms[id] == nil {
		s.rooms[id] = &room{id: id}
	}
	return nil
}

func (s *Switch) destroyRoom(id engine.RoomID) error {
	r, err := s.room(id)
	if err != nil {
		return err
	}
	for _, l := range slices.Clone(r.legs) {
		s.leave(l)
	}
	delete(s.rooms, id)
	return nil
}

func (s *Switch) room(id engine.RoomID) (*room, error) {
	if r := s.rooms[id]; r != nil {
		return r, nil
	}
	return nil, gone("no room " + string(id))
}

// place gives a room and a leg that can be heard for a command about both.
func (s *Switch) place(roomID engine.RoomID, legID engine.LegID) (*room, *leg, error) {
	r, err := s.room(roomID)
	if err != nil {
		return nil, nil, err
	}
	l, err := s.audible(legID)
	return r, l, err
}

func (s *Switch) join(roomID engine.RoomID, legID engine.LegID) error {
	r, l, err := s.place(roomID, legID)
	if err != nil || l.room == r {
		return err
	}
	if l.room != nil {
		s.leave(l)
	}
	s.stopPlays(l)
	s.endMonitor(l)
	l.music = false
	l.room = r
	r.legs = append(r.legs, l)
	s.changed(l)
	s.emit(engine.LegJoined{Room: r.id, Leg: l.id, At: s.now()})
	return nil
}

func (s *Switch) part(roomID engine.RoomID, legID engine.LegID) error {
	if l := s.legs[legID]; l != nil && l.target != nil {
		s.endMonitor(l)
		return nil
	}
	r, l, err := s.place(roomID, legID)
	if err != nil {
		return err
	}
	if l.room != r {
		return busy("not in the room")
	}
	s.leave(l)
	return nil
}

// leave takes a leg out of its room. A held leg has parted already. The caller
// holds mu.
func (s *Switch) leave(l *leg) {
	s.stopPlays(l)
	r, held := l.room, l.held
	r.legs = slices.DeleteFunc(r.legs, func(other *leg) bool { return other == l })
	l.room, l.held = nil, false
	s.changed(l, r)
	if !held {
		s.emit(engine.LegParted{Room: r.id, Leg: l.id, At: s.now()})
	}
}

// hold parts a leg from what is said in its room, and unhold joins it again;
// both events tell. A parked leg comes to the room by it.
func (s *Switch) hold(roomID engine.RoomID, legID engine.LegID, on bool) error {
	r, l, err := s.place(roomID, legID)
	if err != nil {
		return err
	}
	switch {
	case l.target != nil, l.room != nil && l.room != r:
		return busy("not in the room")
	case l.room == r && l.held == on:
		return nil
	}
	s.stopPlays(l)
	parked := l.room == nil
	if parked {
		l.music = false
		l.room = r
		r.legs = append(r.legs, l)
	}
	l.held = on
	s.changed(l)
	switch {
	case !on:
		s.emit(engine.LegJoined{Room: r.id, Leg: l.id, At: s.now()})
	case !parked:
		s.emit(engine.LegParted{Room: r.id, Leg: l.id, At: s.now()})
	}
	return nil
}

func (s *Switch) monitor(req engine.MonitorRequest) error {
	l, err := s.answeredLeg(req.Leg)
	if err != nil {
		return err
	}
	target, err := s.answeredLeg(req.Target)
	if err != nil {
		return err
	}
	if l == target {
		return refused("a leg cannot monitor itself")
	}
	s.stopPlays(l)
	s.endMonitor(l)
	if l.room != nil {
		s.leave(l)
	}
	l.music = false
	l.target, l.whisper = target, req.Whisper
	target.listeners = append(target.listeners, l)
	s.changed(l)
	return nil
}

// endMonitor parks a supervisor in silence. The caller holds mu.
func (s *Switch) endMonitor(l *leg) {
	target := l.target
	if target == nil {
		return
	}
	target.listeners = slices.DeleteFunc(target.listeners, func(other *leg) bool { return other == l })
	l.target, l.whisper = nil, false
	s.changed(l)
	s.changed(target)
}

func (s *Switch) music(id engine.LegID, on bool) error {
	l, err := s.answeredLeg(id)
	if err != nil {
		return err
	}
	if on && (l.room != nil || l.target != nil) {
		return busy("in a room")
	}
	l.music = on
	s.changed(l)
	return nil
}
