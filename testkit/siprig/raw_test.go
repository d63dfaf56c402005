package siprig_test

import (
	"net"
	"testing"
	"time"

	"ringdesk/testkit/siprig"
)

// The empty lines by which an engine keeps a connection alive are no message and
// no end of one.
func TestRaw_KeepAlive(t *testing.T) {
	engine, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer engine.Close()
	peer := siprig.NewRaw(t, "tcp", engine.Addr().String())
	conn, err := engine.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.Write([]byte("\r\n\r\nSIP/2.0 200 OK\r\nCall-ID: a\r\n\r\n\r\n\r\n")); err != nil {
		t.Fatal(err)
	}
	if status, headers := peer.Final(t, 20*time.Second); status != 200 || headers.Get("Call-ID") != "a" {
		t.Errorf("status %d, headers %v", status, headers)
	}
	if status, _ := peer.Final(t, 50*time.Millisecond); status != 0 {
		t.Errorf("status %d of nothing but empty lines", status)
	}
}
