package asterisk_test

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"ringdesk/controller/engine"
	"ringdesk/testkit/phone"
	"ringdesk/testkit/siprig"
)

// Covers: SEC-1. Each leg's sound is taken at SIP's address, not at every one.
func TestMedia_BindsWhereSIPDoes(t *testing.T) {
	r := newRig(t)
	a := run(t, r.options(), nil)
	expect[engine.LinkUp](t, a, 0, nil)
	newTalk(t, r, a)
	sip := netip.MustParseAddrPort(r.server.SIP).Addr()
	ports := mediaSockets(t, pidOf(t))
	if len(ports) < 4 {
		t.Errorf("two legs have the ports %v", ports)
	}
	for _, at := range ports {
		if at.Addr() != sip {
			t.Errorf("a leg's sound is taken at %v, SIP is at %v", at, sip)
		}
	}
}

const (
	sweptCalls = 20
	stranger   = "127.0.0.9"
)

// Covers: SEC-1, RFC 7983. Strangers' datagrams of every first byte to every
// port of the range, 2,000 of each, end none of 20 calls, and everybody hears on.
// The calls' ports get them from the carrier's own host, too.
func TestMedia_Sweep(t *testing.T) {
	r := newRig(t)
	a := run(t, r.options(), nil)
	expect[engine.LinkUp](t, a, 0, nil)
	talks := make([]talk, sweptCalls)
	for i := range talks {
		talks[i] = talkOf(t, r, a, i)
	}
	open := mediaSockets(t, pidOf(t))
	if len(open) < 4*sweptCalls { // RTP and RTCP of two legs
		t.Fatalf("%d calls have only %d ports", sweptCalls, len(open))
	}
	before, sent := a.log.Len(), 0
	var all []netip.AddrPort
	for port := uint16(firstRTP); port <= lastRTP; port++ {
		all = append(all, netip.AddrPortFrom(netip.MustParseAddrPort(r.server.SIP).Addr(), port))
	}
	sent += sweep(t, stranger, all)
	sent += sweep(t, siprig.Address, open)
	t.Logf("%d datagrams sent during %d calls with %d open ports", sent, sweptCalls, len(open))
	for _, k := range talks {
		k.talking(t)
	}
	for _, e := range a.log.Entries()[before:] {
		e, ok := e.Event.(engine.LegEnded) // a test before this one may have left a leg that ends now
		if ok && slices.ContainsFunc(talks, func(k talk) bool { return e.Leg == k.customerLeg || e.Leg == k.agentLeg }) {
			t.Errorf("leg %s ended with cause %d", e.Leg, e.Cause)
		}
	}
}

// sweep sends one datagram of each first byte to each port, and gives their
// number.
func sweep(t testing.TB, from string, to []netip.AddrPort) int {
	t.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	var datagrams [][]byte
	for first := range 256 {
		d := make([]byte, 1+random.IntN(200))
		for i := range d {
			d[i] = byte(random.Uint32())
		}
		d[0] = byte(first)
		datagrams = append(datagrams, d)
	}
	if err := phone.Strange(from, datagrams, to...); err != nil {
		t.Fatal(err)
	}
	return len(datagrams) * len(to)
}

// pidOf is the process of the tests' Asterisk.
func pidOf(t testing.TB) int {
	t.Helper()
	live(t)
	text, err := os.ReadFile(filepath.Join(dataDir, "asterisk", "run", "asterisk.pid"))
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

// mediaSockets lists where a process has UDP sockets in the RTP range.
func mediaSockets(t testing.TB, pid int) []netip.AddrPort {
	t.Helper()
	owned := socketInodes(t, pid)
	var all []netip.AddrPort
	for _, table := range []string{"udp", "udp6"} {
		f, err := os.Open(fmt.Sprintf("/proc/%d/net/%s", pid, table))
		if err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(f)
		for lines.Scan() {
			fields := strings.Fields(lines.Text()) // proc(5): sl local_address … inode
			if len(fields) < 10 || !slices.Contains(owned, fields[9]) {
				continue
			}
			if at := socketAddress(t, fields[1]); at.Port() >= firstRTP && at.Port() <= lastRTP {
				all = append(all, at)
			}
		}
		f.Close()
	}
	return all
}

// socketInodes are the numbers of a process's sockets.
func socketInodes(t testing.TB, pid int) []string {
	t.Helper()
	dir := fmt.Sprintf("/proc/%d/fd", pid)
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var inodes []string
	for _, e := range entries {
		target, _ := os.Readlink(filepath.Join(dir, e.Name())) // it may be closed meanwhile
		if inode, ok := strings.CutPrefix(target, "socket:["); ok {
			inodes = append(inodes, strings.TrimSuffix(inode, "]"))
		}
	}
	return inodes
}

// socketAddress reads an address of /proc/net/udp: 32-bit words in the
// machine's order (little-endian here), in hexadecimal.
func socketAddress(t testing.TB, text string) netip.AddrPort {
	t.Helper()
	host, port, _ := strings.Cut(text, ":")
	b, err := hex.DecodeString(host)
	n, perr := strconv.ParseUint(port, 16, 16)
	if err != nil || perr != nil {
		t.Fatalf("address %q: %v %v", text, err, perr)
	}
	for i := 0; i+4 <= len(b); i += 4 {
		slices.Reverse(b[i : i+4])
	}
	addr, _ := netip.AddrFromSlice(b)
	return netip.AddrPortFrom(addr.Unmap(), uint16(n))
}
