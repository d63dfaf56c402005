package asterisk

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/CyCoreSystems/ari/v6"
	"golang.org/x/sync/errgroup"

	"ringdesk/controller/engine"
	"ringdesk/controller/engine/lease"
)

// channelInfo is what GET /channels says; the library leaves app_data out,
// which holds the arguments of Stasis.
type channelInfo struct {
	ID       string       `json:"id"`
	Name     string       `json:"name"`
	State    string       `json:"state"`
	Caller   ari.CallerID `json:"caller"`
	Created  ari.DateTime `json:"creationtime"`
	Dialplan struct {
		App  string `json:"app_name"`
		Data string `json:"app_data"`
	} `json:"dialplan"`
}

// bridgeInfo is what GET /bridges says.
type bridgeInfo struct {
	ID       string   `json:"id"`
	Class    string   `json:"bridge_class"`
	Channels []string `json:"channels"`
}

// seen is what a snapshot has found, in the port's terms and beside them.
type seen struct {
	engine.Snapshot
	called   map[engine.LegID]bool               // those that dialOut has made
	up       map[engine.LegID]bool               // those that an own extension had answered; whether we have not yet
	recorded map[engine.RecordingID]engine.LegID // whom each recording records
	snooped  map[string]engine.LegID             // whom each monitor hears, by the id of its snoop channel; "" if that is gone
	bridged  map[string][]engine.LegID           // who is in the bridges of monitors
	mixers   map[string]engine.RoomID            // where the silent channels of monitors are
}

// takeSnapshot asks how things stand and makes our own knowledge follow it.
func (a *Adapter) takeSnapshot(ctx context.Context) (engine.Snapshot, error) {
	var app struct {
		Channels []string `json:"channel_ids"`
	}
	if err := a.raw(ctx, http.MethodGet, "/applications/"+a.opt.App, nil, &app); err != nil {
		return engine.Snapshot{}, err
	}
	channels, unreadable, err := a.channels(ctx, app.Channels)
	if err != nil {
		return engine.Snapshot{}, err
	}
	var bridges []bridgeInfo
	if err := a.raw(ctx, http.MethodGet, "/bridges", nil, &bridges); err != nil {
		return engine.Snapshot{}, err
	}
	s := seen{
		Snapshot: engine.Snapshot{
			Legs:       make(map[engine.LegID]engine.LegState),
			Rooms:      make(map[engine.RoomID][]engine.LegID),
			Recordings: make(map[engine.RecordingID]bool),
			Unreadable: unreadable,
		},
		called:   make(map[engine.LegID]bool),
		up:       make(map[engine.LegID]bool),
		recorded: make(map[engine.RecordingID]engine.LegID),
		snooped:  make(map[string]engine.LegID),
		bridged:  make(map[string][]engine.LegID),
		mixers:   make(map[string]engine.RoomID),
	}
	ours := make(map[string]bool, len(app.Channels))
	for _, id := range app.Channels {
		ours[id] = true
	}
	for _, c := range channels {
		a.see(&s, c, ours[c.ID])
	}
	for _, b := range bridges {
		if b.Class == "stasis" {
			s.seeBridge(b)
		}
	}
	a.findUp(ctx, s)
	a.findPlays(ctx, s.Legs)
	a.follow(s)
	a.mu.Lock()
	a.mixers = s.mixers
	a.resumeMonitors(s.snooped, s.bridged)
	a.mu.Unlock()
	return s.Snapshot, nil
}

// findPlays says what legs may hear: what we know ourselves and, of legs that are new
// to us, what the controller before us has noted at the channel. Each is asked by
// itself, once: channels that Asterisk tells with their variables (ari.conf,
// channelvars) cost a third more processor time while they are recorded (measured on
// 22.10.1).
func (a *Adapter) findPlays(ctx context.Context, legs map[engine.LegID]engine.LegState) {
	found := make(map[engine.LegID]engine.PlaybackID)
	var unknown []engine.LegID
	a.mu.Lock()
	for id, p := range a.plays {
		if latest := a.plays[found[p.leg]]; latest == nil || p.begun.After(latest.begun) {
			found[p.leg] = id
		}
	}
	for id := range legs {
		if a.legs[id] == nil {
			unknown = append(unknown, id)
		}
	}
	a.mu.Unlock()
	var mu sync.Mutex
	var asking errgroup.Group
	asking.SetLimit(16)
	for _, id := range unknown {
		asking.Go(func() error {
			// One that has heard nothing has no such variable.
			if p, err := a.variable(ctx, string(id), playVariable); err == nil {
				mu.Lock()
				defer mu.Unlock()
				found[id] = engine.PlaybackID(p)
			}
			return nil
		})
	}
	_ = asking.Wait()
	for id, state := range legs {
		state.Playback = found[id]
		legs[id] = state
	}
}

// channels asks for all channels. Asterisk answers 500 for the whole list when it
// cannot write one of them as JSON (a name that is not UTF-8): then each of our
// own is asked for by itself, and what cannot be read is hung up, since nobody
// could ever do anything with it.
func (a *Adapter) channels(ctx context.Context, own []string) (all []channelInfo, unreadable []engine.LegID, err error) {
	err = a.raw(ctx, http.MethodGet, "/channels", nil, &all)
	if !isBroken(err) {
		return all, nil, err
	}
	all = nil
	for _, id := range own {
		var c channelInfo
		err := a.raw(ctx, http.MethodGet, "/channels/"+url.PathEscape(id), nil, &c)
		switch {
		case err == nil:
			all = append(all, c)
		case isBroken(err):
			unreadable = append(unreadable, engine.LegID(id))
			if err := a.raw(ctx, http.MethodDelete, "/channels/"+url.PathEscape(id), nil, nil); err != nil && !isGone(err) {
				return nil, nil, err
			}
		case !isGone(err):
			return nil, nil, err
		}
	}
	return all, unreadable, nil
}

// isBroken says whether Asterisk failed at an answer, and not at what was asked.
func isBroken(err error) bool {
	var status *StatusError
	return errors.Is(err, errUnreadable) || errors.As(err, &status) && status.Code == http.StatusInternalServerError
}

// see takes in one channel; ours, if it is in our application.
func (a *Adapter) see(s *seen, c channelInfo, ours bool) {
	switch recording, ok := strings.CutPrefix(c.ID, snoopID); {
	case ok:
		s.Recordings[engine.RecordingID(recording)] = true
		s.recorded[engine.RecordingID(recording)] = c.snooped()
	case isMonitor(c.ID):
		if id, mixer := strings.CutSuffix(c.ID, mixerSuffix); !mixer {
			s.snooped[c.ID] = c.snooped()
		} else if _, there := s.snooped[id]; !there {
			s.snooped[id] = "" // unless its snoop channel follows
		}
	default:
		if state, ok := c.state(a.opt.App); ok && ours {
			s.Legs[engine.LegID(c.ID)] = state
			s.called[engine.LegID(c.ID)] = c.arg(a.opt.App) == argCalled
			if c.arg(a.opt.App) == argUp {
				s.up[engine.LegID(c.ID)] = true
			}
		}
	}
}

// seeBridge takes in one bridge: a room, or one that a monitor made.
func (s *seen) seeBridge(b bridgeInfo) {
	legs := []engine.LegID{}
	for _, c := range b.Channels {
		if _, ok := s.Legs[engine.LegID(c)]; ok {
			legs = append(legs, engine.LegID(c))
		} else if id, mixer := strings.CutSuffix(c, mixerSuffix); mixer {
			s.mixers[id] = engine.RoomID(b.ID)
		}
	}
	if isMonitor(b.ID) {
		s.bridged[b.ID] = legs
		return
	}
	room := engine.RoomID(b.ID)
	s.Rooms[room] = legs
	for _, id := range legs {
		state := s.Legs[id]
		state.Room = room
		s.Legs[id] = state
	}
}

// arg is the first argument with which a channel came into our application.
func (c *channelInfo) arg(app string) string {
	args := strings.Split(c.Dialplan.Data, ",")
	if c.Dialplan.App != "Stasis" || len(args) < 2 || args[0] != app {
		return ""
	}
	return args[1]
}

// state reads a leg from a channel. Calls that are still in the dialplan, or in
// the fallback announcement, are not ours.
func (c *channelInfo) state(app string) (engine.LegState, bool) {
	args := strings.Split(c.Dialplan.Data, ",")
	if arg := c.arg(app); arg == argInbound || arg == argUp {
		return engine.LegState{
			Inbound: true, Answered: c.State == "Up",
			Arrived: arrivedLeg(engine.LegID(c.ID), time.Time(c.Created), c.Name, &c.Caller, args[1:]),
		}, true
	}
	if strings.HasPrefix(c.Name, "PJSIP/") {
		return engine.LegState{Answered: c.State == "Up"}, true
	}
	return engine.LegState{}, false
}

// snooped is the leg that a snoop channel listens to: its name is
// "Snoop/LEG-00000001".
func (c *channelInfo) snooped() engine.LegID {
	name := strings.TrimPrefix(c.Name, "Snoop/")
	if i := strings.LastIndexByte(name, '-'); i >= 0 {
		name = name[:i]
	}
	return engine.LegID(name)
}

// follow replaces what is known of legs by the snapshot. Dials that are under
// way stay: the snapshot may have been taken just before them.
func (a *Adapter) follow(s seen) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for id, l := range a.legs {
		if _, there := s.Legs[id]; !there && !l.dialling {
			delete(a.legs, id)
		}
	}
	for id, state := range s.Legs {
		l := a.legs[id]
		if l == nil {
			// Music may be on; nobody can tell. One that was dialled has none before its
			// answer, and Asterisk would not stop it there.
			l = &leg{music: state.Room == "" && (state.Inbound || state.Answered)}
			a.legs[id] = l
		}
		l.anew = false          // its events may have been lost with the link
		l.limit = lease.Limit{} // what was set last is not known for sure
		l.up = s.up[id]
		l.inbound, l.answered, l.arrived, l.called = state.Inbound, state.Answered, state.Arrived, s.called[id]
		if state.Room != "" {
			l.room, l.held, l.met = state.Room, false, true // nobody can tell whom it has heard
		} else if !l.held {
			l.room = ""
		}
	}
	for id := range a.records {
		if !s.Recordings[id] {
			delete(a.records, id)
		}
	}
	for id, leg := range s.recorded {
		if a.records[id] == nil {
			a.records[id] = &record{leg: leg}
		}
	}
	for id, p := range a.plays {
		if a.legs[p.leg] == nil {
			delete(a.plays, id)
		}
	}
	for id, state := range s.Legs {
		if p := state.Playback; p != "" && a.plays[p] == nil {
			a.plays[p] = &play{leg: id} // it may be over: then its stopping finds nothing
		}
	}
	a.made.Take()
}
