package phone

import (
	"net/netip"
	"strings"
	"time"

	"github.com/pion/rtp"

	"ringdesk/testkit/tone"
)

// maxDrift is how far a packet may stand from where its timestamp puts it
// before the sender's clock is read anew: a sender that was switched, jumped
// or paused without counting on.
const maxDrift = 120 * time.Millisecond

// heard is a received packet with its place in real time.
type heard struct {
	at      time.Time // when it arrived
	place   time.Time // when its first sample was said, by the sender's clock
	seq     uint16
	codec   Codec
	payload []byte
}

// Key is one key press that arrived.
type Key struct {
	Digit string
	At    time.Time
}

// receive takes one packet in. The caller holds no lock.
func (m *media) receive(b []byte, from netip.AddrPort, now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.sealed != nil {
		b = m.sealed.open(b)
	}
	p, ok := parseRTP(b)
	if !ok {
		return
	}
	m.remote = from // symmetric RTP (RFC 4961): answer to where sound comes from
	switch {
	case p.PayloadType == uint8(PCMU) || p.PayloadType == uint8(PCMA):
		m.keep(p, now)
	case p.PayloadType == m.event && m.event != 0 && len(p.Payload) >= 4:
		// All packets of one key press bear its timestamp (RFC 4733, section 2.5.1.2).
		if code := p.Payload[0]; int(code) < len(keys) && (p.Timestamp != m.keyStamp || p.SSRC != m.keySSRC) {
			m.keyStamp, m.keySSRC = p.Timestamp, p.SSRC
			m.pressed = append(m.pressed, Key{Digit: keys[code : code+1], At: now})
		}
	}
}

func (m *media) keep(p rtp.Packet, now time.Time) {
	place := m.anchor.Add(time.Duration(int32(p.Timestamp-m.anchorStamp)) * time.Second / Rate)
	if p.SSRC != m.anchorSSRC || now.Sub(place).Abs() > maxDrift {
		m.anchor, m.anchorStamp, m.anchorSSRC, place = now, p.Timestamp, p.SSRC, now
	}
	if limit := int(m.keepFor / (20 * time.Millisecond)); len(m.heard) >= 2*limit {
		m.heard = m.heard[:copy(m.heard, m.heard[len(m.heard)-limit:])]
	}
	m.heard = append(m.heard, heard{at: now, place: place, seq: p.SequenceNumber, codec: Codec(p.PayloadType), payload: append([]byte(nil), p.Payload...)})
}

// Heard is what arrived in [from, to) as PCM at Rate, silence where nothing
// did. A to in the future is cut at now.
func (c *Call) Heard(from, to time.Time) []int16 {
	if now := time.Now(); to.After(now) {
		to = now
	}
	if !to.After(from) {
		return nil
	}
	pcm := make([]int16, int(to.Sub(from)*Rate/time.Second))
	m := c.media
	m.mu.Lock()
	defer m.mu.Unlock()
	var buf [4096]int16
	for _, h := range m.heard {
		if h.place.After(to) || h.place.Before(from.Add(-time.Second)) {
			continue
		}
		said := buf[:min(len(h.payload), len(buf))]
		h.codec.decode(said, h.payload[:len(said)])
		at := int(h.place.Sub(from) * Rate / time.Second)
		for i, s := range said {
			if at+i >= 0 && at+i < len(pcm) {
				pcm[at+i] = s
			}
		}
	}
	return pcm
}

// Gaps is how smoothly sound arrived.
type Gaps struct {
	Packets int
	Largest time.Duration // longest time between two packets, and to the ends of the time asked for
	Lost    int           // sequence numbers that never came
}

// Gaps tells how smoothly sound arrived in [from, to). A to in the future is
// cut at now.
func (c *Call) Gaps(from, to time.Time) Gaps {
	if now := time.Now(); to.After(now) {
		to = now
	}
	m := c.media
	m.mu.Lock()
	defer m.mu.Unlock()
	var g Gaps
	last := from
	var seq uint16
	for _, h := range m.heard {
		if h.at.Before(from) || !h.at.Before(to) {
			continue
		}
		g.Largest = max(g.Largest, h.at.Sub(last))
		if step := int16(h.seq - seq); g.Packets > 0 && step > 1 && step < 1000 {
			g.Lost += int(step) - 1
		}
		last, seq = h.at, h.seq
		g.Packets++
	}
	g.Largest = max(g.Largest, to.Sub(last))
	return g
}

// inOrder is all that arrived, packet by packet: a burst after a pause, which has
// its place in time anew, spoils no key.
func (m *media) inOrder() []int16 {
	m.mu.Lock()
	defer m.mu.Unlock()
	var pcm []int16
	for _, h := range m.heard {
		said := make([]int16, len(h.payload))
		h.codec.decode(said, h.payload)
		pcm = append(pcm, said...)
	}
	return pcm
}

// Keys is the key presses that arrived, in order.
func (c *Call) Keys() []Key {
	c.media.mu.Lock()
	defer c.media.mu.Unlock()
	return append([]Key(nil), c.media.pressed...)
}

// DTMF is the digits that arrived, in order.
func (c *Call) DTMF() string {
	c.media.mu.Lock()
	ways := c.media.ways
	c.media.mu.Unlock()
	if ways == Tones {
		return tone.Keys(c.media.inOrder(), Rate)
	}
	var b strings.Builder
	for _, k := range c.Keys() {
		b.WriteString(k.Digit)
	}
	return b.String()
}
