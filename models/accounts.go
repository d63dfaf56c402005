package models

import (
	"context"
	"encoding/json"
	"time"
)

// Account is a person's login.
type Account struct {
	ID           string `gorm:"primaryKey"`
	Email        string // lower case
	Name         string
	PasswordHash string // argon2id, PHC string
	Locale       string // ko or en
	CreatedAt    Time
}

// Workspace is one business's separate space.
type Workspace struct {
	ID           string `gorm:"primaryKey"`
	Name         string
	Country      string // ISO 3166-1 alpha-2
	TimeZone     string // IANA name
	RingSeconds  int    // how long a call rings before it is missed (IN-4)
	QueueSeconds int    // how long a caller may wait (IN-6)
	Settings     string // JSON, dialplan.Settings
	Outbound     string // JSON, OutboundSettings
	CreatedAt    Time
}

// Session is one signed-in browser.
type Session struct {
	TokenHash   string `gorm:"primaryKey"`
	AccountID   string
	WorkspaceID string // the workspace that the browser looks at
	CreatedAt   Time
	ExpiresAt   Time
}

// APIKey lets programs in. It belongs to a workspace and may do what an admin
// may.
type APIKey struct {
	AccessKey   string `gorm:"primaryKey"`
	WorkspaceID string
	Name        string
	SecretHash  string // SHA-256, hex: the secret itself is 256 random bits
	CreatedAt   Time
}

func (APIKey) TableName() string { return "api_keys" }

// AddWorkspace makes a workspace.
func (t *Tx) AddWorkspace(w Workspace) error { return create(t.db, &w) }

// AddAccount makes a login; an e-mail address that is taken gives ErrConflict.
func (t *Tx) AddAccount(a Account) error { return create(t.db, &a) }

// AddAPIKey makes an API key.
func (t *Tx) AddAPIKey(k APIKey) error { return create(t.db, &k) }

// AddSession makes a session.
func (t *Tx) AddSession(s Session) error { return create(t.db, &s) }

// EndSession removes a session and its phone, whose id is returned ("" if
// there was none).
func (t *Tx) EndSession(tokenHash string) (phone string, err error) {
	var p Phone
	if err := t.db.Where("session_hash = ?", tokenHash).Limit(1).Find(&p).Error; err != nil {
		return "", err
	}
	if err := t.db.Where("session_hash = ?", tokenHash).Delete(&Phone{}).Error; err != nil {
		return "", err
	}
	return p.ID, t.db.Where("token_hash = ?", tokenHash).Delete(&Session{}).Error
}

// UseWorkspace makes the session look at another workspace.
func (t *Tx) UseWorkspace(tokenHash, workspace string) error {
	return t.db.Model(&Session{}).Where("token_hash = ?", tokenHash).Update("workspace_id", workspace).Error
}

// SetLocale changes an account's language.
func (t *Tx) SetLocale(account, locale string) error {
	return t.db.Model(&Account{}).Where("id = ?", account).Update("locale", locale).Error
}

// AccountByEmail finds a login.
func (s *Store) AccountByEmail(ctx context.Context, email string) (Account, error) {
	return one[Account](s.read.WithContext(ctx), "email = ?", email)
}

// Account finds a login by id.
func (s *Store) Account(ctx context.Context, id string) (Account, error) {
	return one[Account](s.read.WithContext(ctx), "id = ?", id)
}

// Workspace finds a workspace by id.
func (s *Store) Workspace(ctx context.Context, id string) (Workspace, error) {
	return one[Workspace](s.read.WithContext(ctx), "id = ?", id)
}

// WorkspacesOf lists the workspaces in which the account is an agent, oldest first.
func (s *Store) WorkspacesOf(ctx context.Context, account string) ([]Workspace, error) {
	var ws []Workspace
	err := s.read.WithContext(ctx).
		Where("id IN (SELECT workspace_id FROM agents WHERE account_id = ?)", account).Order("id").Find(&ws).Error
	return ws, err
}

// CountWorkspaces tells whether the installation is new.
func (s *Store) CountWorkspaces(ctx context.Context) (int64, error) {
	var n int64
	err := s.read.WithContext(ctx).Model(&Workspace{}).Count(&n).Error
	return n, err
}

// Session finds a session that has not expired.
func (s *Store) Session(ctx context.Context, tokenHash string, now time.Time) (Session, error) {
	return one[Session](s.read.WithContext(ctx), "token_hash = ? AND expires_at > ?", tokenHash, At(now))
}

// APIKey finds an API key by its access key.
func (s *Store) APIKey(ctx context.Context, accessKey string) (APIKey, error) {
	return one[APIKey](s.read.WithContext(ctx), "access_key = ?", accessKey)
}

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

// encode and decode keep small lists and maps as JSON text.
func encode(v any) string {
	b, err := json.Marshal(v)
	if err != nil { // only maps and slices of strings and numbers come here
		panic(err)
	}
	return string(b)
}

func decode[T any](text string) T {
	var v T
	if text != "" {
		// What is there was written by encode; a damaged row reads as empty.
		_ = json.Unmarshal([]byte(text), &v)
	}
	return v
}
