package freeswitch_test

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// A flood from strangers for two seconds leaves what the log's limits allow:
// FreeSWITCH writes at most six files of 10 MB, and little for each packet.
//
// Covers: SEC-4
func TestLive_Flood(t *testing.T) {
	r := newRig(t)
	linked(t, r, 0)
	s := r.server
	before := logSize(t, s)
	c, err := net.Dial("udp", s.sip)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	sent := 0
	const body = "v=0\r\no=x 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0 8\r\n"
	for until := time.Now().Add(2 * time.Second); time.Now().Before(until); sent += 4 {
		invite := fmt.Sprintf("INVITE sip:100@%s SIP/2.0\r\nVia: SIP/2.0/UDP %s;branch=z9hG4bK%d;rport\r\nFrom: <sip:x@y>;tag=%d\r\nTo: <sip:100@z>\r\nCall-ID: flood%d\r\nCSeq: 1 INVITE\r\n"+
			"Contact: <sip:x@127.0.0.9>\r\nMax-Forwards: 70\r\nContent-Type: application/sdp\r\nContent-Length: %d\r\n\r\n%s", s.sip, c.LocalAddr(), sent, sent, sent, len(body), body)
		for _, packet := range []string{invite, "hello, this is no SIP\r\n\r\n", "INVITE sip:100@x SIP/2.0\r\nVia: nonsense\r\n\r\n",
			"SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 1.2.3.4;branch=z9hG4bKq\r\n\r\nrefused address=6.6.6.6"} {
			if _, err := c.Write([]byte(packet)); err != nil {
				t.Fatal(err)
			}
		}
		<-time.After(2 * time.Millisecond) // the pace of the flood
	}
	eventually(t, "FreeSWITCH takes calls again", 20*time.Second, func() bool {
		caller := r.Caller(t, "0105557000", "")
		caller.Call(t, "07076660001")
		defer caller.Hangup()
		limit := time.Now().Add(2 * time.Second)
		for caller.Final() == 0 && time.Now().Before(limit) {
			<-time.After(10 * time.Millisecond)
		}
		return caller.Final() != 503
	})
	grown := logSize(t, s) - before
	t.Logf("%d packets added %d bytes to the log", sent, grown)
	if grown > 10<<20 {
		t.Errorf("%d packets added %d bytes to the log", sent, grown)
	}
}

// logSize is how many bytes FreeSWITCH's logs hold.
func logSize(t *testing.T, s *server) (size int64) {
	t.Helper()
	files, err := filepath.Glob(s.Path("log/*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if info, err := os.Stat(file); err == nil {
			size += info.Size()
		}
	}
	return size
}
