package e2e

import (
	"crypto/rand"
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"

	"github.com/pion/turn/v4"

	"ringdesk/configs/coturn"
	"ringdesk/testkit/ports"
)

// relay is a coturn on loopback with the configuration that `ringdesk render` writes:
// it relays to one address, which is the engine's.
type relay struct {
	at     string // host:port, UDP and TCP
	secret string
}

// startRelay runs it until the test ends.
func startRelay(t *testing.T, engine string) *relay {
	t.Helper()
	program, err := exec.LookPath("turnserver")
	if err != nil {
		t.Fatal("turnserver is missing: scripts/install-tools.sh test installs it")
	}
	const media = 100
	port, err := ports.Free()
	from, rerr := ports.Range(media)
	if err = errors.Join(err, rerr); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	r := &relay{at: net.JoinHostPort("127.0.0.1", strconv.Itoa(port)), secret: rand.Text()}
	if err := coturn.Render(dir, coturn.Settings{Secret: r.secret, Engine: engine, From: from, To: from + media - 1}); err != nil {
		t.Fatal(err)
	}
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	// What differs from a container: addresses of loopback, which coturn refuses by itself, and files of the test's own.
	cmd := exec.Command(program, "-c", filepath.Join(dir, coturn.File), "-p", strconv.Itoa(port), "-L", "127.0.0.1", "-E", "127.0.0.1", "--allow-loopback-peers",
		"--pidfile", filepath.Join(dir, "pid"), "-b", filepath.Join(dir, "db"))
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // it has nothing to save
		_ = cmd.Wait()
		if text, err := os.ReadFile(log.Name()); t.Failed() {
			t.Logf("coturn's output, %v:\n%s", err, text)
		}
	})
	Await(t, "the relay answers", startTime, func() (bool, string) {
		conn, err := net.Dial("tcp", r.at)
		if err != nil {
			return false, err.Error()
		}
		return conn.Close() == nil, ""
	})
	return r
}

// allocate asks a TURN server for a relay, as a browser does, and for the way to peers; it
// gives why there is none.
func allocate(t *testing.T, at, username, password string, peers ...string) (err error) {
	t.Helper()
	conn, err := net.ListenPacket("udp4", ":0")
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	client, err := turn.NewClient(&turn.ClientConfig{STUNServerAddr: at, TURNServerAddr: at, Conn: conn, Username: username, Password: password})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if err := client.Listen(); err != nil {
		t.Fatal(err)
	}
	relayed, err := client.Allocate()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, relayed.Close()) }()
	for _, p := range peers {
		err = errors.Join(err, client.CreatePermission(&net.UDPAddr{IP: net.ParseIP(p), Port: 9}))
	}
	return err
}
