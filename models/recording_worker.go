package models

import (
	"fmt"
	"time"
)

// HoldTask lengthens the lease of a task that TakeTask handed out. A task that
// somebody else has taken since, or finished, gives ErrConflict.
func (t *Tx) HoldTask(task Task, lease time.Time) error {
	res := t.db.Model(&Task{}).Where("id = ? AND attempts = ? AND done_at IS NULL", task.ID, task.Attempts).
		Update("due_at", At(lease))
	if res.Error == nil && res.RowsAffected == 0 {
		return fmt.Errorf("task %s attempt %d: %w", task.ID, task.Attempts, ErrConflict)
	}
	return res.Error
}
