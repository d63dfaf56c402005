package e2e

import (
	"crypto/tls"
	"encoding/json"
	"io"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"ringdesk/testkit/pki"
	"ringdesk/testkit/ports"
)

// With a certificate the desk, the API and its WebSockets are served over TLS, plain
// HTTP leads there, and a renewed certificate ends no connection.
//
// Covers: OPS-1.
func TestHTTPS_OPS_1(t *testing.T) {
	ca, dir := pki.New(t), t.TempDir()
	cert, key := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	ca.Write(t, cert, key, time.Now().Add(time.Hour), "127.0.0.1", "first.example")
	plain, err := ports.Free()
	if err != nil {
		t.Fatal(err)
	}
	redirects := "127.0.0.1:" + strconv.Itoa(plain)
	c := startController(t, t.TempDir(), "RINGDESK_TLS_CERT="+cert, "RINGDESK_TLS_KEY="+key, "RINGDESK_HTTP_REDIRECT="+redirects)
	url := strings.Replace(c.url, "http://", "https://", 1)
	path := c.says(`link=` + url + `(/join/[A-Za-z0-9_-]{43})`)
	client := &http.Client{Timeout: actionTime, Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: ca.Pool}, DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for asked, want := range map[string]string{"/inbox?x=1": url + "/inbox?x=1", "//evil.example/": url + "/evil.example/"} {
		resp, err := client.Get("http://" + redirects + asked)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusPermanentRedirect || resp.Header.Get("Location") != want {
			t.Errorf("plain HTTP to %s: %d to %s, want %s", asked, resp.StatusCode, resp.Header.Get("Location"), want)
		}
	}

	resp, err := client.Post(url+"/api/v1"+path, "application/json", strings.NewReader(
		`{"workspace":"W","name":"Olivia","email":"o@w.example","password":"correct horse battery"}`))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	if err != nil || resp.StatusCode != http.StatusOK || resp.Header.Get("Strict-Transport-Security") == "" {
		t.Fatalf("the owner's link: %d %s, HSTS %q, %v", resp.StatusCode, text, resp.Header.Get("Strict-Transport-Security"), err)
	}
	cookie := resp.Cookies()[0]
	if !cookie.Secure {
		t.Errorf("the session's cookie is sent over plain HTTP, too: %+v", cookie)
	}
	live, _, err := websocket.Dial(t.Context(), strings.Replace(url, "https", "wss", 1)+"/api/v1/live", &websocket.DialOptions{HTTPClient: &http.Client{Transport: client.Transport},
		HTTPHeader: http.Header{"Cookie": {cookie.Name + "=" + cookie.Value}, "Origin": {url}}})
	if err != nil {
		t.Fatal(err)
	}
	defer live.CloseNow()
	live.SetReadLimit(4 << 20)

	ca.Write(t, cert, key, time.Now().Add(time.Hour), "127.0.0.1", "second.example")
	Await(t, "the new certificate is served", startTime, func() (bool, string) {
		resp, err := client.Get(url + "/healthz")
		if err != nil {
			return false, err.Error()
		}
		defer resp.Body.Close()
		name := resp.TLS.PeerCertificates[0].DNSNames[0]
		return name == "second.example", name
	})
	_, first, err := live.Read(t.Context())
	if err != nil || !json.Valid(first) {
		t.Errorf("the live updates of before: %s, %v", first, err)
	}
	if err := live.Ping(live.CloseRead(t.Context())); err != nil {
		t.Errorf("the live updates of before are gone: %v", err)
	}
}
