package local_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"ringdesk/controller/asterisk/local"
)

func root(t testing.TB) string {
	t.Helper()
	r := os.Getenv("RINGDESK_ASTERISK_ROOT")
	if r == "" {
		r = "../../../.engine/asterisk"
	}
	if _, err := os.Stat(r); err != nil {
		t.Fatalf("these tests need the real Asterisk: run `make engine`, or name its folder in RINGDESK_ASTERISK_ROOT: %v", err)
	}
	return r
}

// address is a loopback address that is free for UDP and TCP.
func address(t testing.TB) string {
	t.Helper()
	for range 50 {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		addr := l.Addr().String()
		c, err := net.ListenPacket("udp", addr)
		l.Close()
		if err == nil {
			c.Close()
			return addr
		}
	}
	t.Fatal("no address is free")
	return ""
}

func options(t testing.TB, data string) local.Options {
	return local.Options{Root: root(t), Data: data, SIP: address(t), RTPFrom: 24000, RTPTo: 24399}
}

func start(t testing.TB, opt local.Options) *local.Server {
	t.Helper()
	s, err := local.Start(t.Context(), opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Stop(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// ask is a GET of ARI; it decodes the answer if into is not nil.
func ask(t testing.TB, s *local.Server, path string, into any) int {
	t.Helper()
	req, err := http.NewRequest(http.MethodGet, s.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Close = true
	req.SetBasicAuth(s.Username, s.Password)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if into != nil {
		if err := json.NewDecoder(res.Body).Decode(into); err != nil {
			t.Fatal(err)
		}
	}
	return res.StatusCode
}

func TestStart(t *testing.T) {
	opt := options(t, t.TempDir())
	began := time.Now()
	s := start(t, opt)
	if d := time.Since(began); d > 3*time.Second {
		t.Errorf("started in %v, want under 3 s", d)
	}
	if s.Adopted || s.Outdated || s.SIP != opt.SIP {
		t.Errorf("%+v", s)
	}
	var modules []struct{ Name, Status string }
	ask(t, s, "/asterisk/modules", &modules)
	if len(modules) < 60 {
		t.Errorf("%d modules are loaded", len(modules))
	}
	for _, m := range modules {
		if m.Status != "Running" {
			t.Errorf("module %s: %s", m.Name, m.Status)
		}
	}
	if c, err := net.Dial("tcp", opt.SIP); err != nil {
		t.Errorf("SIP over TCP: %v", err)
	} else {
		c.Close()
	}
	for _, secret := range []string{"launcher.json", "etc/ari.conf"} {
		info, err := os.Stat(filepath.Join(opt.Data, "asterisk", secret))
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", secret, info.Mode())
		}
	}
	log, err := os.ReadFile(filepath.Join(opt.Data, "asterisk", "log", "asterisk.log"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(log)) {
		if strings.Contains(line, "ERROR") || strings.Contains(line, "WARNING") {
			t.Errorf("log: %s", line)
		}
	}
}

// Covers: SYS-3. A controller that was killed finds its Asterisk again; after a
// stop address and password stay.
func TestStart_Adopts(t *testing.T) {
	opt := options(t, t.TempDir())
	first := start(t, opt)
	second := start(t, opt)
	if !second.Adopted || second.Outdated {
		t.Errorf("adopted %v, outdated %v", second.Adopted, second.Outdated)
	}
	if second.URL != first.URL || second.Password != first.Password {
		t.Errorf("%s and %s differ", second.URL, first.URL)
	}
	if err := second.Stop(); err != nil {
		t.Fatal(err)
	}
	select {
	case <-first.Done():
	case <-time.After(20 * time.Second):
		t.Error("Done does not tell that Asterisk ended")
	}
	third := start(t, opt)
	if third.Adopted || third.URL != first.URL || third.Password != first.Password {
		t.Errorf("adopted %v; %s, before %s", third.Adopted, third.URL, first.URL)
	}
}

// Other settings take effect at a start, but cost no call.
func TestStart_OtherSettings(t *testing.T) {
	opt := options(t, t.TempDir())
	s := start(t, opt)
	req, err := http.NewRequest(http.MethodPost, s.URL+"/channels?endpoint=Local/s@testcall&context=testcall&extension=s&priority=1", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.SetBasicAuth(s.Username, s.Password)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusOK {
		t.Fatalf("call: %s", res.Status)
	}
	old := opt.SIP
	opt.SIP = address(t)
	with := start(t, opt)
	if !with.Adopted || !with.Outdated || with.SIP != old {
		t.Errorf("with a call: adopted %v, outdated %v, SIP %s", with.Adopted, with.Outdated, with.SIP)
	}
	var channels []struct{ ID string }
	ask(t, with, "/channels", &channels)
	for _, c := range channels {
		req, err := http.NewRequest(http.MethodDelete, s.URL+"/channels/"+strings.ReplaceAll(c.ID, ";", "%3B"), nil)
		if err != nil {
			t.Fatal(err)
		}
		req.SetBasicAuth(s.Username, s.Password)
		if res, err := http.DefaultClient.Do(req); err == nil {
			res.Body.Close()
		}
	}
	for deadline := time.Now().Add(20 * time.Second); len(channels) > 0; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the call does not end")
		}
		channels = nil
		ask(t, with, "/channels", &channels)
	}
	without := start(t, opt)
	if without.Adopted || without.SIP != opt.SIP {
		t.Errorf("without a call: adopted %v, SIP %s, want a new start on %s", without.Adopted, without.SIP, opt.SIP)
	}
}

func TestStart_SideBySide(t *testing.T) {
	a, b := start(t, options(t, t.TempDir())), start(t, options(t, t.TempDir()))
	if a.URL == b.URL || a.Password == b.Password || a.Recordings == b.Recordings {
		t.Errorf("%+v and %+v share something", a, b)
	}
	if ask(t, a, "/channels", nil) != http.StatusOK || ask(t, b, "/channels", nil) != http.StatusOK {
		t.Error("one of them does not answer")
	}
	if err := a.Stop(); err != nil {
		t.Error(err)
	}
	if ask(t, b, "/channels", nil) != http.StatusOK {
		t.Error("stopping one stopped the other")
	}
}

// A data folder deep in the file system is no hindrance: control sockets have
// short paths.
func TestStart_DeepFolder(t *testing.T) {
	start(t, options(t, filepath.Join(t.TempDir(), strings.Repeat("d", 60), strings.Repeat("e", 60))))
}

// Nobody needs to be root.
func TestStart_OtherUser(t *testing.T) {
	if os.Getuid() != 0 {
		start(t, options(t, t.TempDir())) // this process is the other user
		return
	}
	data, err := os.MkdirTemp("", "ringdesk-user-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(data) })
	if err := os.Chown(data, 65534, 65534); err != nil {
		t.Fatal(err)
	}
	// This test itself, as the user nobody.
	binary := filepath.Join(data, "test")
	copyFile(t, os.Args[0], binary)
	wd, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), binary, "-test.run=^TestStart_OtherUser$", "-test.v")
	cmd.Dir = data
	abs, err := filepath.Abs(filepath.Join(wd, root(t)))
	if filepath.IsAbs(root(t)) {
		abs = root(t)
	}
	if err != nil {
		t.Fatal(err)
	}
	cmd.Env = []string{"RINGDESK_ASTERISK_ROOT=" + abs, "TMPDIR=" + data, "PATH=" + os.Getenv("PATH")}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "--- PASS: TestStart_OtherUser") {
		t.Errorf("as another user: %v\n%s", err, out)
	}
}

func copyFile(t testing.TB, from, to string) {
	t.Helper()
	b, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, b, 0o755); err != nil {
		t.Fatal(err)
	}
}

// Asterisk does not end with the process that started it.
//
// Covers: SYS-3
func TestStart_OutlivesUs(t *testing.T) {
	const child = "RINGDESK_TEST_CHILD"
	if data := os.Getenv(child); data != "" {
		if _, err := local.Start(context.Background(), local.Options{Root: root(t), Data: data, SIP: os.Getenv("RINGDESK_TEST_SIP"), RTPFrom: 24000, RTPTo: 24399}); err != nil {
			t.Fatal(err)
		}
		// As kill -9 does it: nothing is tidied up.
		if err := syscall.Kill(os.Getpid(), syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		select {}
	}
	opt := options(t, t.TempDir())
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestStart_OutlivesUs$")
	cmd.Env = append(os.Environ(), child+"="+opt.Data, "RINGDESK_TEST_SIP="+opt.SIP)
	out, err := cmd.CombinedOutput()
	if err == nil || !strings.Contains(err.Error(), "killed") {
		t.Fatalf("%v\n%s", err, out)
	}
	if s := start(t, opt); !s.Adopted {
		t.Error("Asterisk did not outlive the process that started it")
	}
}

// Asterisk's own extensions of a customer are taken in and survive. One of a number
// also gets the calls that say more than the number (RFC 3261 19.1.6).
//
// Covers: DP-3
func TestStart_CustomExtensions(t *testing.T) {
	opt := options(t, t.TempDir())
	custom := filepath.Join(opt.Data, "asterisk", "custom")
	if err := os.MkdirAll(custom, 0o700); err != nil {
		t.Fatal(err)
	}
	const text = "[own]\nexten => 1,1,Answer()\n same => n,Playback(silence/10)\n" +
		"[from-trunk](+)\nexten => 07076660099,1,Answer()\n same => n,Playback(silence/10)\n"
	if err := os.WriteFile(filepath.Join(custom, "own.conf"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	// What Asterisk cannot read keeps neither others nor ours from it.
	if err := os.WriteFile(filepath.Join(custom, "wrong.conf"), []byte("[from-trunk\nexten => 1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := start(t, opt)
	req, err := http.NewRequest(http.MethodPost, s.URL+"/channels?endpoint=Local/1@own&context=from-trunk&extension=07076660099%3Bnpdi%3Brn=1&priority=1", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.SetBasicAuth(s.Username, s.Password)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	type channel struct {
		State    string
		Dialplan struct {
			Exten string
			App   string `json:"app_name"`
		}
	}
	var channels []channel
	at := func(exten string) func(channel) bool {
		return func(c channel) bool {
			return c.State == "Up" && c.Dialplan.Exten == exten && c.Dialplan.App == "Playback"
		}
	}
	for deadline := time.Now().Add(20 * time.Second); !slices.ContainsFunc(channels, at("1")) || !slices.ContainsFunc(channels, at("07076660099")); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("the own extensions do not answer: %+v", channels)
		}
		ask(t, s, "/channels", &channels)
	}
	if b, err := os.ReadFile(filepath.Join(custom, "own.conf")); err != nil || string(b) != text {
		t.Errorf("own.conf: %q, %v", b, err)
	}
}

// A crashed Asterisk is noticed, and a pid that was reused is not killed.
func TestStart_AfterCrash(t *testing.T) {
	opt := options(t, t.TempDir())
	s := start(t, opt)
	pidFile := filepath.Join(opt.Data, "asterisk", "run", "asterisk.pid")
	if len(filepath.Dir(pidFile)) >= 90 {
		t.Fatalf("%s is too deep for this test: set TMPDIR", pidFile)
	}
	b, err := os.ReadFile(pidFile)
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(b)))
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	select {
	case <-s.Done():
	case <-time.After(20 * time.Second):
		t.Fatal("Done does not tell")
	}
	// The pid now belongs to somebody else: us.
	if err := os.WriteFile(pidFile, fmt.Appendln(nil, os.Getpid()), 0o600); err != nil {
		t.Fatal(err)
	}
	if again := start(t, opt); again.Adopted {
		t.Error("a stranger was adopted")
	}
}

// Nothing is left in this process when Asterisk is stopped.
func TestStop_LeavesNothing(t *testing.T) {
	opt := options(t, t.TempDir())
	http.DefaultClient.CloseIdleConnections()
	before := runtime.NumGoroutine()
	s := start(t, opt)
	adopted := start(t, opt)
	for range 2 {
		if err := adopted.Stop(); err != nil {
			t.Fatal(err)
		}
	}
	<-s.Done()
	for deadline := time.Now().Add(20 * time.Second); runtime.NumGoroutine() > before; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d goroutines before, %d after", before, runtime.NumGoroutine())
		}
	}
}
