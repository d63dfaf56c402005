package stage

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"ringdesk/testkit/phone"
	"ringdesk/testkit/tone"
)

// ActionTime is how long something may take that is done at once, on a very
// busy machine.
const ActionTime = 15 * time.Second

// Party is somebody with a telephone: a customer or an agent.
type Party struct {
	Name string
	Hz   int // the tone of their voice

	mu    sync.Mutex
	rings []*phone.Call // that came in, oldest first
	call  *phone.Call   // the one they are in, or were in last
	quiet bool
	auto  bool // answers by itself
}

// invited takes a call that comes in.
func (p *Party) invited(c *phone.Call) {
	p.mu.Lock()
	p.rings = append(p.rings, c)
	auto := p.auto
	p.mu.Unlock()
	if auto {
		p.Take(c)
		_ = c.Answer() // it may be cancelled already
		return
	}
	_ = c.Ring()
}

// Take makes a call the one that they speak and hear in.
func (p *Party) Take(c *phone.Call) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.call = c
	c.SayTone(p.voice())
}

// voice is what they say at the moment. The caller holds mu.
func (p *Party) voice() int {
	if p.quiet {
		return 0
	}
	return p.Hz
}

// Phone is the call that they are in, or were in last; nil before the first.
func (p *Party) Phone() *phone.Call {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.call
}

// Speak lets them say their tone, as they do from the beginning, or nothing.
func (p *Party) Speak(on bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.quiet = !on
	if p.call != nil {
		p.call.SayTone(p.voice())
	}
}

// AutoAnswer lets the phone answer by itself from now on, as a browser does
// that the agent has told to call.
func (p *Party) AutoAnswer(on bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.auto = on
}

// Rung is how often their phone rang.
func (p *Party) Rung() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.rings)
}

// Ringing is the call that rings now, or nil.
func (p *Party) Ringing() *phone.Call {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range slices.Backward(p.rings) {
		if c.Final().Code == 0 && c.Ended().At.IsZero() {
			return c
		}
	}
	return nil
}

// AwaitRing waits until their phone rings.
func (p *Party) AwaitRing(t testing.TB) *phone.Call {
	t.Helper()
	var c *phone.Call
	Await(t, p.Name+"'s phone rings", ActionTime, func() (bool, string) {
		c = p.Ringing()
		return c != nil, fmt.Sprintf("it rang %d times", p.Rung())
	})
	return c
}

// AwaitQuiet waits until their phone rings no more, and gives the call that rang
// last; nil where a colleague was so quick that it never rang.
func (p *Party) AwaitQuiet(t testing.TB) *phone.Call {
	t.Helper()
	Await(t, p.Name+"'s phone stops ringing", ActionTime, func() (bool, string) { return p.Ringing() == nil, "it rings" })
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.rings) == 0 {
		return nil
	}
	return p.rings[len(p.rings)-1]
}

// Answer waits until their phone rings, answers, and gives the call's id.
func (p *Party) Answer(t testing.TB) string {
	t.Helper()
	c := p.AwaitRing(t)
	p.Take(c)
	if err := c.Answer(); err != nil {
		t.Fatalf("%s answers: %v", p.Name, err)
	}
	return c.Header("X-Ringdesk-Call")
}

// Refuse waits until their phone rings and refuses with a SIP status.
func (p *Party) Refuse(t testing.TB, code int, reason string) {
	t.Helper()
	p.AwaitRing(t).Refuse(code, reason)
}

// Hangup ends the call that they are in.
func (p *Party) Hangup() {
	if c := p.Phone(); c != nil {
		c.Hangup()
	}
}

// AwaitOver waits until the call that they are in is over.
func (p *Party) AwaitOver(t testing.TB) phone.Ended {
	t.Helper()
	c := p.Phone()
	select {
	case <-c.Done():
	case <-time.After(ActionTime):
		t.Fatalf("%s's call was not over within %v", p.Name, ActionTime)
	}
	return c.Ended()
}

// Press presses keys.
func (p *Party) Press(t testing.TB, digits string) {
	t.Helper()
	c := p.Phone()
	over := !c.Ended().At.IsZero()
	if err := c.SendDTMF(t.Context(), digits); err != nil && (over || c.Ended().At.IsZero()) { // the last key may end the call
		t.Fatalf("%s presses keys: %v", p.Name, err)
	}
}

// Heard implements expect.Ear.
func (p *Party) Heard(from, to time.Time) []int16 {
	if c := p.Phone(); c != nil {
		return c.Heard(from, to)
	}
	return make([]int16, tone.Samples(phone.Rate, to.Sub(from)))
}

// Hears waits until they hear exactly the voices, and gives the moment from
// which on that was so at the latest. Nobody means silence.
func (p *Party) Hears(t testing.TB, others ...*Party) time.Time {
	t.Helper()
	var hz []int
	for _, o := range others {
		hz = append(hz, o.Hz)
	}
	return p.HearsTones(t, hz...)
}

// HearsTones is Hears for what is no party, such as MusicHz.
func (p *Party) HearsTones(t testing.TB, hz ...int) time.Time {
	t.Helper()
	return Tones.Hears(t, p.Name, p, hz...)
}

// After is how long after a moment they first heard a tone; a tone that they
// heard before counts from where it began.
func (p *Party) After(at time.Time, hz int) time.Duration {
	const before = time.Second
	for _, span := range tone.Spans(p.Heard(at.Add(-before), time.Now()), phone.Rate, hz) {
		if span.To > before {
			return span.From - before
		}
	}
	return -1
}

// Until is how long after a moment they still heard a tone.
func (p *Party) Until(at time.Time, hz int) time.Duration {
	var last time.Duration
	for _, span := range tone.Spans(p.Heard(at, time.Now()), phone.Rate, hz) {
		last = span.To
	}
	return last
}

// AllHear waits until each of the parties hears exactly all the others.
func AllHear(t testing.TB, parties ...*Party) {
	t.Helper()
	for i, p := range parties {
		p.Hears(t, slices.Concat(parties[:i], parties[i+1:])...)
	}
}

// Rings are all calls that came in, oldest first.
func (p *Party) Rings() []*phone.Call {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.rings)
}
