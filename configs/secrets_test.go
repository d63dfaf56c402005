package configs_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ringdesk/configs"
)

// Weak and example secrets are refused, and no message repeats one.
//
// Covers: SEC-5.
func TestSecrets_SEC_5(t *testing.T) {
	const good = "wq7GmZ2pTx9LkR4v"
	for name, c := range map[string]struct {
		setting, value string
		refused        bool
	}{
		"a random one":            {"turn_secret", good, false},
		"too short":               {"turn_secret", "wq7GmZ2pTx9", true},
		"an example, stretched":   {"turn_secret", "changeme-changeme-changeme", true},
		"one character":           {"turn_secret", "aaaaaaaaaaaaaaaaaaaaaaaa", true},
		"FreeSWITCH's own":        {"event_password", "ClueCon", true},
		"another's example":       {"ari_password", "ClueCon", true},
		"a password of somebody":  {"ari_password", good, false},
		"a word and a few digits": {"turn_secret", "ringdesk-secret-1", true},
		"the database's":          {"database_password", good, false},
		"a short database's":      {"database_password", "wq7GmZ2pTx9", true},
		"an example database's":   {"database_password", "password-password-1", true},
	} {
		section := map[string]string{"turn_secret": "media", "event_password": "freeswitch", "ari_password": "asterisk", "database_password": "storage"}[c.setting]
		file := filepath.Join(t.TempDir(), "ringdesk.yaml")
		if err := os.WriteFile(file, []byte(section+": {"+c.setting+": "+c.value+"}"), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := configs.Load(file, true, func(string) string { return "" })
		if (err != nil) != c.refused {
			t.Errorf("%s: %v", name, err)
		}
		if err != nil && strings.Contains(err.Error(), c.value) {
			t.Errorf("%s is repeated: %v", name, err)
		}
	}
}

// The database's password is held to the same in a file of its own and where libpq
// looks for it, and what the environment names wins over the settings file.
//
// Covers: SEC-5, OPS-5
func TestDatabasePassword_SEC_5_OPS_5(t *testing.T) {
	const one, other, weak = "wq7GmZ2pTx9LkR4v", "b8Xn3KfJ6sYdQ0eH", "password-password-1"
	dir := t.TempDir()
	in := func(name, text string) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	const at = "postgres://ringdesk@db/ringdesk"
	for name, c := range map[string]struct {
		yaml       string
		env        map[string]string
		want, says string
	}{
		"in a file":               {"", map[string]string{"RINGDESK_DATABASE_PASSWORD_FILE": in("one", one+"\n")}, one, ""},
		"weak in a file":          {"", map[string]string{"RINGDESK_DATABASE_PASSWORD_FILE": in("weak", weak)}, "", "RINGDESK_DATABASE_PASSWORD_FILE: it can be guessed"},
		"libpq's":                 {"", map[string]string{"PGPASSWORD": one}, "", ""},
		"weak, libpq's":           {"", map[string]string{"PGPASSWORD": weak}, "", "PGPASSWORD: it can be guessed"},
		"weak, and without use":   {"database: sqlite", map[string]string{"PGPASSWORD": weak}, "", ""},
		"the environment's":       {"database_password: " + one, map[string]string{"RINGDESK_DATABASE_PASSWORD": other}, other, ""},
		"the environment's file":  {"database_password: " + one, map[string]string{"RINGDESK_DATABASE_PASSWORD_FILE": in("other", other)}, other, ""},
		"over the settings' file": {"database_password_file: " + in("third", one), map[string]string{"RINGDESK_DATABASE_PASSWORD": other}, other, ""},
		"both":                    {"", map[string]string{"RINGDESK_DATABASE_PASSWORD": one, "RINGDESK_DATABASE_PASSWORD_FILE": in("both", one)}, "", "both set"},
		"both in the settings":    {"database_password: " + one + "\n  database_password_file: " + in("fourth", one), nil, "", "both set"},
	} {
		if !strings.HasPrefix(c.yaml, "database: ") {
			c.yaml = "database: " + at + "\n  " + c.yaml
		}
		s, err := configs.Load(in("ringdesk.yaml", "storage:\n  "+c.yaml+"\n"), true, func(name string) string { return c.env[name] })
		if (err != nil) != (c.says != "") || err != nil && (!strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), weak)) {
			t.Errorf("%s: %v, want %q", name, err, c.says)
		}
		if err == nil && s.Storage.Password != c.want {
			t.Errorf("%s: the password is %q, want %q", name, s.Storage.Password, c.want)
		}
	}
}

// The secrets of the servers that ringdesk asks are held to the same, in a file, too.
//
// Covers: SEC-5, END-3
func TestServersSecrets_SEC_5(t *testing.T) {
	const good, weak = "wq7GmZ2pTx9LkR4v", "changeme-changeme-changeme"
	for setting, taken := range map[string]func(configs.Settings) string{
		"RINGDESK_TRANSCRIPTION_KEY": func(s configs.Settings) string { return s.Transcription.Key },
		"RINGDESK_S3_SECRET_KEY":     func(s configs.Settings) string { return s.S3.SecretKey },
	} {
		for name, c := range map[string]struct {
			itself, inFile string
			want, says     string
		}{
			"itself":       {good, "", good, ""},
			"in a file":    {"", good + "\n", good, ""},
			"weak":         {weak, "", "", setting + ": it can be guessed"},
			"weak in file": {"", weak, "", setting + "_FILE: it can be guessed"},
			"both":         {good, good, "", "both set"},
		} {
			env := map[string]string{setting: c.itself, "RINGDESK_TRANSCRIPTION_URL": "https://speech.example.com",
				"RINGDESK_S3_ENDPOINT": "https://s3.example.com", "RINGDESK_S3_BUCKET": "b", "RINGDESK_S3_ACCESS_KEY": "k"}
			if setting != "RINGDESK_S3_SECRET_KEY" {
				env["RINGDESK_S3_SECRET_KEY"] = good
			}
			if c.inFile != "" {
				env[setting+"_FILE"] = filepath.Join(t.TempDir(), "key")
				if err := os.WriteFile(env[setting+"_FILE"], []byte(c.inFile), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			s, err := load(t, "", env)
			if (err != nil) != (c.says != "") || err != nil && (!strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), weak)) {
				t.Errorf("%s, %s: %v, want %q", setting, name, err, c.says)
			}
			if err == nil && taken(s) != c.want {
				t.Errorf("%s, %s: %q", setting, name, taken(s))
			}
		}
	}
}

// STUN and TURN servers are addresses of those kinds, and TURN needs its secret.
func TestICEServers(t *testing.T) {
	for name, c := range map[string]struct{ yaml, says string }{
		"both":             {"stun: [stun:stun.example.com], turn: ['turn:turn.example.com:3478?transport=tcp', 'turns:[2001:db8::1]:5349'], turn_secret: wq7GmZ2pTx9LkR4v", ""},
		"without a secret": {"turn: [turn:turn.example.com:3478]", "RINGDESK_TURN_SECRET"},
		"no kind":          {"turn: [turn.example.com:3478], turn_secret: wq7GmZ2pTx9LkR4v", "write turn:host:port"},
		"STUN for TURN":    {"turn: [stun:turn.example.com], turn_secret: wq7GmZ2pTx9LkR4v", "write turn:host:port"},
		"TURN for STUN":    {"stun: [turn:turn.example.com]", "write stun:host"},
		"a path":           {"stun: [stun:stun.example.com/x]", "write stun:host"},
	} {
		file := filepath.Join(t.TempDir(), "ringdesk.yaml")
		if err := os.WriteFile(file, []byte("media: {"+c.yaml+"}"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := configs.Load(file, true, func(string) string { return "" }); (err != nil) != (c.says != "") || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q", name, err, c.says)
		}
	}
}
