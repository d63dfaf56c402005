package configs_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// mostExposed is how open the unit may be, of 100, by systemd's own count.
const mostExposed = "30"

// The unit for bare metal is understood by systemd, and gives the program little of the
// machine.
func TestUnit(t *testing.T) {
	if _, err := exec.LookPath("systemd-analyze"); err != nil {
		t.Skip("there is no systemd-analyze")
	}
	text, err := os.ReadFile("systemd/ringdesk.service")
	if err != nil {
		t.Fatal(err)
	}
	const program = "/opt/ringdesk/bin/ringdesk"
	if !strings.Contains(string(text), "ExecStart="+program+" run\n") {
		t.Fatal("it starts something else")
	}
	unit := filepath.Join(t.TempDir(), "ringdesk.service")
	there := strings.ReplaceAll(strings.ReplaceAll(string(text), program, "/bin/true"), "Documentation=", "#")
	if err := os.WriteFile(unit, []byte(there), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"verify", unit}, {"security", "--offline=true", "--threshold=" + mostExposed, unit}} {
		if out, err := exec.Command("systemd-analyze", args...).CombinedOutput(); err != nil {
			t.Errorf("systemd-analyze %s: %v\n%s", args[0], err, out)
		}
	}
}
