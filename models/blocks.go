package models

import (
	"context"
	"fmt"
	"time"
)

// Block turns a caller away (CALL-7, MISS-1 blockedUser).
type Block struct {
	ID          string `gorm:"primaryKey"`
	WorkspaceID string
	Number      string // as CallerE164 gives it
	UntilAt     Time   // zero means for ever
	Reason      string
	AgentID     string // who blocked
	CreatedAt   Time
}

// Blocked says whether a caller is blocked now. A withheld number ("") never
// is.
func (t *Tx) Blocked(workspace, number string, now time.Time) (bool, error) {
	var found bool
	err := t.db.Raw(`SELECT EXISTS (SELECT 1 FROM blocks WHERE workspace_id = ? AND number = ? AND number <> ''
		AND (until_at IS NULL OR until_at > ?))`, workspace, number, At(now)).Scan(&found).Error
	return found, err
}

// Block blocks a number. Where it is blocked already the new reason holds, and
// the later end: blocking again never shortens. A withheld number ("") gives
// ErrNumber, since it is everybody's.
func (t *Tx) Block(b Block) error {
	if b.Number == "" {
		return fmt.Errorf("a withheld number cannot be blocked: %w", ErrNumber)
	}
	var id string
	err := t.db.Raw(`INSERT INTO blocks (id, workspace_id, number, until_at, reason, agent_id, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (workspace_id, number) DO UPDATE SET reason = excluded.reason, agent_id = excluded.agent_id, created_at = excluded.created_at,
		until_at = CASE WHEN blocks.until_at > excluded.until_at OR blocks.until_at IS NULL THEN blocks.until_at ELSE excluded.until_at END
		RETURNING id`, b.ID, b.WorkspaceID, b.Number, b.UntilAt, b.Reason, b.AgentID, b.CreatedAt).Scan(&id).Error
	if err != nil {
		return err
	}
	return t.Changed(b.WorkspaceID, "block", id)
}

// Unblock takes a block back.
func (t *Tx) Unblock(workspace, id string) error {
	res := t.db.Where("workspace_id = ? AND id = ?", workspace, id).Delete(&Block{})
	if res.Error == nil && res.RowsAffected == 0 {
		return ErrNotFound
	}
	if res.Error != nil {
		return res.Error
	}
	return t.Changed(workspace, "block", id)
}

// Blocks lists the blocks of a workspace that are in force, the newest first.
func (s *Store) Blocks(ctx context.Context, workspace string, now time.Time) ([]Block, error) {
	var bs []Block
	return bs, s.read.WithContext(ctx).Where("workspace_id = ? AND (until_at IS NULL OR until_at > ?)", workspace, At(now)).
		Order("created_at DESC, id DESC").Find(&bs).Error
}
