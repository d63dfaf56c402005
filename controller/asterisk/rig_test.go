package asterisk_test

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"ringdesk/controller/asterisk"
	"ringdesk/controller/asterisk/local"
	"ringdesk/controller/engine"
	"ringdesk/controller/engine/trust"
	"ringdesk/testkit/conformance"
	"ringdesk/testkit/phone"
	"ringdesk/testkit/ports"
	"ringdesk/testkit/siprig"
	"ringdesk/testkit/tone"
)

const (
	musicHz = 1250
	soundHz = 1550
	sound   = "conformance"
	fileHz  = 1850
	file    = "prompts/two-words"
)

// root is where Asterisk is unpacked.
func root() string { return cmp.Or(os.Getenv("RINGDESK_ASTERISK_ROOT"), "../../.engine/asterisk") }

// server starts one Asterisk for all tests of this package; TestMain stops it.
var server = sync.OnceValues(func() (*local.Server, error) {
	data, err := os.MkdirTemp("", "ringdesk-asterisk-test-")
	if err != nil {
		return nil, err
	}
	dataDir = data
	if err := writeSounds(data); err != nil {
		return nil, err
	}
	if err := writeOwn(data); err != nil {
		return nil, err
	}
	sip, err := ports.Addr()
	if err != nil {
		return nil, err
	}
	return local.Start(context.Background(), local.Options{Root: root(), Data: data, SIP: sip, RTPFrom: firstRTP, RTPTo: lastRTP})
})

// writeOwn puts the own extensions that the suite hands calls to into a data folder,
// and the examples.
func writeOwn(data string) error {
	const text = "[native](+)\n" +
		"exten => " + conformance.NativeSays + ",1,Answer(,i)\n same => n,Playback(" + sound + ")\n same => n,Hangup()\n" +
		"[from-trunk](+)\n" +
		"exten => " + conformance.NativeNumber + ",1,Answer(,i)\n same => n,Goto(ringdesk," + conformance.NativeTo + ",1)\n"
	dir := filepath.Join(data, "asterisk", "custom")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	if err := os.CopyFS(dir, os.DirFS("../../dialplan/asterisk")); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "conformance.conf"), []byte(text), 0o600)
}

// writeSounds puts what the suite plays into a data folder.
func writeSounds(data string) error {
	// It is short, so that it comes round often, and no multiple of a packet's length.
	music := tone.WAV{Rate: 8000, PCM: tone.Make(8000, 1815*time.Millisecond, musicHz)}
	prompt := tone.WAV{Rate: 8000, PCM: tone.Make(8000, promptLength, soundHz)}
	spoken := tone.WAV{Rate: 8000, PCM: tone.Make(8000, fileLength, fileHz)}
	for file, wav := range map[string]tone.WAV{
		"music/music.wav": music, "asterisk/share/sounds/" + sound + ".wav": prompt, "sounds/" + file + ".wav": spoken,
	} {
		file = filepath.Join(data, file)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			return err
		}
		if err := wav.WriteFile(file); err != nil {
			return err
		}
	}
	return nil
}

// The tests' Asterisk takes sound at these ports.
const firstRTP, lastRTP = 22000, 23999

const (
	promptLength = 1500 * time.Millisecond
	fileLength   = time.Second
)

var dataDir string

func TestMain(m *testing.M) {
	phone.Hurry()
	code := m.Run()
	if dataDir != "" {
		if s, err := server(); err == nil {
			if err := s.Stop(); err != nil {
				fmt.Fprintln(os.Stderr, err)
				code = 1
			}
		}
		if code == 0 {
			os.RemoveAll(dataDir)
		} else {
			fmt.Fprintln(os.Stderr, "Asterisk's folder is kept:", dataDir)
		}
	}
	os.Exit(code)
}

// live is the real Asterisk, and fails the test where there is none.
func live(t testing.TB) *local.Server {
	t.Helper()
	s, err := server()
	if err != nil {
		t.Fatalf("these tests need the real Asterisk (its folder is RINGDESK_ASTERISK_ROOT, default .engine/asterisk): %v", err)
	}
	return s
}

// ownServer starts an Asterisk for one test.
func ownServer(t testing.TB, opt local.Options) *local.Server {
	t.Helper()
	sip, err := ports.Addr()
	if err != nil {
		t.Fatal(err)
	}
	opt.Root, opt.Data, opt.SIP = root(), t.TempDir(), sip
	if err := writeSounds(opt.Data); err != nil {
		t.Fatal(err)
	}
	s, err := local.Start(t.Context(), opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Stop(); err != nil {
			t.Error(err)
		}
		if t.Failed() {
			logs, _ := filepath.Glob(filepath.Join(opt.Data, "asterisk", "log", "*.log"))
			for _, log := range logs {
				said, err := os.ReadFile(log)
				t.Logf("%s (%v):\n%s", filepath.Base(log), err, said[max(0, len(said)-8000):])
			}
		}
	})
	return s
}

// rig is the real Asterisk with what stands around it.
type rig struct {
	siprig.Rig
	server   *local.Server
	carriers *trust.Carriers // nil without SIP over TLS
}

func newRig(t testing.TB) *rig {
	t.Helper()
	return newRigOn(t, live(t))
}

func newRigOn(t testing.TB, s *local.Server) *rig {
	t.Helper()
	idle(t, s)
	target := strings.TrimSuffix(strings.TrimPrefix(s.URL, "http://"), "/ari")
	r := &rig{server: s, Rig: siprig.NewRig(t, target, s.SIP)}
	r.FirstAnswer = time.Second
	return r
}

// idle waits until the legs have ended that the test before has left: otherwise their
// ends would be told to this one. What stays is seen by who counts.
func idle(t testing.TB, s *local.Server) {
	t.Helper()
	for deadline := time.Now().Add(3 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if _, list := readARI(t, s, "/channels"); strings.TrimSpace(list) == "[]" {
			return
		}
	}
}

func (r *rig) Name() string { return "asterisk" }

func (r *rig) options() asterisk.Options {
	media, _, _ := strings.Cut(r.server.SIP, ":")
	return asterisk.Options{
		URL: "http://" + r.Proxy.Addr() + "/ari", Username: r.server.Username, Password: r.server.Password,
		App: r.server.App, RecordingsDir: r.server.Recordings, SoundsDir: filepath.Join(dataDir, "sounds"),
		CarrierMedia: media, PhoneMedia: media, Carriers: r.carriers,
		Qualify: 2 * time.Second, // an answer that came too late is not waited for half a minute
	}
}

func (r *rig) Engine(testing.TB) engine.Engine { return asterisk.New(r.options()) }

func (r *rig) RecordingsDir() string { return r.server.Recordings }
func (r *rig) MusicHz() int          { return musicHz }
func (r *rig) Sound() conformance.Sound {
	return conformance.Sound{Name: sound, Hz: soundHz, Length: promptLength}
}
func (r *rig) File() conformance.Sound {
	return conformance.Sound{Name: file, Hz: fileHz, Length: fileLength}
}

// RingHz is in indications.conf beside 480 Hz.
func (r *rig) RingHz() int { return 440 }
