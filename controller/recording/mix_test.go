package recording_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"ringdesk/controller/converter"
	"ringdesk/controller/recording"
	"ringdesk/testkit/tone"
)

// mix runs a plan and decodes what comes out.
func mix(t testing.TB, p recording.Plan) (recording.Result, []int16) {
	t.Helper()
	p.Out = filepath.Join(t.TempDir(), "call", "rec.mp3")
	if p.Limit == 0 {
		p.Limit = time.Hour
	}
	p.Lame = "lame"
	r, err := recording.Mix(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	if names := dir(t, filepath.Dir(p.Out)); !slices.Equal(names, []string{"rec.mp3"}) {
		t.Errorf("the folder holds %v", names)
	}
	return r, decode(t, p.Out)
}

func dir(t testing.TB, path string) []string {
	t.Helper()
	entries, err := os.ReadDir(path)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// Covers: END-6 (speakers at their times), HOLD-4 (silence in one track only).
func TestMix_Times(t *testing.T) {
	d := t.TempDir()
	a, b := filepath.Join(d, "a.wav"), filepath.Join(d, "b.wav")
	sound(t, a, 8000, part{1000 * ms, 440}, part{500 * ms, 0}, part{1500 * ms, 440})
	sound(t, b, 16000, part{2000 * ms, 1400})
	r, pcm := mix(t, recording.Plan{Tracks: []recording.PlanTrack{
		{File: a, Silence: []recording.Span{{From: 2000 * ms, To: 2400 * ms}}},
		{File: b, Offset: 1637 * ms},
	}})
	assertDuration(t, pcm, r, 3637*ms)
	assertHeard(t, pcm,
		heard{0, 1000 * ms, []int{440}}, heard{1000 * ms, 1500 * ms, nil}, heard{1500 * ms, 1637 * ms, []int{440}},
		heard{1637 * ms, 2000 * ms, []int{440, 1400}}, heard{2000 * ms, 2400 * ms, []int{1400}},
		heard{2400 * ms, 3000 * ms, []int{440, 1400}}, heard{3000 * ms, 3637 * ms, []int{1400}})
	assertSpan(t, pcm, 440, tone.Span{To: 1000 * ms}, tone.Span{From: 1500 * ms, To: 2000 * ms}, tone.Span{From: 2400 * ms, To: 3000 * ms})
	assertSpan(t, pcm, 1400, tone.Span{From: 1637 * ms, To: 3637 * ms})
}

// Speech stays where it is over a long call: neither the mix nor the MP3 drifts.
func TestMix_NoDrift(t *testing.T) {
	d := t.TempDir()
	a, b := filepath.Join(d, "a.wav"), filepath.Join(d, "b.wav")
	sound(t, a, 8000, part{10 * time.Minute, 0}, part{500 * ms, 620}, part{500 * ms, 0})
	sound(t, b, 16000, part{9 * time.Minute, 0}, part{250 * ms, 1000}, part{50*time.Second + 500*ms, 0}, part{250 * ms, 1000})
	r, pcm := mix(t, recording.Plan{Tracks: []recording.PlanTrack{{File: a}, {File: b, Offset: 10 * time.Second}}})
	assertDuration(t, pcm, r, 10*time.Minute+time.Second)
	at := 10 * time.Minute
	assertSpan(t, pcm, 620, tone.Span{From: at, To: at + 500*ms})
	assertSpan(t, pcm, 1000, tone.Span{From: at - 50*time.Second, To: at - 50*time.Second + 250*ms}, tone.Span{From: at + 750*ms, To: at + 1000*ms})
}

// A header that a crash left unfinished does not matter, and what follows the
// samples is no sound.
func TestMix_Headers(t *testing.T) {
	for _, c := range []struct {
		name string
		make func(t *testing.T, path string)
		want time.Duration
	}{
		{"length 0", func(t *testing.T, p string) { patch(t, p, 40, 0, 0, 0, 0); patch(t, p, 4, 36, 0, 0, 0) }, time.Second},
		{"length past the end", func(t *testing.T, p string) { patch(t, p, 40, 0xff, 0xff, 0xff, 0x7f) }, time.Second},
		{"length too short", func(t *testing.T, p string) { patch(t, p, 40, 0x40, 0x06, 0, 0) }, time.Second},
		{"length too short before silence", func(t *testing.T, p string) {
			sound(t, p, 8000, part{500 * ms, 1000}, part{500 * ms, 0})
			patch(t, p, 40, 0x40, 0x1f, 0, 0)
		}, time.Second},
		{"half a sample at the end", func(t *testing.T, p string) { patch(t, p, 40, 0, 0, 0, 0); appendTo(t, p, 1) }, time.Second},
		{"chunk after the samples", func(t *testing.T, p string) { appendTo(t, p, []byte("LIST\x04\x00\x00\x00INFO")...) }, time.Second},
		{"chunk before the samples", func(t *testing.T, p string) {
			b, err := os.ReadFile(p)
			if err != nil {
				t.Fatal(err)
			}
			b = slices.Insert(b, 12, []byte("junk\x03\x00\x00\x00abc\x00")...)
			if err := os.WriteFile(p, b, 0o600); err != nil {
				t.Fatal(err)
			}
		}, time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := filepath.Join(t.TempDir(), "a.wav")
			sound(t, p, 8000, part{time.Second, 1000})
			c.make(t, p)
			r, pcm := mix(t, recording.Plan{Tracks: []recording.PlanTrack{{File: p}}})
			assertDuration(t, pcm, r, c.want)
			assertHeard(t, pcm, heard{0, 500 * ms, []int{1000}})
		})
	}
}

func appendTo(t *testing.T, path string, b ...byte) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.Write(b)
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
}

// Ten parties who shout at once do not clip, and one alone is as loud as ever.
func TestMix_Loudness(t *testing.T) {
	d := t.TempDir()
	var p recording.Plan
	pcm := tone.Make(8000, time.Second, 620)
	for i := range pcm {
		pcm[i] *= 3
	}
	for i := range 10 {
		f := filepath.Join(d, strconv.Itoa(i)+".wav")
		if err := (tone.WAV{Rate: 8000, PCM: pcm}).WriteFile(f); err != nil {
			t.Fatal(err)
		}
		p.Tracks = append(p.Tracks, recording.PlanTrack{File: f, Offset: time.Second})
	}
	alone := filepath.Join(d, "alone.wav")
	sound(t, alone, 8000, part{time.Second, 1000}, part{time.Second, 0}, part{time.Second, 1000})
	p.Tracks = append(p.Tracks, recording.PlanTrack{File: alone})
	_, pcm = mix(t, p)
	assertHeard(t, pcm, heard{0, time.Second, []int{1000}}, heard{time.Second, 2 * time.Second, []int{620}}, heard{2 * time.Second, 3 * time.Second, []int{1000}})
	loud := pcm[rate+800 : 2*rate-800]
	if top := slices.Max(loud); top < 26000 || top > 32000 {
		t.Errorf("the loudest sample of ten at once is %d, want just below 32767", top)
	}
	// Clipping would put energy into odd harmonics.
	if l := tone.Level(loud, rate, 3*620); l > -40 {
		t.Errorf("third harmonic at %.0f dB", l)
	}
	for _, at := range []int{rate / 4, 2*rate + rate/2} {
		if got := tone.RMS(pcm[at : at+rate/4]); got < 5200 || got > 6300 {
			t.Errorf("one voice at %d: loudness %.0f, want %d", at, got, 5793)
		}
	}
}

// An 8 kHz track gets no mirror image above 4 kHz.
func TestMix_Telephone(t *testing.T) {
	p := filepath.Join(t.TempDir(), "a.wav")
	sound(t, p, 8000, part{time.Second, 3000})
	w := filepath.Join(t.TempDir(), "b.wav")
	sound(t, w, 16000, part{time.Second, 0}, part{time.Second, 6000})
	_, pcm := mix(t, recording.Plan{Tracks: []recording.PlanTrack{{File: p}, {File: w}}})
	if l := tone.Level(pcm[800:rate-800], rate, 5000); l > -55 {
		t.Errorf("image of 3000 Hz at %.0f dB", l)
	}
	if !tone.Present(pcm[rate+800:2*rate-800], rate, 6000) {
		t.Error("a wideband track lost its upper half")
	}
}

// Covers: END-1 (the limit).
func TestMix_Limit(t *testing.T) {
	d := t.TempDir()
	a, b := filepath.Join(d, "a.wav"), filepath.Join(d, "b.wav")
	sound(t, a, 8000, part{3 * time.Second, 440})
	sound(t, b, 8000, part{time.Second, 1000})
	r, pcm := mix(t, recording.Plan{Limit: 1505 * ms, Tracks: []recording.PlanTrack{{File: a}, {File: b, Offset: time.Second}, {File: b, Offset: 4 * time.Second}}})
	assertDuration(t, pcm, r, 1505*ms)
	assertHeard(t, pcm, heard{0, time.Second, []int{440}}, heard{time.Second, 1505 * ms, []int{440, 1000}})
}

func TestMix_Peaks(t *testing.T) {
	d := t.TempDir()
	a := filepath.Join(d, "a.wav")
	sound(t, a, 8000, part{5 * time.Second, 0}, part{5 * time.Second, 440}, part{10 * time.Second, 0})
	r, _ := mix(t, recording.Plan{Tracks: []recording.PlanTrack{{File: a}}})
	if len(r.Waveform.All) != 800 {
		t.Fatalf("%d peaks, want 800", len(r.Waveform.All))
	}
	for i, p := range r.Waveform.All {
		want := 0
		if i >= 200 && i < 400 {
			want = 25 // tone.Amplitude is a quarter of full scale
		}
		if edge := i == 199 || i == 200 || i == 399 || i == 400; !edge && p != want {
			t.Errorf("peak %d = %d, want %d", i, p, want)
		}
	}
	sound(t, a, 8000, part{110 * ms, 440})
	r, _ = mix(t, recording.Plan{Tracks: []recording.PlanTrack{{File: a}}})
	if len(r.Waveform.All) != 6 || slices.Min(r.Waveform.All) < 20 {
		t.Errorf("peaks of 110 ms: %v, want 6 of about 25", r.Waveform.All)
	}
}

// Each side has a waveform of its own: a customer who listens while the agent talks.
//
// Covers: END-2.
func TestMix_Lanes(t *testing.T) {
	d := t.TempDir()
	a, b := filepath.Join(d, "a.wav"), filepath.Join(d, "b.wav")
	sound(t, a, 8000, part{5 * time.Second, 440}, part{5 * time.Second, 0})
	sound(t, b, 8000, part{5 * time.Second, 0}, part{5 * time.Second, 1000})
	r, _ := mix(t, recording.Plan{Tracks: []recording.PlanTrack{{File: a}, {File: b, Agent: true}}})
	for i := range r.Waveform.All {
		if i > 245 && i < 255 {
			continue // the change from one to the other
		}
		customer, agents := 25, 0
		if i >= 250 {
			customer, agents = agents, customer
		}
		if got := r.Waveform; got.Customer[i] != customer || got.Agents[i] != agents || got.All[i] < 20 {
			t.Fatalf("of %d, peak %d is %d of the customer and %d of the agents, %d of all", len(got.All), i, got.Customer[i], got.Agents[i], got.All[i])
		}
	}
}

// The MP3 is what the product promises: mono, 16 kHz, and a header with which
// players know its length at once.
func TestMix_Format(t *testing.T) {
	p := filepath.Join(t.TempDir(), "a.wav")
	sound(t, p, 8000, part{20 * time.Second, 440})
	out := filepath.Join(t.TempDir(), "a.mp3")
	if _, err := recording.Mix(t.Context(), recording.Plan{Tracks: []recording.PlanTrack{{File: p}}, Out: out, Limit: time.Hour, Lame: "lame"}); err != nil {
		t.Fatal(err)
	}
	b, err := exec.CommandContext(t.Context(), "ffprobe", "-v", "error", "-of", "csv=p=0",
		"-show_entries", "stream=codec_name,sample_rate,channels,bit_rate:format=duration", out).CombinedOutput()
	if err != nil {
		t.Fatalf("ffprobe: %v: %s", err, b)
	}
	lines := strings.Fields(string(b))
	if len(lines) != 2 || lines[0] != "mp3,16000,1,40000" {
		t.Errorf("ffprobe says %q", lines)
	}
	if d, err := strconv.ParseFloat(lines[1], 64); err != nil || d < 20 || d > 20.2 {
		t.Errorf("a player shows %q seconds, want 20", lines[1])
	}
	head, err := os.ReadFile(out)
	if err != nil || !strings.Contains(string(head[:min(400, len(head))]), "Info") {
		t.Errorf("no Info frame (%v)", err)
	}
}

// What goes wrong leaves the file as it was, and nothing beside it.
func TestMix_Failures(t *testing.T) {
	d := t.TempDir()
	good, broken, empty := filepath.Join(d, "a.wav"), filepath.Join(d, "b.wav"), filepath.Join(d, "c.wav")
	sound(t, good, 8000, part{time.Second, 440})
	sound(t, empty, 8000)
	if err := os.WriteFile(broken, []byte("no sound at all"), 0o600); err != nil {
		t.Fatal(err)
	}
	ended, end := context.WithCancel(t.Context())
	end()
	for _, c := range []struct {
		name string
		ctx  context.Context
		file string
		lame string
		want func(error) bool
	}{
		{"no lame", t.Context(), good, filepath.Join(d, "nowhere"), is(converter.ErrMissing)},
		{"lame gives up", t.Context(), good, script(t, "echo it is broken >&2; exit 3"), func(err error) bool {
			var e *converter.Error
			return errors.As(err, &e) && e.Said == "it is broken"
		}},
		{"told to stop", ended, good, "lame", is(context.Canceled)},
		{"track missing", t.Context(), filepath.Join(d, "x.wav"), "lame", is(os.ErrNotExist)},
		{"not a sound", t.Context(), broken, "lame", func(err error) bool { return err != nil }},
		{"no sound", t.Context(), empty, "lame", is(recording.ErrNoSound)},
	} {
		t.Run(c.name, func(t *testing.T) {
			out := filepath.Join(t.TempDir(), "rec.mp3")
			if err := os.WriteFile(out, []byte("before"), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := recording.Mix(c.ctx, recording.Plan{Tracks: []recording.PlanTrack{{File: c.file}}, Out: out, Limit: time.Hour, Lame: c.lame})
			if !c.want(err) {
				t.Errorf("error %v", err)
			}
			b, err := os.ReadFile(out)
			if names := dir(t, filepath.Dir(out)); err != nil || string(b) != "before" || len(names) != 1 {
				t.Errorf("afterwards %v hold %q, %v", names, b, err)
			}
		})
	}
}

func is(want error) func(error) bool { return func(err error) bool { return errors.Is(err, want) } }

// script makes a program.
func script(t testing.TB, body string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "program")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+body+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

// A crash in the middle of a mix leaves a part; the next attempt clears it away.
func TestMix_AfterCrash(t *testing.T) {
	d := t.TempDir()
	sound(t, filepath.Join(d, "a.wav"), 8000, part{time.Second, 440})
	for _, name := range []string{"rec.mp3.123.part", "other.mp3.7.part"} {
		if err := os.WriteFile(filepath.Join(d, name), []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	_, err := recording.Mix(t.Context(), recording.Plan{Tracks: []recording.PlanTrack{{File: filepath.Join(d, "a.wav")}}, Out: filepath.Join(d, "rec.mp3"), Limit: time.Hour, Lame: "lame"})
	if names := dir(t, d); err != nil || !slices.Equal(names, []string{"a.wav", "other.mp3.7.part", "rec.mp3"}) {
		t.Errorf("the folder holds %v (%v)", names, err)
	}
}
