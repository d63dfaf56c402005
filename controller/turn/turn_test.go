package turn_test

import (
	"os/exec"
	"strings"
	"testing"
	"time"

	"ringdesk/controller/turn"
)

// The password is what OpenSSL makes of the user name, too.
func TestCredentials(t *testing.T) {
	username, password := turn.Credentials("a-secret-of-the-server", "agent-1", time.Unix(1_900_000_000, 0))
	if username != "1900000000:agent-1" {
		t.Errorf("the user name is %q", username)
	}
	cmd := exec.Command("sh", "-c", "printf %s '"+username+"' | openssl dgst -sha1 -hmac a-secret-of-the-server -binary | base64")
	out, err := cmd.Output()
	if err != nil || strings.TrimSpace(string(out)) != password {
		t.Errorf("the password is %q; OpenSSL says %q, %v", password, out, err)
	}
	if _, other := turn.Credentials("another-secret", "agent-1", time.Unix(1_900_000_000, 0)); other == password {
		t.Error("another secret makes the same password")
	}
}
