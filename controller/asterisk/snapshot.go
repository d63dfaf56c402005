package asterisk

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/CyCoreSystems/ari/v6"

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
	recorded map[engine.RecordingID]engine.LegID // whom each recording records
	snooped  map[string]engine.LegID             // whom each monitor hears, by the id of its snoop channel; "" if that is gone
	bridged  map[string][]engine.LegID           // who is in the bridges of monitors
}

// takeSnapshot asks how things stand and makes our own knowledge follow it.
func (a *Adapter) takeSnapshot(ctx context.Context) (engine.Snapshot, error) {
	var app struct {
		Channels []string `json:"channel_ids"`
	}
	var channels []channelInfo
	var bridges []bridgeInfo
	for _, get := range []struct {
		path string
		into any
	}{{"/applications/" + a.opt.App, &app}, {"/channels", &channels}, {"/bridges", &bridges}} {
		if err := a.raw(ctx, http.MethodGet, get.path, nil, get.into); err != nil {
			return engine.Snapshot{}, err
		}
	}
	s := seen{
		Snapshot: engine.Snapshot{
			Legs:       make(map[engine.LegID]engine.LegState),
			Rooms:      make(map[engine.RoomID][]engine.LegID),
			Recordings: make(map[engine.RecordingID]bool),
		},
		recorded: make(map[engine.RecordingID]engine.LegID),
		snooped:  make(map[string]engine.LegID),
		bridged:  make(map[string][]engine.LegID),
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
	a.follow(s.Snapshot, s.recorded)
	a.mu.Lock()
	a.resumeMonitors(s.snooped, s.bridged)
	a.mu.Unlock()
	return s.Snapshot, nil
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
	case isAsker(c.ID):
		go a.endAsker(c.ID)
	default:
		if state, ok := c.state(a.opt.App); ok && ours {
			s.Legs[engine.LegID(c.ID)] = state
		}
	}
}

// seeBridge takes in one bridge: a room, or one that a monitor made.
func (s *seen) seeBridge(b bridgeInfo) {
	legs := []engine.LegID{}
	for _, c := range b.Channels {
		if _, ok := s.Legs[engine.LegID(c)]; ok {
			legs = append(legs, engine.LegID(c))
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

// state reads a leg from a channel. Calls that are still in the dialplan, or in
// the fallback announcement, are not ours.
func (c *channelInfo) state(app string) (engine.LegState, bool) {
	args := strings.Split(c.Dialplan.Data, ",")
	if c.Dialplan.App == "Stasis" && len(args) > 1 && args[0] == app && args[1] == argInbound {
		from := caller(&c.Caller)
		return engine.LegState{
			Inbound: true, Answered: c.State == "Up",
			Arrived: arrivedLeg(engine.LegID(c.ID), time.Time(c.Created), c.Name, from, args[1:]),
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
func (a *Adapter) follow(s engine.Snapshot, recorded map[engine.RecordingID]engine.LegID) {
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
			// Music may be on; nobody can tell.
			l = &leg{music: state.Room == ""}
			a.legs[id] = l
		}
		l.limit = lease.Limit{} // what was set last is not known for sure
		l.inbound, l.answered, l.arrived = state.Inbound, state.Answered, state.Arrived
		if state.Room != "" {
			l.room, l.held = state.Room, false
		} else if !l.held {
			l.room = ""
		}
	}
	for id := range a.records {
		if !s.Recordings[id] {
			delete(a.records, id)
		}
	}
	for id, leg := range recorded {
		if a.records[id] == nil {
			a.records[id] = &record{leg: leg}
		}
	}
	for id, p := range a.plays {
		if a.legs[p.leg] == nil {
			delete(a.plays, id)
		}
	}
	a.made = nil
}
