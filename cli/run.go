package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"

	"ringdesk/app"
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
func (runCmd) Run(s configs.Settings, c *commands) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if s.Engine.Use == configs.FreeSWITCH {
		if err := checkServe(s); err != nil {
			return usageError{Err: err}
		}
	}
	if err := checkFree(s); err != nil {
		return usageError{Err: err}
	}
	d, state, err := prepare(ctx, s)
	if err != nil {
		return usageError{Err: err}
	}
	debug.FreeOSMemory() // the supervisor needs next to nothing from here on
	ready := func() { announce(s, d, state) }
	if s.Engine.Use == configs.FreeSWITCH {
		say("Waiting for FreeSWITCH at %s …", s.FreeSWITCH.EventSocket)
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
		return usageError{Err: err}
	}
	if server.Adopted {
		say("Asterisk was still running: its calls go on.")
	}
	if server.Outdated {
		say("It has calls, so it keeps its old settings until it is started next.")
	}
	k := &engineKeeper{start: func(ctx context.Context) (*local.Server, error) { return startEngine(ctx, s) }, data: s.Storage.Data, media: s.MediaBesideUs(), moved: make(chan struct{}, 1), server: server}
	keeping, stopKeeping := context.WithCancel(ctx)
	kept := make(chan struct{})
	go func() {
		defer close(kept)
		k.keep(keeping)
	}()
	err = supervise(ctx, s, config, beside{name: "Asterisk", env: k.env, moved: k.moved}, ready)
	stopKeeping()
	<-kept
	say("Stopping Asterisk …")
	return errors.Join(err, k.current().Stop())
}

func say(line string, args ...any) { fmt.Printf(line+"\n", args...) }

// checkFree looks before anything is started, so that the answer is one line.
func checkFree(s configs.Settings) error {
	ln, err := net.Listen("tcp", s.Web.Address)
	if err != nil {
		return busyPort("RINGDESK_HTTP", s.Web.Address, err)
	}
	if err := ln.Close(); err != nil {
		return err
	}
	unlock, err := app.LockData(s.Storage.Data)
	if err != nil {
		return err
	}
	unlock()
	return nil
}

// prepare makes the database and the demo workspace.
func prepare(ctx context.Context, s configs.Settings) (demo, demoState, error) {
	store, err := models.Open(s.Database())
	if err != nil {
		return demo{}, noDemo, err
	}
	d, state, err := ensureDemo(ctx, s, store)
	return d, state, errors.Join(err, store.Close())
}

func startEngine(ctx context.Context, s configs.Settings) (*local.Server, error) {
	from, to, err := s.RTPPorts()
	if err != nil {
		return nil, err
	}
	tls, err := sipTLS(s)
	if err != nil {
		return nil, err
	}
	tellOwnDialplan(s)
	root := s.Engine.Use
	if root == "system" {
		root = ""
	}
	return local.Start(ctx, local.Options{Root: root, Data: s.Storage.Data, SIP: s.SIP.Address, TLS: tls, RTPFrom: from, RTPTo: to, Outbound: s.Calls.Outbound, Short: outbound.ShortNumbers(s.Calls.Country),
		Unguarded: !s.Asterisk.Guard})
}

// waitReady waits until the controller says that it and the engine are
// healthy.
func waitReady(ctx context.Context, s configs.Settings, ready func()) {
	client := ownClient(s, time.Second)
	for ctx.Err() == nil {
		resp, err := client.Get(s.OwnURL() + "/readyz")
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

// announce tells the demo's passwords at the first start only: a terminal's
// history and a service's log are read by others later.
func announce(s configs.Settings, d demo, state demoState) {
	say("\nringdesk is ready:  %s\n", s.DeskURL())
	if state == newDemo {
		say("  owner   %s   %s", d.Owner.Email, d.Owner.Password)
		for _, a := range d.Agents {
			say("  agent   %s   %s", a.Email, a.Password)
		}
		say("  number  %s   (SIP: %s)", d.Number, d.SIP)
		say("  API     x-access-key: %s   x-access-secret: %s", d.AccessKey, d.AccessSecret)
	}
	if state != noDemo {
		say("  The demo's logins and its API key are kept in %s, which only this user can read.", s.DemoFile())
		say("\nLog in as an agent, then press \"Place a test call\" as the owner, or run: bin/ringdesk testcall")
	}
	say("Ctrl-C stops everything.\n")
}
