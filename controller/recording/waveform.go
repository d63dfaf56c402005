package recording

import (
	"math"
	"time"
)

const (
	// peakCount is the number of values of a waveform.
	peakCount = 800
	// peakSpan is the shortest stretch that one value stands for: short
	// recordings have fewer values.
	peakSpan = 20 * time.Millisecond
)

// The two sides of a recording.
const (
	customerLane = iota
	agentLane
)

// waveform gathers the loudest sample of each of equal stretches of the mix.
type waveform struct {
	loudest []float32
	total   int64 // samples of the whole mix
}

func newWaveform(total int64) *waveform {
	spans := (total + samples(peakSpan) - 1) / samples(peakSpan)
	return &waveform{loudest: make([]float32, min(peakCount, spans)), total: total}
}

// add takes the samples of the mix from the position at on.
func (w *waveform) add(at int64, pcm []float32) {
	n := int64(len(w.loudest))
	for len(pcm) > 0 {
		i := at * n / w.total
		end := ((i+1)*w.total + n - 1) / n // the first position of stretch i+1
		part := pcm[:min(int64(len(pcm)), end-at)]
		w.loudest[i] = max(w.loudest[i], loudest(part))
		at, pcm = at+int64(len(part)), pcm[len(part):]
	}
}

// peaks gives the waveform: 0 is silence, 100 the loudest that 16-bit sound can be.
func (w *waveform) peaks() []int {
	ps := make([]int, len(w.loudest))
	for i, v := range w.loudest {
		ps[i] = min(100, int(math.Round(float64(v)*100/32768)))
	}
	return ps
}
