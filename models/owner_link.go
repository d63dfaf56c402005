package models

import (
	"context"
	"time"
)

// OwnerLink lets the owner of a new installation begin it, once. There is at most
// one.
type OwnerLink struct {
	TokenHash string `gorm:"primaryKey"`
	CreatedAt Time
	ExpiresAt Time
}

// PutOwnerLink makes a link in place of the former one.
func (t *Tx) PutOwnerLink(l OwnerLink) error {
	if err := t.DropOwnerLink(); err != nil {
		return err
	}
	return create(t.db, &l)
}

// DropOwnerLink takes the link away.
func (t *Tx) DropOwnerLink() error { return t.db.Where("1 = 1").Delete(&OwnerLink{}).Error }

// OwnerLink gives the link that there is, also one that has run out; none gives
// ErrNotFound.
func (t *Tx) OwnerLink() (OwnerLink, error) { return one[OwnerLink](t.db, "1 = 1") }

// OwnerLink finds the link by its token; it may have run out.
func (s *Store) OwnerLink(ctx context.Context, tokenHash string) (OwnerLink, error) {
	return one[OwnerLink](s.read.WithContext(ctx), "token_hash = ?", tokenHash)
}

// UseOwnerLink takes a link that still works away; of two who use it one gets
// ErrNotFound.
func (t *Tx) UseOwnerLink(tokenHash string, now time.Time) error {
	return gone(t.db.Where("token_hash = ? AND expires_at > ?", tokenHash, At(now)).Delete(&OwnerLink{}))
}
