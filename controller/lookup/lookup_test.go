package lookup_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"ringdesk/controller/lookup"
	"ringdesk/controller/webhook"
	"ringdesk/dialplan/flow"
)

// What a server may answer and what not. No error tells the address, which has a
// secret in it.
//
// Covers: DP-1, ADM-6, SEC-1
func TestFetch_DP_1_ADM_6(t *testing.T) {
	over := make(chan struct{})
	mux := http.NewServeMux()
	answer := func(path, body string, status int) {
		mux.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status); _, _ = io.WriteString(w, body) })
	}
	answer("/wrong", `{"a"`, 200)
	answer("/html", "<html>", 200)
	answer("/error", `{}`, 503)
	answer("/none", "", 204)
	answer("/list", `[1, "둘", null]`, 201)
	answer("/large", `"`+strings.Repeat("x", 64<<10)+`"`, 200)
	answer("/largest", `"`+strings.Repeat("x", 64<<10-2)+`"`, 200)
	mux.HandleFunc("/elsewhere", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/list", http.StatusFound) })
	mux.HandleFunc("/slow", func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-r.Context().Done():
		case <-over:
		}
	})
	mux.HandleFunc("/echo", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		fmt.Fprintf(w, `{"is": "%s %s %s %s %s"}`, r.Method, r.Header.Get("X-Key"), r.Header.Get("Content-Type"), r.URL.Query().Get("n"), body)
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	t.Cleanup(func() { close(over) })
	allowed := lookup.New(webhook.Guard{Allow: []string{"127.0.0.1"}})
	cases := []struct {
		ask  flow.Fetch
		want any
		why  string
	}{
		{flow.Fetch{Method: "GET", URL: "/list?pin=4711"}, []any{1.0, "둘", nil}, ""},
		{flow.Fetch{Method: "GET", URL: "/echo?n=%2B82", Headers: map[string]string{"X-Key": "k"}}, map[string]any{"is": "GET k  +82 "}, ""},
		{flow.Fetch{Method: "POST", URL: "/echo", Body: "7"}, map[string]any{"is": "POST  application/json  7"}, ""},
		{flow.Fetch{Method: "GET", URL: "/largest"}, strings.Repeat("x", 64<<10-2), ""},
		{flow.Fetch{Method: "GET", URL: "/large?pin=4711"}, nil, "more than 64 KiB"},
		{flow.Fetch{Method: "GET", URL: "/wrong?pin=4711"}, nil, "no JSON"},
		{flow.Fetch{Method: "GET", URL: "/html?pin=4711"}, nil, "no JSON"},
		{flow.Fetch{Method: "GET", URL: "/none?pin=4711"}, nil, "no JSON"},
		{flow.Fetch{Method: "GET", URL: "/error?pin=4711"}, nil, "503"},
		{flow.Fetch{Method: "GET", URL: "/slow?pin=4711"}, nil, "not answered in time"},
		{flow.Fetch{Method: "GET", URL: "/elsewhere?pin=4711"}, nil, "redirect"},
		{flow.Fetch{Method: "GET", URL: "/list?pin=4711", Headers: map[string]string{"no header": "4711"}}, nil, "header"},
	}
	for _, c := range cases {
		t.Run(c.ask.Method+" "+c.ask.URL, func(t *testing.T) {
			limit := 30 * time.Second
			if strings.HasPrefix(c.ask.URL, "/slow") {
				limit = 50 * time.Millisecond
			}
			ctx, cancel := context.WithTimeout(t.Context(), limit)
			defer cancel()
			c.ask.URL = server.URL + c.ask.URL
			got, err := allowed.Fetch(ctx, c.ask)
			if c.why == "" && (err != nil || !reflect.DeepEqual(got, c.want)) {
				t.Errorf("%v, %v", got, err)
			}
			if c.why != "" && (err == nil || !strings.Contains(err.Error(), c.why) || strings.Contains(err.Error(), "4711")) {
				t.Errorf("%v, %v; want %s", got, err, c.why)
			}
		})
	}
	strict := lookup.New(webhook.Guard{})
	for _, url := range []string{server.URL + "/list", "https://127.0.0.1/list", "https://localhost/", "https://2130706433/", "ftp://crm.example/", "https://user:4711@crm.example/"} {
		if got, err := strict.Fetch(t.Context(), flow.Fetch{Method: "GET", URL: url}); err == nil || strings.Contains(err.Error(), "4711") {
			t.Errorf("%s: %v, %v", url, got, err)
		}
	}
}
