package models

import (
	"context"

	"ringdesk/controller/journal"
)

// FlowVersion is one version of a workspace's flows (DP-1). It is never changed and never
// removed: a call keeps the version that it began with, and any version can come back.
type FlowVersion struct {
	WorkspaceID string `gorm:"primaryKey"`
	Version     int    `gorm:"primaryKey;autoIncrement:false"` // 1 is the workspace's first
	At          Time
	ByKind      string // agent, key, operator, system, as in the audit log
	ByID        string
	ByName      string
	Source      string // screen, api, command, folder
	Message     string // why, in the words of whoever made it
	Restores    int    // the version whose texts it brings back; 0 means none
	FileText    string `gorm:"column:files"` // JSON list of FlowFile, by name
	Program     string // JSON, flow.Program with its Version
	Checksum    string // SHA-256 of the files' names and texts, in hexadecimal digits
}

// FlowFile is one text of a version.
type FlowFile struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

// Files are the texts that the version was made of, by name.
func (v FlowVersion) Files() []FlowFile { return decode[[]FlowFile](v.FileText) }

// SetFiles says what the texts are.
func (v *FlowVersion) SetFiles(files []FlowFile) { v.FileText = encode(files) }

// AddFlowVersion writes the version that follows base, and puts it in force for calls that
// come from now on. ErrConflict says that base is not, or no longer, the one in force.
func (t *Tx) AddFlowVersion(v FlowVersion, base int) error {
	v.Version = base + 1
	n, err := exec(t.db, "UPDATE workspaces SET active_flow = ? WHERE id = ? AND active_flow = ?", v.Version, v.WorkspaceID, base)
	if err == nil && n == 0 {
		err = ErrConflict
	}
	if err != nil {
		return err
	}
	if err := create(t.db, &v); err != nil {
		return err
	}
	return t.Changed(v.WorkspaceID, journal.TopicFlow, v.WorkspaceID)
}

// FlowProgram reads the compiled program of a version, as JSON for flow.Program.
func (t *Tx) FlowProgram(workspace string, version int) (string, error) {
	return value[string](t.db, "SELECT program FROM flow_versions WHERE workspace_id = ? AND version = ?", workspace, version)
}

// FlowProgram reads the compiled program of a version, as JSON for flow.Program.
func (s *Store) FlowProgram(ctx context.Context, workspace string, version int) (string, error) {
	return value[string](s.read.WithContext(ctx), "SELECT program FROM flow_versions WHERE workspace_id = ? AND version = ?", workspace, version)
}

// FlowVersion finds a version of a workspace's flows.
func (s *Store) FlowVersion(ctx context.Context, workspace string, version int) (FlowVersion, error) {
	return one[FlowVersion](s.read.WithContext(ctx), "workspace_id = ? AND version = ?", workspace, version)
}

// FlowVersions lists a workspace's versions without their texts and programs, newest
// first: at most limit of those below a number, 0 for all.
func (s *Store) FlowVersions(ctx context.Context, workspace string, below, limit int) ([]FlowVersion, error) {
	db := s.read.WithContext(ctx).Omit("FileText", "Program").Where("workspace_id = ?", workspace)
	if below > 0 {
		db = db.Where("version < ?", below)
	}
	var vs []FlowVersion
	return vs, db.Order("version DESC").Limit(limit).Find(&vs).Error
}
