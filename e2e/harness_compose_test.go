package e2e

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"ringdesk/testkit/phone"
	"ringdesk/testkit/ports"
)

// composeEnv names the compose file that TestCompose starts, below the
// repository's folder.
const composeEnv = "RINGDESK_COMPOSE"

// composeHost is the desk's name, which no resolver knows (RFC 2606).
const composeHost = "desk.ringdesk.test"

// composeProject is kept apart from an installation's own project, which has
// the name that stands in the file.
const composeProject = "ringdesk-e2e"

// composeAddress is this machine's address in the test: one for documentation (RFC
// 5737), at which no other machine is.
const composeAddress = "192.0.2.77"

// Compose is a compose project that a test has started, with a workspace, one
// agent and the demo number in it. Carriers and browsers reach it at this
// machine's address, through the ports that Docker publishes.
type Compose struct {
	*Instance
	t       testing.TB
	file    string
	address string // this machine's
	plain   string // where plain HTTP is answered
	sips    string // where SIP over TLS is, with Asterisk
	sipTLS  sipCertificate
	gives   []string // what must be open there, such as "5060/udp"
	media   [2]int   // the first and last UDP port of sound
	before  []string // what was open before, of other programs
}

// StartCompose starts the project of a compose file, whose images are built
// already; it and its volumes are removed when the test ends.
func StartCompose(t *testing.T, file string) *Compose {
	t.Helper()
	c := &Compose{Instance: &Instance{}, t: t, file: file, address: composeAddress}
	addAddress(t, c.address)
	const media = 100 // as many as are the default: Docker starts a process for each
	web, sip, turn, plain := freePort(t), freePort(t), freePort(t), freePort(t)
	if !c.onAsterisk() {
		sip = 5060 // FreeSWITCH can be published at no other port than its own
	}
	rtp, err := ports.Range(media)
	if err != nil {
		t.Fatal(err)
	}
	c.media = [2]int{rtp, rtp + media - 1}
	for _, p := range []int{web, plain, sip, turn} {
		c.gives = append(c.gives, fmt.Sprintf("%d/tcp", p))
	}
	c.gives = append(c.gives, fmt.Sprintf("%d/udp", sip), fmt.Sprintf("%d/udp", turn))
	c.door = &door{host: composeHost, at: c.address}
	c.URL, c.SIP, c.Number = "https://"+net.JoinHostPort(composeHost, strconv.Itoa(web)), c.address+":"+strconv.Itoa(sip), "07076660001"
	c.plain = "http://" + net.JoinHostPort(c.address, strconv.Itoa(plain))
	c.Env = append(os.Environ(), "RINGDESK_URL="+c.URL, fmt.Sprintf("RINGDESK_HTTPS=%s:%d", c.address, web), fmt.Sprintf("RINGDESK_HTTP=%s:%d", c.address, plain),
		"RINGDESK_SIP="+c.SIP, "RINGDESK_EXTERNAL_ADDRESS="+c.address, fmt.Sprintf("RINGDESK_RTP=%d-%d", c.media[0], c.media[1]),
		"COMPOSE_PROFILES=turn", fmt.Sprintf("RINGDESK_TURN=turn:%s:%d", c.address, turn), fmt.Sprintf("RINGDESK_TURN_LISTEN=%s:%d", c.address, turn))
	if c.onAsterisk() {
		sips := freePort(t)
		c.sips, c.sipTLS = c.address+":"+strconv.Itoa(sips), newSIPCertificate(t, c.address)
		c.gives = append(c.gives, fmt.Sprintf("%d/tcp", sips))
		c.Env = append(c.Env, "RINGDESK_SIP_TLS="+c.sips, "TEST_SIP_TLS="+c.sipTLS.folder)
	}
	c.docker("down", "--volumes", "--timeout=5") // what a test that was killed left behind
	c.before = openPorts(t, c.address)
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the containers' output:\n%s", c.docker("logs", "--no-color", "--tail=200"))
		}
		c.docker("down", "--volumes", "--timeout=5")
	})
	c.up(t)
	c.begin()
	c.populate()
	return c
}

// up starts the project and waits until all of it is healthy.
func (c *Compose) up(t testing.TB) {
	t.Helper()
	began := time.Now()
	if out, said, err := c.try(nil, "up", "--detach", "--wait"); err != nil {
		t.Fatalf("docker compose up: %v\n%s %s", err, out, said)
	}
	load, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("ready %v after `docker compose up`; %d media ports, load %s", time.Since(began).Round(time.Second/10), c.media[1]-c.media[0]+1, bytes.TrimSpace(load))
	c.door.enter(t, c.URL)
}

// onAsterisk says which engine the project has.
func (c *Compose) onAsterisk() bool { return !strings.Contains(c.file, "freeswitch") }

// docker runs `docker compose` on the project and gives what it printed.
func (c *Compose) docker(args ...string) string {
	c.t.Helper()
	out, problems, err := c.try(nil, args...)
	if err != nil {
		c.t.Errorf("docker compose %s: %v\n%s", strings.Join(args, " "), err, problems)
	}
	return out
}

// try runs `docker compose` on the project, which may fail, and gives what it printed
// to both outputs.
func (c *Compose) try(in io.Reader, args ...string) (out, problems string, err error) {
	files := []string{"compose", "--file", c.file}
	if c.onAsterisk() {
		files = append(files, "--file", "docker-compose.sip-tls.yml", "--file", "e2e/testdata/compose-host.yml")
	}
	cmd := exec.Command("docker", slices.Concat(files, []string{"--project-name", composeProject}, args)...)
	var said, complained bytes.Buffer
	cmd.Dir, cmd.Env, cmd.Stdin, cmd.Stdout, cmd.Stderr = "..", c.Env, in, &said, &complained
	err = cmd.Run()
	return said.String(), complained.String(), err
}

// begin makes the workspace as its owner does: in a browser, with the link that the
// log tells.
func (c *Compose) begin() {
	c.t.Helper()
	link := regexp.MustCompile(`link=` + regexp.QuoteMeta(c.URL) + `(/join/\S+)`).FindStringSubmatch(c.docker("logs", "--no-color", "ringdesk"))
	if link == nil {
		c.t.Fatalf("the log tells no link:\n%s", c.docker("logs", "--no-color", "ringdesk"))
	}
	c.Owner = Account{Email: "owner@compose.example", Password: "planted-secret-of-the-owner"}
	b := c.Open(c.t, 0)
	defer b.Close()
	b.Visit(link[1])
	b.Fill("Name of your business", "Compose")
	b.Fill("Your name", "Olivia Owner")
	b.Fill("Email", c.Owner.Email)
	b.Fill("New password", c.Owner.Password)
	b.Click("Begin")
	b.AwaitText("nav", "OO")
	if !eval[bool](b, "window.isSecureContext && !!navigator.mediaDevices") {
		c.t.Error("the browser gives no microphone")
	}
}

// populate makes the rest as an operator does, and over the API.
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
	var me struct{ Workspace struct{ ID string } }
	c.Login(c.t, c.Owner).Get("/me", &me)
	workspace := me.Workspace.ID
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

// addAddress gives this machine one more address until the test ends.
func addAddress(t testing.TB, address string) {
	t.Helper()
	ip := func(verb string) ([]byte, error) {
		return exec.Command("ip", "address", verb, address+"/32", "dev", "lo").CombinedOutput()
	}
	if out, err := ip("replace"); err != nil {
		t.Fatalf("this machine gets no address %s (only root may): %v: %s", address, err, out)
	}
	t.Cleanup(func() {
		if out, err := ip("delete"); err != nil {
			t.Errorf("%v: %s", err, out)
		}
	})
}

func freePort(t testing.TB) int {
	t.Helper()
	port, err := ports.Free()
	if err != nil {
		t.Fatal(err)
	}
	return port
}
