package freeswitch_test

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	config "ringdesk/configs/freeswitch"
	"ringdesk/controller/engine"
	"ringdesk/controller/engine/trust"
	"ringdesk/controller/freeswitch"
	"ringdesk/testkit/conformance"
	fsserver "ringdesk/testkit/freeswitch"
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
	speech  = 2150

	promptLength = 1500 * time.Millisecond
	fileLength   = time.Second
	// musicLength is short, so that music comes round often; it is no multiple of
	// a packet's length.
	musicLength = 1815 * time.Millisecond
)

// server is a FreeSWITCH of our own.
type server struct {
	*fsserver.Server
	sip string
	tls string // SIP over TLS; empty where it has none
	ws  string // SIP over WebSocket
}

// password is that of its event socket.
const password = "conformance-of-ringdesk"

// start starts one FreeSWITCH for all tests of this package; TestMain stops it.
var start = sync.OnceValues(func() (*server, error) {
	data, err := os.MkdirTemp("", "ringdesk-freeswitch-test-")
	if err != nil {
		return nil, err
	}
	return launch(data, firstRTP, nil)
})

// firstRTP is the first of the ports of one FreeSWITCH's sound, and portsRTP their
// number: several may run at once.
const (
	firstRTP = 24000
	portsRTP = 2000
)

// writeSounds puts what a FreeSWITCH plays into its folder.
func writeSounds(data string) error {
	for name, wav := range map[string]tone.WAV{
		"music.wav": tones(musicLength, musicHz), "own/" + sound + ".wav": tones(promptLength, soundHz),
		"sounds/" + file + ".wav": tones(fileLength, fileHz), "speech.wav": tones(5*time.Second, speech),
	} {
		name = filepath.Join(data, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			return err
		}
		if err := wav.WriteFile(name); err != nil {
			return err
		}
	}
	return nil
}

func tones(length time.Duration, hz int) tone.WAV {
	return tone.WAV{Rate: 8000, PCM: tone.Make(8000, length, hz)}
}

// launch configures and starts FreeSWITCH in a folder. Where it is to have SIP over
// TLS, secure says with what; its port is chosen here.
func launch(data string, rtp int, secure *config.TLS) (*server, error) {
	installed, err := fsserver.Find(os.Getenv(fsserver.Env))
	if err != nil {
		return nil, err
	}
	if err := writeSounds(data); err != nil {
		return nil, err
	}
	var s server
	var socket string
	for _, address := range []*string{&socket, &s.sip, &s.ws} {
		if *address, err = ports.Addr(); err != nil {
			return nil, err
		}
	}
	settings := config.Settings{
		EventSocket: socket, Password: password, SIP: s.sip, WebSocket: s.ws, RTPFrom: rtp, RTPTo: rtp + portsRTP - 1,
		EndpointsDir: filepath.Join(data, "endpoints"), CustomDir: filepath.Join(data, "custom"),
		Fallback: filepath.Join(data, "own", sound+".wav"), Speech: filepath.Join(data, "speech.wav"),
	}
	if secure != nil {
		if s.tls, err = ports.Addr(); err != nil {
			return nil, err
		}
		settings.TLS = *secure
		_, settings.TLS.Port, _ = net.SplitHostPort(s.tls)
	}
	if err := config.Render(filepath.Join(data, "conf"), settings); err != nil {
		return nil, err
	}
	if err := writeOwn(filepath.Join(data, "custom")); err != nil {
		return nil, err
	}
	s.Server, err = fsserver.Start(context.Background(), installed, data, socket, password)
	return &s, err
}

// writeOwn puts the own extensions that the suite hands calls to into a folder, and the
// examples.
func writeOwn(custom string) error {
	if err := os.CopyFS(custom, os.DirFS("../../dialplan/freeswitch")); err != nil {
		return err
	}
	for name, text := range map[string]string{
		"native/conformance.xml": `<extension name="says"><condition field="destination_number" expression="^` + conformance.NativeSays + `$">
<action application="answer"/><action application="playback" data="` + filepath.Join(filepath.Dir(custom), "own", sound+".wav") + `"/><action application="hangup"/>
</condition></extension>`,
		"number.xml": `<extension name="own"><condition field="${ringdesk_trunk}" expression="^.+$"/>
<condition field="destination_number" expression="^` + conformance.NativeNumber + `(;|$)">
<action application="answer"/><action application="transfer" data="` + conformance.NativeTo + ` XML ringdesk"/>
</condition></extension>`,
	} {
		if err := os.WriteFile(filepath.Join(custom, name), []byte(text), 0o600); err != nil {
			return err
		}
	}
	return nil
}

func TestMain(m *testing.M) {
	phone.Hurry()
	code := m.Run()
	if os.Getenv(fsserver.Env) != "" {
		if s, err := start(); err == nil {
			if err := s.Stop(); err != nil {
				fmt.Fprintln(os.Stderr, err)
				code = 1
			}
			if code == 0 {
				os.RemoveAll(s.Dir)
			} else {
				fmt.Fprintln(os.Stderr, "FreeSWITCH's folder is kept:", s.Dir)
			}
		}
	}
	os.Exit(code)
}

// live is the real FreeSWITCH, and skips the test loudly where there is none.
func live(t testing.TB) *server {
	t.Helper()
	fsserver.Need(t)
	s, err := start()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// rig is the real FreeSWITCH with what stands around it.
type rig struct {
	siprig.Rig
	server   *server
	carriers *trust.Carriers // nil where the server has no TLS
}

func newRig(t testing.TB) *rig {
	t.Helper()
	s := live(t)
	return &rig{server: s, Rig: siprig.NewRig(t, s.EventSocket, s.sip)}
}

func (r *rig) Name() string { return "freeswitch" }

func (r *rig) options() freeswitch.Options {
	return freeswitch.Options{
		Address: r.Proxy.Addr(), Password: password, SIPSocket: "ws://" + r.server.ws, RecordingsDir: r.server.Path("recordings"),
		SoundsDir: r.server.Path("sounds"), EngineSoundsDir: r.server.Path("own"), EndpointsDir: r.server.Path("endpoints"),
		MusicFile: r.server.Path("music.wav"),
		Qualify:   5 * time.Second, RegisterRetry: time.Second, Carriers: r.carriers,
	}
}

func (r *rig) Engine(testing.TB) engine.Engine { return freeswitch.New(r.options()) }

func (r *rig) RecordingsDir() string { return r.server.Path("recordings") }
func (r *rig) MusicHz() int          { return musicHz }
func (r *rig) Sound() conformance.Sound {
	return conformance.Sound{Name: sound, Hz: soundHz, Length: promptLength}
}
func (r *rig) File() conformance.Sound {
	return conformance.Sound{Name: file, Hz: fileHz, Length: fileLength}
}

// RingHz is in the ringing tone beside 480 Hz.
func (r *rig) RingHz() int { return 440 }
