// Package jobs runs the scheduled work (ADM-4).
package jobs

import (
	"context"
	"log/slog"
	"time"

	"github.com/robfig/cron/v3"

	"ringdesk/models"
)

// keepChanges is how long the record of what changed for the screens is kept.
// A browser that was away longer takes a new snapshot anyway.
const keepChanges = 48 * time.Hour

// Scheduler runs the jobs at their times, in UTC, so that a change to or from
// summer time skips and repeats none.
type Scheduler struct {
	cron  *cron.Cron
	store *models.Store
	log   *slog.Logger
}

// New plans the jobs.
func New(store *models.Store, log *slog.Logger) (*Scheduler, error) {
	s := &Scheduler{store: store, log: log}
	l := cronLog{log}
	s.cron = cron.New(cron.WithLocation(time.UTC), cron.WithChain(cron.Recover(l), cron.SkipIfStillRunning(l)))
	_, err := s.cron.AddFunc("30 3 * * *", func() { s.prune(context.Background(), time.Now()) })
	return s, err
}

// Run runs the jobs until ctx ends, and the job that is running to its end.
func (s *Scheduler) Run(ctx context.Context) error {
	s.cron.Start()
	<-ctx.Done()
	<-s.cron.Stop().Done()
	return nil
}

// prune removes what has no use any more: old failures to sign in, and what
// the screens have long seen.
func (s *Scheduler) prune(ctx context.Context, now time.Time) {
	err := s.store.Tx(ctx, func(tx *models.Tx) error { return tx.Prune(now, keepChanges) })
	if err != nil {
		s.log.Error("pruning", "error", err)
		return
	}
	s.log.Info("pruned failures to sign in and changes")
}

// cronLog lets cron write to our log.
type cronLog struct{ log *slog.Logger }

func (l cronLog) Info(msg string, kv ...any) { l.log.Debug("cron: "+msg, kv...) }
func (l cronLog) Error(err error, msg string, kv ...any) {
	l.log.Error("cron: "+msg, append(kv, "error", err)...)
}
