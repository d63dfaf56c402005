package main

import (
	"context"
	"strings"
	"sync"

	"ringdesk/controller/engine"
	"ringdesk/models"
)

// meetings lets callers who dial the same number meet in one of the product's
// rooms: the engine port alone, without calls, agents and store, which have
// nothing to do while people talk.
type meetings struct {
	engine engine.Commands
	bad    func(error)
	busy   sync.WaitGroup

	mu    sync.Mutex
	rooms map[string]*meeting // by number dialled
	legs  map[engine.LegID]*meeting
}

// meeting is one room.
type meeting struct {
	id     engine.RoomID
	number string
	legs   int
	made   sync.Once
}

func newMeetings(commands engine.Commands, bad func(error)) *meetings {
	return &meetings{engine: commands, bad: bad, rooms: map[string]*meeting{}, legs: map[engine.LegID]*meeting{}}
}

// run is the controller's work until ctx ends.
func (m *meetings) run(ctx context.Context, adapter engine.Engine) error {
	defer m.busy.Wait()
	if err := m.engine.PutTrunk(ctx, engine.Trunk{ID: trunkID, Hosts: []string{callersHost}}); err != nil {
		return err
	}
	return adapter.Run(ctx, m.handler(ctx))
}

// handler takes the engine's events.
func (m *meetings) handler(ctx context.Context) func(engine.Event) {
	return func(ev engine.Event) {
		switch ev := ev.(type) {
		case engine.LegArrived:
			r := m.enter(ev)
			m.busy.Go(func() { m.check(m.seat(ctx, r, ev)) })
		case engine.LegEnded:
			if r := m.leave(ev.Leg); r != nil {
				m.busy.Go(func() { m.check(m.engine.DestroyRoom(ctx, r.id)) })
			}
		}
	}
}

// check tells of a failure. A leg that is gone is none.
func (m *meetings) check(err error) {
	if err != nil && engine.KindOf(err) != engine.KindGone {
		m.bad(err)
	}
}

func (m *meetings) live() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.legs)
}

// enter counts a leg to the room whose number was dialled.
func (m *meetings) enter(ev engine.LegArrived) *meeting {
	m.mu.Lock()
	defer m.mu.Unlock()
	r := m.rooms[ev.To]
	if r == nil {
		r = &meeting{id: engine.RoomID(models.NewID()), number: ev.To}
		m.rooms[ev.To] = r
	}
	r.legs++
	m.legs[ev.Leg] = r
	return r
}

// leave gives the room when the leg was its last.
func (m *meetings) leave(leg engine.LegID) *meeting {
	m.mu.Lock()
	defer m.mu.Unlock()
	r := m.legs[leg]
	if r == nil {
		return nil
	}
	delete(m.legs, leg)
	if r.legs--; r.legs > 0 {
		return nil
	}
	delete(m.rooms, r.number)
	return r
}

// seat answers a leg and lets it into its room, recorded if the number says so.
func (m *meetings) seat(ctx context.Context, r *meeting, ev engine.LegArrived) error {
	var err error
	r.made.Do(func() { err = m.engine.CreateRoom(ctx, r.id) })
	if err == nil {
		err = m.engine.Answer(ctx, ev.Leg)
	}
	if err == nil {
		err = m.engine.Join(ctx, r.id, ev.Leg)
	}
	if err == nil && strings.HasPrefix(ev.To, recordedRoom) {
		id := models.NewID()
		err = m.engine.StartRecording(ctx, engine.RecordingRequest{ID: engine.RecordingID(id), Leg: ev.Leg, File: "rooms/" + id})
	}
	return err
}
