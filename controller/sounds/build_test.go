package sounds_test

import (
	"encoding/binary"
	"io/fs"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ringdesk/controller/sounds"
)

// buildSounds runs the build script, and gives what it said.
func buildSounds(t *testing.T, args ...string) string {
	t.Helper()
	out, err := exec.Command("../../scripts/build-sounds.sh", args...).CombinedOutput()
	if err != nil {
		t.Fatalf("build-sounds.sh: %v\n%s", err, out)
	}
	return string(out)
}

// sound is what a file of 8 kHz, mono, 16 bits holds.
type sound struct {
	length    time.Duration
	rms, peak float64 // of full scale
	edges     float64 // the loudest sample of the first and last 20 ms
}

// readWAV fails the test unless the file is what Asterisk plays as .wav.
func readWAV(t *testing.T, data []byte) sound {
	t.Helper()
	le := binary.LittleEndian
	if len(data) < 44 || string(data[:4]) != "RIFF" || int(le.Uint32(data[4:])) != len(data)-8 || string(data[8:16]) != "WAVEfmt " ||
		le.Uint32(data[16:]) != 16 || le.Uint16(data[20:]) != 1 || le.Uint16(data[22:]) != 1 || le.Uint32(data[24:]) != 8000 ||
		le.Uint16(data[34:]) != 16 || string(data[36:40]) != "data" || int(le.Uint32(data[40:])) != len(data)-44 {
		t.Fatalf("no WAV of 8 kHz, mono, 16 bits: % x", data[:min(44, len(data))])
	}
	data = data[44:]
	n := len(data) / 2
	s := sound{length: time.Duration(n) * time.Second / 8000}
	sum := 0.0
	for i := range n {
		v := math.Abs(float64(int16(le.Uint16(data[2*i:])))) / 32768
		sum += v * v
		s.peak = max(s.peak, v)
		if i < 160 || i >= n-160 {
			s.edges = max(s.edges, v)
		}
	}
	s.rms = math.Sqrt(sum / float64(max(1, n)))
	return s
}

// Every prompt is spoken: a sound file that is neither silent nor clipped nor
// padded, as long as its text takes. What it says is not recognised by
// machine; that is for people to hear.
func TestBuildSpeaksEveryPrompt(t *testing.T) {
	dir := t.TempDir()
	buildSounds(t, dir)
	for _, p := range sounds.Catalogue() {
		name := sounds.Say(p.Language, p.Name) + ".wav"
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Error(err)
			continue
		}
		s := readWAV(t, data)
		// Slow and fast speech in seconds for each letter or syllable, and the least.
		least, most := 0.02, 0.15
		if p.Language == sounds.Korean {
			least, most = 0.08, 0.45
		}
		letters := float64(len([]rune(p.Text)))
		if s.rms < 0.03 || s.rms > 0.3 || s.peak > 0.72 || s.edges > 0.35*s.peak ||
			s.length.Seconds() < 0.15+least*letters/2 || s.length.Seconds() > 0.5+most*letters {
			t.Errorf("%s (%s): %v, rms %.3f, peak %.3f, edges %.3f", name, p.Text, s.length, s.rms, s.peak, s.edges)
		}
	}
	files := 0
	err := filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if filepath.Ext(d.Name()) == ".wav" {
			files++
		}
		return err
	})
	if err != nil || files != len(sounds.Catalogue()) {
		t.Errorf("%d files for %d prompts, %v", files, len(sounds.Catalogue()), err)
	}
}

// Only what changed is made anew, and what is gone is removed.
func TestBuildMakesWhatChanged(t *testing.T) {
	dir, texts := t.TempDir(), t.TempDir()
	catalogue := func(lines string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(texts, "en.txt"), []byte(lines), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	stat := func(name string) os.FileInfo {
		t.Helper()
		info, err := os.Stat(filepath.Join(dir, "en", name))
		if err != nil {
			t.Fatal(err)
		}
		return info
	}
	catalogue("# spoken\nhello  Hello.\nbye    Good bye.\nold    Gone soon.\nbeep   1000 0.4\n")
	buildSounds(t, dir, texts)
	hello, bye := stat("hello.wav"), stat("bye.wav")
	catalogue("hello  Hello.\nbye    See you later.\nbeep   1000 0.4\n")
	if said := buildSounds(t, dir, texts); !strings.Contains(said, "Speaking 1 prompts") {
		t.Errorf("it says %q", said)
	}
	if !os.SameFile(hello, stat("hello.wav")) || os.SameFile(bye, stat("bye.wav")) {
		t.Error("not only what changed was made anew")
	}
	if _, err := os.Stat(filepath.Join(dir, "en", "old.wav")); err == nil {
		t.Error("a prompt that is gone is still there")
	}
	if err := os.Remove(filepath.Join(dir, "en", "hello.wav")); err != nil {
		t.Fatal(err)
	}
	if said := buildSounds(t, dir, texts); !strings.Contains(said, "Speaking 1 prompts") {
		t.Errorf("after a file was lost it says %q", said)
	}
	stat("hello.wav")
	if said := buildSounds(t, dir, texts); !strings.Contains(said, "Prompts are there") {
		t.Errorf("with nothing to do it says %q", said)
	}
	catalogue("hello\n")
	if out, err := exec.Command("../../scripts/build-sounds.sh", dir, texts).CombinedOutput(); err == nil || !strings.Contains(string(out), "hello says nothing") {
		t.Errorf("an empty prompt: %v, %s", err, out)
	}
}
