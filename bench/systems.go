package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"ringdesk/controller/asterisk"
	"ringdesk/controller/asterisk/local"
	"ringdesk/controller/engine"
)

// system is one of the two that are measured.
type system struct {
	name       string
	server     *local.Server
	asterisk   int      // its process
	controller *process // nil for app_queue
}

// process is the controller's process.
type process struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	enc *json.Encoder
	dec *json.Decoder
	log string
}

// startAsterisk starts an Asterisk with the product's configuration.
func startAsterisk(ctx context.Context, root, dir string, firstRTP int) (*local.Server, int, error) {
	port, err := freePort("127.0.0.1")
	if err != nil {
		return nil, 0, err
	}
	server, err := local.Start(ctx, local.Options{Root: root, Data: dir, SIP: fmt.Sprintf("127.0.0.1:%d", port), RTPFrom: firstRTP, RTPTo: firstRTP + rtpPorts - 1})
	if err != nil {
		return nil, 0, err
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, 0, errors.Join(err, server.Stop())
	}
	pid, err := processWith(filepath.Join(abs, "asterisk", "etc", "asterisk.conf"))
	if err != nil {
		return nil, 0, errors.Join(err, server.Stop())
	}
	return server, pid, nil
}

// rtpPorts is enough for 1,000 calls of two legs with RTP and RTCP each.
const rtpPorts = 4000

// startRingdesk starts our controller on an Asterisk of its own, and returns
// when Asterisk has all phones.
func startRingdesk(ctx context.Context, s *system, dir string, lines int, agents, profile string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	log := filepath.Join(dir, "controller.log")
	stderr, err := os.Create(log)
	if err != nil {
		return err
	}
	defer stderr.Close()
	cmd := exec.Command(self, "controller")
	cmd.Stderr = stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	s.controller = &process{cmd: cmd, in: in, enc: json.NewEncoder(in), dec: json.NewDecoder(out), log: log}
	err = s.controller.enc.Encode(controllerSettings{Data: dir, URL: s.server.URL, Username: s.server.Username, Password: s.server.Password,
		App: s.server.App, Recordings: s.server.Recordings, Lines: lines, Agents: agents, Profile: profile})
	if err != nil {
		return err
	}
	_, err = s.controller.until(ctx, 2*time.Minute, func(st controllerState) bool { return st.Phones >= int64(lines) })
	return err
}

// state asks the process how it stands.
func (p *process) state(q ask) (controllerState, error) {
	var st controllerState
	err := p.enc.Encode(q)
	if err == nil {
		err = p.dec.Decode(&st)
	}
	if err == nil && st.Failure != "" {
		err = errors.New(st.Failure)
	}
	if err != nil {
		return st, fmt.Errorf("the controller (see %s): %w", p.log, err)
	}
	return st, nil
}

// until asks again and again until the state is as wanted.
func (p *process) until(ctx context.Context, limit time.Duration, wanted func(controllerState) bool) (controllerState, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	t := time.NewTicker(100 * time.Millisecond)
	defer t.Stop()
	for {
		st, err := p.state(ask{})
		if err != nil || wanted(st) {
			return st, err
		}
		select {
		case <-ctx.Done():
			return st, ctx.Err()
		case <-t.C:
		}
	}
}

// stop lets the process end by itself, by force after ten seconds.
func (p *process) stop() error {
	p.in.Close()
	force := time.AfterFunc(10*time.Second, func() { p.cmd.Process.Kill() })
	defer force.Stop()
	return p.cmd.Wait()
}

// queueModules are what Asterisk's own call queue needs beyond the product's
// modules.
var queueModules = []string{"app_mixmonitor.so", "app_queue.so"}

// queueConfig writes what app_queue shall do: one queue with one member for
// each line, and one that records. It lies beside the product's files, which
// do not touch it.
func queueConfig(dir string, lines int) error {
	var queues strings.Builder
	queues.WriteString("[general]\npersistentmembers = no\nautofill = yes\nshared_lastcall = no\n" +
		"log_membername_as_agent = no\n")
	for i := range lines {
		for _, kind := range []string{"q", "r"} {
			fmt.Fprintf(&queues, "\n[%s%04d]\nstrategy = ringall\ntimeout = 20\nretry = 1\nringinuse = no\njoinempty = yes\nwrapuptime = 0\n", kind, i)
			if kind == "r" {
				queues.WriteString("monitor-format = wav\n")
			}
			fmt.Fprintf(&queues, "member => PJSIP/%s\n", linePhone(i))
		}
	}
	// Option r rings the caller, as the controller does, and plays no music.
	dialplan := "[from-trunk]\n" +
		"exten => _0707600XXXX,1,Queue(q${EXTEN:-4},r,,,20)\n same => n,Hangup()\n" +
		"exten => _0707601XXXX,1,Queue(r${EXTEN:-4},r,,,20)\n same => n,Hangup()\n"
	for file, text := range map[string]string{"etc/queues.conf": queues.String(), "custom/queue.conf": dialplan} {
		file = filepath.Join(dir, "asterisk", file)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// startQueue gives an Asterisk the same trunk and phones as the controller
// gives its own, and then loads app_queue, which so finds its members.
func startQueue(ctx context.Context, s *system, lines int, agents string) error {
	phones := &plainPhones{at: agents, put: func() {}, bad: func(error) {},
		Adapter: asterisk.New(asterisk.Options{URL: s.server.URL, Username: s.server.Username, Password: s.server.Password})}
	if err := phones.PutTrunk(ctx, engine.Trunk{ID: trunkID, Hosts: []string{callersHost}}); err != nil {
		return err
	}
	for i := range lines {
		if err := phones.PutPhone(ctx, engine.Phone{ID: linePhone(i)}); err != nil {
			return err
		}
	}
	for _, m := range queueModules {
		if err := ari(ctx, s.server, http.MethodPost, "/asterisk/modules/"+m, nil); err != nil {
			return fmt.Errorf("module %s: %w", m, err)
		}
	}
	return nil
}

// ari sends one request to an Asterisk. into may be nil.
func ari(ctx context.Context, s *local.Server, method, path string, into any) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, s.URL+path, nil)
	if err != nil {
		return err
	}
	req.SetBasicAuth(s.Username, s.Password)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	if res.StatusCode/100 != 2 {
		return fmt.Errorf("%s: %s", res.Status, text)
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(text, into)
}

// leftovers counts the channels and bridges in an Asterisk.
func leftovers(ctx context.Context, s *local.Server) (int, error) {
	n := 0
	for _, what := range []string{"/channels", "/bridges"} {
		var list []struct{}
		if err := ari(ctx, s, http.MethodGet, what, &list); err != nil {
			return 0, err
		}
		n += len(list)
	}
	return n, nil
}

// freePort finds a UDP port that nobody uses on a loopback address; TCP's is
// free as well where Asterisk needs both.
func freePort(host string) (int, error) {
	for range 50 {
		l, err := net.Listen("tcp", host+":0")
		if err != nil {
			return 0, err
		}
		port := l.Addr().(*net.TCPAddr).Port
		c, err := net.ListenPacket("udp", fmt.Sprintf("%s:%d", host, port))
		l.Close()
		if err == nil {
			return port, c.Close()
		}
	}
	return 0, fmt.Errorf("no port is free on %s", host)
}
