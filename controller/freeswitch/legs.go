package freeswitch

import (
	"context"
	"regexp"

	"ringdesk/controller/engine"
)

// onLeg runs one command about a leg. The leg's id is put behind the command's
// name.
func (a *Adapter) onLeg(ctx context.Context, id engine.LegID, name, args string) error {
	if err := checkIDs(string(id)); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if !a.with(id, func(*leg) {}) {
		return &gone{"leg " + string(id)}
	}
	line := name + " " + string(id)
	if args != "" {
		line += " " + args
	}
	_, err := a.commands.API(ctx, line)
	return err
}

// Ring implements engine.Commands.
func (a *Adapter) Ring(ctx context.Context, leg engine.LegID) error {
	return command("Ring", a.onLeg(ctx, leg, "uuid_ring_ready", ""))
}

// Answer implements engine.Commands.
func (a *Adapter) Answer(ctx context.Context, id engine.LegID) error {
	err := a.onLeg(ctx, id, "uuid_answer", "")
	if err == nil {
		a.with(id, func(l *leg) { l.pickedUp = true })
	}
	return command("Answer", err)
}

// Hangup implements engine.Commands.
func (a *Adapter) Hangup(ctx context.Context, id engine.LegID, cause engine.Cause) error {
	return command("Hangup", a.hangup(ctx, id, cause))
}

func (a *Adapter) hangup(ctx context.Context, id engine.LegID, cause engine.Cause) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if causeNames[cause] == "" {
		cause = engine.CauseNormal
	}
	early, before := false, engine.Cause(0)
	if !a.with(id, func(l *leg) {
		before = l.cause
		if l.cause == 0 {
			l.cause = cause
		}
		if early = !l.created; early {
			l.kill = true
		}
	}) {
		return &gone{"leg " + string(id)}
	}
	if early {
		return nil // there is no channel yet: it is ended when it is made
	}
	err := a.onLeg(ctx, id, "uuid_kill", causeName(cause))
	if kind := classify(err); err != nil && kind != engine.KindTimeout {
		a.with(id, func(l *leg) { l.cause = before })
	}
	return err
}

// killNow ends a leg that was hung up before it was made.
func (a *Adapter) killNow(id engine.LegID, cause engine.Cause) {
	ctx, cancel := context.WithTimeout(context.Background(), a.opt.CommandTimeout)
	defer cancel()
	_ = a.onLeg(ctx, id, "uuid_kill", causeName(cause)) // when it fails, the leg is gone, or the link is
}

// Mute implements engine.Commands. What the leg says is silenced on its way in;
// a recording that began before takes it from further out, and is masked.
func (a *Adapter) Mute(ctx context.Context, id engine.LegID, on bool) error {
	return command("Mute", a.mute(ctx, id, on))
}

func (a *Adapter) mute(ctx context.Context, id engine.LegID, on bool) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	answered, was := false, false
	a.with(id, func(l *leg) { answered, was = l.answered, l.muted })
	if !answered && a.with(id, func(*leg) {}) {
		return errUnanswered
	}
	args := "stop"
	if on {
		args = "start read mute 1" // digital silence
	}
	if on || was {
		if err := a.onLeg(ctx, id, "uuid_audio", args); err != nil {
			return err
		}
	}
	a.with(id, func(l *leg) { l.muted = on })
	return a.maskAll(ctx, id)
}

var dtmfPattern = regexp.MustCompile(`^[0-9*#A-D]{1,64}$`)

// keyMilliseconds is how long each key sounds.
const keyMilliseconds = "100"

// SendDTMF implements engine.Commands.
func (a *Adapter) SendDTMF(ctx context.Context, leg engine.LegID, digits string) error {
	if !dtmfPattern.MatchString(digits) {
		return command("SendDTMF", refuse("digits must be 1 to 64 of 0-9, *, #, A-D"))
	}
	return command("SendDTMF", a.onLeg(ctx, leg, "uuid_send_dtmf", digits+"@"+keyMilliseconds))
}
