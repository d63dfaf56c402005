package main

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"

	"ringdesk/controller/engine"
)

// notes writes down the commands that it gets.
type notes struct {
	engine.Commands
	mu   sync.Mutex
	done []string
}

func (n *notes) note(what string) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.done = append(n.done, what)
	return nil
}

func (n *notes) CreateRoom(context.Context, engine.RoomID) error  { return n.note("create") }
func (n *notes) DestroyRoom(context.Context, engine.RoomID) error { return n.note("destroy") }
func (n *notes) Answer(_ context.Context, leg engine.LegID) error {
	return n.note("answer " + string(leg))
}
func (n *notes) Join(_ context.Context, _ engine.RoomID, leg engine.LegID) error {
	return n.note("join " + string(leg))
}
func (n *notes) StartRecording(_ context.Context, r engine.RecordingRequest) error {
	return n.note("record " + string(r.Leg))
}

func TestMeetings(t *testing.T) {
	n := &notes{}
	m := newMeetings(n, func(err error) { t.Error(err) })
	handle := m.handler(t.Context())
	arrive := func(leg engine.LegID, to string) { handle(engine.LegArrived{Leg: leg, To: to}); m.busy.Wait() }
	end := func(leg engine.LegID) { handle(engine.LegEnded{Leg: leg}); m.busy.Wait() }
	arrive("a", roomNumber(0, false))
	arrive("b", roomNumber(0, false))
	arrive("c", roomNumber(0, true))
	end("a")
	end("a") // what is unknown changes nothing
	if m.live() != 2 || slices.Contains(n.done, "destroy") {
		t.Errorf("%d legs are live after %v", m.live(), n.done)
	}
	end("b")
	arrive("d", roomNumber(0, false)) // a new room: none is used twice
	end("c")
	end("d")
	want := "create answer a join a answer b join b create answer c join c record c destroy create answer d join d destroy destroy"
	if got := strings.Join(n.done, " "); got != want || m.live() != 0 || len(m.rooms) != 0 {
		t.Errorf("%s\nwant %s\n%d legs, %d rooms", got, want, m.live(), len(m.rooms))
	}
}
