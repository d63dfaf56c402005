package transcription

import (
	"cmp"
	"context"
	"os"
	"slices"
	"time"
)

// What Whisper's own decoder takes for silence: its authors' thresholds
// (arXiv:2212.04356, section 4.5).
const (
	likelyNoSpeech = 0.6
	unlikelyWords  = -1.0
)

// Heard is what is said in a track, and how many segments were dropped since nobody
// speaks there (END-7).
type Heard struct {
	Transcript
	Dropped int
}

// Hear transcribes a track. One in which nobody speaks is not sent anywhere.
func (c *Client) Hear(ctx context.Context, t Track) (Heard, error) {
	if !t.Speech.Any() {
		return Heard{Transcript: Transcript{Length: t.Length}}, nil
	}
	f, err := os.Open(t.File)
	if err != nil {
		return Heard{}, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return Heard{}, err
	}
	said, err := c.Transcribe(ctx, f, info.Size())
	if err != nil {
		return Heard{}, err
	}
	said.Length = t.Length
	return t.Speech.gate(said), nil
}

// gate drops the segments in which nobody speaks.
func (s Speech) gate(t Transcript) Heard {
	h := Heard{Transcript: t}
	h.Segments = nil
	for _, one := range t.Segments {
		if s.Within(one.Start, one.End) < shortest || one.NoSpeech > likelyNoSpeech && one.Likelihood < unlikelyWords {
			h.Dropped++
			continue
		}
		h.Segments = append(h.Segments, one)
	}
	return h
}

// Line is what one party says at a time of a call.
type Line struct {
	Speaker    string
	Start, End time.Duration
	Text       string
}

// Lines gives the segments of a party as lines of a call.
func (t Transcript) Lines(speaker string) []Line {
	lines := make([]Line, len(t.Segments))
	for i, s := range t.Segments {
		lines[i] = Line{Speaker: speaker, Start: s.Start, End: s.End, Text: s.Text}
	}
	return lines
}

// InOrder puts the lines of all parties in order of time.
func InOrder(lines []Line) {
	slices.SortStableFunc(lines, func(a, b Line) int { return cmp.Compare(a.Start, b.Start) })
}
