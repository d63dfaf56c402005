// Package asterisk lets ringdesk use Asterisk (22.10.1 or newer) as its media
// engine, over ARI.
//
// Commands are REST requests through github.com/CyCoreSystems/ari; its own
// event link is not used, for it loses events silently and cannot tell a broken
// connection from a quiet one. Events come over a WebSocket of our own
// (link.go), are decoded with that library's types, and turned into the port's
// events (translate.go) by one goroutine, in order.
//
// What Asterisk calls a channel is a leg, a bridge is a room. A recording is a
// snoop channel on the leg that is recorded; it is named after the recording
// and hidden from the port. Nothing but ids is needed to find everything again
// in a new process.
package asterisk

import (
	"cmp"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/CyCoreSystems/ari/v6"
	"github.com/CyCoreSystems/ari/v6/client/native"

	"ringdesk/controller/engine"
	"ringdesk/controller/engine/lease"
	"ringdesk/controller/engine/link"
	"ringdesk/controller/engine/trust"
)

// Options says how to reach Asterisk. Only URL, Username and Password are
// needed.
type Options struct {
	URL           string // of ARI, such as http://127.0.0.1:8088/ari
	Username      string
	Password      string
	SIPSocket     string // of browsers' SIP, as the controller reaches it; default at URL's host
	App           string // Stasis application, one per controller; default "ringdesk"
	RecordingsDir string // where Asterisk's recordings are found; for the caller's use only
	LastRun       string // file in which the next controller finds which run of Asterisk this one saw; "" means none

	// SoundsDir is the folder, as Asterisk sees it, of sounds whose names hold a
	// '/'. An absolute path; without it such names are refused.
	SoundsDir string

	// CarrierMedia and PhoneMedia are the addresses of Asterisk's machine that
	// sound is taken at and given as in the SDP; empty means any of them.
	CarrierMedia, PhoneMedia string

	// Lease is how long a caller who waits stays when no controller is there any
	// more; default 25 s.
	Lease time.Duration

	// Carriers judges carriers' certificates; nil where the engine has no SIP over TLS.
	Carriers *trust.Carriers

	Qualify       time.Duration // between two OPTIONS to a trunk; whole seconds, default 30 s
	RegisterRetry time.Duration // before a trunk's registration is tried again; whole seconds, default 30 s

	link.Timing
}

func (o *Options) defaults() {
	o.App = cmp.Or(o.App, "ringdesk")
	o.URL = strings.TrimRight(o.URL, "/")
	o.SIPSocket = cmp.Or(o.SIPSocket, o.URL)
	o.SoundsDir = strings.TrimRight(o.SoundsDir, "/")
	o.Timing.Defaults()
	o.Lease = cmp.Or(o.Lease, lease.Default)
	o.Qualify = cmp.Or(o.Qualify, 30*time.Second)
	o.RegisterRetry = cmp.Or(o.RegisterRetry, 30*time.Second)
}

// Adapter is an engine.Engine on one Asterisk.
type Adapter struct {
	opt  Options
	rest *native.Client

	mu      sync.Mutex
	legs    map[engine.LegID]*leg
	plays   map[engine.PlaybackID]*play
	records map[engine.RecordingID]*record
	mixers  map[string]engine.RoomID // where the silent channels of monitorings are, by their ids
	trunks  map[string]trunk         // that were put
	phones  *phones
	awaited map[string]chan struct{} // channels awaited in Stasis, by id

	unguarded bool // Asterisk runs without the guard

	made *link.Made

	changes [changeLocks]sync.Mutex // of endpoints; see changing

	leases *lease.Keeper

	last engine.LastRun // told apart by when they were started; used by begin only
}

var _ engine.Engine = (*Adapter)(nil)

// leg is what is known of one of our legs.
type leg struct {
	inbound  bool
	arrived  engine.LegArrived
	called   bool          // dialOut has made it
	uncalled bool          // dialOut has given up
	sealed   bool          // its trunk demands SRTP of the far side's answer
	name     string        // of the channel, once it is called
	ringing  bool          // told
	early    bool          // told that the carrier sends sound
	answered bool          // told
	up       bool          // an own extension has answered it, and we have not
	room     engine.RoomID // where the caller of Join put it, also while on hold
	held     bool
	met      bool // it has been in the room with somebody, whose sound its translator remembers
	anew     bool // it is taken out of the room and back, which is told to nobody; see forgetLast
	music    bool // Asterisk may be playing music to it
	joining  bool // on its way into a room
	leaving  bool // on its way to an extension of the installation's own
	limit    lease.Limit
	monitor  monitor // what it listens to
	// wantsMusic says that music was asked for, and so goes on after a sound.
	wantsMusic bool
	cause      engine.Cause           // why it is about to end, once known
	hungUp     bool                   // Asterisk is about to end it
	cut        []engine.PlaybackEnded // of what its end has cut off
	expires    time.Time              // of a dialled leg: when Asterisk gives up
	dialling   bool                   // the request is under way: a snapshot may not know it yet
}

// play is a sound that is being played.
type play struct {
	leg     engine.LegID
	media   []string
	loop    bool
	stopped bool
	begun   time.Time
}

// record is a recording that is under way.
type record struct {
	leg     engine.LegID
	file    string // empty when it was started by an earlier controller
	mask    mask
	stopped bool
}

// mask is what is known of a recording's muting.
type mask int

const (
	maskUnknown mask = iota
	unmasked
	masked
)

// New makes an adapter; nothing is connected before Run.
func New(opt Options) *Adapter {
	opt.defaults()
	a := &Adapter{
		opt:  opt,
		last: engine.LastRun{File: opt.LastRun},
		rest: native.New(&native.Options{
			Application: opt.App, URL: boundedURL(opt.URL), Username: opt.Username, Password: opt.Password,
		}),
		legs:    make(map[engine.LegID]*leg),
		plays:   make(map[engine.PlaybackID]*play),
		records: make(map[engine.RecordingID]*record),
		mixers:  make(map[string]engine.RoomID),
		trunks:  make(map[string]trunk),
		phones:  newPhones(),
		awaited: make(map[string]chan struct{}),
		made:    link.NewMade(),
	}
	a.leases = lease.New(lease.Table[leg]{Mu: &a.mu, Legs: a.legs, Of: (*leg).timeLimit, Set: a.setLimit}, opt.Lease, leaseRequests)
	return a
}

// RecordingsDir is the folder that RecordingRequest.File is below.
func (a *Adapter) RecordingsDir() string { return a.opt.RecordingsDir }

// Keys for the library's handles.
func channel(id string) *ari.Key  { return ari.NewKey(ari.ChannelKey, id) }
func bridge(id string) *ari.Key   { return ari.NewKey(ari.BridgeKey, id) }
func playback(id string) *ari.Key { return ari.NewKey(ari.PlaybackKey, id) }

// websocketURL is the address of the event link.
func (o *Options) websocketURL() string {
	u := "ws" + strings.TrimPrefix(o.URL, "http") + "/events"
	return u + "?" + url.Values{"app": {o.App}}.Encode()
}
