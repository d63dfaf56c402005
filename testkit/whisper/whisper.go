// Package whisper runs a real whisper-server for tests, with a model that says the same
// of whatever it is given.
package whisper

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"

	"ringdesk/testkit/expect"
	"ringdesk/testkit/ports"
)

// startTime is far more than the start takes, 1 s on an idle machine.
const startTime = 60 * time.Second

// program is what scripts/install-whisper.sh installs.
func program() string {
	_, here, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(here), "../../.engine/whisper/whisper-server")
}

// Start runs a whisper-server that takes sound at path until the test ends, and gives
// its URL. Where there is none the test is skipped, loudly.
func Start(t testing.TB, path string, options ...string) string {
	t.Helper()
	if _, err := os.Stat(program()); err != nil {
		t.Skip("NOT RUN on a real whisper-server: scripts/install-whisper.sh installs one")
	}
	model := filepath.Join(t.TempDir(), "canned.bin")
	if err := writeModel(model); err != nil {
		t.Fatal(err)
	}
	port, err := ports.Free()
	if err != nil {
		t.Fatal(err)
	}
	log, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), program(), append([]string{"-m", model, "-l", "en", "-nlp", "-t", "1", "--port", fmt.Sprint(port), "--inference-path", path}, options...)...)
	cmd.Stdout, cmd.Stderr, cmd.Dir = log, log, t.TempDir()
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // it keeps nothing
		_ = cmd.Wait()
		if t.Failed() {
			text, _ := os.ReadFile(log.Name())
			t.Logf("whisper-server says:\n%s", text[max(0, len(text)-4000):])
		}
	})
	url := fmt.Sprintf("http://127.0.0.1:%d", port)
	expect.Soon(t, "whisper-server answers", startTime, func() (bool, string) {
		resp, err := http.Get(url + "/health")
		if err != nil {
			return false, err.Error()
		}
		resp.Body.Close()
		return resp.StatusCode == http.StatusOK, resp.Status
	})
	return url
}
