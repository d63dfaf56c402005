package configs_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ringdesk/configs"
)

func load(t *testing.T, yaml string, env map[string]string) (configs.Settings, error) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "ringdesk.yaml")
	if yaml != "" {
		if err := os.WriteFile(file, []byte(yaml), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return configs.Load(file, false, func(k string) string { return env[k] })
}

func TestDefaultsFileEnvironment(t *testing.T) {
	s, err := load(t, "web:\n  address: 127.0.0.1:9000\n  origins: [https://a.example]\nsip:\n  address: 127.0.0.1:9001\ncalls: {country: NO, new_per_second: 0}\nlog:\n",
		map[string]string{"RINGDESK_SIP": "127.0.0.1:9002", "RINGDESK_SECURE_ONLY": "true", "RINGDESK_PROXIES": "127.0.0.1, 10.0.0.0/8, ::ffff:172.16.0.0/108"})
	if err != nil {
		t.Fatal(err)
	}
	if s.Web.Address != "127.0.0.1:9000" || s.SIP.Address != "127.0.0.1:9002" || s.Calls.Country != "NO" || s.Calls.NewPerSecond != 0 || s.Log.Level != "info" || !s.Web.SecureOnly || len(s.Web.Origins) != 1 {
		t.Errorf("got %+v", s)
	}
	if ps, err := s.ProxyNetworks(); err != nil || len(ps) != 3 || ps[0].String() != "127.0.0.1/32" || ps[2].String() != "172.16.0.0/12" {
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
		if s, err := load(t, "", tc.env); err != nil || s.Sounds.Folder != tc.sounds || s.Sounds.EngineFolder != tc.engine {
			t.Errorf("%s: %s, %s, %v", name, s.Sounds.Folder, s.Sounds.EngineFolder, err)
		}
	}
	if s, err := load(t, "", nil); err != nil || !filepath.IsAbs(s.Sounds.Folder) {
		t.Errorf("default: %s, %v", s.Sounds.Folder, err)
	}
}

// Covers: SEC-1. Sound is taken where SIP is. Browsers that may come from
// elsewhere reach every address.
func TestMedia(t *testing.T) {
	for name, tc := range map[string]struct {
		env               map[string]string
		carriers, browser string
	}{
		"default":         {nil, "127.0.0.1", "127.0.0.1"},
		"desk elsewhere":  {map[string]string{"RINGDESK_HTTP": "0.0.0.0:8080"}, "127.0.0.1", ""},
		"behind a proxy":  {map[string]string{"RINGDESK_PROXIES": "127.0.0.1"}, "127.0.0.1", ""},
		"over TLS":        {map[string]string{"RINGDESK_SECURE_ONLY": "true"}, "127.0.0.1", ""},
		"SIP everywhere":  {map[string]string{"RINGDESK_SIP": "0.0.0.0:5060"}, "", ""},
		"IPv6 everywhere": {map[string]string{"RINGDESK_SIP": "[::]:5060"}, "", ""},
		"one address":     {map[string]string{"RINGDESK_SIP": "192.0.2.1:5060", "RINGDESK_HTTP": "192.0.2.1:80"}, "192.0.2.1", "192.0.2.1"},
		"a name":          {map[string]string{"RINGDESK_SIP": "localhost:5060"}, "", ""},
		"all everywhere":  {map[string]string{"RINGDESK_SIP": "0.0.0.0:5060", "RINGDESK_HTTP": "0.0.0.0:80"}, "", ""},
		"set to every":    {map[string]string{"RINGDESK_MEDIA": "0.0.0.0"}, "", ""},
		"set":             {map[string]string{"RINGDESK_MEDIA": "192.0.2.7", "RINGDESK_SIP": "0.0.0.0:5060"}, "192.0.2.7", ""},
	} {
		s, err := load(t, "", tc.env)
		if err != nil {
			t.Fatal(err)
		}
		s.Media.Address = s.MediaBesideUs() // as "run" gives it to the controller
		if carriers, browsers := s.CarrierMedia(), s.BrowserMedia(); carriers != tc.carriers || browsers != tc.browser {
			t.Errorf("%s: carriers %q, browsers %q, want %q and %q", name, carriers, browsers, tc.carriers, tc.browser)
		}
	}
}

// A file in which everything is commented out sets nothing.
func TestEmptyFile(t *testing.T) {
	s, err := load(t, "# http: 127.0.0.1:9000\n", nil)
	if err != nil || s.Web.Address != configs.Default().Web.Address {
		t.Errorf("got %q, %v", s.Web.Address, err)
	}
}

// Every mistake is told in one line that names the setting.
func TestMistakes(t *testing.T) {
	for _, c := range []struct {
		yaml string
		env  map[string]string
		want string
	}{
		{env: map[string]string{"RINGDESK_S3_ENDPOINT": "s3.example.com"}, want: "http:// or https:// and the host"},
		{env: map[string]string{"RINGDESK_S3_ENDPOINT": "https://s3.example.com", "RINGDESK_S3_BUCKET": "b"}, want: "RINGDESK_S3_SECRET_KEY_FILE: the storage needs them"},
		{env: map[string]string{"RINGDESK_TRANSCRIPTION_URL": "http://127.0.0.1:8178/inference"}, want: "the path has a setting of its own"},
		{env: map[string]string{"RINGDESK_TRANSCRIPTION_URL": "whisper:8178"}, want: "http:// or https:// and the host"},
		{env: map[string]string{"RINGDESK_TRANSCRIPTION_PATH": "inference"}, want: "which begins with /"},
		{env: map[string]string{"RINGDESK_TRANSCRIPTION_PATH": "/a/../b?c"}, want: "RINGDESK_TRANSCRIPTION_PATH"},
		{env: map[string]string{"RINGDESK_TRANSCRIPTION_LANGUAGE": "Korean"}, want: "such as ko or en"},
		{env: map[string]string{"RINGDESK_TRANSCRIPTION_TIMEOUT_MINUTES": "0"}, want: "1 to 1440 minutes"},
		{yaml: "transcription: {timeout_minutes: soon}\n", want: `transcription.timeout_minutes is "soon"`},
		{env: map[string]string{"RINGDESK_TRANSCRIPTION_URL": "http://192.0.2.7:8000", "RINGDESK_TRANSCRIPTION_KEY": "wq7GmZ2pTx9LkR4v"}, want: "write https://192.0.2.7:8000"},
		{env: map[string]string{"RINGDESK_TRANSCRIPTION_KEY_FILE": "/nowhere/key"}, want: "RINGDESK_TRANSCRIPTION_KEY_FILE cannot be read"},
		{yaml: "htpp: x\n", want: "line 1: htpp is no setting"},
		{yaml: "web:\n  adress: x\n", want: "line 2: web.adress is no setting"},
		{yaml: "# ours\nhttp: 127.0.0.1:9000\n", want: `line 2: http has another place now: write it as "address" in the section "web:"`},
		{yaml: "sip: 127.0.0.1:9000\n", want: `sip has another place now: write it as "address" in the section "sip:"`},
		{yaml: "engine: freeswitch\n", want: `engine has another place now: write it as "use" in the section "engine:"`},
		{yaml: "proxies: [127.0.0.1]\n", want: `write it as "proxies" in the section "web:"`},
		{yaml: "keep_free: 1\n", want: `keep_free has another place now: write it as "keep_free_mib" in the section "storage:"`},
		{yaml: "accounts: /a\n", want: `write it as "endpoints" in the section "freeswitch:"`},
		{yaml: "log: info\n", want: "log is a section"},
		{yaml: "web: [a]\n", want: "web is a section"},
		{yaml: "web:\n  address: 127.0.0.1:9000\n  address: 127.0.0.1:9001\n", want: "line 3: web.address stands there twice"},
		{yaml: "web:\n  address: {host: a}\n", want: "line 2: address: write one value"},
		{yaml: "web:\n  origins: [[a]]\n", want: "line 2: origins: write one value"},
		{yaml: "127.0.0.1\n", want: "line 1: write sections"},
		{yaml: "web: [\n", want: "line 1"},
		{yaml: "web:\n  secure_only: perhaps\n", want: `line 2: web.secure_only is "perhaps": write true or false`},
		{yaml: "calls:\n  new_per_second: many\n", want: `calls.new_per_second is "many": write 0 (no limit) to 10000`},
		{yaml: "web:\n  proxies: [127.0.0.1, nobody]\n", want: "web.proxies"},
		{env: map[string]string{"RINGDESK_KEEP_FREE": "1"}, want: "RINGDESK_KEEP_FREE is called RINGDESK_KEEP_FREE_MIB now"},
		{env: map[string]string{"RINGDESK_NEW_CALLS": "1"}, want: "RINGDESK_NEW_CALLS_PER_SECOND"},
		{env: map[string]string{"RINGDESK_ACCOUNTS": "/a"}, want: "RINGDESK_ACCOUNTS is called RINGDESK_ENDPOINTS now"},
		{env: map[string]string{"RINGDESK_METRICS": "9464"}, want: "RINGDESK_METRICS"},
		{env: map[string]string{"RINGDESK_KEEP_FREE_MIB": "-1"}, want: "RINGDESK_KEEP_FREE_MIB"},
		{env: map[string]string{"RINGDESK_NEW_CALLS_PER_SECOND": "10001"}, want: "RINGDESK_NEW_CALLS_PER_SECOND"},
		{env: map[string]string{"RINGDESK_HTTP": "8080"}, want: "RINGDESK_HTTP"},
		{env: map[string]string{"RINGDESK_SIP": "127.0.0.1:99999"}, want: "RINGDESK_SIP"},
		{env: map[string]string{"RINGDESK_RTP": "20000"}, want: "RINGDESK_RTP"},
		{env: map[string]string{"RINGDESK_RTP": "20000-20001"}, want: "RINGDESK_RTP"},
		{env: map[string]string{"RINGDESK_COUNTRY": "Korea"}, want: "RINGDESK_COUNTRY"},
		{env: map[string]string{"RINGDESK_LOG_LEVEL": "loud"}, want: "RINGDESK_LOG_LEVEL"},
		{env: map[string]string{"RINGDESK_SECURE_ONLY": "perhaps"}, want: "RINGDESK_SECURE_ONLY"},
		{env: map[string]string{"RINGDESK_MEDIA": "everywhere"}, want: "RINGDESK_MEDIA"},
		{env: map[string]string{"RINGDESK_GUARD": "perhaps"}, want: "RINGDESK_GUARD"},
		{env: map[string]string{"RINGDESK_PROXIES": "127.0.0.1, nobody"}, want: "RINGDESK_PROXIES"},
		{env: map[string]string{"RINGDESK_PROXIES": "0.0.0.0/0"}, want: "RINGDESK_PROXIES"},
		{env: map[string]string{"RINGDESK_ENGINE_SOUNDS": "sounds"}, want: "RINGDESK_ENGINE_SOUNDS"},
		{env: map[string]string{"RINGDESK_ENGINE": "freeswitch", "RINGDESK_EVENT_PASSWORD": "x", "RINGDESK_ENDPOINTS": "/e"}, want: "RINGDESK_EVENT_SOCKET"},
		{env: map[string]string{"RINGDESK_ENGINE": "freeswitch", "RINGDESK_EVENT_SOCKET": "127.0.0.1:8021", "RINGDESK_ENDPOINTS": "/e"}, want: "RINGDESK_EVENT_PASSWORD"},
		{env: map[string]string{"RINGDESK_ENGINE": "freeswitch", "RINGDESK_EVENT_SOCKET": "127.0.0.1:8021", "RINGDESK_EVENT_PASSWORD": "x", "RINGDESK_ENDPOINTS": "endpoints"}, want: "RINGDESK_ENDPOINTS"},
		{env: map[string]string{"RINGDESK_ARI_URL": "http://x"}, want: "RINGDESK_ARI_PASSWORD"},
	} {
		_, err := load(t, c.yaml, c.env)
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s%v: got %v, want one line naming %s", c.yaml, c.env, err, c.want)
		}
	}
	if _, err := configs.Load("/nowhere/x.yaml", true, os.Getenv); err == nil {
		t.Error("a missing file that was named is no error")
	}
}

// All mistakes are told at once, those of the file first.
func TestAllMistakes(t *testing.T) {
	for name, c := range map[string]struct {
		yaml string
		env  map[string]string
		want []string // the line of each
	}{
		"file and environment": {"http: 127.0.0.1:1\nmedia:\n  ports: 5\n", map[string]string{"RINGDESK_LOG_LEVEL": "loud"}, []string{"http has another place", "media.ports", "RINGDESK_LOG_LEVEL"}},
		"engine":               {"", map[string]string{"RINGDESK_ENGINE": "freeswitch"}, []string{"RINGDESK_EVENT_SOCKET", "RINGDESK_EVENT_PASSWORD", "RINGDESK_ENDPOINTS"}},
		"the environment wins": {"media:\n  ports: 5\n", map[string]string{"RINGDESK_RTP": "6"}, []string{"RINGDESK_RTP is \"6\""}},
	} {
		_, err := load(t, c.yaml, c.env)
		lines := strings.Split(fmt.Sprint(err), "\n")
		if len(lines) != len(c.want) {
			t.Errorf("%s: got %v, want %d lines", name, err, len(c.want))
			continue
		}
		for i, want := range c.want {
			if !strings.Contains(lines[i], want) {
				t.Errorf("%s: line %d is %q, want %q in it", name, i, lines[i], want)
			}
		}
	}
}

// What is written can be read again, and a password of before there were
// sections is kept.
func TestFile(t *testing.T) {
	s := configs.Default()
	s.Engine.Use, s.FreeSWITCH.EventPassword, s.Web.Proxies = configs.FreeSWITCH, "no: 'secret'", []string{"127.0.0.1", "10.0.0.0/8"}
	s.FreeSWITCH.EventSocket, s.FreeSWITCH.Endpoints, s.Calls.NewPerSecond, s.Asterisk.Guard = "127.0.0.1:8021", "/e", 7, false
	names := []string{"engine.use", "freeswitch.event_password", "freeswitch.event_socket", "freeswitch.endpoints", "web.proxies", "calls.new_per_second", "asterisk.guard"}
	text, err := s.File(names...)
	if err != nil {
		t.Fatal(err)
	}
	got, err := load(t, string(text), nil)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := got.File(names...); err != nil || string(again) != string(text) {
		t.Errorf("wrote\n%s, %v, want\n%s", again, err, text)
	}
	if _, err := s.File("engine.used"); err == nil {
		t.Error("what is no setting was written")
	}
	for yaml, want := range map[string]string{string(text): "no: 'secret'", "event_password: old\nsip_socket: ws://a\n": "old", "web:\n": ""} {
		file := filepath.Join(t.TempDir(), "ringdesk.yaml")
		if err := os.WriteFile(file, []byte(yaml), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := configs.Kept(file, "freeswitch.event_password"); err != nil || got != want {
			t.Errorf("kept %q, %v, want %q", got, err, want)
		}
	}
	if got, err := configs.Kept("/nowhere/x.yaml", "freeswitch.event_password"); err != nil || got != "" {
		t.Errorf("no file: %q, %v", got, err)
	}
}

// Each setting says what it means, has a check that exists, and is called the
// same in the reference.
func TestReference(t *testing.T) {
	kept, err := os.ReadFile("../docs/settings.md")
	if err != nil {
		t.Fatal(err)
	}
	if string(kept) != configs.Reference() {
		t.Error("docs/settings.md is out of date: make docs")
	}
	for line := range strings.Lines(configs.Reference()) {
		if strings.HasPrefix(line, "| `") && (strings.Count(line, "|") != 5 || strings.Contains(line, "|  |") || !strings.Contains(line, "`RINGDESK_")) {
			t.Errorf("a setting is not told whole: %s", line)
		}
	}
}

// The password of a database comes from the environment or a file, and no refusal
// shows one.
//
// Covers: OPS-5, SEC-1
func TestDatabase_OPS_5(t *testing.T) {
	file := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(file, []byte("of/file-wq7GmZ2pTx9\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	const at = "postgres://desk@db.example:5432/ringdesk?sslmode=verify-full"
	for name, tc := range map[string]struct {
		env         map[string]string
		want, fault string
	}{
		"default":          {nil, "/d/ringdesk.db", ""},
		"sqlite":           {map[string]string{"RINGDESK_DATABASE": "sqlite"}, "/d/ringdesk.db", ""},
		"no password":      {map[string]string{"RINGDESK_DATABASE": at}, at, ""},
		"password":         {map[string]string{"RINGDESK_DATABASE": at, "RINGDESK_DATABASE_PASSWORD": "a b@wq7GmZ2pTx9L"}, "postgres://desk:a%20b%40wq7GmZ2pTx9L@db.example:5432/ringdesk?sslmode=verify-full", ""},
		"password in file": {map[string]string{"RINGDESK_DATABASE": at, "RINGDESK_DATABASE_PASSWORD_FILE": file}, "postgres://desk:of%2Ffile-wq7GmZ2pTx9@db.example:5432/ringdesk?sslmode=verify-full", ""},
		"both":             {map[string]string{"RINGDESK_DATABASE": at, "RINGDESK_DATABASE_PASSWORD": "sesame-wq7GmZ2pTx9", "RINGDESK_DATABASE_PASSWORD_FILE": file}, "", "leave one out"},
		"no file":          {map[string]string{"RINGDESK_DATABASE": at, "RINGDESK_DATABASE_PASSWORD_FILE": file + "x"}, "", "cannot be read"},
		"password in URL":  {map[string]string{"RINGDESK_DATABASE": "postgres://desk:sesame@db/ringdesk"}, "", "leave the password out"},
		"and there":        {map[string]string{"RINGDESK_DATABASE": "postgres://desk@db/ringdesk?password=sesame"}, "", "leave the password out"},
		"in a broken one":  {map[string]string{"RINGDESK_DATABASE": "postgres://desk:sesame@db:x/ringdesk"}, "", "such as postgres://"},
		"no user":          {map[string]string{"RINGDESK_DATABASE": "postgres://db/ringdesk"}, "", "name the user"},
		"another database": {map[string]string{"RINGDESK_DATABASE": "mysql://desk@db/ringdesk"}, "", "write sqlite, or"},
	} {
		env := map[string]string{"RINGDESK_DATA": "/d"}
		for k, v := range tc.env {
			env[k] = v
		}
		s, err := load(t, "", env)
		switch {
		case tc.fault == "" && (err != nil || s.Database() != tc.want || strings.Contains(s.DatabaseShown(), "of/file")):
			t.Errorf("%s: %s, %v", name, s.Database(), err)
		case tc.fault != "" && (err == nil || !strings.Contains(err.Error(), tc.fault) || strings.Contains(err.Error(), "sesame")):
			t.Errorf("%s: %v", name, err)
		}
	}
}
