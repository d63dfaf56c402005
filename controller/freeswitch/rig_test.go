package freeswitch_test

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	config "ringdesk/configs/freeswitch"
	"ringdesk/controller/engine"
	"ringdesk/controller/engine/enginetest"
	"ringdesk/controller/engine/enginetest/siprig"
	"ringdesk/controller/freeswitch"
	"ringdesk/e2e/phone"
	"ringdesk/e2e/phone/tone"
	"ringdesk/e2e/ports"
)

// prefixEnv names the environment variable with the folder that a real
// FreeSWITCH is installed in: bin/freeswitch and lib/freeswitch/mod, or mod.
const prefixEnv = "RINGDESK_FREESWITCH"

const (
	musicHz = 1250
	soundHz = 1550
	sound   = "conformance"
	fileHz  = 1850
	file    = "prompts/two-words"
	speech  = 2150

	promptLength = 1500 * time.Millisecond
	fileLength   = time.Second
)

// server is a FreeSWITCH of our own.
type server struct {
	data     string
	socket   string
	sip      string
	ws       string // SIP over WebSocket
	password string
	process  *exec.Cmd
	ended    chan error
}

// start starts one FreeSWITCH for all tests of this package; TestMain stops it.
var start = sync.OnceValues(func() (*server, error) {
	data, err := os.MkdirTemp("", "ringdesk-freeswitch-test-")
	if err != nil {
		return nil, err
	}
	s := &server{data: data, password: "conformance-of-ringdesk", ended: make(chan error, 1)}
	for name, wav := range map[string]tone.WAV{
		"music/music.wav": tones(20*time.Second, musicHz), "own/" + sound + ".wav": tones(promptLength, soundHz),
		"sounds/" + file + ".wav": tones(fileLength, fileHz), "speech.wav": tones(5*time.Second, speech),
	} {
		name = filepath.Join(data, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			return nil, err
		}
		if err := wav.WriteFile(name); err != nil {
			return nil, err
		}
	}
	if err := s.launch(os.Getenv(prefixEnv)); err != nil {
		return nil, err
	}
	return s, nil
})

func tones(length time.Duration, hz int) tone.WAV {
	return tone.WAV{Rate: 8000, PCM: tone.Make(8000, length, hz)}
}

// launch configures and starts FreeSWITCH, and waits for its event socket.
func (s *server) launch(prefix string) error {
	for _, address := range []*string{&s.socket, &s.sip, &s.ws} {
		var err error
		if *address, err = ports.Addr(); err != nil {
			return err
		}
	}
	modules := filepath.Join(prefix, "lib/freeswitch/mod")
	if _, err := os.Stat(modules); err != nil {
		modules = filepath.Join(prefix, "mod")
	}
	err := config.Render(s.path("conf"), config.Settings{
		EventSocket: s.socket, Password: s.password, SIP: s.sip, WebSocket: s.ws, RTPFrom: 24000, RTPTo: 25999,
		MusicDir: s.path("music"), AccountsDir: s.path("accounts"), CustomDir: s.path("custom"),
		Fallback: s.path("own/" + sound + ".wav"), Speech: s.path("speech.wav"),
	})
	if err != nil {
		return err
	}
	args := []string{"-nf", "-nonat", "-c", "-conf", s.path("conf"), "-mod", modules}
	for _, dir := range []string{"log", "db", "run", "cache", "storage", "htdocs", "scripts", "temp", "certs", "recordings", "grammar"} {
		if err := os.MkdirAll(s.path(dir), 0o700); err != nil {
			return err
		}
		if flag := "-" + dir; dir != "cache" {
			args = append(args, flag, s.path(dir))
		}
	}
	out, err := os.Create(s.path("console"))
	if err != nil {
		return err
	}
	defer out.Close()
	s.process = exec.Command(filepath.Join(prefix, "bin/freeswitch"), args...)
	s.process.Stdout, s.process.Stderr = out, out
	if err := s.process.Start(); err != nil {
		return err
	}
	go func() { s.ended <- s.process.Wait() }()
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		select {
		case err := <-s.ended:
			return fmt.Errorf("FreeSWITCH ended at once (%v): see %s", err, out.Name())
		default:
		}
		if c, err := net.Dial("tcp", s.socket); err == nil {
			return c.Close()
		}
	}
	return fmt.Errorf("FreeSWITCH opens no event socket: see %s", out.Name())
}

func (s *server) path(name string) string { return filepath.Join(s.data, name) }

func (s *server) stop() error {
	if err := s.process.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	select {
	case <-s.ended:
		return nil
	case <-time.After(20 * time.Second):
		return s.process.Process.Kill()
	}
}

func TestMain(m *testing.M) {
	phone.Hurry()
	code := m.Run()
	if os.Getenv(prefixEnv) != "" {
		if s, err := start(); err == nil {
			if err := s.stop(); err != nil {
				fmt.Fprintln(os.Stderr, err)
				code = 1
			}
			if code == 0 {
				os.RemoveAll(s.data)
			} else {
				fmt.Fprintln(os.Stderr, "FreeSWITCH's folder is kept:", s.data)
			}
		}
	}
	os.Exit(code)
}

// live is the real FreeSWITCH, and skips the test loudly where there is none.
func live(t testing.TB) *server {
	t.Helper()
	if os.Getenv(prefixEnv) == "" {
		t.Skipf("NOT RUN on a real FreeSWITCH: set %s to the folder that one is installed in", prefixEnv)
	}
	s, err := start()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// rig is the real FreeSWITCH with what stands around it.
type rig struct {
	siprig.Rig
	server *server
}

func newRig(t testing.TB) *rig {
	t.Helper()
	s := live(t)
	return &rig{server: s, Rig: siprig.NewRig(t, s.socket, s.sip)}
}

func (r *rig) Name() string { return "freeswitch" }

func (r *rig) options() freeswitch.Options {
	return freeswitch.Options{
		Address: r.Proxy.Addr(), Password: r.server.password, RecordingsDir: r.server.path("recordings"),
		SoundsDir: r.server.path("sounds"), EngineSoundsDir: r.server.path("own"), AccountsDir: r.server.path("accounts"),
		Qualify: 5 * time.Second, RegisterRetry: time.Second,
	}
}

func (r *rig) Engine(testing.TB) engine.Engine { return freeswitch.New(r.options()) }

func (r *rig) RecordingsDir() string { return r.server.path("recordings") }
func (r *rig) MusicHz() int          { return musicHz }
func (r *rig) Sound() enginetest.Sound {
	return enginetest.Sound{Name: sound, Hz: soundHz, Length: promptLength}
}
func (r *rig) File() enginetest.Sound {
	return enginetest.Sound{Name: file, Hz: fileHz, Length: fileLength}
}

// RingHz is in the ringing tone beside 480 Hz.
func (r *rig) RingHz() int { return 440 }
