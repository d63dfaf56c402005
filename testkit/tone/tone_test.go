package tone_test

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"ringdesk/testkit/tone"
)

const rate = 8000

func TestWhich(t *testing.T) {
	all := []int{400, 440, 480, 600, 1000, 1333, 2000, 3000}
	quiet := tone.Make(rate, time.Second, 440)
	for i := range quiet {
		quiet[i] /= 512
	}
	broken := slices.Concat(tone.Make(rate, 137*time.Millisecond, 440), tone.Make(rate, 863*time.Millisecond, 440))
	for _, c := range []struct {
		name string
		pcm  []int16
		want []int
	}{
		{"silence", make([]int16, rate), nil},
		{"nothing", nil, nil},
		{"one", tone.Make(rate, time.Second, 440), []int{440}},
		{"short", tone.Make(rate, 60*time.Millisecond, 1000), []int{1000}},
		{"neighbours", tone.Make(rate, time.Second, 400, 480), []int{400, 480}},
		{"three", tone.Make(rate, time.Second, 600, 1333, 3000), []int{600, 1333, 3000}},
		{"far below hearing", quiet, nil},
		{"a jump of phase", broken, []int{440}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := tone.Which(c.pcm, rate, all...); !slices.Equal(got, c.want) {
				t.Errorf("Which = %v, want %v", got, c.want)
			}
		})
	}
}

func TestLevel(t *testing.T) {
	for _, c := range []struct {
		name string
		hz   []int
		of   int
		want float64
		tol  float64
	}{
		{"alone", []int{440}, 440, 0, 0.1},
		{"one of two", []int{440, 1000}, 440, -3, 0.3},
		{"absent", []int{1000}, 440, -100, 60},
		{"silence", nil, 440, -120, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := tone.Level(tone.Make(rate, time.Second, c.hz...), rate, c.of)
			if math.Abs(got-c.want) > c.tol {
				t.Errorf("Level = %.1f dB, want %.1f ± %.1f", got, c.want, c.tol)
			}
		})
	}
}

func TestSpans(t *testing.T) {
	pcm := slices.Concat(
		make([]int16, rate/2),
		tone.Make(rate, time.Second, 600),
		tone.Make(rate, 500*time.Millisecond, 1000),
		tone.Make(rate, 300*time.Millisecond, 600, 1000),
		make([]int16, rate/4),
	)
	ms := time.Millisecond
	for hz, want := range map[int][]tone.Span{
		600:  {{From: 500 * ms, To: 1500 * ms}, {From: 2000 * ms, To: 2300 * ms}},
		1000: {{From: 1500 * ms, To: 2300 * ms}},
		1400: nil,
	} {
		got := tone.Spans(pcm, rate, hz)
		if len(got) != len(want) {
			t.Errorf("%d Hz: spans %v, want %v", hz, got, want)
			continue
		}
		for i := range want {
			if (got[i].From-want[i].From).Abs() > 12*ms || (got[i].To-want[i].To).Abs() > 12*ms {
				t.Errorf("%d Hz: span %v, want %v", hz, got[i], want[i])
			}
		}
	}
}

func TestWAVThereAndBack(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.wav")
	want := tone.WAV{Rate: rate, PCM: tone.Make(rate, 250*time.Millisecond, 440)}
	if err := want.WriteFile(path); err != nil {
		t.Fatal(err)
	}
	got, err := tone.ReadFile(path)
	if err != nil || got.Rate != want.Rate || !slices.Equal(got.PCM, want.PCM) {
		t.Fatalf("read %d samples at %d Hz, %v", len(got.PCM), got.Rate, err)
	}
}

func TestReadFile_BadFiles(t *testing.T) {
	good := filepath.Join(t.TempDir(), "good.wav")
	if err := (tone.WAV{Rate: rate, PCM: make([]int16, 100)}).WriteFile(good); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	patch := func(at int, v ...byte) []byte {
		c := slices.Clone(b)
		copy(c[at:], v)
		return c
	}
	for _, c := range []struct {
		name    string
		data    []byte
		want    error
		samples int
	}{
		{"header without length yet", patch(40, 0, 0, 0, 0), nil, 100},
		{"length past the end", patch(40, 0xff, 0xff, 0xff, 0xff), nil, 100},
		{"other file", []byte("ID3 and more bytes"), tone.ErrNotWAV, 0},
		{"empty", nil, tone.ErrNotWAV, 0},
		{"stereo", patch(22, 2), tone.ErrUnsupported, 0},
		{"8 bit", patch(34, 8), tone.ErrUnsupported, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "x.wav")
			if err := os.WriteFile(path, c.data, 0o600); err != nil {
				t.Fatal(err)
			}
			w, err := tone.ReadFile(path)
			if !errors.Is(err, c.want) || len(w.PCM) != c.samples {
				t.Errorf("got %d samples, error %v; want %d, %v", len(w.PCM), err, c.samples, c.want)
			}
		})
	}
}

func TestKeys(t *testing.T) {
	const all = "1234567890*#ABCD55"
	var pcm []int16
	for _, key := range all {
		low, high, ok := tone.KeyTones(key)
		if !ok {
			t.Fatalf("no key %q", key)
		}
		pcm = append(pcm, tone.Make(8000, 100*time.Millisecond, low, high)...)
		pcm = append(pcm, make([]int16, 640)...)
	}
	pcm = append(pcm, tone.Make(8000, time.Second, 440)...)
	pcm = append(pcm, tone.Make(8000, time.Second, 697)...)
	if got := tone.Keys(pcm, 8000); got != all {
		t.Errorf("heard %q, want %q", got, all)
	}
}
