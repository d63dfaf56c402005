package main

import (
	"net"
	"net/netip"
	"testing"
)

func TestUDPBound(t *testing.T) {
	c, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(netip.MustParseAddrPort("127.0.0.13:0")))
	if err != nil {
		t.Fatal(err)
	}
	at := c.LocalAddr().(*net.UDPAddr).AddrPort()
	for _, want := range []bool{true, false} {
		got, err := udpBound(at)
		if err != nil || got != want {
			t.Errorf("bound %v, %v; want %v", got, err, want)
		}
		c.Close()
	}
}
