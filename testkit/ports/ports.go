// Package ports finds free ports on this machine, for tests and benches. All of them
// lie below those that the system hands out by itself (32768 and up on Linux): between
// the finding of a port and its use there are seconds.
package ports

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"
	"sync"
)

const (
	// tries is how often another port is drawn before giving up.
	tries = 200

	// Browsers refuse some ports below (5060, 6000, 6697) and 10080 (Fetch Standard, "bad port").
	firstSingle, lastSingle   = 7000, 9999
	firstOfRange, lastOfRange = 10100, 23999
)

// kept are the names by which ports are kept: abstract sockets, which the system
// forgets with the program (unix(7)).
var (
	mu   sync.Mutex
	kept []net.Listener
)

// keep says whether a name was nobody's, and keeps it.
func keep(name string) bool {
	ln, err := net.Listen("unix", "@ringdesk-test-"+name)
	if err != nil {
		return false
	}
	mu.Lock()
	defer mu.Unlock()
	kept = append(kept, ln)
	return true
}

// Free finds a port of 127.0.0.1 that is free for TCP and UDP. It is kept from other
// programs that use this package for as long as this one runs.
func Free() (int, error) {
	for range tries {
		port := firstSingle + rand.IntN(lastSingle-firstSingle+1)
		if free("127.0.0.1", port) && keep("port-"+strconv.Itoa(port)) {
			return port, nil
		}
	}
	return 0, errors.New("no port is free for both TCP and UDP")
}

func free(host string, port int) bool {
	address := net.JoinHostPort(host, strconv.Itoa(port))
	ln, err := net.Listen("tcp4", address)
	if err != nil {
		return false
	}
	ln.Close()
	return freeForUDP(address)
}

func freeForUDP(address string) bool {
	c, err := net.ListenPacket("udp4", address)
	if err != nil {
		return false
	}
	c.Close()
	return true
}

// Addr finds an address of 127.0.0.1 whose port is free for TCP and UDP.
func Addr() (string, error) {
	port, err := Free()
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)), err
}

// Range finds n successive UDP ports and gives the first.
func Range(n int) (int, error) {
	for range tries {
		first := firstOfRange + 2*rand.IntN((lastOfRange-firstOfRange-n)/2)
		if rangeFree(first, n) {
			return first, nil
		}
	}
	return 0, fmt.Errorf("no %d successive UDP ports are free", n)
}

func rangeFree(first, n int) bool {
	for port := first; port < first+n; port++ {
		if !freeForUDP("0.0.0.0:" + strconv.Itoa(port)) {
			return false
		}
	}
	return true
}
