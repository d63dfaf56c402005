package configs

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func load(t *testing.T, yaml string, env map[string]string) (Settings, error) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "ringdesk.yaml")
	if yaml != "" {
		if err := os.WriteFile(file, []byte(yaml), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return Load(file, false, func(k string) string { return env[k] })
}

func TestDefaultsFileEnvironment(t *testing.T) {
	s, err := load(t, "http: 127.0.0.1:9000\nsip: 127.0.0.1:9001\norigins: [https://a.example]\n",
		map[string]string{"RINGDESK_SIP": "127.0.0.1:9002", "RINGDESK_SECURE_ONLY": "true", "RINGDESK_PROXIES": "127.0.0.1, 10.0.0.0/8"})
	if err != nil {
		t.Fatal(err)
	}
	if s.HTTP != "127.0.0.1:9000" || s.SIP != "127.0.0.1:9002" || s.Country != "KR" || !s.SecureOnly || len(s.Origins) != 1 {
		t.Errorf("got %+v", s)
	}
	if ps, err := s.ProxyNetworks(); err != nil || len(ps) != 2 || ps[0].String() != "127.0.0.1/32" {
		t.Errorf("proxies %v, %v", ps, err)
	}
}

// The engine looks for sounds where the controller puts them, unless it sees
// that folder elsewhere.
func TestSoundsFolders(t *testing.T) {
	for name, tc := range map[string]struct {
		env            map[string]string
		sounds, engine string
	}{
		"default":   {map[string]string{"RINGDESK_DATA": "/d"}, "/d/sounds", "/d/sounds"},
		"one":       {map[string]string{"RINGDESK_SOUNDS": "/s"}, "/s", "/s"},
		"both":      {map[string]string{"RINGDESK_SOUNDS": "/s", "RINGDESK_ENGINE_SOUNDS": "/e"}, "/s", "/e"},
		"elsewhere": {map[string]string{"RINGDESK_DATA": "/d", "RINGDESK_ENGINE_SOUNDS": "/e"}, "/d/sounds", "/e"},
	} {
		if s, err := load(t, "", tc.env); err != nil || s.Sounds != tc.sounds || s.EngineSounds != tc.engine {
			t.Errorf("%s: %s, %s, %v", name, s.Sounds, s.EngineSounds, err)
		}
	}
	if s, err := load(t, "", nil); err != nil || !filepath.IsAbs(s.Sounds) {
		t.Errorf("default: %s, %v", s.Sounds, err)
	}
}

// A file in which everything is commented out sets nothing.
func TestEmptyFile(t *testing.T) {
	s, err := load(t, "# http: 127.0.0.1:9000\n", nil)
	if err != nil || s.HTTP != Default().HTTP {
		t.Errorf("got %q, %v", s.HTTP, err)
	}
}

// Every mistake is told in one line that names the setting.
func TestMistakes(t *testing.T) {
	for _, c := range []struct {
		yaml string
		env  map[string]string
		want string
	}{
		{yaml: "htpp: x\n", want: "htpp"},
		{env: map[string]string{"RINGDESK_HTTP": "8080"}, want: "RINGDESK_HTTP"},
		{env: map[string]string{"RINGDESK_SIP": "127.0.0.1:99999"}, want: "RINGDESK_SIP"},
		{env: map[string]string{"RINGDESK_RTP": "20000"}, want: "RINGDESK_RTP"},
		{env: map[string]string{"RINGDESK_RTP": "20000-20001"}, want: "RINGDESK_RTP"},
		{env: map[string]string{"RINGDESK_COUNTRY": "Korea"}, want: "RINGDESK_COUNTRY"},
		{env: map[string]string{"RINGDESK_LOG_LEVEL": "loud"}, want: "RINGDESK_LOG_LEVEL"},
		{env: map[string]string{"RINGDESK_SECURE_ONLY": "perhaps"}, want: "RINGDESK_SECURE_ONLY"},
		{env: map[string]string{"RINGDESK_PROXIES": "127.0.0.1, nobody"}, want: "RINGDESK_PROXIES"},
		{env: map[string]string{"RINGDESK_ENGINE_SOUNDS": "sounds"}, want: "RINGDESK_ENGINE_SOUNDS"},
		{env: map[string]string{"RINGDESK_ENGINE": "freeswitch"}, want: "RINGDESK_EVENT_SOCKET"},
		{env: map[string]string{"RINGDESK_ENGINE": "freeswitch", "RINGDESK_EVENT_SOCKET": "127.0.0.1:8021"}, want: "RINGDESK_EVENT_PASSWORD"},
		{env: map[string]string{"RINGDESK_ENGINE": "freeswitch", "RINGDESK_EVENT_SOCKET": "127.0.0.1:8021", "RINGDESK_EVENT_PASSWORD": "x", "RINGDESK_ACCOUNTS": "accounts"}, want: "RINGDESK_ACCOUNTS"},
		{env: map[string]string{"RINGDESK_ARI_URL": "http://x"}, want: "RINGDESK_ARI_PASSWORD"},
	} {
		_, err := load(t, c.yaml, c.env)
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Count(strings.TrimSpace(err.Error()), "\n") > 1 {
			t.Errorf("%s%v: got %v, want one line naming %s", c.yaml, c.env, err, c.want)
		}
	}
	if _, err := Load("/nowhere/x.yaml", true, os.Getenv); err == nil {
		t.Error("a missing file that was named is no error")
	}
}
