package freeswitch

import (
	"context"
	"time"

	"ringdesk/controller/engine"
)

// conferenceProfile is the one in conference.conf.
const conferenceProfile = "ringdesk"

// roomVariable begins the names of the global variables that keep rooms, in
// which nobody may be.
const roomVariable = "ringdesk_room_"

// CreateRoom implements engine.Commands.
func (a *Adapter) CreateRoom(ctx context.Context, room engine.RoomID) error {
	return command("CreateRoom", a.createRoom(ctx, room))
}

func (a *Adapter) createRoom(ctx context.Context, room engine.RoomID) error {
	if err := engine.CheckIDs(string(room)); err != nil {
		return err
	}
	if _, err := a.commands.API(ctx, "global_setvar "+roomVariable+string(room)+"=1"); err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.rooms[room] == nil {
		a.rooms[room] = newRoom()
	}
	return nil
}

// DestroyRoom implements engine.Commands.
func (a *Adapter) DestroyRoom(ctx context.Context, room engine.RoomID) error {
	return command("DestroyRoom", a.destroyRoom(ctx, room))
}

func (a *Adapter) destroyRoom(ctx context.Context, room engine.RoomID) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	done, err := a.moves(ctx, room)
	if err != nil {
		return err
	}
	defer done()
	var legs []engine.LegID
	a.mu.Lock()
	for id, l := range a.legs {
		if l.room == room {
			legs = append(legs, id)
		}
	}
	a.mu.Unlock()
	for _, id := range legs {
		if err := a.away(ctx, id); err != nil && !isGone(err) {
			return err
		}
	}
	if _, err := a.commands.API(ctx, "global_setvar "+roomVariable+string(room)+"="); err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.rooms, room)
	return nil
}

// place checks that a leg and a room are there, and looks at the leg.
func (a *Adapter) place(ctx context.Context, room engine.RoomID, id engine.LegID, look func(*leg) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	l := a.legs[id]
	switch {
	case l == nil:
		return &gone{"leg " + string(id)}
	case a.rooms[room] == nil:
		return &gone{"room " + string(room)}
	case !l.answered && !l.early:
		return errUnanswered
	}
	return look(l)
}

// Join implements engine.Commands.
func (a *Adapter) Join(ctx context.Context, room engine.RoomID, id engine.LegID) error {
	return command("Join", a.join(ctx, room, id))
}

func (a *Adapter) join(ctx context.Context, room engine.RoomID, id engine.LegID) error {
	done, err := a.moves(ctx, room)
	if err != nil {
		return err
	}
	defer done()
	there := false
	if err := a.place(ctx, room, id, func(l *leg) error {
		there = l.room == room && !l.held
		l.joining = !there
		return nil
	}); err != nil || there {
		return err
	}
	defer a.with(id, func(l *leg) { l.joining = false })
	// A time limit would cut the talk off: it goes before the leg is in.
	if err := a.unlimit(ctx, id); err != nil {
		return err
	}
	a.stopPlays(id)
	others, mixed := a.company(room, id)
	switch {
	case mixed || len(others) > 1:
		if err := a.mix(ctx, room); err != nil {
			return err
		}
		return a.seat(ctx, room, id, true)
	case len(others) == 1:
		return a.pair(ctx, room, others[0], id)
	default:
		return a.seat(ctx, room, id, false)
	}
}

// conferenceApps is what a leg does in a room of more than two. Whatever ends the
// conference, the leg is parked then, not hung up.
func conferenceApps(room engine.RoomID) string {
	return unmark + "conference:" + string(room) + "@" + conferenceProfile + ",park"
}

// seat sends a leg into a room: into its conference, or to wait there alone.
func (a *Adapter) seat(ctx context.Context, room engine.RoomID, id engine.LegID, mixed bool) error {
	if err := a.enter(ctx, id); err != nil {
		return err
	}
	apps := aloneApps(room)
	if mixed {
		apps = conferenceApps(room)
	}
	a.with(id, func(l *leg) {
		l.sits(room, mixed)
		l.used, l.marked = false, true
		a.unpair(id, l)
	})
	err := a.send(ctx, id, apps)
	if err != nil {
		a.with(id, func(l *leg) {
			l.room = ""
			l.arrives()
		})
	}
	return err
}

// sits notes that a leg is sent into a room, and so hears nothing else. The caller
// holds mu.
func (l *leg) sits(room engine.RoomID, mixed bool) {
	l.mixes = mixed
	l.room, l.held, l.monitor, l.wantsMusic, l.music = room, false, "", false, false
	l.leaves()
}

// leaves lets others wait until a leg is where it is sent now. The caller holds mu.
func (l *leg) leaves() {
	if l.entered == nil {
		l.entered = make(chan struct{})
	}
}

// arrives lets those go on who wait for a leg. The caller holds mu.
func (l *leg) arrives() {
	if l.entered != nil {
		close(l.entered)
		l.entered = nil
	}
}

// transfer sends a leg that is where it was sent to applications, which end what it
// does.
func (a *Adapter) transfer(ctx context.Context, id engine.LegID, apps string) error {
	if err := a.enter(ctx, id); err != nil {
		return err
	}
	a.with(id, func(l *leg) { a.unpair(id, l) })
	return a.send(ctx, id, apps)
}

func (a *Adapter) send(ctx context.Context, id engine.LegID, apps string) error {
	_, err := a.commands.API(ctx, "uuid_transfer "+string(id)+" "+apps+" inline")
	return err
}

// park takes a leg out of whatever it is in, and gives it music or silence.
func (a *Adapter) park(ctx context.Context, id engine.LegID, music bool) error {
	a.stopPlays(id)
	apps := "park"
	if music {
		apps = a.music(time.Now()) + ",park"
	}
	err := a.enter(ctx, id)
	if err == nil {
		a.with(id, func(l *leg) {
			if l.marked {
				apps = unmark + apps
			}
			a.unpair(id, l)
			l.mixes = false
			if !music { // of the music no event tells
				l.leaves()
			}
		})
		err = a.send(ctx, id, apps)
	}
	if err != nil {
		a.with(id, (*leg).arrives)
		return err
	}
	a.with(id, func(l *leg) { l.music, l.wantsMusic, l.monitor, l.used = music, music, "", music })
	a.leases.Wake()
	return nil
}

// Part implements engine.Commands.
func (a *Adapter) Part(ctx context.Context, room engine.RoomID, id engine.LegID) error {
	return command("Part", a.part(ctx, room, id))
}

func (a *Adapter) part(ctx context.Context, room engine.RoomID, id engine.LegID) error {
	if a.monitors(id) { // whatever the room
		return a.away(ctx, id)
	}
	done, err := a.moves(ctx, room)
	if err != nil {
		return err
	}
	defer done()
	if err := a.place(ctx, room, id, func(l *leg) error {
		if l.room != room {
			return errElsewhere
		}
		return nil
	}); err != nil {
		return err
	}
	return a.away(ctx, id)
}

// away takes a leg out of its room, or from what it listens to.
func (a *Adapter) away(ctx context.Context, id engine.LegID) error {
	room, held := engine.RoomID(""), false
	a.with(id, func(l *leg) {
		room, held = l.room, l.held
		l.room, l.held = "", false
	})
	err := a.park(ctx, id, false)
	if err != nil {
		a.with(id, func(l *leg) { l.room, l.held = room, held })
	}
	return err
}

// Hold implements engine.Commands. The leg leaves those it is with: then nothing
// of the music can come to them, and the music goes on without a controller. A
// leg that hears it already, as a new controller finds it, hears it on.
func (a *Adapter) Hold(ctx context.Context, room engine.RoomID, id engine.LegID) error {
	return command("Hold", a.hold(ctx, room, id))
}

func (a *Adapter) hold(ctx context.Context, room engine.RoomID, id engine.LegID) error {
	done, err := a.moves(ctx, room)
	if err != nil {
		return err
	}
	defer done()
	hears := false
	if err := a.place(ctx, room, id, func(l *leg) error {
		hears = l.music && len(l.queue) == 0 && (l.held || l.room == "")
		if l.monitor != "" || l.room != room && l.room != "" {
			return errElsewhere
		}
		l.room, l.held = room, true // set first: while on hold a leg has no time limit
		return nil
	}); err != nil {
		return err
	}
	if hears {
		a.leases.Wake()
		return nil
	}
	return a.park(ctx, id, true)
}

// Unhold implements engine.Commands.
func (a *Adapter) Unhold(ctx context.Context, room engine.RoomID, id engine.LegID) error {
	return command("Unhold", a.join(ctx, room, id))
}

// Music implements engine.Commands.
func (a *Adapter) Music(ctx context.Context, id engine.LegID, on bool) error {
	return command("Music", a.setMusic(ctx, id, on))
}

func (a *Adapter) setMusic(ctx context.Context, id engine.LegID, on bool) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	later, joined, is := false, false, false
	known := a.with(id, func(l *leg) {
		joined = l.monitor != "" || l.room != "" && !l.held
		if joined {
			return
		}
		// A sound goes on: the music follows its wish afterwards.
		l.wantsMusic, later, is = on, len(l.queue) > 0, l.music
	})
	switch {
	case !known:
		return &gone{"leg " + string(id)}
	case joined && on:
		return errElsewhere // the room would hear it
	case joined, later, is == on:
		return nil
	}
	return a.park(ctx, id, on)
}

// musicAgain makes the music follow what was asked for while a sound played.
func (a *Adapter) musicAgain(id engine.LegID) {
	ctx, cancel := context.WithTimeout(context.Background(), a.opt.CommandTimeout)
	defer cancel()
	on, change := false, false
	a.with(id, func(l *leg) {
		on = l.wantsMusic
		change = l.music != on && len(l.queue) == 0 && (l.room == "" || l.held) && !l.joining && l.monitor == ""
	})
	if change {
		// When it fails, the leg is gone, or the link is.
		_ = a.park(ctx, id, on)
	}
}

// enter waits until a leg is in the conference that it was sent to.
func (a *Adapter) enter(ctx context.Context, id engine.LegID) error {
	var entered chan struct{}
	a.with(id, func(l *leg) { entered = l.entered })
	return a.await(ctx, entered)
}

// await waits until what FreeSWITCH was asked for has happened; nil has.
func (a *Adapter) await(ctx context.Context, happened <-chan struct{}) error {
	if happened == nil {
		return nil
	}
	t := time.NewTimer(a.opt.CommandTimeout)
	defer t.Stop()
	select {
	case <-happened:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return context.DeadlineExceeded
	}
}
