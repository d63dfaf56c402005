package tasks

import (
	"context"
	"time"

	"ringdesk/models"
)

// mostDead is how many dead tasks are listed at most.
const mostDead = 1000

// Dead lists the tasks that have no attempt left, those that died last first.
func Dead(ctx context.Context, store *models.Store) ([]models.Task, error) {
	return store.DeadTasks(ctx, mostDead)
}

// Retry makes a dead task due, with all its attempts before it. One that is not
// dead gives models.ErrNotFound.
func Retry(ctx context.Context, store *models.Store, id string, now time.Time) error {
	return store.Tx(ctx, func(tx *models.Tx) error { return tx.ReviveTask(id, now) })
}
