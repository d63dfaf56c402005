package freeswitch

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/percipia/eslgo"

	"ringdesk/controller/engine"
)

// Variables of channels that say what a channel is to us. The dialplan and
// dial set them.
const (
	roleVariable  = "ringdesk_role" // one of the roles
	trunkVariable = "ringdesk_trunk"

	roleInbound = "inbound" // waits for the controller, or is under its control
	roleDialled = "dialled"
)

// translate turns one of FreeSWITCH's events into the port's.
func (a *Adapter) translate(e *eslgo.Event, handle func(engine.Event)) {
	a.mu.Lock()
	out := a.translated(e)
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
	case "CHANNEL_PROGRESS", "CHANNEL_PROGRESS_MEDIA":
		return one(a.rings(id, when))
	case "CHANNEL_ANSWER":
		// A dialled leg's answer is its parking: only then can it be joined.
		if l := a.legs[id]; l != nil && l.inbound {
			return one(a.connected(id, when))
		}
	case "CHANNEL_PARK":
		return one(a.parked(e, id, when))
	case "CHANNEL_HANGUP_COMPLETE":
		if l := a.legs[id]; l != nil {
			status := strings.TrimPrefix(e.GetHeader("variable_sip_invite_failure_status"), "sip:")
			if status == "" {
				status = e.GetHeader("variable_sip_term_status")
			}
			return a.ended(id, when, l.endCause(e.GetHeader("Hangup-Cause"), status))
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

func (a *Adapter) connected(id engine.LegID, when time.Time) engine.Event {
	l := a.legs[id]
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
		a.legs[id] = &leg{inbound: true, created: true, arrived: arrived, limit: a.leases.Arrived()}
		return arrived
	}
	if !l.inbound && e.GetHeader("Answer-State") == "answered" {
		return a.connected(id, when)
	}
	return nil
}

// created is when a channel was made.
func created(get func(string) string) time.Time { return at(get("Caller-Channel-Created-Time")) }

// arrivedLeg describes a call from outside by its channel's values.
func arrivedLeg(id engine.LegID, when time.Time, get func(string) string) engine.LegArrived {
	e := engine.LegArrived{
		Leg: id, At: when, From: get("Caller-Caller-ID-Number"), Name: get("Caller-Caller-ID-Name"),
		To: get("variable_ringdesk_dialled"), Trunk: get("variable_" + trunkVariable),
	}
	if get("Caller-Privacy-Hide-Number") == "true" || withheld(e.From) {
		e.From, e.Name = "", ""
	}
	if e.Name == e.From {
		e.Name = "" // FreeSWITCH's word for none
	}
	return e
}

// withheld says whether a SIP user part stands for no number (RFC 3323, section
// 4.1.1.3, and what carriers write).
func withheld(number string) bool {
	return slices.Contains([]string{"anonymous", "unavailable", "unknown", "restricted", "private", "0000000000"}, strings.ToLower(number))
}

// ended forgets a leg, and ends what it heard, which its end has cut off.
func (a *Adapter) ended(id engine.LegID, when time.Time, cause engine.Cause) []engine.Event {
	l := a.legs[id]
	if l == nil {
		return nil
	}
	cut := a.endPlays(id, l, when)
	delete(a.legs, id)
	if l.entered != nil {
		close(l.entered)
	}
	for _, other := range a.legs {
		if other.monitor == id {
			other.monitor = ""
		}
	}
	return append(one(engine.LegEnded{Leg: id, At: when, Cause: cause}), cut...)
}

// jobEnded handles the end of a dialling that made no channel; else its
// channel tells.
func (a *Adapter) jobEnded(e *eslgo.Event, when time.Time) []engine.Event {
	id := engine.LegID(e.GetHeader("Job-UUID"))
	l := a.legs[id]
	if l == nil || l.inbound || l.created {
		return nil
	}
	text, failed := strings.CutPrefix(strings.TrimSpace(string(e.Body)), "-ERR")
	if !failed {
		return nil
	}
	return a.ended(id, when, l.endCause(strings.TrimSpace(text), ""))
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
		l.in, l.member = room, e.GetHeader("Member-ID")
		if l.entered != nil && l.room == room {
			close(l.entered)
			l.entered = nil
		}
		return one(engine.LegJoined{Room: room, Leg: id, At: when})
	case "del-member":
		l := a.legs[id]
		if l == nil || l.in != room {
			return nil
		}
		l.in, l.member = "", ""
		return one(engine.LegParted{Room: room, Leg: id, At: when})
	case "play-file-member-done":
		return a.soundEnded(e, when)
	}
	return nil
}
