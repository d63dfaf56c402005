package e2e

import (
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// published: of all ports of this machine's address, those that are open since the
// project was started are SIP's, sound's, HTTP's and HTTPS's, and the relay's: neither
// ARI, the event socket, the API without TLS nor figures.
//
// Covers: SEC-4.
func (c *Compose) published(t *testing.T) {
	open := openPorts(t, c.address)
	for _, port := range open {
		number, protocol, _ := strings.Cut(port, "/")
		n, _ := strconv.Atoi(number) // openPorts wrote it
		if slices.Contains(c.gives, port) || slices.Contains(c.before, port) || protocol == "udp" && n >= c.media[0] && n <= c.media[1] {
			continue
		}
		t.Errorf("%s is open, and should not be", port)
	}
	for _, port := range c.gives {
		if !slices.Contains(open, port) {
			t.Errorf("%s is not open", port)
		}
	}
	t.Logf("open at the host's address: %v (before: %v)", open, c.before)
}

// openPorts looks at all ports of one of this machine's addresses, and gives those that
// are open, such as "443/tcp": TCP connects, and UDP does not say that nobody is there.
func openPorts(t testing.TB, address string) []string {
	t.Helper()
	var (
		mu   sync.Mutex
		open []string
		work sync.WaitGroup
	)
	const workers, last = 16, 65535
	for w := range workers {
		work.Go(func() {
			for port := 1 + w; port <= last; port += workers {
				for network, takes := range map[string]func(string) bool{"tcp": takesTCP, "udp": takesUDP} {
					if takes(net.JoinHostPort(address, strconv.Itoa(port))) {
						mu.Lock()
						open = append(open, fmt.Sprintf("%d/%s", port, network))
						mu.Unlock()
					}
				}
			}
		})
	}
	work.Wait()
	slices.Sort(open)
	return open
}

func takesTCP(at string) bool {
	conn, err := net.DialTimeout("tcp4", at, actionTime)
	if err != nil {
		return false
	}
	conn.Close()
	return !toItself(conn)
}

// toItself says that the system chose the port that was asked as the asking one, too.
func toItself(conn net.Conn) bool { return conn.LocalAddr().String() == conn.RemoteAddr().String() }

// takesUDP sends a byte twice: where nothing listens the system says so after the first.
func takesUDP(at string) bool {
	conn, err := net.Dial("udp4", at)
	if err != nil {
		return false
	}
	defer conn.Close()
	if toItself(conn) {
		return false
	}
	const refusal = 100 * time.Millisecond // it comes from this machine
	for range 2 {
		if _, err := conn.Write([]byte{0}); err != nil {
			return false
		}
	}
	if err := conn.SetReadDeadline(time.Now().Add(refusal)); err != nil {
		return false
	}
	_, err = conn.Read(make([]byte, 1))
	return err == nil || errors.Is(err, os.ErrDeadlineExceeded)
}
