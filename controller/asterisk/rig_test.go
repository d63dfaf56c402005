package asterisk_test

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ringdesk/controller/asterisk"
	"ringdesk/controller/asterisk/local"
	"ringdesk/controller/engine"
	"ringdesk/controller/engine/enginetest"
	"ringdesk/e2e/phone"
	"ringdesk/e2e/phone/tone"
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
	sip, err := freeAddr()
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

// freeAddr is a loopback address that is free for UDP and TCP.
func freeAddr() (string, error) {
	for range 50 {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return "", err
		}
		addr := l.Addr().String()
		c, err := net.ListenPacket("udp", addr)
		l.Close()
		if err == nil {
			return addr, c.Close()
		}
	}
	return "", fmt.Errorf("no address is free for both UDP and TCP")
}

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

// rig is the real Asterisk with phones around it, behind a proxy that can cut
// the link.
type rig struct {
	server  *local.Server
	proxy   *proxy
	carrier *phone.Phone // all customers' phones are behind it

	mu          sync.Mutex
	subscribers map[string]*callee
}

func newRig(t testing.TB) *rig {
	t.Helper()
	r := &rig{server: live(t), subscribers: map[string]*callee{}}
	r.proxy = newProxy(t, strings.TrimSuffix(strings.TrimPrefix(r.server.URL, "http://"), "/ari"))
	p, err := phone.New(context.Background(), phone.Options{Listen: "127.0.0.2:0", User: "carrier", OnInvite: r.toSubscriber})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	r.carrier = p
	return r
}

func (r *rig) toSubscriber(c *phone.Call) {
	r.mu.Lock()
	s := r.subscribers[c.To()]
	r.mu.Unlock()
	if s == nil {
		c.Refuse(404, "Not Found")
		return
	}
	s.invited(c)
}

func (r *rig) Name() string { return "asterisk" }

func (r *rig) options() asterisk.Options {
	return asterisk.Options{
		URL: "http://" + r.proxy.addr() + "/ari", Username: r.server.Username, Password: r.server.Password,
		App: r.server.App, RecordingsDir: r.server.Recordings, SoundsDir: filepath.Join(dataDir, "sounds"),
	}
}

func (r *rig) Engine(testing.TB) engine.Engine { return asterisk.New(r.options()) }

func (r *rig) Carrier() engine.Trunk {
	return engine.Trunk{ID: enginetest.CarrierID, Hosts: []string{"127.0.0.2"}, Remote: r.carrier.Addr()}
}

// Dead is a trunk to the discard port (RFC 863), which nobody listens on.
func (r *rig) Dead() engine.Trunk { return engine.Trunk{ID: "dead", Remote: "127.0.0.1:9"} }

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

func (r *rig) CutLink(t testing.TB, how enginetest.Cut) {
	if how == enginetest.Stall {
		r.proxy.stall()
	} else {
		r.proxy.reset()
	}
}

func (r *rig) RestoreLink(testing.TB) { r.proxy.restore() }

func (r *rig) Caller(t testing.TB, from, name string) enginetest.Caller {
	return &caller{rig: r, from: from, name: name}
}

func (r *rig) Subscriber(t testing.TB, number string) enginetest.Callee {
	s := &callee{contact: fmt.Sprintf("sip:%s@%s", number, r.carrier.Addr())}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.subscribers[number] = s
	return s
}

func (r *rig) Phone(t testing.TB, id string) enginetest.Callee {
	s := &callee{}
	p, err := phone.New(context.Background(), phone.Options{Listen: "127.0.0.3:0", User: id, OnInvite: s.invited})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	s.contact = p.URI()
	return s
}

// party is the far side of one call, or none yet.
type party struct {
	mu     sync.Mutex
	call   *phone.Call
	hz     int
	paused bool
}

func (p *party) current() *phone.Call {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.call
}

// take makes a call the party's, which speaks as it was told before.
func (p *party) take(c *phone.Call) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.call = c
	c.SayTone(p.hz)
	c.Pause(p.paused)
}

func (p *party) Say(hz int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.hz = hz
	if p.call != nil {
		p.call.SayTone(hz)
	}
}

func (p *party) Pause(on bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.paused = on
	if p.call != nil {
		p.call.Pause(on)
	}
}

func (p *party) Heard(from, to time.Time) []int16 {
	if c := p.current(); c != nil {
		return c.Heard(from, to)
	}
	return make([]int16, tone.Samples(phone.Rate, to.Sub(from)))
}

func (p *party) SendDTMF(t testing.TB, digits string) {
	t.Helper()
	if err := p.current().SendDTMF(t.Context(), digits); err != nil {
		t.Fatal(err)
	}
}

func (p *party) DTMF() string {
	if c := p.current(); c != nil {
		return c.DTMF()
	}
	return ""
}

func (p *party) Hangup() {
	if c := p.current(); c != nil {
		c.Hangup()
	}
}

func (p *party) Ended() enginetest.Ended {
	c := p.current()
	if c == nil {
		return enginetest.Ended{}
	}
	e := c.Ended()
	if e.Local || (e.Method != "BYE" && e.Method != "CANCEL") {
		return enginetest.Ended{}
	}
	return enginetest.Ended{At: e.At, Method: e.Method, Cause: e.Cause()}
}

type caller struct {
	party
	rig        *rig
	from, name string
}

func (c *caller) Call(t testing.TB, to string) {
	t.Helper()
	call, err := c.rig.carrier.Invite("sip:"+to+"@"+c.rig.server.SIP, phone.CallOptions{From: c.from, Name: c.name})
	if err != nil {
		t.Fatal(err)
	}
	c.take(call)
}

func (c *caller) Progress() []int {
	var codes []int
	if call := c.current(); call != nil {
		for _, r := range call.Provisional() {
			codes = append(codes, r.Code)
		}
	}
	return codes
}

func (c *caller) Final() int {
	if call := c.current(); call != nil {
		return call.Final().Code
	}
	return 0
}

type callee struct {
	party
	contact string
	silent  atomic.Bool
}

func (c *callee) invited(call *phone.Call) {
	c.take(call)
	if !c.silent.Load() {
		_ = call.Ring() // a call that was cancelled meanwhile
	}
}

func (c *callee) Silence() { c.silent.Store(true) }

func (c *callee) Underway() {
	if call := c.current(); call != nil {
		_ = call.Progress() // a call that was cancelled meanwhile
	}
}

func (c *callee) Contact() string { return c.contact }

func (c *callee) Invited() enginetest.Invited {
	call := c.current()
	if call == nil {
		return enginetest.Invited{}
	}
	number, name := call.From()
	return enginetest.Invited{At: call.Start, Number: number, Name: name, CallID: call.Header("X-Ringdesk-Call"), Codecs: call.Offered()}
}

func (c *callee) Answer() {
	if call := c.current(); call != nil {
		_ = call.Answer() // a call that was cancelled meanwhile
	}
}

func (c *callee) Refuse(status int) {
	if call := c.current(); call != nil {
		call.Refuse(status, "Refused")
	}
}
