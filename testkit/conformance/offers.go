package conformance

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/testkit/phone"
)

var offerCases = []testCase{
	{"lines", offerLines},
	{"generated", offerGenerated},
	{"late", offerLate},
	{"multipart", offerMultipart},
	{"fax", offerFax},
	{"none", offerNone},
	{"requests", offerRequests},
}

// The media lines that peers offer beside audio: video, real-time text, chat,
// application sharing, and kinds that nobody knows; on and off.
var otherLines = []string{
	"image 0 udptl t38",
	"video 4402 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=fmtp:96 profile-level-id=42e01f",
	"video 0 RTP/AVP 34",
	"text 4406 RTP/AVP 98\r\na=rtpmap:98 t140/1000",
	"application 4408 TCP/BFCP *\r\na=floorctrl:c-s",
	"application 0 UDP/DTLS/SCTP webrtc-datachannel",
	"message 4410 TCP/MSRP *\r\na=path:msrp://127.0.0.2:4410/s1;tcp",
	"audio 4412 RTP/AVP 18\r\na=rtpmap:18 G729/8000",
	"audio 0 RTP/AVP 0",
	"x-thing 4416 RTP/AVP 99",
}

const (
	fax     = "image 4400 udptl t38\r\na=T38FaxVersion:0\r\na=T38FaxUdpEC:t38UDPRedundancy"
	video   = "video 4402 RTP/AVP 96\r\na=rtpmap:96 H264/90000"
	text    = "text 4406 RTP/AVP 98\r\na=rtpmap:98 t140/1000"
	noAudio = "audio 0 RTP/AVP 0"
	sealed  = "audio 4414 RTP/SAVP 8\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz"
)

// Whatever is offered beside audio, at any place, harms nobody, and the audio is
// used (RFC 3264, section 6).
func offerLines(s *session) {
	for _, other := range otherLines {
		s.talk(phone.Media{other, phone.Own}, phone.Plain).end()
		s.talk(phone.Media{phone.Own, other}, phone.Plain).end()
	}
	s.talk(phone.Media{"a=group:BUNDLE v a", video + "\r\na=mid:v", phone.Own, "a=mid:a"}, phone.Plain).end()
	s.talk(phone.Media{video, video, video, otherLines[0], phone.Own, text, otherLines[4], otherLines[6]}, phone.Plain).end()
}

// Random offers, each followed by others in the same call: lines are added and
// changed, switched off and on, by INVITE and by UPDATE.
func offerGenerated(s *session) {
	random := rand.New(rand.NewPCG(28, 3264))
	for range 8 {
		k := s.talk(randomLines(random, otherLines, 0), phone.Plain)
		k.reoffer("INVITE", randomLines(random, otherLines, k.lines()))
		k.reoffer("UPDATE", randomLines(random, otherLines, k.lines()))
		k.end()
	}
}

// randomLines is up to eight media lines with our audio at any place: no fewer
// than there were (RFC 3264, section 8).
func randomLines(random *rand.Rand, from []string, least int) phone.Media {
	var lines phone.Media
	for range max(least-1, random.IntN(8)) {
		lines = append(lines, from[random.IntN(len(from))])
	}
	return slices.Insert(lines, random.IntN(len(lines)+1), phone.Own)
}

// A call that comes without an offer gets the engine's, and answers it in ACK.
func offerLate(s *session) { s.talk(nil, phone.Late) }

func offerMultipart(s *session) {
	for _, lines := range []phone.Media{nil, {video, phone.Own}} {
		s.talk(lines, phone.Multipart).end()
	}
}

// A fax beside the audio is refused, and the audio used; or the call, before
// anybody hears of it.
func offerFax(s *session) {
	for _, lines := range []phone.Media{{fax, phone.Own}, {phone.Own, fax}} {
		c := s.rig.Caller(s, "01000000038", "")
		c.Offer(lines, phone.Plain)
		c.Call(s, number)
		s.until("the call or its refusal", patience, func() bool { return c.Final() != 0 || count(s, isArrival) > 0 })
		if c.Final() == 0 {
			c.Hangup()
			s.talk(lines, phone.Plain).end()
		} else if c.Final() != 488 || count(s, isArrival) > 0 {
			s.Errorf("offer %q: final response %d, %d arrivals, want 488 and none", lines, c.Final(), count(s, isArrival))
		}
	}
}

func isArrival(engine.LegArrived) bool { return true }

// A call without audio that we could take is refused before anybody hears of it: SRTP
// alone is none to a trunk without it.
func offerNone(s *session) {
	for _, lines := range []phone.Media{{fax}, {video}, {otherLines[0], noAudio}, {text, otherLines[6]}, {}, {sealed}} {
		c := s.rig.Caller(s, "01000000488", "")
		c.Offer(lines, phone.Plain)
		c.Call(s, number)
		s.until("the refusal", patience, func() bool { return c.Final() != 0 })
		if c.Final() != 488 {
			s.Errorf("offer %q: final response %d, want 488", lines, c.Final())
		}
	}
	if n := count(s, isArrival); n != 0 {
		s.Errorf("%d calls without audio arrived", n)
	}
}

// Every request in a call is answered at once: what is not done with 405 or 501
// and what is (RFC 3261, section 8.2.1); a caller's transfer is declined.
func offerRequests(s *session) {
	k := s.talk(nil, phone.Plain)
	for _, r := range []struct {
		method string
		want   []int
	}{
		{"OPTIONS", []int{200}}, {"INFO", []int{200, 405, 415}}, {"REFER", []int{603, 405, 403}}, {"MESSAGE", []int{405, 407}}, {"PUBLISH", []int{405}},
		{"FROBNICATE", []int{501, 405}},
	} {
		before := time.Now()
		status, allow := k.caller.Request(s, r.method)
		if d := time.Since(before); !slices.Contains(r.want, status) || d > time.Second {
			s.Errorf("%s: %d after %v, want %d", r.method, status, d, r.want)
		}
		if status == 405 && !strings.Contains(allow, "INVITE") {
			s.Errorf("%s: 405 with Allow %q", r.method, allow)
		}
		k.hear()
	}
}

// talk is a caller and an agent in a room.
type talk struct {
	*session
	caller  Caller
	agent   Callee
	offered []phone.Media // in this call, for messages
	agreed  phone.Media   // the last of them that was accepted
}

// talk makes a call with an offer that an agent answers.
func (s *session) talk(lines phone.Media, body phone.Body) *talk {
	s.Helper()
	s.callers++
	from := fmt.Sprintf("010%08d", s.callers)
	k := &talk{session: s, caller: s.rig.Caller(s, from, ""), offered: []phone.Media{lines}}
	k.caller.Offer(lines, body)
	k.caller.Call(s, number)
	leg := await(s, "LegArrived", func(ev engine.LegArrived) bool { return ev.From == from }).Leg
	s.ok("Answer", s.eng.Answer(s.Context(), leg))
	s.answered(leg)
	s.until("the caller sees the answer", patience, func() bool { return k.caller.Final() == 200 })
	k.caller.Say(CustomerHz)
	agent, agentLeg := s.agent(AliceHz)
	k.agent = agent
	s.room(leg, agentLeg)
	if body != phone.Late { // else the engine offers what it likes
		k.matches(lines, k.caller.Lines())
	}
	k.hear()
	return k
}

// hear says that there is sound both ways.
func (k *talk) hear() {
	k.Helper()
	k.hears("the caller", k.caller, AliceHz)
	k.hears("the agent", k.agent, CustomerHz)
	if k.Failed() {
		k.Fatalf("after the offers %q", k.offered)
	}
}

// reoffer offers other lines in the call.
func (k *talk) reoffer(method string, lines phone.Media) {
	k.Helper()
	k.offered = append(k.offered, lines)
	status, answered := k.caller.Reoffer(k, method, lines)
	if status != 200 {
		k.Fatalf("%s after the offers %q: %d", method, k.offered, status)
	}
	if lines == nil { // the engine has offered, as things stood
		lines = k.agreed
	}
	k.matches(lines, answered)
	k.hear()
}

// lines is how many media lines the call has.
func (k *talk) lines() int {
	return len(slices.DeleteFunc(slices.Clone(k.agreed), func(line string) bool { return strings.HasPrefix(line, "a=") }))
}

func (k *talk) end() {
	k.caller.Hangup()
	k.agent.Hangup()
}

// matches judges an answer: a line for each that was offered, of its kind, and
// one audio line that is on.
func (k *talk) matches(offered phone.Media, answered []string) {
	k.Helper()
	k.agreed = offered
	kinds := []string{phone.Own}
	if offered != nil {
		kinds = nil
	}
	for _, line := range offered {
		if kind, _, _ := strings.Cut(line, " "); !strings.HasPrefix(kind, "a=") {
			kinds = append(kinds, kind)
		}
	}
	var got []string
	on := 0
	for _, line := range answered {
		fields := append(strings.Fields(line), "", "0")
		got = append(got, fields[0])
		if fields[0] == "audio" && fields[1] != "0" {
			on++
		}
	}
	if !slices.Equal(got, kinds) || on != 1 {
		k.Errorf("offers %q: answer %q with %d audio lines on", k.offered, answered, on)
	}
}
