package tone

import "time"

// Span is a stretch of a sound, from its start.
type Span struct {
	From, To time.Duration
}

// Length is how long the span lasts.
func (s Span) Length() time.Duration { return s.To - s.From }

const (
	spanWindow = 40 * time.Millisecond
	spanStep   = 5 * time.Millisecond
	// spanBridge is the longest drop-out inside a span: one lost packet.
	spanBridge = 30 * time.Millisecond
	// spanRatio is higher than presentRatio: a short window has a wide bin, and
	// a span's edge is where half of the window holds the tone.
	spanRatio = 0.25
)

// Spans tells when the tone is there, to about 10 ms. Tones that sound at the
// same time must be at least 100 Hz apart.
func Spans(pcm []int16, rate, hz int) []Span {
	n, step := Samples(rate, spanWindow), Samples(rate, spanStep)
	if len(pcm) < n {
		return nil
	}
	window := hann(n)
	loudest := 0.0
	powers := make([]float64, 0, len(pcm)/step)
	ratios := make([]float64, 0, len(pcm)/step)
	for at := 0; at+n <= len(pcm); at += step {
		t, e := goertzel(pcm[at:at+n], window, rate, hz)
		ratio := 0.0
		if e > 0 {
			ratio = t / e
		}
		powers, ratios = append(powers, t), append(ratios, ratio)
		loudest = max(loudest, t)
	}
	var spans []Span
	for i := range powers {
		// A Hann window that the tone half fills has a quarter of its power.
		if ratios[i] < spanRatio || powers[i] < loudest/4 || powers[i] < quietRMS*quietRMS {
			continue
		}
		mid := time.Duration(i)*spanStep + spanWindow/2
		if last := len(spans) - 1; last >= 0 && mid-spans[last].To <= spanBridge {
			spans[last].To = mid
		} else {
			spans = append(spans, Span{From: mid, To: mid})
		}
	}
	return spans
}
