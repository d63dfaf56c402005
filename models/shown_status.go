package models

import (
	"context"

	"gorm.io/gorm/clause"
)

// ShownStatus is the status that screens last showed of an agent, and since when, so
// that a new controller can go on telling it.
type ShownStatus struct {
	AgentID     string `gorm:"primaryKey"`
	WorkspaceID string
	Status      string
	Since       Time // zero means that nobody has seen it begin
}

// ShownStatuses lists what is kept of a workspace's agents.
func (s *Store) ShownStatuses(ctx context.Context, workspace string) ([]ShownStatus, error) {
	var rows []ShownStatus
	return rows, s.read.WithContext(ctx).Where("workspace_id = ?", workspace).Find(&rows).Error
}

// KeepShown keeps what screens show of agents now.
func (t *Tx) KeepShown(rows []ShownStatus) error {
	if len(rows) == 0 {
		return nil
	}
	return t.db.Clauses(clause.OnConflict{UpdateAll: true}).Create(&rows).Error
}

// ForgetShown is for workspaces that nobody looks at any more: what happens there
// meanwhile is not seen.
func (t *Tx) ForgetShown(workspaces []string) error {
	return t.db.Where("workspace_id IN ?", workspaces).Delete(&ShownStatus{}).Error
}
