// Package freeswitch starts a real FreeSWITCH for tests and measurements. The
// configuration is the caller's; all else is the same for everybody.
package freeswitch

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	config "ringdesk/configs/freeswitch"
	"ringdesk/controller/freeswitch/esl"
)

// Env names the environment variable with the folder that FreeSWITCH is
// installed in: bin/freeswitch, and lib/freeswitch/mod or mod.
const Env = "RINGDESK_FREESWITCH"

const (
	startTime = 60 * time.Second // it starts in 1 s, on a busy machine in 10
	// It stops in 5 s, unless somebody whom it says BYE to is gone: then its SIP
	// stack waits 30 s for the answer (nua_shutdown of sofia-sip).
	stopTime    = 60 * time.Second
	commandTime = 10 * time.Second
)

// Need skips a test, loudly, where there is no FreeSWITCH.
func Need(t testing.TB) {
	t.Helper()
	if os.Getenv(Env) == "" {
		t.Skipf("NOT RUN on a real FreeSWITCH: set %s to the folder that one is installed in", Env)
	}
}

// Installed is an installed FreeSWITCH.
type Installed struct {
	Prefix  string
	Modules string // folder of the modules
}

// Find looks for the FreeSWITCH in a folder, and says what is missing with what
// to do about it.
func Find(prefix string) (Installed, error) {
	if prefix == "" {
		return Installed{}, fmt.Errorf("set %s to the folder that FreeSWITCH is installed in, with bin/freeswitch and mod or lib/freeswitch/mod below it", Env)
	}
	prefix, err := filepath.Abs(prefix)
	if err != nil {
		return Installed{}, err
	}
	i := Installed{Prefix: prefix, Modules: filepath.Join(prefix, "lib/freeswitch/mod")}
	if _, err := os.Stat(i.Modules); err != nil {
		i.Modules = filepath.Join(prefix, "mod")
	}
	if _, err := os.Stat(i.program()); err != nil {
		return Installed{}, fmt.Errorf("no FreeSWITCH in %s: %w; set %s to the folder that it is installed in", prefix, err, Env)
	}
	return i, nil
}

func (i Installed) program() string { return filepath.Join(i.Prefix, "bin/freeswitch") }

// Server is a running FreeSWITCH.
type Server struct {
	Dir         string // has all its folders, such as conf and log
	EventSocket string // host:port
	Commands    *esl.Commands

	process *exec.Cmd
	ended   chan struct{} // closed when it has
}

// Start runs FreeSWITCH with the configuration in the folder conf below dir,
// whose event socket has that address and password. It returns when commands are
// taken.
func Start(ctx context.Context, i Installed, dir, eventSocket, password string) (*Server, error) {
	args, err := config.Arguments(dir, i.Modules)
	if err != nil {
		return nil, err
	}
	s := &Server{Dir: dir, EventSocket: eventSocket, ended: make(chan struct{}),
		Commands: esl.NewCommands(esl.Options{Address: eventSocket, Password: password, Timeout: commandTime}, func() {})}
	console, err := os.Create(s.Path("console"))
	if err != nil {
		return nil, err
	}
	defer console.Close()
	s.process = exec.Command(i.program(), args...)
	s.process.Stdout, s.process.Stderr = console, console
	// Its own libraries, where it was not installed with the system's.
	s.process.Env = append(os.Environ(), "LD_LIBRARY_PATH="+filepath.Join(i.Prefix, "lib")+":"+os.Getenv("LD_LIBRARY_PATH"))
	// Ctrl-C is for the test or measurement, which then stops it.
	s.process.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := s.process.Start(); err != nil {
		return nil, err
	}
	go func() {
		_ = s.process.Wait() // how it ended stands in its output
		close(s.ended)
	}()
	if err := s.awaitReady(ctx); err != nil {
		return nil, errors.Join(err, s.Stop())
	}
	return s, nil
}

// awaitReady waits until FreeSWITCH takes commands.
func (s *Server) awaitReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		status, err := s.Commands.API(ctx, "status")
		if err == nil && strings.Contains(status, "is ready") {
			return nil
		}
		select {
		case <-s.ended:
			return fmt.Errorf("FreeSWITCH ended instead of starting:\n%s", s.Output())
		case <-ctx.Done():
			return fmt.Errorf("FreeSWITCH does not get ready (%v):\n%s", err, s.Output())
		case <-tick.C:
		}
	}
}

// Path is a file or folder of this FreeSWITCH's own.
func (s *Server) Path(name string) string { return filepath.Join(s.Dir, name) }

// PID is its process.
func (s *Server) PID() int { return s.process.Process.Pid }

// Output is what FreeSWITCH wrote, and its log of warnings.
func (s *Server) Output() string {
	var all strings.Builder
	for _, name := range []string{"console", "log/freeswitch.log"} {
		text, err := os.ReadFile(s.Path(name))
		if err != nil {
			text = []byte(err.Error())
		}
		all.Write(append(text, '\n'))
	}
	return all.String()
}

// Stop ends FreeSWITCH; one that takes longer than stopTime is killed, which is
// an error.
func (s *Server) Stop() error {
	s.Commands.Close()
	if err := s.process.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	select {
	case <-s.ended:
		return nil
	case <-time.After(stopTime):
		err := errors.Join(fmt.Errorf("FreeSWITCH did not stop within %v", stopTime), s.process.Process.Kill())
		<-s.ended
		return err
	}
}
