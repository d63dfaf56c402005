package models

import (
	"context"
)

// The scopes of API keys, each with what the ones before may.
const (
	ScopeRead  = "read"  // look at what agents see
	ScopeCalls = "calls" // change calls, conversations and contacts
	ScopeAdmin = "admin" // what owners and admins may
)

// defaultPerMinute is how many requests in a minute an API key may send that says nothing
// of it.
const defaultPerMinute = 600

// APIKey lets programs in. It belongs to a workspace.
type APIKey struct {
	AccessKey   string `gorm:"primaryKey"`
	WorkspaceID string
	Name        string
	SecretHash  string // SHA-256, hex: the secret itself is 256 random bits
	Scope       string
	PerMinute   int  // requests that it may send in a minute
	LastUsedAt  Time // to the minute; zero means never
	CreatedAt   Time
}

func (APIKey) TableName() string { return "api_keys" }

// AddAPIKey makes an API key.
func (t *Tx) AddAPIKey(k APIKey) error {
	if k.Scope == "" {
		k.Scope = ScopeAdmin
	}
	if k.PerMinute == 0 {
		k.PerMinute = defaultPerMinute
	}
	return create(t.db, &k)
}

// APIKeyUpdate is what changes of an API key; what is nil stays as it is.
type APIKeyUpdate struct {
	Name, Scope *string
	PerMinute   *int
	LastUsedAt  *Time
}

// UpdateAPIKey changes an API key of a workspace.
func (t *Tx) UpdateAPIKey(workspace, accessKey string, u APIKeyUpdate) error {
	return update(t.db.Model(&APIKey{}).Where("workspace_id = ? AND access_key = ?", workspace, accessKey), u)
}

// APIKey finds an API key by its access key.
func (s *Store) APIKey(ctx context.Context, accessKey string) (APIKey, error) {
	return one[APIKey](s.read.WithContext(ctx), "access_key = ?", accessKey)
}

// APIKey finds an API key inside the transaction.
func (t *Tx) APIKey(accessKey string) (APIKey, error) {
	return one[APIKey](t.db, "access_key = ?", accessKey)
}

// APIKeys lists the API keys of a workspace, oldest first.
func (s *Store) APIKeys(ctx context.Context, workspace string) ([]APIKey, error) {
	var ks []APIKey
	return ks, s.read.WithContext(ctx).Where("workspace_id = ?", workspace).Order("created_at, access_key").Find(&ks).Error
}

// DeleteAPIKey removes an API key of a workspace.
func (t *Tx) DeleteAPIKey(workspace, accessKey string) error {
	return gone(t.db.Where("workspace_id = ? AND access_key = ?", workspace, accessKey).Delete(&APIKey{}))
}
