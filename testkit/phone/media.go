package phone

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/pion/rtp"

	"ringdesk/testkit/tone"
)

const (
	frameTime = 20 * time.Millisecond
	// maxLate is how late the sending clock may run before it skips frames
	// instead of sending them in a burst.
	maxLate = 200 * time.Millisecond
)

// media is the sound of one call: one UDP socket, one goroutine that sends and
// one that receives.
type media struct {
	keepFor time.Duration
	wg      sync.WaitGroup
	stop    chan struct{}
	once    sync.Once

	mu      sync.Mutex
	conn    *net.UDPConn   // sent from
	next    *net.UDPConn   // sent from after the next restart
	open    []*net.UDPConn // listened on
	closed  bool
	local   netip.AddrPort
	remote  netip.AddrPort // invalid until known
	codec   Codec
	event   uint8
	sine    *tone.Sine
	paused  bool
	resumed bool // the next packet starts a talk spurt
	keys    []*press
	// restarts are what the next frame begins with.
	restarts []Restart
	ways     Keys
	sealed   *sealed // nil with plain RTP

	heard       []heard
	anchor      time.Time
	anchorStamp uint32
	anchorSSRC  uint32
	pressed     []Key
	keyStamp    uint32
	keySSRC     uint32
}

// press is a key to be sent.
type press struct {
	code  byte
	sent  int // frames sent, key and rest
	stamp uint32
	done  chan struct{}

	low, high *tone.Sine // of a key that is sent as tones
}

func newMedia(ip netip.Addr, keepFor time.Duration) (*media, error) {
	conn, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(netip.AddrPortFrom(ip, 0)))
	if err != nil {
		return nil, fmt.Errorf("phone: RTP port: %w", err)
	}
	local := conn.LocalAddr().(*net.UDPAddr).AddrPort()
	return &media{
		conn: conn, open: []*net.UDPConn{conn}, local: netip.AddrPortFrom(ip, local.Port()), keepFor: keepFor, stop: make(chan struct{}),
		sine: tone.NewSine(Rate, 0), resumed: true,
	}, nil
}

// listen starts receiving.
func (m *media) listen() { m.listenOn(m.conn) }

func (m *media) listenOn(conn *net.UDPConn) {
	m.wg.Go(func() {
		buf := make([]byte, 2048)
		for {
			n, from, err := conn.ReadFromUDPAddrPort(buf)
			if errors.Is(err, net.ErrClosed) {
				return
			}
			// Other errors are ICMP's news that the far side closed its port.
			if err == nil {
				m.receive(buf[:n], netip.AddrPortFrom(from.Addr().Unmap(), from.Port()), time.Now())
			}
		}
	})
}

// speak starts sending.
func (m *media) speak() {
	m.wg.Go(func() {
		s := &sender{media: m, seq: uint16(rand.Uint32()), stamp: rand.Uint32(), ssrc: rand.Uint32()}
		next := time.Now()
		timer := time.NewTimer(0)
		defer timer.Stop()
		for {
			select {
			case <-m.stop:
				return
			case <-timer.C:
			}
			for late := time.Since(next); late > maxLate; late -= frameTime {
				s.stamp += frame
				next = next.Add(frameTime)
			}
			s.frame()
			next = next.Add(frameTime)
			timer.Reset(time.Until(next))
		}
	})
}

// aim sets where and how to send, as the far side's SDP said.
func (m *media) aim(far session, codec Codec, event uint8) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.remote, m.codec, m.event = far.addr, codec, event
	if m.sealed != nil {
		m.sealed.far(far.crypto)
	}
}

func (m *media) close() {
	m.once.Do(func() {
		close(m.stop)
		m.mu.Lock()
		defer m.mu.Unlock()
		m.closed = true
		for _, conn := range m.open {
			conn.Close()
		}
	})
}

// sender is the state of the sending goroutine.
type sender struct {
	media *media
	seq   uint16
	stamp uint32
	ssrc  uint32
	pcm   [frame]int16
	out   [12 + frame]byte // a header without extensions, and one frame
}

// frame sends what is due in these 20 ms. The timestamp counts on when nothing
// is sent (RFC 3550, section 5.1).
func (s *sender) frame() {
	m := s.media
	m.mu.Lock()
	defer m.mu.Unlock()
	defer func() { s.stamp += frame }()
	s.restart()
	if !m.remote.IsValid() {
		return
	}
	if len(m.keys) > 0 {
		press := s.key
		if m.ways == Tones {
			press = s.keyTone
		}
		if press(m.keys[0]) {
			return
		}
	}
	clear(s.pcm[:])
	m.sine.Add(s.pcm[:])
	if m.paused {
		m.resumed = true
		return
	}
	s.sound()
}

// sound sends one frame of sound. The caller holds the media's mu.
func (s *sender) sound() {
	m := s.media
	var payload [frame]byte
	m.codec.encode(payload[:], s.pcm[:])
	s.send(rtp.Header{Marker: m.resumed, PayloadType: uint8(m.codec), Timestamp: s.stamp}, payload[:])
	m.resumed = false
}

// key sends one frame of a key press and says whether it took the frame.
func (s *sender) key(p *press) bool {
	p.sent++
	switch {
	case p.sent == 1:
		p.stamp = s.stamp
		fallthrough
	case p.sent < eventFrames:
		s.send(rtp.Header{Marker: p.sent == 1, PayloadType: s.media.event, Timestamp: p.stamp}, eventPayload(p.code, p.sent*frame, false))
		return true
	case p.sent == eventFrames:
		for range eventEnds {
			s.send(rtp.Header{PayloadType: s.media.event, Timestamp: p.stamp}, eventPayload(p.code, p.sent*frame, true))
		}
		return true
	case p.sent >= eventFrames+eventRest:
		s.media.keys = s.media.keys[1:]
		close(p.done)
	}
	return false
}

func (s *sender) send(h rtp.Header, payload []byte) {
	h.Version, h.SequenceNumber, h.SSRC = rtpVersion, s.seq, s.ssrc
	s.seq++
	p := rtp.Packet{Header: h, Payload: payload}
	n, err := p.MarshalTo(s.out[:])
	if err != nil {
		panic(err) // out has room for each packet that this phone sends
	}
	packet := s.out[:n]
	if s.media.sealed != nil {
		packet = s.media.sealed.seal(packet)
	}
	// A lost packet is the network's business: the far side may be gone already.
	_, _ = s.media.conn.WriteToUDPAddrPort(packet, s.media.remote)
}

// SayTone says a tone from now on; 0 is silence, sent as sound.
func (c *Call) SayTone(hz int) {
	c.media.mu.Lock()
	defer c.media.mu.Unlock()
	c.media.sine = tone.NewSine(Rate, hz)
}

// Pause stops sending RTP altogether, or goes on after that.
func (c *Call) Pause(on bool) {
	c.media.mu.Lock()
	defer c.media.mu.Unlock()
	c.media.paused = on
}
