package configs_test

import (
	"testing"

	"ringdesk/configs"
)

// The desk's address follows from the settings, and so does whether browsers of
// other machines are without HTTPS.
//
// Covers: OPS-1.
func TestDeskAddress_OPS_1(t *testing.T) {
	for name, c := range map[string]struct {
		web   configs.Web
		desk  string
		plain bool
	}{
		"this machine":      {configs.Web{Address: "127.0.0.1:8080"}, "http://127.0.0.1:8080", false},
		"by name":           {configs.Web{Address: "localhost:8080"}, "http://localhost:8080", false},
		"the office":        {configs.Web{Address: "192.0.2.7:8080"}, "http://192.0.2.7:8080", true},
		"every address":     {configs.Web{Address: "0.0.0.0:8080"}, "http://localhost:8080", true},
		"every IPv6":        {configs.Web{Address: "[::]:8080"}, "http://localhost:8080", true},
		"no host":           {configs.Web{Address: ":8080"}, "http://localhost:8080", true},
		"TLS of its own":    {configs.Web{Address: "0.0.0.0:8443", TLSCert: "c", TLSKey: "k"}, "https://localhost:8443", false},
		"behind a proxy":    {configs.Web{Address: "0.0.0.0:8080", Proxies: []string{"10.0.0.1"}, URL: "https://desk.example/"}, "https://desk.example", false},
		"behind TLS":        {configs.Web{Address: "0.0.0.0:8080", SecureOnly: true}, "http://localhost:8080", false},
		"what people type":  {configs.Web{Address: "192.0.2.7:8080", URL: "http://desk.example"}, "http://desk.example", true},
		"IPv6 this machine": {configs.Web{Address: "[::1]:8080"}, "http://[::1]:8080", false},
	} {
		s := configs.Settings{Web: c.web}
		if got := s.DeskURL(); got != c.desk {
			t.Errorf("%s: the desk is at %s, want %s", name, got, c.desk)
		}
		if got := s.PlainToOthers(); got != c.plain {
			t.Errorf("%s: plain to others: %v", name, got)
		}
	}
}
