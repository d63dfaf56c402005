package phone

import (
	"encoding/binary"
	"strings"

	"github.com/pion/rtp"
)

const (
	rtpVersion = 2
	// frame is 20 ms of sound, in samples and in bytes.
	frame = 160
)

// parseRTP reads an RTP packet (RFC 3550, section 5.1).
func parseRTP(b []byte) (rtp.Packet, bool) {
	var p rtp.Packet
	err := p.Unmarshal(b)
	return p, err == nil && p.Version == rtpVersion
}

// keys are the telephone events 0 to 15 (RFC 4733, section 3.2).
const keys = "0123456789*#ABCD"

const (
	// eventFrames is how many packets report a key while it is down: 100 ms.
	eventFrames = 5
	// eventRest is the pause after a key, in frames: 80 ms.
	eventRest = 4
	// eventEnds is how often the last packet is sent (RFC 4733, section 2.5.1.4).
	eventEnds = 3
	// eventVolume is the level of the key's tone in -dBm0.
	eventVolume = 10
)

func eventPayload(key byte, samples int, end bool) []byte {
	b := []byte{key, eventVolume, 0, 0}
	if end {
		b[1] |= 0x80
	}
	binary.BigEndian.PutUint16(b[2:], uint16(samples))
	return b
}

// keyCode gives the telephone event of a digit.
func keyCode(digit rune) (byte, bool) {
	i := strings.IndexRune(keys, digit)
	return byte(i), i >= 0
}
