package memory

import (
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/controller/engine/callerid"
)

// leg is one party's connection.
type leg struct {
	id       engine.LegID
	line     *Line
	inbound  bool
	answered bool
	ended    bool
	rang     bool // told
	early    bool // the carrier sends sound before the answer, which has been told
	arrived  engine.LegArrived
	codecs   []string // agreed first

	room       *room
	held       bool
	muted      bool
	music      bool
	target     *leg // of a supervisor: who is monitored
	whisper    bool // with target: who hears the supervisor
	listeners  []*leg
	recordings []*recording
	playbacks  []*playback
}

// arrive makes an inbound leg; a real call must come from a trunk, and there
// must be an adapter to take it. The caller holds mu.
func (s *Switch) arrive(l *Line, to string, viaTrunk bool) {
	trunk, ok := engine.Trunk{}, true
	if viaTrunk {
		trunk, ok = s.trunkOf(l.host)
	}
	if !ok {
		l.final = 403
		return
	}
	if s.link == nil || s.broken != whole {
		l.final = 503
		return
	}
	if len(l.offers) > 0 && !slices.ContainsFunc(codecsOf(trunk), func(c string) bool { return slices.Contains(l.offers, sdpNames[c]) }) {
		l.final = 488
		return
	}
	if on := s.opt.HandsOn[to]; on != "" {
		to, l.final = on, 200
	}
	s.arrivals++
	leg := &leg{id: engine.LegID(fmt.Sprintf("in-%d", s.arrivals)), line: l, inbound: true, codecs: codecsOf(trunk)}
	who := callerid.Plain(l.number, l.name)
	if l.headers != nil {
		who = callerid.Read(*l.headers)
	}
	leg.arrived = engine.LegArrived{
		Leg: leg.id, At: s.now(), To: callerid.Dialled(to), Trunk: trunk.ID,
		From: who.Number, Address: who.Address, Name: who.Name,
	}
	l.leg = leg
	s.legs[leg.id] = leg
	s.emit(leg.arrived)
}

// trunkOf finds the trunk that a call from host belongs to: of several the
// first by id, so that a history can be repeated.
func (s *Switch) trunkOf(host netip.Addr) (engine.Trunk, bool) {
	for _, id := range slices.Sorted(maps.Keys(s.trunks)) {
		t := s.trunks[id]
		for _, h := range t.Hosts {
			if p, err := netip.ParsePrefix(h); err == nil && p.Contains(host) {
				return t, true
			}
			if a, err := netip.ParseAddr(h); err == nil && a == host {
				return t, true
			}
		}
	}
	return engine.Trunk{}, false
}

// sdpNames are SDP's names of codecs.
var sdpNames = map[string]string{"alaw": "pcma", "ulaw": "pcmu", "g722": "g722", "opus": "opus"}

func codecsOf(t engine.Trunk) []string {
	if len(t.Codecs) == 0 {
		return []string{"alaw", "ulaw"}
	}
	return t.Codecs
}

// connect answers a leg from either side. The caller holds mu.
func (s *Switch) connect(l *leg) {
	l.answered = true
	l.line.answered = s.now()
	s.changed(l)
	s.emit(engine.LegAnswered{Leg: l.id, At: s.now()})
	if talk := l.line.manner.Talk; talk > 0 {
		l.line.timers = append(l.line.timers, s.after(talk, func() {
			if !l.ended {
				s.endLeg(l, engine.CauseNormal)
			}
		}))
	}
}

// endLeg takes a leg down; what belonged to it ends before it, but for the
// sounds that it cuts off. The caller holds mu.
func (s *Switch) endLeg(l *leg, cause engine.Cause) {
	s.endLegAs(l, engine.LegEnded{Leg: l.id, At: s.now(), Cause: cause})
}

// endLegAs is endLeg with an event of its own. The caller holds mu.
func (s *Switch) endLegAs(l *leg, end engine.LegEnded) {
	for _, r := range slices.Clone(l.recordings) {
		s.endRecording(r)
	}
	l.ended = true
	s.endMonitor(l)
	for len(l.listeners) > 0 {
		s.endMonitor(l.listeners[0])
	}
	if l.room != nil {
		s.leave(l)
	}
	delete(s.legs, l.id)
	l.line.release()
	s.emit(end)
	s.stopPlays(l)
}

// leg gives a leg for a command.
func (s *Switch) leg(id engine.LegID) (*leg, error) {
	if l := s.legs[id]; l != nil {
		return l, nil
	}
	return nil, gone("no leg " + string(id))
}

// audible gives a leg for a command that needs its sound, be it that of a carrier
// before the answer.
func (s *Switch) audible(id engine.LegID) (*leg, error) {
	if l := s.legs[id]; l != nil && l.early {
		return l, nil
	}
	return s.answeredLeg(id)
}

// answeredLeg gives a leg for a command that needs its sound.
func (s *Switch) answeredLeg(id engine.LegID) (*leg, error) {
	l, err := s.leg(id)
	if err == nil && !l.answered {
		return nil, busy("not answered")
	}
	return l, err
}

func (s *Switch) ring(id engine.LegID) error {
	l, err := s.leg(id)
	if err != nil {
		return err
	}
	if !l.inbound || l.answered {
		return busy("not an unanswered inbound leg")
	}
	l.line.ringing = true
	return nil
}

func (s *Switch) answer(id engine.LegID) error {
	l, err := s.leg(id)
	if err != nil {
		return err
	}
	if !l.inbound || l.answered {
		return busy("not an unanswered inbound leg")
	}
	l.line.final = 200
	s.connect(l)
	return nil
}

func (s *Switch) hangup(id engine.LegID, cause engine.Cause) error {
	l, err := s.leg(id)
	if err != nil {
		return err
	}
	switch {
	case l.answered:
		l.line.ended = Ended{At: s.now(), Method: "BYE", Cause: cause}
	case l.inbound:
		l.line.final = sipStatus(cause)
	default:
		l.line.ended = Ended{At: s.now(), Method: "CANCEL", Cause: cause}
	}
	s.endLeg(l, cause)
	return nil
}

// sipStatus is the final response for a Q.850 cause (RFC 3398, section 8.2.6.1).
func sipStatus(c engine.Cause) int {
	switch c {
	case engine.CauseUnallocated, engine.CauseNoRoute:
		return 404
	case engine.CauseBusy:
		return 486
	case engine.CauseNoUserResponse:
		return 408
	case engine.CauseNoAnswer, engine.CauseAbsent:
		return 480
	case engine.CauseNormal, engine.CauseRejected:
		return 603
	case engine.CauseOutOfOrder:
		return 502
	case engine.CauseFailure, engine.CauseCongestion:
		return 503
	default:
		return 500
	}
}

// causeOf is the Q.850 cause for a final response (RFC 3398, section 7.2.4.1).
func causeOf(status int) engine.Cause {
	switch status {
	case 404, 484, 604:
		return engine.CauseUnallocated
	case 410:
		return engine.CauseNumberChanged
	case 486, 600:
		return engine.CauseBusy
	case 408:
		return engine.CauseNoUserResponse
	case 480:
		return engine.CauseNoAnswer
	case 401, 403, 407, 603:
		return engine.CauseRejected
	case 502:
		return engine.CauseOutOfOrder
	}
	if status/100 == 3 {
		return engine.CauseNumberChanged // a redirect, which nobody follows
	}
	return engine.CauseFailure
}

// dial makes an outgoing leg.
func (s *Switch) dial(req engine.DialRequest) error {
	if err := req.Check(); err != nil {
		return err
	}
	if s.legs[req.Leg] != nil {
		return refused("leg id used")
	}
	line, codecs, cause, err := s.callee(req)
	if err != nil {
		return err
	}
	if like := s.legs[req.Like]; like != nil {
		codecs = slices.Concat(like.codecs[:1], slices.DeleteFunc(slices.Clone(codecs), func(c string) bool { return c == like.codecs[0] }))
	}
	if line == nil {
		line = &Line{sw: s}
	} else if line.leg != nil {
		line, cause = &Line{sw: s}, engine.CauseBusy
	}
	line.reset()
	l := &leg{id: req.Leg, line: line, codecs: codecs}
	line.leg = l
	s.legs[l.id] = l
	if cause != 0 {
		s.endLeg(l, cause)
		return nil
	}
	if trunk, ok := s.trunks[req.Trunk]; ok && s.trunkStates[req.Trunk] == engine.TrunkUnreachable {
		s.expectFirstAnswer(l, trunk.FirstAnswerOrDefault())
	}
	line.invited = Invited{At: s.now(), Number: req.CallerID, Name: req.CallerName, Call: req.Call, Codecs: codecs}
	s.invite(l, req.Timeout)
	return nil
}

// callee finds who is dialled. A cause means that the call fails at once.
func (s *Switch) callee(req engine.DialRequest) (line *Line, codecs []string, cause engine.Cause, err error) {
	if req.Trunk != "" {
		trunk, ok := s.trunks[req.Trunk]
		if !ok || trunk.Remote == "" {
			return nil, nil, 0, refused("no outbound trunk " + req.Trunk)
		}
		if s.trunkStates[req.Trunk] == engine.TrunkUnreachable {
			return &Line{sw: s, manner: Manner{Silent: true}}, codecsOf(trunk), 0, nil // nobody answers
		}
		if line = s.numbers[req.Number]; line == nil {
			cause = engine.CauseUnallocated
		}
		return line, codecsOf(trunk), cause, nil
	}
	phone, ok := s.phones[req.Phone]
	if !ok {
		return nil, nil, 0, refused("no phone " + req.Phone)
	}
	if line = s.registered[phone.ID]; phone.Contact != "" {
		line = s.lines[phone.Contact]
	}
	if line == nil {
		cause = engine.CauseAbsent
	}
	return line, []string{"ulaw", "alaw"}, cause, nil
}

// invite rings a line and lets it act as it does. The caller holds mu.
func (s *Switch) invite(l *leg, timeout time.Duration) {
	m := l.line.manner
	later := func(d time.Duration, do func()) {
		l.line.timers = append(l.line.timers, s.after(d, do))
	}
	rings := func() { s.rings(l, m.Early) }
	switch {
	case m.Silent:
	case m.Ring <= 0:
		rings()
	default:
		later(m.Ring, rings)
	}
	if m.Reply != Wait {
		later(m.After, func() { l.line.act(m.Reply) })
	}
	if timeout > 0 {
		later(timeout, func() {
			if !l.answered && !l.ended {
				l.line.ended = Ended{At: s.now(), Method: "CANCEL", Cause: engine.CauseNoAnswer}
				s.endLeg(l, engine.CauseNoAnswer)
			}
		})
	}
}

// rings tells once that a dialled leg's phone rings, and once that the carrier
// sends sound. The caller holds mu.
func (s *Switch) rings(l *leg, early bool) {
	if l.answered || l.ended || l.rang && (l.early || !early) {
		return
	}
	l.rang, l.early = true, early
	s.changed(l)
	s.emit(engine.LegRinging{Leg: l.id, At: s.now(), Media: early})
}

// expectFirstAnswer gives a carrier up that answers nothing. The caller holds mu.
func (s *Switch) expectFirstAnswer(l *leg, limit time.Duration) {
	l.line.timers = append(l.line.timers, s.after(limit, func() {
		if !l.ended {
			s.endLeg(l, engine.CauseNoUserResponse)
		}
	}))
}

// sendDTMF plays digits to the far side.
func (s *Switch) sendDTMF(id engine.LegID, digits string) error {
	if err := engine.CheckKeys(digits); err != nil {
		return err
	}
	l, err := s.answeredLeg(id)
	if err != nil {
		return err
	}
	l.line.digits.WriteString(digits)
	return nil
}

func (s *Switch) mute(id engine.LegID, on bool) error {
	l, err := s.leg(id)
	if err != nil {
		return err
	}
	l.muted = on
	s.changed(l)
	return nil
}

// failure is a command's failure before the Op is known.
type failure struct {
	kind engine.Kind
	err  error
}

func (f *failure) Error() string { return f.err.Error() }

func gone(why string) error    { return &failure{engine.KindGone, errors.New(why)} }
func busy(why string) error    { return &failure{engine.KindBusy, errors.New(why)} }
func refused(why string) error { return &failure{engine.KindRefused, errors.New(why)} }
