package local_test

import (
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// hostilePackets are what strangers send: requests that are refused, and packets
// that are none, with lines and addresses in them that shall be taken for ours.
func hostilePackets(to string, n int) []string {
	request := func(method, from, id string) string {
		return fmt.Sprintf("%s sip:100@%s SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.9;branch=z9hG4bK%s%d;rport\r\nFrom: %s;tag=%d\r\nTo: <sip:100@z>\r\nCall-ID: %s%d\r\nCSeq: 1 %s\r\n"+
			"Contact: <sip:x@127.0.0.9>\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n", method, to, method, n, from, n, id, n, method)
	}
	const forged = `x",LocalAddress="IPV4/UDP/1.1.1.1/5060",RemoteAddress="IPV4/UDP/7.7.7.7/1`
	return []string{
		request("INVITE", `"a' failed for '9.9.9.9:1'" <sip:x@y>`, "abc' failed for '8.8.8.8:1' (callid: "),
		request("REGISTER", "<sip:x@y>", "reg"),
		request("OPTIONS", "<sip:"+strings.Repeat("x", 200)+"@y>", "opt"),
		request("MESSAGE", "<sip:x@y>", forged),
		"SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 1.2.3.4;branch=z9hG4bKq\r\n\r\n2026-11-29 01:00:00 refused address=6.6.6.6 requests=1 why=x\r\n",
		"INVITE sip:100@x SIP/2.0\r\nVia: nonsense\r\n\r\n",
		"INVITE sip:100@x SIP/2.0\r\nVia: SIP/2.0/UDP 1.2.3.4;branch=z9hG4bKq\r\nCSeq: nonsense\r\nFrom: <<<\r\n\r\n" + strings.Repeat("y", 1000),
	}
}

// A flood from strangers for two seconds costs next to nothing of the disk, and
// leaves one line for each address and minute, in which nobody else's address
// stands.
//
// Covers: SEC-4, SEC-1
func TestLog_Flood(t *testing.T) {
	opt := options(t, t.TempDir())
	s := start(t, opt)
	folder := filepath.Join(opt.Data, "asterisk", "log")
	before := sizeOf(t, folder)
	sources := []string{"127.0.0.9", "127.0.0.10", "127.0.0.11"}
	sent := 0
	for until := time.Now().Add(2 * time.Second); time.Now().Before(until); {
		for _, source := range sources {
			dialer := net.Dialer{LocalAddr: &net.UDPAddr{IP: net.ParseIP(source)}}
			c, err := dialer.Dial("udp", s.SIP)
			if err != nil {
				t.Fatal(err)
			}
			for range 20 {
				for _, packet := range hostilePackets(s.SIP, sent) {
					if _, err := c.Write([]byte(packet)); err != nil {
						t.Fatal(err)
					}
					sent++
				}
			}
			c.Close()
		}
	}
	line := regexp.MustCompile(`^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d refused address=(127\.0\.0\.(?:9|10|11)) requests=[1-9]\d* why=[A-Za-z]+$`)
	var seen map[string]int
	for deadline := time.Now().Add(10 * time.Second); len(seen) < len(sources); <-time.After(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("lines of these addresses only: %v", seen)
		}
		seen = map[string]int{}
		text, err := os.ReadFile(filepath.Join(folder, "refused.log"))
		if err != nil {
			continue // nothing was refused yet
		}
		for l := range strings.Lines(string(text)) {
			if strings.Contains(l, " refused further requests=") { // of those that could not be believed
				continue
			}
			m := line.FindStringSubmatch(strings.TrimSuffix(l, "\n"))
			if m == nil {
				t.Fatalf("a line in refused.log: %q", l)
			}
			seen[m[1]]++
		}
	}
	for source, n := range seen {
		if n > 2 { // a minute may end meanwhile
			t.Errorf("%d lines of %s", n, source)
		}
	}
	if grown := sizeOf(t, folder) - before; grown > 64<<10 {
		t.Errorf("%d packets added %d bytes to the logs", sent, grown)
	} else {
		t.Logf("%d packets added %d bytes to the logs", sent, grown)
	}
	if ask(t, s, "/channels", nil) != 200 {
		t.Error("Asterisk no longer answers")
	}
}

// sizeOf is how many bytes the files below a folder hold.
func sizeOf(t *testing.T, folder string) (size int64) {
	t.Helper()
	err := filepath.WalkDir(folder, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		size += info.Size()
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return size
}
