package asterisk

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/CyCoreSystems/ari/v6"

	"ringdesk/controller/engine"
)

// with looks at or changes a leg, if it is known.
func (a *Adapter) with(id engine.LegID, f func(*leg)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if l := a.legs[id]; l != nil {
		f(l)
	}
}

// onLeg runs one request about a leg's channel.
func (a *Adapter) onLeg(ctx context.Context, op string, id engine.LegID, request func(ari.Channel, *ari.Key) error) error {
	err := engine.CheckIDs(string(id))
	if err == nil {
		err = a.do(ctx, func() error { return request(a.rest.Channel(), channel(string(id))) })
	}
	return a.legCommand(op, id, err)
}

// notInStasis is what Asterisk says of a channel that is about to come under our
// control, and of one that has just left it because it ends.
const notInStasis = "Channel not in Stasis application"

// legCommand is command for what needs a leg. One that had come under our
// control and is not any more is gone, though its last event is yet to come.
func (a *Adapter) legCommand(op string, id engine.LegID, err error) error {
	if err == nil {
		return nil
	}
	kind := classify(err)
	if kind == engine.KindBusy {
		known, controlled := false, false
		a.with(id, func(l *leg) { known, controlled = true, l.inbound || l.answered || l.called })
		var status *StatusError
		if !known || controlled && errors.As(err, &status) && status.Message == notInStasis {
			kind = engine.KindGone
		}
	}
	return &engine.Error{Op: op, Kind: kind, Err: err}
}

// Ring implements engine.Commands.
func (a *Adapter) Ring(ctx context.Context, leg engine.LegID) error {
	return a.onLeg(ctx, "Ring", leg, ari.Channel.Ring)
}

// Answer implements engine.Commands. Asterisk cannot answer a leg whose caller
// has just hung up, and then says that something went wrong in itself. Should it
// be something else, the caller is not kept waiting either.
func (a *Adapter) Answer(ctx context.Context, id engine.LegID) error {
	up := false
	a.with(id, func(l *leg) { up = l.up })
	if up {
		return a.legCommand("Answer", id, a.answerUp(ctx, id))
	}
	err := a.onLeg(ctx, "Answer", id, ari.Channel.Answer)
	var status *StatusError
	if errors.As(err, &status) && status.Code == http.StatusInternalServerError && status.Message == "Failed to answer channel" {
		// When it fails, the leg is gone already.
		_ = a.raw(ctx, http.MethodDelete, "/channels/"+string(id), nil, nil)
		return &engine.Error{Op: "Answer", Kind: engine.KindGone, Err: err}
	}
	return err
}

// Hangup implements engine.Commands.
func (a *Adapter) Hangup(ctx context.Context, id engine.LegID, cause engine.Cause) error {
	if err := engine.CheckIDs(string(id)); err != nil {
		return command("Hangup", err)
	}
	if cause <= 0 || cause > engine.CauseInterworking {
		cause = engine.CauseNormal
	}
	before, code := engine.Cause(0), cause
	a.with(id, func(l *leg) {
		before = l.cause
		if l.inbound && !l.answered {
			code = refusalCode(cause)
		}
		if l.cause == 0 {
			l.cause = cause
		}
	})
	err := a.raw(ctx, http.MethodDelete, "/channels/"+string(id)+"?reason_code="+strconv.Itoa(int(code)), nil, nil)
	if kind := classify(err); err != nil && kind != engine.KindTimeout {
		a.with(id, func(l *leg) { l.cause = before })
	}
	return command("Hangup", err)
}

// refusalCode is what makes Asterisk refuse a call with the SIP status that
// RFC 3398, section 8.2.6 has for the cause. It knows no 41 and would say 603.
func refusalCode(cause engine.Cause) engine.Cause {
	if cause == engine.CauseFailure {
		return engine.CauseCongestion
	}
	return cause
}

// Mute implements engine.Commands.
func (a *Adapter) Mute(ctx context.Context, leg engine.LegID, on bool) error {
	return a.onLeg(ctx, "Mute", leg, func(c ari.Channel, k *ari.Key) error {
		if on {
			return c.Mute(k, ari.DirectionIn)
		}
		return c.Unmute(k, ari.DirectionIn)
	})
}

// Music implements engine.Commands.
func (a *Adapter) Music(ctx context.Context, id engine.LegID, on bool) error {
	joined := false
	a.with(id, func(l *leg) { joined = l.monitor.id != "" || l.room != "" && !l.held })
	if joined && on {
		return command("Music", errElsewhere) // the room would hear it
	}
	return a.music(ctx, "Music", id, on)
}

func (a *Adapter) music(ctx context.Context, op string, id engine.LegID, on bool) error {
	a.with(id, func(l *leg) { l.wantsMusic = on })
	if on {
		return a.playMusic(ctx, op, id)
	}
	err := a.onLeg(ctx, op, id, ari.Channel.StopMOH)
	if err == nil {
		a.with(id, func(l *leg) { l.music = false })
	}
	return err
}

func (a *Adapter) playMusic(ctx context.Context, op string, id engine.LegID) error {
	a.with(id, func(l *leg) { l.music = true })
	return a.onLeg(ctx, op, id, func(c ari.Channel, k *ari.Key) error { return c.MOH(k, "default") })
}

// musicAgain goes on with the music that a sound has ended.
func (a *Adapter) musicAgain(id engine.LegID) {
	ctx, cancel := context.WithTimeout(context.Background(), a.opt.CommandTimeout)
	defer cancel()
	wanted := func() (yes bool) {
		a.with(id, func(l *leg) { yes = l.wantsMusic })
		return yes
	}
	if !wanted() {
		return
	}
	// When it fails, the leg is gone, or the link is.
	_ = a.playMusic(ctx, "Music", id)
	if !wanted() { // Music or Join came in between
		_ = a.music(ctx, "Music", id, false)
	}
}

// SendDTMF implements engine.Commands.
func (a *Adapter) SendDTMF(ctx context.Context, leg engine.LegID, digits string) error {
	if err := engine.CheckKeys(digits); err != nil {
		return command("SendDTMF", err)
	}
	return a.onLeg(ctx, "SendDTMF", leg, func(c ari.Channel, k *ari.Key) error { return c.SendDTMF(k, digits, nil) })
}

// callerID writes the caller as Asterisk parses it: "name" <number>.
func callerID(name, number string) string {
	clean := func(r rune) rune {
		if r < ' ' || strings.ContainsRune("\"\\<>\x7f", r) {
			return -1
		}
		return r
	}
	runes := []rune(strings.Map(clean, name))
	name = strings.TrimSpace(string(runes[:min(len(runes), 80)]))
	if name == "" && number == "" {
		return ""
	}
	return fmt.Sprintf("%q <%s>", name, number)
}

// Dial implements engine.Commands.
func (a *Adapter) Dial(ctx context.Context, req engine.DialRequest) error {
	err := a.dial(ctx, req)
	if err != nil {
		a.with(req.Leg, func(l *leg) { l.dialling = false })
	}
	return command("Dial", err)
}

func (a *Adapter) dial(ctx context.Context, req engine.DialRequest) error {
	if err := req.Check(); err != nil {
		return err
	}
	to := ""
	if req.Phone != "" {
		var err error
		if to, err = a.endpoint(ctx, req.Phone); err != nil {
			return err
		}
	}
	seconds := max(1, int((req.Timeout+time.Second-1)/time.Second)) // Asterisk counts in whole seconds
	a.mu.Lock()
	if a.legs[req.Leg] != nil {
		a.mu.Unlock()
		return engine.Refuse("leg %s exists already", req.Leg)
	}
	a.legs[req.Leg] = &leg{dialling: true, called: req.Trunk != "", sealed: a.trunks[req.Trunk].EncryptionOrDefault() == engine.EncryptionSDES, expires: time.Now().Add(time.Duration(seconds) * time.Second)}
	a.mu.Unlock()
	switch {
	case req.Trunk != "":
		return a.dialled(ctx, req, a.dialOut(ctx, req, seconds))
	case to == "": // known, but not there: an ordinary end
		a.made.Emit(engine.LegEnded{Leg: req.Leg, At: time.Now(), Cause: engine.CauseAbsent})
		return nil
	default:
		return a.dialled(ctx, req, a.originate(ctx, req, to, seconds))
	}
}

// originate calls a phone.
func (a *Adapter) originate(ctx context.Context, req engine.DialRequest, to string, seconds int) error {
	variables := dialVariables(req)
	variables["FORWARD_CONTEXT"] = "redirected" // where a redirect to a number leads: nowhere (SEC-2)
	return a.do(ctx, func() error {
		_, err := a.rest.Channel().Originate(nil, ari.OriginateRequest{
			Endpoint: to, Timeout: seconds, CallerID: callerID(req.CallerName, req.CallerID), ChannelID: string(req.Leg),
			App: a.opt.App, AppArgs: argDialled, Originator: string(req.Like), Variables: variables,
		})
		return err
	})
}

// dialVariables are those of every dialled channel.
func dialVariables(req engine.DialRequest) map[string]string {
	variables := map[string]string{}
	if req.Call != "" {
		variables["PJSIP_HEADER(add,X-Ringdesk-Call)"] = req.Call
	}
	return variables
}

// dialled decides what a reply to a dial means. Asterisk gives the same error
// for a phone that does not exist and for one that is not registered; the
// second is an ordinary end of the leg.
func (a *Adapter) dialled(ctx context.Context, req engine.DialRequest, err error) error {
	if err == nil {
		a.with(req.Leg, func(l *leg) { l.dialling = false })
		return nil
	}
	kind := classify(err)
	if kind == engine.KindTimeout || kind == engine.KindUnreachable {
		return err // it may ring: its events decide
	}
	var status *StatusError
	if errors.As(err, &status) && status.Code == http.StatusInternalServerError && a.known(ctx, req.Phone+req.Trunk) {
		cause := engine.CauseAbsent
		if req.Trunk != "" {
			cause = engine.CauseOutOfOrder
		}
		a.made.Emit(engine.LegEnded{Leg: req.Leg, At: time.Now(), Cause: cause})
		return nil
	}
	a.mu.Lock()
	delete(a.legs, req.Leg)
	a.mu.Unlock()
	return err
}

// known says whether a phone or trunk has been put.
func (a *Adapter) known(ctx context.Context, id string) bool {
	return a.raw(ctx, http.MethodGet, dynamic+"endpoint/"+id, nil, nil) == nil
}

// TestCall implements engine.Commands. A Local channel has two halves: one is
// the call that arrives, the other plays speech.
func (a *Adapter) TestCall(ctx context.Context, from, to string) error {
	if err := errors.Join(engine.CheckNumber(to), engine.CheckCallerID(from)); err != nil {
		return command("TestCall", err)
	}
	name := rand.Text()
	return command("TestCall", a.do(ctx, func() error {
		_, err := a.rest.Channel().Originate(nil, ari.OriginateRequest{
			Endpoint: "Local/" + to + "@from-trunk/n", CallerID: callerID("", from), Timeout: 3600,
			ChannelID: "speech-" + name, OtherChannelID: "test-" + name, // the second one arrives
			Context: "testcall", Extension: "s", Priority: 1,
		})
		return err
	}))
}
