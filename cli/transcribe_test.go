package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"ringdesk/configs"
	"ringdesk/controller/sounds/built"
	"ringdesk/testkit/whisper"
)

// speechFiles are a mono file in which somebody speaks, a stereo one in whose second
// channel nobody does, and one without any speech.
func speechFiles(t *testing.T) (mono, stereo, silent string) {
	t.Helper()
	folder := t.TempDir()
	mono, stereo, silent = filepath.Join(folder, "customer.wav"), filepath.Join(folder, "both.wav"), filepath.Join(folder, "silent.wav")
	text, err := built.Files.ReadFile("files/ko/greeting.wav")
	if err == nil {
		err = os.WriteFile(mono, text, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"-n", "-r", "8000", "-b", "16", silent, "trim", "0", "3"}, {"-M", mono, silent, stereo}} {
		if out, err := exec.CommandContext(t.Context(), "sox", args...).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	return mono, stereo, silent
}

// Files become lines with times and speakers, in order of time.
//
// Covers: END-3, END-7
func TestTranscribe_END_3_END_7(t *testing.T) {
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		asked++
		fmt.Fprintf(w, `{"language":"korean","segments":[{"text":"first of %[1]d","start":%.1[2]f,"end":1.5},{"text":"second of %[1]d","start":%.1[3]f,"end":2.5},{"text":"made up","start":60,"end":61}]}`,
			asked, 0.1*float64(asked), 1+0.1*float64(asked))
	}))
	t.Cleanup(server.Close)
	s := configs.Default()
	s.Transcription.URL = server.URL
	mono, stereo, silent := speechFiles(t)

	out, err := output(t, func() error { return transcribeCmd{Files: []string{mono, stereo, silent}}.Run(s) })
	want := "00:00.1  customer: first of 1\n00:00.2  both 1: first of 2\n00:01.1  customer: second of 1\n00:01.2  both 1: second of 2\n2 pieces were dropped: the server heard them where nobody speaks.\n"
	if err != nil || out != want || asked != 2 {
		t.Errorf("%d were sent, %v:\n%s", asked, err, out)
	}

	out, err = output(t, func() error {
		return transcribeCmd{Files: []string{stereo}, Speakers: []string{"Minji", "Agent"}, JSON: true}.Run(s)
	})
	var got transcript
	if jerr := json.Unmarshal([]byte(out), &got); err != nil || jerr != nil || got.Language != "ko" || got.Dropped != 1 || !slices.Equal(got.Lines, []line{{"Minji", 0.3, 1.5, "first of 3"}, {"Minji", 1.3, 2.5, "second of 3"}}) {
		t.Errorf("%v, %v: %s", err, jerr, out)
	}
	if out, err := output(t, func() error { return transcribeCmd{Files: []string{silent}, JSON: true}.Run(s) }); err != nil || !strings.Contains(out, `"lines": []`) {
		t.Errorf("silence: %v, %s", err, out)
	}
	if out, err := output(t, func() error { return transcribeCmd{Files: []string{silent}}.Run(s) }); err != nil || out != "No speech.\n" {
		t.Errorf("silence: %v, %s", err, out)
	}
	if asked != 3 {
		t.Errorf("silence was sent: %d requests", asked)
	}
}

// What is wrong is told with the file or the setting that it is wrong with.
//
// Covers: END-3
func TestTranscribe_Refusals(t *testing.T) {
	mono, stereo, _ := speechFiles(t)
	text := filepath.Join(t.TempDir(), "notes.txt")
	if err := os.WriteFile(text, []byte("no sound at all"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		url  string
		cmd  transcribeCmd
		says []string
	}{
		"not set up":   {"", transcribeCmd{Files: []string{mono}}, []string{"RINGDESK_TRANSCRIPTION_URL"}},
		"no sound":     {"http://127.0.0.1:1", transcribeCmd{Files: []string{text}}, []string{"notes.txt", "neither a WAV nor an MP3"}},
		"too few":      {"http://127.0.0.1:1", transcribeCmd{Files: []string{stereo}, Speakers: []string{"A"}}, []string{"--speakers names 1, and 2 speak"}},
		"unreachable":  {"http://127.0.0.1:1", transcribeCmd{Files: []string{mono}}, []string{"customer", "start it"}},
		"not possible": {speechServer(t, "", 400, `{"error":{"message":"Invalid language"}}`), transcribeCmd{Files: []string{mono}}, []string{"RINGDESK_TRANSCRIPTION_LANGUAGE"}},
	} {
		s := configs.Default()
		s.Transcription.URL = c.url
		out, err := output(t, func() error { return c.cmd.Run(s) })
		for _, want := range c.says {
			if err == nil || out != "" || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v, %s", name, err, out)
			}
		}
	}
}

// A real whisper-server is asked by the same command.
//
// Covers: END-3
func TestTranscribe_WhisperServer_END_3(t *testing.T) {
	s := configs.Default()
	s.Transcription.URL = whisper.Start(t, s.Transcription.Path)
	mono, _, _ := speechFiles(t)
	out, err := output(t, func() error { return transcribeCmd{Files: []string{mono}}.Run(s) })
	if err != nil || out != "00:00.0  customer: "+whisper.Says+"\n" {
		t.Errorf("%v, %s", err, out)
	}
}
