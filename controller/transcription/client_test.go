package transcription_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"ringdesk/controller/transcription"
)

const key = "wq7GmZ2pTx9LkR4v"

// options are those of a server in a test.
func options(url string) transcription.Options {
	return transcription.Options{URL: url, Path: "/v1/audio/transcriptions", Model: "whisper-1", Language: "ko", Timeout: time.Minute}
}

func client(t *testing.T, o transcription.Options) *transcription.Client {
	t.Helper()
	c, err := transcription.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// ask has a server transcribe a few bytes.
func ask(t *testing.T, o transcription.Options) (transcription.Transcript, error) {
	t.Helper()
	const sound = "RIFF…"
	return client(t, o).Transcribe(t.Context(), strings.NewReader(sound), int64(len(sound)))
}

// answers is a server that answers everything with a status and a body.
func answers(t *testing.T, status int, body string, headers ...string) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		for i := 0; i+1 < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// A request is what servers of this kind read, and its sound arrives whole.
//
// Covers: END-3
func TestRequest_END_3(t *testing.T) {
	sound := bytes.Repeat([]byte("sound"), 100_000)
	for language, want := range map[string][]string{"ko": {"ko"}, "auto": {"auto"}, "none": nil} {
		var got http.Request
		var file []byte
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if err := r.ParseMultipartForm(1 << 20); err != nil {
				t.Error(err)
				return
			}
			got = *r
			f, _, err := r.FormFile("file")
			if err == nil {
				file, err = io.ReadAll(f)
			}
			if err != nil {
				t.Error(err)
			}
			fmt.Fprint(w, `{"segments":[]}`)
		}))
		o := options(server.URL)
		o.Language, o.Key = language, key
		_, err := client(t, o).Transcribe(t.Context(), bytes.NewReader(sound), int64(len(sound)))
		server.Close()
		if err != nil {
			t.Fatal(err)
		}
		form := got.MultipartForm
		if got.Method != http.MethodPost || got.URL.Path != o.Path || got.Header.Get("Authorization") != "Bearer "+key || got.ContentLength <= int64(len(sound)) || !bytes.Equal(file, sound) ||
			form.File["file"][0].Filename != "sound.wav" || !slices.Equal(form.Value["response_format"], []string{"verbose_json"}) || !slices.Equal(form.Value["model"], []string{"whisper-1"}) ||
			!slices.Equal(form.Value["language"], want) {
			t.Errorf("%s: %s %s %v with %d bytes", language, got.Method, got.URL, form.Value, len(file))
		}
	}
}

// What servers answer is one thing afterwards: times, a language's code, tidy texts.
//
// Covers: END-3
func TestAnswers_END_3(t *testing.T) {
	second := func(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }
	for name, c := range map[string]struct {
		body     string
		language string
		want     []transcription.Segment
	}{
		"whisper-server": {`{"task":"transcribe","language":"korean","duration":3.5,"segments":[{"id":0,"text":" 안녕하세요\n","start":0.0,"end":30.0,"words":[{"word":"x"}],"avg_logprob":-0.25,"no_speech_prob":0.5}]}`,
			"ko", []transcription.Segment{{0, second(3.5), "안녕하세요", 0.5, -0.25}}},
		"a code, out of order":    {`{"language":"EN","segments":[{"text":"b","start":2,"end":3},{"text":"a","start":1,"end":2}]}`, "en", []transcription.Segment{{second(1), second(2), "a", 0, 0}, {second(2), second(3), "b", 0, 0}}},
		"with a region":           {`{"language":"pt-BR","segments":[]}`, "pt", nil},
		"no language":             {`{"language":"klingon","segments":[]}`, "", nil},
		"empty texts":             {`{"language":"haitian creole","segments":[{"text":" \n","start":1,"end":2}]}`, "ht", nil},
		"lines, NUL and colours":  {`{"segments":[{"text":"a\nb\u0000\u001b[31m  c","start":1,"end":2}]}`, "", []transcription.Segment{{second(1), second(2), "a b[31m c", 0, 0}}},
		"times that run backward": {`{"segments":[{"text":"a","start":-0.5,"end":1},{"text":"b","start":5,"end":4}]}`, "", []transcription.Segment{{0, second(1), "a", 0, 0}, {second(5), second(5), "b", 0, 0}}},
		"half a pair":             {`{"segments":[{"text":"\ud83d","start":1,"end":2}]}`, "", []transcription.Segment{{second(1), second(2), "�", 0, 0}}},
	} {
		got, err := ask(t, options(answers(t, http.StatusOK, c.body)))
		if err != nil || got.Language != c.language || !slices.Equal(got.Segments, c.want) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

// Whatever a server says against us becomes an error of a kind, which says what to do.
//
// Covers: OPS-3
func TestRefusals_OPS_3(t *testing.T) {
	for name, c := range map[string]struct {
		status int
		body   string
		is     error
		says   string
	}{
		"wrong path":              {404, "File Not Found (/v1/audio/transcriptions)", transcription.ErrRefused, "RINGDESK_TRANSCRIPTION_PATH"},
		"another method":          {405, "", transcription.ErrRefused, "RINGDESK_TRANSCRIPTION_PATH"},
		"no key":                  {401, `{"error":{"message":"You didn't provide an API key"}}`, transcription.ErrRefused, "RINGDESK_TRANSCRIPTION_KEY_FILE"},
		"no model, OpenAI":        {404, `{"error":{"message":"The model 'x' does not exist","code":"model_not_found"}}`, transcription.ErrRefused, "RINGDESK_TRANSCRIPTION_MODEL"},
		"no model, speaches":      {404, `{"detail":"Model 'x' is not installed locally."}`, transcription.ErrRefused, "RINGDESK_TRANSCRIPTION_MODEL"},
		"language, whisper.cpp":   {500, "500 Internal Server Error\nbasic_string: construction from null is not valid", transcription.ErrRefused, "RINGDESK_TRANSCRIPTION_LANGUAGE"},
		"language, OpenAI":        {400, `{"error":{"message":"Invalid language 'xx'.","param":"language"}}`, transcription.ErrRefused, "RINGDESK_TRANSCRIPTION_LANGUAGE"},
		"language, speaches":      {422, `{"detail":[{"loc":["body","language"],"msg":"Input should be 'af', 'am'"}]}`, transcription.ErrRefused, "RINGDESK_TRANSCRIPTION_LANGUAGE"},
		"sound, whisper.cpp":      {400, "Invalid request", transcription.ErrSound, `"Invalid request"`},
		"sound, old whisper.cpp":  {200, `{"error":"failed to process audio"}`, transcription.ErrSound, "failed to process audio"},
		"too large":               {413, "<html>413 Request Entity Too Large</html>", transcription.ErrSound, "raise the limit"},
		"loading":                 {503, `{"error":{"code":503,"message":"Loading model"}}`, transcription.ErrAway, "not loaded yet"},
		"too many":                {429, `{"error":{"message":"Rate limit reached"}}`, transcription.ErrAway, "try again"},
		"behind a proxy":          {502, "", transcription.ErrAway, "try again"},
		"fails":                   {500, "out of memory", transcription.ErrAway, `"out of memory": see its log`},
		"another program":         {200, "<html>hello</html>", transcription.ErrAnswer, "another program"},
		"nothing":                 {200, "", transcription.ErrAnswer, "another program"},
		"cut JSON":                {200, `{"segments":[{"text":"a"`, transcription.ErrAnswer, "no JSON"},
		"no times":                {200, `{"text":"hello"}`, transcription.ErrAnswer, "RINGDESK_TRANSCRIPTION_MODEL"},
		"other types":             {200, `{"segments":[{"text":1,"start":"a"}]}`, transcription.ErrAnswer, "no JSON"},
		"not UTF-8":               {200, "{\"segments\":[{\"text\":\"\xbe\xc8\xb3\xe7\",\"start\":1,\"end\":2}]}", transcription.ErrAnswer, "UTF-8"},
		"a time beyond all sound": {200, `{"segments":[{"text":"a","start":1,"end":1e300}]}`, transcription.ErrAnswer, "lasts from 1 to"},
	} {
		_, err := ask(t, options(answers(t, c.status, c.body)))
		if !errors.Is(err, c.is) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %v and %q", name, err, c.is, c.says)
		}
	}
}

// The key is in no message, though a server repeats it, and a long or odd text is cut.
//
// Covers: SEC-5
func TestKeyIsInNoMessage_SEC_5(t *testing.T) {
	for name, server := range map[string]string{
		"refused":  answers(t, 401, "no such key: "+key),
		"in JSON":  answers(t, 500, `{"error":"key `+key+` has no credit"}`),
		"redirect": answers(t, 302, "", "Location", "https://example.com/?key="+key),
		"long":     answers(t, 500, strings.Repeat("\xff\x1b"+key, 5000)),
	} {
		o := options(server)
		o.Key = key
		_, err := ask(t, o)
		if err == nil || strings.Contains(err.Error(), key) || len(err.Error()) > 800 || strings.ContainsAny(err.Error(), "\x1b\n") || !utf8.ValidString(err.Error()) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A key goes over plain HTTP to this machine alone.
//
// Covers: SEC-5
func TestKeyIsNotSentInClear_SEC_5(t *testing.T) {
	for url, refused := range map[string]bool{
		"http://127.0.0.1:8178": false, "http://localhost:8178": false, "http://[::1]:8178": false, "https://api.example.com": false,
		"http://whisper:8178": true, "http://192.0.2.7": true, "http://127.0.0.1.example.com": true,
	} {
		o := options(url)
		if _, err := transcription.New(o); err != nil {
			t.Errorf("%s without a key: %v", url, err)
		}
		o.Key = key
		if _, err := transcription.New(o); (err != nil) != refused || err != nil && (!strings.Contains(err.Error(), "write https://") || strings.Contains(err.Error(), key)) {
			t.Errorf("%s: %v", url, err)
		}
	}
}

// A redirect is not followed: it would take the sound to where nobody set it to go.
//
// Covers: SEC-5
func TestRedirect_SEC_5(t *testing.T) {
	asked := make(chan string, 2)
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { asked <- r.URL.Path }))
	t.Cleanup(elsewhere.Close)
	for _, status := range []int{301, 302, 303, 307, 308} {
		_, err := ask(t, options(answers(t, status, "", "Location", elsewhere.URL+"/taken")))
		if !errors.Is(err, transcription.ErrRefused) || !strings.Contains(err.Error(), "final address") {
			t.Errorf("%d: %v", status, err)
		}
	}
	if len(asked) > 0 {
		t.Errorf("%s was asked for", <-asked)
	}
}

// An answer that never ends, or breaks off, ends as an error.
//
// Covers: SEC-4
func TestHugeAndCutAnswers_SEC_4(t *testing.T) {
	huge := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"segments":[{"text":"`)
		for {
			if _, err := w.Write(bytes.Repeat([]byte("a"), 1<<20)); err != nil {
				return
			}
		}
	}))
	t.Cleanup(huge.Close)
	if _, err := ask(t, options(huge.URL)); !errors.Is(err, transcription.ErrAnswer) || !strings.Contains(err.Error(), "more than 32 MiB") {
		t.Errorf("huge: %v", err)
	}
	cut := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "1000")
		fmt.Fprint(w, `{"segments":[`)
	}))
	t.Cleanup(cut.Close)
	if _, err := ask(t, options(cut.URL)); !errors.Is(err, transcription.ErrAway) || !strings.Contains(err.Error(), "broke off") {
		t.Errorf("cut: %v", err)
	}
	gone := httptest.NewServer(nil)
	gone.Close()
	if _, err := ask(t, options(gone.URL)); !errors.Is(err, transcription.ErrAway) || !strings.Contains(err.Error(), "RINGDESK_TRANSCRIPTION_URL") {
		t.Errorf("gone: %v", err)
	}
	untrusted := httptest.NewTLSServer(nil)
	t.Cleanup(untrusted.Close)
	if _, err := ask(t, options(untrusted.URL)); !errors.Is(err, transcription.ErrRefused) || !strings.Contains(err.Error(), "not trusted") {
		t.Errorf("untrusted: %v", err)
	}
}

// A server that takes the sound and says nothing is given up when the time is over; one
// that drips its answer, too. Who no longer waits is told so at once.
//
// Covers: SEC-4
func TestTimeIsLimited_SEC_4(t *testing.T) {
	for name, begin := range map[string]bool{"silent": false, "begins an answer": true} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			if begin {
				fmt.Fprint(w, `{"segments":[`)
				_ = http.NewResponseController(w).Flush()
			}
			<-r.Context().Done()
		}))
		t.Cleanup(server.Close)
		o := options(server.URL)
		o.Timeout = 50 * time.Millisecond
		if _, err := ask(t, o); !errors.Is(err, transcription.ErrSlow) {
			t.Errorf("%s: %v", name, err)
		}
		o.Timeout = time.Hour
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(50*time.Millisecond, cancel)
		if _, err := client(t, o).Transcribe(ctx, strings.NewReader("x"), 1); !errors.Is(err, context.Canceled) {
			t.Errorf("%s, cancelled: %v", name, err)
		}
	}
}

// One sound is asked for at a time; the others wait, and their time does not run.
func TestOneAtATime(t *testing.T) {
	came, let := make(chan struct{}, 10), make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		came <- struct{}{}
		<-let
		_ = json.NewEncoder(w).Encode(map[string]any{"segments": []string{}})
	}))
	t.Cleanup(server.Close)
	c := client(t, options(server.URL))
	done := make(chan error, 3)
	for range 3 {
		go func() {
			_, err := c.Transcribe(t.Context(), strings.NewReader("x"), 1)
			done <- err
		}()
	}
	for range 3 {
		<-came
		select {
		case <-came:
			t.Error("two at once")
		case <-time.After(20 * time.Millisecond):
		}
		let <- struct{}{}
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}
