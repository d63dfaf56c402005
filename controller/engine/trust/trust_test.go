package trust_test

import (
	"crypto/tls"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/controller/engine/trust"
	"ringdesk/testkit/pki"
)

// carrier shakes hands at a loopback address and gives its port.
func carrier(t *testing.T, cert tls.Certificate) string {
	t.Helper()
	listener, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{cert}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				_ = conn.(*tls.Conn).Handshake() // what the far side thinks of it is tested
				conn.Close()
			}()
		}
	}()
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// Each fault of a carrier's certificate has a state of its own; nothing is said of
// a trunk that works, has no TLS, or whose carrier is merely away.
func TestExplain(t *testing.T) {
	good, other := pki.New(t), pki.New(t)
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, good.PEM, 0o600); err != nil {
		t.Fatal(err)
	}
	hour := time.Now().Add(time.Hour)
	trunk := func(port string) engine.Trunk {
		return engine.Trunk{Remote: "localhost:" + port, Transport: engine.TransportTLS}
	}
	closed := carrier(t, good.Issue(t, hour, "localhost"))
	plain := trunk(carrier(t, other.Issue(t, hour, "localhost")))
	plain.Transport = engine.TransportTCP
	for name, c := range map[string]struct {
		trunk engine.Trunk
		state engine.TrunkState
		want  engine.TrunkState
	}{
		"good":        {trunk(closed), engine.TrunkUnreachable, engine.TrunkUnreachable},
		"untrusted":   {trunk(carrier(t, other.Issue(t, hour, "localhost"))), engine.TrunkUnreachable, engine.TrunkUntrusted},
		"expired":     {trunk(carrier(t, good.Issue(t, time.Now().Add(-time.Minute), "localhost"))), engine.TrunkUnregistered, engine.TrunkExpired},
		"misnamed":    {trunk(carrier(t, good.Issue(t, hour, "sip.elsewhere.example"))), engine.TrunkUnknown, engine.TrunkMisnamed},
		"away":        {trunk("9"), engine.TrunkUnreachable, engine.TrunkUnreachable},
		"without TLS": {plain, engine.TrunkUnreachable, engine.TrunkUnreachable},
		"works":       {trunk(carrier(t, other.Issue(t, hour, "localhost"))), engine.TrunkRegistered, engine.TrunkRegistered},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			carriers := trust.New(file, true)
			if err := carriers.Ask(t.Context(), c.trunk.Remote); (err == nil) != (name == "good") {
				t.Errorf("asked: %v", err)
			}
			deadline := time.Now().Add(20 * time.Second)
			got := carriers.Explain(c.trunk, c.state)
			for got != c.want && time.Now().Before(deadline) {
				time.Sleep(5 * time.Millisecond)
				got = carriers.Explain(c.trunk, c.state)
			}
			if got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
			if any := trust.New(file, false).Explain(c.trunk, c.state); any != c.state {
				t.Errorf("without verification: %s", any)
			}
			if none := (*trust.Carriers)(nil).Explain(c.trunk, c.state); none != c.state {
				t.Errorf("without TLS: %s", none)
			}
		})
	}
}

// A file that holds no authorities is told.
func TestAuthorities(t *testing.T) {
	empty := filepath.Join(t.TempDir(), "empty.pem")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{empty, empty + "x"} {
		if _, err := trust.Authorities(file); err == nil {
			t.Errorf("%s was taken", file)
		}
	}
	if pool, err := trust.Authorities(""); pool != nil || err != nil {
		t.Errorf("the system's: %v, %v", pool, err)
	}
}
