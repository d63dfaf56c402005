package phone

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"

	"ringdesk/testkit/tone"
)

// Keys is how a phone sends and takes keys.
type Keys int

// The ways of keys. With all but Events the phone's SDP has no telephone-event.
const (
	Events Keys = iota // RFC 4733
	Info               // SIP INFO with application/dtmf-relay
	Tones              // in the sound (ITU-T Q.23)
)

// KeysBy sets how keys come and go. It counts until the phone has answered.
func (c *Call) KeysBy(how Keys) {
	c.media.mu.Lock()
	defer c.media.mu.Unlock()
	c.media.ways = how
}

// events is the payload type of telephone-event that the phone agrees to.
func (m *media) events(offered uint8) uint8 {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.ways != Events {
		return 0
	}
	return offered
}

// SendDTMF presses keys, 100 ms each and 80 ms between them, and returns when
// they are sent or the call is over.
func (c *Call) SendDTMF(ctx context.Context, digits string) error {
	c.media.mu.Lock()
	ways := c.media.ways
	c.media.mu.Unlock()
	if ways == Info {
		return c.sendInfo(ctx, digits)
	}
	return c.media.press(ctx, digits)
}

func (m *media) press(ctx context.Context, digits string) error {
	var last chan struct{}
	m.mu.Lock()
	if m.event == 0 && m.ways == Events {
		m.mu.Unlock()
		return errors.New("phone: the far side takes no telephone-event")
	}
	for _, d := range digits {
		code, ok := keyCode(d)
		if !ok {
			m.mu.Unlock()
			return fmt.Errorf("phone: no key %q", d)
		}
		last = make(chan struct{})
		m.keys = append(m.keys, &press{code: code, done: last})
	}
	m.mu.Unlock()
	if last == nil {
		return nil
	}
	select {
	case <-last:
		return nil
	case <-m.stop:
		return errors.New("phone: the call is over")
	case <-ctx.Done():
		return ctx.Err()
	}
}

// keyTone sends one frame of a key as tones and says whether it took the frame.
func (s *sender) keyTone(p *press) bool {
	if p.sent++; p.sent == 1 {
		low, high, _ := tone.KeyTones(rune(keys[p.code]))
		p.low, p.high = tone.NewSine(Rate, low), tone.NewSine(Rate, high)
	}
	clear(s.pcm[:])
	switch {
	case p.sent <= eventFrames:
		p.low.Add(s.pcm[:])
		p.high.Add(s.pcm[:])
	case p.sent >= eventFrames+eventRest:
		s.media.keys = s.media.keys[1:]
		close(p.done)
	}
	s.sound()
	return true
}

// sendInfo presses keys by SIP INFO, each once the last one was taken.
func (c *Call) sendInfo(ctx context.Context, digits string) error {
	for _, d := range digits {
		if _, ok := keyCode(d); !ok {
			return fmt.Errorf("phone: no key %q", d)
		}
		req := c.request(sip.INFO)
		req.AppendHeader(sip.NewHeader("Content-Type", "application/dtmf-relay"))
		req.SetBody(fmt.Appendf(nil, "Signal=%c\r\nDuration=100\r\n", d))
		res, err := c.phone.client.Do(ctx, req)
		if err != nil {
			return fmt.Errorf("phone: INFO: %w", err)
		}
		if !res.IsSuccess() {
			return fmt.Errorf("phone: INFO: %d %s", res.StatusCode, res.Reason)
		}
	}
	return nil
}

// informed takes a key that came by SIP INFO.
func (c *Call) informed(req *sip.Request) {
	for line := range strings.Lines(string(req.Body())) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		if _, ok := keyCode([]rune(strings.TrimSpace(value) + " ")[0]); ok && strings.EqualFold(strings.TrimSpace(name), "Signal") {
			c.media.mu.Lock()
			c.media.pressed = append(c.media.pressed, Key{Digit: strings.TrimSpace(value)[:1], At: time.Now()})
			c.media.mu.Unlock()
		}
	}
}
