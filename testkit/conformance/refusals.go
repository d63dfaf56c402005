package conformance

import (
	"fmt"
	"time"

	"github.com/google/uuid"

	"ringdesk/controller/engine"
)

// Covers: OUT-8, OUT-9, SEC-2. A carrier's redirect ends the leg with a cause of
// its own, and no call is made or arrives because of it.
func dialRedirected(s *session) {
	other := s.rig.Subscriber(s, "+821099990000")
	elsewhere, id := s.phone()
	for i, c := range []struct {
		status   int
		contacts []string
	}{
		{302, []string{"<" + other.Contact() + ">"}},                            // the same carrier
		{302, []string{"<" + elsewhere.Contact() + ">"}},                        // another host
		{302, []string{"<sip:" + number + "@127.0.0.2>"}},                       // our own number
		{302, []string{"<sip:PJSIP/" + id + "@127.0.0.2>"}},                     // what an engine could dial
		{302, []string{"<sip:Local/" + number + "%40from-trunk@127.0.0.2>"}},    // its dialplan
		{302, []string{"<sip:sofia%2Ftrunks%2F" + number + "@127.0.0.2>"}},      // the same of the other one
		{302, []string{"<sip:s@127.0.0.2>"}},                                    // an extension of the dialplan
		{302, []string{"<tel:+821099990000>"}},                                  // no SIP URI
		{302, []string{"<sips:+821099990000@127.0.0.2>"}},                       // over TLS
		{302, []string{"<" + other.Contact() + ";transport=tcp>"}},              // over TCP
		{302, []string{"<" + elsewhere.Contact() + "?X-Ringdesk-Call=forged>"}}, // with headers
		{300, []string{"<" + other.Contact() + ">;q=0.9", "<" + elsewhere.Contact() + ">;q=0.5"}},
		{301, []string{"<" + other.Contact() + ">"}},
		{305, []string{"<" + elsewhere.Contact() + ">"}},
		{380, []string{"<" + other.Contact() + ">"}},
		{399, []string{"<" + other.Contact() + ">"}},
		{302, nil},
	} {
		number := fmt.Sprintf("+8210999960%02d", i)
		p := s.rig.Subscriber(s, number)
		leg := s.callOut(p, number)
		p.Redirect(c.status, c.contacts...)
		s.ended(leg, engine.CauseNumberChanged)
	}
	s.nobodyCalled(other, elsewhere)
}

// nobodyCalled says that nothing has come of a redirect.
func (s *session) nobodyCalled(who ...Callee) {
	s.Helper()
	s.pass(500 * time.Millisecond)
	for _, p := range who {
		if in := p.Invited(); !in.At.IsZero() {
			s.Errorf("%s was called because of a redirect: %+v", p.Contact(), in)
		}
	}
	if n := count(s, func(engine.LegArrived) bool { return true }); n != 0 {
		s.Errorf("%d calls arrived because of a redirect; events:%s", n, s.log)
	}
}

// Covers: SEC-2. A phone's redirect is followed no more than a carrier's.
func dialPhoneRedirected(s *session) {
	other := s.rig.Subscriber(s, "+821099990000")
	elsewhere, id := s.phone()
	for _, contact := range []string{
		"<" + other.Contact() + ">", "<" + elsewhere.Contact() + ">", "<sip:" + number + "@127.0.0.2>", "<sip:s@127.0.0.2>",
		"<sip:PJSIP/" + id + "@127.0.0.2>", "<sip:Local/" + number + "%40from-trunk@127.0.0.2>",
	} {
		p, id := s.phone()
		leg := s.dial(p, id)
		p.Redirect(302, contact)
		s.ended(leg, engine.CauseNumberChanged)
	}
	s.nobodyCalled(other, elsewhere)
}

// Covers: OUT-8, SEC-2. A challenge that we have no login for is a refusal, and
// what it names is not asked.
func dialChallenged(s *session) {
	for i, status := range []int{401, 407} {
		number := fmt.Sprintf("+8210999950%02d", i)
		p := s.rig.Subscriber(s, number)
		leg := s.callOut(p, number)
		p.Challenge(status)
		s.ended(leg, engine.CauseRejected)
	}
	s.nobodyCalled()
}

// Covers: OUT-8. A carrier that answers nothing at all costs no more than the
// trunk's limit; one that says SIP 100 only is given the dial's whole time.
func dialSilentCarrier(s *session) {
	for _, trunk := range []engine.Trunk{s.rig.Dead(), s.rig.Silent()} {
		limit := trunk.FirstAnswerOrDefault()
		s.ok("PutTrunk", s.eng.PutTrunk(s.Context(), trunk))
		req := engine.DialRequest{Leg: engine.LegID(uuid.NewString()), Trunk: trunk.ID, Number: "+821099998888", Timeout: 20 * time.Second}
		s.legs = append(s.legs, req.Leg)
		start := time.Now()
		s.ok("Dial", s.eng.Dial(s.Context(), req))
		s.log.Await(start.Add(limit+2*time.Second), isEnd(req.Leg))
		if d := time.Since(start); d > limit+1500*time.Millisecond {
			s.Errorf("trunk %s: ended after %v, want %v", trunk.ID, d, limit)
		}
		s.ended(req.Leg, engine.CauseNoUserResponse, engine.CauseOutOfOrder, engine.CauseFailure)
		s.ok("DeleteTrunk", s.eng.DeleteTrunk(s.Context(), trunk.ID))
	}
	s.trunk.FirstAnswer = time.Second
	s.ok("PutTrunk", s.eng.PutTrunk(s.Context(), s.trunk))
	const number = "+821099997776"
	p := s.rig.Subscriber(s, number)
	p.Silence()
	leg := s.callOut(p, number)
	s.quiet("a carrier that has said 100", 2500*time.Millisecond, isEnd(leg))
	p.Answer()
	s.answered(leg)
}
