package conformance

import (
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"ringdesk/controller/engine"
	"ringdesk/testkit/phone"
	"ringdesk/testkit/tone"
)

// SecuredRig is a rig whose carrier speaks SIP over TLS and SRTP with keys from the
// SDP (RFC 4568), at an address of which others come that do not.
type SecuredRig interface {
	Rig

	// PlainCaller calls from the carrier's address with plain RTP: over TLS, or over
	// UDP or TCP at the engine's other port.
	PlainCaller(t testing.TB, over engine.Transport) Caller

	// PlainSubscriber is behind the carrier and answers with plain RTP, whatever was
	// offered.
	PlainSubscriber(t testing.TB, number string) Callee
}

// Wired is a party that tells what was on the wire: the last datagrams that reached
// it, and how many in all were not the engine's.
type Wired interface {
	Wire() (datagrams [][]byte, refused int)
}

// RunSecured runs what an engine must do over TLS and SRTP: with calls as with any
// others, and with what is not encrypted.
func RunSecured(t *testing.T, newRig func(testing.TB) SecuredRig, opts ...Option) {
	s := &suite{newRig: func(t testing.TB) Rig { return newRig(t) }}
	for _, o := range opts {
		o(s)
	}
	cases := []testCase{
		{"called", securedCalled}, {"caller", securedCaller}, {"plain", securedPlain}, {"plain-answer", securedPlainAnswer}, {"in-clear", securedInClear},
		{"reachable", securedReachable}, {"hold", hold}, {"record", recordSpeech}, {"pause", recordMask}, {"three", roomThree},
		{"keys-in", func(s *session) { s.keysIn(engine.DTMFRFC4733, engine.DTMFAuto) }},
		{"keys-out", func(s *session) { s.keysOut(engine.DTMFRFC4733, engine.DTMFAuto) }},
		{"restart", restart}, {"link-cut", func(s *session) { linkLost(s, Reset) }}, {"redirected", dialRedirected}, {"early-media", dialEarlyMedia},
		{"source", restarted(Restart{SSRC: true})}, {"re-invite-port", restarted(Restart{Offer: true, Port: true, SSRC: true, Seq: -9_000})},
		{"strange-datagrams", strangerDatagrams}, {"strange-sound", strangerSound}, {"requests", offerRequests}, {"late", offerLate},
	}
	if s.followsPorts {
		cases = append(cases, testCase{"port", restarted(Restart{Port: true})})
	}
	if s.fallsSilent {
		cases = append(cases, testCase{"plain-silent", securedPlainSilent})
	} else {
		cases = append(cases, testCase{"plain-later", securedPlainLater})
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { s.runCase(t, "secured/"+c.name, c.run) })
	}
}

// Who is called and who calls talk, and who listens on the wire hears neither.
func securedCalled(s *session) {
	c, customer := s.customer()
	a, alice := s.agent(AliceHz)
	s.room(customer, alice)
	s.hears("alice", a, CustomerHz)
	s.hears("the customer", c, AliceHz)
	s.sealed(c, AliceHz)
}

func securedCaller(s *session) {
	const to = "+821099997777"
	p := s.rig.Subscriber(s, to)
	leg := s.callOut(p, to)
	p.Answer()
	s.answered(leg)
	p.Say(OtherHz)
	a, alice := s.agent(AliceHz)
	s.room(leg, alice)
	s.hears("alice", a, OtherHz)
	s.hears("the subscriber", p, AliceHz)
	s.sealed(p, AliceHz)
	p.Hangup()
	s.ended(leg, engine.CauseNormal)
}

// sealed says that what reached a party was encrypted, and that it was the engine's.
func (s *session) sealed(p Party, hz int) {
	s.Helper()
	datagrams, refused := p.(Wired).Wire()
	if len(datagrams) < 10 || refused > 0 {
		s.Errorf("%d datagrams on the wire, %d not the engine's", len(datagrams), refused)
	}
	for _, codec := range []phone.Codec{phone.PCMA, phone.PCMU} {
		if heard := phone.OnWire(datagrams, codec); slices.Contains(tone.Which(heard, Rate, hz), hz) {
			s.Errorf("%d Hz can be heard on the wire", hz)
		}
	}
}

// A call that is not encrypted is refused before anybody hears of it.
func securedPlain(s *session) {
	for _, over := range []engine.Transport{engine.TransportTLS, engine.TransportUDP} {
		if status := s.plainCall(over, nil); status < 400 {
			s.Errorf("plain RTP, SIP over %s: %d", over, status)
		}
	}
	s.quiet("a plain call arrived", 300*time.Millisecond, func(ev engine.Event) bool { _, ok := ev.(engine.LegArrived); return ok })
}

// plainCall is a call that must be refused before anybody hears of it, and the status of
// that. With lines it offers these.
func (s *session) plainCall(over engine.Transport, lines phone.Media) int {
	s.Helper()
	c := s.rig.(SecuredRig).PlainCaller(s, over)
	c.Offer(lines, phone.Plain)
	c.Call(s, number)
	s.until("the refusal", patience, func() bool { return c.Final() != 0 })
	return c.Final()
}

// A trunk that uses TLS takes no call in clear from its carrier's address, whatever the call
// or the trunk says of the sound: anybody may send from an address over UDP. One that does
// not, or did not before, takes it, and over TLS the sound may be plain where the trunk
// lets it.
func securedInClear(s *session) {
	arrivals := 0
	for _, put := range []struct {
		transport  engine.Transport
		encryption engine.Encryption
		takes      engine.Transport // what it takes plain sound over
	}{
		{engine.TransportTLS, engine.EncryptionSDES, ""},
		{engine.TransportTLS, engine.EncryptionNone, engine.TransportTLS},
		{engine.TransportUDP, engine.EncryptionNone, engine.TransportUDP},
		{engine.TransportTLS, engine.EncryptionNone, engine.TransportTLS},
	} {
		s.ok("PutTrunk", s.eng.PutTrunk(s.Context(), engine.Trunk{ID: s.trunk.ID, Hosts: s.trunk.Hosts, Transport: put.transport, Encryption: put.encryption}))
		if put.transport == engine.TransportTLS {
			s.refusesClear(put.encryption)
		}
		if put.takes != "" {
			s.taken(put.takes)
			arrivals++
		}
	}
	// Whatever else had arrived, had done so before the last one.
	if n := count(s, func(engine.LegArrived) bool { return true }); n != arrivals {
		s.Errorf("%d calls arrived, want %d; events:%s", n, arrivals, s.log)
	}
}

// refusesClear says that calls in clear are refused, whatever they offer: by 403 when
// nothing else is wrong with them.
func (s *session) refusesClear(encryption engine.Encryption) {
	s.Helper()
	for _, over := range []engine.Transport{engine.TransportUDP, engine.TransportTCP} {
		for offered, lines := range map[engine.Encryption]phone.Media{engine.EncryptionNone: nil, engine.EncryptionSDES: {sealed}} {
			status := s.plainCall(over, lines)
			if status != 403 && (offered == encryption || status != 488) {
				s.Errorf("sound %q, a call over %s that offers %q: status %d", encryption, over, offered, status)
			}
		}
	}
}

// taken says that a call with plain RTP arrives.
func (s *session) taken(over engine.Transport) {
	s.Helper()
	before := s.log.Len()
	c := s.rig.(SecuredRig).PlainCaller(s, over)
	c.Call(s, number)
	arrived := awaitAfter(s, before, "LegArrived", func(engine.LegArrived) bool { return true })
	s.ok("Hangup", s.eng.Hangup(s.Context(), arrived.Leg, engine.CauseBusy))
	s.ended(arrived.Leg, engine.CauseBusy)
	s.until("the end", patience, func() bool { return c.Final() == 486 })
}

// An answer that is not encrypted ends the call; nothing of the agent's is sent.
func securedPlainAnswer(s *session) {
	const to = "+821099996666"
	p := s.rig.(SecuredRig).PlainSubscriber(s, to)
	req := engine.DialRequest{Leg: engine.LegID(uuid.NewString()), Trunk: s.trunk.ID, Number: to, CallerID: "+827076660001", Timeout: 20 * time.Second}
	s.legs = append(s.legs, req.Leg)
	s.ok("Dial", s.eng.Dial(s.Context(), req))
	await(s, "LegEnded", func(ev engine.LegEnded) bool { return ev.Leg == req.Leg })
	if heard := p.Heard(time.Now().Add(-time.Second), time.Now()); slices.Contains(tone.Which(heard, Rate, s.tones()...), AliceHz) {
		s.Error("the plain party heard something")
	}
}

// A later offer of plain RTP is refused, and changes nothing.
func securedPlainLater(s *session) {
	k := s.plainLater("INVITE", "UPDATE")
	k.hear()
	s.sealed(k.caller, AliceHz)
}

// securedPlainSilent is securedPlainLater for engines that fall silent: nothing more is
// heard of who offered, nothing is said in plain, and the next right offer brings the sound
// back. An UPDATE is answered with 200, and has no other effect.
func securedPlainSilent(s *session) {
	k := s.plainLater("INVITE")
	_, _ = k.caller.Reoffer(s, "UPDATE", plainLine)
	s.hears("the agent", k.agent)
	s.sealed(k.caller, AliceHz)
	if status, _ := k.caller.Reoffer(s, "INVITE", phone.Media{phone.Own}); status != 200 {
		s.Errorf("INVITE with SRTP: %d", status)
	}
	k.hear()
	s.sealed(k.caller, AliceHz)
}

// plainLine is an offer of plain RTP.
var plainLine = phone.Media{"audio 9 RTP/AVP 8"}

// plainLater is a talk in which plain RTP was offered by some requests, each of which
// must be refused.
func (s *session) plainLater(methods ...string) *talk {
	c, customer := s.customer()
	a, alice := s.agent(AliceHz)
	s.room(customer, alice)
	k := &talk{session: s, caller: c, agent: a}
	k.hear()
	for _, method := range methods {
		if status, _ := c.Reoffer(s, method, plainLine); status < 400 {
			s.Errorf("%s with plain RTP: %d", method, status)
		}
	}
	return k
}

// The carrier answers OPTIONS over TLS.
func securedReachable(s *session) {
	s.until("the trunk is reachable", patience, func() bool {
		states, err := s.eng.TrunkStates(s.Context())
		s.ok("TrunkStates", err)
		return states[s.trunk.ID] == engine.TrunkReachable
	})
}
