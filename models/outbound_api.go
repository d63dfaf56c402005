package models

// OwnRate finds a rate of a workspace's own table inside the transaction.
func (t *Tx) OwnRate(workspace, id string) (Rate, error) {
	if workspace == "" {
		return Rate{}, ErrNotFound
	}
	return one[Rate](t.db, "workspace_id = ? AND id = ?", workspace, id)
}
