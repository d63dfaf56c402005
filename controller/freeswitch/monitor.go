package freeswitch

import (
	"context"
	"fmt"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/controller/engine/link"
)

// Monitor implements engine.Commands. FreeSWITCH's eavesdrop gives the
// supervisor what the target says and hears, wherever the target is, and takes
// the supervisor's words to the target's ear only. When the target ends, the
// supervisor is parked.
func (a *Adapter) Monitor(ctx context.Context, req engine.MonitorRequest) error {
	return command("Monitor", a.monitor(ctx, req))
}

func (a *Adapter) monitor(ctx context.Context, req engine.MonitorRequest) error {
	if err := engine.CheckIDs(string(req.Leg), string(req.Target)); err != nil {
		return err
	}
	if req.Leg == req.Target {
		return engine.Refuse("a leg cannot monitor itself")
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	for _, id := range []engine.LegID{req.Target, req.Leg} {
		answered := false
		if !a.with(id, func(l *leg) { answered = l.answered }) {
			return &gone{"leg " + string(id)}
		}
		if !answered {
			return errUnanswered
		}
	}
	for _, id := range []engine.LegID{req.Target, req.Leg} {
		if err := a.mixFor(ctx, id); err != nil {
			return err
		}
	}
	a.stopPlays(req.Leg)
	if err := a.transfer(ctx, req.Leg, eavesdrop(req)); err != nil {
		return err
	}
	a.with(req.Leg, func(l *leg) {
		l.monitor, l.whispers = req.Target, req.Whisper
		l.room, l.held, l.music, l.wantsMusic, l.used = "", false, false, false, true
	})
	return a.whisperLast(ctx, req)
}

// whisperLast makes those who whisper to a target begin again after somebody
// else has begun to listen. FreeSWITCH takes a target's sound in the order in
// which the listeners came, and one who came after a whisperer would hear him.
// (Of two who whisper, the second hears the first.)
func (a *Adapter) whisperLast(ctx context.Context, latest engine.MonitorRequest) error {
	if latest.Whisper {
		return nil
	}
	var again []engine.LegID
	listeners := 0
	a.mu.Lock()
	for id, l := range a.legs {
		if l.monitor != latest.Target {
			continue
		}
		listeners++
		if id != latest.Leg && l.whispers {
			again = append(again, id)
		}
	}
	a.mu.Unlock()
	if len(again) == 0 {
		return nil
	}
	if err := a.awaitListeners(ctx, latest.Target, listeners); err != nil {
		return err
	}
	for _, id := range again {
		err := a.transfer(ctx, id, eavesdrop(engine.MonitorRequest{Leg: id, Target: latest.Target, Whisper: true}))
		if err != nil && !isGone(err) {
			return err
		}
	}
	return nil
}

// listenLimit is how long FreeSWITCH may take to let somebody listen, and
// listenLook how often it is asked meanwhile: no event tells.
const (
	listenLimit = time.Second
	listenLook  = 10 * time.Millisecond
)

// awaitListeners waits until so many listen to a leg.
func (a *Adapter) awaitListeners(ctx context.Context, target engine.LegID, want int) error {
	ctx, cancel := context.WithTimeout(ctx, listenLimit)
	defer cancel()
	for {
		bugs, err := a.bugs(ctx, target)
		if err != nil {
			return err
		}
		n := 0
		for _, b := range bugs {
			if b.Function == "eavesdrop" {
				n++
			}
		}
		if n >= want {
			return nil
		}
		link.Wait(ctx, listenLook)
	}
}

// eavesdrop is what a supervisor's leg does. Keys must not change it. To
// FreeSWITCH the target's own ear is the "bleg".
func eavesdrop(req engine.MonitorRequest) string {
	return fmt.Sprintf("set:eavesdrop_enable_dtmf=false,set:eavesdrop_whisper_bleg=%t,eavesdrop:%s,park", req.Whisper, req.Target)
}

// monitors says whether a leg listens to another.
func (a *Adapter) monitors(id engine.LegID) (yes bool) {
	a.with(id, func(l *leg) { yes = l.monitor != "" })
	return yes
}
