package models

import (
	"context"
	"time"
)

// The kinds of links.
const (
	LinkInvitation = "invitation"
	LinkPassword   = "password"
	LinkOwner      = "owner" // of a new installation; kept as an OwnerLink
)

// Link lets somebody in once: to accept an invitation, or to set a new password.
type Link struct {
	TokenHash   string `gorm:"primaryKey"`
	Kind        string
	WorkspaceID string
	AgentID     string
	CreatedAt   Time
	ExpiresAt   Time
}

// PutLink makes a link in place of the agent's former one of its kind.
func (t *Tx) PutLink(l Link) error {
	if err := t.db.Where("agent_id = ? AND kind = ?", l.AgentID, l.Kind).Delete(&Link{}).Error; err != nil {
		return err
	}
	return create(t.db, &l)
}

// Link finds a link that has not been used, or taken back; it may have run out.
func (s *Store) Link(ctx context.Context, tokenHash string) (Link, error) {
	return one[Link](s.read.WithContext(ctx), "token_hash = ?", tokenHash)
}

// UseLink takes a link that still works away; of two who use it one gets
// ErrNotFound.
func (t *Tx) UseLink(tokenHash string, now time.Time) error {
	return gone(t.db.Where("token_hash = ? AND expires_at > ?", tokenHash, At(now)).Delete(&Link{}))
}

// DropLinks takes an agent's links away.
func (t *Tx) DropLinks(agent string) error {
	return t.db.Where("agent_id = ?", agent).Delete(&Link{}).Error
}

// DropPasswordLinks takes the links to a new password of an account away, in all
// workspaces.
func (t *Tx) DropPasswordLinks(account string) error {
	return t.db.Exec("DELETE FROM links WHERE kind = ? AND agent_id IN (SELECT id FROM agents WHERE account_id = ?)", LinkPassword, account).Error
}
