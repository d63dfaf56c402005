// Package tone makes test tones and measures which tones a sound holds, so
// that a test can say who heard whom: each party has a frequency of its own.
package tone

import (
	"math"
	"time"
)

// Amplitude is the peak of generated tones in 16-bit samples: -12 dBFS, so
// that three parties who speak at once do not clip.
const Amplitude = 8192

const (
	// blockTime is the length of one measuring block: a bin is then 10 Hz wide,
	// and tones 40 Hz apart are told apart.
	blockTime = 100 * time.Millisecond
	// presentRatio is the share of the energy that makes a tone present. One
	// of ten equal parties has a tenth.
	presentRatio = 0.04
	// quietRMS is the loudness below which nothing is present: -56 dBFS.
	quietRMS = 50
	// silenceDB is Level's answer for silence.
	silenceDB = -120
)

// Sine is a tone of constant pitch and unbroken phase.
type Sine struct {
	phase, step float64
}

// NewSine makes a tone of hz at rate samples per second; 0 Hz is silence.
func NewSine(rate, hz int) *Sine {
	return &Sine{step: 2 * math.Pi * float64(hz) / float64(rate)}
}

// Add mixes the next len(pcm) samples of the tone into pcm, clipping.
func (s *Sine) Add(pcm []int16) {
	if s.step == 0 {
		return
	}
	for i := range pcm {
		v := int(pcm[i]) + int(math.Round(Amplitude*math.Sin(s.phase)))
		pcm[i] = int16(max(math.MinInt16, min(math.MaxInt16, v)))
		s.phase += s.step
	}
	s.phase = math.Mod(s.phase, 2*math.Pi)
}

// Make gives d of the tones together.
func Make(rate int, d time.Duration, hz ...int) []int16 {
	pcm := make([]int16, Samples(rate, d))
	for _, h := range hz {
		NewSine(rate, h).Add(pcm)
	}
	return pcm
}

// Samples is how many samples d has, rounded to the nearest.
func Samples(rate int, d time.Duration) int {
	return int(math.Round(d.Seconds() * float64(rate)))
}

// RMS is the root mean square of the samples: loudness, 0 to 32768.
func RMS(pcm []int16) float64 {
	if len(pcm) == 0 {
		return 0
	}
	var sum float64
	for _, s := range pcm {
		sum += float64(s) * float64(s)
	}
	return math.Sqrt(sum / float64(len(pcm)))
}

// Level is the tone's share of the sound's energy in dB: about 0 when there is
// nothing else, -3 when it is one of two equal tones, -120 in silence.
func Level(pcm []int16, rate, hz int) float64 {
	return decibels(share(pcm, rate, hz))
}

// Present says whether the tone can be heard in the sound: at least a
// twenty-fifth of its energy, and the sound not near silence.
func Present(pcm []int16, rate, hz int) bool {
	return RMS(pcm) >= quietRMS && share(pcm, rate, hz) >= presentRatio
}

// Which gives those of the tones that are Present, in the given order.
func Which(pcm []int16, rate int, hz ...int) []int {
	var found []int
	for _, h := range hz {
		if Present(pcm, rate, h) {
			found = append(found, h)
		}
	}
	return found
}

func decibels(ratio float64) float64 {
	if ratio <= 0 {
		return silenceDB
	}
	return max(silenceDB, 10*math.Log10(ratio))
}

// share measures in overlapping blocks and adds their powers, so that a jump
// of phase (a packet lost or moved) spoils one block and not the whole.
func share(pcm []int16, rate, hz int) float64 {
	n := min(len(pcm), Samples(rate, blockTime))
	if n == 0 {
		return 0
	}
	window := hann(n)
	var tone, total float64
	for at := 0; at+n <= len(pcm); at += max(1, n/2) {
		t, e := goertzel(pcm[at:at+n], window, rate, hz)
		tone += t
		total += e
	}
	if total == 0 {
		return 0
	}
	return min(1, tone/total)
}

func hann(n int) []float64 {
	w := make([]float64, n)
	for i := range w {
		w[i] = 0.5 - 0.5*math.Cos(2*math.Pi*(float64(i)+0.5)/float64(n))
	}
	return w
}

// goertzel gives the energy at hz and the whole energy of one windowed block.
// A Hann window spreads a sine so that |X|² is a third of n times the energy:
// the factor 3 makes both comparable.
func goertzel(pcm []int16, window []float64, rate, hz int) (at, total float64) {
	coeff := 2 * math.Cos(2*math.Pi*float64(hz)/float64(rate))
	var s1, s2 float64
	for i, v := range pcm {
		x := float64(v) * window[i]
		total += x * x
		s1, s2 = x+coeff*s1-s2, s1
	}
	power := s1*s1 + s2*s2 - coeff*s1*s2
	return 3 * power / float64(len(pcm)), total
}
