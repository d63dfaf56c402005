package asterisk

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func settings() Settings {
	return Settings{HTTP: "127.0.0.1:8088", Password: "secret", SIP: "0.0.0.0:5060", RTPFrom: 20000, RTPTo: 20099,
		ModuleDir: "/m", ShareDir: "/s", StateDir: "/st", SpoolDir: "/sp", RunDir: "/r", LogDir: "/l", Log: "/l/a", MusicDir: "/mu", CustomDir: "/c"}
}

func TestRender(t *testing.T) {
	dir := t.TempDir()
	s := settings()
	s.ExternalAddress, s.ExternalPort, s.LocalNets = "203.0.113.7", 5070, []string{"172.31.253.0/24"}
	s.ICECandidates = map[string]string{"172.31.253.10": "203.0.113.7"}
	if err := Render(dir, s); err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string][]string{
		"rtp.conf":        {"rtpstart = 20000", "172.31.253.10 => 203.0.113.7,include_local_address"},
		"pjsip.conf":      {"external_media_address = 203.0.113.7", "external_signaling_port = 5070", "local_net = 172.31.253.0/24"},
		"ari.conf":        {"password = secret"},
		"http.conf":       {"sessionlimit = 4000"},
		"extensions.conf": {"TIMEOUT(absolute)=25", "Stasis(ringdesk,${IF(", `#tryinclude "/c/*.conf"`, "exten => _+82X!,1,", "exten => _+1876!,1,", "exten => 119,1,"},
	} {
		text, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range want {
			if !strings.Contains(string(text), w) {
				t.Errorf("%s lacks %q", file, w)
			}
		}
		if info, err := os.Stat(filepath.Join(dir, file)); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s can be read by others: %v, %v", file, info.Mode(), err)
		}
	}
}

// TLS has a certificate of its own, and carriers' are looked at; without it nothing
// listens.
func TestRender_TLS(t *testing.T) {
	rendered := func(tls TLS) (pjsip, authorities string) {
		t.Helper()
		dir := t.TempDir()
		s := settings()
		s.TLS, s.ExternalAddress = tls, "203.0.113.7"
		if err := Render(dir, s); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(filepath.Join(dir, "pjsip.conf"))
		if err != nil {
			t.Fatal(err)
		}
		pem, _ := os.ReadFile(filepath.Join(dir, "sip-authorities.pem")) // there is none without TLS
		return strings.ReplaceAll(string(text), dir, "DIR"), string(pem)
	}
	if text, pem := rendered(TLS{}); strings.Contains(text, "[tls]") || pem != "" {
		t.Error("TLS is there without a certificate")
	}
	tls := TLS{Address: "0.0.0.0:5061", ExternalPort: 5071, Cert: "/c/cert.pem", Key: "/c/key.pem", Authorities: "all", Verify: true}
	text, pem := rendered(tls)
	_, text, _ = strings.Cut(text, "[tls]")
	for _, want := range []string{"bind = 0.0.0.0:5061", "cert_file = /c/cert.pem", "priv_key_file = /c/key.pem", "ca_list_file = DIR/sip-authorities.pem", "verify_server = yes", "external_signaling_port = 5071"} {
		if !strings.Contains(text, want) {
			t.Errorf("pjsip.conf lacks %q below [tls]", want)
		}
	}
	if pem != "all" {
		t.Errorf("authorities %q", pem)
	}
	tls.Verify = false
	if text, _ := rendered(tls); !strings.Contains(text, "verify_server = no") {
		t.Error("carriers' certificates are looked at, which was not asked for")
	}
}

func TestBadSettingsAreRefused(t *testing.T) {
	for name, spoil := range map[string]func(*Settings){
		"no password":       func(s *Settings) { s.Password = "" },
		"address":           func(s *Settings) { s.SIP = "5060" },
		"range":             func(s *Settings) { s.RTPTo = s.RTPFrom },
		"a line break":      func(s *Settings) { s.MusicDir = "/x\n[evil]" },
		"a negative lease":  func(s *Settings) { s.Lease = -1 },
		"a negative limit":  func(s *Settings) { s.InboundCalls = -1 },
		"a plus":            func(s *Settings) { s.Outbound = []string{"+82"} },
		"a pattern":         func(s *Settings) { s.OutboundDenied = []string{"82X"} },
		"an empty number":   func(s *Settings) { s.Short = []string{""} },
		"TLS at no port":    func(s *Settings) { s.TLS = TLS{Address: "5061", Cert: "/c", Key: "/k"} },
		"a key elsewhere":   func(s *Settings) { s.TLS = TLS{Address: "0.0.0.0:5061", Cert: "/c", Key: "k"} },
		"no authorities":    func(s *Settings) { s.TLS = TLS{Address: "0.0.0.0:5061", Cert: "/c", Key: "/k", Verify: true} },
		"a certificate;":    func(s *Settings) { s.TLS = TLS{Address: "0.0.0.0:5061", Cert: "/c;x", Key: "/k"} },
		"in an ICE address": func(s *Settings) { s.ICECandidates = map[string]string{"a": "b;c"} },
	} {
		s := settings()
		spoil(&s)
		if err := Render(t.TempDir(), s); err == nil {
			t.Errorf("%s: was taken", name)
		}
	}
}
