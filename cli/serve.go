package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"ringdesk/app"
	"ringdesk/configs"
	"ringdesk/controller/logkeep"
)

type serveCmd struct{}

// Run is the controller's life. Calls go on in the engine without us.
func (serveCmd) Run(s configs.Settings, stamp version) (err error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := checkServe(s); err != nil {
		return usageError{Err: err}
	}
	ln, err := net.Listen("tcp", s.Web.Address)
	if err != nil {
		return usageError{Err: busyPort("RINGDESK_HTTP", s.Web.Address, err)}
	}
	defer ln.Close()
	log, closeLog, err := newLogger(s)
	if err != nil {
		return usageError{Err: err}
	}
	defer func() { err = errors.Join(err, closeLog()) }()
	figures := listenMetrics(s, log)
	if figures != nil {
		defer figures.Close()
	}
	usual := debug.SetGCPercent(startGC)
	a, err := app.Open(ctx, app.Options{Settings: s, Version: string(stamp), Log: log, Listener: ln, Metrics: figures})
	if err != nil {
		return err
	}
	if err := welcome(ctx, s, a.Store, log); err != nil {
		return errors.Join(err, a.Close())
	}
	debug.SetGCPercent(usual)
	return errors.Join(a.Run(ctx), a.Close())
}

// startGC is the garbage collector's percentage while the product starts. Starting leaves much
// behind at once; collected often, what stays lies closer together, and less memory is held.
const startGC = 20

// listenMetrics listens where Prometheus looks. Calls do not wait for that: an
// address that cannot be had is told in the log, and gives nil.
func listenMetrics(s configs.Settings, log *slog.Logger) net.Listener {
	if s.Metrics.Address == configs.Off {
		return nil
	}
	ln, err := net.Listen("tcp", s.Metrics.Address)
	if err != nil {
		log.Error("there are no figures for Prometheus", "error", busyPort("RINGDESK_METRICS", s.Metrics.Address, err))
		return nil
	}
	return ln
}

// checkServe says what is missing to serve. Settings of a FreeSWITCH are
// complete by then.
func checkServe(s configs.Settings) error {
	switch {
	case s.Engine.SIPSocket == "" || s.Recordings.Folder == "", s.Engine.Use != configs.FreeSWITCH && s.Asterisk.ARIURL == "":
		return errors.New("serve needs RINGDESK_ARI_URL, RINGDESK_ARI_USER, RINGDESK_ARI_PASSWORD, RINGDESK_SIP_SOCKET and " +
			"RINGDESK_RECORDINGS; `ringdesk run` sets them and starts Asterisk, too. With RINGDESK_ENGINE=freeswitch it needs " +
			"RINGDESK_EVENT_SOCKET, RINGDESK_EVENT_PASSWORD and RINGDESK_ENDPOINTS instead of ARI's")
	default:
		return nil
	}
}

// olderLogs are how many files of the log stay beside the newest.
const olderLogs = 4

// newLogger makes the log of the settings, and what closes it.
func newLogger(s configs.Settings) (*slog.Logger, func() error, error) {
	to, done := io.Writer(os.Stderr), func() error { return nil }
	if s.Log.File != "" {
		file, err := logkeep.NewWriter(s.Log.File, int64(s.Log.MiB)<<20, olderLogs)
		if err != nil {
			return nil, nil, fmt.Errorf("the log cannot be written: %w; choose another file with RINGDESK_LOG_FILE", err)
		}
		to, done = file, file.Close
	}
	o := &slog.HandlerOptions{}
	var level slog.Level
	// configs.Load has let only level names through.
	_ = level.UnmarshalText([]byte(s.Log.Level))
	o.Level = level
	if s.Log.Format == "json" {
		return slog.New(slog.NewJSONHandler(to, o)), done, nil
	}
	return slog.New(slog.NewTextHandler(to, o)), done, nil
}

// busyPort says what to do about an address that cannot be listened on.
func busyPort(setting, addr string, err error) error {
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("%s is in use by another program: stop it, or choose another address with %s", addr, setting)
	}
	return fmt.Errorf("%s cannot be listened on: %w; choose another address with %s", addr, err, setting)
}
