package memory

import (
	"net/netip"
	"strings"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/controller/engine/callerid"
)

// Reply is what a called Line does by itself.
type Reply int

// The replies. With Wait, only the Line's methods decide.
const (
	Wait Reply = iota
	Accept
	Decline
	Busy
)

// Manner is what a Line does by itself.
type Manner struct {
	Ring     time.Duration // from the invitation to saying that it rings
	Silent   bool          // it never says that it rings
	Early    bool          // the carrier sends sound with the ringing (SIP 183)
	Reply    Reply
	After    time.Duration // from the invitation to the Reply
	Patience time.Duration // calling: gives up when not answered by then; 0 waits for ever
	Talk     time.Duration // hangs up so long after the answer; 0 stays
}

// Line is a far side: a customer's or an agent's phone. It has one call at a
// time. Its methods may be called at any time, and do nothing where the state
// of its call does not fit.
type Line struct {
	sw     *Switch
	uri    string
	number string
	name   string
	host   netip.Addr
	// headers are what the line's INVITE says in place of number and name.
	headers *callerid.Headers
	offers  []string // calling: SDP's names; nil offers what the trunk takes

	// All below is guarded by the switch's mu.
	manner   Manner
	leg      *leg // nil when idle
	says     int
	paused   bool
	invited  Invited
	ringing  bool
	final    int
	answered time.Time
	ended    Ended
	digits   strings.Builder
	heard    soundLog
	timers   []*timer
	busyTill time.Time // when the last key pressed will be up
}

// Invited is the call that reached a Line.
type Invited struct {
	At     time.Time
	Number string
	Name   string
	Call   string   // header X-Ringdesk-Call
	Codecs []string // offered, preferred first
}

// Ended is how the engine ended a Line's call.
type Ended struct {
	At     time.Time
	Method string // "BYE" or "CANCEL"
	Cause  engine.Cause
}

// Line makes a phone which is dialled by its URI, "sip:USER@HOST".
func (s *Switch) Line(uri string, m Manner) *Line {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := &Line{sw: s, uri: uri, manner: m}
	s.lines[uri] = l
	return l
}

// Register makes the line the one that a Phone without Contact is dialled at,
// as a browser does that registers; nil ends that.
func (s *Switch) Register(phone string, l *Line) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if l == nil {
		delete(s.registered, phone)
		return
	}
	s.registered[phone] = l
}

// Subscriber makes a phone that outbound calls to number reach, over any trunk
// that takes outbound calls.
func (s *Switch) Subscriber(number string, m Manner) *Line {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := &Line{sw: s, number: number, manner: m}
	s.numbers[number] = l
	return l
}

// Caller makes a phone behind a carrier whose calls come from host. An empty
// number is withheld.
func (s *Switch) Caller(host netip.Addr, number, name string, m Manner) *Line {
	return &Line{sw: s, host: host, number: number, name: name, manner: m}
}

// CallerBy is a Caller whose INVITE has these header fields.
func (s *Switch) CallerBy(host netip.Addr, headers callerid.Headers, m Manner) *Line {
	return &Line{sw: s, host: host, headers: &headers, manner: m}
}

// Forget takes a phone or subscriber off the switch.
func (s *Switch) Forget(l *Line) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for uri, other := range s.lines {
		if other == l {
			delete(s.lines, uri)
		}
	}
	for number, other := range s.numbers {
		if other == l {
			delete(s.numbers, number)
		}
	}
}

// URI is where the line is dialled.
func (l *Line) URI() string { return l.uri }

// Call calls a business number.
func (l *Line) Call(to string) {
	l.sw.mu.Lock()
	defer l.sw.mu.Unlock()
	if l.leg != nil {
		return
	}
	l.reset()
	l.sw.arrive(l, to, true)
	l.expectAnswer()
}

// Codecs sets the codecs that the line offers when it calls, by SDP's names in
// lower case.
func (l *Line) Codecs(names ...string) {
	l.sw.mu.Lock()
	defer l.sw.mu.Unlock()
	l.offers = names
}

// expectAnswer gives up after the line's patience. The caller holds mu.
func (l *Line) expectAnswer() {
	leg := l.leg
	if leg == nil || l.manner.Patience <= 0 {
		return
	}
	l.timers = append(l.timers, l.sw.after(l.manner.Patience, func() {
		if !leg.answered && !leg.ended {
			l.final = 487
			l.sw.endLeg(leg, engine.CauseNormal)
		}
	}))
}

// reset makes the line ready for a new call.
func (l *Line) reset() {
	l.invited, l.ringing, l.final, l.answered, l.ended = Invited{}, false, 0, time.Time{}, Ended{}
	l.digits.Reset()
	l.heard = soundLog{}
	l.busyTill = time.Time{}
}

// release drops the line's call.
func (l *Line) release() {
	for _, t := range l.timers {
		t.stop()
	}
	l.timers = nil
	l.heard.set(l.sw.now(), nil)
	l.leg = nil
}

// Answer accepts the call that rings.
func (l *Line) Answer() { l.reply(Accept) }

// Decline refuses it (SIP 603).
func (l *Line) Decline() { l.reply(Decline) }

// Busy refuses it as busy (SIP 486).
func (l *Line) Busy() { l.reply(Busy) }

func (l *Line) reply(r Reply) {
	l.sw.mu.Lock()
	defer l.sw.mu.Unlock()
	l.act(r)
}

// act carries a reply out. The caller holds mu.
func (l *Line) act(r Reply) {
	if l.leg == nil || l.leg.inbound || l.leg.answered {
		return
	}
	switch r {
	case Accept:
		l.final = 200
		l.sw.connect(l.leg)
	case Decline:
		l.final = 603
		l.sw.endLeg(l.leg, engine.CauseRejected)
	case Busy:
		l.final = 486
		l.sw.endLeg(l.leg, engine.CauseBusy)
	}
}

// Refuse refuses it with a SIP status, as carriers do.
func (l *Line) Refuse(status int) {
	l.sw.mu.Lock()
	defer l.sw.mu.Unlock()
	if l.leg == nil || l.leg.inbound || l.leg.answered {
		return
	}
	l.final = status
	l.sw.endLeg(l.leg, causeOf(status))
}

// Silence keeps the line from saying by itself that it rings.
func (l *Line) Silence() {
	l.sw.mu.Lock()
	defer l.sw.mu.Unlock()
	l.manner.Silent = true
}

// Rings says that the line rings (SIP 180).
func (l *Line) Rings() { l.underway(false) }

// Underway says that the call is under way (SIP 183), with sound before the
// answer or without.
func (l *Line) Underway(media bool) {
	if media {
		l.underway(true)
	}
}

func (l *Line) underway(media bool) {
	l.sw.mu.Lock()
	defer l.sw.mu.Unlock()
	if l.leg != nil && !l.leg.inbound {
		l.sw.rings(l.leg, media)
	}
}

// Hangup ends the line's call: BYE, CANCEL, or a refusal.
func (l *Line) Hangup() {
	l.sw.mu.Lock()
	defer l.sw.mu.Unlock()
	switch {
	case l.leg == nil:
	case !l.leg.inbound && !l.leg.answered:
		l.act(Decline)
	default:
		if !l.leg.answered {
			l.final = 487
		}
		l.sw.endLeg(l.leg, engine.CauseNormal)
	}
}

// Say makes the line say a tone; 0 is silence.
func (l *Line) Say(hz int) { l.sound(func() { l.says = hz }) }

// Pause stops sending sound altogether, or goes on.
func (l *Line) Pause(on bool) { l.sound(func() { l.paused = on }) }

func (l *Line) sound(change func()) {
	l.sw.mu.Lock()
	defer l.sw.mu.Unlock()
	change()
	if l.leg != nil {
		l.sw.changed(l.leg)
	}
}

// keyTime is how long one key takes, with the pause after it.
const keyTime = 180 * time.Millisecond

// Press presses keys, one after another.
func (l *Line) Press(digits string) {
	l.sw.mu.Lock()
	defer l.sw.mu.Unlock()
	if l.leg == nil || !l.leg.answered {
		return
	}
	leg, at := l.leg, l.sw.now()
	if l.busyTill.After(at) {
		at = l.busyTill
	}
	for _, d := range digits {
		l.timers = append(l.timers, l.sw.after(at.Sub(l.sw.now()), func() {
			l.sw.emit(engine.DTMF{Leg: leg.id, At: l.sw.now(), Digit: string(d)})
		}))
		at = at.Add(keyTime)
	}
	l.busyTill = at
}

// State is what a Line has seen of its present or last call.
type State struct {
	Invited Invited
	Ringing bool // calling: it was told that the far end rings
	Final   int  // SIP status code of the final response; 0 before
	Ended   Ended
	DTMF    string // keys received
}

// State tells what the line has seen.
func (l *Line) State() State {
	l.sw.mu.Lock()
	defer l.sw.mu.Unlock()
	return State{Invited: l.invited, Ringing: l.ringing, Final: l.final, Ended: l.ended, DTMF: l.digits.String()}
}

// Heard is what reached the line in [from, to) during its present or last call.
func (l *Line) Heard(from, to time.Time) Track {
	l.sw.mu.Lock()
	defer l.sw.mu.Unlock()
	return l.heard.upTo(l.sw.now()).between(from, to)
}
