package models

import (
	"context"
	"slices"

	"ringdesk/controller/journal"
)

// Number is a business number.
type Number struct {
	ID          string `gorm:"primaryKey"`
	WorkspaceID string
	TrunkID     string
	Number      string // E.164
	Label       string
	Record      bool   // END-1
	Settings    string // JSON, dialplan.Settings
	Outbound    string // JSON, NumberOutbound
	CreatedAt   Time
}

// NumberOutbound says how a number may be used as a caller id.
type NumberOutbound struct {
	// AllowedAgents may show the number to those they call; empty means all
	// agents of the workspace (OUT-5).
	AllowedAgents []string `json:"allowedAgents,omitempty"`
}

// ParseNumberOutbound reads a number's outbound settings.
func ParseNumberOutbound(text string) (NumberOutbound, error) {
	var s NumberOutbound
	return s, decodeOver(text, &s)
}

// UsableBy says whether an agent may show the number to those they call. A
// number whose settings cannot be read is nobody's.
func (n Number) UsableBy(agent string) bool {
	s, err := ParseNumberOutbound(n.Outbound)
	return err == nil && (len(s.AllowedAgents) == 0 || slices.Contains(s.AllowedAgents, agent))
}

// AddNumber makes a business number; one that exists gives ErrConflict.
func (t *Tx) AddNumber(n Number) error {
	if err := create(t.db, &n); err != nil {
		return err
	}
	return t.Changed(n.WorkspaceID, journal.TopicNumber, n.ID)
}

// NumberByID finds a business number of a workspace.
func (s *Store) NumberByID(ctx context.Context, workspace, id string) (Number, error) {
	return one[Number](s.read.WithContext(ctx), "workspace_id = ? AND id = ?", workspace, id)
}

// NumberByID finds a business number of a workspace inside the transaction.
func (t *Tx) NumberByID(workspace, id string) (Number, error) {
	return one[Number](t.db, "workspace_id = ? AND id = ?", workspace, id)
}

// NumberUpdate is what changes of a business number; what is nil stays as it is.
type NumberUpdate struct {
	TrunkID, Label *string
	Record         *bool
	Settings       *string // JSON, dialplan.Settings
	Outbound       *string // JSON, NumberOutbound
}

// UpdateNumber changes a business number.
func (t *Tx) UpdateNumber(workspace, id string, u NumberUpdate) error {
	if err := update(t.db.Model(&Number{}).Where("workspace_id = ? AND id = ?", workspace, id), u); err != nil {
		return err
	}
	return t.Changed(workspace, journal.TopicNumber, id)
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
	return t.Changed(workspace, journal.TopicNumber, id)
}

// Number finds a business number by its E.164 form.
func (t *Tx) Number(number string) (Number, Workspace, error) {
	n, err := find[Number](t.db, "number = ?", number)
	if err != nil {
		return n, Workspace{}, err
	}
	w, err := t.Workspace(n.WorkspaceID)
	return n, w, err
}

// Numbers lists the workspace's numbers, oldest first.
func (s *Store) Numbers(ctx context.Context, workspace string) ([]Number, error) {
	var ns []Number
	return ns, s.read.WithContext(ctx).Where("workspace_id = ?", workspace).Order("id").Find(&ns).Error
}

// SetNumberSettings replaces a number's settings.
func (t *Tx) SetNumberSettings(workspace, number, settings string) error {
	return t.UpdateNumber(workspace, number, NumberUpdate{Settings: &settings})
}
