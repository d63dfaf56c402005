package models

import (
	"context"
	"time"
)

// Phone is the SIP account of one browser. An account has at most one: the
// newest browser takes it.
type Phone struct {
	ID          string `gorm:"primaryKey"`
	SessionHash string
	AccountID   string
	Password    string // random; lives as long as the session
	Ready       bool   // registered with the engine, says the browser
	SeenAt      Time   // last heartbeat
	CreatedAt   Time
}

// PhoneTimeout is how long a browser may be silent before it is offered
// nothing any more (IN-12).
const PhoneTimeout = 15 * time.Second

// PutPhone gives the account a new phone and returns the id of the one it
// replaces, or "".
func (t *Tx) PutPhone(p Phone) (old string, err error) {
	var prev Phone
	if err := t.db.Where("account_id = ?", p.AccountID).Limit(1).Find(&prev).Error; err != nil {
		return "", err
	}
	if err := t.db.Where("account_id = ?", p.AccountID).Delete(&Phone{}).Error; err != nil {
		return "", err
	}
	if err := create(t.db, &p); err != nil {
		return "", err
	}
	return prev.ID, t.accountChanged(p.AccountID)
}

// SetPhoneReady records what the browser says about its registration. A phone
// that was replaced gives ErrNotFound.
func (t *Tx) SetPhoneReady(account, id string, ready bool, now time.Time) error {
	res := t.db.Exec("UPDATE phones SET ready = ?, seen_at = ? WHERE account_id = ? AND id = ?", ready, At(now), account, id)
	if res.Error == nil && res.RowsAffected == 0 {
		return ErrNotFound
	}
	if res.Error != nil {
		return res.Error
	}
	return t.accountChanged(account)
}

// Phones lists every phone, for putting them into an engine that restarted.
func (s *Store) Phones(ctx context.Context) ([]Phone, error) {
	var ps []Phone
	return ps, s.read.WithContext(ctx).Find(&ps).Error
}

// PhoneOf finds the phone of a session.
func (s *Store) PhoneOf(ctx context.Context, sessionHash, id string) (Phone, error) {
	return one[Phone](s.read.WithContext(ctx), "session_hash = ? AND id = ?", sessionHash, id)
}

// SessionCall is the call that a browser's phone is in.
type SessionCall struct{ WorkspaceID, CallID, AgentID string }

// CallOfSession finds the call that the session's phone is in; none gives
// ErrNotFound.
func (s *Store) CallOfSession(ctx context.Context, sessionHash string) (SessionCall, error) {
	var found []SessionCall
	err := s.read.WithContext(ctx).Raw(`SELECT c.workspace_id, c.id AS call_id, a.id AS agent_id FROM phones p
		JOIN claims cl ON cl.account_id = p.account_id AND cl.in_call JOIN calls c ON c.id = cl.call_id
		JOIN agents a ON a.account_id = p.account_id AND a.workspace_id = c.workspace_id WHERE p.session_hash = ?`, sessionHash).Scan(&found).Error
	if err == nil && len(found) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return SessionCall{}, err
	}
	return found[0], nil
}
