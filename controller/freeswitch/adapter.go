// Package freeswitch lets ringdesk use FreeSWITCH (1.10.12 or newer) as its
// media engine, over its event socket.
//
// Events come over one connection, in order, and commands go over others
// (package esl). One goroutine turns FreeSWITCH's events into the port's
// (translate.go).
//
// What FreeSWITCH calls a channel is a leg. A room is a global variable. Of its
// legs one alone is parked, two are bridged (pairs.go), and more are in a
// conference with the room's name (rooms.go). A leg that is in no room is parked,
// or plays music (music.go). What must survive a restart of the
// controller is in variables of FreeSWITCH's channels. Phones and trunks are
// files in a folder that FreeSWITCH's configuration includes, so that it can do
// without a controller.
package freeswitch

import (
	"cmp"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/controller/engine/lease"
	"ringdesk/controller/engine/link"
	"ringdesk/controller/engine/trust"
	"ringdesk/controller/freeswitch/esl"
)

// Options says how to reach FreeSWITCH. Folders are absolute paths, the same for
// FreeSWITCH and for the controller.
type Options struct {
	Address  string // host:port of the event socket
	Password string
	// SIPSocket is the URL of browsers' SIP. With it phones may only register from
	// where this program reaches it.
	SIPSocket string

	RecordingsDir string // recordings go below it
	LastRun       string // file in which the next controller finds which run of FreeSWITCH this one saw; "" means none
	// EngineSoundsDir is the folder of sounds whose names hold none; default
	// SoundsDir.
	EngineSoundsDir string
	// SoundsDir is the folder of sounds whose names hold a '/'; without it such
	// names are refused.
	SoundsDir string
	// MusicFile is played round and round to those who wait: a WAV of 8 kHz,
	// mono, 16 bits, that may be replaced at any time. Without it they hear silence.
	MusicFile string
	// EndpointsDir is the folder of phones and trunks that FreeSWITCH's
	// configuration includes (configs/freeswitch, Settings.EndpointsDir).
	EndpointsDir string

	// Lease is how long a caller who waits stays when no controller is there any
	// more; default 25 s.
	Lease time.Duration

	// Carriers judges carriers' certificates; nil where the engine has no SIP over TLS.
	Carriers *trust.Carriers

	Qualify       time.Duration // between two OPTIONS to a trunk; whole seconds, 5 at least, default 30 s
	RegisterRetry time.Duration // before a trunk's registration is tried again; whole seconds, default 30 s

	link.Timing
}

func (o *Options) defaults() {
	o.Timing.Defaults()
	o.SoundsDir = strings.TrimRight(o.SoundsDir, "/")
	o.EngineSoundsDir = strings.TrimRight(cmp.Or(o.EngineSoundsDir, o.SoundsDir), "/")
	o.RecordingsDir = strings.TrimRight(o.RecordingsDir, "/")
	o.Lease = cmp.Or(o.Lease, lease.Default)
	o.Qualify = max(cmp.Or(o.Qualify, 30*time.Second), leastQualify)
	o.RegisterRetry = cmp.Or(o.RegisterRetry, 30*time.Second)
}

// Adapter is an engine.Engine on one FreeSWITCH.
type Adapter struct {
	opt      Options
	commands *esl.Commands
	events   atomic.Pointer[esl.Events] // of the last session; nil before the first

	mu      sync.Mutex
	legs    map[engine.LegID]*leg
	rooms   map[engine.RoomID]*room
	plays   map[engine.PlaybackID]*play
	records map[engine.RecordingID]*record
	sounds  map[string]bool // files that are there
	guard   guard           // what may be called over trunks
	answers map[string]int  // the last SIP status from a gateway, by its name

	made *link.Made

	leases    *lease.Keeper
	endpoints endpoints

	last engine.LastRun // told apart by their core UUIDs; used by begin only
}

var _ engine.Engine = (*Adapter)(nil)

// leg is what is known of one of our legs.
type leg struct {
	inbound  bool
	arrived  engine.LegArrived
	up       bool          // FreeSWITCH says that it is answered, and the controller was not told
	ringing  bool          // told
	hears    bool          // it is parked by early media, too
	tones    bool          // keys go out as tones in the sound
	early    bool          // told that the carrier sends sound, since when it can be joined
	answered bool          // it is connected, and so may be joined
	told     bool          // LegAnswered was given
	codec    string        // of its sound, as FreeSWITCH names it; empty if no event has told
	rate     string        // of its sound, in samples per second
	created  bool          // FreeSWITCH has a channel for it
	room     engine.RoomID // where the caller of Join put it, also while on hold
	held     bool
	in       engine.RoomID // the room that the controller was told it is in
	member   string        // its number in the conference; empty if it is in none
	with     engine.LegID  // whom it is bridged with
	entered  chan struct{} // closed when it is where it was sent; nil if it is
	mixes    bool          // it was sent into a conference, not only parked on the way there
	marked   bool          // its channel has inVariable and pairVariables
	used     bool          // it has heard something: FreeSWITCH's last application is not "park"
	muted    bool
	music    bool // it was sent to the music
	// wantsMusic says that music was asked for, and so goes on after a sound.
	wantsMusic bool
	monitor    engine.LegID // what it listens to
	whispers   bool         // and speaks to
	queue      []engine.PlaybackID
	joining    bool // on its way into a room
	leaving    bool // on its way to an extension of the installation's own
	limit      lease.Limit
	cause      engine.Cause // why it is about to end, once known
	kill       bool         // hung up before FreeSWITCH had a channel
	dialling   bool         // the request is under way: a snapshot may not know it yet
	taken      bool         // FreeSWITCH has taken the request; its events tell more
}

// New makes an adapter; nothing is connected before Run.
func New(opt Options) *Adapter {
	opt.defaults()
	a := &Adapter{
		opt:       opt,
		last:      engine.LastRun{File: opt.LastRun},
		legs:      make(map[engine.LegID]*leg),
		rooms:     make(map[engine.RoomID]*room),
		plays:     make(map[engine.PlaybackID]*play),
		records:   make(map[engine.RecordingID]*record),
		sounds:    make(map[string]bool),
		answers:   make(map[string]int),
		endpoints: newEndpoints(),
		made:      link.NewMade(),
	}
	a.commands = esl.NewCommands(opt.link(), a.expect)
	a.leases = lease.New(lease.Table[leg]{Mu: &a.mu, Legs: a.legs, Of: (*leg).timeLimit, Set: a.setLimit}, opt.Lease, leaseRequests)
	return a
}

// expect lets the events that a command brings about come at once.
func (a *Adapter) expect() {
	if events := a.events.Load(); events != nil {
		events.Expect()
	}
}

func (o *Options) link() esl.Options {
	return esl.Options{Address: o.Address, Password: o.Password, Timeout: o.CommandTimeout}
}

// RecordingsDir is the folder that RecordingRequest.File is below.
func (a *Adapter) RecordingsDir() string { return a.opt.RecordingsDir }

// with looks at or changes a leg, and says whether it is known.
func (a *Adapter) with(id engine.LegID, f func(*leg)) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	l := a.legs[id]
	if l != nil {
		f(l)
	}
	return l != nil
}
