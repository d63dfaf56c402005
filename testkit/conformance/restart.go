package conformance

import (
	"fmt"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/testkit/tone"
)

// restartCases let a party's stream go on as another one, and look for that
// party in a recording, in a room of three and at a supervisor.
//
// Covers: END-1, END-6, SEC-1, RFC 3550
var restartCases = []testCase{
	{"back-50", restarted(Restart{Seq: -50})},
	{"back-1000", restarted(Restart{Seq: -1_000})},
	{"back-20000", restarted(Restart{Seq: -20_000})},
	{"forward-1000", restarted(Restart{Seq: 1_000})},
	{"timestamp", restarted(Restart{Seq: -7_000, Stamp: -800_000})},
	{"source", restarted(Restart{SSRC: true})},
	{"source-back", restarted(Restart{SSRC: true, Seq: -5_000, Stamp: 1 << 30})},
	{"re-invite", restarted(Restart{Offer: true, Seq: -2_000})},
	{"re-invite-port", restarted(Restart{Offer: true, Port: true, SSRC: true, Seq: -9_000})},
}

// portCases are for engines that follow a peer's sound to another port of its
// host that no signalling has named. Others never take it.
var portCases = []testCase{{"port", restarted(Restart{Port: true, SSRC: true, Seq: -3_000})}, {"port-same", restarted(Restart{Port: true})}}

const (
	// restarts is how often a stream restarts in one case, and stretch how long
	// it goes on between.
	restarts = 3
	stretch  = 900 * time.Millisecond
	// restartCost is the most that a restart may cost of the party's sound.
	restartCost = 200 * time.Millisecond
	// edges is how much longer a gap is measured than it is: tone.Spans tells
	// each of its ends to about 10 ms.
	edges = 20 * time.Millisecond
	// settled is after which a peer's address is known for good: Asterisk learns
	// it for 5 s.
	settled = 5500 * time.Millisecond
)

// restarted is a case in which the customer's stream restarts several times.
func restarted(r Restart) func(*session) {
	return func(s *session) {
		c, customer := s.customer()
		a, alice := s.agent(AliceHz)
		b, bob := s.agent(BobHz)
		o, supervisor := s.agent(0)
		room := s.room(customer, alice)
		s.hears("alice", a, CustomerHz)
		whole := watchHoldups()
		defer whole.stop()
		track := s.record(customer)
		began := time.Now()
		if r.Port && !r.Offer {
			s.pass(settled)
		}
		again := func(where string, listeners map[string]Party) {
			s.Helper()
			held := watchHoldups()
			defer held.stop()
			from := time.Now()
			for range restarts {
				c.Restart(s, r)
				s.pass(stretch)
			}
			for who, p := range listeners {
				s.misses(fmt.Sprintf("%s %s", who, where), p.Heard(from, time.Now().Add(-lag)), Rate, restarts, held)
			}
			s.hears("the customer", c, heardBy(where)...)
		}
		again("in a room of two", map[string]Party{"alice": a})
		s.join(room, bob)
		s.hears("bob", b, CustomerHz, AliceHz)
		again("in a room of three", map[string]Party{"alice": a, "bob": b})
		s.ok("Monitor", s.eng.Monitor(s.Context(), engine.MonitorRequest{Leg: supervisor, Target: customer}))
		s.hears("the supervisor", o, CustomerHz, AliceHz, BobHz)
		again("under supervision", map[string]Party{"alice": a, "the supervisor": o})
		ended := time.Now()
		track.stop()
		from := tone.Samples(track.wav.Rate, began.Sub(track.start)+exact)
		to := min(len(track.wav.PCM), tone.Samples(track.wav.Rate, ended.Sub(track.start)-exact))
		s.misses("the recording", track.wav.PCM[from:to], track.wav.Rate, 3*restarts, whole)
	}
}

// heardBy is whom the customer hears.
func heardBy(where string) []int {
	if where == "in a room of two" {
		return []int{AliceHz}
	}
	return []int{AliceHz, BobHz}
}

// misses says that a sound lacks the customer for no longer than the restarts
// in it may cost, and never for longer than one may; beside what the machine kept
// the customer's phone from speaking.
func (s *session) misses(who string, pcm []int16, rate, n int, held *holdups) {
	s.Helper()
	length := time.Duration(len(pcm)) * time.Second / time.Duration(rate)
	var last, longest, all time.Duration
	gap := func(from, to time.Duration) { longest, all = max(longest, to-from), all+max(0, to-from) }
	for _, span := range tone.Spans(pcm, rate, CustomerHz) {
		gap(last, span.From)
		last = span.To
	}
	gap(last, length)
	up := held.sum()
	s.Logf("%s: the customer is missing for %v at most, %v in all of %v; held up for %v", who, longest, all, length, up)
	if longest > restartCost+edges+up || all > time.Duration(n)*(restartCost+edges)+up {
		s.Errorf("%s: the customer is missing for %v at most, %v in all of %v; a restart may cost %v", who, longest, all, length, restartCost)
	}
}
