// Package expect waits for what a test expects, with a deadline, and says who
// hears which tones.
package expect

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"ringdesk/testkit/phone"
	"ringdesk/testkit/tone"
)

// Soon waits until a condition holds; it fails the test at the deadline with
// what the condition last said.
func Soon(t testing.TB, what string, within time.Duration, holds func() (bool, string)) {
	t.Helper()
	deadline := time.Now().Add(within)
	for {
		ok, state := holds()
		if ok {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("not within %v: %s (%s)", within, what, state)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// Ear is somebody who hears, at phone.Rate.
type Ear interface {
	Heard(from, to time.Time) []int16
}

// Tones are all tones, in Hz, that anybody in a test may say. No two are near
// each other's second or third harmonic.
type Tones []int

const (
	// SettleTime is how long a change may take to reach the far side's ear:
	// packets on their way, a browser's jitter buffer, a busy machine.
	SettleTime = 10 * time.Second
	// HearWindow is the stretch that must be right for "hears now".
	HearWindow = 400 * time.Millisecond
	// mustWindow is the stretch in which tones are looked for over a longer time.
	mustWindow = 500 * time.Millisecond
	// silentRMS is the loudness below which nobody would speak of sound: -50 dBFS.
	silentRMS = 100
	Clock     = "15:04:05.000"
)

// Verdict says whether exactly the wanted tones are in the sound, and what is.
// None wanted means silence.
func (all Tones) Verdict(pcm []int16, want ...int) (bool, string) {
	found := tone.Which(pcm, phone.Rate, all...)
	loud := tone.RMS(pcm)
	want = slices.Sorted(slices.Values(want))
	slices.Sort(found)
	ok := slices.Equal(found, want)
	if len(want) == 0 {
		ok = loud < silentRMS
	}
	return ok, fmt.Sprintf("%v Hz, loudness %.0f", found, loud)
}

// Hears waits until the ear hears exactly the tones, or silence for none. It
// gives the moment from which on that was so at the latest.
func (all Tones) Hears(t testing.TB, who string, ear Ear, hz ...int) time.Time {
	t.Helper()
	var since time.Time
	Soon(t, fmt.Sprintf("%s hears %v", who, hz), SettleTime, func() (bool, string) {
		now := time.Now()
		since = now.Add(-HearWindow)
		pcm := ear.Heard(since, now)
		// A sound that has just begun or ended must not pass for the whole.
		for _, half := range [][]int16{pcm[:len(pcm)/2], pcm[len(pcm)/2:]} {
			if ok, what := all.Verdict(half, hz...); !ok {
				return false, what
			}
		}
		return true, ""
	})
	return since
}

// Always asserts what the ear hears all the time from a moment on: exactly the
// tones in every stretch of half a second. It lets the time pass first.
func (all Tones) Always(t testing.TB, who string, ear Ear, from time.Time, length time.Duration, hz ...int) {
	t.Helper()
	window := tone.Samples(phone.Rate, mustWindow)
	time.Sleep(time.Until(from.Add(length)))
	pcm := ear.Heard(from, from.Add(length))
	if len(pcm) < window {
		t.Fatalf("%s: only %d samples in %v", who, len(pcm), length)
	}
	for at := 0; at+window <= len(pcm); at += window {
		if ok, what := all.Verdict(pcm[at:at+window], hz...); !ok {
			t.Errorf("%s should hear %v for %v from %s on, but after %v hears %s", who, hz, length, from.Format(Clock),
				time.Duration(at)*time.Second/phone.Rate, what)
			return
		}
	}
}
