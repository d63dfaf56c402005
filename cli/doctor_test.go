package cli

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"ringdesk/configs"
	asteriskconf "ringdesk/configs/asterisk"
	"ringdesk/controller/engine"
	"ringdesk/models"
)

// The doctor says what is wrong and what to do, and fails then.
//
// Covers: OPS-3
func TestDoctor(t *testing.T) {
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	for name, c := range map[string]struct {
		readyz string // what the server says; empty means that none runs
		change func(*configs.Settings)
		says   []string // lines must hold these; none means that all is well
	}{
		"well":             {`{"status":"ok","engine":"ok","database":"ok","disk":"ok"}`, nil, nil},
		"over the network": {`{"status":"ok"}`, func(s *configs.Settings) { s.Web.SecureOnly, s.Metrics.Address = true, "off" }, nil},
		"no engine": {`{"status":"ok"}`, func(s *configs.Settings) { s.Asterisk.ARIURL = "" },
			[]string{"WRONG  engine    no Asterisk answers", "ringdesk run"}},
		"engine of another password": {`{"status":"ok"}`, func(s *configs.Settings) { s.Asterisk.ARIPassword = "wrong" }, []string{"WRONG  engine", "password"}},
		"work that nobody does":      {`{"status":"ok"}`, func(s *configs.Settings) { addTask(t, *s, time.Now().Add(-time.Hour)) }, []string{"WRONG  tasks     1 should have been done"}},
		"not running":                {"", nil, []string{"WRONG  server    no ringdesk answers", "ringdesk run"}},
		"engine down":                {`{"status":"not ready","engine":"the media engine is not ready: connection refused","database":"ok"}`, nil, []string{"engine: the media engine is not ready"}},
		"warning":                    {`{"status":"ok","engine":"ok","database":"ok","warning":"the guard is not loaded"}`, nil, []string{"warning: the guard is not loaded"}},
		"other program":              {`<html>`, nil, []string{"another program than ringdesk"}},
		"no lame":                    {`{"status":"ok"}`, func(s *configs.Settings) { s.Recordings.Lame = "no-such-lame" }, []string{"WRONG  lame", "RINGDESK_LAME"}},
		"no sox":                     {`{"status":"ok"}`, func(s *configs.Settings) { s.Sounds.Sox = "no-such-sox" }, []string{"WRONG  sox", "RINGDESK_SOX"}},
		"no data":                    {`{"status":"ok"}`, func(s *configs.Settings) { s.Storage.Data = "/nowhere/at/all" }, []string{"WRONG  data", "WRONG  database", "RINGDESK_DATA"}},
		"disk": {`{"status":"ok"}`, func(s *configs.Settings) { s.Storage.KeepFreeMiB = 1 << 24; s.Sounds.Folder = "/proc" },
			[]string{"WRONG  disk"}}, // /proc has no room at all
		"work given up": {`{"status":"ok"}`, func(s *configs.Settings) { giveUp(t, *s) },
			[]string{"WRONG  tasks     1 of kind mix were given up", "ringdesk admin retry"}},
		"damaged": {`{"status":"ok"}`, func(s *configs.Settings) {
			text, err := os.ReadFile(s.Database())
			if err == nil {
				copy(text[4096:], strings.Repeat("damage", 20))
				err = os.WriteFile(s.Database(), text, 0o600)
			}
			if err != nil {
				t.Fatal(err)
			}
		}, []string{"WRONG  database", "is damaged", ".recover"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := configs.Default()
			s.Storage.Data, s.Storage.KeepFreeMiB = t.TempDir(), 1
			s.Sounds.Folder = filepath.Join(s.Storage.Data, "sounds")
			store, err := models.Open(s.Database())
			if err != nil {
				t.Fatal(err)
			}
			if err := store.Close(); err != nil {
				t.Fatal(err)
			}
			s.Web.Address = closed.Addr().String()
			s.Asterisk.ARIURL, s.Asterisk.ARIUser, s.Asterisk.ARIPassword = fakeARI(t), "ringdesk", "right"
			if c.readyz != "" {
				server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(c.readyz)) }))
				defer server.Close()
				s.Web.Address = strings.TrimPrefix(server.URL, "http://")
			}
			if c.change != nil {
				c.change(&s)
			}
			out, err := output(t, func() error { return doctorCmd{}.Run(s) })
			if (err != nil) != (len(c.says) > 0) || strings.Contains(out, "WRONG") != (len(c.says) > 0) {
				t.Errorf("it ends by %v and says:\n%s", err, out)
			}
			for _, want := range c.says {
				if !strings.Contains(out, want) {
					t.Errorf("it does not say %q:\n%s", want, out)
				}
			}
		})
	}
}

// fakeARI is an Asterisk that is as it should be.
func fakeARI(t *testing.T) string {
	names, err := asteriskconf.Modules()
	if err != nil || len(names) < 50 {
		t.Fatalf("%d modules, %v", len(names), err)
	}
	modules := []map[string]string{}
	for _, name := range names {
		modules = append(modules, map[string]string{"name": name, "status": "Running"})
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, password, _ := r.BasicAuth()
		switch {
		case password != "right":
			w.WriteHeader(http.StatusUnauthorized)
		case r.URL.Path == "/asterisk/info":
			_, _ = w.Write([]byte(`{"system":{"version":"22.10.1"}}`))
		default:
			_ = json.NewEncoder(w).Encode(modules)
		}
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// addTask adds work that was due at a moment.
func addTask(t *testing.T, s configs.Settings, due time.Time) {
	t.Helper()
	store, err := models.Open(s.Database())
	if err == nil {
		err = errors.Join(store.Tx(t.Context(), func(tx *models.Tx) error { return tx.AddTask(models.TaskMix, "r", due) }), store.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
}

// Each finding has a state and says what to do.
//
// Covers: OPS-3
func TestDoctor_Findings(t *testing.T) {
	now := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	desk := func(address string, proxies []string, secure bool) []finding {
		s := configs.Default()
		s.Web.Address, s.Web.Proxies, s.Web.SecureOnly = address, proxies, secure
		return lookAtBrowsers(t.Context(), s)
	}
	for name, c := range map[string]struct {
		found []finding
		is    health // of the worst
		says  []string
	}{
		"engine well":        {engineFindings(engine.Facts{Version: "22.10.1", Clock: now.Add(-time.Second)}, now), well, []string{"22.10.1"}},
		"engine too old":     {engineFindings(engine.Facts{Version: "20.1", Unfit: "22.10.1 or newer is needed"}, now), wrong, []string{"newer is needed"}},
		"module missing":     {engineFindings(engine.Facts{Missing: []string{"res_srtp.so", "app_stasis.so"}}, now), wrong, []string{"without res_srtp.so, app_stasis.so", "install"}},
		"codec missing":      {engineFindings(engine.Facts{Missing: []string{"codec_opus_open_source.so"}}, now), wrong, []string{"browsers then send G.711"}},
		"engine's clock":     {engineFindings(engine.Facts{Clock: now.Add(time.Minute)}, now), wrong, []string{"1m0s away", "NTP"}},
		"clock kept":         {clockFinding(false, 3*time.Millisecond), well, []string{"3ms"}},
		"clock free":         {clockFinding(true, 0), note, []string{"chrony"}},
		"ports apart":        {ephemeral("32768 60999", 20000, 20999), well, nil},
		"ports overlap":      {ephemeral("20500\t60999\n", 20000, 20999), note, []string{"ip_local_reserved_ports=20000-20999", "RINGDESK_RTP"}},
		"desk here":          {desk("127.0.0.1:8080", nil, false), well, []string{"this machine only"}},
		"desk over a proxy":  {desk("127.0.0.1:8080", []string{"127.0.0.1"}, true), well, []string{"HTTPS"}},
		"cookies in clear":   {desk("127.0.0.1:8080", []string{"127.0.0.1"}, false), note, []string{"RINGDESK_SECURE_ONLY"}},
		"no microphone":      {desk("192.0.2.1:8080", nil, false), note, []string{"no microphone"}},
		"trunks well":        {trunkFindings(strings.NewReader("ringdesk_trunk{name=\"A\",state=\"registered\",workspace=\"Moa\"} 1\n")), well, []string{"1, none in trouble"}},
		"trunk rejected":     {trunkFindings(strings.NewReader("ringdesk_trunk{name=\"A\",state=\"rejected\",workspace=\"Moa\"} 1\n")), wrong, []string{"A of Moa is rejected", "user, password"}},
		"trunk unreachable":  {trunkFindings(strings.NewReader("ringdesk_trunk{name=\"A \\\"x\\\"\",state=\"unreachable\",workspace=\"Moa\"} 1\n")), wrong, []string{"firewall"}},
		"trunk unregistered": {trunkFindings(strings.NewReader("ringdesk_trunk{name=\"A\",state=\"unregistered\",workspace=\"Moa\"} 1\n")), wrong, []string{"not registered"}},
	} {
		is, text := well, ""
		for _, f := range c.found {
			if f.State == wrong || f.State == note && is == well {
				is = f.State
			}
			text += f.Says + "\n"
		}
		if is != c.is {
			t.Errorf("%s is %s, want %s: %s", name, is, c.is, text)
		}
		for _, want := range c.says {
			if !strings.Contains(text, want) {
				t.Errorf("%s does not say %q: %s", name, want, text)
			}
		}
	}
}

// Somebody else has the port of calls, or nobody, while the engine is to be here.
//
// Covers: OPS-3
func TestDoctor_SIPPort(t *testing.T) {
	s := configs.Default()
	s.Storage.Data = t.TempDir()
	taken, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	s.SIP.Address = taken.LocalAddr().String()
	if got := sipPort(t.Context(), s); len(got) != 1 || got[0].State != wrong || !strings.Contains(got[0].Says, "another program") {
		t.Errorf("a taken port: %v", got)
	}
	taken.Close()
	if got := sipPort(t.Context(), s); len(got) != 0 {
		t.Errorf("a free port before the start: %v", got)
	}
	s.SIP.Address = "192.0.2.1:5060"
	if got := sipPort(t.Context(), s); len(got) != 1 || !strings.Contains(got[0].Says, "an address of this machine") {
		t.Errorf("an address of another machine: %v", got)
	}
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	launcher := filepath.Join(s.Storage.Data, "asterisk", "launcher.json")
	text := fmt.Sprintf(`{"http":%q,"password":"p"}`, strings.TrimPrefix(server.URL, "http://"))
	if err := errors.Join(os.MkdirAll(filepath.Dir(launcher), 0o700), os.WriteFile(launcher, []byte(text), 0o600)); err != nil {
		t.Fatal(err)
	}
	s.SIP.Address = taken.LocalAddr().String()
	if got := sipPort(t.Context(), s); len(got) != 1 || !strings.Contains(got[0].Says, "nobody takes calls") {
		t.Errorf("an engine that is elsewhere: %v", got)
	}
}

// Programs get the findings as JSON, and the same exit status.
//
// Covers: OPS-3
func TestDoctor_JSON(t *testing.T) {
	s := configs.Default()
	s.Storage.Data = "/nowhere/at/all"
	out, err := output(t, func() error { return doctorCmd{JSON: true}.Run(s) })
	var all []finding
	if jerr := json.Unmarshal([]byte(out), &all); jerr != nil || err == nil || len(all) < 8 || all[0].Part != "data" || all[0].State != wrong {
		t.Errorf("%v, %v: %s", err, jerr, out)
	}
}

// The certificate's end and its names are told before browsers refuse it.
//
// Covers: OPS-3, OPS-1
func TestDoctor_Certificate(t *testing.T) {
	cert, key := selfSigned(t, "desk.example.com", 100*24*time.Hour)
	other, _ := selfSigned(t, "other.example.com", 100*24*time.Hour)
	for name, c := range map[string]struct {
		cert, url string
		in        time.Duration
		is        health
		says      string
	}{
		"good":         {cert, "https://desk.example.com", 0, well, "good for 99 days"},
		"near its end": {cert, "", 95 * 24 * time.Hour, wrong, "runs out in 4 days"},
		"run out":      {cert, "", 101 * 24 * time.Hour, wrong, "ran out"},
		"not yet":      {cert, "", -48 * time.Hour, wrong, "clock"},
		"other name":   {cert, "https://ringdesk.example.com", 0, wrong, "RINGDESK_URL"},
		"other's key":  {other, "", 0, wrong, "RINGDESK_TLS_KEY"},
		"no file":      {"/nowhere.pem", "", 0, wrong, "nowhere.pem"},
	} {
		s := configs.Default()
		s.Web.TLSCert, s.Web.TLSKey, s.Web.URL = c.cert, key, c.url
		got := certificateFindings(s, time.Now().Add(c.in))
		if len(got) != 1 || got[0].State != c.is || !strings.Contains(got[0].Says, c.says) {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// SIP's certificate is looked at, too, where there is one.
//
// Covers: OPS-3
func TestDoctor_SIPCertificate(t *testing.T) {
	cert, key := selfSigned(t, "sip.example.com", 100*24*time.Hour)
	soon, soonKey := selfSigned(t, "sip.example.com", 5*24*time.Hour)
	for name, c := range map[string]struct {
		cert, key, ca string
		verify        bool
		want          []health
		says          string
	}{
		"none":             {"", "", "", true, nil, ""},
		"good":             {cert, key, cert, true, []health{well}, "sip.example.com is good for 99 days"},
		"near its end":     {soon, soonKey, cert, true, []health{wrong}, "runs out in 4 days"},
		"another's key":    {cert, soonKey, cert, true, []health{wrong}, "RINGDESK_SIP_TLS_KEY"},
		"any carrier's":    {cert, key, "", false, []health{well, note}, "RINGDESK_SIP_TLS_VERIFY"},
		"no authority":     {cert, key, key, true, []health{well, wrong}, "RINGDESK_SIP_TLS_CA"},
		"authority is not": {cert, key, "/nowhere.pem", true, []health{well, wrong}, "nowhere.pem"},
	} {
		s := configs.Default()
		s.SIP.TLSCert, s.SIP.TLSKey, s.SIP.TLSCA, s.SIP.TLSVerify = c.cert, c.key, c.ca, c.verify
		var states []health
		text := ""
		for _, f := range lookAtSIP(t.Context(), s) {
			states, text = append(states, f.State), text+f.Says
		}
		if !slices.Equal(states, c.want) || !strings.Contains(text, c.says) {
			t.Errorf("%s: %v %s", name, states, text)
		}
	}
}

// selfSigned writes one for a name, good for a time from now on, and its key.
func selfSigned(t *testing.T, name string, length time.Duration) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(length)}
	der, err := x509.CreateCertificate(rand.Reader, c, c, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	text, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	cert, key = filepath.Join(t.TempDir(), "cert.pem"), filepath.Join(t.TempDir(), "key.pem")
	err = errors.Join(os.WriteFile(cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600),
		os.WriteFile(key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: text}), 0o600))
	if err != nil {
		t.Fatal(err)
	}
	return cert, key
}
