package api_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"io/fs"
	"net/netip"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"ringdesk/api"
	"ringdesk/models"
)

func built() fs.FS {
	return fstest.MapFS{
		"index.html":            {Data: []byte("<!doctype html><title>ringdesk</title>")},
		"assets/main-abc123.js": {Data: []byte(strings.Repeat("console.log(1);", 500))},
		"icon.svg":              {Data: []byte("<svg/>")},
		"icon-192.png":          {Data: []byte("\x89PNG")},
		"sw.js":                 {Data: []byte("addEventListener('fetch', () => {})")},
		"manifest.webmanifest":  {Data: []byte(`{"name":"ringdesk"}`)},
	}
}

func TestDesk(t *testing.T) {
	e := start(t, func(o *api.Options) { o.Web = built() })
	c := e.nobody()
	for path, tc := range map[string]struct {
		status            int
		mime, cache, body string
	}{
		"/":                      {200, "text/html", "no-cache", "<title>ringdesk"},
		"/index.html":            {200, "text/html", "no-cache", "<title>ringdesk"},
		"/inbox/missed":          {200, "text/html", "no-cache", "<title>ringdesk"},
		"/assets/main-abc123.js": {200, "text/javascript", "immutable", "console.log"},
		"/icon.svg":              {200, "image/svg+xml", "no-cache", "<svg/>"},
		"/icon-192.png":          {200, "image/png", "no-cache", "PNG"},
		"/sw.js":                 {200, "text/javascript", "no-cache", "fetch"},
		"/manifest.webmanifest":  {200, "application/manifest+json", "no-cache", "ringdesk"},
		"/assets/old-000.js":     {404, "application/problem+json", "", "not_found"},
		"/../../etc/passwd.txt":  {404, "application/problem+json", "", "not_found"},
		"/assets":                {200, "text/html", "no-cache", "<title>ringdesk"},
		"/api/v1/nothing":        {404, "application/problem+json", "", "not_found"},
	} {
		a := c.raw("GET", path, "").want(tc.status)
		if !strings.HasPrefix(a.header.Get("Content-Type"), tc.mime) || !strings.Contains(a.header.Get("Cache-Control"), tc.cache) ||
			!strings.Contains(string(a.body), tc.body) {
			t.Errorf("%s: %v %.60s", path, a.header, a.body)
		}
	}
	c.raw("POST", "/", "{}").problem(404, api.ProblemCodeNotFound)
	packed := c.with("Accept-Encoding", "gzip, br").raw("GET", "/assets/main-abc123.js", "").want(200)
	z, err := gzip.NewReader(bytes.NewReader(packed.body))
	if err != nil || packed.header.Get("Content-Encoding") != "gzip" {
		t.Fatalf("%v %v", err, packed.header)
	}
	if plain, err := io.ReadAll(z); err != nil || len(plain) != 7500 {
		t.Errorf("%d bytes, %v", len(plain), err)
	}
	c.with("If-None-Match", packed.header.Get("Etag")).raw("GET", "/assets/main-abc123.js", "").want(304)
}

func TestDeskNotBuilt(t *testing.T) {
	e := start(t, func(o *api.Options) { o.Web = fstest.MapFS{".gitkeep": {}} })
	if a := e.nobody().raw("GET", "/inbox", "").want(404); !strings.Contains(string(a.body), "npm run build") {
		t.Errorf("%s", a.body)
	}
}

func TestSecurityHeaders(t *testing.T) {
	e := start(t, func(o *api.Options) { o.Web = built() })
	for _, path := range []string{"/", "/api/v1/me", "/nothing.js", "/healthz"} {
		h := e.nobody().raw("GET", path, "").header
		csp := h.Get("Content-Security-Policy")
		for _, part := range []string{"default-src 'self'", "frame-ancestors 'none'", "ws://" + e.host, "media-src 'self' blob:"} {
			if !strings.Contains(csp, part) {
				t.Errorf("%s: no %s in %q", path, part, csp)
			}
		}
		if h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Referrer-Policy") != "same-origin" || h.Get("Server") != "" || h.Get("X-Request-Id") == "" {
			t.Errorf("%s: %v", path, h)
		}
	}
	if h := e.nobody().raw("GET", "/api/v1/me", "").header; h.Get("Cache-Control") != "no-store" {
		t.Errorf("cache: %q", h.Get("Cache-Control"))
	}
}

func TestHealth(t *testing.T) {
	var down error
	warning := ""
	e := start(t, func(o *api.Options) {
		o.EngineUp, o.EngineWarning = func() error { return down }, func() string { return warning }
	})
	c := e.nobody()
	if a := c.raw("GET", "/healthz", "").want(200); !strings.Contains(string(a.body), `"version":"test"`) {
		t.Errorf("%s", a.body)
	}
	if a := c.raw("GET", "/readyz", "").want(200); strings.Contains(string(a.body), "warning") {
		t.Errorf("%s", a.body)
	}
	warning = "Asterisk runs without the guard"
	if a := c.raw("GET", "/readyz", "").want(200); !strings.Contains(string(a.body), warning) {
		t.Errorf("%s", a.body)
	}
	down = errors.New("the media engine is not connected")
	if a := c.raw("GET", "/readyz", "").want(503); !strings.Contains(string(a.body), "the media engine is not connected") {
		t.Errorf("%s", a.body)
	}
	c.raw("GET", "/healthz", "").want(200)
}

func TestContractIsServed(t *testing.T) {
	e := start(t)
	if a := e.nobody().raw("GET", "/api/v1/openapi.yaml", "").want(200); !strings.HasPrefix(string(a.body), "openapi: 3.1.0") {
		t.Errorf("%.40s", a.body)
	}
}

func TestPanicIsAnInternalProblem(t *testing.T) {
	e := start(t, func(o *api.Options) { o.EngineWarning = func() string { panic("secret detail") } })
	if p := e.nobody().raw("GET", "/readyz", "").problem(500, api.ProblemCodeInternal); strings.Contains(p.Title, "secret") {
		t.Errorf("title %q", p.Title)
	}
}

// Whom a log-in counts for, whatever a client writes into its headers.
//
// Covers: SEC-4 (RFC 9110 5.3: several lines of a list are one list)
func TestAddressBehindAProxy_SEC_4(t *testing.T) {
	const loop, client, v6 = "127.0.0.0/8", "203.0.113.7", "2001:db8:7:7::1"
	for name, tc := range map[string]struct {
		proxies string
		lines   []string // of X-Forwarded-For
		other   string   // a further header
		limited bool
	}{
		"no proxy is trusted":             {"", []string{client}, "", false},
		"the client's own":                {loop, []string{client}, "", true},
		"a forged one before it":          {loop, []string{"198.51.100.1, " + client}, "", true},
		"another client's":                {loop, []string{client + ", 198.51.100.1"}, "", false},
		"two proxies":                     {loop + ",10.0.0.0/8", []string{client + ", 10.1.1.1"}, "", true},
		"garbage":                         {loop, []string{client + ", what"}, "", false},
		"garbage before it":               {loop, []string{"what, " + client}, "", true},
		"a forged line before it":         {loop, []string{"198.51.100.1", client}, "", true},
		"many forged lines before it":     {loop, []string{"198.51.100.1", "198.51.100.2, 198.51.100.3", "what", client}, "", true},
		"a forged proxy's line before it": {loop + ",10.0.0.0/8", []string{"198.51.100.1", "10.1.1.1", client}, "", true},
		"two proxies in lines of theirs":  {loop + ",10.0.0.0/8", []string{"198.51.100.1", client, "10.1.1.1"}, "", true},
		"empty elements":                  {loop, []string{client + ", ,", ""}, "", true},
		"with a port":                     {loop, []string{client + ":50123"}, "", true},
		"IPv4 written as IPv6":            {loop, []string{"::ffff:" + client}, "", true},
		"IPv6":                            {loop, []string{v6}, "", true},
		"IPv6 with a port":                {loop, []string{"[" + v6 + "]:50123"}, "", true},
		"IPv6 in brackets":                {loop, []string{"[" + v6 + "]"}, "", true},
		"IPv6, the same network":          {loop, []string{"2001:db8:7:7:ffff::2"}, "", true},
		"IPv6, another network":           {loop, []string{"2001:db8:7:8::1"}, "", false},
		"forged Forwarded":                {loop, []string{client}, "Forwarded: for=198.51.100.1", true},
		"forged X-Real-IP":                {loop, []string{client}, "X-Real-IP: 198.51.100.1", true},
		"Forwarded alone":                 {loop, nil, "Forwarded: for=" + client, false},
		"X-Real-IP alone":                 {loop, nil, "X-Real-IP: " + client, false},
	} {
		t.Run(name, func(t *testing.T) {
			e := start(t, func(o *api.Options) {
				for p := range strings.SplitSeq(tc.proxies, ",") {
					if p != "" {
						o.Proxies = append(o.Proxies, netip.MustParsePrefix(p))
					}
				}
			})
			e.tx(func(tx *models.Tx) error {
				for _, address := range []string{client, "2001:db8:7:7::/64"} {
					for range 30 {
						add(e, tx.LoginFailed("address:"+address, e.clock.now(), 10*time.Minute))
					}
				}
				return nil
			})
			status := 401
			if tc.limited {
				status = 429
			}
			c := e.nobody()
			c.header["X-Forwarded-For"] = tc.lines
			if name, value, ok := strings.Cut(tc.other, ": "); ok {
				c = c.with(name, value)
			}
			c.do("POST", "/login", login("nobody@moa.example", "wrong")).want(status)
		})
	}
}
