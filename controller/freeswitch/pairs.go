package freeswitch

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/percipia/eslgo"

	"ringdesk/controller/engine"
	"ringdesk/controller/freeswitch/esl"
)

// room is a place where legs hear each other. Two of them are bridged: that costs
// half of what a conference does. Once there was need of a conference it stays one.
type room struct {
	moving chan struct{} // room for one: who moves its legs
	mixed  bool          // its legs are in a conference
}

func newRoom() *room { return &room{moving: make(chan struct{}, 1)} }

// inVariable is a channel's variable with the room that it is in without being in a
// conference: a later controller reads it, and the events of the channel tell it.
const inVariable = "ringdesk_in"

// unmark is what a leg does before all else that is not for a room of two.
const unmark = "unset:" + inVariable + ","

// pairVariables are those of a leg that may be bridged, each with what undoes it for
// an extension of the installation's own. When the other leg goes, this one is parked,
// also where FreeSWITCH has not bridged them yet: it then sends the one that is left to
// the "rdnis" of the one that went. Keys are the controller's, as in a conference; a
// far side that sends nothing is silence to the other; and one that holds the call by
// its own means neither plays music to the other nor ends it.
var pairVariables = [][3]string{
	{"park_after_bridge", "true", "false"},
	{"uuid_bridge_park_on_cancel", "true", "false"},
	{"rdnis", "park", ""},
	{"force_transfer_dialplan", "inline", ""},
	{"bridge_filter_dtmf", "true", "false"},
	{"bridge_generate_comfort_noise", "-1", ""},
	{"rtp_disable_hold", "true", "false"},
}

// pairConstants names the global variable in which FreeSWITCH keeps pairVariables as
// text. It reads a command byte by byte, with two system calls for each (read_packet in
// mod_event_socket.c), so what is the same for all is sent once.
const pairConstants = "ringdesk_pair"

// pairSettings gives what makes a leg one that may be bridged in a room, for what
// FreeSWITCH expands: an application, or the command "expand".
func pairSettings(room engine.RoomID) string {
	return inVariable + "=" + string(room) + "${" + pairConstants + "}"
}

// keepPairConstants sends what pairSettings refers to. An equals sign would begin the
// value that global_setvar compares with.
func (a *Adapter) keepPairConstants(ctx context.Context) error {
	text := ""
	for _, v := range pairVariables {
		text += ";" + v[0] + "=" + v[1]
	}
	if _, err := a.commands.API(ctx, "global_setvar "+pairConstants+"="+strings.ReplaceAll(text, "=", `\=`)); err != nil {
		return err
	}
	kept, err := a.commands.API(ctx, "global_getvar "+pairConstants)
	if err == nil && kept != text {
		err = fmt.Errorf("FreeSWITCH keeps %q as its variable %s, not %q", kept, pairConstants, text)
	}
	return err
}

// unpairedSettings undoes them.
func unpairedSettings() string {
	text := ""
	for _, v := range pairVariables {
		text += ";" + v[0] + "=" + v[2]
	}
	return text
}

// aloneApps is what a leg does in a room until somebody comes.
func aloneApps(room engine.RoomID) string {
	return "multiset:^^;" + pairSettings(room) + ",park"
}

// moves lets one at a time move the legs of a room, until done is called.
func (a *Adapter) moves(ctx context.Context, id engine.RoomID) (done func(), err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	a.mu.Lock()
	r := a.rooms[id]
	a.mu.Unlock()
	if r == nil {
		return nil, &gone{"room " + string(id)}
	}
	select {
	case r.moving <- struct{}{}:
		return func() { <-r.moving }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// company is who else is in a room, and whether a conference is needed for them
// and the leg that comes.
func (a *Adapter) company(room engine.RoomID, coming engine.LegID) (others []engine.LegID, mixed bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	r := a.rooms[room]
	mixed = r != nil && r.mixed
	for id, l := range a.legs {
		if id != coming && (l.room != room || l.held) {
			continue
		}
		if id != coming {
			others = append(others, id)
		}
		// Early media is a conference's alone, and so is who is listened to.
		mixed = mixed || !l.answered
		for _, other := range a.legs {
			mixed = mixed || other.monitor == id
		}
	}
	return others, mixed
}

// pair bridges two legs, of which the first is in the room.
func (a *Adapter) pair(ctx context.Context, room engine.RoomID, there, comes engine.LegID) error {
	used := false
	a.with(comes, func(l *leg) { used = l.used })
	if used { // else FreeSWITCH would tell the next controller of what it heard before
		if err := a.seat(ctx, room, comes, false); err != nil {
			return err
		}
	}
	for _, id := range []engine.LegID{there, comes} {
		if err := a.enter(ctx, id); err != nil {
			return err
		}
	}
	if !used {
		if err := a.onLeg(ctx, comes, "expand uuid_setvar_multi", pairSettings(room)); err != nil {
			return err
		}
		a.with(comes, func(l *leg) { l.marked = true })
	}
	return a.bridge(ctx, room, there, comes)
}

// bridge lets two parked legs of a room hear each other. One from outside is bridged
// to the other: of that one FreeSWITCH keeps who calls.
func (a *Adapter) bridge(ctx context.Context, room engine.RoomID, there, comes engine.LegID) error {
	first, second, alone := there, comes, false
	a.mu.Lock()
	one, other := a.legs[there], a.legs[comes]
	switch {
	case other == nil:
		a.mu.Unlock()
		return &gone{"leg " + string(comes)}
	case one == nil:
		alone = true
	default:
		if other.inbound && !one.inbound {
			first, second = comes, there
		}
		one.leaves()
		other.sits(room, false)
		one.with, other.with = comes, there
	}
	a.mu.Unlock()
	if alone {
		return a.seat(ctx, room, comes, false)
	}
	_, err := a.commands.API(ctx, "uuid_bridge "+string(first)+" "+string(second))
	if err == nil {
		return nil
	}
	a.mu.Lock()
	for _, l := range []*leg{one, other} {
		l.with = ""
		l.arrives()
	}
	other.room = ""
	a.mu.Unlock()
	var refused *esl.Failure
	if !errors.As(err, &refused) {
		return err
	}
	// One of them has gone, which its own event tells.
	return a.seat(ctx, room, comes, false)
}

// unpair lets a leg go from the one that it is bridged with, which FreeSWITCH parks
// then. The caller holds mu.
func (a *Adapter) unpair(id engine.LegID, l *leg) {
	other := a.legs[l.with]
	l.with = ""
	if other != nil && other.with == id {
		other.leaves()
	}
}

// mix makes a room a conference, for good.
func (a *Adapter) mix(ctx context.Context, room engine.RoomID) error {
	var plain []engine.LegID
	var pair [2]engine.LegID
	a.mu.Lock()
	if r := a.rooms[room]; r != nil {
		r.mixed = true
	}
	for id, l := range a.legs {
		switch {
		case l.room != room || l.held || l.member != "":
		case l.with == "":
			plain = append(plain, id)
		default:
			pair = [2]engine.LegID{id, l.with}
		}
	}
	a.mu.Unlock()
	if pair[0] != "" {
		if err := a.mixPair(ctx, room, pair); err != nil {
			return err
		}
	}
	for _, id := range plain {
		if err := a.enter(ctx, id); err != nil {
			return err
		}
		in := false // it was on its way there, and is not sent again: that would be a gap
		a.with(id, func(l *leg) { in = l.member != "" })
		if in {
			continue
		}
		if err := a.seat(ctx, room, id, true); err != nil && !isGone(err) {
			return err
		}
	}
	return nil
}

// mixPair sends two who are bridged into the conference with one command: they are
// apart for no longer than FreeSWITCH needs to move them.
func (a *Adapter) mixPair(ctx context.Context, room engine.RoomID, pair [2]engine.LegID) error {
	together := true
	for i, id := range pair {
		if err := a.enter(ctx, id); err != nil {
			return err
		}
		a.with(id, func(l *leg) { together = together && l.with == pair[1-i] })
	}
	if !together { // one has gone meanwhile: FreeSWITCH has parked the other
		for _, id := range pair {
			err := a.seat(ctx, room, id, true)
			if err != nil && !isGone(err) {
				return err
			}
		}
		return nil
	}
	a.mu.Lock()
	for _, id := range pair {
		if l := a.legs[id]; l != nil {
			l.with = ""
			l.sits(room, true)
		}
	}
	a.mu.Unlock()
	return a.send(ctx, pair[0], "-both "+conferenceApps(room))
}

// mixFor makes the room that a leg is in a conference, which is needed for what only
// one of its legs hears.
func (a *Adapter) mixFor(ctx context.Context, id engine.LegID) error {
	room := engine.RoomID("")
	a.with(id, func(l *leg) {
		if !l.held && l.member == "" {
			room = l.room
		}
	})
	if room == "" {
		return nil
	}
	done, err := a.moves(ctx, room)
	if isGone(err) {
		return nil
	}
	if err != nil {
		return err
	}
	defer done()
	if err := a.mix(ctx, room); err != nil {
		return err
	}
	return a.enter(ctx, id)
}

// mend finishes what a controller before this one had begun with a room.
func (a *Adapter) mend(room engine.RoomID) {
	ctx, cancel := context.WithTimeout(context.Background(), a.opt.CommandTimeout)
	defer cancel()
	done, err := a.moves(ctx, room)
	if err != nil {
		return
	}
	defer done()
	var apart []engine.LegID
	a.mu.Lock()
	mixed := a.rooms[room] != nil && a.rooms[room].mixed
	for id, l := range a.legs {
		if l.room == room && !l.held && l.member == "" && l.with == "" {
			apart = append(apart, id)
		}
	}
	a.mu.Unlock()
	// When it fails, a leg is gone, or the link is.
	switch {
	case mixed && len(apart) > 0 || len(apart) > 2:
		_ = a.mix(ctx, room)
	case len(apart) == 2:
		_ = a.bridge(ctx, room, apart[0], apart[1])
	}
}

// placed handles that a channel is parked: alone in a room, or in none.
func (a *Adapter) placed(id engine.LegID, l *leg, room engine.RoomID, when time.Time) []engine.Event {
	l.with = ""
	if !l.mixes { // else it is on its way into the conference
		l.arrives()
	}
	return l.moved(id, room, when)
}

// moved tells which room a leg is in now, if that is another one.
func (l *leg) moved(id engine.LegID, room engine.RoomID, when time.Time) []engine.Event {
	if l.in == room {
		return nil
	}
	var out []engine.Event
	if l.in != "" {
		out = append(out, engine.LegParted{Room: l.in, Leg: id, At: when})
	}
	if l.in = room; room != "" {
		out = append(out, engine.LegJoined{Room: room, Leg: id, At: when})
	}
	return out
}

// bridged handles that two channels hear each other.
func (a *Adapter) bridged(e *eslgo.Event, when time.Time) []engine.Event {
	var out []engine.Event
	room := engine.RoomID(e.GetHeader("variable_" + inVariable))
	for _, header := range []string{"Bridge-A-Unique-ID", "Bridge-B-Unique-ID"} {
		id := engine.LegID(e.GetHeader(header))
		if l := a.legs[id]; l != nil && room != "" {
			l.arrives()
			out = append(out, l.moved(id, room, when)...)
		}
	}
	return out
}
