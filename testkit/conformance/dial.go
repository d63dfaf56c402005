package conformance

import (
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"ringdesk/controller/engine"
)

var dialCases = []testCase{
	{"answered", dialAnswered},
	{"caller-id", dialCallerID},
	{"declined", func(s *session) { dialRefused(s, 603, engine.CauseRejected) }},
	{"busy", func(s *session) { dialRefused(s, 486, engine.CauseBusy) }},
	{"causes", dialCauses},
	{"progress", dialProgress},
	{"redirected", dialRedirected},
	{"phone-redirected", dialPhoneRedirected},
	{"challenged", dialChallenged},
	{"silent-carrier", dialSilentCarrier},
	{"early-media", dialEarlyMedia},
	{"early-refused", dialEarlyRefused},
	{"dead-host", dialDeadHost},
	{"no-answer", dialNoAnswer},
	{"unknown", dialUnknown},
	{"cancelled", dialCancelled},
	{"answered-elsewhere", dialAnsweredElsewhere},
	{"hang-up", dialHangup},
	{"callee-hangs-up", dialCalleeHangsUp},
	{"trunk", dialTrunk},
	{"codec-like", dialCodecLike},
	{"bad-request", dialBadRequest},
}

func dialAnswered(s *session) {
	p, id := s.phone()
	leg := s.dial(p, id)
	if n := count(s, func(engine.LegAnswered) bool { return true }); n != 0 {
		s.Error("LegAnswered before the answer")
	}
	p.Answer()
	s.answered(leg)
	p.Say(AliceHz)
	s.hears("the phone", p)
}

func dialCallerID(s *session) {
	for _, c := range []struct{ number, name string }{
		{"01012345678", "김 고객"}, {"+821012345678", ""}, {"", ""},
	} {
		p, id := s.phone()
		req := s.request(id)
		req.CallerID, req.CallerName = c.number, c.name
		s.ok("Dial", s.eng.Dial(s.Context(), req))
		await(s, "LegRinging", func(ev engine.LegRinging) bool { return ev.Leg == req.Leg })
		got := p.Invited()
		if c.number != "" && got.Number != c.number || c.name != "" && got.Name != c.name || got.CallID != req.Call {
			s.Errorf("the phone sees %q %q, X-Ringdesk-Call %q; want %q %q %q", got.Number, got.Name, got.CallID, c.number, c.name, req.Call)
		}
	}
}

func dialRefused(s *session, status int, cause engine.Cause) {
	p, id := s.phone()
	leg := s.dial(p, id)
	p.Refuse(status)
	s.ended(leg, cause)
}

// callOut dials a subscriber over the trunk and waits until he is asked.
func (s *session) callOut(p Callee, number string) engine.LegID {
	s.Helper()
	req := s.outbound(number)
	s.ok("Dial", s.eng.Dial(s.Context(), req))
	s.until("INVITE", patience, func() bool { return !p.Invited().At.IsZero() })
	return req.Leg
}

// outbound is a plain dialling over the trunk.
func (s *session) outbound(number string) engine.DialRequest {
	leg := engine.LegID(uuid.NewString())
	s.legs = append(s.legs, leg)
	return engine.DialRequest{Leg: leg, Trunk: s.trunk.ID, Number: number, CallerID: "+827076660001", Timeout: 20 * time.Second}
}

// Covers: OUT-8. The causes of a carrier's refusals can be told apart.
func dialCauses(s *session) {
	for i, c := range []struct {
		status int
		want   []engine.Cause
	}{
		{486, []engine.Cause{engine.CauseBusy}}, {600, []engine.Cause{engine.CauseBusy}},
		{603, []engine.Cause{engine.CauseRejected}}, {403, []engine.Cause{engine.CauseRejected}},
		{404, []engine.Cause{engine.CauseUnallocated}}, {604, []engine.Cause{engine.CauseUnallocated}},
		{410, []engine.Cause{engine.CauseNumberChanged}}, {484, []engine.Cause{engine.CauseUnallocated}},
		{480, []engine.Cause{engine.CauseNoAnswer}},
		{408, []engine.Cause{engine.CauseNoUserResponse}},
		{500, []engine.Cause{engine.CauseFailure}}, {503, []engine.Cause{engine.CauseFailure, engine.CauseCongestion}},
		{502, []engine.Cause{engine.CauseOutOfOrder}}, {488, []engine.Cause{engine.CauseFailure}},
	} {
		number := fmt.Sprintf("+8210999970%02d", i)
		p := s.rig.Subscriber(s, number)
		leg := s.callOut(p, number)
		p.Refuse(c.status)
		if ev := s.ended(leg, c.want...); !slices.Contains(c.want, ev.Cause) {
			s.Errorf("SIP %d gives cause %d", c.status, ev.Cause)
		}
	}
}

// Covers: OUT-8. LegRinging comes of SIP 183 with sound, too, and once.
func dialProgress(s *session) {
	const number = "+821099997777"
	p := s.rig.Subscriber(s, number)
	p.Silence()
	leg := s.callOut(p, number)
	s.quiet("ringing by itself", 300*time.Millisecond, func(ev engine.Event) bool { _, ok := ev.(engine.LegRinging); return ok })
	p.Underway(false)
	s.quiet("progress without sound", 300*time.Millisecond, func(ev engine.Event) bool { _, ok := ev.(engine.LegRinging); return ok })
	p.Underway(true)
	await(s, "LegRinging", func(ev engine.LegRinging) bool { return ev.Leg == leg && ev.Media })
	p.Underway(true)
	p.Rings()
	p.Answer()
	s.answered(leg)
	if n := count(s, func(engine.LegRinging) bool { return true }); n != 1 {
		s.Errorf("LegRinging came %d times", n)
	}
}

// A carrier that answers nothing ends a call at its time limit at the latest.
func dialDeadHost(s *session) {
	dead := s.rig.Dead()
	s.ok("PutTrunk", s.eng.PutTrunk(s.Context(), dead))
	req := engine.DialRequest{Leg: engine.LegID(uuid.NewString()), Trunk: dead.ID, Number: "+821099998888", Timeout: 2 * time.Second}
	s.legs = append(s.legs, req.Leg)
	start := time.Now()
	s.ok("Dial", s.eng.Dial(s.Context(), req))
	s.ended(req.Leg, engine.CauseNoAnswer, engine.CauseNoUserResponse, engine.CauseOutOfOrder, engine.CauseFailure)
	if d := time.Since(start); d > 3500*time.Millisecond {
		s.Errorf("ended after %v, want 2 s at most", d)
	}
	s.ok("DeleteTrunk", s.eng.DeleteTrunk(s.Context(), dead.ID))
}

func dialNoAnswer(s *session) {
	p, id := s.phone()
	req := s.request(id)
	req.Timeout = 2 * time.Second
	start := time.Now()
	s.ok("Dial", s.eng.Dial(s.Context(), req))
	s.ended(req.Leg, engine.CauseNoAnswer)
	if d := time.Since(start); d < 1800*time.Millisecond || d > 3500*time.Millisecond {
		s.Errorf("ended after %v, want 2 s", d)
	}
	s.until("CANCEL", patience, func() bool { return p.Ended().Method == "CANCEL" })
}

// A phone that nobody put is refused, or its leg ends at once; never both.
func dialUnknown(s *session) {
	req := s.request("nosuchphone")
	err := s.eng.Dial(s.Context(), req)
	if err == nil {
		s.ended(req.Leg, engine.CauseUnallocated, engine.CauseNoRoute, engine.CauseAbsent)
		return
	}
	s.fails("Dial", err, engine.KindRefused)
	s.legs = slices.DeleteFunc(s.legs, func(l engine.LegID) bool { return l == req.Leg })
	s.quiet("a refused dial", 300*time.Millisecond, func(ev engine.Event) bool {
		e, ok := ev.(engine.LegEnded)
		return ok && e.Leg == req.Leg
	})
	s.fails("Hangup", s.eng.Hangup(s.Context(), req.Leg, engine.CauseNormal), engine.KindGone)
}

func dialCancelled(s *session) {
	p, id := s.phone()
	leg := s.dial(p, id)
	s.hangup(leg, engine.CauseNormal)
	s.ended(leg, engine.CauseNormal)
	s.until("CANCEL", patience, func() bool { return p.Ended().Method == "CANCEL" })
}

// Covers: IN-5. The phones that lost stop ringing within 300 ms and are told
// that the call was answered elsewhere (RFC 3326).
func dialAnsweredElsewhere(s *session) {
	var phones []Callee
	var legs []engine.LegID
	for range 3 {
		p, id := s.phone()
		phones, legs = append(phones, p), append(legs, s.dial(p, id))
	}
	phones[0].Answer()
	s.answered(legs[0])
	won := time.Now()
	for _, leg := range legs[1:] {
		s.hangup(leg, engine.CauseAnsweredElsewhere)
	}
	for i, p := range phones[1:] {
		s.ended(legs[1+i], engine.CauseAnsweredElsewhere)
		s.until("CANCEL", patience, func() bool { return p.Ended().Method == "CANCEL" })
		e := p.Ended()
		if d := e.At.Sub(won); d > 300*time.Millisecond {
			s.Errorf("CANCEL %v after the answer, want 300 ms at most", d)
		}
		if e.Cause != int(engine.CauseAnsweredElsewhere) && e.Cause != 200 {
			s.Errorf("CANCEL with cause %d, want Q.850 26 or SIP 200", e.Cause)
		}
	}
	if !phones[0].Ended().At.IsZero() {
		s.Error("the phone that won was hung up")
	}
}

func dialHangup(s *session) {
	p, leg := s.agent(AliceHz)
	s.hangup(leg, engine.CauseNormal)
	s.ended(leg, engine.CauseNormal)
	s.until("BYE", patience, func() bool { return p.Ended().Method == "BYE" })
}

func dialCalleeHangsUp(s *session) {
	p, leg := s.agent(AliceHz)
	p.Hangup()
	s.ended(leg, engine.CauseNormal)
}

// Covers: OUT-5. A call over a trunk reaches the number with our caller id.
func dialTrunk(s *session) {
	const to, from = "+821099998888", "+827076660001"
	p := s.rig.Subscriber(s, to)
	req := engine.DialRequest{Leg: engine.LegID(uuid.NewString()), Trunk: s.trunk.ID, Number: to, CallerID: from, Timeout: 20 * time.Second}
	s.legs = append(s.legs, req.Leg)
	s.ok("Dial", s.eng.Dial(s.Context(), req))
	await(s, "LegRinging", func(ev engine.LegRinging) bool { return ev.Leg == req.Leg })
	if got := p.Invited().Number; got != from {
		s.Errorf("the subscriber sees %q, want %q", got, from)
	}
	p.Answer()
	s.answered(req.Leg)
	c, leg := s.customer()
	p.Say(OtherHz)
	s.room(req.Leg, leg)
	s.hears("the caller", c, OtherHz)
	s.hears("the subscriber", p, CustomerHz)
}

// The codec that the Like leg speaks is offered first.
func dialCodecLike(s *session) {
	for codec, offered := range map[string]string{"ulaw": "pcmu", "alaw": "pcma"} {
		s.trunk.Codecs = []string{codec}
		s.ok("PutTrunk", s.eng.PutTrunk(s.Context(), s.trunk))
		_, customer := s.customer()
		p, id := s.phone()
		req := s.request(id)
		req.Like = customer
		s.ok("Dial", s.eng.Dial(s.Context(), req))
		await(s, "LegRinging", func(ev engine.LegRinging) bool { return ev.Leg == req.Leg })
		if got := p.Invited().Codecs; len(got) == 0 || got[0] != offered {
			s.Errorf("offered %v, want %s first", got, offered)
		}
	}
}

// What could change a dial string is refused, and no leg is made.
func dialBadRequest(s *session) {
	_, id := s.phone()
	good := func() engine.DialRequest {
		return engine.DialRequest{Leg: engine.LegID(uuid.NewString()), Phone: id, CallerID: "0101", Timeout: time.Second}
	}
	trunk := func(number string) engine.DialRequest {
		r := good()
		r.Phone, r.Trunk, r.Number = "", s.trunk.ID, number
		return r
	}
	both, neither, caller, phone := trunk("+82101"), good(), good(), good()
	both.Phone = id
	neither.Phone = ""
	caller.CallerID = `01" <sip:evil@host>`
	phone.Phone = id + "/sip:evil@host"
	for name, req := range map[string]engine.DialRequest{
		"both": both, "neither": neither, "caller id": caller, "phone": phone,
		"number with separators": trunk("+8210&PJSIP/evil"), "number with host": trunk("1@evil"), "empty number": trunk(""),
	} {
		s.fails(name, s.eng.Dial(s.Context(), req), engine.KindRefused)
	}
	s.quiet("refused dials", 300*time.Millisecond, func(ev engine.Event) bool {
		_, isUp := ev.(engine.LinkUp)
		return !isUp
	})
}
