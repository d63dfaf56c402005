package api_test

import (
	"net"
	"testing"
	"time"

	"ringdesk/api"
)

// A server that is stopped as soon as it is started ends, whichever of the two is
// quicker: the process would wait for it for good.
//
// Covers: SYS-3.
func TestStoppedAtTheStart_SYS_3(t *testing.T) {
	var options api.Options
	start(t, func(o *api.Options) { options = *o })
	for n := range 200 {
		s := api.New(options)
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		listen := func() { ended <- s.Listen(ln) }
		if n > 0 {
			go listen()
			time.Sleep(time.Duration(n) * 5 * time.Microsecond)
		}
		if err := s.Shutdown(minute(t)); err != nil {
			t.Fatal(err)
		}
		if n == 0 { // the slowest start that there can be
			go listen()
		}
		select {
		case err := <-ended:
			if err != nil {
				t.Fatalf("stopped %d µs after its start: %v", 5*n, err)
			}
		case <-time.After(10 * time.Second):
			t.Fatalf("stopped %d µs after its start, it listens still", 5*n)
		}
		if c, err := net.Dial("tcp", ln.Addr().String()); err == nil {
			_ = c.Close()
			t.Fatalf("stopped %d µs after its start, its port is open", 5*n)
		}
	}
}
