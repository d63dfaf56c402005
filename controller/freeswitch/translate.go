package freeswitch

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"github.com/percipia/eslgo"

	"ringdesk/controller/engine"
	"ringdesk/controller/engine/callerid"
)

// Variables of channels that say what a channel is to us. The dialplan and
// dial set them.
const (
	roleVariable  = "ringdesk_role" // one of the roles
	trunkVariable = "ringdesk_trunk"
	// callerVariable is who calls, where an own extension says so (DP-3).
	callerVariable = "ringdesk_caller"
	// upVariable is when FreeSWITCH has answered a call without an offer by itself
	// (sip.xml, enable-3pcc), until it is answered for the controller; else notUp.
	upVariable = "ringdesk_up"
	notUp      = "0"

	roleInbound = "inbound" // waits for the controller, or is under its control
	roleDialled = "dialled"
)

// translate turns one of FreeSWITCH's events into the port's.
func (a *Adapter) translate(e *eslgo.Event, handle func(engine.Event)) {
	a.mu.Lock()
	out := a.translated(e)
	if l := a.legs[engine.LegID(e.GetHeader("Unique-ID"))]; l != nil {
		l.speaks(e.GetHeader)
	}
	a.mu.Unlock()
	for _, ev := range out {
		handle(ev)
	}
}

// one gives an event that may be nil.
func one(e engine.Event) []engine.Event {
	if e == nil {
		return nil
	}
	return []engine.Event{e}
}

func (a *Adapter) translated(e *eslgo.Event) []engine.Event {
	id, when := engine.LegID(e.GetHeader("Unique-ID")), at(e.GetHeader("Event-Date-Timestamp"))
	switch e.GetName() {
	case "CHANNEL_CREATE":
		a.created(id, e.GetHeader("variable_"+roleVariable))
	case "CHANNEL_PROGRESS":
		return one(a.rings(id, when, false))
	case "CHANNEL_PROGRESS_MEDIA":
		if l := a.legs[id]; l != nil && !l.hears { // else its parking follows
			return one(a.rings(id, when, false))
		}
	case "CHANNEL_ANSWER":
		// A dialled leg's answer is its parking, if that is yet to come: only then can
		// it be joined. Events of two threads may overtake each other.
		if l := a.legs[id]; l != nil && (l.inbound || l.early) {
			return one(a.connected(e, id, when))
		} else if l != nil {
			l.up = true
		}
	case "CHANNEL_PARK":
		out := one(a.parked(e, id, when))
		if l := a.legs[id]; l != nil {
			out = append(out, a.placed(id, l, engine.RoomID(e.GetHeader("variable_"+inVariable)), when)...)
		}
		return out
	case "CHANNEL_BRIDGE":
		return a.bridged(e, when)
	case "CHANNEL_HANGUP_COMPLETE":
		if l := a.legs[id]; l != nil {
			parted := l.moved(id, "", when)
			return append(parted, a.ended(id, when, l.endCause(e.GetHeader("Hangup-Cause"), finalStatus(e)))...)
		}
	case "BACKGROUND_JOB":
		return a.jobEnded(e, when)
	case "DTMF":
		if a.legs[id] != nil {
			return one(engine.DTMF{Leg: id, At: when, Digit: e.GetHeader("DTMF-Digit")})
		}
	case "RECORD_START", "RECORD_STOP":
		return one(a.recorded(e, when))
	case "PLAYBACK_STOP":
		return a.soundEnded(e, when)
	case "CUSTOM":
		switch e.GetHeader("Event-Subclass") {
		case "conference::maintenance":
			return a.conference(e, id, when)
		case "sofia::gateway_state":
			a.gatewayAnswered(e)
		}
	}
	return nil
}

// finalStatus is the SIP status that the far side refused a call with, or empty.
// Of a redirect only one variable tells, and of others it does not.
func finalStatus(e *eslgo.Event) string {
	if status, ok := strings.CutPrefix(e.GetHeader("variable_proto_specific_hangup_cause"), "sip:"); ok && strings.HasPrefix(status, "3") {
		return status
	}
	return strings.TrimPrefix(cmp.Or(e.GetHeader("variable_sip_invite_failure_status"), e.GetHeader("variable_sip_term_status")), "sip:")
}

// at is the engine's clock, in microseconds since 1970.
func at(text string) time.Time {
	us, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return time.Now()
	}
	return time.UnixMicro(us)
}

// created notes that FreeSWITCH has a channel for a leg that is dialled, and
// ends it when it was hung up before. One that nobody knows is ended, too: it was
// asked for before the link broke and came after the snapshot, or an earlier
// controller asked for it. Else it would ring, and be parked for ever.
func (a *Adapter) created(id engine.LegID, role string) {
	l := a.legs[id]
	if l == nil {
		if role == roleDialled {
			go a.killNow(id, engine.CauseNormal)
		}
		return
	}
	l.created, l.dialling = true, false
	if l.kill {
		go a.killNow(id, l.cause)
	}
}

// speaks notes the codec of a leg's sound, so that nobody has to ask for it.
func (l *leg) speaks(get func(string) string) {
	if name, rate := get("Channel-Read-Codec-Name"), get("Channel-Read-Codec-Rate"); name != "" && rate != "" {
		l.codec, l.rate = name, rate
	}
}

// rings handles SIP 180 and 183, of which the first counts, and the first with
// sound. Carriers send 183 with the ringing, or an announcement, as early media.
func (a *Adapter) rings(id engine.LegID, when time.Time, early bool) engine.Event {
	l := a.legs[id]
	if l == nil || l.inbound || l.answered || l.ringing && (l.early || !early) {
		return nil
	}
	l.ringing, l.early = true, early
	return engine.LegRinging{Leg: id, At: when, Media: early}
}

func (a *Adapter) connected(e *eslgo.Event, id engine.LegID, when time.Time) engine.Event {
	l := a.legs[id]
	l.tones = tonesOnly(e.GetHeader)
	if l.told {
		return nil
	}
	l.answered, l.told = true, true
	return engine.LegAnswered{Leg: id, At: when}
}

// parked handles a channel that came under our control: a call from outside, or
// a dialled leg that was answered. Legs are also parked later.
func (a *Adapter) parked(e *eslgo.Event, id engine.LegID, when time.Time) engine.Event {
	l := a.legs[id]
	if l == nil {
		if e.GetHeader("variable_"+roleVariable) != roleInbound {
			return nil
		}
		arrived := arrivedLeg(id, created(e.GetHeader), e.GetHeader)
		a.legs[id] = &leg{inbound: true, created: true, arrived: arrived, limit: a.leases.Arrived(),
			up: e.GetHeader("Answer-State") == "answered", tones: tonesOnly(e.GetHeader)}
		return arrived
	}
	switch {
	case l.inbound:
		return nil
	case l.up, e.GetHeader("Answer-State") == "answered":
		return a.connected(e, id, when)
	default:
		return a.rings(id, when, true)
	}
}

// created is when a channel was made.
func created(get func(string) string) time.Time { return at(get("Caller-Channel-Created-Time")) }

// arrivedLeg describes a call from outside by its channel's values.
func arrivedLeg(id engine.LegID, when time.Time, get func(string) string) engine.LegArrived {
	e := engine.LegArrived{
		Leg: id, At: when, To: callerid.Dialled(get("variable_ringdesk_dialled")), Trunk: get("variable_" + trunkVariable),
	}
	who := callerid.Read(callerid.Headers{
		From: fromHeader(get), Asserted: get("variable_sip_P-Asserted-Identity"),
		RemoteParty: get("variable_sip_Remote-Party-ID"), Privacy: get("variable_sip_Privacy"),
	})
	if by := get("variable_" + callerVariable); by != "" { // an own extension says so
		who = callerid.Plain(by, "")
	} else if get("variable_sip_call_id") == "" { // a test call
		who = callerid.Plain(get("Caller-Caller-ID-Number"), get("Caller-Caller-ID-Name"))
	}
	e.From, e.Address, e.Name = who.Number, who.Address, who.Name
	return e
}

// escapes keeps a user part that FreeSWITCH has unescaped from being read as more.
var escapes = strings.NewReplacer("%", "%25", "@", "%40", ":", "%3A", "<", "%3C", ">", "%3E")

// fromHeader gives the INVITE's From. FreeSWITCH cuts the user part off at a
// semicolon there, and keeps it whole elsewhere; a header field with "${" in it is
// not kept at all.
func fromHeader(get func(string) string) string {
	full, user, host := get("variable_sip_full_from"), get("variable_sip_from_user"), get("variable_sip_from_host")
	if host == "" || user == "" {
		return full
	}
	display := `"` + get("Caller-Caller-ID-Name") + `"`
	if uri := strings.LastIndexByte(full, '<'); uri >= 0 {
		display = full[:uri]
	}
	return display + "<sip:" + escapes.Replace(user) + "@" + host + ">"
}

// ended forgets a leg, and ends what it heard, which its end has cut off.
func (a *Adapter) ended(id engine.LegID, when time.Time, cause engine.Cause) []engine.Event {
	l := a.legs[id]
	if l == nil {
		return nil
	}
	cut := a.endPlays(id, l, when)
	a.unpair(id, l)
	delete(a.legs, id)
	l.arrives()
	for _, other := range a.legs {
		if other.monitor == id {
			other.monitor = ""
		}
	}
	return append(one(engine.LegEnded{Leg: id, At: when, Cause: cause}), cut...)
}

// jobEnded handles the end of a dialling that made no channel, and of a recording
// that did not begin; else their own events tell.
func (a *Adapter) jobEnded(e *eslgo.Event, when time.Time) []engine.Event {
	text, failed := strings.CutPrefix(strings.TrimSpace(string(e.Body)), "-ERR")
	if !failed {
		return nil
	}
	job, text := e.GetHeader("Job-UUID"), strings.TrimSpace(text)
	if rec, ok := strings.CutPrefix(job, recordJob); ok {
		return one(a.notRecorded(engine.RecordingID(rec), text, when))
	}
	id := engine.LegID(job)
	l := a.legs[id]
	if l == nil || l.inbound || l.created {
		return nil
	}
	return a.ended(id, when, l.endCause(text, ""))
}

// conference handles what happens in rooms.
func (a *Adapter) conference(e *eslgo.Event, id engine.LegID, when time.Time) []engine.Event {
	room := engine.RoomID(e.GetHeader("Conference-Name"))
	switch e.GetHeader("Action") {
	case "add-member":
		l := a.legs[id]
		if l == nil {
			return nil
		}
		l.member, l.with = e.GetHeader("Member-ID"), ""
		if l.room == room {
			l.arrives()
		}
		return l.moved(id, room, when)
	case "del-member":
		l := a.legs[id]
		if l == nil || l.in != room || l.member == "" {
			return nil
		}
		l.member = ""
		return l.moved(id, "", when)
	case "play-file-member-done":
		return a.soundEnded(e, when)
	}
	return nil
}
