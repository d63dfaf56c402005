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
	"context"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/CyCoreSystems/ari/v6"
	"github.com/CyCoreSystems/ari/v6/client/native"

	"ringdesk/controller/engine"
	"ringdesk/controller/engine/lease"
)

// Options says how to reach Asterisk. Only URL, Username and Password are
// needed.
type Options struct {
	URL           string // of ARI, such as http://127.0.0.1:8088/ari
	Username      string
	Password      string
	App           string // Stasis application, one per controller; default "ringdesk"
	RecordingsDir string // where Asterisk's recordings are found; for the caller's use only

	// SoundsDir is the folder, as Asterisk sees it, of sounds whose names hold a
	// '/'. An absolute path; without it such names are refused.
	SoundsDir string

	// Lease is how long a caller who waits stays when no controller is there any
	// more; default 25 s.
	Lease time.Duration

	Qualify       time.Duration // between two OPTIONS to a trunk; whole seconds, default 30 s
	RegisterRetry time.Duration // before a trunk's registration is tried again; whole seconds, default 30 s

	CommandTimeout time.Duration // of one REST request; default and maximum engine.CommandTimeout
	PingInterval   time.Duration // between probes of the link; default 2.5 s
	PingTimeout    time.Duration // for a probe's answer; default 2.5 s
	QueueLimit     int           // events that may wait for a slow handler before the link is given up; default 20,000
	BackoffFirst   time.Duration // before the second attempt to connect, doubling; default 50 ms
	BackoffLast    time.Duration // longest time between attempts; default 1 s
}

func (o *Options) defaults() {
	o.App = cmp.Or(o.App, "ringdesk")
	o.URL = strings.TrimRight(o.URL, "/")
	o.SoundsDir = strings.TrimRight(o.SoundsDir, "/")
	if o.CommandTimeout <= 0 || o.CommandTimeout > engine.CommandTimeout {
		o.CommandTimeout = engine.CommandTimeout
	}
	o.Lease = cmp.Or(o.Lease, lease.Default)
	o.Qualify = cmp.Or(o.Qualify, 30*time.Second)
	o.RegisterRetry = cmp.Or(o.RegisterRetry, 30*time.Second)
	o.PingInterval = cmp.Or(o.PingInterval, 2500*time.Millisecond)
	o.PingTimeout = cmp.Or(o.PingTimeout, 2500*time.Millisecond)
	o.QueueLimit = cmp.Or(o.QueueLimit, 20_000)
	o.BackoffFirst = cmp.Or(o.BackoffFirst, 50*time.Millisecond)
	o.BackoffLast = cmp.Or(o.BackoffLast, time.Second)
}

// Adapter is an engine.Engine on one Asterisk.
type Adapter struct {
	opt  Options
	rest *native.Client

	mu      sync.Mutex
	legs    map[engine.LegID]*leg
	plays   map[engine.PlaybackID]*play
	records map[engine.RecordingID]*record
	trunks  map[string]trunk         // that were put
	snoops  map[string]chan struct{} // snoop channels awaited in Stasis, by channel id

	// made holds events that Asterisk does not send but that the port
	// promises; wake has room for one.
	made []engine.Event
	wake chan struct{}

	changes [changeLocks]sync.Mutex // of accounts; see changing

	leases *lease.Keeper
}

var _ engine.Engine = (*Adapter)(nil)

// leg is what is known of one of our legs.
type leg struct {
	inbound  bool
	arrived  engine.LegArrived
	ringing  bool          // told
	answered bool          // told
	room     engine.RoomID // where the caller of Join put it, also while on hold
	held     bool
	music    bool // Asterisk may be playing music to it
	joining  bool // on its way into a room
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
		opt: opt,
		rest: native.New(&native.Options{
			Application: opt.App, URL: boundedURL(opt.URL), Username: opt.Username, Password: opt.Password,
		}),
		legs:    make(map[engine.LegID]*leg),
		plays:   make(map[engine.PlaybackID]*play),
		records: make(map[engine.RecordingID]*record),
		trunks:  make(map[string]trunk),
		snoops:  make(map[string]chan struct{}),
		wake:    make(chan struct{}, 1),
	}
	a.leases = lease.New(limits{a}, opt.Lease, leaseRequests)
	return a
}

// RecordingsDir is the folder that RecordingRequest.File is below.
func (a *Adapter) RecordingsDir() string { return a.opt.RecordingsDir }

// emit queues an event of our own making. It is dropped when the link is down,
// as the snapshot of LinkUp says the same.
func (a *Adapter) emit(e engine.Event) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.emitLocked(e)
}

// emitLocked is emit for who holds mu.
func (a *Adapter) emitLocked(e engine.Event) {
	a.made = append(a.made, e)
	select {
	case a.wake <- struct{}{}:
	default:
	}
}

// Keys for the library's handles.
func channel(id string) *ari.Key  { return ari.NewKey(ari.ChannelKey, id) }
func bridge(id string) *ari.Key   { return ari.NewKey(ari.BridgeKey, id) }
func playback(id string) *ari.Key { return ari.NewKey(ari.PlaybackKey, id) }

// websocketURL is the address of the event link.
func (o *Options) websocketURL() string {
	u := "ws" + strings.TrimPrefix(o.URL, "http") + "/events"
	return u + "?" + url.Values{"app": {o.App}}.Encode()
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
