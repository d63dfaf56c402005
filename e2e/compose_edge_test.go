package e2e

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// edge: plain HTTP leads to HTTPS, old TLS is refused, browsers are told to come over
// HTTPS only, assets come compressed, and a request counts for whom it comes from.
func (c *Compose) edge(t *testing.T) {
	client := &http.Client{Timeout: actionTime, Transport: c.door.transport(), CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	get := func(url string, header ...string) (*http.Response, string) {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i < len(header); i += 2 {
			req.Header.Set(header[i], header[i+1])
		}
		resp, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		if err = errors.Join(err, resp.Body.Close()); err != nil {
			t.Fatal(err)
		}
		return resp, string(body)
	}
	if resp, _ := get(c.plain + "/inbox?x=1"); resp.StatusCode != http.StatusPermanentRedirect || resp.Header.Get("Location") != c.URL+"/inbox?x=1" {
		t.Errorf("plain HTTP: %d to %q", resp.StatusCode, resp.Header.Get("Location"))
	}
	resp, page := get(c.URL + "/")
	if resp.StatusCode != http.StatusOK || resp.Header.Get("Strict-Transport-Security") == "" {
		t.Errorf("the desk: %d, HSTS %q", resp.StatusCode, resp.Header.Get("Strict-Transport-Security"))
	}
	asset := regexp.MustCompile(`/assets/[^"]+\.js`).FindString(page)
	if resp, _ := get(c.URL+asset, "Accept-Encoding", "gzip"); asset == "" || resp.Header.Get("Content-Encoding") != "gzip" {
		t.Errorf("the asset %q is sent %q", asset, resp.Header.Get("Content-Encoding"))
	}
	old := &tls.Config{RootCAs: c.door.roots, ServerName: c.door.host, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}
	if conn, err := tls.Dial("tcp", c.door.place(strings.TrimPrefix(c.URL, "https://")), old); err == nil {
		conn.Close()
		t.Error("TLS 1.1 is taken")
	}
	c.Login(t, c.Owner).Get("/me", nil)
	var sessions struct{ Items []struct{ Address string } }
	owner := c.Login(t, c.Owner)
	owner.headers["X-Forwarded-For"] = "203.0.113.99"
	owner.Post("/login", c.Owner, nil)
	owner.Get("/me/sessions", &sessions)
	for _, s := range sessions.Items {
		if ip := net.ParseIP(s.Address); ip == nil || s.Address == "203.0.113.99" || s.Address == "172.31.252.10" {
			t.Errorf("a session counts for %q: what the client said, or the edge itself", s.Address)
		}
	}
}
