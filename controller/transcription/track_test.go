package transcription_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"ringdesk/controller/sounds"
	"ringdesk/controller/sounds/built"
	"ringdesk/controller/transcription"
	"ringdesk/testkit/tone"
	"ringdesk/testkit/whisper"
)

const (
	rate    = 16000
	longest = time.Minute // of a file in these tests
)

// voice adds something that sways as speech does: syllables of a fifth of a second with
// as long a fall behind each, peak being its loudest sample.
func voice(pcm []int16, from, to time.Duration, peak float64) {
	for i := tone.Samples(rate, from); i < tone.Samples(rate, to) && i < len(pcm); i++ {
		t := float64(i) / rate
		sway := math.Pow(math.Sin(math.Pi*t/0.4), 2)
		pcm[i] += int16(peak * sway * math.Sin(2*math.Pi*200*t))
	}
}

// hiss adds steady noise.
func hiss(pcm []int16, peak float64) {
	random := rand.New(rand.NewPCG(1, 2))
	for i := range pcm {
		pcm[i] += int16(peak * (2*random.Float64() - 1))
	}
}

func silence(length time.Duration) []int16 { return make([]int16, tone.Samples(rate, length)) }

func file(t *testing.T, name string, pcm []int16) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := (tone.WAV{Rate: rate, PCM: pcm}).WriteFile(path); err != nil {
		t.Fatal(err)
	}
	return path
}

// split gives the tracks of a file.
func split(t *testing.T, path string) ([]transcription.Track, error) {
	t.Helper()
	in, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	return transcription.Split(t.Context(), "sox", in, t.TempDir(), longest)
}

// Somebody speaks where a track sways over its own noise: not in silence, a hum or the
// noise of a line, and clicks are no speech.
//
// Covers: END-7
func TestSpeech_END_7(t *testing.T) {
	const second = time.Second
	for name, c := range map[string]struct {
		length     time.Duration
		make       func(pcm []int16)
		from, to   time.Duration // where somebody speaks; 0, 0 for nowhere
		least, not time.Duration // of speech there, and of what may count elsewhere
	}{
		"digital silence":        {5 * second, func([]int16) {}, 0, 0, 0, 0},
		"a quiet line":           {5 * second, func(p []int16) { hiss(p, 30) }, 0, 0, 0, 0},
		"a loud line":            {5 * second, func(p []int16) { hiss(p, 3000) }, 0, 0, 0, 0},
		"a hum":                  {5 * second, func(p []int16) { tone.NewSine(rate, 50).Add(p) }, 0, 0, 0, 0},
		"clicks":                 {5 * second, func(p []int16) { p[9000], p[40000] = 32000, -32000 }, 0, 0, 0, 0},
		"speech":                 {10 * second, func(p []int16) { voice(p, 4*second, 6*second, 8000) }, 4 * second, 6 * second, second, 0},
		"quiet speech":           {10 * second, func(p []int16) { voice(p, 4*second, 6*second, 400) }, 4 * second, 6 * second, second / 2, 0},
		"speech on a loud line":  {10 * second, func(p []int16) { hiss(p, 600); voice(p, 4*second, 6*second, 8000) }, 4 * second, 6 * second, second / 2, second / 5},
		"speech without a pause": {10 * second, func(p []int16) { voice(p, 0, 10*second, 8000) }, 0, 10 * second, 4 * second, 0},
		"one word in a minute":   {time.Minute, func(p []int16) { hiss(p, 30); voice(p, 30*second, 30*second+second/2, 8000) }, 30 * second, 31 * second, 200 * time.Millisecond, 0},
		"shorter than a word":    {50 * time.Millisecond, func(p []int16) { voice(p, 0, second, 8000) }, 0, 0, 0, 0},
	} {
		pcm := silence(c.length)
		c.make(pcm)
		tracks, err := split(t, file(t, "a.wav", pcm))
		if err != nil || len(tracks) != 1 || tracks[0].Length != c.length {
			t.Errorf("%s: %v, %v", name, tracks, err)
			continue
		}
		s := tracks[0].Speech
		there, all := s.Within(c.from, c.to), s.Within(0, c.length)
		if there < c.least || all-there > c.not || s.Any() != (c.to > 0) {
			t.Errorf("%s: %v of speech where it is, %v elsewhere", name, there, all-there)
		}
	}
}

// Each channel of a file is a track of its own, of the rate that models take.
//
// Covers: END-3
func TestSplit_END_3(t *testing.T) {
	left, right, both := silence(3*time.Second), silence(4*time.Second), filepath.Join(t.TempDir(), "both.mp3")
	voice(left, time.Second, 2*time.Second, 8000)
	voice(right, 3*time.Second, 4*time.Second, 8000)
	if out, err := exec.CommandContext(t.Context(), "sox", "-M", file(t, "l.wav", left), file(t, "r.wav", right), "-r", "44100", "-t", "wav", both+".wav").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	tracks, err := split(t, both+".wav")
	if err != nil || len(tracks) != 2 {
		t.Fatalf("%v, %v", tracks, err)
	}
	for i, want := range []time.Duration{time.Second, 3 * time.Second} {
		wav, err := tone.ReadFile(tracks[i].File)
		if err != nil || wav.Rate != rate || len(wav.PCM) != tone.Samples(rate, tracks[i].Length) || (tracks[i].Length-4*time.Second).Abs() > time.Millisecond {
			t.Errorf("track %d: %v at %d, %v", i, tracks[i].Length, wav.Rate, err)
		}
		if s := tracks[i].Speech; s.Within(want, want+time.Second) < 400*time.Millisecond || s.Within(4*time.Second-want, 5*time.Second-want) > 0 {
			t.Errorf("track %d has not its own channel's speech", i)
		}
	}
}

// A file that is no sound, or too much of it, is told in a sentence.
//
// Covers: SEC-4
func TestSplit_BadFiles_SEC_4(t *testing.T) {
	good, err := os.ReadFile(file(t, "good.wav", silence(time.Second)))
	if err != nil {
		t.Fatal(err)
	}
	channels := slices.Clone(good)
	channels[22], channels[32] = 20, 40
	coding := slices.Clone(good)
	coding[20] = 0x55
	for name, c := range map[string]struct{ body, says string }{
		"empty":          {"", "empty"},
		"text":           {"hello, this is a text", "neither a WAV nor an MP3"},
		"only a header":  {string(good[:44]), ""},
		"cut header":     {string(good[:20]), "cannot be read"},
		"another coding": {string(coding), "cannot be read"},
		"20 channels":    {string(channels), "20 channels"},
	} {
		path := filepath.Join(t.TempDir(), "x.wav")
		if err := os.WriteFile(path, []byte(c.body), 0o600); err != nil {
			t.Fatal(err)
		}
		tracks, err := split(t, path)
		if c.says == "" {
			if err != nil || len(tracks) != 1 || tracks[0].Length != 0 || tracks[0].Speech.Any() {
				t.Errorf("%s: %v, %v", name, tracks, err)
			}
			continue
		}
		if bad, is := errors.AsType[*sounds.BadSoundError](err); !is || !strings.Contains(bad.Reason, c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := split(t, file(t, "long.wav", silence(longest+2*time.Second))); err == nil || !strings.Contains(err.Error(), "longer than 1m0s") {
		t.Errorf("too long: %v", err)
	}
}

// A real whisper-server's answers are understood, and what it makes up where nobody
// speaks is dropped.
//
// Covers: END-3, END-7
func TestWhisperServer_END_3_END_7(t *testing.T) {
	o := options("")
	o.URL = whisper.Start(t, o.Path)
	c := client(t, o)
	for name, at := range map[string]struct {
		from    time.Duration
		lines   int
		dropped int
	}{"spoken": {0, 1, 0}, "made up": {5 * time.Second, 0, 1}} {
		pcm := silence(8 * time.Second)
		voice(pcm, at.from, at.from+2*time.Second, 8000)
		tracks, err := split(t, file(t, "a.wav", pcm))
		if err != nil {
			t.Fatal(err)
		}
		heard, err := c.Hear(t.Context(), tracks[0])
		if err != nil || heard.Language != "ko" || len(heard.Segments) != at.lines || heard.Dropped != at.dropped || heard.Length != 8*time.Second {
			t.Errorf("%s: %+v, %v", name, heard, err)
			continue
		}
		if at.lines == 1 && (heard.Segments[0].Text != whisper.Says || heard.Segments[0].Start != 0 || heard.Segments[0].End != time.Duration(whisper.Ends*float64(time.Second))) {
			t.Errorf("%s: %+v", name, heard.Segments)
		}
	}
	speech, err := built.Files.ReadFile("files/ko/greeting.wav") // 8 kHz, as the engines record
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]struct {
		with  func(*transcription.Options)
		sound string
		is    error
		says  string
	}{
		"8 kHz":      {func(*transcription.Options) {}, string(speech), nil, ""},
		"wrong path": {func(o *transcription.Options) { o.Path = "/v1/audio" }, string(speech), transcription.ErrRefused, "RINGDESK_TRANSCRIPTION_PATH"},
		"language":   {func(o *transcription.Options) { o.Language = "xx" }, string(speech), transcription.ErrRefused, "RINGDESK_TRANSCRIPTION_LANGUAGE"},
		"no sound":   {func(*transcription.Options) {}, "RIFF", transcription.ErrSound, "Invalid request"},
	} {
		other := o
		change.with(&other)
		_, err := client(t, other).Transcribe(t.Context(), strings.NewReader(change.sound), int64(len(change.sound)))
		if !errors.Is(err, change.is) || err != nil && !strings.Contains(err.Error(), change.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if e := c.Exposed(t.Context(), ""); !e.Open || !e.Loads {
		t.Errorf("whoever reaches it may use it: %+v", e)
	}
	if !c.Healthy(t.Context()) {
		t.Error("it does not answer at /health")
	}
}

// A track in which nobody speaks is sent nowhere, a doubtful segment is dropped, and the
// lines of all parties stand in order of time.
//
// Covers: END-3, END-7
func TestHear_END_7(t *testing.T) {
	const heard = `{"language":"korean","segments":[{"text":"a","start":1,"end":2},{"text":"made up","start":1,"end":2,"no_speech_prob":0.9,"avg_logprob":-1.5},
		{"text":"sure","start":1.5,"end":2,"no_speech_prob":0.9,"avg_logprob":-0.2},{"text":"behind","start":5,"end":7}]}`
	c := client(t, options(answers(t, 200, heard)))
	pcm := silence(8 * time.Second)
	voice(pcm, time.Second, 3*time.Second, 8000)
	tracks, err := split(t, file(t, "a.wav", pcm))
	if err != nil {
		t.Fatal(err)
	}
	h, err := c.Hear(t.Context(), tracks[0])
	if err != nil || h.Dropped != 2 || len(h.Segments) != 2 {
		t.Fatalf("%+v, %v", h, err)
	}
	lines := append(h.Lines("B"), transcription.Line{Speaker: "A", Start: 1200 * time.Millisecond, Text: "between"})
	transcription.InOrder(lines)
	if lines[0].Text != "a" || lines[0].Speaker != "B" || lines[1].Text != "between" || lines[2].Text != "sure" {
		t.Errorf("%v", lines)
	}
	quiet, err := split(t, file(t, "b.wav", silence(time.Second)))
	if err != nil {
		t.Fatal(err)
	}
	gone := client(t, options("http://127.0.0.1:1"))
	if h, err := gone.Hear(t.Context(), quiet[0]); err != nil || len(h.Segments) != 0 || h.Length != time.Second {
		t.Errorf("silence was sent: %+v, %v", h, err)
	}
}
