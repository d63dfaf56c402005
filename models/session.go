package models

import (
	"context"
	"time"
)

// Session is one signed-in browser.
type Session struct {
	TokenHash   string `gorm:"primaryKey"`
	ID          string // what it is called by; no secret
	AccountID   string
	WorkspaceID string // the workspace that the browser looks at
	CreatedAt   Time
	ExpiresAt   Time
	Address     string // the network address that it was begun from; "" when not known
	Browser     string // what the browser calls itself (User-Agent)
}

// lasting are sessions that have not run out at a moment (given twice). One whose phone is
// in a call lasts as long as that, and the wrap-up after it (END-5): its agent would lose
// the customer, or what they are writing.
const lasting = `(expires_at > ? OR EXISTS (SELECT 1 FROM phones p WHERE p.session_hash = sessions.token_hash AND (
	EXISTS (SELECT 1 FROM claims c WHERE c.account_id = p.account_id AND c.in_call)
	OR EXISTS (SELECT 1 FROM agents a WHERE a.account_id = p.account_id AND a.wrap_up_until > ?))))`

// AddSession makes a session.
func (t *Tx) AddSession(s Session) error {
	s.ID = NewID()
	return create(t.db, &s)
}

// SessionsOf lists an account's sessions that have not expired, the latest first:
// all, or those that look at a workspace ("" means any).
func (s *Store) SessionsOf(ctx context.Context, account, workspace string, now time.Time) ([]Session, error) {
	var ss []Session
	return ss, s.read.WithContext(ctx).Where("account_id = ? AND (? = '' OR workspace_id = ?) AND "+lasting, account, workspace, workspace, At(now), At(now)).
		Order("created_at DESC, id").Find(&ss).Error
}

// SessionByID finds one of an account's sessions inside the transaction.
func (t *Tx) SessionByID(account, id string) (Session, error) {
	return one[Session](t.db, "account_id = ? AND id = ?", account, id)
}

// UseWorkspace makes the session look at another workspace.
func (t *Tx) UseWorkspace(tokenHash, workspace string) error {
	return t.db.Model(&Session{}).Where("token_hash = ?", tokenHash).Update("workspace_id", workspace).Error
}

// Session finds a session that has not expired.
func (s *Store) Session(ctx context.Context, tokenHash string, now time.Time) (Session, error) {
	return one[Session](s.read.WithContext(ctx), "token_hash = ? AND "+lasting, tokenHash, At(now), At(now))
}

// HasSession says inside the transaction whether a session has not ended.
func (t *Tx) HasSession(tokenHash string, now time.Time) (bool, error) {
	var n int64
	err := t.db.Model(&Session{}).Where("token_hash = ? AND "+lasting, tokenHash, At(now), At(now)).Count(&n).Error
	return n > 0, err
}

// ExpiredSessions counts the sessions that have run out and are still there.
func (s *Store) ExpiredSessions(ctx context.Context, now time.Time) (int64, error) {
	var n int64
	err := s.read.WithContext(ctx).Model(&Session{}).Where("NOT "+lasting, At(now), At(now)).Count(&n).Error
	return n, err
}

// EndSession ends a session; one that has ended already is no error.
func (t *Tx) EndSession(tokenHash string) error {
	_, err := t.endSessions(false, "token_hash = ?", tokenHash)
	return err
}

// EndSessionsOf ends an account's sessions and says how many: all but one
// (except may be ""), or only those that look at a workspace ("" means any).
func (t *Tx) EndSessionsOf(account, workspace, except string) (int, error) {
	return t.endSessions(false, "account_id = ? AND (? = '' OR workspace_id = ?) AND token_hash <> ?", account, workspace, workspace, except)
}

// ShutOut ends an account's sessions in a workspace that it may not enter again.
func (t *Tx) ShutOut(account, workspace string) error {
	_, err := t.endSessions(true, "account_id = ? AND workspace_id = ?", account, workspace)
	return err
}

// EndExpiredSessions ends the sessions that have run out.
func (t *Tx) EndExpiredSessions(now time.Time) error {
	_, err := t.endSessions(false, "NOT "+lasting, At(now), At(now))
	return err
}

// endSessions removes sessions with their phones, and tells the controller and
// the screens.
func (t *Tx) endSessions(shutOut bool, where string, args ...any) (int, error) {
	var ended []struct{ TokenHash, AccountID, PhoneID string }
	err := t.db.Raw(`SELECT s.token_hash, s.account_id, COALESCE(p.id, '') AS phone_id FROM sessions s
		LEFT JOIN phones p ON p.session_hash = s.token_hash WHERE s.token_hash IN (SELECT token_hash FROM sessions WHERE `+where+`)
		ORDER BY s.token_hash`, args...).Scan(&ended).Error
	if err != nil || len(ended) == 0 {
		return 0, err
	}
	sessions := map[string]bool{}
	for _, e := range ended {
		sessions[e.TokenHash] = true
		if err := create(t.db, &Revocation{SessionHash: e.TokenHash, PhoneID: e.PhoneID, ShutOut: shutOut, At: At(time.Now())}); err != nil {
			return 0, err
		}
		if err := t.db.Where("session_hash = ?", e.TokenHash).Delete(&Phone{}).Error; err != nil {
			return 0, err
		}
		if err := t.db.Where("token_hash = ?", e.TokenHash).Delete(&Session{}).Error; err != nil {
			return 0, err
		}
		if e.PhoneID == "" {
			continue
		}
		if err := t.accountChanged(e.AccountID); err != nil {
			return 0, err
		}
	}
	return len(sessions), nil
}
