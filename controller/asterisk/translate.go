package asterisk

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/CyCoreSystems/ari/v6"

	"ringdesk/controller/engine"
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

// decode gives nil for types that nobody asked for; a few come before the
// filter is set.
func decode(data []byte) (ari.Event, error) {
	var head struct {
		Type string `json:"type"`
	}
	if err := json.Unmarshal(data, &head); err != nil {
		return nil, fmt.Errorf("event: %w", err)
	}
	if !slices.Contains(wanted, head.Type) {
		return nil, nil
	}
	e, err := ari.DecodeEvent(data)
	if err != nil {
		return nil, fmt.Errorf("event %s: %w", head.Type, err)
	}
	return e, nil
}

const (
	argInbound = "inbound" // first argument of Stasis in extensions.conf
	argDialled = "dialled" // of legs that we made
	argSnoop   = "snoop"   // of channels that record
	snoopID    = "snoop-"  // their ids are this and the recording's
)

// translate turns one of Asterisk's events into at most one of the port's.
func (a *Adapter) translate(e ari.Event, handle func(engine.Event)) {
	if out := a.translated(e); out != nil {
		handle(out)
	}
}

func (a *Adapter) translated(e ari.Event) engine.Event {
	a.mu.Lock()
	defer a.mu.Unlock()
	switch e := e.(type) {
	case *ari.StasisStart:
		return a.entered(e)
	case *ari.ChannelStateChange:
		return a.stateChanged(e)
	case *ari.Dial:
		if e.Dialstatus == "PROGRESS" {
			return a.rings(engine.LegID(e.Peer.ID), at(e.Timestamp))
		}
		return nil
	case *ari.ChannelHangupRequest:
		if l := a.legs[engine.LegID(e.Channel.ID)]; l != nil {
			l.hungUp = true
			l.cause = cmp.Or(l.cause, engine.Cause(e.Cause))
		}
		return nil
	case *ari.StasisEnd:
		return a.ended(engine.LegID(e.Channel.ID), at(e.Timestamp), 0)
	case *ari.ChannelDestroyed:
		return a.ended(engine.LegID(e.Channel.ID), at(e.Timestamp), engine.Cause(e.Cause))
	case *ari.ChannelEnteredBridge:
		if id := engine.LegID(e.Channel.ID); a.legs[id] != nil && !isMonitor(e.Bridge.ID) {
			a.mixFor(id, engine.RoomID(e.Bridge.ID))
			return engine.LegJoined{Room: engine.RoomID(e.Bridge.ID), Leg: id, At: at(e.Timestamp)}
		}
	case *ari.ChannelLeftBridge:
		if id := engine.LegID(e.Channel.ID); a.legs[id] != nil && !isMonitor(e.Bridge.ID) {
			return engine.LegParted{Room: engine.RoomID(e.Bridge.ID), Leg: id, At: at(e.Timestamp)}
		}
	case *ari.ChannelDtmfReceived:
		if id := engine.LegID(e.Channel.ID); a.legs[id] != nil {
			return engine.DTMF{Leg: id, At: at(e.Timestamp), Digit: e.Digit}
		}
	case *ari.PlaybackFinished:
		return a.played(e)
	case *ari.RecordingStarted:
		return a.recordStarted(e)
	case *ari.RecordingFinished:
		return a.recordEnded(e.Recording.TargetURI, at(e.Timestamp), "")
	case *ari.RecordingFailed:
		return a.recordEnded(e.Recording.TargetURI, at(e.Timestamp), "Asterisk could not write it: "+e.Recording.Cause)
	}
	return nil
}

// at is the engine's clock, to a millisecond.
func at(t ari.DateTime) time.Time { return time.Time(t) }

// entered handles a channel that came under our control: a call from outside,
// or a dialled leg that was answered.
func (a *Adapter) entered(e *ari.StasisStart) engine.Event {
	id := engine.LegID(e.Channel.ID)
	l := a.legs[id]
	if len(e.Args) == 0 {
		return nil
	}
	switch e.Args[0] {
	case argInbound:
		if l != nil {
			return nil // the snapshot had it
		}
		arrived := arrivedLeg(id, at(e.Timestamp), e.Channel.Name, caller(e.Channel.Caller), e.Args)
		a.legs[id] = &leg{inbound: true, arrived: arrived, limit: a.leases.Arrived()}
		return arrived
	case argDialled:
		if l == nil {
			l = &leg{}
			a.legs[id] = l
		}
		if l.answered {
			return nil
		}
		l.answered, l.dialling = true, false
		return engine.LegAnswered{Leg: id, At: at(e.Timestamp)}
	}
	return nil
}

func (a *Adapter) stateChanged(e *ari.ChannelStateChange) engine.Event {
	id := engine.LegID(e.Channel.ID)
	l := a.legs[id]
	if l == nil {
		return nil
	}
	switch {
	case e.Channel.State == "Ringing":
		return a.rings(id, at(e.Timestamp))
	case e.Channel.State == "Up" && l.inbound && !l.answered:
		// A dialled leg's answer is its StasisStart: only then can it be joined.
		l.answered = true
		return engine.LegAnswered{Leg: id, At: at(e.Timestamp)}
	}
	return nil
}

// rings handles SIP 180 and 183, of which the first counts. Carriers send 183
// with the ringing, or an announcement, as early media.
func (a *Adapter) rings(id engine.LegID, when time.Time) engine.Event {
	l := a.legs[id]
	if l == nil || l.inbound || l.ringing || l.answered {
		return nil
	}
	l.ringing = true
	return engine.LegRinging{Leg: id, At: when}
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
		a.emitLocked(e)
	}
	return engine.LegEnded{Leg: id, At: when, Cause: l.endCause(when, cause)}
}

// endCause decides between what Asterisk said last and what was known before.
func (l *leg) endCause(when time.Time, last engine.Cause) engine.Cause {
	switch {
	case l.cause == engine.CauseInterworking && l.inbound && !l.answered:
		return engine.CauseNormal // Asterisk's word for a CANCEL without a Reason
	case l.cause != 0:
		return normal(l.cause)
	case !l.inbound && !l.answered && !l.expires.IsZero() && !when.Before(l.expires.Add(-50*time.Millisecond)):
		return engine.CauseNoAnswer // Asterisk gave up ringing, and names no cause
	case last != 0:
		return normal(last)
	default:
		return engine.CauseNormal // a BYE without a Reason
	}
}

// normal joins causes of temporary failures, which Asterisk takes SIP 500 and
// 503 and lost sound for, into the one of RFC 3398, section 7.2.4.1.
func normal(c engine.Cause) engine.Cause {
	switch c {
	case 34, 38, 44: // no circuit, network out of order, channel not available
		return engine.CauseFailure
	case 58, 88: // the far side takes none of our codecs (SIP 488)
		return engine.CauseFailure
	case 22, 28: // number changed (SIP 410), number incomplete (SIP 484)
		return engine.CauseUnallocated
	default:
		return c
	}
}

func (a *Adapter) played(e *ari.PlaybackFinished) engine.Event {
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
		l.cut = append(l.cut, engine.PlaybackEnded{Playback: id, At: at(e.Timestamp)})
		return nil
	case l != nil && l.wantsMusic:
		go a.musicAgain(p.leg)
	}
	return engine.PlaybackEnded{Playback: id, At: at(e.Timestamp), Failed: failed}
}

// recordingOf reads the recording's id from where it records: our snoop channel.
func recordingOf(target string) (engine.RecordingID, bool) {
	id, ok := strings.CutPrefix(target, "channel:"+snoopID)
	return engine.RecordingID(id), ok
}

func (a *Adapter) recordStarted(e *ari.RecordingStarted) engine.Event {
	id, ok := recordingOf(e.Recording.TargetURI)
	if !ok {
		return nil
	}
	return engine.RecordingStarted{Recording: id, At: at(e.Timestamp)}
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
// extensions.conf: inbound, the number dialled, the caller's presentation.
func arrivedLeg(id engine.LegID, when time.Time, channelName string, from party, args []string) engine.LegArrived {
	arg := func(i int) string {
		if i < len(args) {
			return args[i]
		}
		return ""
	}
	e := engine.LegArrived{Leg: id, At: when, From: from.number, Name: from.name, To: arg(1), Trunk: trunkOf(channelName)}
	if strings.HasPrefix(arg(2), "prohib") || withheld(from.number) {
		e.From, e.Name = "", ""
	}
	return e
}

// party is a caller's number and name.
type party struct{ name, number string }

func caller(c *ari.CallerID) party {
	if c == nil {
		return party{}
	}
	return party{c.Name, c.Number}
}

// withheld says whether a SIP user part stands for no number (RFC 3323, section
// 4.1.1.3, and what carriers write).
func withheld(number string) bool {
	return slices.Contains([]string{"anonymous", "unavailable", "unknown", "restricted", "private", "asterisk"}, strings.ToLower(number))
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
