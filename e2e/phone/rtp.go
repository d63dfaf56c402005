package phone

import (
	"encoding/binary"
	"strings"
)

const (
	rtpHeader = 12
	// frame is 20 ms of sound, in samples and in bytes.
	frame = 160
)

// packet is what the phone reads from an RTP packet (RFC 3550, section 5.1).
type packet struct {
	marker  bool
	kind    uint8
	seq     uint16
	stamp   uint32
	ssrc    uint32
	payload []byte
}

func (p packet) appendTo(b []byte) []byte {
	kind := p.kind
	if p.marker {
		kind |= 0x80
	}
	b = append(b, 0x80, kind)
	b = binary.BigEndian.AppendUint16(b, p.seq)
	b = binary.BigEndian.AppendUint32(b, p.stamp)
	b = binary.BigEndian.AppendUint32(b, p.ssrc)
	return append(b, p.payload...)
}

func parseRTP(b []byte) (packet, bool) {
	if len(b) < rtpHeader || b[0]>>6 != 2 {
		return packet{}, false
	}
	p := packet{
		marker: b[1]&0x80 != 0,
		kind:   b[1] & 0x7f,
		seq:    binary.BigEndian.Uint16(b[2:]),
		stamp:  binary.BigEndian.Uint32(b[4:]),
		ssrc:   binary.BigEndian.Uint32(b[8:]),
	}
	body := rtpHeader + 4*int(b[0]&0x0f)
	if b[0]&0x10 != 0 { // header extension, section 5.3.1
		if len(b) < body+4 {
			return packet{}, false
		}
		body += 4 + 4*int(binary.BigEndian.Uint16(b[body+2:]))
	}
	end := len(b)
	if b[0]&0x20 != 0 {
		end -= int(b[len(b)-1])
	}
	if body > end {
		return packet{}, false
	}
	p.payload = b[body:end]
	return p, true
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
