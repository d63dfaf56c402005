// Package memory is a media engine without media: it obeys the contract of
// the engine port in memory, with scriptable far sides (Line), a link that can
// be cut, and commands that can be slow or fail. What a party hears is known
// by name: each Line says a tone, and who hears which follows from rooms,
// hold, mute and music.
//
// All time comes from one Clock, and what happens at one moment happens in a
// fixed order, so that a run can be repeated. In a testing/synctest bubble the
// default clock is the bubble's.
package memory

import (
	"fmt"
	"sync"
	"time"

	"ringdesk/controller/engine"
)

// Version is what LinkUp tells.
const Version = "memory 1"

// RingHz is the tone that engine.RingTone consists of, one of E.180's two.
const RingHz = 440

// Options of a Switch. The zero value is useful.
type Options struct {
	// Clock is time; nil is the system's.
	Clock Clock
	// MusicHz is the tone that music consists of; 0 means 1500.
	MusicHz int
	// Sounds are the sounds that can be played, by name.
	Sounds map[string]Sound
	// AnySound stands for every sound that Sounds does not list, so that a
	// simulation need not name them all. Without a Length those are refused.
	AnySound Sound
	// Native are the extensions of the installation's own that calls can be handed
	// over to. Each answers, says this, and hangs up.
	Native map[string]Sound
	// HandsOn are the numbers for which the installation's own dialplan answers calls
	// from trunks, and hands them to a business number.
	HandsOn map[string]string
	// Command, if set, decides how each command goes. It is called without any
	// lock held.
	Command func(op string, id string) Fate
	// Record, if set, is given each recording when it ends. An error makes
	// RecordingEnded tell of failure. It must not call the Switch.
	Record func(Recorded) error
}

// Recorded is a finished recording.
type Recorded struct {
	File     string // as the RecordingRequest said
	From, To time.Time
	Said     Track // what the party said, in [From, To)
}

// Sound is a sound that can be played.
type Sound struct {
	Hz     int
	Length time.Duration
}

// Fate is how a command goes. The zero value is: at once, and well.
type Fate struct {
	// Delay is how long it takes; the caller waits for it by the Clock.
	Delay time.Duration
	// Kind, if set, is the failure that the caller sees.
	Kind engine.Kind
	// Done, with Kind, means that the command was carried out all the same, as
	// a timed-out one may be.
	Done bool
}

// Switch is the media engine itself: it and its calls outlive the adapters
// that control it.
type Switch struct {
	opt   Options
	clock Clock

	mu       sync.Mutex
	timers   timers
	timerSeq uint64
	disarm   func() bool

	link   *Engine // the adapter in control; nil for none
	broken broken
	// restarted is told with the next link.
	restarted bool

	arrivals   int
	legs       map[engine.LegID]*leg
	rooms      map[engine.RoomID]*room
	recordings map[engine.RecordingID]*recording
	playbacks  map[engine.PlaybackID]*playback
	phones     map[string]engine.Phone
	trunks     map[string]engine.Trunk
	// trunkStates are those that were set.
	trunkStates map[string]engine.TrunkState
	lines       map[string]*Line // by URI
	registered  map[string]*Line // by phone id
	numbers     map[string]*Line // subscribers by number
}

// New starts a switch with nothing in it.
func New(opt Options) *Switch {
	if opt.Clock == nil {
		opt.Clock = systemClock{}
	}
	if opt.MusicHz == 0 {
		opt.MusicHz = 1500
	}
	return &Switch{
		opt: opt, clock: opt.Clock,
		legs: map[engine.LegID]*leg{}, rooms: map[engine.RoomID]*room{},
		recordings: map[engine.RecordingID]*recording{}, playbacks: map[engine.PlaybackID]*playback{},
		phones: map[string]engine.Phone{}, trunks: map[string]engine.Trunk{}, trunkStates: map[string]engine.TrunkState{},
		lines: map[string]*Line{}, registered: map[string]*Line{}, numbers: map[string]*Line{},
	}
}

// now is the time of what happens now.
func (s *Switch) now() time.Time { return s.clock.Now() }

// snapshot is how things stand. The caller holds mu.
func (s *Switch) snapshot() engine.Snapshot {
	snap := engine.Snapshot{
		Legs: map[engine.LegID]engine.LegState{}, Rooms: map[engine.RoomID][]engine.LegID{},
		Recordings: map[engine.RecordingID]bool{},
	}
	for id, l := range s.legs {
		state := engine.LegState{Answered: l.answered, Inbound: l.inbound, Arrived: l.arrived}
		if l.room != nil && !l.held {
			state.Room = l.room.id
		}
		if n := len(l.playbacks); n > 0 {
			state.Playback = l.playbacks[n-1].id
		}
		snap.Legs[id] = state
	}
	for id, r := range s.rooms {
		snap.Rooms[id] = []engine.LegID{}
		for _, l := range r.legs {
			if !l.held {
				snap.Rooms[id] = append(snap.Rooms[id], l.id)
			}
		}
	}
	for id := range s.recordings {
		snap.Recordings[id] = true
	}
	return snap
}

// Idle says whether nothing is left: no leg, room, recording or playback.
func (s *Switch) Idle() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.legs)+len(s.rooms)+len(s.recordings)+len(s.playbacks) == 0 {
		return nil
	}
	return fmt.Errorf("memory: left behind: %d legs, %d rooms, %d recordings, %d playbacks",
		len(s.legs), len(s.rooms), len(s.recordings), len(s.playbacks))
}
