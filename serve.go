package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"sync"
	"syscall"
	"time"

	"ringdesk/api"
	"ringdesk/configs"
	"ringdesk/controller/asterisk"
	"ringdesk/controller/call"
	"ringdesk/controller/engine"
	"ringdesk/controller/freeswitch"
	"ringdesk/controller/jobs"
	"ringdesk/controller/recording"
	"ringdesk/controller/sounds"
	"ringdesk/controller/sounds/built"
	"ringdesk/models"
	"ringdesk/web"
)

type serveCmd struct{}

// Run is the controller's life: everything is opened, runs, and is closed in
// the opposite order. Calls go on in the engine without us.
func (serveCmd) Run(s configs.Settings) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := checkServe(s); err != nil {
		return usageError{err}
	}
	log := newLogger(s)
	ln, err := net.Listen("tcp", s.HTTP)
	if err != nil {
		return usageError{busyPort("RINGDESK_HTTP", s.HTTP, err)}
	}
	defer ln.Close()
	unlock, err := lockData(s.Data)
	if err != nil {
		return usageError{err}
	}
	defer unlock()
	store, err := models.Open(s.Database())
	if err != nil {
		return usageError{err}
	}
	defer func() {
		if err := store.Close(); err != nil {
			log.Error("closing the database", "error", err)
		}
	}()
	app, err := newApp(ctx, s, store, log)
	if err != nil {
		return err
	}
	return app.run(ctx, ln)
}

// checkServe says what is missing to serve. Settings of a FreeSWITCH are
// complete by then.
func checkServe(s configs.Settings) error {
	switch {
	case s.SIPSocket == "" || s.Recordings == "", s.Engine != configs.FreeSWITCH && s.ARIURL == "":
		return errors.New("serve needs RINGDESK_ARI_URL, RINGDESK_ARI_USER, RINGDESK_ARI_PASSWORD, RINGDESK_SIP_SOCKET and " +
			"RINGDESK_RECORDINGS; `ringdesk run` sets them and starts Asterisk, too. With RINGDESK_ENGINE=freeswitch it needs " +
			"RINGDESK_EVENT_SOCKET, RINGDESK_EVENT_PASSWORD and RINGDESK_ACCOUNTS instead of ARI's")
	default:
		return nil
	}
}

// newEngine is the adapter to the engine that the settings choose.
func newEngine(s configs.Settings) engine.Engine {
	if s.Engine == configs.FreeSWITCH {
		return freeswitch.New(freeswitch.Options{
			Address: s.EventSocket, Password: s.EventPass, RecordingsDir: s.Recordings, SoundsDir: s.EngineSounds, AccountsDir: s.Accounts,
		})
	}
	return asterisk.New(asterisk.Options{URL: s.ARIURL, Username: s.ARIUser, Password: s.ARIPass, RecordingsDir: s.Recordings, SoundsDir: s.EngineSounds})
}

// app is the wired controller.
type app struct {
	log      *slog.Logger
	engine   engine.Engine
	exchange *call.Exchange
	mixer    *recording.Worker
	jobs     *jobs.Scheduler
	server   *api.Server
}

func newApp(ctx context.Context, s configs.Settings, store *models.Store, log *slog.Logger) (*app, error) {
	a := &app{log: log}
	a.engine = newEngine(s)
	library, err := openSounds(s, log)
	if err != nil {
		return nil, usageError{err}
	}
	a.mixer = recording.New(recording.Options{Store: store, Folder: s.Recordings, FFmpeg: s.FFmpeg, Log: log})
	a.exchange, err = call.NewExchange(ctx, call.Options{
		Store: store, Engine: a.engine, Country: s.Country, Log: log, Now: time.Now, Recorded: a.mixer.Kick, NewCalls: s.NewCalls})
	if err != nil {
		return nil, err
	}
	if a.jobs, err = jobs.New(store, log); err != nil {
		return nil, err
	}
	dist, err := fs.Sub(web.Dist, "dist")
	if err != nil {
		return nil, err
	}
	proxies, err := s.ProxyNetworks()
	if err != nil {
		return nil, usageError{err}
	}
	a.server = api.New(api.Options{
		Store: store, Calls: a.exchange, Engine: a.engine, EngineUp: a.exchange.EngineUp, SIPSocket: s.SIPSocket,
		Recordings: s.Recordings, Sounds: library, Web: dist, Origins: s.Origins, Proxies: proxies, Secure: s.SecureOnly, Version: version, Log: log,
		AgentsChanged: a.exchange.AgentsChanged, BrowserLost: a.exchange.BrowserLost,
	})
	return a, nil
}

// openSounds puts the built-in prompts where the engine finds them. A program
// that was built without them serves calls all the same.
func openSounds(s configs.Settings, log *slog.Logger) (*sounds.Library, error) {
	files, err := fs.Sub(built.Files, "files")
	if err != nil {
		return nil, err
	}
	library := sounds.NewLibrary(s.Sounds, s.FFmpeg)
	err = library.Install(files)
	if errors.Is(err, sounds.ErrNotBuilt) {
		log.Warn("callers hear no prompts", "error", err)
		err = nil
	}
	return library, err
}

// run serves until ctx ends or a part fails, then closes in order: no new
// requests, calls left to the engine, the rest.
func (a *app) run(ctx context.Context, ln net.Listener) error {
	failed := make(chan error, 4) // room for every part
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	engineCtx, stopEngine := context.WithCancel(context.WithoutCancel(ctx))
	defer stopEngine()
	var parts sync.WaitGroup
	start := func(ctx context.Context, name string, run func(context.Context) error) {
		parts.Go(func() {
			if err := run(ctx); err != nil && ctx.Err() == nil {
				failed <- fmt.Errorf("%s: %w", name, err)
			}
		})
	}
	start(engineCtx, "engine", func(ctx context.Context) error {
		if err := a.engine.Run(ctx, a.exchange.Handle); err != nil {
			return usageError{err}
		}
		return nil
	})
	start(ctx, "recordings", a.mixer.Run)
	start(ctx, "jobs", a.jobs.Run)
	start(ctx, "http", func(context.Context) error { return a.server.Listen(ln) })
	debug.FreeOSMemory() // what starting took is not needed again
	a.log.Info("ringdesk is up", "http", ln.Addr().String(), "version", version)
	var failure error
	select {
	case <-ctx.Done():
	case failure = <-failed:
	}
	stop()
	closing, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := a.server.Shutdown(closing); err != nil {
		a.log.Warn("closing the server", "error", err)
	}
	a.exchange.Close()
	stopEngine()
	parts.Wait()
	return failure
}

func newLogger(s configs.Settings) *slog.Logger {
	var level slog.Level
	// Validate has let only level names through.
	_ = level.UnmarshalText([]byte(s.LogLevel))
	return slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: level}))
}

// busyPort says what to do about an address that cannot be listened on.
func busyPort(setting, addr string, err error) error {
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("%s is in use by another program: stop it, or choose another address with %s", addr, setting)
	}
	return fmt.Errorf("%s cannot be listened on: %w; choose another address with %s", addr, err, setting)
}

// lockData keeps a second controller off the same database.
func lockData(dir string) (unlock func(), err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("the data folder cannot be made: %w; choose another with RINGDESK_DATA", err)
	}
	f, err := os.OpenFile(filepath.Join(dir, "controller.lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("the data folder cannot be written: %w; make it writable or choose another with RINGDESK_DATA", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		return nil, fmt.Errorf("another ringdesk runs on the data folder %s: stop it, or choose another folder with RINGDESK_DATA", dir)
	}
	return func() { f.Close() }, nil
}
