package asterisk

import (
	"context"
	"crypto/rand"
	"net/http"
	"net/url"
	"strings"

	"github.com/CyCoreSystems/ari/v6"

	"ringdesk/controller/engine"
)

// monitorID begins the ids of the snoop channels and bridges through which
// supervisors listen. Both of one monitoring have the same id.
const monitorID = "monitor-"

// mixerSuffix ends the id of a silent channel that a monitoring puts into its
// target's room. With three channels Asterisk mixes the room itself, so that the
// target gets a stream of its own. Between two it hands on the other side's
// packets, and what listens to the target goes deaf to them, each second time,
// when somebody else comes in with other sequence numbers (measured on 22.10.1).
const mixerSuffix = ".mix"

// monitorType is a bridge of a supervisor's channel and the snoop channel.
const monitorType = "mixing,proxy_media"

func isMonitor(id string) bool { return strings.HasPrefix(id, monitorID) }

// monitor is a supervisor's ear on a leg.
type monitor struct {
	id     string // of its snoop channel and bridge
	target engine.LegID
}

// Monitor implements engine.Commands. A snoop channel on the target, in a
// bridge with the supervisor, gives it what the target says and hears, and
// takes the supervisor's words to the target's ear only.
func (a *Adapter) Monitor(ctx context.Context, req engine.MonitorRequest) error {
	ctx, cancel := context.WithTimeout(ctx, a.opt.CommandTimeout)
	defer cancel()
	if err := engine.CheckIDs(string(req.Leg), string(req.Target)); err != nil {
		return command("Monitor", err)
	}
	if req.Leg == req.Target {
		return command("Monitor", engine.Refuse("a leg cannot monitor itself"))
	}
	music := false
	for _, id := range []engine.LegID{req.Target, req.Leg} {
		answered := false
		a.with(id, func(l *leg) { answered, music = l.answered, l.music })
		if !answered {
			return a.legCommand("Monitor", id, &StatusError{http.StatusConflict, "Channel not answered"})
		}
	}
	if err := a.stopPlays(ctx, req.Leg); err != nil {
		return command("Monitor", err)
	}
	if music {
		if err := a.music(ctx, "Monitor", req.Leg, false); err != nil {
			return err
		}
	}
	id := monitorID + rand.Text()
	opt := &ari.SnoopOptions{App: a.opt.App, AppArgs: argSnoop, Spy: ari.DirectionBoth, Whisper: ari.DirectionNone}
	if req.Whisper {
		opt.Whisper = ari.DirectionOut
	}
	if err := a.snoop(ctx, req.Target, id, opt); err != nil {
		go a.clearMonitor(id)
		return a.legCommand("Monitor", req.Target, err)
	}
	if err := a.listen(ctx, req.Leg, id); err != nil {
		go a.clearMonitor(id)
		return a.legCommand("Monitor", req.Leg, err)
	}
	old := ""
	a.with(req.Leg, func(l *leg) {
		old = l.monitor.id
		l.monitor, l.room, l.held = monitor{id, req.Target}, "", false
	})
	if old != "" {
		go a.clearMonitor(old)
	}
	return a.legCommand("Monitor", req.Target, a.makeMixer(ctx, req.Target, id))
}

// makeMixer makes a monitoring's silent channel, which ends with the target,
// and puts it into the target's room.
func (a *Adapter) makeMixer(ctx context.Context, target engine.LegID, id string) error {
	err := a.snoop(ctx, target, id+mixerSuffix, &ari.SnoopOptions{App: a.opt.App, AppArgs: argSnoop, Spy: ari.DirectionIn})
	room := engine.RoomID("")
	a.with(target, func(l *leg) {
		if !l.held {
			room = l.room
		}
	})
	if err == nil && room != "" {
		err = a.mix(ctx, id, room)
	}
	return err
}

// mix puts a monitoring's silent channel into a room.
func (a *Adapter) mix(ctx context.Context, id string, room engine.RoomID) error {
	q := url.Values{"channel": {id + mixerSuffix}, "mute": {"true"}}
	return a.raw(ctx, http.MethodPost, "/bridges/"+string(room)+"/addChannel?"+q.Encode(), nil, nil)
}

// mixFor follows a leg that is monitored into a room. A silent channel that is
// there already stays: taking it out and back makes Asterisk change the way it
// mixes twice while somebody comes in, and under load that party was then heard
// by nobody (measured on 22.10.1). The caller holds mu.
func (a *Adapter) mixFor(target engine.LegID, room engine.RoomID) {
	for _, l := range a.legs {
		if l.monitor.target != target {
			continue
		}
		id := l.monitor.id
		if a.mixers[id] == room {
			continue
		}
		go func() {
			ctx, cancel := context.WithTimeout(context.Background(), a.opt.CommandTimeout)
			defer cancel()
			_ = a.mix(ctx, id, room) // the room or the leg may be gone again
		}()
	}
}

// listen puts the supervisor and the snoop channel into a bridge.
func (a *Adapter) listen(ctx context.Context, supervisor engine.LegID, id string) error {
	return a.do(ctx, func() error {
		b := a.rest.Bridge()
		if _, err := b.Create(bridge(id), monitorType, ""); err != nil {
			return err
		}
		if err := b.AddChannel(bridge(id), id); err != nil {
			return err
		}
		return b.AddChannel(bridge(id), string(supervisor))
	})
}

// endMonitor ends what a supervisor's leg listens to. The leg stays where it
// is when that is a room, else it is parked in silence.
func (a *Adapter) endMonitor(id engine.LegID) {
	old := ""
	a.with(id, func(l *leg) { old, l.monitor = l.monitor.id, monitor{} })
	if old != "" {
		a.clearMonitor(old)
	}
}

// monitors says whether a leg listens to another.
func (a *Adapter) monitors(id engine.LegID) (yes bool) {
	a.with(id, func(l *leg) { yes = l.monitor.id != "" })
	return yes
}

// endMonitors ends the monitorings that a leg, which has ended, had a part in.
// The caller holds mu.
func (a *Adapter) endMonitors(id engine.LegID, ended *leg) {
	if ended.monitor.id != "" {
		go a.clearMonitor(ended.monitor.id)
	}
	for _, l := range a.legs {
		if l.monitor.target == id {
			go a.clearMonitor(l.monitor.id)
			l.monitor = monitor{}
		}
	}
}

// clearMonitor removes a monitoring's bridge and snoop channel.
func (a *Adapter) clearMonitor(id string) {
	ctx, cancel := context.WithTimeout(context.Background(), a.opt.CommandTimeout)
	defer cancel()
	// What fails is gone already, or the link is: the next snapshot tells.
	_ = a.raw(ctx, http.MethodDelete, "/channels/"+id, nil, nil)
	_ = a.raw(ctx, http.MethodDelete, "/channels/"+id+mixerSuffix, nil, nil)
	_ = a.raw(ctx, http.MethodDelete, "/bridges/"+id, nil, nil)
}

// resumeMonitors finds the monitorings of a snapshot again, and removes those
// whose supervisor or target ended meanwhile. snooped has the targets of snoop
// channels, bridged the legs in bridges, both by monitorings' ids. The caller
// holds mu.
func (a *Adapter) resumeMonitors(snooped map[string]engine.LegID, bridged map[string][]engine.LegID) {
	whole := make(map[engine.LegID]monitor)
	for id, legs := range bridged {
		target, there := snooped[id]
		if len(legs) == 1 && there && a.legs[target] != nil {
			whole[legs[0]] = monitor{id, target}
			delete(snooped, id)
			continue
		}
		go a.clearMonitor(id)
		delete(snooped, id)
	}
	for id := range snooped {
		go a.clearMonitor(id)
	}
	for id, l := range a.legs {
		l.monitor = whole[id]
	}
}
