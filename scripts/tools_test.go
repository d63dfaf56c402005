package scripts_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A machine that installs its first upgrades holds apt's locks for minutes:
// `make run` says so and waits, and any other failure is told at once.
//
// Covers: OPS-3
func TestInstallTools_WaitsForApt(t *testing.T) {
	const (
		lists    = "E: Could not get lock /var/lib/apt/lists/lock. It is held by process 4711 (apt-get)"
		frontend = "Waiting for cache lock: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 4712 (unattended-upgr)...\n" +
			"E: Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), is another process using it?"
	)
	for name, c := range map[string]struct {
		apt      string // the program apt-get; $n is how often it was called
		patience string
		fails    bool
		says     []string
	}{
		"free":                  {`:`, "600", false, nil},
		"lists locked, then":    {`[ $n -gt 2 ] || { echo '` + lists + `'; exit 100; }`, "600", false, []string{"process 4711 (apt-get), is installing packages: waiting for up to 10 minutes"}},
		"packages locked, then": {`case "$*" in *install*) [ $n -gt 3 ] || { echo '` + frontend + `'; exit 100; } ;; esac`, "600", false, []string{"process 4712 (unattended-upgr), is installing packages"}},
		"locked for ever":       {`echo '` + lists + `'; exit 100`, "0", true, []string{"another program, process 4711 (apt-get), has held the lock of apt for 0 s"}},
		"no network":            {`echo 'E: Failed to fetch'; exit 100`, "600", true, []string{"E: Failed to fetch", "apt-get could not install"}},
	} {
		t.Run(name, func(t *testing.T) {
			bin := t.TempDir()
			counter := filepath.Join(bin, "count")
			if err := os.WriteFile(filepath.Join(bin, "id"), []byte("#!/bin/bash\necho 0\n"), 0o700); err != nil {
				t.Fatal(err)
			}
			apt := "#!/bin/bash\necho \"$*\" >>" + counter + "\nn=$(wc -l <" + counter + ")\n" + c.apt + "\n"
			if err := os.WriteFile(filepath.Join(bin, "apt-get"), []byte(apt), 0o700); err != nil {
				t.Fatal(err)
			}
			for _, tool := range []string{"bash", "grep", "sed", "head", "tail", "mktemp", "rm", "sleep", "wc"} { // and none of those that are needed
				path, err := exec.LookPath(tool)
				if err != nil {
					t.Fatal(err)
				}
				if err := os.Symlink(path, filepath.Join(bin, tool)); err != nil {
					t.Fatal(err)
				}
			}
			cmd := exec.CommandContext(t.Context(), "bash", "install-tools.sh", "run")
			cmd.Env = []string{"PATH=" + bin, "RINGDESK_APT_PATIENCE=" + c.patience}
			out, err := cmd.CombinedOutput()
			if (err != nil) != c.fails {
				t.Errorf("it ended by %v", err)
			}
			for _, want := range c.says {
				if !strings.Contains(string(out), want) {
					t.Errorf("it does not say %q:\n%s", want, out)
				}
			}
			if n := strings.Count(string(out), "is installing packages"); n > 1 {
				t.Errorf("it says so %d times", n)
			}
			calls, err := os.ReadFile(counter)
			if err != nil {
				t.Fatal(err)
			}
			if !c.fails && !strings.Contains(string(calls), "-o DPkg::Lock::Timeout=5 install -y") {
				t.Errorf("apt-get was called with:\n%s", calls)
			}
		})
	}
}
