package phone

import (
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"time"

	"ringdesk/testkit/tone"
)

// Media is where the call's sound is sent to; invalid until that is known.
func (c *Call) Media() netip.AddrPort {
	c.media.mu.Lock()
	defer c.media.mu.Unlock()
	return c.media.remote
}

// Strange sends datagrams that belong to no call from an address, as strangers
// on the network do.
func Strange(from string, datagrams [][]byte, to ...netip.AddrPort) error {
	conn, err := net.ListenPacket("udp4", net.JoinHostPort(from, "0"))
	if err != nil {
		return fmt.Errorf("phone: %w", err)
	}
	defer conn.Close()
	for _, d := range datagrams {
		for _, at := range to {
			// A closed port's ICMP message shows up as an error of a later datagram.
			_, _ = conn.WriteTo(d, net.UDPAddrFromAddrPort(at))
		}
		time.Sleep(50 * time.Microsecond) // a burst would overflow the far side's buffer
	}
	return nil
}

// StrangeSound says a tone for a while to a call's port, from an address that
// is no part of the call.
func StrangeSound(from string, to netip.AddrPort, codec Codec, hz int, d time.Duration) error {
	ip, err := netip.ParseAddr(from)
	if err != nil {
		return fmt.Errorf("phone: %w", err)
	}
	m, err := newMedia(ip, time.Second)
	if err != nil {
		return err
	}
	defer m.close()
	m.sine = tone.NewSine(Rate, hz)
	m.aim(session{addr: to}, codec, 0)
	s := &sender{media: m, seq: uint16(rand.Uint32()), stamp: rand.Uint32(), ssrc: rand.Uint32()}
	next := time.NewTicker(frameTime)
	defer next.Stop()
	for range d / frameTime {
		<-next.C
		s.frame()
	}
	return nil
}
