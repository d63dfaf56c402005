package sounds_test

import (
	"bytes"
	"encoding/binary"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ringdesk/controller/sounds"
	hear "ringdesk/testkit/tone"
)

// musicRig is a folder of music and what becomes of it.
type musicRig struct {
	t       *testing.T
	folder  string
	sounds  string
	library *sounds.Library
	log     bytes.Buffer
}

func newMusicRig(t *testing.T) *musicRig {
	r := &musicRig{t: t, folder: filepath.Join(t.TempDir(), "music"), sounds: t.TempDir()}
	r.library = sounds.NewLibrary(r.sounds, "sox")
	return r
}

func (r *musicRig) start() *sounds.Music {
	r.t.Helper()
	m, err := r.library.NewMusic(r.t.Context(), r.folder, slog.New(slog.NewTextHandler(&r.log, nil)))
	if err != nil {
		r.t.Fatal(err)
	}
	return m
}

func (r *musicRig) put(name string, data []byte) {
	r.t.Helper()
	if err := os.MkdirAll(r.folder, 0o700); err != nil {
		r.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(r.folder, name), data, 0o600); err != nil {
		r.t.Fatal(err)
	}
}

// heard is the sound that an engine plays.
func (r *musicRig) heard() []int16 {
	r.t.Helper()
	data, err := os.ReadFile(filepath.Join(r.sounds, sounds.HoldMusic+".wav"))
	if err != nil {
		r.t.Fatal(err)
	}
	readWAV(r.t, data)
	pcm := make([]int16, (len(data)-44)/2)
	for i := range pcm {
		pcm[i] = int16(binary.LittleEndian.Uint16(data[44+2*i:]))
	}
	return pcm
}

// spans are the tones that are heard, in order.
func (r *musicRig) mustHear(what string, length time.Duration, hz ...int) {
	r.t.Helper()
	pcm := r.heard()
	if got := time.Duration(len(pcm)) * time.Second / 8000; (got - length).Abs() > 150*time.Millisecond {
		r.t.Errorf("%s: the music lasts %v, want %v", what, got, length)
	}
	last := time.Duration(-1)
	for _, f := range hz {
		spans := hear.Spans(pcm, 8000, f)
		if len(spans) != 1 || spans[0].From < last {
			r.t.Errorf("%s: %d Hz sounds at %v, want it once, after %v", what, f, spans, last)
			return
		}
		last = spans[0].From
	}
}

func sine(t *testing.T, hz, name string, args ...string) []byte {
	return ffmpeg(t, name, append([]string{"-i", "sine=frequency=" + hz + ":duration=2"}, args...)...)
}

// Whatever files stand in the folder become one sound, in the order of their
// names; those that come or go later change it, and what cannot be read is left
// out with a word.
//
// Covers: HOLD-1, IN-6.
func TestMusicFollowsItsFolder(t *testing.T) {
	r := newMusicRig(t)
	r.put("b.mp3", sine(t, "900", "b.mp3", "-ar", "44100"))
	r.put("a.WAV", sine(t, "600", "a.wav", "-ar", "48000", "-ac", "2"))
	r.put("broken.wav", []byte("RIFF....WAVEnothing"))
	r.put("notes.txt", []byte("no music"))
	m := r.start()
	r.mustHear("at the start", 4*time.Second, 600, 900)
	if said := r.log.String(); !strings.Contains(said, "broken.wav") || !strings.Contains(said, "left out") || strings.Contains(said, "notes.txt") {
		t.Errorf("the log says %s", said)
	}
	before, err := os.Stat(filepath.Join(r.sounds, sounds.HoldMusic+".wav"))
	if err != nil {
		t.Fatal(err)
	}
	refresh := func() os.FileInfo {
		t.Helper()
		if err := m.Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(filepath.Join(r.sounds, sounds.HoldMusic+".wav"))
		if err != nil {
			t.Fatal(err)
		}
		return info
	}
	if !os.SameFile(before, refresh()) {
		t.Error("with nothing new the music was made anew")
	}
	r.put("c.wav", sine(t, "1300", "c.wav"))
	if os.SameFile(before, refresh()) {
		t.Error("the file was changed while somebody may hear it")
	}
	r.mustHear("with one more", 6*time.Second, 600, 900, 1300)
	if err := os.Remove(filepath.Join(r.folder, "a.WAV")); err != nil {
		t.Fatal(err)
	}
	after := refresh()
	r.mustHear("with one less", 4*time.Second, 900, 1300)
	r.start()
	if !os.SameFile(after, refresh()) {
		t.Error("the next start made the same music again")
	}
}

// Without music of the site's own there is a tune, which sounds all the time, also
// where it begins anew, and the operator is told where music can be put.
//
// Covers: HOLD-1.
func TestMusicBuiltIn(t *testing.T) {
	r := newMusicRig(t)
	r.start()
	if said := r.log.String(); !strings.Contains(said, r.folder) || !strings.Contains(said, "built-in") {
		t.Errorf("the log says %s", said)
	}
	pcm := r.heard()
	if length := time.Duration(len(pcm)) * time.Second / 8000; length < 20*time.Second {
		t.Errorf("the tune lasts %v", length)
	}
	const window = 800 // 100 ms
	round := append(pcm, pcm[:window]...)
	for at := 0; at+window <= len(round); at += window / 2 {
		if rms := hear.RMS(round[at : at+window]); rms < 300 || rms > 12000 {
			t.Fatalf("at %v of %v the tune's loudness is %.0f", time.Duration(at)*time.Second/8000, time.Duration(len(pcm))*time.Second/8000, rms)
		}
	}
	r.put("own.wav", sine(t, "600", "own.wav"))
	r.start()
	r.mustHear("with a file", 2*time.Second, 600)
}
