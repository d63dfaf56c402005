package models

import "time"

// Prune removes failures to sign in of more than a day ago, changes older than
// keepChanges, and outbound calls that have stood in the ledger for a day.
func (t *Tx) Prune(now time.Time, keepChanges time.Duration) error {
	for _, q := range []struct {
		sql string
		arg Time
	}{
		{"DELETE FROM login_failures WHERE last_at <= ?", At(now.Add(-24 * time.Hour))},
		{"DELETE FROM outbound_calls WHERE ended_at <= ?", At(now.Add(-24 * time.Hour))},
		{"DELETE FROM changes WHERE at <= ?", At(now.Add(-keepChanges))},
	} {
		if err := t.db.Exec(q.sql, q.arg).Error; err != nil {
			return err
		}
	}
	return nil
}
