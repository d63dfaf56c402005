package models

import (
	"context"
	"fmt"
	"time"

	"ringdesk/controller/journal"
)

// Block turns a caller away (CALL-7, MISS-1 blockedUser).
type Block struct {
	ID          string `gorm:"primaryKey"`
	WorkspaceID string
	Number      string // as KnownNumber gives it, or the address of a caller who has no number
	UntilAt     Time   // zero means for ever
	Reason      string
	AgentID     string // who blocked
	CreatedAt   Time
}

// Blocked says whether a caller is blocked now. A withheld number ("") is never
// blocked.
func (t *Tx) Blocked(workspace, number string, now time.Time) (bool, error) {
	return value[bool](t.db, `SELECT EXISTS (SELECT 1 FROM blocks WHERE workspace_id = ? AND number = ? AND number <> ''
		AND (until_at IS NULL OR until_at > ?))`, workspace, number, At(now))
}

// Block blocks a caller. A caller who is blocked already keeps the later of both
// ends and gets the new reason: blocking again never shortens. A withheld number
// ("") gives ErrNumber, since it is everybody's.
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
	return t.Changed(b.WorkspaceID, journal.TopicBlock, id)
}

// Unblock removes a block.
func (t *Tx) Unblock(workspace, id string) error {
	if err := gone(t.db.Where("workspace_id = ? AND id = ?", workspace, id).Delete(&Block{})); err != nil {
		return err
	}
	return t.Changed(workspace, journal.TopicBlock, id)
}

// Blocks lists the blocks of a workspace that are in force, the newest first.
func (s *Store) Blocks(ctx context.Context, workspace string, now time.Time) ([]Block, error) {
	var bs []Block
	return bs, s.read.WithContext(ctx).Where("workspace_id = ? AND (until_at IS NULL OR until_at > ?)", workspace, At(now)).
		Order("created_at DESC, id DESC").Find(&bs).Error
}

// BlockOf finds the block of a number inside the transaction.
func (t *Tx) BlockOf(workspace, number string) (Block, error) {
	return one[Block](t.db, "workspace_id = ? AND number = ?", workspace, number)
}

// BlockByID finds a block inside the transaction.
func (t *Tx) BlockByID(workspace, id string) (Block, error) {
	return one[Block](t.db, "workspace_id = ? AND id = ?", workspace, id)
}
