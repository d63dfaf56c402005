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
	"sync"
	"time"

	"ringdesk/controller/asterisk/local"
)

// system is one of the two that are measured.
type system struct {
	name       string
	server     *local.Server
	asterisk   int      // its process
	controller *process // nil for Asterisk's own applications
}

// process is the controller's process.
type process struct {
	cmd *exec.Cmd
	mu  sync.Mutex // one question at a time
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

// startController starts our controller on an Asterisk of its own, and returns
// when Asterisk has all phones.
func startController(ctx context.Context, s *system, dir string, c *cast, profile string) error {
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
		App: s.server.App, Recordings: s.server.Recordings, Cast: *c, Profile: profile})
	if err != nil {
		return err
	}
	phones := int64(len(c.phones()))
	_, err = s.controller.until(ctx, 2*time.Minute, func(st controllerState) bool { return st.Phones >= phones })
	return err
}

// state asks the process how it stands.
func (p *process) state(q ask) (controllerState, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
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
