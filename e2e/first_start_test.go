package e2e

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"ringdesk/testkit/ports"
	"ringdesk/testkit/tone"
)

// controller is a `ringdesk serve` without an engine: enough for the desk.
type controller struct {
	t   *testing.T
	env []string
	log string
	cmd *exec.Cmd
	url string
}

// startController starts it on a data folder of before, or on a new one, and waits
// until it serves.
func startController(t *testing.T, data string, more ...string) *controller {
	t.Helper()
	bin, err := program()
	if err != nil {
		t.Fatal(err)
	}
	web, err := ports.Free()
	if err != nil {
		t.Fatal(err)
	}
	at := net.JoinHostPort("127.0.0.1", strconv.Itoa(web))
	c := &controller{t: t, log: filepath.Join(t.TempDir(), "log"), url: "http://" + at}
	c.env = append(os.Environ(), append([]string{"RINGDESK_HTTP=" + at, "RINGDESK_DATA=" + data, "RINGDESK_METRICS=off", "RINGDESK_ARI_URL=http://127.0.0.1:9/ari",
		"RINGDESK_ARI_USER=ringdesk", "RINGDESK_ARI_PASSWORD=" + strings.Repeat("pw", 12), "RINGDESK_SIP_SOCKET=ws://127.0.0.1:9/ws", "RINGDESK_RECORDINGS=" + data}, more...)...)
	out, err := os.Create(c.log)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	c.cmd = exec.Command(bin, "serve")
	c.cmd.Env, c.cmd.Stdout, c.cmd.Stderr = c.env, out, out
	c.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.stop)
	c.says(`ringdesk is up`)
	return c
}

// says waits until the log holds something, and gives the first group of it.
func (c *controller) says(pattern string) string {
	c.t.Helper()
	var found []string
	Await(c.t, "the log says "+pattern, startTime, func() (bool, string) {
		text, err := os.ReadFile(c.log)
		if err != nil {
			return false, err.Error()
		}
		found = regexp.MustCompile(pattern).FindStringSubmatch(string(text))
		return found != nil, string(text)
	})
	return found[len(found)-1]
}

func (c *controller) stop() {
	if c.cmd.ProcessState != nil {
		return
	}
	if err := c.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		c.t.Error(err)
	}
	late := time.AfterFunc(stopTime, func() { _ = c.cmd.Process.Kill() })
	defer late.Stop()
	if err := c.cmd.Wait(); err != nil {
		c.t.Errorf("ringdesk serve ended with %v", err)
	}
}

// A new installation tells one link in its log. It works after a restart, too; the
// owner begins with it in the browser, and from then on neither a start nor the
// command line has a link.
//
// Covers: OPS-1, SEC-5, SYS-4.
func TestFirstStart_SEC_5(t *testing.T) {
	data := t.TempDir()
	first := startController(t, data)
	path := first.says(`link=http://[^ ]*(/join/[A-Za-z0-9_-]{43})`)
	first.stop()
	second := startController(t, data)
	second.says(`has told still works`)

	b, err := openBrowser(second.url, 0, tone.Make(micRate, time.Second, 0))
	if err != nil {
		t.Fatal(err)
	}
	owner := b.For(t)
	t.Cleanup(owner.Close)
	owner.Visit(path)
	owner.AwaitText("main", "Welcome to ringdesk")
	owner.Fill("Name of your business", "한빛 상사")
	owner.Fill("Your name", "Olivia Owner")
	owner.Fill("Email", "olivia@example.com")
	owner.Fill("New password", "correct horse battery")
	owner.Click("Begin")
	owner.AwaitText("nav", "OO")

	owner.Visit(path)
	owner.AwaitText("main", "This link does not work", "This link has been used")
	cmd := exec.Command(second.cmd.Path, "admin", "owner-link")
	cmd.Env = second.env
	if out, err := cmd.CombinedOutput(); err == nil || !strings.Contains(string(out), "ringdesk admin password EMAIL") {
		t.Errorf("a link for an installation that has its owner: %v, %s", err, out)
	}
	second.stop()
	third := startController(t, data)
	if text, err := os.ReadFile(third.log); err != nil || strings.Contains(string(text), "no owner") {
		t.Errorf("a start with an owner says %v, %s", err, text)
	}
}
