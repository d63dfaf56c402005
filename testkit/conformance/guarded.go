package conformance

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/testkit/phone"
)

// RunGuarded runs what an engine must do before which a guard of ours stands:
// more than FreeSWITCH does by itself, which speaks SRTP and fax where it is
// offered, and takes a wrong answer at its word.
func RunGuarded(t *testing.T, newRig func(testing.TB) Rig) {
	s := &suite{newRig: newRig}
	for _, c := range []testCase{{"lines", guardedLines}, {"ours", guardedOurs}, {"refused", guardedRefused}, {"answers", guardedAnswers}, {"requests", guardedRequests}} {
		t.Run(c.name, func(t *testing.T) { s.runCase(t, "guarded/"+c.name, c.run) })
	}
}

// hostileLines is what nobody but us refuses in every place.
var hostileLines = append([]string{
	fax,
	"video 4404 RTP/SAVPF 97\r\nc=IN IP4 127.0.0.2\r\na=rtpmap:97 VP8/90000\r\na=mid:v",
	"audio 4414 RTP/SAVP 0\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz",
}, otherLines...)

// The audio is used beside anything, with as many lines as there are, and with
// fewer in later offers than before.
func guardedLines(s *session) {
	for _, other := range hostileLines[:3] {
		s.talk(phone.Media{other, phone.Own}, phone.Plain).end()
		s.talk(phone.Media{phone.Own, other}, phone.Plain).end()
	}
	random := rand.New(rand.NewPCG(28, 28))
	for range 4 {
		k := s.talk(randomLines(random, hostileLines, 0), phone.Plain)
		k.reoffer("INVITE", randomLines(random, hostileLines, 0))
		k.reoffer("UPDATE", randomLines(random, hostileLines, 0))
		k.end()
	}
}

// The engine's own offers have the far side's lines at their places (RFC 3264,
// section 8), in calls that came with an offer and without.
func guardedOurs(s *session) {
	random := rand.New(rand.NewPCG(8, 3264))
	for _, body := range []phone.Body{phone.Plain, phone.Late, phone.Plain} {
		k := s.talk(nil, body)
		k.reoffer("INVITE", nil)
		k.reoffer("INVITE", randomLines(random, hostileLines, 0))
		k.reoffer("INVITE", nil)
		k.reoffer("UPDATE", randomLines(random, hostileLines, 0))
		k.reoffer("INVITE", nil)
		k.end()
	}
}

// An offer without audio in a call is refused and changes nothing (RFC 3261,
// section 14.2).
func guardedRefused(s *session) {
	k := s.talk(nil, phone.Plain)
	for _, lines := range []phone.Media{{fax}, {video}, {noAudio}} {
		for _, method := range []string{"INVITE", "UPDATE"} {
			if status, _ := k.caller.Reoffer(s, method, lines); status != 488 {
				s.Errorf("%s with %q: %d, want 488", method, lines, status)
			}
			k.hear()
		}
	}
	k.end()
}

// A peer that answers our offer otherwise than it may (RFC 3264, section 6)
// harms nobody: there is sound both ways, or the call ends.
func guardedAnswers(s *session) {
	for i, c := range []struct {
		lines phone.Media
		talk  bool
	}{
		{phone.Media{phone.Own, fax}, true},
		{phone.Media{phone.Own, video, otherLines[7]}, true},
		{phone.Media{otherLines[0], phone.Own}, false},
		{phone.Media{noAudio}, false},
		{phone.Media{fax}, false},
		{phone.Media{video}, false},
		{phone.Media{}, false},
	} {
		to := fmt.Sprintf("+8210488%05d", i)
		callee := s.rig.Subscriber(s, to)
		leg := s.callOut(callee, to)
		callee.AnswerWith(c.lines)
		callee.Say(OtherHz)
		s.until("the answer, or the end", patience, func() bool {
			return count(s, func(ev engine.LegAnswered) bool { return ev.Leg == leg }) > 0 || count(s, func(ev engine.LegEnded) bool { return ev.Leg == leg }) > 0
		})
		if count(s, func(ev engine.LegEnded) bool { return ev.Leg == leg }) > 0 {
			if c.talk {
				s.Errorf("answer %q: the call ended", c.lines)
			}
			continue
		}
		agent, agentLeg := s.agent(AliceHz)
		s.room(leg, agentLeg)
		s.hears("the customer", callee, AliceHz)
		s.hears("the agent", agent, OtherHz)
		if s.Failed() {
			s.Fatalf("after the answer %q", c.lines)
		}
		callee.Hangup()
	}
}

// Requests that have no place in a call are answered, too, and all of them in
// calls of our own.
func guardedRequests(s *session) {
	k := s.talk(nil, phone.Plain)
	for _, r := range []struct {
		who    Party
		method string
		want   []int
	}{
		{k.caller, "SUBSCRIBE", []int{405}}, {k.caller, "NOTIFY", []int{405}}, {k.caller, "REGISTER", []int{405}},
		{k.agent, "OPTIONS", []int{200}}, {k.agent, "REFER", []int{603}}, {k.agent, "MESSAGE", []int{405}}, {k.agent, "PUBLISH", []int{405}},
		{k.agent, "FROBNICATE", []int{501}}, {k.agent, "SUBSCRIBE", []int{405}},
	} {
		before := time.Now()
		status, allow := r.who.Request(s, r.method)
		if d := time.Since(before); !slices.Contains(r.want, status) || d > time.Second {
			s.Errorf("%s: %d after %v, want %d", r.method, status, d, r.want)
		}
		if status == 405 && !strings.Contains(allow, "INVITE") {
			s.Errorf("%s: 405 with Allow %q", r.method, allow)
		}
	}
	k.hear()
}
