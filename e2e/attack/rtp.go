package attack

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"net"
	"time"
)

// pace lets a flood leave the processors to the calls: so many packets, then a
// pause.
const (
	paceEvery = 200
	paceFor   = 2 * time.Millisecond
)

// socketAt opens a UDP socket at one of this machine's loopback addresses.
func socketAt(ip string) (*net.UDPConn, error) {
	return net.ListenUDP("udp4", &net.UDPAddr{IP: net.ParseIP(ip)})
}

// flood sends the packets that next makes until it makes no more.
func flood(ctx context.Context, conn *net.UDPConn, n *Count, next func() (to int, packet []byte)) error {
	tick := time.NewTicker(paceFor)
	defer tick.Stop()
	for i := 1; ; i++ {
		port, packet := next()
		if packet == nil {
			return nil
		}
		// A port where nobody listens answers with an ICMP error: that is no fault.
		if _, err := conn.WriteToUDP(packet, &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port}); err == nil {
			n.Sent.Add(1)
		}
		if i%paceEvery != 0 {
			continue
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// sweepRTP sends a datagram with each first byte to each media port: what
// demultiplexes by it (RFC 7983) may not take a stranger for DTLS, STUN or TURN.
func sweepRTP(ctx context.Context, at Target, full bool, n *Count) error {
	conn, err := socketAt(stranger)
	if err != nil {
		return err
	}
	defer conn.Close()
	step := 8 // of the first bytes; each range of RFC 7983 is hit all the same
	if full {
		step = 1
	}
	sizes := []int{1, 12, 60, 1400}
	port, first, size := at.RTPFrom, 0, 0
	return flood(ctx, conn, n, func() (int, []byte) {
		if port > at.RTPTo {
			port, first = at.RTPFrom, first+step
		}
		if first > 255 {
			return 0, nil
		}
		p := make([]byte, sizes[size%len(sizes)])
		p[0] = byte(first)
		size++
		port++
		return port - 1, p
	})
}

// foreignRTP sends sound that nobody asked for to every port.
func foreignRTP(ctx context.Context, at Target, full bool, n *Count) error {
	conn, err := socketAt(stranger)
	if err != nil {
		return err
	}
	defer conn.Close()
	random := rand.New(rand.NewPCG(4, 5))
	port, round := at.RTPFrom, 0
	return flood(ctx, conn, n, func() (int, []byte) {
		if port > at.RTPTo {
			port, round = at.RTPFrom, round+1
		}
		if round == scale(full, 50) {
			return 0, nil
		}
		p := make([]byte, 172) // 20 ms of G.711
		p[0], p[1] = 0x80, byte(random.IntN(128))
		binary.BigEndian.PutUint16(p[2:], uint16(random.Uint32()))
		binary.BigEndian.PutUint32(p[4:], random.Uint32())
		binary.BigEndian.PutUint32(p[8:], random.Uint32())
		port++
		return port - 1, p
	})
}

// ports says which ports a range in a setting names.
func ports(setting string) (from, to int, err error) {
	_, err = fmt.Sscanf(setting, "%d-%d", &from, &to)
	return from, to, err
}
