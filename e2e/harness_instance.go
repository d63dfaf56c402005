// Package e2e tests ringdesk as its users have it: the built program with a
// real Asterisk, callers on a SIP phone (testkit/phone) and agents in Chromium.
// Every party says a tone of its own, so that a test can tell who hears whom.
//
// A test either takes the desk that all share (see desk_test.go) or starts an
// Instance of its own. RINGDESK_BIN names the program (default
// bin/ringdesk), RINGDESK_ENGINE Asterisk's root file system (default
// .engine/asterisk), both from the tree's root. RINGDESK_SCREENSHOTS=1 writes docs/screenshots.
//
// Some tests also run on a real FreeSWITCH (see freeswitch_test.go), where
// RINGDESK_FREESWITCH names the folder of one.
//
// The files harness_*.go are kit that stands here and not in testkit: nobody but
// these tests and e2e/attack needs it, and the tests add methods to its types.
package e2e

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"ringdesk/testkit/phone"
	"ringdesk/testkit/ports"
	"ringdesk/testkit/tone"
)

// MusicHz is the hold music of every Instance.
const MusicHz = 1640

const (
	startTime = 60 * time.Second // Asterisk boots in 1 s, on a busy machine in 10
	stopTime  = 30 * time.Second
	rtpPorts  = 200
)

// Options of an Instance. The zero value is a new installation.
type Options struct {
	Env  []string // more settings, such as "RINGDESK_LOG_LEVEL=debug"
	Data string   // data folder of an earlier Instance; empty makes a new one
	Seed []string // flags of `ringdesk admin seed`, which fills a new installation before it starts; nil leaves it empty

	FreeSWITCH *freeSWITCH // instead of an Asterisk of its own
}

// Account is a person's login.
type Account struct {
	Email    string `json:"email"`
	Password string `json:"password"`
}

// Demo is what demo.json tells.
type Demo struct {
	URL          string    `json:"url"`
	Owner        Account   `json:"owner"`
	Agents       []Account `json:"agents"`
	AccessKey    string    `json:"accessKey"`
	AccessSecret string    `json:"accessSecret"`
	SIP          string    `json:"sip"`
	Number       string    `json:"number"`
}

// Instance is a running `ringdesk run`.
type Instance struct {
	Demo
	Data string   // its data folder
	Bin  string   // the program
	Env  []string // its whole environment, for further commands on the same installation

	freeswitch *freeSWITCH // nil on Asterisk
	door       *door       // nil where the desk is reached as its URL says

	cmd    *exec.Cmd
	exited chan struct{}
	exit   error // once exited is closed
	log    string
}

// Start runs ringdesk until the test ends. Its output is shown when the test
// fails.
func Start(t testing.TB, opt Options) *Instance {
	t.Helper()
	if opt.Data == "" {
		opt.Data = filepath.Join(t.TempDir(), "data")
	}
	in, err := launch(opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		err := in.Stop()
		if t.Failed() || err != nil {
			t.Logf("ringdesk's output:\n%s", in.Output())
		}
		if err != nil {
			t.Error(err)
		}
	})
	return in
}

// launch runs ringdesk and waits until it says that it is ready.
func launch(opt Options) (*Instance, error) {
	in, err := newInstance(opt)
	if err != nil {
		return nil, err
	}
	_, known := os.Stat(filepath.Join(in.Data, "demo.json"))
	if opt.Seed != nil {
		if said, err := in.Run(append([]string{"admin", "seed"}, opt.Seed...)...); err != nil {
			return nil, fmt.Errorf("the seed: %w: %s", err, said)
		}
	}
	out, err := os.OpenFile(in.log, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	defer out.Close()
	from, err := out.Seek(0, 2)
	if err != nil {
		return nil, err
	}
	in.cmd = exec.Command(in.Bin, "run")
	in.cmd.Env, in.cmd.Stdout, in.cmd.Stderr = in.Env, out, out
	in.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // Ctrl-C of the tests is not meant for it
	if err := in.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		in.exit = in.cmd.Wait()
		close(in.exited)
	}()
	if err := in.awaitReady(int(from)); err != nil {
		return nil, errors.Join(err, in.Stop(), errors.New(in.Output()))
	}
	text, err := os.ReadFile(filepath.Join(in.Data, "demo.json"))
	if err == nil {
		err = json.Unmarshal(text, &in.Demo)
	}
	if err == nil && known != nil {
		err = in.withoutWrapUp()
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("the demo workspace: %w", err), in.Stop())
	}
	return in, nil
}

// withoutWrapUp frees agents as soon as a call is over: the next test need not
// wait for them (END-5 has a test of its own).
func (in *Instance) withoutWrapUp() error {
	r, err := in.API(nil).try("PUT", "/settings", map[string]any{"wrapUpSeconds": 0})
	if err == nil && r.Status != 200 {
		err = fmt.Errorf("PUT /settings: %d %s", r.Status, r.Body)
	}
	return err
}

// program is the path of the program under test.
func program() (string, error) {
	bin, err := fromRoot(cmp.Or(os.Getenv("RINGDESK_BIN"), "bin/ringdesk"))
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(bin); err != nil {
		return "", fmt.Errorf("%s is missing: build it with `make build`, or name another with RINGDESK_BIN", bin)
	}
	return bin, nil
}

// fromRoot makes a path absolute that is given from the tree's root, wherever
// the tests stand.
func fromRoot(path string) (string, error) {
	if filepath.IsAbs(path) {
		return path, nil
	}
	dir, err := os.Getwd()
	for ; err == nil && dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if _, missing := os.Stat(filepath.Join(dir, "go.mod")); missing == nil {
			return filepath.Join(dir, path), nil
		}
	}
	return "", errors.Join(err, errors.New("the tests do not stand in ringdesk's tree"))
}

func newInstance(opt Options) (*Instance, error) {
	bin, err := program()
	if err != nil {
		return nil, err
	}
	engine, err := fromRoot(cmp.Or(os.Getenv("RINGDESK_ENGINE"), ".engine/asterisk"))
	if err != nil {
		return nil, err
	}
	if err := writeMusic(filepath.Join(opt.Data, "music")); err != nil {
		return nil, err
	}
	web, err := ports.Free()
	if err != nil {
		return nil, err
	}
	sip, err := ports.Free()
	if err != nil {
		return nil, err
	}
	rtp, err := ports.Range(rtpPorts)
	if err != nil {
		return nil, err
	}
	env := append(os.Environ(), "RINGDESK_HTTP=127.0.0.1:"+strconv.Itoa(web), "RINGDESK_SIP=127.0.0.1:"+strconv.Itoa(sip),
		fmt.Sprintf("RINGDESK_RTP=%d-%d", rtp, rtp+rtpPorts-1), "RINGDESK_DATA="+opt.Data, "RINGDESK_ENGINE="+engine, "RINGDESK_LOCAL_TRUNKS=true", "RINGDESK_METRICS=off")
	if opt.FreeSWITCH != nil {
		env = append(env, opt.FreeSWITCH.Env...)
	}
	return &Instance{Bin: bin, Data: opt.Data, Env: append(env, opt.Env...), freeswitch: opt.FreeSWITCH,
		log: filepath.Join(opt.Data, "output.log"), exited: make(chan struct{})}, nil
}

// engineState is what an engine has of calls.
type engineState struct{ Channels, Bridges []string }

func (s engineState) empty() bool { return len(s.Channels) == 0 && len(s.Bridges) == 0 }

// writeMusic puts the hold music into a folder.
func writeMusic(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	music := tone.WAV{Rate: phone.Rate, PCM: tone.Make(phone.Rate, 30*time.Second, MusicHz)}
	return music.WriteFile(filepath.Join(dir, "music.wav"))
}

// awaitReady waits for the line that tells a person to begin.
func (in *Instance) awaitReady(from int) error {
	deadline := time.Now().Add(startTime)
	for {
		out, err := os.ReadFile(in.log)
		if err != nil {
			return err
		}
		if bytes.Contains(out[min(from, len(out)):], []byte("ringdesk is ready")) {
			return nil
		}
		select {
		case <-in.exited:
			return fmt.Errorf("ringdesk ended instead of starting: %w", in.exit)
		case <-time.After(20 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("ringdesk was not ready within %v", startTime)
		}
	}
}

// Output is all that ringdesk wrote.
func (in *Instance) Output() string {
	out, err := os.ReadFile(in.log)
	if err != nil {
		return err.Error()
	}
	return string(out)
}

// PID is the supervisor's process, `ringdesk run`.
func (in *Instance) PID() int { return in.cmd.Process.Pid }

// Exited is closed when `ringdesk run` has ended.
func (in *Instance) Exited() <-chan struct{} { return in.exited }

// ServePID is the controller's process, `ringdesk serve`; 0 while there is
// none.
func (in *Instance) ServePID() int { return childOf(in.PID(), "serve") }

// AsteriskPID is the media engine's process; 0 while there is none.
func (in *Instance) AsteriskPID() int { return childOf(in.PID(), "-C") }

// childOf finds a child process by one of its arguments.
func childOf(parent int, argument string) int {
	stats, _ := filepath.Glob("/proc/[0-9]*/stat") // the only error is a bad pattern
	for _, stat := range stats {
		text, err := os.ReadFile(stat)
		if err != nil {
			continue // it has ended
		}
		// proc_pid_stat(5): pid (name) state ppid; the name may hold anything.
		fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
		if len(fields) < 2 || fields[0] == "Z" || fields[1] != strconv.Itoa(parent) {
			continue
		}
		line, err := os.ReadFile(filepath.Join(filepath.Dir(stat), "cmdline"))
		if err == nil && bytes.Contains(line, []byte("\x00"+argument+"\x00")) {
			pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(stat)))
			return pid
		}
	}
	return 0
}

// Stop ends ringdesk as Ctrl-C does and waits for it.
func (in *Instance) Stop() error {
	select {
	case <-in.exited:
		return nil
	default:
	}
	if err := in.cmd.Process.Signal(os.Interrupt); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	select {
	case <-in.exited:
	case <-time.After(stopTime):
		return errors.Join(fmt.Errorf("ringdesk did not stop within %v of an interrupt", stopTime), in.cmd.Process.Kill())
	}
	if in.exit != nil {
		return fmt.Errorf("ringdesk did not stop cleanly: %w", in.exit)
	}
	return nil
}

// Run runs another ringdesk command on the same installation.
func (in *Instance) Run(args ...string) (string, error) {
	cmd := exec.Command(in.Bin, args...)
	cmd.Env = in.Env
	out, err := cmd.CombinedOutput()
	return string(out), err
}
