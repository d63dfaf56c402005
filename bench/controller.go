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

	"ringdesk/controller/asterisk"
	"ringdesk/controller/call"
	"ringdesk/models"
)

// controllerSettings are what the controller's process is told: the first
// value on its input.
type controllerSettings struct {
	Data                         string
	URL, Username, Password, App string // of ARI
	Recordings                   string
	Lines                        int
	Agents                       string // host:port of the phones
	Profile                      string // file for a CPU profile; empty means none
}

// controllerState is its answer to every further value.
type controllerState struct {
	Phones     int64 // phones that Asterisk has
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
	store, err := models.Open(filepath.Join(s.Data, "ringdesk.db"))
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	if err := seed(ctx, store, s.Lines); err != nil {
		return errors.Join(err, store.Close())
	}
	c := &running{store: store}
	return errors.Join(c.run(ctx, stop, s, dec, enc), store.Close())
}

// running is the wired controller.
type running struct {
	store    *models.Store
	exchange *call.Exchange
	phones   atomic.Int64
	failure  atomic.Pointer[string]
}

func (c *running) fail(err error) {
	text := err.Error()
	c.failure.CompareAndSwap(nil, &text)
}

func (c *running) run(ctx context.Context, stop func(), s controllerSettings, dec *json.Decoder, enc *json.Encoder) error {
	adapter := asterisk.New(asterisk.Options{URL: s.URL, Username: s.Username, Password: s.Password, App: s.App, RecordingsDir: s.Recordings})
	engine := &plainPhones{Adapter: adapter, at: s.Agents, put: func() { c.phones.Add(1) }, bad: c.fail}
	var err error
	c.exchange, err = call.NewExchange(ctx, call.Options{
		Store: c.store, Engine: engine, Country: "KR", Now: time.Now, Log: slog.New(slog.NewTextHandler(os.Stderr, nil))})
	if err != nil {
		return err
	}
	var parts sync.WaitGroup
	parts.Go(func() {
		if err := adapter.Run(ctx, c.exchange.Handle); err != nil {
			c.fail(err)
		}
	})
	parts.Go(func() { c.heartbeats(ctx, s.Lines) })
	for {
		var q ask
		if err := dec.Decode(&q); err != nil { // io.EOF ends it
			break
		}
		if err := enc.Encode(c.state(q)); err != nil {
			break
		}
	}
	c.exchange.Close()
	stop()
	parts.Wait()
	return nil
}

func (c *running) state(q ask) controllerState {
	st := controllerState{Phones: c.phones.Load(), Live: c.exchange.Live(), Goroutines: runtime.NumGoroutine()}
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
func (c *running) heartbeats(ctx context.Context, lines int) {
	t := time.NewTicker(models.PhoneTimeout / 3)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
		heard := make(map[string]time.Time, lines)
		for i := range lines {
			heard[linePhone(i)] = time.Now()
		}
		err := c.store.Tx(ctx, func(tx *models.Tx) error { return tx.HeardPhones(heard) })
		if err != nil && ctx.Err() == nil {
			c.fail(fmt.Errorf("heartbeats: %w", err))
		}
	}
}
