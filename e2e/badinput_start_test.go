package e2e

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// What an operator can do wrong gives one line that says what to do, and the
// exit code 78 (EX_CONFIG): starting again would not help.
func TestStartErrors(t *testing.T) {
	d := desk(t)
	folder := t.TempDir()
	file := filepath.Join(folder, "file")
	settings := filepath.Join(folder, "ringdesk.yaml")
	for name, text := range map[string]string{file: "x", settings: "htpp: 127.0.0.1:8080\n"} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer busy.Close()
	busyUDP, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer busyUDP.Close()
	for _, c := range []struct {
		name string
		args string
		env  []string
		want []string
	}{
		{"HTTP port busy", "run", []string{"RINGDESK_HTTP=" + busy.Addr().String()}, []string{busy.Addr().String(), "in use", "RINGDESK_HTTP"}},
		{"SIP port busy, TCP", "run", []string{"RINGDESK_SIP=" + busy.Addr().String()}, []string{busy.Addr().String(), "in use", "RINGDESK_SIP"}},
		{"SIP port busy, UDP", "run", []string{"RINGDESK_SIP=" + busyUDP.LocalAddr().String()}, []string{busyUDP.LocalAddr().String(), "in use", "RINGDESK_SIP"}},
		{"SIP's certificate is not there", "run", []string{"RINGDESK_SIP_TLS_CERT=/nowhere.pem", "RINGDESK_SIP_TLS_KEY=/nowhere.key"}, []string{"RINGDESK_SIP_TLS_CERT names /nowhere.pem, which is not there"}},
		{"SIP's certificate alone", "run", []string{"RINGDESK_SIP_TLS_CERT=/nowhere.pem"}, []string{"RINGDESK_SIP_TLS_KEY", "needs both"}},
		{"data folder that cannot be made", "run", []string{"RINGDESK_DATA=/proc/ringdesk"}, []string{"/proc/ringdesk", "RINGDESK_DATA"}},
		{"read-only data folder", "run", []string{"RINGDESK_DATA=/proc/sys"}, []string{"/proc/sys", "RINGDESK_DATA", "writ"}},
		{"data folder below a file", "run", []string{"RINGDESK_DATA=" + file + "/data"}, []string{file, "RINGDESK_DATA"}},
		{"data folder of another ringdesk", "run", []string{"RINGDESK_DATA=" + d.Data}, []string{d.Data, "another ringdesk", "RINGDESK_DATA"}},
		{"no engine", "run", []string{"RINGDESK_ENGINE=" + folder}, []string{folder, "make engine"}},
		{"RTP without end", "run", []string{"RINGDESK_RTP=20000"}, []string{"RINGDESK_RTP", "20000", "FROM-TO"}},
		{"RTP upside down", "run", []string{"RINGDESK_RTP=30000-20000"}, []string{"RINGDESK_RTP", "FROM-TO"}},
		{"HTTP without a port", "run", []string{"RINGDESK_HTTP=localhost"}, []string{"RINGDESK_HTTP", "host:port"}},
		{"HTTP port out of range", "run", []string{"RINGDESK_HTTP=127.0.0.1:99999"}, []string{"RINGDESK_HTTP", "65535"}},
		{"HTTP address of another machine", "run", []string{"RINGDESK_HTTP=203.0.113.1:8080"}, []string{"203.0.113.1:8080", "RINGDESK_HTTP"}},
		{"bad log level", "run", []string{"RINGDESK_LOG_LEVEL=loud"}, []string{"RINGDESK_LOG_LEVEL", "debug"}},
		{"unknown setting", "run --config=" + settings, nil, []string{"ringdesk.yaml", "htpp is no setting", "line 1"}},
		{"no settings file", "run --config=" + folder + "/none.yaml", nil, []string{"none.yaml"}},
		{"serve without an engine", "serve", nil, []string{"RINGDESK_ARI_URL", "ringdesk run"}},
	} {
		t.Run(c.name, func(t *testing.T) { mustNotStart(t, c.args, c.env, c.want...) })
	}
}

// fresh is the environment of a new installation.
func fresh(t *testing.T, more ...string) *Instance {
	t.Helper()
	in, err := newInstance(Options{Data: filepath.Join(t.TempDir(), "data"), Env: more})
	if err != nil {
		t.Fatal(err)
	}
	return in
}

// mustNotStart runs ringdesk and asserts that it gives up at once, and that the
// last line of what it says holds the words.
func mustNotStart(t *testing.T, args string, env []string, words ...string) {
	t.Helper()
	in := fresh(t, env...)
	cmd := exec.Command(in.Bin, strings.Fields(args)...)
	cmd.Env = in.Env
	var said strings.Builder
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	kill := time.AfterFunc(20*time.Second, func() { _ = cmd.Process.Kill() })
	err := cmd.Wait()
	if !kill.Stop() {
		t.Fatalf("ringdesk did not give up: %s", said.String())
	}
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 78 {
		t.Errorf("it ended with %v", err)
	}
	lines := strings.Split(strings.TrimSpace(said.String()), "\n")
	last := lines[len(lines)-1]
	if !containsAll(last, words) || !strings.HasPrefix(last, "ringdesk: ") {
		t.Errorf("it says %q, which should hold %q", said.String(), words)
	}
	if strings.Contains(said.String(), "goroutine ") || strings.Contains(said.String(), "panic") {
		t.Errorf("it panics: %s", said.String())
	}
}

// An Asterisk that is too old, and one that does not take the password.
func TestStartErrorsOfEngine(t *testing.T) {
	d := desk(t)
	for _, version := range []string{"22.9.0", "22.10.0", "20.15.2", "18.0.0~dfsg"} {
		old := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/events") {
				if conn, err := websocket.Accept(w, r, nil); err == nil {
					defer conn.CloseNow()
					<-conn.CloseRead(r.Context()).Done()
				}
				return
			}
			if err := json.NewEncoder(w).Encode(map[string]any{"system": map[string]any{"version": version}}); err != nil {
				t.Error(err)
			}
		}))
		mustNotStart(t, "serve", engineEnv(old.URL+"/ari", "any"), version, "22.10.1", "make engine")
		old.CloseClientConnections()
		old.Close()
	}
	text, err := os.ReadFile(filepath.Join(d.Data, "asterisk", "launcher.json"))
	var access struct{ HTTP string }
	if err == nil {
		err = json.Unmarshal(text, &access)
	}
	if err != nil {
		t.Fatal(err)
	}
	mustNotStart(t, "serve", engineEnv("http://"+access.HTTP+"/ari", "wrong"), "refused the login", "password")
	d.awaitReadyz(t, http.StatusOK, time.Second)
}

func engineEnv(ari, password string) []string {
	return []string{"RINGDESK_ARI_URL=" + ari, "RINGDESK_ARI_USER=ringdesk", "RINGDESK_ARI_PASSWORD=" + password,
		"RINGDESK_SIP_SOCKET=ws://127.0.0.1:1/ws", "RINGDESK_RECORDINGS=" + os.TempDir()}
}

// Ctrl-C stops everything within 10 s; a second start takes less than 10 s and
// keeps what there was; two installations take calls side by side.
//
// Covers: SYS-3, IN-7.
func TestStopAndStartAgain_SYS_3(t *testing.T) {
	d := desk(t)
	alone(t, d)
	in := Start(t, Options{})
	mina := in.Browser(t, in.Agents[0], AlexHz)
	in.awaitAvailable(t, mina)
	here, there := d.call(t, "01077770001", CallerHz), in.call(t, "01077770002", OtherHz)
	d.Mina.Answer()
	id := mina.Answer()
	AwaitHears(t, "the first installation's caller", here, MinaHz)
	AwaitHears(t, "the second installation's caller", there, AlexHz)
	AwaitHears(t, "Mina of the second installation", mina, OtherHz)
	here.Hangup()
	there.Hangup()
	in.API(t).AwaitRecording(id, 10*time.Second)
	before := kept(t, in)

	pids := in.family()
	if len(pids) < 3 {
		t.Errorf("only the processes %v are of the installation", pids)
	}
	began := time.Now()
	// Ctrl-C in a terminal goes to the whole process group.
	if err := syscall.Kill(-in.PID(), syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	select {
	case <-in.Exited():
	case <-time.After(10 * time.Second):
		t.Fatal("it did not stop within 10 s")
	}
	within(t, "stopping", time.Since(began), 10*time.Second)
	if in.exit != nil {
		t.Errorf("it ended with %v", in.exit)
	}
	if left := in.family(); len(left) > 0 {
		t.Errorf("processes %v are left", left)
	}
	began = time.Now()
	again := in.again(t)
	within(t, "the second start", time.Since(began), 10*time.Second)
	if after := kept(t, again); !slices.Equal(after, before) {
		t.Errorf("before it had\n%s\nnow it has\n%s", strings.Join(before, "\n"), strings.Join(after, "\n"))
	}
	again.awaitAvailable(t, mina) // with the session of before
	next := again.call(t, "01077770002", OtherHz)
	if got := again.API(t).Call(mina.Answer()); got.Contact.ID == "" || !strings.Contains(before[1], got.Contact.ID) {
		t.Errorf("the same caller is now %+v", got.Contact)
	}
	AwaitHears(t, "the caller", next, AlexHz)
	next.Hangup()
	again.awaitNothingLeft(t, actionTime)
}

// family lists the processes that belong to an installation.
func (in *Instance) family() []int {
	var all []int
	for _, pid := range processes() {
		environment, err := os.ReadFile(fmt.Sprintf("/proc/%d/environ", pid))
		if strings.Contains(commandLine(pid), in.Data) || err == nil && strings.Contains(string(environment), "RINGDESK_DATA="+in.Data+"\x00") {
			all = append(all, pid)
		}
	}
	return all
}

// kept is what an installation must not lose.
func kept(t *testing.T, in *Instance) []string {
	t.Helper()
	demo, err := os.ReadFile(filepath.Join(in.Data, "demo.json"))
	if err != nil {
		t.Fatal(err)
	}
	api := in.API(t)
	all := []string{string(demo)}
	for _, path := range []string{"/contacts", "/conversations", "/calls", "/numbers"} {
		all = append(all, string(api.Do("GET", path, nil).Body))
	}
	for _, c := range List[Call](api, "/calls") {
		if c.Recording != nil {
			all = append(all, fmt.Sprint(c.ID, " has a recording of ", len(api.MP3(*c.Recording)), " samples"))
		}
	}
	return all
}
