package api_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"ringdesk/api"
	"ringdesk/controller/sounds"
	"ringdesk/models"
)

// wav is a tone of 8 kHz in so many seconds.
func wav(seconds float64) string {
	n := int(seconds * 8000)
	le := binary.LittleEndian
	b := append(le.AppendUint32([]byte("RIFF"), uint32(36+2*n)), "WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x40\x1f\x00\x00\x80\x3e\x00\x00\x02\x00\x10\x00data"...)
	b = le.AppendUint32(b, uint32(2*n))
	for i := range n {
		b = le.AppendUint16(b, uint16(int16(8000*math.Sin(float64(i)))))
	}
	return string(b)
}

func (c *client) upload(name, language, body string) *answer {
	c.e.t.Helper()
	return c.with("Content-Type", "audio/wav").do("PUT", "/sounds/"+name+"?language="+language, body)
}

// soundFiles lists the uploaded files.
func (e *env) soundFiles() []string {
	e.t.Helper()
	files, err := filepath.Glob(filepath.Join(e.sounds, "custom", "*", "*"))
	if err != nil {
		e.t.Fatal(err)
	}
	return files
}

func (e *env) builtIn(language, name, content string) {
	e.t.Helper()
	file := filepath.Join(e.sounds, language, name+".wav")
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		e.t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		e.t.Fatal(err)
	}
}

func find(t *testing.T, c *client, name, language string) *api.Sound {
	t.Helper()
	for _, s := range into[api.SoundList](c.do("GET", "/sounds", "").want(200)).Items {
		if s.Name == name && string(s.Language) == language {
			return &s
		}
	}
	return nil
}

// Covers: IN-6 (announcements are replaceable by uploading).
func TestReplaceAPrompt(t *testing.T) {
	e := start(t)
	c, foreign := e.as(e.here.admin), e.as(e.away.admin)
	e.builtIn("ko", "closed", "built in")
	at := "/sounds/closed.wav?language=ko"
	before := find(t, c, "closed", "ko")
	if before == nil || before.Own || before.Text == nil || before.DurationMs != nil || before.Url != "/api/v1"+at {
		t.Fatalf("before: %+v", before)
	}
	if a := c.do("GET", at, "").want(200); string(a.body) != "built in" || a.header.Get("Content-Type") != "audio/wav" {
		t.Errorf("built in: %s", a.body)
	}
	s := into[api.Sound](c.upload("closed", "ko", wav(1.5)).want(200))
	if !s.Own || *s.DurationMs != 1500 || *s.Text != *before.Text || s.CreatedAt == nil {
		t.Errorf("uploaded: %+v", s)
	}
	if got := find(t, c, "closed", "ko"); got == nil || !got.Own || *got.DurationMs != 1500 {
		t.Errorf("listed: %+v", got)
	}
	if got := find(t, c, "closed", "en"); got == nil || got.Own {
		t.Errorf("the other language's: %+v", got)
	}
	first := c.do("GET", at, "").want(200)
	if string(first.body) != wav(1.5) {
		t.Errorf("%d bytes are heard", len(first.body))
	}
	c.with("Range", "bytes=0-3").do("GET", at, "").want(206)
	c.with("If-None-Match", first.header.Get("Etag")).do("GET", at, "").want(304)
	rows, err := e.store.Sounds(t.Context(), e.here.id)
	if err != nil || len(rows) != 1 || rows[0].Replaces != "closed" || sounds.NewResolver(rows).Resolve("ko/closed") != sounds.File(rows[0]) {
		t.Errorf("rows %+v, %v", rows, err)
	}
	if a := foreign.do("GET", at, "").want(200); string(a.body) != "built in" || find(t, foreign, "closed", "ko").Own {
		t.Error("another workspace hears it, too")
	}
	foreign.do("DELETE", "/sounds/closed?language=ko", "").problem(404, api.ProblemCodeNotFound)

	c.upload("closed", "ko", wav(2)).want(200)
	if files := e.soundFiles(); len(files) != 1 {
		t.Errorf("files after the second upload: %v", files)
	}
	if a := c.with("If-None-Match", first.header.Get("Etag")).do("GET", at, "").want(200); string(a.body) != wav(2) {
		t.Error("the first upload is still heard")
	}
	c.do("DELETE", "/sounds/closed?language=ko", "").want(204)
	c.do("DELETE", "/sounds/closed?language=ko", "").problem(404, api.ProblemCodeNotFound)
	if a := c.do("GET", at, "").want(200); string(a.body) != "built in" || len(e.soundFiles()) != 0 {
		t.Error("the built-in prompt is not back")
	}
}

func TestSoundOfItsOwnName(t *testing.T) {
	e := start(t)
	c, foreign := e.key(e.here), e.as(e.away.owner)
	s := into[api.Sound](c.upload("spring-sale", "en", wav(1)).want(200))
	if s.Text != nil || !s.Own {
		t.Errorf("uploaded: %+v", s)
	}
	if got := find(t, e.as(e.here.owner), "spring-sale", "en"); got == nil || !got.Own {
		t.Errorf("listed: %+v", got)
	}
	at := "/sounds/spring-sale.wav?language=en"
	c.do("GET", at, "").want(200)
	if find(t, foreign, "spring-sale", "en") != nil {
		t.Error("another workspace sees it")
	}
	foreign.do("GET", at, "").problem(404, api.ProblemCodeNotFound)
	foreign.do("DELETE", "/sounds/spring-sale?language=en", "").problem(404, api.ProblemCodeNotFound)
	c.do("GET", "/sounds/spring-sale.wav?language=ko", "").problem(404, api.ProblemCodeNotFound)
	c.do("GET", "/sounds/spring-sale.wav", "").problem(404, api.ProblemCodeNotFound)
	c.do("DELETE", "/sounds/spring-sale?language=en", "").want(204)
	c.do("GET", at, "").problem(404, api.ProblemCodeNotFound)
	for _, name := range []string{"%2e%2e%2fringdesk", "..%2f..%2fringdesk", "greeting%00"} {
		c.do("GET", "/sounds/"+name+".wav?language=ko", "").problem(404, api.ProblemCodeNotFound)
	}
}

func TestSoundsAreForAdmins(t *testing.T) {
	e := start(t)
	c := e.as(e.here.agent)
	c.do("GET", "/sounds", "").problem(403, api.ProblemCodeForbidden)
	c.do("GET", "/sounds/greeting.wav?language=ko", "").problem(403, api.ProblemCodeForbidden)
	c.upload("greeting", "ko", wav(1)).problem(403, api.ProblemCodeForbidden)
	c.do("DELETE", "/sounds/greeting?language=ko", "").problem(403, api.ProblemCodeForbidden)
	e.as(e.here.admin).with("Origin", "https://evil.example").upload("greeting", "ko", wav(1)).problem(403, api.ProblemCodeForbidden)
	if files := e.soundFiles(); len(files) != 0 {
		t.Errorf("files %v", files)
	}
}

func TestBadSounds(t *testing.T) {
	e := start(t)
	c := e.as(e.here.admin)
	for name, tc := range map[string]struct {
		sound, language, mime, body string
		status                      int
		says                        string
	}{
		"garbage":         {"greeting", "ko", "audio/wav", "hello", 400, "neither a WAV nor an MP3"},
		"empty":           {"greeting", "ko", "audio/wav", "", 400, "empty"},
		"broken":          {"greeting", "ko", "audio/mpeg", "ID3 and then nothing", 400, "MP3 file cannot be read"},
		"too long":        {"greeting", "ko", "audio/wav", wav(300.1), 400, "longer than 5 minutes"},
		"JSON":            {"greeting", "ko", "application/json", `{}`, 415, "audio/wav"},
		"form":            {"greeting", "ko", "multipart/form-data; boundary=x", "--x--", 415, "audio/wav"},
		"no type":         {"greeting", "ko", " ", wav(1), 415, "audio/wav"},
		"no language":     {"greeting", "", "audio/wav", wav(1), 400, "language"},
		"other language":  {"greeting", "fr", "audio/wav", wav(1), 400, "ko, en"},
		"name with dot":   {"greeting.wav", "ko", "audio/wav", wav(1), 400, "spring-sale"},
		"name with slash": {"a%2fb", "ko", "audio/wav", wav(1), 400, "spring-sale"},
		"capital":         {"Greeting", "ko", "audio/wav", wav(1), 400, "spring-sale"},
		"long name":       {strings.Repeat("a", 61), "ko", "audio/wav", wav(1), 400, "60 characters"},
		"reserved name":   {"none", "ko", "audio/wav", wav(1), 400, "none"},
	} {
		t.Run(name, func(t *testing.T) {
			p := c.with("Content-Type", tc.mime).do("PUT", "/sounds/"+tc.sound+"?language="+tc.language, tc.body).problem(tc.status, api.ProblemCodeInvalid)
			if !strings.Contains(p.Title, tc.says) {
				t.Errorf("title %q, want %q in it", p.Title, tc.says)
			}
		})
	}
	c.with("Content-Type", "audio/wav").do("PUT", "/sounds/greeting", wav(1)).problem(400, api.ProblemCodeInvalid)
	if rows, err := e.store.Sounds(t.Context(), e.here.id); err != nil || len(rows)+len(e.soundFiles()) != 0 {
		t.Errorf("rows %v, files %v, %v", rows, e.soundFiles(), err)
	}
}

// Only uploads may be as large as ten MiB.
func TestUploadLimit(t *testing.T) {
	e := start(t)
	c := e.as(e.here.admin)
	big := wav(290) // 4.6 MB, past the limit of other requests
	padded := func(size int) string { return big + string(bytes.Repeat([]byte{0}, size-len(big))) }
	for _, expect := range []string{"", "100-continue"} { // as curl sends large bodies
		c.with("Expect", expect).upload("greeting", "ko", padded(sounds.MaxBytes)).want(200)
	}
	if p := c.upload("greeting", "ko", padded(sounds.MaxBytes+1)).problem(413, api.ProblemCodeInvalid); !strings.Contains(p.Title, "10 MiB") {
		t.Errorf("title %q", p.Title)
	}
	body := fmt.Sprintf(`{"name":%q}`, strings.Repeat("a", 2<<20))
	c.do("PUT", "/contacts/"+e.here.contact, body).problem(413, api.ProblemCodeInvalid)
	if files := e.soundFiles(); len(files) != 1 {
		t.Errorf("files %v", files)
	}
}

func TestSoundsAreLimited(t *testing.T) {
	e := start(t)
	c := e.as(e.here.admin)
	e.tx(func(tx *models.Tx) error {
		for i := range sounds.MaxCount {
			_, err := tx.PutSound(models.Sound{ID: models.NewID(), WorkspaceID: e.here.id, Name: fmt.Sprintf("s-%d", i), Language: "ko", CreatedAt: models.At(e.clock.now())}, sounds.MaxCount)
			add(e, err)
		}
		return nil
	})
	if p := c.upload("one-more", "ko", wav(1)).problem(409, api.ProblemCodeConflict); !strings.Contains(p.Title, "500") || len(e.soundFiles()) != 0 {
		t.Errorf("title %q, files %v", p.Title, e.soundFiles())
	}
	c.upload("s-1", "ko", wav(1)).want(200)
}

func TestUploadWithoutSox(t *testing.T) {
	e := start(t, func(o *api.Options) { o.Sounds = sounds.NewLibrary(t.TempDir(), "no-such-sox") })
	e.as(e.here.admin).upload("greeting", "ko", wav(1)).problem(503, api.ProblemCodeUnavailable)
}

// While one upload of a workspace is converted three wait; the others are told
// to come back.
//
// Covers: SEC-3, SEC-4
func TestUploadsTakeTurns(t *testing.T) {
	dir := t.TempDir()
	gate := filepath.Join(dir, "gate")
	if err := syscall.Mkfifo(gate, 0o600); err != nil {
		t.Fatal(err)
	}
	slow := filepath.Join(dir, "sox")
	if err := os.WriteFile(slow, []byte("#!/bin/sh\nread -r line <"+gate+"\nexec sox \"$@\"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	e := start(t, func(o *api.Options) { o.Sounds = sounds.NewLibrary(dir, slow) })
	t.Cleanup(http.DefaultClient.CloseIdleConnections) // also those that were opened ahead and carried nothing
	answers := make(chan *answer, 7)
	for i := range cap(answers) {
		go func() { answers <- e.key(e.here).upload(fmt.Sprintf("sound-%d", i), "ko", wav(1)) }()
	}
	for range 3 {
		a := <-answers
		a.problem(429, api.ProblemCodeLimit)
	}
	for range 4 {
		open, err := os.OpenFile(gate, os.O_WRONLY, 0) // waits for one that is converted
		if err != nil {
			t.Fatal(err)
		}
		if _, err := open.WriteString("go\n"); err != nil {
			t.Error(err)
		}
		open.Close()
		(<-answers).want(200)
	}
}
