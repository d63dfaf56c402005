package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ringdesk/configs"
)

// A port that carriers would be told wrongly is refused before anything starts.
func TestRenderFreeswitch_Published(t *testing.T) {
	for _, c := range []struct {
		published, external string
		ok                  bool
	}{
		{"", "203.0.113.7", true},
		{"0.0.0.0:5060", "203.0.113.7", true},
		{"0.0.0.0:5070", "", true}, // calls from this host go to the container's own address
		{"0.0.0.0:5070", "203.0.113.7", false},
		{"5060", "203.0.113.7", false},
		{"0.0.0.0:0", "203.0.113.7", false},
	} {
		cmd := renderFreeswitchCmd{Published: c.published, ExternalAddress: c.external}
		if err := cmd.checkPublished("172.31.253.10:5060"); (err == nil) != c.ok {
			t.Errorf("published at %q, external address %q: %v", c.published, c.external, err)
		}
	}
}

// A controller can serve by the settings that are written for it. The engine's
// password stays the same, also that of a file from before there were sections.
func TestRender_SettingsFile(t *testing.T) {
	for name, c := range map[string]struct {
		render   func(dir string) interface{ Run(configs.Settings) error }
		password func(configs.Settings) string
		old      string // a file of before there were sections
	}{
		"Asterisk": {func(dir string) interface{ Run(configs.Settings) error } {
			return renderCmd{Dir: dir, ARI: "127.0.0.1:8088", Engine: "127.0.0.1:8088", OwnAddress: "172.31.253.10", LocalNet: "172.31.253.0/24", turnFlags: turnFlags{TURNDir: dir}, postgresFlags: postgresFlags{dir}}
		}, func(s configs.Settings) string { return s.Asterisk.ARIPassword }, "ari_url: http://a\nari_password: a-password-of-before\nrecordings: /r\n"},
		"FreeSWITCH": {func(dir string) interface{ Run(configs.Settings) error } {
			return renderFreeswitchCmd{Dir: dir, EventSocket: "127.0.0.1:8021", WebSocket: "127.0.0.1:5066", Spool: "/var/lib/ringdesk-freeswitch", turnFlags: turnFlags{TURNDir: dir}, postgresFlags: postgresFlags{dir}}
		}, func(s configs.Settings) string { return s.FreeSWITCH.EventPassword }, "engine: freeswitch\nevent_password: a-password-of-before\naccounts: /a\n"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			file := filepath.Join(dir, "ringdesk.yaml")
			// password renders, and reads what was written.
			password := func() string {
				t.Helper()
				s, err := configs.Load(filepath.Join(dir, "none.yaml"), false, func(string) string { return "" })
				if err == nil {
					err = c.render(dir).Run(s)
				}
				if err == nil {
					s, err = configs.Load(file, true, func(string) string { return "" })
				}
				if err == nil {
					err = checkServe(s)
				}
				if err != nil {
					t.Fatal(err)
				}
				relay, err := os.ReadFile(filepath.Join(dir, "turnserver.conf"))
				if err != nil || s.Media.TURNSecret == "" || !strings.Contains(string(relay), "static-auth-secret="+s.Media.TURNSecret+"\n") {
					t.Errorf("the relay's configuration: %v, %s", err, relay)
				}
				database, err := os.ReadFile(filepath.Join(dir, "password"))
				if err != nil || len(database) < 20 || string(database) != s.Storage.Password || s.OnPostgres() {
					t.Errorf("the database's password: %q, want %q, %v", database, s.Storage.Password, err)
				}
				return c.password(s)
			}
			if first, second := password(), password(); first == "" || first != second {
				t.Errorf("the password is %q, then %q", first, second)
			}
			if err := os.WriteFile(file, []byte(c.old), 0o600); err != nil {
				t.Fatal(err)
			}
			if kept, again := password(), password(); kept != "a-password-of-before" || again != kept {
				t.Errorf("the old password has become %q, then %q", kept, again)
			}
		})
	}
}
