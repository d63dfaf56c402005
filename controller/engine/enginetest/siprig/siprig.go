// Package siprig has the parties of conformance rigs (enginetest.Rig) as SIP
// phones with sound, and a proxy that cuts an adapter's link.
package siprig

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ringdesk/controller/engine/enginetest"
	"ringdesk/e2e/phone"
	"ringdesk/e2e/phone/tone"
)

// Carrier is a carrier's switch at 127.0.0.2, which all customers' phones are
// behind.
type Carrier struct {
	phone  *phone.Phone
	engine string // host:port of the engine's SIP

	mu          sync.Mutex
	subscribers map[string]*callee
}

// NewCarrier makes a carrier whose customers call the engine at host:port.
func NewCarrier(t testing.TB, engine string) *Carrier {
	t.Helper()
	c := &Carrier{engine: engine, subscribers: map[string]*callee{}}
	p, err := phone.New(context.Background(), phone.Options{Listen: Address + ":0", User: "carrier", OnInvite: c.toSubscriber})
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

// Caller is enginetest.Rig's.
func (c *Carrier) Caller(from, name string) enginetest.Caller {
	return &caller{carrier: c, from: from, name: name}
}

// Subscriber is enginetest.Rig's.
func (c *Carrier) Subscriber(number string) enginetest.Callee {
	s := &callee{contact: fmt.Sprintf("sip:%s@%s", number, c.phone.Addr())}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.subscribers[number] = s
	return s
}

// NewPhone is an agent's phone at 127.0.0.3.
func NewPhone(t testing.TB, id string) enginetest.Callee {
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
	carrier    *Carrier
	from, name string
}

func (c *caller) Call(t testing.TB, to string) {
	t.Helper()
	call, err := c.carrier.phone.Invite("sip:"+to+"@"+c.carrier.engine, phone.CallOptions{From: c.from, Name: c.name})
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
