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
	"ringdesk/controller/engine/enginetest"
	"ringdesk/controller/engine/enginetest/siprig"
	"ringdesk/e2e/phone"
	"ringdesk/e2e/phone/tone"
	"ringdesk/e2e/ports"
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
	music := tone.WAV{Rate: 8000, PCM: tone.Make(8000, 20*time.Second, musicHz)}
	prompt := tone.WAV{Rate: 8000, PCM: tone.Make(8000, promptLength, soundHz)}
	spoken := tone.WAV{Rate: 8000, PCM: tone.Make(8000, fileLength, fileHz)}
	for file, wav := range map[string]tone.WAV{
		"music/music.wav": music, "asterisk/share/sounds/" + sound + ".wav": prompt, "sounds/" + file + ".wav": spoken,
	} {
		file = filepath.Join(data, file)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			return nil, err
		}
		if err := wav.WriteFile(file); err != nil {
			return nil, err
		}
	}
	sip, err := ports.Addr()
	if err != nil {
		return nil, err
	}
	return local.Start(context.Background(), local.Options{Root: root(), Data: data, SIP: sip, RTPFrom: 22000, RTPTo: 23999})
})

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

// rig is the real Asterisk with what stands around it.
type rig struct {
	siprig.Rig
	server *local.Server
}

func newRig(t testing.TB) *rig {
	t.Helper()
	s := live(t)
	target := strings.TrimSuffix(strings.TrimPrefix(s.URL, "http://"), "/ari")
	return &rig{server: s, Rig: siprig.NewRig(t, target, s.SIP)}
}

func (r *rig) Name() string { return "asterisk" }

func (r *rig) options() asterisk.Options {
	return asterisk.Options{
		URL: "http://" + r.Proxy.Addr() + "/ari", Username: r.server.Username, Password: r.server.Password,
		App: r.server.App, RecordingsDir: r.server.Recordings, SoundsDir: filepath.Join(dataDir, "sounds"),
	}
}

func (r *rig) Engine(testing.TB) engine.Engine { return asterisk.New(r.options()) }

func (r *rig) RecordingsDir() string { return r.server.Recordings }
func (r *rig) MusicHz() int          { return musicHz }
func (r *rig) Sound() enginetest.Sound {
	return enginetest.Sound{Name: sound, Hz: soundHz, Length: promptLength}
}
func (r *rig) File() enginetest.Sound {
	return enginetest.Sound{Name: file, Hz: fileHz, Length: fileLength}
}

// RingHz is in indications.conf beside 480 Hz.
func (r *rig) RingHz() int { return 440 }
