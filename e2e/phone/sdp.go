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

// session is what one side's SDP says (RFC 8866): where it wants audio, and
// which codecs, in its order of preference.
type session struct {
	addr   netip.AddrPort
	names  []string // of all codecs, lower case, preferred first
	codecs []Codec  // those of names that the phone speaks
	event  uint8    // payload type of telephone-event; 0 for none
}

func (s session) write(version int) []byte {
	var types, maps strings.Builder
	for _, c := range s.codecs {
		fmt.Fprintf(&types, " %d", c)
		fmt.Fprintf(&maps, "a=rtpmap:%d %s/8000\r\n", c, c.Name())
	}
	if s.event != 0 {
		fmt.Fprintf(&types, " %d", s.event)
		fmt.Fprintf(&maps, "a=rtpmap:%d telephone-event/8000\r\na=fmtp:%d 0-15\r\n", s.event, s.event)
	}
	ip, port := s.addr.Addr(), s.addr.Port()
	return fmt.Appendf(nil, "v=0\r\no=- %d %d IN IP4 %s\r\ns=-\r\nc=IN IP4 %s\r\nt=0 0\r\n"+
		"m=audio %d RTP/AVP%s\r\n%sa=ptime:20\r\na=sendrecv\r\n", port, version, ip, ip, port, types.String(), maps.String())
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
			inAudio = len(fields) > 3 && fields[0] == "audio" && types == nil
			if inAudio {
				port, _ = strconv.ParseUint(fields[1], 10, 16)
				types = fields[3:]
			}
		case kind == "c" && inAudio && len(fields) == 3:
			ip, _ = netip.ParseAddr(fields[2])
		case kind == "a" && inAudio && len(fields) == 2 && strings.HasPrefix(fields[0], "rtpmap:"):
			name, _, _ := strings.Cut(fields[1], "/")
			maps[strings.TrimPrefix(fields[0], "rtpmap:")] = strings.ToLower(name)
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
			if err == nil {
				s.event = uint8(pt)
			}
			continue
		}
		s.names = append(s.names, name)
	}
	if !ip.IsValid() || port == 0 || len(s.codecs) == 0 {
		return session{}, errNoAudio
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
