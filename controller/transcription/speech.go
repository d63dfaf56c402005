package transcription

import (
	"math"
	"slices"
	"time"
)

// rate is that of sound as models take it, samples per second.
const rate = 16000

// How speech is told from silence by its loudness. It sways from sound to sound by far
// more than steadiest, while hum and noise of a line do not; and between words the line's
// own noise is heard, over which speech stands by more than over.
const (
	frame     = 20 * time.Millisecond
	quietest  = -55.0 // dB below full scale: nobody hears what is quieter on a telephone
	steadiest = 6.0   // dB
	over      = 10.0  // dB over the line's noise, which the quietest tenth of the frames has
	below     = 12.0  // dB below the loudest, at most: a track may have no pause
	// shortest is less than the shortest word takes: shorter noises are clicks.
	shortest = 120 * time.Millisecond
)

const (
	frameSamples   = int(rate * frame / time.Second)
	shortestFrames = int(shortest / frame)
)

// Speech is where in a track somebody speaks, judged by loudness alone: music, which
// sways as speech does, counts as speech.
type Speech struct{ loud []bool } // by frame

// Within is for how long somebody speaks between two moments.
func (s Speech) Within(from, to time.Duration) time.Duration {
	first, last := max(0, int(from/frame)), min(len(s.loud), int((to+frame-1)/frame))
	n := 0
	for i := first; i < last; i++ {
		if s.loud[i] {
			n++
		}
	}
	return time.Duration(n) * frame
}

// Any says whether somebody speaks at all.
func (s Speech) Any() bool { return slices.Contains(s.loud, true) }

// meter measures how loud a track is, frame by frame.
type meter struct {
	levels []float32 // dB below full scale
}

// add takes a frame, by the sum of its samples' squares; the last one may be shorter.
func (m *meter) add(squares, samples int) {
	if samples > 0 {
		m.levels = append(m.levels, level(float64(squares)/float64(samples)))
	}
}

// level is the loudness of a mean square, -100 dB for digital silence.
func level(square float64) float32 {
	const full, silence = math.MaxInt16, 1e-10
	return float32(10 * math.Log10(max(square/(full*full), silence)))
}

// speech tells where somebody speaks.
func (m *meter) speech() Speech {
	s := Speech{loud: make([]bool, len(m.levels))}
	sorted := slices.Sorted(slices.Values(m.levels))
	if len(sorted) < shortestFrames {
		return s
	}
	// A few frames louder than all others are a click.
	noise, loudest := float64(sorted[len(sorted)/10]), float64(sorted[len(sorted)-shortestFrames])
	if loudest < quietest || loudest-noise < steadiest {
		return s
	}
	least := max(quietest, min(noise+over, loudest-below))
	from := 0
	for i, l := range m.levels {
		if float64(l) >= least {
			continue
		}
		s.mark(from, i)
		from = i + 1
	}
	s.mark(from, len(m.levels))
	return s
}

// mark counts frames as speech, unless they are too few.
func (s Speech) mark(from, to int) {
	if to-from < shortestFrames/2 {
		return
	}
	for i := from; i < to; i++ {
		s.loud[i] = true
	}
}
