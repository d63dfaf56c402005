package phone

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"sync"
	"time"

	"ringdesk/e2e/phone/tone"
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
	conn    *net.UDPConn
	local   netip.AddrPort
	keepFor time.Duration
	wg      sync.WaitGroup
	stop    chan struct{}
	once    sync.Once

	mu      sync.Mutex
	remote  netip.AddrPort // invalid until known
	codec   Codec
	event   uint8
	sine    *tone.Sine
	paused  bool
	resumed bool // the next packet starts a talk spurt
	keys    []*press

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
}

func newMedia(ip netip.Addr, keepFor time.Duration) (*media, error) {
	conn, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(netip.AddrPortFrom(ip, 0)))
	if err != nil {
		return nil, fmt.Errorf("phone: RTP port: %w", err)
	}
	local := conn.LocalAddr().(*net.UDPAddr).AddrPort()
	return &media{
		conn: conn, local: netip.AddrPortFrom(ip, local.Port()), keepFor: keepFor, stop: make(chan struct{}),
		sine: tone.NewSine(Rate, 0), resumed: true,
	}, nil
}

// listen starts receiving.
func (m *media) listen() {
	m.wg.Go(func() {
		buf := make([]byte, 2048)
		for {
			n, from, err := m.conn.ReadFromUDPAddrPort(buf)
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

// aim sets where and how to send, as the SDP said.
func (m *media) aim(remote netip.AddrPort, codec Codec, event uint8) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.remote, m.codec, m.event = remote, codec, event
}

func (m *media) close() {
	m.once.Do(func() {
		close(m.stop)
		m.conn.Close()
	})
}

// sender is the state of the sending goroutine.
type sender struct {
	media *media
	seq   uint16
	stamp uint32
	ssrc  uint32
	pcm   [frame]int16
	out   []byte
}

// frame sends what is due in these 20 ms. The timestamp counts on when nothing
// is sent (RFC 3550, section 5.1).
func (s *sender) frame() {
	m := s.media
	m.mu.Lock()
	defer m.mu.Unlock()
	defer func() { s.stamp += frame }()
	if !m.remote.IsValid() {
		return
	}
	if len(m.keys) > 0 && s.key(m.keys[0]) {
		return
	}
	clear(s.pcm[:])
	m.sine.Add(s.pcm[:])
	if m.paused {
		m.resumed = true
		return
	}
	var payload [frame]byte
	m.codec.encode(payload[:], s.pcm[:])
	s.send(packet{marker: m.resumed, kind: uint8(m.codec), stamp: s.stamp, payload: payload[:]})
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
		s.send(packet{marker: p.sent == 1, kind: s.media.event, stamp: p.stamp, payload: eventPayload(p.code, p.sent*frame, false)})
		return true
	case p.sent == eventFrames:
		for range eventEnds {
			s.send(packet{kind: s.media.event, stamp: p.stamp, payload: eventPayload(p.code, p.sent*frame, true)})
		}
		return true
	case p.sent >= eventFrames+eventRest:
		s.media.keys = s.media.keys[1:]
		close(p.done)
	}
	return false
}

func (s *sender) send(p packet) {
	p.seq, p.ssrc = s.seq, s.ssrc
	s.seq++
	s.out = p.appendTo(s.out[:0])
	// A lost packet is the network's business: the far side may be gone already.
	_, _ = s.media.conn.WriteToUDPAddrPort(s.out, s.media.remote)
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

// SendDTMF presses keys, 100 ms each and 80 ms between them, and returns when
// they are sent or the call is over.
func (c *Call) SendDTMF(ctx context.Context, digits string) error {
	m := c.media
	var last chan struct{}
	m.mu.Lock()
	if m.event == 0 {
		m.mu.Unlock()
		return errors.New("phone: the far side takes no telephone-event")
	}
	for _, d := range digits {
		code, ok := keyCode(d)
		if !ok {
			m.mu.Unlock()
			return fmt.Errorf("phone: no key %q", d)
		}
		last = make(chan struct{})
		m.keys = append(m.keys, &press{code: code, done: last})
	}
	m.mu.Unlock()
	if last == nil {
		return nil
	}
	select {
	case <-last:
		return nil
	case <-m.stop:
		return errors.New("phone: the call is over")
	case <-ctx.Done():
		return ctx.Err()
	}
}
