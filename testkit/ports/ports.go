// Package ports finds free ports on this machine, for tests and benches.
package ports

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"
)

// tries is how often another port is drawn before giving up.
const tries = 100

// Free finds a port of 127.0.0.1 that is free for TCP and UDP.
func Free() (int, error) {
	for range tries {
		ln, err := net.Listen("tcp4", "127.0.0.1:0")
		if err != nil {
			return 0, err
		}
		port := ln.Addr().(*net.TCPAddr).Port
		udp, err := net.ListenPacket("udp4", ln.Addr().String())
		ln.Close()
		if err != nil {
			continue
		}
		udp.Close()
		return port, nil
	}
	return 0, errors.New("no port is free for both TCP and UDP")
}

// Addr finds an address of 127.0.0.1 whose port is free for TCP and UDP.
func Addr() (string, error) {
	port, err := Free()
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)), err
}

// Range finds n successive UDP ports below those that the system hands out
// (32768 and up on Linux) and gives the first.
func Range(n int) (int, error) {
	for range tries {
		first := 10000 + 2*rand.IntN((32000-10000-n)/2)
		if rangeFree(first, n) {
			return first, nil
		}
	}
	return 0, fmt.Errorf("no %d successive UDP ports are free", n)
}

func rangeFree(first, n int) bool {
	for port := first; port < first+n; port++ {
		c, err := net.ListenPacket("udp4", "0.0.0.0:"+strconv.Itoa(port))
		if err != nil {
			return false
		}
		c.Close()
	}
	return true
}
