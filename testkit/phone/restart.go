package phone

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"

	"github.com/emiago/sipgo/sip"
)

// Restart says how a phone's stream goes on as if it were another one, as PBXes
// do that switch what they play.
type Restart struct {
	Seq   int  // added to the sequence number
	Stamp int  // added to the timestamp
	SSRC  bool // another source
	Port  bool // sent from another port, which is listened on, too
	Offer bool // said before, with a re-INVITE (RFC 3261, section 14)
}

// Restart lets the next packet begin another stream.
func (c *Call) Restart(ctx context.Context, r Restart) error {
	m := c.media
	if r.Port {
		if err := m.move(); err != nil {
			return err
		}
	}
	if r.Offer {
		if err := c.reoffer(ctx); err != nil {
			return err
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.restarts = append(m.restarts, r)
	return nil
}

// restart applies what Restart asked for. The caller holds the media's lock.
func (s *sender) restart() {
	m := s.media
	for _, r := range m.restarts {
		s.seq += uint16(r.Seq)
		s.stamp += uint32(r.Stamp)
		if r.SSRC {
			s.ssrc = rand.Uint32()
		}
		if r.Port {
			m.conn, m.next = m.next, nil
		}
	}
	m.restarts = nil
}

// move opens a further port. Packets are sent from it after the next restart.
func (m *media) move() error {
	conn, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(netip.AddrPortFrom(m.local.Addr(), 0)))
	if err != nil {
		return fmt.Errorf("phone: RTP port: %w", err)
	}
	m.mu.Lock()
	if m.next != nil || m.closed {
		m.mu.Unlock()
		return errors.Join(errors.New("phone: the call moves already, or is over"), conn.Close())
	}
	m.next, m.local = conn, conn.LocalAddr().(*net.UDPAddr).AddrPort()
	m.open = append(m.open, conn)
	m.mu.Unlock()
	m.listenOn(conn)
	return nil
}

// reoffer offers our sound anew and waits for the answer.
func (c *Call) reoffer(ctx context.Context) error {
	res, err := c.Reoffer(ctx, string(sip.INVITE), Media{Own})
	if err == nil && res.Code/100 != 2 {
		err = fmt.Errorf("phone: re-INVITE: %d %s", res.Code, res.Reason)
	}
	return err
}
