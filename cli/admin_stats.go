package cli

import (
	"context"
	"errors"
	"log/slog"

	"ringdesk/configs"
	"ringdesk/controller/stats"
	"ringdesk/models"
)

type rebuildStatsCmd struct{}

// Run makes the statistics of all calls anew (STAT-0).
func (rebuildStatsCmd) Run(s configs.Settings) error {
	store, err := models.Open(s.Database())
	if err != nil {
		return usageError{Err: err}
	}
	r, err := stats.NewKeeper(store, slog.Default(), "rebuild", nil).RebuildAll(context.Background())
	if err == nil {
		say("%d calls have ended; the statistics of %d were missing and of %d were wrong: all are as the journal says now", r.Calls, r.Missing, r.Wrong)
	}
	return errors.Join(err, store.Close())
}
