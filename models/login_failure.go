package models

import (
	"context"
	"time"
)

// LoginFailures tells how often signing in failed for a subject (an e-mail
// address or a network address) in a row, and when last.
func (s *Store) LoginFailures(ctx context.Context, subject string) (n int, last time.Time, err error) {
	row := struct {
		Failures int
		LastAt   Time
	}{}
	err = s.read.WithContext(ctx).Table("login_failures").Where("subject = ?", subject).Limit(1).Scan(&row).Error
	return row.Failures, row.LastAt.Time, err
}

// LoginFailed counts a failure. Failures older than forget start anew.
func (t *Tx) LoginFailed(subject string, now time.Time, forget time.Duration) error {
	return t.db.Exec(`INSERT INTO login_failures (subject, failures, last_at) VALUES (?, 1, ?)
		ON CONFLICT (subject) DO UPDATE SET failures = CASE WHEN login_failures.last_at < ? THEN 1 ELSE login_failures.failures + 1 END,
		last_at = excluded.last_at`, subject, At(now), At(now.Add(-forget))).Error
}

// LoginSucceeded forgets the failures of a subject.
func (t *Tx) LoginSucceeded(subject string) error {
	return t.db.Exec("DELETE FROM login_failures WHERE subject = ?", subject).Error
}
