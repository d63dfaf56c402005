package cli

import (
	"database/sql"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ringdesk/app"
	"ringdesk/configs"
	"ringdesk/controller/transcription"
	"ringdesk/models"
	"ringdesk/testkit/whisper"
)

const speechKey = "wq7GmZ2pTx9LkR4v"

// speechServer answers what is sent with a key, if it wants one, by a status and a body.
func speechServer(t *testing.T, key string, status int, body string) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		if key != "" && r.Header.Get("Authorization") != "Bearer "+key {
			status, body := http.StatusUnauthorized, "no"
			http.Error(w, body, status)
			return
		}
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// The doctor has a prompt transcribed, and says what keeps that from being done.
//
// Covers: OPS-3, END-3
func TestDoctor_Speech(t *testing.T) {
	const good = `{"language":"korean","segments":[]}`
	for name, c := range map[string]struct {
		url  string
		set  func(*configs.Transcription)
		is   health
		says string
	}{
		"not set up":  {"", nil, well, "RINGDESK_TRANSCRIPTION_URL names one"},
		"unreachable": {"http://127.0.0.1:1", nil, wrong, "start it"},
		"answers":     {speechServer(t, "", 200, good), nil, well, "real-time factor"},
		"with a key":  {speechServer(t, speechKey, 200, good), func(s *configs.Transcription) { s.Key = speechKey }, well, "real-time factor"},
		"another key": {speechServer(t, speechKey, 200, good), func(s *configs.Transcription) { s.Key = "another key 12345" }, wrong, "does not take the key"},
		"no key":      {speechServer(t, speechKey, 200, good), nil, wrong, "RINGDESK_TRANSCRIPTION_KEY_FILE"},
		"wrong path":  {speechServer(t, "", 404, "File Not Found"), nil, wrong, "RINGDESK_TRANSCRIPTION_PATH"},
		"no model":    {speechServer(t, "", 404, `{"detail":"Model 'x' is not installed locally."}`), nil, wrong, "RINGDESK_TRANSCRIPTION_MODEL"},
		"loading":     {speechServer(t, "", 503, `{"status":"loading model"}`), nil, wrong, "not loaded yet"},
		"language":    {speechServer(t, "", 400, `{"error":{"message":"Invalid language"}}`), nil, wrong, "RINGDESK_TRANSCRIPTION_LANGUAGE"},
		"another":     {speechServer(t, "", 200, "<html>"), nil, wrong, "another program"},
		"in clear":    {"http://192.0.2.1", func(s *configs.Transcription) { s.Key = speechKey }, wrong, "write https://"},
	} {
		s := configs.Default()
		s.Transcription.URL = c.url
		if c.set != nil {
			c.set(&s.Transcription)
		}
		got := lookAtSpeech(t.Context(), s)
		if len(got) != 1 || got[0].Part != "speech" || got[0].State != c.is || !strings.Contains(got[0].Says, c.says) || strings.Contains(got[0].Says, speechKey) {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// How fast a server is, is judged beside what it would have to do; one that is late is
// told from one that hangs.
//
// Covers: OPS-3
func TestDoctor_SpeechPace(t *testing.T) {
	for name, c := range map[string]struct {
		took, recorded time.Duration
		is             health
		says           string
	}{
		"fast":           {time.Second, 0, well, "factor of about 0.03"},
		"fast, at work":  {3 * time.Second, 100 * time.Hour, well, "takes it 20.0 hours"},
		"slower than it": {20 * time.Second, 0, note, "longer than the call lasts"},
		"falls behind":   {15 * time.Second, 140 * time.Hour, wrong, "83 % of the time"},
	} {
		got := paceFinding("there", c.took, c.recorded)
		if len(got) != 1 || got[0].State != c.is || !strings.Contains(got[0].Says, c.says) {
			t.Errorf("%s: %v", name, got)
		}
	}
	late := fmt.Errorf("%w: there", transcription.ErrSlow)
	for status, says := range map[int]string{200: "it is there", 503: "whether it hangs"} {
		s := configs.Default()
		s.Transcription.URL = speechServer(t, "", status, "")
		client, err := app.NewTranscription(s)
		if err != nil {
			t.Fatal(err)
		}
		if got := speechFault(t.Context(), client, late); len(got) != 1 || got[0].State != wrong || !strings.Contains(got[0].Says, says) {
			t.Errorf("health %d: %v", status, got)
		}
	}
}

// What was recorded lately is counted in the database.
//
// Covers: OPS-3
func TestDoctor_SpeechLoad(t *testing.T) {
	s := configs.Default()
	s.Storage.Data = t.TempDir()
	store, err := models.Open(s.Database())
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", s.Database()) // the calls that they belong to do not matter
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	for id, days := range map[string]int{"new": 0, "also": -6, "old": -8} {
		_, err := db.ExecContext(t.Context(), "INSERT INTO recordings (id, workspace_id, call_id, state, error, file, duration_ms, peaks, created_at) VALUES (?, 'w', ?, 'ready', '', '', 45000, '[]', ?)",
			id, id, now.AddDate(0, 0, days).UnixMicro())
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if got, err := models.RecordedIn(t.Context(), s.Database(), now.AddDate(0, 0, -loadDays)); got != 90*time.Second || err != nil {
		t.Errorf("%v, %v", got, err)
	}
	if _, err := models.RecordedIn(t.Context(), filepath.Join(t.TempDir(), "none.db"), time.Now()); err == nil {
		t.Error("no database, no error")
	}
}

// A server without a key that strangers reach is told of, with what they could do.
//
// Covers: OPS-3, SEC-4
func TestDoctor_SpeechStrangers_SEC_4(t *testing.T) {
	open := transcription.Exposure{Open: true}
	for name, c := range map[string]struct {
		host string
		e    transcription.Exposure
		is   health
		says string
	}{
		"wants a key":        {"203.0.113.7", transcription.Exposure{}, "", ""},
		"in our network":     {"192.168.0.7", open, note, "without a key"},
		"of a name":          {"whisper", open, note, "without a key"},
		"on the Internet":    {"8.8.8.8", open, wrong, "public Internet"},
		"whisper-server":     {"10.0.0.7", transcription.Exposure{Open: true, Loads: true}, note, "/load"},
		"whisper-server, v6": {"2a00::1", transcription.Exposure{Open: true, Loads: true}, wrong, "/load"},
	} {
		got := elsewhere(c.host, c.e)
		if c.is == "" && len(got) > 0 || c.is != "" && (len(got) != 1 || got[0].State != c.is || !strings.Contains(got[0].Says, c.says)) {
			t.Errorf("%s: %v", name, got)
		}
	}
	everywhere, err := net.Listen("tcp4", "0.0.0.0:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &httptest.Server{Listener: everywhere, Config: &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadRequest) })}}
	server.Start()
	t.Cleanup(server.Close)
	_, port, _ := net.SplitHostPort(everywhere.Addr().String())
	for url, want := range map[string]int{"http://127.0.0.1:" + port: 1, speechServer(t, "", 400, ""): 0, speechServer(t, speechKey, 200, ""): 0} {
		s := configs.Default()
		s.Transcription.URL = url
		client, err := app.NewTranscription(s)
		if err != nil {
			t.Fatal(err)
		}
		// 127.0.0.2 stands for another of this machine's addresses.
		if got := besideLoopback(t.Context(), client, []string{"127.0.0.2"}); len(got) != want || want == 1 && (got[0].State != wrong || !strings.Contains(got[0].Says, "--host 127.0.0.1")) {
			t.Errorf("%s: %v", url, got)
		}
	}
}

// A real whisper-server passes, and a wrong path of it does not.
//
// Covers: OPS-3, END-3
func TestDoctor_WhisperServer(t *testing.T) {
	s := configs.Default()
	s.Transcription.URL = whisper.Start(t, s.Transcription.Path)
	if got := lookAtSpeech(t.Context(), s); len(got) != 1 || got[0].State == wrong || !strings.Contains(got[0].Says, "real-time factor") {
		t.Errorf("%v", got)
	}
	s.Transcription.Path = "/inference"
	if got := lookAtSpeech(t.Context(), s); len(got) != 1 || got[0].State != wrong || !strings.Contains(got[0].Says, "RINGDESK_TRANSCRIPTION_PATH") {
		t.Errorf("%v", got)
	}
}
