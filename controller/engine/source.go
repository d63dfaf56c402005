package engine

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
)

// Source is the address from which this machine reaches a URL, such as that of
// the engine's SIP WebSocket: the engine sees browsers' SIP come from there. It is
// looked up, nothing is sent; there may be no NAT in between.
func Source(ctx context.Context, address string) (netip.Addr, error) {
	u, err := url.Parse(address)
	if err != nil {
		return netip.Addr{}, err
	}
	host := u.Host
	if u.Port() == "" {
		host = net.JoinHostPort(u.Hostname(), "80")
	}
	conn, err := new(net.Dialer).DialContext(ctx, "udp", host)
	if err != nil {
		return netip.Addr{}, fmt.Errorf("the way to the engine's WebSocket: %w", err)
	}
	defer conn.Close()
	local, ok := conn.LocalAddr().(*net.UDPAddr)
	if !ok {
		return netip.Addr{}, errors.New("this machine's own address is not known")
	}
	return local.AddrPort().Addr().Unmap(), nil
}
