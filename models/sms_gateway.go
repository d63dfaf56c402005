package models

import "context"

// SMSGateway is how text messages of a workspace's workflows are sent: by a request of
// HTTP, whose parts are templates of controller/workflow.
type SMSGateway struct {
	WorkspaceID string `gorm:"primaryKey"`
	URL         string `gorm:"column:url"`
	HeaderText  string `gorm:"column:headers"` // JSON object
	Body        string
	Sender      string // the number that messages come from, as the gateway knows it
	Secret      string // is put in for ${secret}, and shown nowhere
	ChangedAt   Time
}

// Headers are the request's further headers, by name.
func (g SMSGateway) Headers() map[string]string { return decode[map[string]string](g.HeaderText) }

// SetHeaders changes the further headers.
func (g *SMSGateway) SetHeaders(headers map[string]string) { g.HeaderText = encode(headers) }

// SMSGateway finds a workspace's gateway; ErrNotFound where it has none.
func (s *Store) SMSGateway(ctx context.Context, workspace string) (SMSGateway, error) {
	return one[SMSGateway](s.read.WithContext(ctx), "workspace_id = ?", workspace)
}

// SMSGateway finds a workspace's gateway inside the transaction.
func (t *Tx) SMSGateway(workspace string) (SMSGateway, error) {
	return one[SMSGateway](t.db, "workspace_id = ?", workspace)
}

// SaveSMSGateway makes a workspace's gateway, or writes all of it anew.
func (t *Tx) SaveSMSGateway(g SMSGateway) error { return t.db.Save(&g).Error }

// DeleteSMSGateway removes a workspace's gateway; ErrNotFound where it has none.
func (t *Tx) DeleteSMSGateway(workspace string) error {
	return gone(t.db.Where("workspace_id = ?", workspace).Delete(&SMSGateway{}))
}
