package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"runtime"
	"runtime/pprof"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"ringdesk/app"
	"ringdesk/configs"
	"ringdesk/controller/engine"
	"ringdesk/controller/presence"
	"ringdesk/models"
)

// controllerSettings are what the controller's process is told: the first
// value on its input.
type controllerSettings struct {
	Environment []string // the product's settings, as NAME=value
	Scene       scene
	Profile     string // file for a CPU profile; empty means none
	Receiver    string // address that is told of everything by webhooks
}

// controllerState is its answer to every further value.
type controllerState struct {
	Up         bool  // the link to the engine
	Phones     int64 // phones that the engine has
	Live       int   // calls that are not finished
	Goroutines int
	Stacks     string // what they do; only when asked for
	Failure    string
	Desk       string   // address of the API; "" where the scene has rooms only
	Sessions   []string // of the agents whose desks are open
}

// ask is a question to the controller's process.
type ask struct{ Stacks bool }

// controller is the process that is measured: the product without its mixing of
// recordings. It ends when its input does.
func controller(in io.Reader, out io.Writer) error {
	dec, enc := json.NewDecoder(in), json.NewEncoder(out)
	var s controllerSettings
	if err := dec.Decode(&s); err != nil {
		return err
	}
	if s.Profile != "" {
		f, err := os.Create(s.Profile)
		if err != nil {
			return err
		}
		defer f.Close()
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	settings, err := productSettings(s.Environment)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	c := &running{scene: s.Scene, receiver: s.Receiver, stop: stop}
	if s.Scene.Rooms {
		adapter := c.around(app.NewEngine(settings))
		rooms := newMeetings(adapter, c.fail)
		c.live = rooms.live
		return c.serve(ctx, dec, enc, func() error { return rooms.run(ctx, adapter) })
	}
	return c.calls(ctx, settings, dec, enc)
}

// running is the controller while it runs.
type running struct {
	scene    scene
	receiver string
	present  *presence.Presence
	desk     desk
	live     func() int // calls that are not finished
	stop     func()
	up       atomic.Bool
	phones   atomic.Int64
	failure  atomic.Pointer[string]
}

// around puts SIPp's phones in place of browsers, and notes what the engine has.
func (c *running) around(adapter engine.Engine) engine.Engine {
	return &plainPhones{Engine: adapter, at: c.scene.Phones, up: func() { c.up.Store(true) }, put: func() { c.phones.Add(1) }, bad: c.fail}
}

func (c *running) fail(err error) {
	text := err.Error()
	c.failure.CompareAndSwap(nil, &text)
}

// calls runs the product's calls.
func (c *running) calls(ctx context.Context, settings configs.Settings, dec *json.Decoder, enc *json.Encoder) error {
	var err error
	if c.desk, err = openDesk(); err != nil {
		return err
	}
	a, err := app.Open(ctx, app.Options{Settings: settings, Log: slog.New(slog.NewTextHandler(os.Stderr, nil)), Around: c.around,
		Listener: c.desk.listener, KeepTracks: true})
	if err != nil {
		return err
	}
	c.present, c.live = a.Presence, a.Exchange.Live
	// The engine is given the phones when its link comes up.
	if !c.scene.Made {
		err = furnish(ctx, a.Store, &c.scene, c.receiver)
	}
	if err == nil {
		err = c.desk.fill(ctx, a.Store, &c.scene)
	}
	if err == nil {
		err = c.serve(ctx, dec, enc, func() error { return a.Run(ctx) }, func() error { return c.heartbeats(ctx) })
	}
	return errors.Join(err, a.Close())
}

// serve runs the parts and answers questions, until there are no more.
func (c *running) serve(ctx context.Context, dec *json.Decoder, enc *json.Encoder, parts ...func() error) error {
	var all sync.WaitGroup
	for _, part := range parts {
		all.Go(func() {
			if err := part(); err != nil && ctx.Err() == nil {
				c.fail(err)
			}
		})
	}
	for {
		var q ask
		if err := dec.Decode(&q); err != nil { // io.EOF ends it
			break
		}
		if err := enc.Encode(c.state(q)); err != nil {
			break
		}
	}
	c.stop()
	all.Wait()
	return nil
}

func (c *running) state(q ask) controllerState {
	st := controllerState{Up: c.up.Load(), Phones: c.phones.Load(), Live: c.live(), Goroutines: runtime.NumGoroutine(), Sessions: c.desk.sessions}
	if c.desk.listener != nil {
		st.Desk = c.desk.listener.Addr().String()
	}
	if f := c.failure.Load(); f != nil {
		st.Failure = *f
	}
	if q.Stacks {
		var b strings.Builder
		// Writing to memory does not fail.
		_ = pprof.Lookup("goroutine").WriteTo(&b, 1)
		st.Stacks = b.String()
	}
	return st
}

// heartbeats keeps the agents online, as their pages do (IN-12).
func (c *running) heartbeats(ctx context.Context) error {
	phones := c.scene.phones()
	t := time.NewTicker(models.PhoneTimeout / 3)
	defer t.Stop()
	for {
		heard := make(map[string]time.Time, len(phones))
		for _, p := range phones {
			heard[p] = time.Now()
		}
		if err := c.present.Heard(ctx, heard); err != nil {
			return fmt.Errorf("heartbeats: %w", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-t.C: // the first is at once: making a history takes longer than a silent page counts as there
		}
	}
}
