package models

import "context"

// UpdateTrunk changes a trunk's name, hosts and settings (Trunk.SetHosts,
// Trunk.SetSettings).
func (t *Tx) UpdateTrunk(tr Trunk) error {
	if _, err := tr.Settings(); err != nil {
		return err
	}
	res := t.db.Model(&Trunk{}).Where("workspace_id = ? AND id = ?", tr.WorkspaceID, tr.ID).
		Updates(map[string]any{"name": tr.Name, "hosts": tr.Hosts, "settings": string(tr.Stored)})
	if res.Error != nil {
		return res.Error
	}
	if res.RowsAffected == 0 {
		return ErrNotFound
	}
	return t.Changed(tr.WorkspaceID, "trunk", tr.ID)
}

// Trunk finds a trunk of a workspace.
func (s *Store) Trunk(ctx context.Context, workspace, id string) (Trunk, error) {
	return one[Trunk](s.read.WithContext(ctx), "workspace_id = ? AND id = ?", workspace, id)
}

// UpdateNumberOutbound changes how a number may be used as a caller id.
func (t *Tx) UpdateNumberOutbound(workspace, id string, s NumberOutbound) error {
	res := t.db.Model(&Number{}).Where("workspace_id = ? AND id = ?", workspace, id).Update("outbound", encode(s))
	if res.Error == nil && res.RowsAffected == 0 {
		return ErrNotFound
	}
	return res.Error
}

// UpdateOutbound changes what a workspace's agents may call.
func (t *Tx) UpdateOutbound(workspace string, s OutboundSettings) error {
	if err := s.Validate(); err != nil {
		return err
	}
	res := t.db.Model(&Workspace{}).Where("id = ?", workspace).Update("outbound", encode(s))
	if res.Error == nil && res.RowsAffected == 0 {
		return ErrNotFound
	}
	return res.Error
}
