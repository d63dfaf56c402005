// Package freeswitch lets ringdesk use FreeSWITCH (1.10.12 or newer) as its
// media engine, over its event socket.
//
// Events come over one connection, in order, and commands go over others
// (package esl). One goroutine turns FreeSWITCH's events into the port's
// (translate.go).
//
// What FreeSWITCH calls a channel is a leg. A room is a conference with the
// room's name; FreeSWITCH has conferences only while somebody is in them, so a
// global variable keeps the room. A leg that is in no conference is parked, or
// plays music in the application playback. What must survive a restart of the
// controller is in variables of FreeSWITCH's channels. Phones and trunks are
// files in a folder that FreeSWITCH's configuration includes, so that it can do
// without a controller.
package freeswitch

import (
	"cmp"
	"context"
	"strings"
	"sync"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/controller/engine/lease"
	"ringdesk/controller/freeswitch/esl"
)

// Options says how to reach FreeSWITCH. Folders are absolute paths, the same for
// FreeSWITCH and for the controller.
type Options struct {
	Address  string // host:port of the event socket
	Password string

	RecordingsDir string // recordings go below it
	// EngineSoundsDir is the folder of sounds whose names hold none; default
	// SoundsDir.
	EngineSoundsDir string
	// SoundsDir is the folder of sounds whose names hold a '/'; without it such
	// names are refused.
	SoundsDir string
	// AccountsDir is the folder of phones and trunks that FreeSWITCH's
	// configuration includes (configs/freeswitch, Settings.AccountsDir).
	AccountsDir string

	// Lease is how long a caller who waits stays when no controller is there any
	// more; default 25 s.
	Lease time.Duration

	Qualify       time.Duration // between two OPTIONS to a trunk; whole seconds, 5 at least, default 30 s
	RegisterRetry time.Duration // before a trunk's registration is tried again; whole seconds, default 30 s

	CommandTimeout time.Duration // of one command; default and maximum engine.CommandTimeout
	PingInterval   time.Duration // between probes of the link; default 2.5 s
	PingTimeout    time.Duration // for a probe's answer; default 2.5 s
	QueueLimit     int           // events that may wait for a slow handler before the link is given up; default 20,000
	BackoffFirst   time.Duration // before the second attempt to connect, doubling; default 50 ms
	BackoffLast    time.Duration // longest time between attempts; default 1 s
}

func (o *Options) defaults() {
	if o.CommandTimeout <= 0 || o.CommandTimeout > engine.CommandTimeout {
		o.CommandTimeout = engine.CommandTimeout
	}
	o.SoundsDir = strings.TrimRight(o.SoundsDir, "/")
	o.EngineSoundsDir = strings.TrimRight(cmp.Or(o.EngineSoundsDir, o.SoundsDir), "/")
	o.RecordingsDir = strings.TrimRight(o.RecordingsDir, "/")
	o.Lease = cmp.Or(o.Lease, lease.Default)
	o.Qualify = max(cmp.Or(o.Qualify, 30*time.Second), leastQualify)
	o.RegisterRetry = cmp.Or(o.RegisterRetry, 30*time.Second)
	o.PingInterval = cmp.Or(o.PingInterval, 2500*time.Millisecond)
	o.PingTimeout = cmp.Or(o.PingTimeout, 2500*time.Millisecond)
	o.QueueLimit = cmp.Or(o.QueueLimit, 20_000)
	o.BackoffFirst = cmp.Or(o.BackoffFirst, 50*time.Millisecond)
	o.BackoffLast = cmp.Or(o.BackoffLast, time.Second)
}

// Adapter is an engine.Engine on one FreeSWITCH.
type Adapter struct {
	opt      Options
	commands *esl.Commands

	mu      sync.Mutex
	legs    map[engine.LegID]*leg
	rooms   map[engine.RoomID]bool
	plays   map[engine.PlaybackID]*play
	records map[engine.RecordingID]*record
	sounds  map[string]bool // files that are there
	guard   guard           // what may be called over trunks
	answers map[string]int  // the last SIP status from a gateway, by its name

	// made holds events that FreeSWITCH does not send but that the port
	// promises; wake has room for one.
	made []engine.Event
	wake chan struct{}

	leases   *lease.Keeper
	accounts accounts
}

var _ engine.Engine = (*Adapter)(nil)

// leg is what is known of one of our legs.
type leg struct {
	inbound  bool
	arrived  engine.LegArrived
	ringing  bool          // told
	answered bool          // it is connected, and so may be joined
	told     bool          // LegAnswered was given
	created  bool          // FreeSWITCH has a channel for it
	room     engine.RoomID // where the caller of Join put it, also while on hold
	held     bool
	in       engine.RoomID // the conference that it is in
	member   string        // its number there
	entered  chan struct{} // closed when it is in the conference that it was sent to
	muted    bool
	music    bool // it was sent to the music
	// wantsMusic says that music was asked for, and so goes on after a sound.
	wantsMusic bool
	monitor    engine.LegID // what it listens to
	whispers   bool         // and speaks to
	queue      []engine.PlaybackID
	joining    bool // on its way into a room
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
		opt:      opt,
		commands: esl.NewCommands(opt.link()),
		legs:     make(map[engine.LegID]*leg),
		rooms:    make(map[engine.RoomID]bool),
		plays:    make(map[engine.PlaybackID]*play),
		records:  make(map[engine.RecordingID]*record),
		sounds:   make(map[string]bool),
		answers:  make(map[string]int),
		accounts: newAccounts(),
		wake:     make(chan struct{}, 1),
	}
	a.leases = lease.New(limits{a}, opt.Lease, leaseRequests)
	return a
}

func (o *Options) link() esl.Options {
	return esl.Options{Address: o.Address, Password: o.Password, Timeout: o.CommandTimeout}
}

// RecordingsDir is the folder that RecordingRequest.File is below.
func (a *Adapter) RecordingsDir() string { return a.opt.RecordingsDir }

// emit queues an event of our own making. It is dropped when the link is down,
// as the snapshot of LinkUp says the same.
func (a *Adapter) emit(e engine.Event) {
	a.mu.Lock()
	a.emitLocked(e)
	a.mu.Unlock()
}

// emitLocked is emit for callers that hold mu.
func (a *Adapter) emitLocked(e engine.Event) {
	a.made = append(a.made, e)
	select {
	case a.wake <- struct{}{}:
	default:
	}
}

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

// wait sleeps unless ctx ends first.
func wait(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}
