package phone

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// eventPT is the payload type that the phone offers for telephone-event.
const eventPT = 101

var errNoAudio = errors.New("phone: the SDP has no audio that this phone speaks")

// Own stands in Media for the phone's own audio line.
const Own = "audio"

// Media is the media lines of an offer in order, without "m=": Own, or another
// with what belongs to it ("video 5000 RTP/AVP 96\r\na=rtpmap:96 VP8/90000").
// What begins with "a=" is written as it is. Nil is Own alone.
type Media []string

// session is what one side's SDP says (RFC 8866): where it wants audio, and
// which codecs, in its order of preference. Package pion/sdp is not used: it
// refuses the lines of fax and others that this phone must offer and read.
type session struct {
	addr   netip.AddrPort
	names  []string // of all codecs, lower case, preferred first
	codecs []Codec  // those of names that the phone speaks
	event  uint8    // payload type of telephone-event; 0 for none
	crypto crypto   // of SRTP; the zero one is plain RTP

	media Media    // when written
	lines []string // when read: all media lines, without "m="
	own   int      // and which of them is the audio
}

func (s session) write(version int) []byte {
	ip := s.addr.Addr()
	text := fmt.Appendf(nil, "v=0\r\no=- %d %d IN IP4 %s\r\ns=-\r\nc=IN IP4 %s\r\nt=0 0\r\n", s.addr.Port(), version, ip, ip)
	if s.media == nil {
		s.media = Media{Own}
	}
	for _, line := range s.media {
		switch {
		case line == Own:
			text = append(text, s.audio()...)
		case strings.HasPrefix(line, "a="):
			text = append(text, line+"\r\n"...)
		default:
			text = append(text, "m="+line+"\r\n"...)
		}
	}
	return text
}

// answer is the media lines of an answer to an offer: its audio, and port 0 for
// the rest (RFC 3264, section 6).
func (s session) answer() Media {
	var all Media
	for i, line := range s.lines {
		fields := strings.Fields(line)
		if i == s.own || len(fields) < 4 {
			all = append(all, Own)
		} else {
			all = append(all, fmt.Sprintf("%s 0 %s", fields[0], strings.Join(fields[2:], " ")))
		}
	}
	return all
}

// audio is the phone's own media line and its attributes.
func (s session) audio() string {
	var types, maps strings.Builder
	for _, c := range s.codecs {
		fmt.Fprintf(&types, " %d", c)
		fmt.Fprintf(&maps, "a=rtpmap:%d %s/8000\r\n", c, c.Name())
	}
	if s.event != 0 {
		fmt.Fprintf(&types, " %d", s.event)
		fmt.Fprintf(&maps, "a=rtpmap:%d telephone-event/8000\r\na=fmtp:%d 0-15\r\n", s.event, s.event)
	}
	return fmt.Sprintf("m=audio %d %s%s\r\n%s%sa=ptime:20\r\na=sendrecv\r\n", s.addr.Port(), s.crypto.profile(), types.String(), maps.String(), s.crypto.line())
}

func parseSDP(body []byte) (session, error) {
	var s session
	var ip netip.Addr
	var port uint64
	var types []string
	maps := map[string]string{"0": "pcmu", "8": "pcma"}
	inAudio := true
	for line := range strings.Lines(string(body)) {
		kind, value, ok := strings.Cut(strings.TrimSpace(line), "=")
		if !ok {
			continue
		}
		switch fields := strings.Fields(value); {
		case kind == "m":
			s.lines = append(s.lines, value)
			inAudio = len(fields) > 3 && fields[0] == "audio" && fields[1] != "0" && types == nil
			if inAudio {
				s.own = len(s.lines) - 1
				port, _ = strconv.ParseUint(fields[1], 10, 16)
				types = fields[3:]
			}
		case kind == "a" && inAudio && strings.HasPrefix(value, "crypto:"):
			s.crypto.take(value)
		case kind == "c" && inAudio && len(fields) == 3:
			ip, _ = netip.ParseAddr(fields[2])
		case kind == "a" && inAudio && len(fields) == 2 && strings.HasPrefix(fields[0], "rtpmap:"):
			name, clock, _ := strings.Cut(strings.ToLower(fields[1]), "/")
			if name == "telephone-event" && clock != "8000" {
				continue // of a codec with another clock (RFC 4733, section 2.1)
			}
			maps[strings.TrimPrefix(fields[0], "rtpmap:")] = name
		}
	}
	for _, t := range types {
		name := maps[t]
		switch name {
		case "pcmu":
			s.codecs = append(s.codecs, PCMU)
		case "pcma":
			s.codecs = append(s.codecs, PCMA)
		case "telephone-event":
			pt, err := strconv.ParseUint(t, 10, 7)
			if err == nil && s.event == 0 {
				s.event = uint8(pt)
			}
			continue
		}
		s.names = append(s.names, name)
	}
	if !ip.IsValid() || port == 0 || len(s.codecs) == 0 {
		return s, errNoAudio
	}
	s.addr = netip.AddrPortFrom(ip, uint16(port))
	return s, nil
}

// agree gives the first codec of the offer that we speak too (RFC 3264,
// section 6.1).
func agree(offer, ours []Codec) (Codec, error) {
	for _, c := range offer {
		if slices.Contains(ours, c) {
			return c, nil
		}
	}
	return 0, errNoAudio
}
