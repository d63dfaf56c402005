package freeswitch_test

import (
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"ringdesk/configs/freeswitch"
)

func good(t *testing.T) freeswitch.Settings {
	dir := t.TempDir()
	return freeswitch.Settings{
		EventSocket: "127.0.0.1:8021", Password: "0123456789abcdef", SIP: "192.0.2.1:5060", WebSocket: "127.0.0.1:5066",
		RTPFrom: 20000, RTPTo: 20999, EndpointsDir: dir + "/endpoints", CustomDir: dir + "/custom",
		Fallback: "/fallback.wav", Speech: "/speech.wav",
	}
}

// Every file is XML, and each element of the preprocessor stands alone on its
// line, as FreeSWITCH demands.
func TestRender_WellFormed(t *testing.T) {
	dir := t.TempDir()
	s := good(t)
	s.ExternalAddress = "203.0.113.1"
	if err := freeswitch.Render(dir, s); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) < 6 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v", name, info.Mode(), err)
		}
		if filepath.Ext(name) != ".xml" {
			continue
		}
		body := strings.TrimPrefix(string(text), `<?xml version="1.0"?>`)
		d := xml.NewDecoder(strings.NewReader("<all>" + body + "</all>"))
		for {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Errorf("%s: %v", filepath.Base(name), err)
				break
			}
		}
		for line := range strings.Lines(body) {
			if line = strings.TrimSpace(line); strings.Contains(line, "<X-PRE-PROCESS") && !(strings.HasPrefix(line, "<X-PRE-PROCESS") && strings.HasSuffix(line, "/>") && strings.Count(line, "<") == 1) {
				t.Errorf("%s: %q stands not alone", filepath.Base(name), line)
			}
		}
	}
}

// Browsers in the same office have private addresses only, which FreeSWITCH's
// default refuses. Covers: SYS-1.
func TestRender_CandidateACL(t *testing.T) {
	dir := t.TempDir()
	if err := freeswitch.Render(dir, good(t)); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "sip.xml"))
	if err != nil {
		t.Fatal(err)
	}
	_, agents, found := strings.Cut(string(text), `<profile name="agents">`)
	if !found || !strings.Contains(agents, `<param name="apply-candidate-acl" value="any_v4.auto"/>`) {
		t.Errorf("the agents' profile is\n%s", agents)
	}
}

// Covers: OUT-9. What may be called over trunks, and what not.
func TestSettings_Outbound(t *testing.T) {
	s := good(t)
	s.Outbound, s.OutboundDenied, s.Short = []string{"82", "81"}, []string{"8260"}, []string{"112"}
	allowed, denied := regexp.MustCompile(s.Allowed()), regexp.MustCompile(s.Denied())
	for number, want := range map[string]bool{
		"+821012345678": true, "+8131234": true, "112": true, "+82601": false, "+491": false, "1123": false, "821012345678": false, "+82": false, "+82x": false,
	} {
		if got := allowed.MatchString(number) && !denied.MatchString(number); got != want {
			t.Errorf("%s: %v, want %v", number, got, want)
		}
	}
	s.Outbound, s.Short = []string{}, []string{}
	if regexp.MustCompile(s.Allowed()).MatchString("+821012345678") {
		t.Error("with empty lists a number may be called")
	}
}

// A machine that can take 60 calls a second, each with a leg of the caller and one
// of an agent, is not held back by the limit that keeps a flood out.
func TestRender_NewSessions(t *testing.T) {
	dir := t.TempDir()
	if err := freeswitch.Render(dir, good(t)); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "core.xml"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), `name="sessions-per-second" value="`)
	value, _, _ := strings.Cut(rest, `"`)
	if n, err := strconv.Atoi(value); err != nil || n < 2*60 {
		t.Errorf("sessions-per-second %q", value)
	}
}

// What would make the configuration unsafe or unreadable is refused.
func TestSettings_Validate(t *testing.T) {
	for name, change := range map[string]func(*freeswitch.Settings){
		"short password":     func(s *freeswitch.Settings) { s.Password = "ClueCon" },
		"quote in a path":    func(s *freeswitch.Settings) { s.CustomDir = `/a"b` },
		"variable in a path": func(s *freeswitch.Settings) { s.CustomDir = `/$${base_dir}` },
		"address":            func(s *freeswitch.Settings) { s.EventSocket = "127.0.0.1" },
		"ports":              func(s *freeswitch.Settings) { s.RTPTo = s.RTPFrom },
		"lease":              func(s *freeswitch.Settings) { s.Lease = -1 },
		"every address":      func(s *freeswitch.Settings) { s.SIP = "0.0.0.0:5060" },
		"controller":         func(s *freeswitch.Settings) { s.Controllers = []string{"ringdesk"} },
		"prefix":             func(s *freeswitch.Settings) { s.Outbound = []string{"8|2"} },
	} {
		s := good(t)
		change(&s)
		if err := freeswitch.Render(t.TempDir(), s); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

// Who reaches the event socket's port still needs an address that is allowed.
func TestSettings_EventSocketClients(t *testing.T) {
	loopback := []string{"127.0.0.0/8", "::1/128"}
	for _, c := range []struct {
		socket      string
		controllers []string
		want        []string
	}{
		{"127.0.0.1:8021", nil, loopback},
		{"0.0.0.0:8021", nil, loopback},
		{"172.31.253.10:8021", []string{"172.31.253.20", "192.0.2.0/24"}, append(loopback, "172.31.253.10/32", "172.31.253.20/32", "192.0.2.0/24")},
		{"[::]:8021", []string{"2001:db8::7"}, append(loopback, "2001:db8::7/128")},
	} {
		s := good(t)
		s.EventSocket, s.Controllers = c.socket, c.controllers
		if got := s.EventSocketClients(); !slices.Equal(got, c.want) {
			t.Errorf("%s %v: %v, want %v", c.socket, c.controllers, got, c.want)
		}
		dir := t.TempDir()
		if err := freeswitch.Render(dir, s); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(filepath.Join(dir, "core.xml"))
		if err != nil {
			t.Fatal(err)
		}
		var rendered []string
		for _, m := range regexp.MustCompile(`<node type="allow" cidr="([^"]*)"/>`).FindAllStringSubmatch(string(text), -1) {
			rendered = append(rendered, m[1])
		}
		if !slices.Equal(rendered, c.want) || !strings.Contains(string(text), `<list name="controllers" default="deny">`) {
			t.Errorf("%s %v: the list has %v", c.socket, c.controllers, rendered)
		}
	}
}

// TLS has a certificate of its own, and carriers' are looked at; without it nothing
// listens, and SRTP is offered to nobody.
func TestRender_TLS(t *testing.T) {
	render := func(tls freeswitch.TLS) (text, dir string) {
		t.Helper()
		dir = t.TempDir()
		s := good(t)
		s.TLS = tls
		if err := freeswitch.Render(dir, s); err != nil {
			t.Fatal(err)
		}
		sip, err := os.ReadFile(filepath.Join(dir, "sip.xml"))
		if err != nil {
			t.Fatal(err)
		}
		vars, err := os.ReadFile(filepath.Join(dir, "vars.xml"))
		if err != nil {
			t.Fatal(err)
		}
		return string(sip) + string(vars), dir
	}
	const noSRTP = "rtp_secure_media=forbidden"
	if text, _ := render(freeswitch.TLS{}); strings.Contains(text, "tls-sip-port") || !strings.Contains(text, noSRTP) {
		t.Error("TLS is there without a certificate, or SRTP without TLS")
	}
	text, dir := render(freeswitch.TLS{Port: "5061", Agent: "both", Authorities: "all", Verify: true})
	for _, want := range []string{`"tls" value="true"`, `"tls-sip-port" value="5061"`, `"tls-verify-policy" value="out|subjects_out"`, `"tls-cert-dir" value="` + dir + `/tls"`} {
		if !strings.Contains(text, want) {
			t.Errorf("sip.xml lacks %s", want)
		}
	}
	if strings.Contains(text, noSRTP) {
		t.Error("SRTP is forbidden with TLS")
	}
	for name, want := range map[string]string{"agent.pem": "both", "cafile.pem": "all"} {
		path := filepath.Join(dir, "tls", name)
		got, err := os.ReadFile(path)
		if err != nil || string(got) != want {
			t.Errorf("%s: %q, %v", name, got, err)
		}
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s can be read by others: %v", name, err)
		}
	}
	if text, _ := render(freeswitch.TLS{Port: "5061", Agent: "both"}); !strings.Contains(text, `"tls-verify-policy" value="none"`) {
		t.Error("carriers' certificates are looked at, which was not asked for")
	}
	s := good(t)
	s.TLS = freeswitch.TLS{Port: "5061", Agent: "both", Verify: true}
	if err := freeswitch.Render(t.TempDir(), s); err == nil {
		t.Error("no authorities: it was taken")
	}
}
