package models

import (
	"context"
	"time"
)

// RenewController says until when a controller counts as living: the calls that
// it owns are its own until then.
func (t *Tx) RenewController(id string, until time.Time) error {
	return t.db.Exec(`INSERT INTO controllers (id, lease_until) VALUES (?, ?)
		ON CONFLICT (id) DO UPDATE SET lease_until = excluded.lease_until`, id, At(until)).Error
}

// TakeCalls gives a controller the live calls whose owner counts as living no
// more, and lists them, oldest first. Each gets a new version: should its owner
// live all the same, it can save nothing any more.
func (t *Tx) TakeCalls(owner string, now time.Time) ([]Call, error) {
	cs, err := liveCalls(t.db.Where("live AND owner <> ? AND owner NOT IN (SELECT id FROM controllers WHERE lease_until > ?)", owner, At(now)))
	if err != nil {
		return nil, err
	}
	for i := range cs {
		c := &cs[i]
		c.Owner = owner
		c.Version++
		if err := t.db.Exec("UPDATE calls SET owner = ?, version = ? WHERE id = ?", c.Owner, c.Version, c.ID).Error; err != nil {
			return nil, err
		}
	}
	return cs, nil
}

// DropControllers forgets all leases. It is for a controller that knows to be
// alone on the database.
func (t *Tx) DropControllers() error { return t.db.Exec("DELETE FROM controllers").Error }

// CallsOwnedBy lists the live calls of a controller, oldest first.
func (s *Store) CallsOwnedBy(ctx context.Context, owner string) ([]Call, error) {
	return liveCalls(s.read.WithContext(ctx).Where("live AND owner = ?", owner))
}

// CallsNotOwnedBy lists the live calls of others.
func (s *Store) CallsNotOwnedBy(ctx context.Context, owner string) ([]Call, error) {
	return liveCalls(s.read.WithContext(ctx).Where("live AND owner <> ?", owner))
}

// CallOwner is the controller that runs a live call; ErrNotFound if there is no
// such call of the workspace, or it is over.
func (s *Store) CallOwner(ctx context.Context, workspace, call string) (string, error) {
	c, err := one[Call](s.read.WithContext(ctx).Select("owner"), "workspace_id = ? AND id = ? AND live", workspace, call)
	return c.Owner, err
}

// LastOwner is the controller that runs a call, or ran it until it was over.
func (s *Store) LastOwner(ctx context.Context, workspace, call string) (string, error) {
	c, err := one[Call](s.read.WithContext(ctx).Select("owner"), "workspace_id = ? AND id = ?", workspace, call)
	return c.Owner, err
}
