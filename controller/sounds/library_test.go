package sounds_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"ringdesk/controller/sounds"
	"ringdesk/models"
)

// ffmpeg makes a file of sound; the arguments go before the output's name.
func ffmpeg(t testing.TB, name string, args ...string) []byte {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	out, err := exec.Command("ffmpeg", append(append([]string{"-hide_banner", "-loglevel", "error", "-nostdin", "-f", "lavfi"}, args...), file)...).CombinedOutput()
	if err != nil {
		t.Fatalf("ffmpeg: %v\n%s", err, out)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func tone(seconds string) string { return "sine=frequency=440:duration=" + seconds }

func newSound() models.Sound {
	return models.Sound{ID: models.NewID(), WorkspaceID: models.NewID(), Name: "greeting", Language: "ko"}
}

// files lists all files below a folder.
func files(t *testing.T, dir string) (names []string) {
	t.Helper()
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// Covers: IN-6 (announcements are replaceable).
func TestPutConverts(t *testing.T) {
	for name, data := range map[string][]byte{
		"telephone.wav": ffmpeg(t, "a.wav", "-i", tone("2"), "-ar", "8000", "-ac", "1"),
		"studio.wav":    ffmpeg(t, "a.wav", "-i", tone("2"), "-ar", "48000", "-ac", "2", "-c:a", "pcm_s24le"),
		"float.wav":     ffmpeg(t, "a.wav", "-i", tone("2"), "-ar", "44100", "-c:a", "pcm_f32le"),
		"ulaw.wav":      ffmpeg(t, "a.wav", "-i", tone("2"), "-ar", "8000", "-c:a", "pcm_mulaw"),
		"tagged.mp3":    ffmpeg(t, "a.mp3", "-i", tone("2"), "-metadata", "title=안녕하세요", "-id3v2_version", "3"),
		"bare.mp3":      ffmpeg(t, "a.mp3", "-i", tone("2"), "-id3v2_version", "0", "-write_xing", "0", "-b:a", "64k"),
		"low.mp3":       ffmpeg(t, "a.mp3", "-i", tone("2"), "-ar", "8000", "-id3v2_version", "0", "-write_xing", "0", "-b:a", "8k"),
		"high.mp3":      ffmpeg(t, "a.mp3", "-i", tone("2"), "-ar", "32000", "-id3v2_version", "0", "-write_xing", "0", "-b:a", "320k"),
		"mid.mp3":       ffmpeg(t, "a.mp3", "-i", tone("2"), "-ar", "22050", "-id3v2_version", "0", "-write_xing", "0", "-b:a", "160k"),
		"cover.mp3": ffmpeg(t, "a.mp3", "-i", tone("2"), "-f", "lavfi", "-i", "color=red:s=64x64:d=1", "-map", "0", "-map", "1", "-frames:v", "1",
			"-disposition:v", "attached_pic"),
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			l, s := sounds.NewLibrary(dir, "sox"), newSound()
			length, err := l.Put(t.Context(), s, bytes.NewReader(data))
			if err != nil {
				t.Fatal(err)
			}
			if got := files(t, dir); len(got) != 1 || got[0] != "custom/"+s.WorkspaceID+"/"+s.ID+".wav" {
				t.Errorf("files %v", got)
			}
			f, err := l.Open(sounds.File(s))
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			data, err := io.ReadAll(f)
			if err != nil {
				t.Fatal(err)
			}
			got := readWAV(t, data)
			// MP3 adds up to 1,152 samples before and after; lavfi's tone has a peak of
			// 1/8, 3 dB less as one of two channels.
			if got.length != length || length < 1990*time.Millisecond || length > 2100*time.Millisecond || got.rms < 0.06 || got.rms > 0.1 {
				t.Errorf("length %v of %v, rms %.3f", got.length, length, got.rms)
			}
			if err := errors.Join(l.Remove(s), l.Remove(s)); err != nil {
				t.Errorf("removing: %v", err)
			}
			if got := files(t, dir); len(got) != 0 {
				t.Errorf("left: %v", got)
			}
		})
	}
}

func TestPutRefusesWhatIsNoSound(t *testing.T) {
	noise := make([]byte, 100_000)
	_, _ = rand.Read(noise)
	wav := ffmpeg(t, "a.wav", "-i", tone("1"), "-ar", "8000", "-fflags", "+bitexact") // nothing but 44 bytes of header before its samples
	strange := bytes.Clone(wav)
	copy(strange[20:], []byte{0x34, 0x12}) // a coding that nobody knows
	for name, tc := range map[string]struct {
		data []byte
		says string
	}{
		"empty":          {nil, "empty"},
		"noise":          {append([]byte("x"), noise...), "neither a WAV nor an MP3"},
		"text":           {[]byte("hello, I am no sound"), "neither a WAV nor an MP3"},
		"Ogg":            {ffmpeg(t, "a.ogg", "-i", tone("1"), "-c:a", "libopus"), "neither a WAV nor an MP3"},
		"playlist":       {[]byte("#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n"), "neither a WAV nor an MP3"},
		"noise as MP3":   {append([]byte{0xFF, 0xFB}, noise...), "neither a WAV nor an MP3"},
		"tag only":       {[]byte("ID3\x03\x00\x00\x00\x00\x00\x00"), "MP3 file cannot be read"},
		"list in a tag":  {[]byte("ID3\x03\x00\x00\x00\x00\x00\x00#EXTM3U\nfile:///etc/passwd\n"), "MP3 file cannot be read"},
		"noise as WAV":   {append([]byte("RIFF\x00\x00\x00\x00WAVEfmt "), noise...), "WAV file cannot be read"},
		"header only":    {wav[:44], "no sound"},
		"unknown coding": {strange, "WAV file cannot be read"},
		"too long":       {ffmpeg(t, "a.mp3", "-i", tone("300.2"), "-ar", "8000", "-b:a", "16k"), "longer than 5 minutes"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			_, err := sounds.NewLibrary(dir, "sox").Put(t.Context(), newSound(), bytes.NewReader(tc.data))
			var bad *sounds.BadSoundError
			if !errors.As(err, &bad) || !strings.Contains(bad.Reason, tc.says) || strings.Contains(bad.Reason, "\n") {
				t.Errorf("error %v, want one that says %q", err, tc.says)
			}
			if got := files(t, dir); len(got) != 0 {
				t.Errorf("left: %v", got)
			}
		})
	}
}

// Uploads at the same moment wait for each other.
func TestPutManyAtOnce(t *testing.T) {
	dir := t.TempDir()
	l, data := sounds.NewLibrary(dir, "sox"), ffmpeg(t, "a.wav", "-i", tone("1"), "-ar", "16000")
	var all sync.WaitGroup
	for range 6 {
		all.Go(func() {
			if length, err := l.Put(t.Context(), newSound(), bytes.NewReader(data)); err != nil || length != time.Second {
				t.Errorf("%v, %v", length, err)
			}
		})
	}
	all.Wait()
	if got := files(t, dir); len(got) != 6 {
		t.Errorf("files %v", got)
	}
}

func TestPutAtTheLimit(t *testing.T) {
	data := ffmpeg(t, "a.wav", "-i", tone("300"), "-ar", "8000")
	length, err := sounds.NewLibrary(t.TempDir(), "sox").Put(t.Context(), newSound(), bytes.NewReader(data))
	if err != nil || length != sounds.MaxLength {
		t.Errorf("%v, %v", length, err)
	}
}

// What is not the file's fault is not said to be.
func TestPutFails(t *testing.T) {
	data := ffmpeg(t, "a.wav", "-i", tone("1"), "-ar", "8000")
	if _, err := sounds.NewLibrary(t.TempDir(), "no-such-sox").Put(t.Context(), newSound(), bytes.NewReader(data)); !errors.Is(err, sounds.ErrNoConverter) {
		t.Errorf("without sox: %v", err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := sounds.NewLibrary(t.TempDir(), "sox").Put(ended, newSound(), bytes.NewReader(data)); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	notAFolder := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(notAFolder, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	var bad *sounds.BadSoundError
	if _, err := sounds.NewLibrary(notAFolder, "sox").Put(t.Context(), newSound(), bytes.NewReader(data)); err == nil || errors.As(err, &bad) {
		t.Errorf("into a file: %v", err)
	}
}

func TestOpenStaysInItsFolder(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "secret.wav"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	l := sounds.NewLibrary(filepath.Join(dir, "sounds"), "sox")
	if err := os.Mkdir(filepath.Join(dir, "sounds"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"../secret", "en/../../secret", filepath.Join(dir, "secret")} {
		if _, err := l.Open(name); err == nil {
			t.Errorf("%s was opened", name)
		}
	}
}

// built makes what the build script makes, quicker.
func built(version string) fstest.MapFS {
	files := fstest.MapFS{"manifest": {Data: []byte(version)}}
	for _, p := range sounds.Catalogue() {
		files[sounds.Say(p.Language, p.Name)+".wav"] = &fstest.MapFile{Data: []byte(version + p.Text)}
	}
	return files
}

func TestInstall(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "deep", "sounds")
	l := sounds.NewLibrary(dir, "sox")
	if err := l.Install(fstest.MapFS{".gitkeep": {}}); !errors.Is(err, sounds.ErrNotBuilt) {
		t.Errorf("a build without prompts: %v", err)
	}
	own := filepath.Join(dir, "custom", "w", "s.wav")
	greeting := filepath.Join(dir, "ko", "greeting.wav")
	stat := func(name string) os.FileInfo {
		t.Helper()
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		return info
	}
	install := func(version string) {
		t.Helper()
		if err := l.Install(built(version)); err != nil {
			t.Fatal(err)
		}
		if data, err := os.ReadFile(greeting); err != nil || string(data) != version+"안녕하세요. 전화 주셔서 감사합니다." {
			t.Errorf("version %s: %q, %v", version, data, err)
		}
		if got := files(t, dir); len(got) != len(sounds.Catalogue())+2 {
			t.Errorf("version %s: %d files", version, len(got))
		}
	}
	if err := errors.Join(os.MkdirAll(filepath.Dir(own), 0o700), os.WriteFile(own, nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	install("1")
	first := stat(greeting)
	install("1")
	if !os.SameFile(first, stat(greeting)) {
		t.Error("what was there was written again")
	}
	install("2")
	if os.SameFile(first, stat(greeting)) {
		t.Error("a file that may be playing was written over")
	}
	if err := os.Remove(greeting); err != nil {
		t.Fatal(err)
	}
	install("2")
	stat(own)
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := sounds.NewLibrary(file, "sox").Install(built("1")); err == nil || !strings.Contains(err.Error(), "RINGDESK_SOUNDS") {
		t.Errorf("into a file: %v", err)
	}
}

func TestResolver(t *testing.T) {
	const w = "w"
	r := sounds.NewResolver([]models.Sound{
		{ID: "1", WorkspaceID: w, Name: "greeting", Language: "ko", Replaces: "greeting"},
		{ID: "2", WorkspaceID: w, Name: "spring-sale", Language: "ko"},
		{ID: "3", WorkspaceID: w, Name: "summer", Language: "ko"},
		{ID: "4", WorkspaceID: w, Name: "summer", Language: "en"},
	})
	for name, want := range map[string]string{
		"ko/greeting":    "custom/w/1",
		"en/greeting":    "en/greeting", // there is one in that language
		"ko/spring-sale": "custom/w/2",
		"en/spring-sale": "custom/w/2", // better than none
		"ko/summer":      "custom/w/3",
		"en/summer":      "custom/w/4",
		"ko/closed":      "ko/closed",
		"en/winter":      "en/winter",
		"":               "",
	} {
		if got := r.Resolve(name); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	if got := r.All([]string{"ko/greeting", "ko/closed"}); len(got) != 2 || got[0] != "custom/w/1" || got[1] != "ko/closed" {
		t.Errorf("all: %v", got)
	}
	if got := (sounds.Resolver{}).Resolve("ko/greeting"); got != "ko/greeting" {
		t.Errorf("without sounds of one's own: %s", got)
	}
}
