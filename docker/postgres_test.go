package docker_test

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"ringdesk/models"
	"ringdesk/testkit/ports"
	"ringdesk/testkit/postgres"
)

// container is what docker/postgres/start finds in its container.
type container struct {
	t              *testing.T
	config, folder string
	port           int
	log            bytes.Buffer // of the run that has ended
}

// password is what `ringdesk render` writes, or what somebody else did.
func (c *container) password(text string) {
	c.t.Helper()
	file := filepath.Join(c.config, "password")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		c.t.Fatal(err)
	}
	postgres.Own(c.t, file)
}

// run starts the script, and gives what ends it as Docker does.
func (c *container) run() (ended <-chan error, stop func()) {
	c.t.Helper()
	c.log.Reset()
	script, err := filepath.Abs("postgres/start")
	if err != nil {
		c.t.Fatal(err)
	}
	// The test's own user cannot read where the script is.
	text, err := os.ReadFile(script)
	if err != nil {
		c.t.Fatal(err)
	}
	cmd := exec.CommandContext(c.t.Context(), "sh", "-c", string(text), "start", c.config, c.folder, "-p", fmt.Sprint(c.port), "-c", "unix_socket_directories="+c.folder, "-c", "fsync=off", "-c", "shared_buffers=16MB")
	postgres.AsServant(cmd)
	cmd.Dir, cmd.Stdout, cmd.Stderr = c.folder, &c.log, &c.log
	if err := cmd.Start(); err != nil {
		c.t.Fatal(err)
	}
	over := make(chan error, 1)
	go func() { over <- cmd.Wait() }()
	return over, func() {
		if err := cmd.Process.Signal(syscall.SIGINT); err != nil && !errors.Is(err, os.ErrProcessDone) {
			c.t.Error(err)
		}
		if err := <-over; err != nil {
			c.t.Errorf("it ends by %v:\n%s", err, &c.log)
		}
	}
}

// opens opens ringdesk's database over TCP, as soon as the server is there.
func (c *container) opens(user, password, database string) error {
	at := url.URL{Scheme: "postgres", User: url.UserPassword(user, password), Host: fmt.Sprintf("127.0.0.1:%d", c.port), Path: database}
	for until := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) { // between looks
		s, err := models.Open(at.String())
		if err == nil {
			return s.Close()
		}
		if !errors.Is(err, models.ErrUnavailable) || time.Now().After(until) {
			return err
		}
	}
}

// The container's PostgreSQL lets ringdesk in by the password that was made, also by
// one that was made anew, and nobody else; what it cannot run it says with what to do.
//
// Covers: OPS-5, SEC-5
func TestPostgresContainer_OPS_5_SEC_5(t *testing.T) {
	postgres.Need(t)
	parent, err := os.MkdirTemp("", "pgc") // a socket's path has 107 bytes at most
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(parent) })
	c := &container{t: t, config: filepath.Join(parent, "config"), folder: filepath.Join(parent, "data")}
	if c.port, err = ports.Free(); err != nil {
		t.Fatal(err)
	}
	postgres.Own(t, parent)
	for _, dir := range []string{c.config, c.folder} {
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		postgres.Own(t, dir)
	}
	refused := func(says string) {
		t.Helper()
		ended, _ := c.run()
		err := <-ended
		if exit := new(exec.ExitError); !errors.As(err, &exit) || exit.ExitCode() != 78 || !strings.Contains(c.log.String(), says) {
			t.Errorf("it ends by %v, want %q:\n%s", err, says, &c.log)
		}
	}
	refused("the service render makes it")
	c.password("it's; DROP ROLE ringdesk")
	refused("none that ringdesk has made")

	const first, second = "ABCDEFGHJKLMNPQRSTUVWXYZ23", "BCDEFGHJKLMNPQRSTUVWXYZ234"
	for i, password := range []string{first, second} {
		c.password(password)
		_, stop := c.run()
		if err := c.opens("ringdesk", password, "ringdesk"); err != nil {
			t.Fatalf("run %d: %v\n%s", i, err, &c.log)
		}
		for _, who := range [][3]string{{"ringdesk", first + second, "ringdesk"}, {"ringdesk", password, "postgres"}, {"postgres", password, "postgres"}, {"postgres", "", "ringdesk"}} {
			if err := c.opens(who[0], who[1], who[2]); err == nil || errors.Is(err, models.ErrUnavailable) {
				t.Errorf("run %d: %v: %v", i, who, err)
			}
		}
		stop()
		if log := c.log.String(); strings.Contains(log, first) || strings.Contains(log, second) || !strings.Contains(log, "database system is shut down") {
			t.Errorf("run %d tells:\n%s", i, log)
		}
	}
	if err := os.WriteFile(filepath.Join(c.folder, "data", "PG_VERSION"), []byte("9\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	refused("the data are of PostgreSQL 9, and this is")
}
