package phone

import (
	"cmp"
	"math"
	"slices"
)

// Codec is an audio codec by its static RTP payload type (RFC 3551, table 4).
type Codec uint8

// The codecs that the phone speaks, both at 8000 samples per second.
const (
	PCMU Codec = 0
	PCMA Codec = 8
	// G729 can be offered only: the phone speaks it to nobody.
	G729 Codec = 18
)

// Name is the encoding name of SDP's rtpmap.
func (c Codec) Name() string {
	switch c {
	case PCMA:
		return "PCMA"
	case G729:
		return "G729"
	default:
		return "PCMU"
	}
}

var (
	fromULaw, fromALaw = decodeTables()
	toULaw, toALaw     = encodeTables()
)

func (c Codec) encode(dst []byte, pcm []int16) {
	table := toULaw
	if c == PCMA {
		table = toALaw
	}
	for i, s := range pcm {
		dst[i] = table[uint16(s)>>2]
	}
}

func (c Codec) decode(dst []int16, payload []byte) {
	table := &fromULaw
	if c == PCMA {
		table = &fromALaw
	}
	for i, b := range payload {
		dst[i] = table[b]
	}
}

// decodeTables expands the 8-bit codes of ITU-T G.711, tables 1a to 2b, scaled
// to 16 bits.
func decodeTables() (ulaw, alaw [256]int16) {
	for i := range 256 {
		u := ^byte(i)
		v := (int(u&0x0f)<<3+0x84)<<(u>>4&7) - 0x84
		if u&0x80 != 0 {
			v = -v
		}
		ulaw[i] = int16(v)

		a := byte(i) ^ 0x55
		v = int(a&0x0f)<<4 + 8
		if seg := a >> 4 & 7; seg > 0 {
			v = (v + 0x100) << (seg - 1)
		}
		if a&0x80 == 0 {
			v = -v
		}
		alaw[i] = int16(v)
	}
	return ulaw, alaw
}

// encodeTables gives the nearest code for each 14-bit sample.
func encodeTables() (ulaw, alaw []byte) {
	return nearest(fromULaw), nearest(fromALaw)
}

func nearest(decode [256]int16) []byte {
	codes := make([]byte, 256)
	for i := range codes {
		codes[i] = byte(i)
	}
	slices.SortFunc(codes, func(a, b byte) int { return cmp.Compare(decode[a], decode[b]) })
	table := make([]byte, 1<<14)
	k := 0
	for s := math.MinInt16; s <= math.MaxInt16; s += 4 {
		for k+1 < len(codes) && int(decode[codes[k+1]])-s <= s-int(decode[codes[k]]) {
			k++
		}
		table[uint16(s)>>2] = codes[k]
	}
	return table
}
