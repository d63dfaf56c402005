package recording_test

import (
	"bytes"
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"ringdesk/controller/recording"
	"ringdesk/testkit/tone"
)

const (
	ms   = time.Millisecond
	rate = 16000 // of decoded mixes
)

// pitches that the tests use; all are told apart and survive the telephone.
var pitches = []int{440, 620, 1000, 1400, 2000}

// part is a stretch of a made-up track: silence where hz is 0.
type part struct {
	d  time.Duration
	hz int
}

// sound makes a WAV file.
func sound(t testing.TB, path string, rate int, parts ...part) {
	t.Helper()
	w := tone.WAV{Rate: rate}
	for _, p := range parts {
		w.PCM = append(w.PCM, tone.Make(rate, p.d, p.hz)...)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := w.WriteFile(path); err != nil {
		t.Fatal(err)
	}
}

// patch overwrites bytes of a file.
func patch(t testing.TB, path string, at int, with ...byte) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	copy(b[at:], with)
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

// decode gives an MP3's sound as a player does, encoder's delay left out.
func decode(t testing.TB, mp3 string) []int16 {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "ffmpeg", "-v", "error", "-i", mp3, "-f", "s16le", "-ac", "1", "-ar", "16000", "-")
	var errs bytes.Buffer
	cmd.Stderr = &errs
	b, err := cmd.Output()
	if err != nil || errs.Len() > 0 {
		t.Fatalf("decoding %s: %v: %s", mp3, err, errs.String())
	}
	pcm := make([]int16, len(b)/2)
	for i := range pcm {
		pcm[i] = int16(binary.LittleEndian.Uint16(b[2*i:]))
	}
	return pcm
}

// heard is the tones that are to be in a stretch of the mix.
type heard struct {
	from, to time.Duration
	hz       []int
}

// assertHeard looks 30 ms inside each stretch, and at nothing else.
func assertHeard(t testing.TB, pcm []int16, want ...heard) {
	t.Helper()
	for _, h := range want {
		from, to := tone.Samples(rate, h.from+30*ms), tone.Samples(rate, h.to-30*ms)
		if to > len(pcm) {
			t.Errorf("%v to %v: the mix is only %d samples long", h.from, h.to, len(pcm))
			continue
		}
		if got := tone.Which(pcm[from:to], rate, pitches...); !slices.Equal(got, h.hz) {
			t.Errorf("%v to %v: heard %v, want %v", h.from, h.to, got, h.hz)
		}
	}
}

// assertSpan says when a tone sounds, to 20 ms.
func assertSpan(t testing.TB, pcm []int16, hz int, want ...tone.Span) {
	t.Helper()
	// Spans measures whole windows: a tone may end where the mix does.
	got := tone.Spans(append(slices.Clone(pcm), make([]int16, rate/10)...), rate, hz)
	ok := len(got) == len(want)
	for i := 0; ok && i < len(want); i++ {
		ok = (got[i].From-want[i].From).Abs() <= 20*ms && (got[i].To-want[i].To).Abs() <= 20*ms
	}
	if !ok {
		t.Errorf("%d Hz sounds %v, want %v ± 20ms", hz, got, want)
	}
}

func assertDuration(t testing.TB, pcm []int16, r recording.Result, want time.Duration) {
	t.Helper()
	if (r.Duration - want).Abs() > ms {
		t.Errorf("Duration = %v, want %v", r.Duration, want)
	}
	if got := time.Duration(len(pcm)) * time.Second / rate; (got - want).Abs() > 5*ms {
		t.Errorf("the MP3 plays for %v, want %v", got, want)
	}
}
