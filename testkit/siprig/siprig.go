// Package siprig has the parties of conformance rigs (conformance.Rig) as SIP
// phones with sound, and a proxy that cuts an adapter's link.
package siprig

import (
	"context"
	"fmt"
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"

	"ringdesk/controller/engine"
	"ringdesk/testkit/conformance"
	"ringdesk/testkit/phone"
	"ringdesk/testkit/tone"
)

// Carrier is a carrier's switch at 127.0.0.2, which all customers' phones are
// behind.
type Carrier struct {
	phone  *phone.Phone
	engine string // host:port of the engine's SIP, with parameters of its URI

	mu          sync.Mutex
	subscribers map[string]*callee
}

// NewCarrier makes a carrier whose customers call the engine at host:port.
func NewCarrier(t testing.TB, engine string) *Carrier {
	t.Helper()
	return newCarrier(t, engine, phone.Options{Listen: Address + ":0"})
}

func newCarrier(t testing.TB, engine string, opt phone.Options) *Carrier {
	t.Helper()
	c := &Carrier{engine: engine, subscribers: map[string]*callee{}}
	opt.User, opt.OnInvite = "carrier", c.toSubscriber
	p, err := phone.New(context.Background(), opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	c.phone = p
	return c
}

// Address is where calls of carriers come from.
const Address = "127.0.0.2"

// Addr is the carrier's host:port.
func (c *Carrier) Addr() string { return c.phone.Addr() }

// Close takes the carrier off the network.
func (c *Carrier) Close() { c.phone.Close() }

func (c *Carrier) toSubscriber(call *phone.Call) {
	c.mu.Lock()
	s := c.subscribers[call.To()]
	c.mu.Unlock()
	if s == nil {
		call.Refuse(404, "Not Found")
		return
	}
	s.invited(call)
}

// Caller is conformance.Rig's.
func (c *Carrier) Caller(from, name string) conformance.Caller {
	return &caller{carrier: c, from: from, name: name}
}

// Subscriber is conformance.Rig's.
func (c *Carrier) Subscriber(number string) conformance.Callee {
	s := &callee{contact: fmt.Sprintf("sip:%s@%s", number, c.phone.Addr())}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.subscribers[number] = s
	return s
}

// NewPhone is an agent's phone at 127.0.0.3.
func NewPhone(t testing.TB, id string) conformance.Callee {
	t.Helper()
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
	keys   phone.Keys
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
	c.KeysBy(p.keys)
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

func (p *party) Media() netip.AddrPort {
	if c := p.current(); c != nil {
		return c.Media()
	}
	return netip.AddrPort{}
}

func (p *party) Restart(t testing.TB, r conformance.Restart) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	if err := p.current().Restart(ctx, phone.Restart(r)); err != nil {
		t.Fatal(err)
	}
}

func (p *party) Heard(from, to time.Time) []int16 {
	if c := p.current(); c != nil {
		return c.Heard(from, to)
	}
	return make([]int16, tone.Samples(phone.Rate, to.Sub(from)))
}

// ways are the phone's words for how keys come and go.
var ways = map[engine.DTMFMode]phone.Keys{engine.DTMFRFC4733: phone.Events, engine.DTMFInfo: phone.Info, engine.DTMFInband: phone.Tones}

func (p *party) KeysBy(how engine.DTMFMode) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.keys = ways[how]
}

// Wire implements conformance.Wired.
func (p *party) Wire() (datagrams [][]byte, refused int) {
	if c := p.current(); c != nil {
		return c.Wire()
	}
	return nil, 0
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

func (p *party) Ended() conformance.Ended {
	c := p.current()
	if c == nil {
		return conformance.Ended{}
	}
	e := c.Ended()
	if e.Local || (e.Method != "BYE" && e.Method != "CANCEL") {
		return conformance.Ended{}
	}
	return conformance.Ended{At: e.At, Method: e.Method, Cause: e.Cause()}
}

type caller struct {
	party
	carrier    *Carrier
	from, name string
	lines      phone.Media
	body       phone.Body
	codecs     []phone.Codec
}

func (c *caller) NoOffer() { c.body = phone.Late }

func (c *caller) Codecs(names ...string) {
	c.codecs = nil
	for _, name := range names {
		c.codecs = append(c.codecs, map[string]phone.Codec{"pcma": phone.PCMA, "pcmu": phone.PCMU, "g729": phone.G729}[name])
	}
}

func (c *caller) Call(t testing.TB, to string) {
	t.Helper()
	call, err := c.carrier.phone.Invite("sip:"+to+"@"+c.carrier.engine, phone.CallOptions{
		From: c.from, Name: c.name, Codecs: c.codecs, Media: c.lines, Body: c.body, Keys: c.keys,
	})
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

// RetryAfter is the header of a refusal.
func (c *caller) RetryAfter() string {
	if call := c.current(); call != nil {
		return call.Final().RetryAfter
	}
	return ""
}

// plainLine is an answer that is not encrypted, to a port of nobody's.
const plainLine = "audio 9 RTP/AVP 8"

type callee struct {
	party
	contact string
	silent  atomic.Bool
	asks    atomic.Int32 // a challenge's status; 0 for none
	plain   atomic.Bool  // it answers at once, with plain RTP
}

func (c *callee) invited(call *phone.Call) {
	c.take(call)
	if status := c.asks.Load(); status != 0 { // as often as it takes
		c.Challenge(int(status))
		return
	}
	if c.plain.Load() {
		_ = call.AnswerWith(phone.Media{plainLine}) // a call that was cancelled meanwhile
		return
	}
	if !c.silent.Load() {
		_ = call.Ring() // a call that was cancelled meanwhile
	}
}

func (c *callee) Silence() { c.silent.Store(true) }

func (c *callee) Rings() {
	if call := c.current(); call != nil {
		_ = call.Ring() // a call that was cancelled meanwhile
	}
}

func (c *callee) Underway(media bool) {
	if call := c.current(); call != nil {
		_ = call.Progress(media) // a call that was cancelled meanwhile
	}
}

func (c *callee) Contact() string { return c.contact }

func (c *callee) Invited() conformance.Invited {
	call := c.current()
	if call == nil {
		return conformance.Invited{}
	}
	number, name := call.From()
	return conformance.Invited{At: call.Start, Number: number, Name: name, CallID: call.Header("X-Ringdesk-Call"), Codecs: call.Offered()}
}

func (c *callee) Answer() {
	if call := c.current(); call != nil {
		_ = call.Answer() // a call that was cancelled meanwhile
	}
}

func (c *callee) AnswerWith(lines phone.Media) {
	if call := c.current(); call != nil {
		_ = call.AnswerWith(lines) // a call that was cancelled meanwhile
	}
}

func (c *callee) Refuse(status int) { c.refuse(status) }

func (c *callee) Redirect(status int, contacts ...string) {
	var headers []sip.Header
	for _, contact := range contacts {
		headers = append(headers, sip.NewHeader("Contact", contact))
	}
	c.refuse(status, headers...)
}

func (c *callee) Challenge(status int) {
	c.asks.Store(int32(status))
	name := map[int]string{401: "WWW-Authenticate", 407: "Proxy-Authenticate"}[status]
	c.refuse(status, sip.NewHeader(name, `Digest realm="elsewhere.example", nonce="n0nce", algorithm=MD5, domain="sip:elsewhere.example"`))
}

func (c *callee) refuse(status int, headers ...sip.Header) {
	if call := c.current(); call != nil {
		call.Refuse(status, "Refused", headers...)
	}
}
