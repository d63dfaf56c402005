package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"ringdesk/controller/call"
	"ringdesk/controller/engine"
	"ringdesk/models"
)

// controllerSettings are what the controller's process is told: the first
// value on its input.
type controllerSettings struct {
	Data    string
	Link    link
	Cast    cast
	Profile string // file for a CPU profile; empty means none
}

// controllerState is its answer to every further value.
type controllerState struct {
	Up         bool  // the link to the engine
	Phones     int64 // phones that the engine has
	Live       int   // calls that are not finished
	Goroutines int
	Stacks     string // what they do; only when asked for
	Failure    string
}

// ask is a question to the controller's process.
type ask struct{ Stacks bool }

// controller is the process that is measured: the store, the adapter and the
// calls, wired as `ringdesk serve` does. Its API and its mixing of recordings
// are left out: no browser takes part. It ends when its input does.
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
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	adapter := s.Link.open()
	c := &running{cast: s.Cast, stop: stop}
	if s.Cast.Rooms {
		rooms := newMeetings(adapter, c.fail)
		c.live = rooms.live
		return c.serve(ctx, dec, enc, func() error { return rooms.run(ctx, adapter, c.handled) })
	}
	store, err := models.Open(filepath.Join(s.Data, "ringdesk.db"))
	if err != nil {
		return err
	}
	if err := seed(ctx, store, &s.Cast); err != nil {
		return errors.Join(err, store.Close())
	}
	c.store = store
	return errors.Join(c.calls(ctx, adapter, dec, enc), store.Close())
}

// running is the wired controller.
type running struct {
	cast    cast
	store   *models.Store
	live    func() int // calls that are not finished
	stop    func()
	up      atomic.Bool
	phones  atomic.Int64
	failure atomic.Pointer[string]
}

// handled notes that the link is up, before an event is handled.
func (c *running) handled(handle func(engine.Event)) func(engine.Event) {
	return func(ev engine.Event) {
		if _, up := ev.(engine.LinkUp); up {
			c.up.Store(true)
		}
		handle(ev)
	}
}

func (c *running) fail(err error) {
	text := err.Error()
	c.failure.CompareAndSwap(nil, &text)
}

// calls runs the product's calls.
func (c *running) calls(ctx context.Context, adapter engine.Engine, dec *json.Decoder, enc *json.Encoder) error {
	phones := &plainPhones{Engine: adapter, at: c.cast.Phones, put: func() { c.phones.Add(1) }, bad: c.fail}
	exchange, err := call.NewExchange(ctx, call.Options{
		Store: c.store, Engine: phones, Country: "KR", Now: time.Now, Log: slog.New(slog.NewTextHandler(os.Stderr, nil))})
	if err != nil {
		return err
	}
	c.live = exchange.Live
	err = c.serve(ctx, dec, enc,
		func() error { return adapter.Run(ctx, c.handled(exchange.Handle)) },
		func() error { return c.heartbeats(ctx) })
	exchange.Close()
	return err
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
	st := controllerState{Up: c.up.Load(), Phones: c.phones.Load(), Live: c.live(), Goroutines: runtime.NumGoroutine()}
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

// heartbeats keeps the agents online, as their browsers do (IN-12).
func (c *running) heartbeats(ctx context.Context) error {
	phones := c.cast.phones()
	t := time.NewTicker(models.PhoneTimeout / 3)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-t.C:
		}
		heard := make(map[string]time.Time, len(phones))
		for _, p := range phones {
			heard[p] = time.Now()
		}
		if err := c.store.Tx(ctx, func(tx *models.Tx) error { return tx.HeardPhones(heard) }); err != nil {
			return fmt.Errorf("heartbeats: %w", err)
		}
	}
}
