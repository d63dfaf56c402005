package asterisk

import (
	"cmp"
	"encoding/base64"
	"strings"
	"time"

	"github.com/CyCoreSystems/ari/v6"

	"ringdesk/controller/asterisk/message"
	"ringdesk/controller/engine"
	"ringdesk/controller/engine/callerid"
)

// wanted are the types of event that Asterisk shall send; filtering them there
// nearly doubles the calls per second that it manages.
var wanted = []string{
	ari.Events.ApplicationReplaced,
	ari.Events.ChannelDestroyed,
	ari.Events.ChannelDtmfReceived,
	ari.Events.ChannelEnteredBridge,
	ari.Events.ChannelHangupRequest,
	ari.Events.ChannelLeftBridge,
	ari.Events.ChannelStateChange,
	ari.Events.ChannelUserevent, // probes
	ari.Events.Dial,             // the only one that tells of SIP 183
	ari.Events.PlaybackFinished,
	ari.Events.RecordingFailed,
	ari.Events.RecordingFinished,
	ari.Events.RecordingStarted,
	ari.Events.StasisEnd,
	ari.Events.StasisStart,
}

func eventFilter() any {
	type allowed struct {
		Type string `json:"type"`
	}
	list := make([]allowed, 0, len(wanted))
	for _, t := range wanted {
		list = append(list, allowed{t})
	}
	return map[string]any{"allowed": list}
}

const (
	argInbound = "inbound" // first argument of Stasis in extensions.conf
	argUp      = "up"      // the same of a call that an own extension has answered (DP-3)
	argDialled = "dialled" // of legs that we made
	argSnoop   = "snoop"   // of channels that record
	snoopID    = "snoop-"  // their ids are this and the recording's

	opening = "((((((((=" // before each text that extensions.conf hands over
)

// translate turns one of Asterisk's events into at most one of the port's.
func (a *Adapter) translate(e message.Event, handle func(engine.Event)) {
	if out := a.translated(e); out != nil {
		handle(out)
	}
}

func (a *Adapter) translated(e message.Event) engine.Event {
	a.mu.Lock()
	defer a.mu.Unlock()
	switch e.Type {
	case ari.Events.StasisStart:
		return a.entered(e)
	case ari.Events.ChannelStateChange:
		return a.stateChanged(e)
	case ari.Events.Dial:
		if e.DialStatus == "PROGRESS" { // of what is called over trunks only with sound (ignore_183_without_sdp)
			id := engine.LegID(e.Peer)
			return a.rings(id, e.At, a.legs[id] != nil && a.legs[id].called)
		}
		return nil
	case ari.Events.ChannelHangupRequest:
		if l := a.legs[engine.LegID(e.Channel.ID)]; l != nil {
			l.hungUp = true
			if !l.called || l.answered { // else ChannelDestroyed knows it better
				l.cause = cmp.Or(l.cause, engine.Cause(e.Cause))
			}
		}
		return nil
	case ari.Events.StasisEnd:
		l := a.legs[engine.LegID(e.Channel.ID)]
		if l != nil && l.called && !l.answered {
			return nil // its cause comes with ChannelDestroyed
		}
		if l != nil && l.leaving && !l.hungUp {
			return a.handedOver(engine.LegID(e.Channel.ID), e.At)
		}
		return a.ended(engine.LegID(e.Channel.ID), e.At, 0)
	case ari.Events.ChannelDestroyed:
		return a.ended(engine.LegID(e.Channel.ID), e.At, engine.Cause(e.Cause))
	case ari.Events.ChannelEnteredBridge:
		if id, mixer := strings.CutSuffix(e.Channel.ID, mixerSuffix); mixer {
			a.mixers[id] = engine.RoomID(e.Bridge)
			return nil
		}
		if id := engine.LegID(e.Channel.ID); a.legs[id] != nil && !isMonitor(e.Bridge) {
			a.mixFor(id, engine.RoomID(e.Bridge))
			if a.legs[id].anew {
				a.legs[id].anew = false
				return nil
			}
			return engine.LegJoined{Room: engine.RoomID(e.Bridge), Leg: id, At: e.At}
		}
	case ari.Events.ChannelLeftBridge:
		if id, mixer := strings.CutSuffix(e.Channel.ID, mixerSuffix); mixer {
			delete(a.mixers, id)
			return nil
		}
		if id := engine.LegID(e.Channel.ID); a.legs[id] != nil && !a.legs[id].anew && !isMonitor(e.Bridge) {
			return engine.LegParted{Room: engine.RoomID(e.Bridge), Leg: id, At: e.At}
		}
	case ari.Events.ChannelDtmfReceived:
		if id := engine.LegID(e.Channel.ID); a.legs[id] != nil {
			return engine.DTMF{Leg: id, At: e.At, Digit: e.Digit}
		}
	case ari.Events.PlaybackFinished:
		return a.played(e)
	case ari.Events.RecordingStarted:
		return a.recordStarted(e)
	case ari.Events.RecordingFinished:
		return a.recordEnded(e.Recording.Target, e.At, "")
	case ari.Events.RecordingFailed:
		return a.recordEnded(e.Recording.Target, e.At, "Asterisk could not write it: "+e.Recording.Cause)
	}
	return nil
}

// entered handles a channel that came under our control: a call from outside,
// or a dialled leg that was answered.
func (a *Adapter) entered(e message.Event) engine.Event {
	id := engine.LegID(e.Channel.ID)
	l := a.legs[id]
	if len(e.Args) == 0 {
		return nil
	}
	switch e.Args[0] {
	case argInbound, argUp:
		if l != nil {
			return nil // the snapshot had it
		}
		arrived := arrivedLeg(id, e.At, e.Channel.Name, &ari.CallerID{Name: e.Channel.CallerName, Number: e.Channel.CallerNumber}, e.Args)
		a.legs[id] = &leg{inbound: true, up: e.Args[0] == argUp, arrived: arrived, limit: a.leases.Arrived()}
		return arrived
	case argCalled:
		if l == nil || l.uncalled {
			go a.endUncalled(id)
			return nil
		}
		l.name = e.Channel.Name
	case argDialled:
		if l == nil {
			l = &leg{}
			a.legs[id] = l
		}
		if l.answered {
			return nil
		}
		l.answered, l.dialling = true, false
		return engine.LegAnswered{Leg: id, At: e.At}
	}
	return nil
}

func (a *Adapter) stateChanged(e message.Event) engine.Event {
	id := engine.LegID(e.Channel.ID)
	l := a.legs[id]
	if l == nil {
		return nil
	}
	switch {
	case e.Channel.State == "Ringing":
		return a.rings(id, e.At, false)
	case e.Channel.State == "Up" && (l.inbound || l.called) && !l.answered:
		// An originated leg's answer is its StasisStart: only then can it be joined.
		l.answered = true
		if l.sealed {
			go a.checkSealed(id)
		}
		return engine.LegAnswered{Leg: id, At: e.At}
	}
	return nil
}

// rings handles SIP 180 and 183, of which the first counts, and the first with
// sound. Carriers send it with the ringing, or an announcement, as early media.
func (a *Adapter) rings(id engine.LegID, when time.Time, early bool) engine.Event {
	l := a.legs[id]
	if l == nil || l.inbound || l.answered || l.ringing && (l.early || !early) {
		return nil
	}
	l.ringing, l.early = true, early
	return engine.LegRinging{Leg: id, At: when, Media: early}
}

// ended forgets a leg, so that it ends once although several of Asterisk's
// events say so.
func (a *Adapter) ended(id engine.LegID, when time.Time, cause engine.Cause) engine.Event {
	l := a.legs[id]
	if l == nil {
		return nil
	}
	delete(a.legs, id)
	a.endMonitors(id, l)
	for _, e := range l.cut {
		a.made.Emit(e)
	}
	return engine.LegEnded{Leg: id, At: when, Cause: l.endCause(when, cause, a.unguarded)}
}

// handedOver forgets a leg that goes on in the installation's own dialplan.
func (a *Adapter) handedOver(id engine.LegID, when time.Time) engine.Event {
	end, _ := a.ended(id, when, engine.CauseNormal).(engine.LegEnded)
	end.Cause, end.HandedOver = engine.CauseNormal, true
	return end
}

// endCause decides between what Asterisk said last and what was known before.
// Without the guard, which makes 410 of a redirect, Asterisk tells 16 of most.
func (l *leg) endCause(when time.Time, last engine.Cause, unguarded bool) engine.Cause {
	switch {
	case l.cause == engine.CauseInterworking && l.inbound && !l.answered:
		return engine.CauseNormal // Asterisk's word for a CANCEL without a Reason
	case l.cause != 0:
		return normal(l.cause)
	case l.called && !l.answered && unguarded && last == engine.CauseNormal:
		return engine.CauseNumberChanged
	case !l.inbound && !l.answered && !l.expires.IsZero() && !when.Before(l.expires.Add(-50*time.Millisecond)):
		return engine.CauseNoAnswer // Asterisk gave up ringing, and names no cause
	case last != 0:
		return normal(last)
	default:
		return engine.CauseNormal // a BYE without a Reason
	}
}

// causeRedirected is Asterisk's cause for SIP 302 (Q.850, 23).
const causeRedirected engine.Cause = 23

// normal joins causes of temporary failures, which Asterisk takes SIP 500 and
// 503 and lost sound for, into the one of RFC 3398, section 7.2.4.1.
func normal(c engine.Cause) engine.Cause {
	switch c {
	case 34, 38, 44: // no circuit, network out of order, channel not available
		return engine.CauseFailure
	case 58, 88: // the far side takes none of our codecs (SIP 488)
		return engine.CauseFailure
	case 28: // number incomplete (SIP 484)
		return engine.CauseUnallocated
	case causeRedirected:
		return engine.CauseNumberChanged
	default:
		return c
	}
}

func (a *Adapter) played(e message.Event) engine.Event {
	id := engine.PlaybackID(e.Playback.ID)
	p := a.plays[id]
	failed := ""
	if e.Playback.State == "failed" {
		failed = "Asterisk could not play it"
	}
	var l *leg
	if p != nil {
		l = a.legs[p.leg]
	}
	if l != nil && p.loop && !p.stopped && failed == "" {
		go a.playAgain(id, *p)
		return nil
	}
	delete(a.plays, id)
	switch {
	case l != nil && l.hungUp: // Asterisk ends the sound first, and says that it failed
		l.cut = append(l.cut, engine.PlaybackEnded{Playback: id, At: e.At})
		return nil
	case l != nil && l.wantsMusic:
		go a.musicAgain(p.leg)
	}
	return engine.PlaybackEnded{Playback: id, At: e.At, Failed: failed}
}

// recordingOf reads the recording's id from where it records: our snoop channel.
func recordingOf(target string) (engine.RecordingID, bool) {
	id, ok := strings.CutPrefix(target, "channel:"+snoopID)
	return engine.RecordingID(id), ok
}

func (a *Adapter) recordStarted(e message.Event) engine.Event {
	id, ok := recordingOf(e.Recording.Target)
	if !ok {
		return nil
	}
	return engine.RecordingStarted{Recording: id, At: e.At}
}

func (a *Adapter) recordEnded(target string, when time.Time, failed string) engine.Event {
	id, ok := recordingOf(target)
	if !ok {
		return nil
	}
	if r := a.records[id]; r != nil && !r.stopped && a.legs[r.leg] != nil {
		go a.endSnoop(id) // it ended by itself, at its limit: the snoop stays otherwise
	}
	delete(a.records, id)
	return engine.RecordingEnded{Recording: id, At: when, Failed: failed}
}

// applyMade gives an event of our own making, unless its leg ended meanwhile.
func (a *Adapter) applyMade(e engine.Event, handle func(engine.Event)) {
	if end, ok := e.(engine.LegEnded); ok {
		a.mu.Lock()
		known := a.ended(end.Leg, end.At, end.Cause)
		a.mu.Unlock()
		if known == nil {
			return
		}
		e = known
	}
	handle(e)
}

// arrivedLeg describes a call from outside. args are those of Stasis in
// extensions.conf: inbound, who was dialled, and the INVITE's From,
// P-Asserted-Identity, Remote-Party-ID and Privacy; where From is missing, as in
// test calls, from is who calls. A seventh is the To of calls that are addressed to
// our registration.
func arrivedLeg(id engine.LegID, when time.Time, channelName string, from *ari.CallerID, args []string) engine.LegArrived {
	e := engine.LegArrived{Leg: id, At: when, To: callerid.Dialled(said(args, 1)), Trunk: trunkOf(channelName)}
	if plain(args) {
		return arrivedPlain(e, from, args)
	}
	if to := said(args, 6); to != "" {
		e.To = callerid.DialledBy(to)
	}
	who := callerid.Read(callerid.Headers{From: said(args, 2), Asserted: said(args, 3), RemoteParty: said(args, 4), Privacy: said(args, 5)})
	if said(args, 2) == "" && from != nil {
		who = callerid.Plain(from.Number, from.Name)
	}
	e.From, e.Address, e.Name = who.Number, who.Address, who.Name
	return e
}

// plain says whether a call comes from the dialplan of an earlier ringdesk, which an
// Asterisk keeps that had calls when the controller was upgraded.
func plain(args []string) bool { return len(args) == 3 && said(args, 1) == "" }

// arrivedPlain reads the arguments of such a dialplan: inbound, who was dialled, and
// whether the caller may be shown.
func arrivedPlain(e engine.LegArrived, from *ari.CallerID, args []string) engine.LegArrived {
	e.To = callerid.Dialled(args[1])
	if from != nil && !strings.HasPrefix(args[2], "prohib") {
		who := callerid.Plain(from.Number, from.Name)
		e.From, e.Address, e.Name = who.Number, who.Address, who.Name
	}
	return e
}

// said is a part of the INVITE that extensions.conf hands over.
func said(args []string, i int) string {
	if i >= len(args) {
		return ""
	}
	text, _ := base64.StdEncoding.DecodeString(args[i]) // what was cut off is missing at its end
	after, ok := strings.CutPrefix(string(text), opening)
	if !ok {
		return ""
	}
	return after
}

// trunkOf reads the endpoint from a channel's name, such as
// "PJSIP/carrier-0000002a"; test calls have none.
func trunkOf(channelName string) string {
	name, ok := strings.CutPrefix(channelName, "PJSIP/")
	if !ok {
		return ""
	}
	if i := strings.LastIndexByte(name, '-'); i >= 0 {
		name = name[:i]
	}
	return name
}
