package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"ringdesk/testkit/expect"
	"ringdesk/testkit/phone"
)

// The tones of the parties. No two are near each other's second or third
// harmonic.
const (
	CallerHz = 440
	OtherHz  = 530 // a second caller
	MinaHz   = 700
	AlexHz   = 1000
)

var allHz = expect.Tones{CallerHz, OtherHz, MinaHz, AlexHz, MusicHz}

// Ear is somebody who hears: an *Agent or a *phone.Call.
type Ear = expect.Ear

// AwaitHears waits until the ear hears exactly the tones, or silence for none.
// It gives the moment from which on that was so at the latest.
func AwaitHears(t testing.TB, who string, ear Ear, hz ...int) time.Time {
	t.Helper()
	return allHz.Hears(t, who, ear, hz...)
}

// MustHear asserts what the ear hears all the time from a moment on. It lets
// the time pass first.
func MustHear(t testing.TB, who string, ear Ear, from time.Time, length time.Duration, hz ...int) {
	t.Helper()
	allHz.Always(t, who, ear, from, length, hz...)
}

// NewPhone starts a caller's SIP telephone.
func NewPhone(t testing.TB) *phone.Phone {
	t.Helper()
	p, err := phone.New(t.Context(), phone.Options{Listen: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

// Dial calls the demo number, saying a tone. An empty from withholds the
// caller's number. The call ends with the test at the latest.
func (in *Instance) Dial(t testing.TB, p *phone.Phone, from string, hz int) *phone.Call {
	t.Helper()
	c, err := p.Invite("sip:"+in.Number+"@"+in.SIP, phone.CallOptions{From: from})
	if err != nil {
		t.Fatal(err)
	}
	c.SayTone(hz)
	t.Cleanup(c.Hangup)
	return c
}

// number is a Korean mobile number, by its last four digits.
type number int64

// numbers counts those that were given out.
var numbers atomic.Int64

// newNumber is a number that has never called, also when a test is run again.
func newNumber() number { return number(numbers.Add(1)) }

func (n number) dialled() string { return fmt.Sprintf("0102111%04d", n) }
func (n number) shown() string   { return fmt.Sprintf("010-2111-%04d", n) }
func (n number) e164() string    { return fmt.Sprintf("+82102111%04d", n) }

// AwaitCode waits until a caller got a response.
func AwaitCode(t testing.TB, c *phone.Call, code int) {
	t.Helper()
	Await(t, fmt.Sprintf("the caller gets %d", code), actionTime, func() (bool, string) {
		all := append(c.Provisional(), c.Final())
		return slices.ContainsFunc(all, func(r phone.Response) bool { return r.Code == code }), fmt.Sprint(all)
	})
}

// AwaitOver waits until a call is over on the caller's side.
func AwaitOver(t testing.TB, c *phone.Call, within time.Duration) phone.Ended {
	t.Helper()
	select {
	case <-c.Done():
	case <-time.After(within):
		t.Fatalf("the caller's call was not over within %v", within)
	}
	return c.Ended()
}

// AwaitRecording waits until a call's recording can be played.
func (c *Client) AwaitRecording(call string, within time.Duration) Recording {
	c.t.Helper()
	var rec Recording
	Await(c.t, "the recording is ready", within, func() (bool, string) {
		r := c.Call(call).Recording
		if r == nil {
			return false, "there is none"
		}
		rec = *r
		return r.State == "ready", r.State
	})
	c.Get("/recordings/"+rec.ID, &rec)
	return rec
}

// MP3 downloads a recording and decodes it to 8000 Hz.
func (c *Client) MP3(rec Recording) []int16 {
	c.t.Helper()
	r := c.Do("GET", strings.TrimPrefix(rec.URL, "/api/v1"), nil)
	if r.Status != 200 || r.Header.Get("Content-Type") != "audio/mpeg" {
		c.t.Fatalf("GET %s: %d %s", rec.URL, r.Status, r.Header.Get("Content-Type"))
	}
	mp3 := filepath.Join(c.t.TempDir(), "a.mp3")
	if err := os.WriteFile(mp3, r.Body, 0o600); err != nil {
		c.t.Fatal(err)
	}
	return expect.MP3(c.t, mp3)
}
