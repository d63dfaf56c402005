package models

import "context"

// NumberByID finds a business number of a workspace.
func (s *Store) NumberByID(ctx context.Context, workspace, id string) (Number, error) {
	return one[Number](s.read.WithContext(ctx), "workspace_id = ? AND id = ?", workspace, id)
}

// NumberByID finds a business number of a workspace inside the transaction.
func (t *Tx) NumberByID(workspace, id string) (Number, error) {
	return one[Number](t.db, "workspace_id = ? AND id = ?", workspace, id)
}

// UpdateNumber changes the named columns of a business number.
func (t *Tx) UpdateNumber(workspace, id string, set map[string]any) error {
	res := t.db.Model(&Number{}).Where("workspace_id = ? AND id = ?", workspace, id).Updates(set)
	if err := gone(res); err != nil {
		return err
	}
	return t.Changed(workspace, "number", id)
}

// NumberUsed says whether calls or conversations refer to a number.
func (t *Tx) NumberUsed(id string) (bool, error) {
	var used bool
	err := t.db.Raw(`SELECT EXISTS (SELECT 1 FROM calls WHERE number_id = ?) OR EXISTS (SELECT 1 FROM conversations WHERE number_id = ?)`,
		id, id).Scan(&used).Error
	return used, err
}

// DeleteNumber removes a business number that nothing refers to.
func (t *Tx) DeleteNumber(workspace, id string) error {
	if err := gone(t.db.Where("workspace_id = ? AND id = ?", workspace, id).Delete(&Number{})); err != nil {
		return err
	}
	return t.Changed(workspace, "number", id)
}

// TrunksOf lists the trunks of a workspace, oldest first.
func (s *Store) TrunksOf(ctx context.Context, workspace string) ([]Trunk, error) {
	var ts []Trunk
	return ts, s.read.WithContext(ctx).Where("workspace_id = ?", workspace).Order("id").Find(&ts).Error
}

// Trunk finds a trunk of a workspace inside the transaction.
func (t *Tx) Trunk(workspace, id string) (Trunk, error) {
	return one[Trunk](t.db, "workspace_id = ? AND id = ?", workspace, id)
}

// NumbersOn lists the business numbers that are on a trunk.
func (t *Tx) NumbersOn(trunk string) ([]string, error) {
	var numbers []string
	return numbers, t.db.Model(&Number{}).Where("trunk_id = ?", trunk).Order("number").Pluck("number", &numbers).Error
}

// DeleteTrunk removes a trunk that no number is on.
func (t *Tx) DeleteTrunk(workspace, id string) error {
	if err := gone(t.db.Where("workspace_id = ? AND id = ?", workspace, id).Delete(&Trunk{})); err != nil {
		return err
	}
	return t.Changed(workspace, "trunk", id)
}
