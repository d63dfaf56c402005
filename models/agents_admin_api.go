package models

// CountOwners counts the owners of a workspace.
func (t *Tx) CountOwners(workspace string) (int64, error) {
	var n int64
	return n, t.db.Model(&Agent{}).Where("workspace_id = ? AND role = 'owner'", workspace).Count(&n).Error
}
