package siprig

import (
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/emiago/sipgo/sip"
	"github.com/google/uuid"

	"ringdesk/testkit/conformance"
)

// Invite is conformance.Rig's. The request is written as it is: a library would
// put right what it is to say.
func (c *Carrier) Invite(t testing.TB, said conformance.Said) {
	t.Helper()
	engine, err := net.ResolveUDPAddr("udp4", c.engine)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.ParseIP(Address)})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	t.Cleanup(func() {
		conn.Close()
		<-done
	})
	go func() {
		defer close(done)
		acknowledge(conn, engine)
	}()
	if _, err := conn.WriteToUDP([]byte(inviteText(conn.LocalAddr().String(), c.engine, said)), engine); err != nil {
		t.Fatal(err)
	}
}

func inviteText(from, engine string, said conformance.Said) string {
	target := said.Target
	if !strings.HasPrefix(target, "tel:") {
		target = "sip:" + target + "@" + engine
	}
	id := uuid.NewString()
	body := "v=0\r\no=- 1 1 IN IP4 " + Address + "\r\ns=-\r\nc=IN IP4 " + Address + "\r\nt=0 0\r\nm=audio 40000 RTP/AVP 8\r\n"
	var b strings.Builder
	fmt.Fprintf(&b, "INVITE %s SIP/2.0\r\nVia: SIP/2.0/UDP %s;branch=z9hG4bK%s;rport\r\nMax-Forwards: 70\r\n", target, from, id)
	fmt.Fprintf(&b, "From: %s;tag=t%s\r\nTo: <%s>\r\nCall-ID: %s\r\nCSeq: 1 INVITE\r\nContact: <sip:carrier@%s>\r\n", said.From, id, target, id, from)
	for _, h := range [][2]string{{"P-Asserted-Identity", said.Asserted}, {"Remote-Party-ID", said.RemoteParty}, {"Privacy", said.Privacy}} {
		if h[1] != "" {
			fmt.Fprintf(&b, "%s: %s\r\n", h[0], h[1])
		}
	}
	fmt.Fprintf(&b, "Content-Type: application/sdp\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
	return b.String()
}

// acknowledge answers every final response to the INVITE by ACK (RFC 3261, section
// 17.1.1.3), until the socket is closed.
func acknowledge(conn *net.UDPConn, engine *net.UDPAddr) {
	buf := make([]byte, 65535)
	for {
		n, err := conn.Read(buf)
		if err != nil {
			return
		}
		msg, err := sip.ParseMessage(append([]byte{}, buf[:n]...))
		res, ok := msg.(*sip.Response)
		if err != nil || !ok || res.IsProvisional() {
			continue
		}
		via, _, _ := strings.Cut(res.Via().Value(), ",")
		text := fmt.Sprintf("ACK sip:%s SIP/2.0\r\nVia: %s\r\nMax-Forwards: 70\r\nFrom: %s\r\nTo: %s\r\nCall-ID: %s\r\nCSeq: 1 ACK\r\nContent-Length: 0\r\n\r\n",
			engine, via, res.From().Value(), res.To().Value(), res.CallID().Value())
		_, _ = conn.WriteToUDP([]byte(text), engine) // it is asked for again
	}
}
