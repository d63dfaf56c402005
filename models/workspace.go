package models

import (
	"context"

	"ringdesk/controller/journal"
)

// Workspace is one business's separate space.
type Workspace struct {
	ID           string `gorm:"primaryKey"`
	Name         string
	Country      string // ISO 3166-1 alpha-2
	TimeZone     string // IANA name
	Language     string // ko or en, of the desk of those who are invited
	RingSeconds  int    // how long a call rings where Settings do not say (IN-4); 0 means dialplan.Defaults
	QueueSeconds int    // how long a caller may wait where Settings do not say (IN-6); 0 means dialplan.Defaults
	Settings     string // JSON, dialplan.Settings
	Outbound     string // JSON, OutboundSettings
	// RetentionText is JSON, Retention.
	RetentionText string `gorm:"column:retention"`
	// ActiveFlow is the version of the flows that new calls go by; 0 means that there
	// are none, and calls go as the settings say.
	ActiveFlow int
	CreatedAt  Time
}

// AddWorkspace makes a workspace.
func (t *Tx) AddWorkspace(w Workspace) error {
	if w.Language == "" {
		w.Language = "ko"
	}
	return create(t.db, &w)
}

// Workspace finds a workspace by id inside the transaction.
func (t *Tx) Workspace(id string) (Workspace, error) { return find[Workspace](t.db, "id = ?", id) }

// Workspace finds a workspace by id.
func (s *Store) Workspace(ctx context.Context, id string) (Workspace, error) {
	return one[Workspace](s.read.WithContext(ctx), "id = ?", id)
}

// Workspaces lists all workspaces, oldest first.
func (t *Tx) Workspaces() ([]Workspace, error) {
	var ws []Workspace
	return ws, t.db.Order("id").Find(&ws).Error
}

// WorkspacesOf lists the workspaces that the account may use as an agent, oldest first.
func (s *Store) WorkspacesOf(ctx context.Context, account string) ([]Workspace, error) {
	var ws []Workspace
	err := s.read.WithContext(ctx).
		Where("id IN (SELECT workspace_id FROM agents WHERE account_id = ? AND suspended_at IS NULL AND removed_at IS NULL)", account).Order("id").Find(&ws).Error
	return ws, err
}

// CountWorkspaces tells whether the installation is new.
func (s *Store) CountWorkspaces(ctx context.Context) (int64, error) {
	var n int64
	err := s.read.WithContext(ctx).Model(&Workspace{}).Count(&n).Error
	return n, err
}

// WorkspaceUpdate is what changes of a workspace; what is nil stays as it is.
type WorkspaceUpdate struct {
	Name     *string
	Language *string
	Country  *string
	TimeZone *string
	Settings *string // JSON, dialplan.Settings
	Outbound *string // JSON, OutboundSettings
	// RetentionText is JSON, Retention.
	RetentionText *string `gorm:"column:retention"`
}

// UpdateWorkspace changes a workspace.
func (t *Tx) UpdateWorkspace(id string, u WorkspaceUpdate) error {
	if err := update(t.db.Model(&Workspace{}).Where("id = ?", id), u); err != nil {
		return err
	}
	return t.Changed(id, journal.TopicWorkspace, id)
}

// SetWorkspaceSettings replaces a workspace's settings.
func (t *Tx) SetWorkspaceSettings(workspace, settings string) error {
	return t.UpdateWorkspace(workspace, WorkspaceUpdate{Settings: &settings})
}

// UpdateOutbound changes what a workspace's agents may call.
func (t *Tx) UpdateOutbound(workspace string, s OutboundSettings) error {
	if err := s.Validate(); err != nil {
		return err
	}
	return t.UpdateWorkspace(workspace, WorkspaceUpdate{Outbound: new(encode(s))})
}

// OutboundSettings gives what the workspace's agents may call.
func (w Workspace) OutboundSettings() (OutboundSettings, error) { return ParseOutbound(w.Outbound) }
