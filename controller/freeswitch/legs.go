package freeswitch

import (
	"context"
	"time"

	"ringdesk/controller/engine"
)

// onLeg runs one command about a leg. The leg's id is put behind the command's
// name.
func (a *Adapter) onLeg(ctx context.Context, id engine.LegID, name, args string) error {
	if err := engine.CheckIDs(string(id)); err != nil {
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
func (a *Adapter) Ring(ctx context.Context, id engine.LegID) error {
	if a.up(id) {
		a.with(id, func(l *leg) { l.used = true })
		return command("Ring", a.onLeg(ctx, id, "uuid_broadcast", ringStream+" aleg"))
	}
	return command("Ring", a.onLeg(ctx, id, "uuid_ring_ready", ""))
}

// up says whether FreeSWITCH has answered a call by itself since it had no offer
// (sip.xml, enable-3pcc): its caller hears the ringing, and is not told of it.
func (a *Adapter) up(id engine.LegID) (up bool) {
	a.with(id, func(l *leg) { up = l.up && !l.told })
	return up
}

// Answer implements engine.Commands. FreeSWITCH has answered when it says so: the
// leg may be joined before the event of that has come.
func (a *Adapter) Answer(ctx context.Context, id engine.LegID) error {
	if a.up(id) {
		return command("Answer", a.answerUp(ctx, id))
	}
	err := a.onLeg(ctx, id, "uuid_answer", "")
	if err == nil {
		a.with(id, func(l *leg) { l.answered = true })
	}
	return command("Answer", err)
}

// answerUp answers a call that is up: the ringing ends, and no event will tell. A
// controller that is started again reads from the channel that it was answered.
func (a *Adapter) answerUp(ctx context.Context, id engine.LegID) error {
	if err := a.onLeg(ctx, id, "uuid_break", "all"); err != nil {
		return err
	}
	if err := a.onLeg(ctx, id, "uuid_setvar", upVariable+" "+notUp); err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if l := a.legs[id]; l != nil && !l.told {
		l.answered, l.told = true, true
		a.made.Emit(engine.LegAnswered{Leg: id, At: time.Now()})
	}
	return nil
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
	early, later, before := false, false, engine.Cause(0)
	if !a.with(id, func(l *leg) {
		before = l.cause
		later = cause == engine.CauseCongestion && l.inbound && !l.answered
		if l.cause == 0 {
			l.cause = cause
		}
		l.kill = !l.created
		early = l.kill && l.dialling
	}) {
		return &gone{"leg " + string(id)}
	}
	if early {
		return nil // there is no channel yet: it is ended when it is made
	}
	if later {
		// Without it the carrier is only refused; the kill tells whether the leg is there.
		_ = a.onLeg(ctx, id, "uuid_setvar", retryAfter)
	}
	// Without a channel and a request on its way the leg is gone, as far as
	// FreeSWITCH knows.
	err := a.onLeg(ctx, id, "uuid_kill", causeName(cause))
	if kind := classify(err); err != nil && kind != engine.KindTimeout {
		a.with(id, func(l *leg) { l.cause = before })
	}
	return err
}

// retryAfter puts a header into the 503 of a call past the rate: the rate is of a
// second, and so is the time after which the carrier may try again (RFC 3261,
// section 20.33).
const retryAfter = "sip_rh_Retry-After 1"

// killNow ends a channel that nobody wants any more.
func (a *Adapter) killNow(id engine.LegID, cause engine.Cause) {
	if engine.CheckIDs(string(id)) != nil {
		return // not one that we can have asked for
	}
	ctx, cancel := context.WithTimeout(context.Background(), a.opt.CommandTimeout)
	defer cancel()
	_, _ = a.commands.API(ctx, "uuid_kill "+string(id)+" "+causeName(cause)) // when it fails, the channel is gone, or the link is
}

// Mute implements engine.Commands. The leg's sound is silenced on its way in; a
// recording that began before takes it from further out, and is masked.
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

// keyMilliseconds is how long each key sounds.
const keyMilliseconds = "100"

// SendDTMF implements engine.Commands.
func (a *Adapter) SendDTMF(ctx context.Context, id engine.LegID, digits string) error {
	if err := engine.CheckKeys(digits); err != nil {
		return command("SendDTMF", err)
	}
	tones := false
	a.with(id, func(l *leg) { tones = l.tones })
	if tones { // its far side agreed on no telephone-event
		return command("SendDTMF", a.playOn(ctx, id, "tone_stream://d="+keyMilliseconds+";w="+keyMilliseconds+";"+digits, func(engine.RoomID) {}))
	}
	return command("SendDTMF", a.onLeg(ctx, id, "uuid_send_dtmf", digits+"@"+keyMilliseconds))
}

// tonesOnly says whether a channel's keys can only be tones in the sound, by its
// values once it is answered.
func tonesOnly(get func(string) string) bool { return get("variable_dtmf_type") == "none" }
