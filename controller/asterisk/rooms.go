package asterisk

import (
	"context"
	"errors"
	"net/http"

	"github.com/CyCoreSystems/ari/v6"

	"ringdesk/controller/engine"
)

// roomType keeps two parties on the simple bridge, which does not mix, and all
// sound in Asterisk, so that recordings and keys are complete.
const roomType = "mixing,dtmf_events,proxy_media"

// onRoom runs one request about a room's bridge.
func (a *Adapter) onRoom(ctx context.Context, room engine.RoomID, request func(ari.Bridge, *ari.Key) error) error {
	if err := engine.CheckIDs(string(room)); err != nil {
		return err
	}
	return a.do(ctx, func() error { return request(a.rest.Bridge(), bridge(string(room))) })
}

// CreateRoom implements engine.Commands.
func (a *Adapter) CreateRoom(ctx context.Context, room engine.RoomID) error {
	err := a.onRoom(ctx, room, func(b ari.Bridge, k *ari.Key) error {
		_, err := b.Create(k, roomType, "")
		return err
	})
	var status *StatusError
	if errors.As(err, &status) && status.Code == http.StatusConflict {
		err = nil // "already exists"
	}
	return command("CreateRoom", err)
}

// DestroyRoom implements engine.Commands.
func (a *Adapter) DestroyRoom(ctx context.Context, room engine.RoomID) error {
	var legs []engine.LegID
	a.mu.Lock()
	for id, l := range a.legs {
		if l.room == room {
			legs = append(legs, id)
		}
	}
	a.mu.Unlock()
	if err := a.stopPlays(ctx, legs...); err != nil {
		return command("DestroyRoom", err)
	}
	err := a.onRoom(ctx, room, ari.Bridge.Delete)
	if err == nil {
		a.mu.Lock()
		for _, l := range a.legs {
			if l.room == room {
				l.room, l.held = "", false
			}
		}
		a.mu.Unlock()
	}
	return command("DestroyRoom", err)
}

// Join implements engine.Commands.
func (a *Adapter) Join(ctx context.Context, room engine.RoomID, id engine.LegID) error {
	return a.join(ctx, "Join", room, id)
}

func (a *Adapter) join(ctx context.Context, op string, room engine.RoomID, id engine.LegID) error {
	if err := engine.CheckIDs(string(room), string(id)); err != nil {
		return command(op, err)
	}
	there, music := false, false
	a.with(id, func(l *leg) {
		there, music = l.room == room && !l.held, l.music
		l.joining = !there
	})
	if there {
		return nil
	}
	a.leases.Wake()
	defer a.with(id, func(l *leg) { l.joining = false })
	if err := a.stopPlays(ctx, id); err != nil {
		return command(op, err)
	}
	if music {
		// It would go on playing inside the room.
		if err := a.music(ctx, op, id, false); err != nil {
			return err
		}
	}
	if err := a.forgetLast(ctx, room, id); err != nil {
		return command(op, err) // a further try finds what is left to do
	}
	err := a.onRoom(ctx, room, func(b ari.Bridge, k *ari.Key) error { return b.AddChannel(k, string(id)) })
	if err == nil {
		a.with(id, func(l *leg) { l.room, l.held = room, false })
		a.meet(room)
		a.endMonitor(id)
	}
	return a.legCommand(op, id, err)
}

// present is the legs that are in a room's bridge. The caller holds mu.
func (a *Adapter) present(room engine.RoomID) map[engine.LegID]*leg {
	in := map[engine.LegID]*leg{}
	for id, l := range a.legs {
		if l.room == room && !l.held {
			in[id] = l
		}
	}
	return in
}

// meet notes that those who are in a room together hear each other.
func (a *Adapter) meet(room engine.RoomID) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if in := a.present(room); len(in) > 1 {
		for _, l := range in {
			l.met = true
		}
	}
}

// forgetLast takes the one who has stayed alone in a room out of it and back, so
// that what translates for that leg is made anew before the next one joins: it drops
// sound whose RTP numbers are lower than the last party's, as one in two are. While
// a leg is alone this is not heard.
func (a *Adapter) forgetLast(ctx context.Context, room engine.RoomID, joining engine.LegID) error {
	alone := engine.LegID("")
	a.mu.Lock()
	if in := a.present(room); len(in) == 1 {
		for id, l := range in {
			if l.met && id != joining {
				alone, l.met, l.anew = id, false, true
			}
		}
	}
	a.mu.Unlock()
	if alone == "" {
		return nil
	}
	err := a.onRoom(ctx, room, func(b ari.Bridge, k *ari.Key) error { return b.RemoveChannel(k, string(alone)) })
	if err == nil || isParked(err) { // an earlier try got as far
		err = a.onRoom(ctx, room, func(b ari.Bridge, k *ari.Key) error { return b.AddChannel(k, string(alone)) })
	}
	if err == nil {
		return nil
	}
	a.with(alone, func(l *leg) { l.met, l.anew = true, false })
	if classify(err) == engine.KindGone {
		return nil // it has just hung up
	}
	return err
}

// Part implements engine.Commands.
func (a *Adapter) Part(ctx context.Context, room engine.RoomID, id engine.LegID) error {
	if a.monitors(id) {
		a.endMonitor(id)
		return nil
	}
	held := false
	a.with(id, func(l *leg) { held = l.held && l.room == room })
	if held { // it is out of the bridge already
		err := a.music(ctx, "Part", id, false)
		if err == nil {
			a.with(id, func(l *leg) { l.room, l.held = "", false })
		}
		return err
	}
	return a.legCommand("Part", id, a.remove(ctx, room, id, false))
}

// remove takes a leg out of the bridge.
func (a *Adapter) remove(ctx context.Context, room engine.RoomID, id engine.LegID, held bool) error {
	if err := engine.CheckIDs(string(room), string(id)); err != nil {
		return err
	}
	if err := a.stopPlays(ctx, id); err != nil {
		return err
	}
	err := a.onRoom(ctx, room, func(b ari.Bridge, k *ari.Key) error { return b.RemoveChannel(k, string(id)) })
	if err != nil {
		return err
	}
	a.with(id, func(l *leg) {
		l.held = held
		if !held {
			l.room = ""
		}
	})
	return nil
}

// Hold implements engine.Commands. Music on a leg inside the room would be
// heard by recordings, and the leg would still be heard: so it leaves.
func (a *Adapter) Hold(ctx context.Context, room engine.RoomID, id engine.LegID) error {
	if a.monitors(id) {
		return command("Hold", errElsewhere)
	}
	held := false
	a.with(id, func(l *leg) { held = l.held && l.room == room })
	if !held {
		if err := a.remove(ctx, room, id, true); isParked(err) {
			a.with(id, func(l *leg) { l.room, l.held = room, true }) // as after a restart of ours during hold
		} else if err != nil {
			return a.legCommand("Hold", id, err)
		}
	}
	return a.music(ctx, "Hold", id, true)
}

// Unhold implements engine.Commands.
func (a *Adapter) Unhold(ctx context.Context, room engine.RoomID, id engine.LegID) error {
	return a.join(ctx, "Unhold", room, id)
}

// errElsewhere stands for a leg that is not where a command needs it.
var errElsewhere = &StatusError{http.StatusConflict, "Channel is in another bridge"}

// isParked says whether a leg could not be taken out of a bridge since it was
// in none.
func isParked(err error) bool {
	var status *StatusError
	return errors.As(err, &status) && status.Code == http.StatusUnprocessableEntity && status.Message == "Channel not in this bridge"
}
