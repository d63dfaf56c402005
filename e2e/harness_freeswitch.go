package e2e

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"gopkg.in/yaml.v3"

	"ringdesk/e2e/ports"
)

// freeswitchEnv names the folder that a real FreeSWITCH is installed in:
// bin/freeswitch, bin/fs_cli and lib/freeswitch/mod, or mod. Without it the tests
// on FreeSWITCH are skipped.
const freeswitchEnv = "RINGDESK_FREESWITCH"

// freeSWITCH is a running FreeSWITCH with the product's configuration.
type freeSWITCH struct {
	Env []string // the settings of a ringdesk that works with it

	dir    string
	socket string // its event socket
	secret string
	cmd    *exec.Cmd
	exited chan struct{}
}

// startFreeSWITCH starts one for the ringdesk of a data folder, in a folder
// below it, with the configuration that the program itself writes.
func startFreeSWITCH(data string) (*freeSWITCH, error) {
	f := &freeSWITCH{dir: filepath.Join(data, "freeswitch"), exited: make(chan struct{})}
	if err := f.configure(data); err != nil {
		return nil, err
	}
	if err := writeMusic(f.path("spool/music")); err != nil {
		return nil, err
	}
	prefix := os.Getenv(freeswitchEnv)
	modules := filepath.Join(prefix, "lib/freeswitch/mod")
	if _, err := os.Stat(modules); err != nil {
		modules = filepath.Join(prefix, "mod")
	}
	args := []string{"-nf", "-nonat", "-c", "-conf", f.path("conf"), "-mod", modules, "-recordings", f.path("spool/recordings")}
	// All of them, or FreeSWITCH takes none.
	for _, name := range []string{"log", "db", "run", "storage", "htdocs", "scripts", "temp", "certs", "grammar", "sounds"} {
		args = append(args, "-"+name, f.path(name))
	}
	for i := range args {
		if filepath.IsAbs(args[i]) {
			if err := os.MkdirAll(args[i], 0o700); err != nil {
				return nil, err
			}
		}
	}
	out, err := os.Create(f.path("console"))
	if err != nil {
		return nil, err
	}
	defer out.Close()
	f.cmd = exec.Command(filepath.Join(prefix, "bin/freeswitch"), args...)
	f.cmd.Stdout, f.cmd.Stderr = out, out
	f.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // Ctrl-C of the tests is not meant for it
	if err := f.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		_ = f.cmd.Wait() // how it ended stands in its output
		close(f.exited)
	}()
	if err := f.awaitSocket(); err != nil {
		return nil, errors.Join(err, f.Stop(), errors.New(f.Output()))
	}
	return f, nil
}

// configure writes the configuration with `ringdesk render-freeswitch`, and
// takes the settings from what that wrote.
func (f *freeSWITCH) configure(data string) error {
	bin, err := program()
	if err != nil {
		return err
	}
	var sip, socket, ws int
	for _, port := range []*int{&sip, &socket, &ws} {
		if *port, err = ports.Free(); err != nil {
			return err
		}
	}
	rtp, err := ports.Range(rtpPorts)
	if err != nil {
		return err
	}
	f.socket = loopback(socket)
	own := []string{"RINGDESK_SIP=" + loopback(sip), fmt.Sprintf("RINGDESK_RTP=%d-%d", rtp, rtp+rtpPorts-1)}
	cmd := exec.Command(bin, "render-freeswitch", f.path("conf"), "--event-socket", f.socket, "--web-socket", loopback(ws), "--spool", f.path("spool"))
	cmd.Env = append(append(os.Environ(), "RINGDESK_DATA="+data), own...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("render-freeswitch: %w: %s", err, out)
	}
	text, err := os.ReadFile(f.path("conf/ringdesk.yaml"))
	if err != nil {
		return err
	}
	var settings map[string]string
	if err := yaml.Unmarshal(text, &settings); err != nil {
		return err
	}
	f.secret = settings["event_password"]
	f.Env = own
	for name, value := range settings {
		f.Env = append(f.Env, "RINGDESK_"+strings.ToUpper(name)+"="+value)
	}
	return nil
}

func loopback(port int) string { return "127.0.0.1:" + strconv.Itoa(port) }

func (f *freeSWITCH) path(name string) string { return filepath.Join(f.dir, name) }

func (f *freeSWITCH) awaitSocket() error {
	for deadline := time.Now().Add(startTime); time.Now().Before(deadline); {
		if c, err := net.Dial("tcp", f.socket); err == nil {
			return c.Close()
		}
		select {
		case <-f.exited:
			return errors.New("FreeSWITCH ended instead of starting")
		case <-time.After(50 * time.Millisecond):
		}
	}
	return fmt.Errorf("FreeSWITCH opened no event socket within %v", startTime)
}

// Output is what FreeSWITCH wrote.
func (f *freeSWITCH) Output() string {
	out, err := os.ReadFile(f.path("console"))
	if err != nil {
		return err.Error()
	}
	return string(out)
}

// Stop ends FreeSWITCH.
func (f *freeSWITCH) Stop() error {
	if err := f.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	select {
	case <-f.exited:
		return nil
	case <-time.After(stopTime):
		return errors.Join(fmt.Errorf("FreeSWITCH did not stop within %v", stopTime), f.cmd.Process.Kill())
	}
}

// ask runs a command in FreeSWITCH and gives its answer.
func (f *freeSWITCH) ask(t testing.TB, command string) string {
	t.Helper()
	host, port, err := net.SplitHostPort(f.socket)
	if err != nil {
		t.Fatal(err)
	}
	cli := filepath.Join(os.Getenv(freeswitchEnv), "bin/fs_cli")
	out, err := exec.Command(cli, "-H", host, "-P", port, "-p", f.secret, "-x", command).Output()
	if err != nil {
		t.Fatalf("fs_cli: %s: %v", command, err)
	}
	return string(out)
}

// state is what FreeSWITCH has of calls. A room is also a global variable,
// which outlives those who were in it.
func (f *freeSWITCH) state(t testing.TB) engineState {
	t.Helper()
	var channels struct {
		Rows []struct{ UUID, Name string }
	}
	if err := json.Unmarshal([]byte(f.ask(t, "show channels as json")), &channels); err != nil {
		t.Fatalf("show channels: %v", err)
	}
	var s engineState
	for _, c := range channels.Rows {
		s.Channels = append(s.Channels, c.UUID+" "+c.Name)
	}
	for line := range strings.Lines(f.ask(t, "global_getvar")) {
		if room, ok := strings.CutPrefix(line, "ringdesk_room_"); ok && !strings.HasSuffix(strings.TrimSpace(room), "=") {
			s.Bridges = append(s.Bridges, strings.TrimSpace(room))
		}
	}
	var conferences []struct {
		Name    string `json:"conference_name"`
		Members []struct{ UUID string }
	}
	if text := f.ask(t, "conference json_list"); strings.HasPrefix(text, "[") { // words when there is none
		if err := json.Unmarshal([]byte(text), &conferences); err != nil {
			t.Fatalf("conference json_list: %v", err)
		}
	}
	for _, c := range conferences {
		for _, m := range c.Members {
			s.Bridges = append(s.Bridges, c.Name+" "+m.UUID)
		}
	}
	slices.Sort(s.Channels)
	slices.Sort(s.Bridges)
	return s
}
