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
	a.rooms[room] = true
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
	var legs []engine.LegID
	a.mu.Lock()
	known := a.rooms[room]
	for id, l := range a.legs {
		if l.room == room {
			legs = append(legs, id)
		}
	}
	a.mu.Unlock()
	if !known {
		return &gone{"room " + string(room)}
	}
	for _, id := range legs {
		if err := a.park(ctx, id, false); err != nil && !isGone(err) {
			return err
		}
		a.with(id, func(l *leg) { l.room, l.held = "", false })
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
	case !a.rooms[room]:
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
	a.with(id, func(l *leg) {
		l.room, l.held, l.monitor, l.wantsMusic, l.music = room, false, "", false, false
		l.entered = make(chan struct{})
	})
	// Whatever ends the conference, the leg is parked then, not hung up.
	err := a.transfer(ctx, id, "conference:"+string(room)+"@"+conferenceProfile+",park")
	if err != nil {
		a.with(id, func(l *leg) { l.room, l.entered = "", nil })
	}
	return err
}

// transfer sends a leg to applications, which end what it does.
func (a *Adapter) transfer(ctx context.Context, id engine.LegID, apps string) error {
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
	err := a.transfer(ctx, id, apps)
	if err == nil {
		a.with(id, func(l *leg) { l.music, l.wantsMusic, l.monitor = music, music, "" })
		a.leases.Wake()
	}
	return err
}

// Part implements engine.Commands.
func (a *Adapter) Part(ctx context.Context, room engine.RoomID, id engine.LegID) error {
	monitors := false
	err := a.place(ctx, room, id, func(l *leg) error {
		monitors = l.monitor != ""
		if l.room != room && !monitors {
			return errElsewhere
		}
		return nil
	})
	if isGone(err) && a.monitors(id) {
		err = nil // whatever the room
	}
	if err == nil {
		err = a.park(ctx, id, false)
	}
	if err == nil {
		a.with(id, func(l *leg) { l.room, l.held = "", false })
	}
	return command("Part", err)
}

// Hold implements engine.Commands. The leg leaves the conference: then nothing
// of the music can come into it, and the music goes on without a controller. A
// leg that hears it already, as a new controller finds it, hears it on.
func (a *Adapter) Hold(ctx context.Context, room engine.RoomID, id engine.LegID) error {
	hears := false
	err := a.place(ctx, room, id, func(l *leg) error {
		hears = l.music && len(l.queue) == 0 && (l.held || l.room == "")
		if l.monitor != "" || l.room != room && l.room != "" {
			return errElsewhere
		}
		l.room, l.held = room, true // set first: while on hold a leg has no time limit
		return nil
	})
	if err == nil && hears {
		a.leases.Wake()
	} else if err == nil {
		err = a.park(ctx, id, true)
	}
	return command("Hold", err)
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
	if entered == nil {
		return nil
	}
	t := time.NewTimer(a.opt.CommandTimeout)
	defer t.Stop()
	select {
	case <-entered:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return context.DeadlineExceeded
	}
}
