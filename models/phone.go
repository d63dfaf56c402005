package models

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"
)

// Phone is the SIP account of one browser. An account has at most one: the
// newest browser takes it.
type Phone struct {
	ID          string `gorm:"primaryKey"`
	SessionHash string
	AccountID   string
	Password    string // random; lives as long as the session
	Proof       string // random; known to the controller and the engine only
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

// SetPhoneReady records what the browser says about its phone's registration. A
// phone that was replaced gives ErrNotFound.
func (t *Tx) SetPhoneReady(account, id string, ready bool, now time.Time) error {
	if err := gone(t.db.Exec("UPDATE phones SET ready = ?, seen_at = ? WHERE account_id = ? AND id = ?", ready, At(now), account, id)); err != nil {
		return err
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

// PhonesAwaited says whether browsers of a workspace were there until shortly
// before a controller started, and have not been heard of since.
func (t *Tx) PhonesAwaited(workspace string, started time.Time) (bool, error) {
	var any bool
	err := t.db.Raw(`SELECT EXISTS (SELECT 1 FROM phones p JOIN agents a ON a.account_id = p.account_id
		WHERE a.workspace_id = ? AND a.seat AND a.suspended_at IS NULL AND p.ready AND p.seen_at > ? AND p.seen_at <= ?)`,
		workspace, At(started.Add(-10*time.Minute)), At(started.Add(-PhoneTimeout))).Scan(&any).Error
	return any, err
}

// phonesAtOnce is how many phones one statement is about. Fewer are made as many by saying
// one again: a statement of each length would be compiled and kept, and a thousand phones
// have many lengths.
const phonesAtOnce = 100

// PostgreSQL takes what a VALUES holds for text, unless its first row says otherwise. Each
// phone is found by its id: of a thousand heard, none is looked for among the others.
var heardPhones = "WITH heard (id, at) AS (VALUES (?, CAST(? AS BIGINT))" + strings.Repeat(", (?, ?)", phonesAtOnce-1) + `)
	UPDATE phones SET seen_at = heard.at FROM heard WHERE phones.id = heard.id AND heard.at > phones.seen_at`

// HeardPhones records when each phone's browser was last heard from. A moment
// that is older than the recorded one changes nothing.
func (t *Tx) HeardPhones(heard map[string]time.Time) error {
	for ids := range slices.Chunk(slices.Sorted(maps.Keys(heard)), phonesAtOnce) {
		args := make([]any, 0, 2*phonesAtOnce)
		for i := range phonesAtOnce {
			id := ids[min(i, len(ids)-1)]
			args = append(args, id, At(heard[id]))
		}
		if _, err := exec(t.db, heardPhones, args...); err != nil {
			return err
		}
	}
	return nil
}

// ReadyPhones lists the phones that are registered with the engine.
func (s *Store) ReadyPhones(ctx context.Context) ([]Phone, error) {
	var ps []Phone
	return ps, s.read.WithContext(ctx).Omit("password").Where("ready").Find(&ps).Error
}
