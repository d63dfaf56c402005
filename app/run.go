package app

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"ringdesk/controller/flows"
	"ringdesk/controller/metrics/scrape"
)

// closeTime is how long requests that are being answered may take once the App
// ends.
const closeTime = 5 * time.Second

// Run serves until ctx ends or a part fails, then closes in order: no new
// requests, calls left to the engine, the rest.
func (a *App) Run(ctx context.Context) error {
	failed := make(chan error, 16) // room for every part
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
		if err := a.Engine.Run(ctx, a.Exchange.Handle); err != nil {
			return OperatorError{err}
		}
		return nil
	})
	a.startOthers(ctx, start)
	debug.FreeOSMemory() // what starting took is not needed again
	var failure error
	select {
	case <-ctx.Done():
	case failure = <-failed:
	}
	stop()
	if a.server != nil {
		closing, cancel := context.WithTimeout(context.Background(), closeTime)
		defer cancel()
		if err := a.server.Shutdown(closing); err != nil {
			a.log.Warn("closing the server", "error", err)
		}
	}
	a.Exchange.Close()
	stopEngine()
	parts.Wait()
	return failure
}

// startOthers starts the parts beside the engine's link that this App has.
func (a *App) startOthers(ctx context.Context, start func(context.Context, string, func(context.Context) error)) {
	start(ctx, "trunks", func(ctx context.Context) error {
		a.provisioner.Watch(ctx, a.Exchange.EngineUp)
		return nil
	})
	if a.tasks != nil {
		start(ctx, "tasks", a.tasks.Run)
		start(ctx, "jobs", a.jobs.Run)
		start(ctx, "disk", a.disk.Run)
		start(ctx, "presence", a.Presence.Run)
		start(ctx, "webhooks", a.webhooks.Run)
		start(ctx, "workflows", a.workflows.Run)
		start(ctx, "statistics", a.statistics.Run)
	}
	if a.flows != nil {
		start(ctx, "flows", func(ctx context.Context) error {
			return a.flows.Run(ctx, &flows.Flows{Store: a.Store, Now: time.Now, Folder: a.flows})
		})
	}
	if a.uploads != nil {
		start(ctx, "storage", a.watchStorage)
	}
	if a.music != nil {
		start(ctx, "hold music", a.music.Run)
	}
	if a.metrics != nil {
		figures := a.figures()
		start(ctx, "metrics", func(ctx context.Context) error {
			if err := scrape.Serve(ctx, a.metrics, figures); err != nil { // calls go on without
				a.log.Error("there are no more figures for Prometheus", "error", err)
			}
			return nil
		})
	}
	if a.certificate != nil {
		start(ctx, "certificate", a.certificate.Run)
	}
	if a.sipCertificate != nil {
		start(ctx, "SIP's certificate", a.sipCertificate.Run)
		start(ctx, "SIP's certificate in the engine", a.tellOfCertificate)
	}
	if a.redirects != nil {
		start(ctx, "redirects", func(ctx context.Context) error { return redirect(ctx, a.redirects, a.redirectTo, a.log) })
	}
	if a.server != nil {
		start(ctx, "http", func(context.Context) error { return a.server.Listen(a.listener) })
		a.log.Info("ringdesk is up", "http", a.listener.Addr().String(), "version", a.version)
	}
}
