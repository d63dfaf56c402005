package conformance

import (
	"bytes"
	"net/netip"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/testkit/phone"
)

// strangerCases send what belongs to no call to a call's ports.
//
// Covers: SEC-1
var strangerCases = []testCase{
	{"datagrams", strangerDatagrams},
	{"sound", strangerSound},
}

// strangerHost is a host that no signalling has named.
const strangerHost = "127.0.0.9"

// Covers: RFC 7983. Datagrams of every first byte to the ports of a call's sound
// and its RTCP, from a strange host and from the carrier's, end nothing, and
// both hear on.
func strangerDatagrams(s *session) {
	c, customer := s.customer()
	a, alice := s.agent(AliceHz)
	s.room(customer, alice)
	s.hears("alice", a, CustomerHz)
	for _, p := range []Party{c, a} {
		at := p.Media()
		if !at.IsValid() {
			continue // an engine without a network
		}
		for _, host := range append([]string{strangerHost}, s.trunk.Hosts...) {
			if err := phone.Strange(host, noise(), at, netip.AddrPortFrom(at.Addr(), at.Port()+1)); err != nil {
				s.Fatal(err)
			}
		}
	}
	s.hears("alice", a, CustomerHz)
	s.hears("the customer", c, AliceHz)
	if n := count(s, func(engine.LegEnded) bool { return true }); n != 0 {
		s.Errorf("%d legs ended", n)
	}
}

// noise has datagrams of every first byte, in several lengths.
func noise() [][]byte {
	var all [][]byte
	for first := range 256 {
		for _, length := range []int{1, 12, 13, 20, 172} {
			d := bytes.Repeat([]byte{0x55}, length)
			d[0] = byte(first)
			all = append(all, d)
		}
	}
	return all
}

// Nobody hears what a stranger says to a call's port, and no track holds it.
func strangerSound(s *session) {
	c, customer := s.customer()
	a, alice := s.agent(AliceHz)
	s.room(customer, alice)
	s.hears("alice", a, CustomerHz)
	s.hears("the customer", c, AliceHz)
	s.pass(settled)
	held := watchHoldups()
	defer held.stop()
	track := s.record(customer)
	from := time.Now()
	for _, codec := range []phone.Codec{phone.PCMU, phone.PCMA} {
		if at := c.Media(); at.IsValid() {
			if err := phone.StrangeSound(strangerHost, at, codec, OtherHz, time.Second); err != nil {
				s.Fatal(err)
			}
		}
	}
	s.hears("alice", a, CustomerHz)
	s.hears("the customer", c, AliceHz)
	to := time.Now()
	track.stop()
	track.holds(said{CustomerHz, track.start, track.end})
	s.misses("alice", a.Heard(from, to.Add(-lag)), Rate, 1, held)
}
