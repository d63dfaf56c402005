package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"syscall"
	"time"

	"ringdesk/configs"
	"ringdesk/controller/asterisk/local"
	"ringdesk/controller/outbound"
	"ringdesk/models"
)

type runCmd struct{}

// Run runs Asterisk and the controller side by side, each in a process of its
// own: a controller that dies is started again and picks up the calls, which
// go on in Asterisk meanwhile (SYS-3). A FreeSWITCH is the machine's own: only
// the controller is run beside it.
func (runCmd) Run(s configs.Settings, c *cli) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if s.Engine == configs.FreeSWITCH {
		if err := checkServe(s); err != nil {
			return usageError{err}
		}
	}
	if err := checkFree(s); err != nil {
		return usageError{err}
	}
	d, hasDemo, err := prepare(ctx, s)
	if err != nil {
		return usageError{err}
	}
	debug.FreeOSMemory() // the supervisor needs next to nothing from here on
	ready := func() { announce(s, d, hasDemo) }
	if s.Engine == configs.FreeSWITCH {
		say("Waiting for FreeSWITCH at %s …", s.EventSocket)
		return supervise(ctx, s, c.Config, beside{name: "FreeSWITCH"}, ready)
	}
	return runAsterisk(ctx, s, c.Config, ready)
}

// runAsterisk runs Asterisk, or takes over one that still runs, and the
// controller beside it.
func runAsterisk(ctx context.Context, s configs.Settings, config string, ready func()) error {
	say("Starting Asterisk …")
	server, err := startEngine(ctx, s)
	if err != nil {
		return usageError{err}
	}
	if server.Adopted {
		say("Asterisk was still running: its calls go on.")
	}
	if server.Outdated {
		say("It has calls, so it keeps its old settings until it is started next.")
	}
	err = supervise(ctx, s, config, beside{
		name: "Asterisk", died: server.Done(), log: filepath.Join(s.Data, "asterisk", "log"),
		env: []string{"RINGDESK_ARI_URL=" + server.URL, "RINGDESK_ARI_USER=" + server.Username, "RINGDESK_ARI_PASSWORD=" + server.Password,
			"RINGDESK_SIP_SOCKET=" + server.SIPWebSocket, "RINGDESK_RECORDINGS=" + server.Recordings},
	}, ready)
	say("Stopping Asterisk …")
	return errors.Join(err, server.Stop())
}

// beside is the engine beside which a controller is kept running.
type beside struct {
	name string
	env  []string        // how the controller reaches it, where the settings do not say so
	died <-chan struct{} // closed at its end; nil when it is not ours
	log  string          // the folder that tells why it died
}

func say(line string, args ...any) { fmt.Printf(line+"\n", args...) }

// checkFree looks before anything is started, so that the answer is one line.
func checkFree(s configs.Settings) error {
	ln, err := net.Listen("tcp", s.HTTP)
	if err != nil {
		return busyPort("RINGDESK_HTTP", s.HTTP, err)
	}
	if err := ln.Close(); err != nil {
		return err
	}
	unlock, err := lockData(s.Data)
	if err != nil {
		return err
	}
	unlock()
	return nil
}

// prepare makes the database and the demo workspace.
func prepare(ctx context.Context, s configs.Settings) (demo, bool, error) {
	store, err := models.Open(s.Database())
	if err != nil {
		return demo{}, false, err
	}
	d, ok, err := ensureDemo(ctx, s, store)
	return d, ok, errors.Join(err, store.Close())
}

func startEngine(ctx context.Context, s configs.Settings) (*local.Server, error) {
	from, to, err := s.RTPPorts()
	if err != nil {
		return nil, err
	}
	root := s.Engine
	if root == "system" {
		root = ""
	}
	return local.Start(ctx, local.Options{Root: root, Data: s.Data, SIP: s.SIP, RTPFrom: from, RTPTo: to, Outbound: s.Outbound, Short: outbound.ShortNumbers(s.Country)})
}

// supervise keeps a controller running until ctx ends.
func supervise(ctx context.Context, s configs.Settings, config string, engine beside, ready func()) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	args := []string{"serve"}
	if config != "" {
		args = append(args, "--config", config)
	}
	for first := true; ; first = false {
		cmd := exec.Command(self, args...)
		cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
		cmd.Env = append(os.Environ(), engine.env...)
		// If we are killed, the controller stops too, and the next run takes over.
		cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
		started := time.Now()
		if err := cmd.Start(); err != nil {
			return err
		}
		exited := make(chan error, 1)
		go func() { exited <- cmd.Wait() }()
		if first {
			go waitReady(ctx, s, ready)
		}
		select {
		case <-ctx.Done():
			return stopChild(cmd, exited)
		case <-engine.died:
			return errors.Join(fmt.Errorf("%s has died: see %s", engine.name, engine.log), stopChild(cmd, exited))
		case err := <-exited:
			if cmd.ProcessState.ExitCode() == exitUsage {
				return usageError{errors.New("the controller cannot start; the line above says why")}
			}
			say("The controller stopped (%v) and is started again; calls go on in %s.", err, engine.name)
		}
		if time.Since(started) < 5*time.Second { // it cannot even start: do not spin
			select {
			case <-ctx.Done():
				return nil
			case <-time.After(time.Second):
			}
		}
	}
}

func stopChild(cmd *exec.Cmd, exited <-chan error) error {
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	select {
	case <-exited:
		return nil
	case <-time.After(10 * time.Second):
		return cmd.Process.Kill()
	}
}

// waitReady waits until the controller says that it and the engine are
// healthy.
func waitReady(ctx context.Context, s configs.Settings, ready func()) {
	client := http.Client{Timeout: time.Second}
	for ctx.Err() == nil {
		resp, err := client.Get("http://" + s.HTTP + "/readyz")
		if err == nil {
			resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				ready()
				return
			}
		}
		time.Sleep(50 * time.Millisecond)
	}
}

func announce(s configs.Settings, d demo, hasDemo bool) {
	say("\nringdesk is ready:  http://%s\n", s.HTTP)
	if hasDemo {
		say("  owner   %s   %s", d.Owner.Email, d.Owner.Password)
		for _, a := range d.Agents {
			say("  agent   %s   %s", a.Email, a.Password)
		}
		say("  number  %s   (SIP: %s)", d.Number, d.SIP)
		say("  API     x-access-key: %s   x-access-secret: %s", d.AccessKey, d.AccessSecret)
		say("\nLog in as an agent, then press \"Place a test call\" as the owner, or run: bin/ringdesk testcall")
		say("These logins are kept in %s.", s.DemoFile())
	}
	say("Ctrl-C stops everything.\n")
}
