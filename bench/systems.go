package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"

	"ringdesk/testkit/postgres"
)

// system is one of the two that are measured.
type system struct {
	name string
	server
	controller *process // nil for the engine's own applications
}

// process is the controller's process.
type process struct {
	cmd *exec.Cmd
	mu  sync.Mutex // one question at a time
	in  io.WriteCloser
	enc *json.Encoder
	dec *json.Decoder
	log string

	desks    *openDesks
	database *postgres.Server // nil with SQLite
}

// rtpPorts is enough for 1,000 calls of two legs with RTP and RTCP each.
const rtpPorts = 4000

// commandLimit is the longest that a question of the bench to a media engine may
// take.
const commandLimit = 10 * time.Second

// controllerOptions are what a run has for a part's controller.
type controllerOptions struct {
	profile  string   // file for a CPU profile; "" means none
	receiver string   // of its webhooks
	store    []string // settings of its database
	database *postgres.Server
}

// startController starts our controller on an engine of its own, and returns
// when it is linked to the engine, which has all phones, and desks are open.
func startController(ctx context.Context, s *system, dir string, c *scene, o controllerOptions) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	program := filepath.Join(dir, "controller")
	if err := ownCopy(self, program); err != nil { // so that its memory does not depend on who else runs it
		return err
	}
	log := filepath.Join(dir, "controller.log")
	stderr, err := os.Create(log)
	if err != nil {
		return err
	}
	defer stderr.Close()
	cmd := exec.Command(program, "controller")
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
	s.controller = &process{cmd: cmd, in: in, enc: json.NewEncoder(in), dec: json.NewDecoder(out), log: log, database: o.database}
	err = s.controller.enc.Encode(controllerSettings{Environment: append(append(s.environment(), "RINGDESK_DATA="+dir), o.store...), Scene: *c, Profile: o.profile, Receiver: o.receiver})
	if err != nil {
		return err
	}
	phones := int64(len(c.phones()))
	st, err := s.controller.until(ctx, 2*time.Minute, func(st controllerState) bool { return st.Up && st.Phones >= phones })
	if err != nil || st.Desk == "" {
		return err
	}
	s.controller.desks, err = connectDesks(ctx, st.Desk, st.Sessions)
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
	var err error
	if p.desks != nil {
		err = p.desks.close()
	}
	p.in.Close()
	force := time.AfterFunc(10*time.Second, func() { p.cmd.Process.Kill() })
	defer force.Stop()
	return errors.Join(err, p.cmd.Wait())
}

// freePort finds a UDP port that nobody uses on a loopback address; TCP's is
// free as well where an engine needs both.
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
