package models

import (
	"context"
)

// Account is a person's login.
type Account struct {
	ID           string `gorm:"primaryKey"`
	Email        string // lower case
	Name         string
	PasswordHash string // argon2id, PHC string; "" while they have chosen none, and cannot sign in
	Locale       string // ko or en
	CreatedAt    Time
	// PreferencesText is JSON, Preferences.
	PreferencesText string `gorm:"column:preferences"`
}

// AddAccount makes a login; an e-mail address that is taken gives ErrConflict.
func (t *Tx) AddAccount(a Account) error { return create(t.db, &a) }

// SetLocale changes an account's language.
func (t *Tx) SetLocale(account, locale string) error {
	return t.db.Model(&Account{}).Where("id = ?", account).Update("locale", locale).Error
}

// AccountUpdate is what changes of an account; what is nil stays as it is.
type AccountUpdate struct{ Name, Locale *string }

// UpdateAccount changes an account.
func (t *Tx) UpdateAccount(id string, u AccountUpdate) error {
	return update(t.db.Model(&Account{}).Where("id = ?", id), u)
}

// AccountByEmail finds a login.
func (s *Store) AccountByEmail(ctx context.Context, email string) (Account, error) {
	return one[Account](s.read.WithContext(ctx), "email = ?", email)
}

// Account finds a login by id.
func (s *Store) Account(ctx context.Context, id string) (Account, error) {
	return one[Account](s.read.WithContext(ctx), "id = ?", id)
}

// Account finds a login by id inside the transaction.
func (t *Tx) Account(id string) (Account, error) { return one[Account](t.db, "id = ?", id) }

// AccountByEmail finds a login inside the transaction.
func (t *Tx) AccountByEmail(email string) (Account, error) {
	return one[Account](t.db, "email = ?", email)
}

// SetPasswordHash gives an account another password.
func (t *Tx) SetPasswordHash(account, hash string) error {
	return gone(t.db.Model(&Account{}).Where("id = ?", account).Update("password_hash", hash))
}

// TellAccount tells the screens that an account is different now: those of
// every workspace in which it is an agent.
func (t *Tx) TellAccount(account string) error { return t.accountChanged(account) }

func (t *Tx) accountChanged(account string) error {
	return t.tellAgents("SELECT id, workspace_id FROM agents WHERE account_id = ?", account)
}
