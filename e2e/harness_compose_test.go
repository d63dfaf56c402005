package e2e

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"ringdesk/e2e/phone"
	"ringdesk/e2e/ports"
)

// composeEnv names the compose file that TestCompose starts, below the
// repository's folder.
const composeEnv = "RINGDESK_COMPOSE"

// composeProject is kept apart from an installation's own project, which has
// the name that stands in the file.
const composeProject = "ringdesk-e2e"

// Compose is a compose project that a test has started, with a workspace, one
// agent and the demo number in it. Carriers and browsers reach it at this
// machine's address, through the ports that Docker publishes.
type Compose struct {
	*Instance
	t       testing.TB
	file    string
	address string // this machine's
}

// StartCompose starts the project of a compose file, whose images are built
// already; it and its volumes are removed when the test ends.
func StartCompose(t *testing.T, file string) *Compose {
	t.Helper()
	c := &Compose{Instance: &Instance{}, t: t, file: file, address: ownAddress(t)}
	web, err := ports.Free()
	if err != nil {
		t.Fatal(err)
	}
	sip, err := ports.Free()
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(file, "freeswitch") {
		sip = 5060 // FreeSWITCH can be published at no other port than its own
	}
	const media = 40 // Docker starts a process for each
	rtp, err := ports.Range(media)
	if err != nil {
		t.Fatal(err)
	}
	c.URL, c.SIP, c.Number = "http://127.0.0.1:"+strconv.Itoa(web), c.address+":"+strconv.Itoa(sip), "07076660001"
	c.Env = append(os.Environ(), "RINGDESK_HTTP=127.0.0.1:"+strconv.Itoa(web), "RINGDESK_SIP="+c.SIP,
		"RINGDESK_EXTERNAL_ADDRESS="+c.address, fmt.Sprintf("RINGDESK_RTP=%d-%d", rtp, rtp+media-1))
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the containers' output:\n%s", c.docker("logs", "--no-color", "--tail=200"))
		}
		c.docker("down", "--volumes", "--timeout=5")
	})
	c.docker("up", "--detach", "--wait")
	c.populate()
	return c
}

// docker runs `docker compose` on the project and gives what it printed.
func (c *Compose) docker(args ...string) string {
	c.t.Helper()
	cmd := exec.Command("docker", append([]string{"compose", "--file", c.file, "--project-name", composeProject}, args...)...)
	cmd.Dir, cmd.Env = "..", c.Env
	var out, problems bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &problems
	if err := cmd.Run(); err != nil {
		c.t.Errorf("docker compose %s: %v\n%s", strings.Join(args, " "), err, problems.String())
	}
	return out.String()
}

// populate makes the workspace as an operator does, and the rest over the API.
func (c *Compose) populate() {
	c.t.Helper()
	admin := func(pattern string, args ...string) []string {
		c.t.Helper()
		out := c.docker(append([]string{"exec", "-T", "ringdesk", "ringdesk", "admin"}, args...)...)
		found := regexp.MustCompile(pattern).FindStringSubmatch(out)
		if found == nil {
			c.t.Fatalf("ringdesk admin %s said %q", args[0], out)
		}
		return found[1:]
	}
	workspace := admin(`workspace (\S+)`, "workspace", "Compose", "owner@compose.example")[0]
	agent := admin(`(\S+@\S+) +(\S+)`, "agent", workspace, "mina@compose.example", minaName)
	key := admin(`x-access-key: (\S+)\s+x-access-secret: (\S+)`, "key", workspace, "test")
	c.Agents = []Account{{Email: agent[0], Password: agent[1]}}
	c.AccessKey, c.AccessSecret = key[0], key[1]
	c.Login(c.t, c.Agents[0]).Patch("/me", map[string]any{"locale": "en"}, nil) // the tests click on English words
	api := c.API(c.t)
	var trunk struct{ ID string }
	api.Post("/trunks", map[string]any{"name": "This machine", "hosts": []string{c.address}}, &trunk)
	api.Post("/numbers", map[string]any{"number": c.Number, "trunkId": trunk.ID, "label": "Support"}, nil)
	if err := c.withoutWrapUp(); err != nil {
		c.t.Fatal(err)
	}
}

// Call calls the number from this machine's address; the call ends with the
// test at the latest.
func (c *Compose) Call(t testing.TB, from string, hz int) *phone.Call {
	t.Helper()
	p, err := phone.New(t.Context(), phone.Options{Listen: c.address + ":0"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return c.Dial(t, p, from, hz)
}

// KillController kills the controller's process as a crash does, and waits
// until Docker has started it again and it is ready.
func (c *Compose) KillController(t testing.TB) {
	t.Helper()
	id := strings.TrimSpace(c.docker("ps", "--quiet", "ringdesk"))
	pid := func() int {
		t.Helper()
		out, err := exec.Command("docker", "inspect", "--format", "{{.State.Pid}}", id).Output()
		if err != nil {
			t.Fatal(err)
		}
		n, err := strconv.Atoi(strings.TrimSpace(string(out)))
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	old := pid()
	if err := syscall.Kill(old, syscall.SIGKILL); err != nil {
		t.Fatalf("killing the controller, process %d (only root may): %v", old, err)
	}
	Await(t, "Docker has started the controller again", startTime, func() (bool, string) {
		n := pid()
		return n != 0 && n != old, fmt.Sprintf("process %d", n)
	})
	c.awaitReadyz(t, http.StatusOK, startTime)
}

// ownAddress is this machine's address towards others. Nothing is sent.
func ownAddress(t testing.TB) string {
	t.Helper()
	conn, err := net.Dial("udp4", "198.51.100.1:9") // of a documentation network (RFC 5737)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	return conn.LocalAddr().(*net.UDPAddr).IP.String()
}
