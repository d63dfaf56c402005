package expect

import (
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"ringdesk/testkit/phone"
	"ringdesk/testkit/tone"
)

// MP3 reads an MP3 file as PCM at phone.Rate.
func MP3(t testing.TB, file string) []int16 {
	t.Helper()
	wav := filepath.Join(t.TempDir(), "decoded.wav")
	cmd := exec.Command("ffmpeg", "-v", "error", "-i", file, "-ac", "1", "-ar", strconv.Itoa(phone.Rate), "-c:a", "pcm_s16le", "-bitexact", wav)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("ffmpeg: %v: %s", err, out)
	}
	w, err := tone.ReadFile(wav)
	if err != nil {
		t.Fatal(err)
	}
	return w.PCM
}
