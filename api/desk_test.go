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
	e := start(t, func(o *api.Options) { o.EngineUp = func() error { return down } })
	c := e.nobody()
	if a := c.raw("GET", "/healthz", "").want(200); !strings.Contains(string(a.body), `"version":"test"`) {
		t.Errorf("%s", a.body)
	}
	c.raw("GET", "/readyz", "").want(200)
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
	e := start(t, func(o *api.Options) { o.EngineUp = func() error { panic("secret detail") } })
	if p := e.nobody().raw("GET", "/readyz", "").problem(500, api.ProblemCodeInternal); strings.Contains(p.Title, "secret") {
		t.Errorf("title %q", p.Title)
	}
}

func TestAddressBehindAProxy(t *testing.T) {
	for name, tc := range map[string]struct {
		proxies   string
		forwarded string
		limited   bool
	}{
		"no proxy is trusted":    {"", "203.0.113.7", false},
		"the client's own":       {"127.0.0.0/8", "203.0.113.7", true},
		"a forged one before it": {"127.0.0.0/8", "198.51.100.1, 203.0.113.7", true},
		"another client's":       {"127.0.0.0/8", "203.0.113.7, 198.51.100.1", false},
		"two proxies":            {"127.0.0.0/8,10.0.0.0/8", "203.0.113.7, 10.1.1.1", true},
		"garbage":                {"127.0.0.0/8", "203.0.113.7, what", false},
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
				for range 30 {
					add(e, tx.LoginFailed("address:203.0.113.7", e.clock.now(), 10*time.Minute))
				}
				return nil
			})
			status := 401
			if tc.limited {
				status = 429
			}
			e.nobody().with("X-Forwarded-For", tc.forwarded).do("POST", "/login", login("nobody@moa.example", "wrong")).want(status)
		})
	}
}
