package api_test

import (
	"bytes"
	"io"
	"log/slog"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"ringdesk/api"
)

// syncBuffer is a log that is read while it is written.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// Whoever guesses passwords or API keys stands in the log, once a minute,
// however often; whoever has only a session that ended does not.
//
// Covers: SEC-4
func TestRefusedLoginsAreLogged(t *testing.T) {
	for name, form := range map[string]logForm{
		"text": {func(w io.Writer) slog.Handler { return slog.NewTextHandler(w, nil) }, 1},
		"json": {func(w io.Writer) slog.Handler { return slog.NewJSONHandler(w, nil) }, 2},
	} {
		t.Run(name, func(t *testing.T) { refusedLogins(t, form) })
	}
}

// logForm is how a log is written, and which of fail2ban's expressions reads it.
type logForm struct {
	handler func(io.Writer) slog.Handler
	regex   int
}

// undated takes the moments out of a log, as fail2ban does before it looks: it reads at
// most six digits of a second.
func undated(log string) string {
	return regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)?`).ReplaceAllString(log, "")
}

func refusedLogins(t *testing.T, form logForm) {
	t.Helper()
	var log syncBuffer
	e := start(t, func(o *api.Options) { o.Log = slog.New(form.handler(&log)) })
	text, err := os.ReadFile("../configs/fail2ban/ringdesk-login.conf")
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`(?m)^failregex = (.*)\n +(.*)$`).FindSubmatch(text)
	if m == nil {
		t.Fatal("there is no failregex")
	}
	filter := regexp.MustCompile("(?m)" + strings.Replace(string(m[form.regex]), "<SUBNET>", `([0-9a-f:./]+)`, 1))
	guess := func() {
		for range 20 {
			e.nobody().do("POST", "/login", `{"email":"nobody@example.com","password":"wrong"}`)
			e.nobody().with("x-access-key", "rd_wrong").with("x-access-secret", "wrong").do("GET", "/me", "")
			e.nobody().do("GET", "/me", "")
		}
	}
	e.clock.set(time.Now().Truncate(time.Minute).Add(time.Minute)) // refusals are counted by the minute, which must not end meanwhile
	guess()
	if got := filter.FindAllStringSubmatch(undated(log.String()), -1); len(got) != 1 || got[0][1] != "127.0.0.1" {
		t.Errorf("in the first minute %q of\n%s", got, log.String())
	}
	e.clock.advance(time.Minute)
	guess()
	if got := filter.FindAllString(undated(log.String()), -1); len(got) != 2 || !regexp.MustCompile(`requests"?[=:](40|39)`).MatchString(got[1]) {
		t.Errorf("in two minutes %q", got)
	}
	if n := strings.Count(log.String(), "\n"); n > 4 {
		t.Errorf("%d lines in all:\n%s", n, log.String())
	}
}
