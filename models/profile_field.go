package models

import "context"

// ProfileField is a field that the workspace keeps of its contacts. The first
// three by position stand in the ring box (IN-1).
type ProfileField struct {
	ID          string `gorm:"primaryKey"`
	WorkspaceID string
	FieldKey    string
	Label       string
	Position    int
}

// AddProfileField makes a profile field.
func (t *Tx) AddProfileField(f ProfileField) error { return create(t.db, &f) }

// ProfileFields lists the workspace's fields in their order.
func (s *Store) ProfileFields(ctx context.Context, workspace string) ([]ProfileField, error) {
	var fs []ProfileField
	return fs, s.read.WithContext(ctx).Where("workspace_id = ?", workspace).Order("position, id").Find(&fs).Error
}

// ProfileFields lists the workspace's fields in their order.
func (t *Tx) ProfileFields(workspace string) ([]ProfileField, error) {
	var fs []ProfileField
	return fs, t.db.Where("workspace_id = ?", workspace).Order("position, id").Find(&fs).Error
}

// ProfileField finds a field of a workspace.
func (s *Store) ProfileField(ctx context.Context, workspace, id string) (ProfileField, error) {
	return one[ProfileField](s.read.WithContext(ctx), "workspace_id = ? AND id = ?", workspace, id)
}

// SetProfileField gives a field another label and place.
func (t *Tx) SetProfileField(f ProfileField) error {
	return gone(t.db.Exec("UPDATE profile_fields SET label = ?, position = ? WHERE workspace_id = ? AND id = ?", f.Label, f.Position, f.WorkspaceID, f.ID))
}

// RemoveProfileField removes a field. What contacts have in it stays in their rows,
// and is shown nowhere.
func (t *Tx) RemoveProfileField(workspace, id string) error {
	return gone(t.db.Exec("DELETE FROM profile_fields WHERE workspace_id = ? AND id = ?", workspace, id))
}
