package cli

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"ringdesk/configs"
)

// The command says what becomes of its call, whoever else calls meanwhile.
//
// Covers: OPS-3
func TestTestcallFollows(t *testing.T) {
	const other = `{"id":"x","direction":"inbound","from":"+821011112222","state":"talking","participants":[{"kind":"agent","name":"Alex","state":"joined"}]}`
	is := func(state, more string) string {
		return fmt.Sprintf(`{"id":"t","direction":"inbound","from":"+821000000000","state":%q%s}`, state, more)
	}
	mina := func(state string) string {
		return fmt.Sprintf(`,"participants":[{"kind":"contact","name":"","state":"joined"},{"kind":"agent","name":"Mina","state":%q}]`, state)
	}
	for name, c := range map[string]struct {
		stages []string // what GET /calls says, one after the other
		says   string
		fails  string
	}{
		"nobody is logged in": {[]string{"", is("missed", `,"missedReason":"noOperator"`)}, "Nobody took it: no agent is logged in and ready for calls", ""},
		"closed":              {[]string{is("missed", `,"missedReason":"notInOperation"`)}, "outside the operating hours (notInOperation)", ""},
		"answered":            {[]string{"", is("ringing", mina("ringing")), is("talking", mina("joined"))}, "It rings: Mina.\nAnswered: Mina.\n", ""},
		"not answered":        {[]string{is("ringing", mina("ringing")), is("missed", `,"missedReason":"ringTimeOver"`)}, "It rings: Mina.\nNobody took it: it rang", ""},
		"all are busy":        {[]string{is("queued", "")}, "It waits in the queue", ""},
		"another call":        {[]string{other, other + "," + is("missed", `,"missedReason":"noOperator"`)}, "Nobody took it", ""},
		"none came":           {[]string{""}, "on its way", "no call came in"},
	} {
		t.Run(name, func(t *testing.T) {
			placed, asked := false, 0
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				switch {
				case r.Method == http.MethodPost:
					placed = true
					w.WriteHeader(http.StatusAccepted)
				case !placed:
					fmt.Fprint(w, `{"items":[{"id":"old","direction":"inbound","from":"+821000000000","state":"ended"}]}`)
				default:
					stage := c.stages[min(asked, len(c.stages)-1)]
					asked++
					if name == "another call" && asked == 1 {
						stage = ""
					}
					fmt.Fprintf(w, `{"items":[%s]}`, stage)
				}
			}))
			defer server.Close()
			out, err := output(t, func() error {
				return testcallCmd{URL: server.URL, Key: "k", Secret: "s", Follow: time.Second}.Run(configs.Default())
			})
			if !strings.Contains(out, c.says) || (err == nil) != (c.fails == "") || err != nil && !strings.Contains(err.Error(), c.fails) {
				t.Errorf("it says %q, %v; want %q and %q", out, err, c.says, c.fails)
			}
		})
	}
}

// output gives what a command prints, and its error.
func output(t *testing.T, do func() error) (string, error) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	was := os.Stdout
	os.Stdout = w
	defer func() { os.Stdout = was }()
	read := make(chan string)
	go func() {
		text, _ := io.ReadAll(r)
		read <- string(text)
	}()
	failed := do()
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return <-read, failed
}
