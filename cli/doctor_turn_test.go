package cli

import (
	"net"
	"strings"
	"testing"

	"ringdesk/configs"
)

// stun answers datagrams by what answer makes of them; nil answers none.
func stun(t *testing.T, answer func([]byte) []byte) string {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	go func() {
		for {
			packet := make([]byte, 1500)
			n, from, err := conn.ReadFrom(packet)
			if err != nil {
				return
			}
			if out := answer(packet[:n]); out != nil {
				_, _ = conn.WriteTo(out, from)
			}
		}
	}()
	return "turn:" + conn.LocalAddr().String() + "?transport=udp"
}

// A TURN server that is there answers a binding request; what else is at its address is
// told.
//
// Covers: OPS-3
func TestDoctor_TURN(t *testing.T) {
	success := func(in []byte) []byte { return append([]byte{1, 1, 0, 0}, in[4:20]...) }
	asked := 0
	for name, c := range map[string]struct {
		server string
		is     health
		says   string
	}{
		"there":     {stun(t, success), well, "answers"},
		"lost once": {stun(t, func(in []byte) []byte { asked++; return map[bool][]byte{true: success(in)}[asked > 1] }), well, "answers"},
		"silent":    {stun(t, func([]byte) []byte { return nil }), wrong, "firewall"},
		"another":   {stun(t, func([]byte) []byte { return []byte("hello") }), wrong, "another program"},
		"no TLS":    {"turns:127.0.0.1:1", wrong, "does not answer"},
	} {
		s := configs.Default()
		s.Media.TURN = []string{c.server}
		got := lookAtTURN(t.Context(), s)
		if len(got) != 1 || got[0].State != c.is || !strings.Contains(got[0].Says, c.says) {
			t.Errorf("%s: %v", name, got)
		}
	}
}
