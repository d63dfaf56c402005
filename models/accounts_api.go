package models

import (
	"context"
	"time"
)

// TellAccount tells the screens that an account is different now: those of
// every workspace in which it is an agent.
func (t *Tx) TellAccount(account string) error { return t.accountChanged(account) }

// EndExpiredSessions removes the sessions that have run out, with their
// phones, which it returns.
func (t *Tx) EndExpiredSessions(now time.Time) ([]Phone, error) {
	const expired = "session_hash IN (SELECT token_hash FROM sessions WHERE expires_at <= ?)"
	var ps []Phone
	if err := t.db.Where(expired, At(now)).Find(&ps).Error; err != nil {
		return nil, err
	}
	if err := t.db.Where(expired, At(now)).Delete(&Phone{}).Error; err != nil {
		return nil, err
	}
	if err := t.db.Where("expires_at <= ?", At(now)).Delete(&Session{}).Error; err != nil {
		return nil, err
	}
	for _, p := range ps {
		if err := t.accountChanged(p.AccountID); err != nil {
			return nil, err
		}
	}
	return ps, nil
}

// ExpiredSessions counts the sessions that have run out and are still there.
func (s *Store) ExpiredSessions(ctx context.Context, now time.Time) (int64, error) {
	var n int64
	err := s.read.WithContext(ctx).Model(&Session{}).Where("expires_at <= ?", At(now)).Count(&n).Error
	return n, err
}
