package models

import (
	"context"
	"log/slog"

	"ringdesk/controller/journal"
)

// Trunk is a SIP connection to a carrier.
type Trunk struct {
	ID          string `gorm:"primaryKey"`
	WorkspaceID string
	Name        string
	Hosts       string // JSON list of addresses that its calls come from
	Stored      Secret `gorm:"column:settings"` // JSON, TrunkSettings: read it by Settings
	CreatedAt   Time
}

// LogValue implements slog.LogValuer, for the same reason.
func (t Trunk) LogValue() slog.Value { return slog.StringValue(t.ID) }

// HostList gives the addresses that the trunk's calls come from.
func (t Trunk) HostList() []string { return decode[[]string](t.Hosts) }

// SetHosts changes the addresses that the trunk's calls come from.
func (t *Trunk) SetHosts(hosts []string) { t.Hosts = encode(hosts) }

// Settings gives how calls go out through the trunk.
func (t Trunk) Settings() (TrunkSettings, error) { return ParseTrunk(string(t.Stored)) }

// SetSettings changes how calls go out through the trunk.
func (t *Trunk) SetSettings(s TrunkSettings) error {
	if err := s.Validate(); err != nil {
		return err
	}
	t.Stored = Secret(encode(s))
	return nil
}

// AddTrunk makes a trunk. Addresses that it may not have give a
// *TrunkAddressError.
func (t *Tx) AddTrunk(tr Trunk, hosts []string) error {
	tr.Hosts = encode(hosts)
	if err := t.checkAddresses(tr); err != nil {
		return err
	}
	if err := create(t.db, &tr); err != nil {
		return err
	}
	return t.Changed(tr.WorkspaceID, journal.TopicTrunk, tr.ID)
}

// trunkUpdate is what changes of a trunk.
type trunkUpdate struct {
	Name, Hosts *string
	Stored      *Secret `gorm:"column:settings"`
}

// UpdateTrunk changes a trunk's name, hosts and settings (Trunk.SetHosts,
// Trunk.SetSettings). Addresses that it may not have give a *TrunkAddressError.
func (t *Tx) UpdateTrunk(tr Trunk) error {
	old, err := t.Trunk(tr.WorkspaceID, tr.ID)
	if err != nil {
		return err
	}
	if err := t.checkChange(old, tr); err != nil {
		return err
	}
	err = update(t.db.Model(&Trunk{}).Where("workspace_id = ? AND id = ?", tr.WorkspaceID, tr.ID),
		trunkUpdate{Name: &tr.Name, Hosts: &tr.Hosts, Stored: &tr.Stored})
	if err != nil {
		return err
	}
	return t.Changed(tr.WorkspaceID, journal.TopicTrunk, tr.ID)
}

// TrunkIDs are the ids of a workspace's trunks.
func (t *Tx) TrunkIDs(workspace string) ([]string, error) {
	return values[string](t.db, "SELECT id FROM trunks WHERE workspace_id = ?", workspace)
}

// TrunkWithHosts finds a workspace's trunk whose calls come from exactly these
// addresses.
func (t *Tx) TrunkWithHosts(workspace string, hosts []string) (Trunk, error) {
	return one[Trunk](t.db, "workspace_id = ? AND hosts = ?", workspace, encode(hosts))
}

// Trunk finds a trunk of a workspace.
func (s *Store) Trunk(ctx context.Context, workspace, id string) (Trunk, error) {
	return one[Trunk](s.read.WithContext(ctx), "workspace_id = ? AND id = ?", workspace, id)
}

// Trunks lists the trunks of all workspaces, for putting them into the engine.
func (s *Store) Trunks(ctx context.Context) ([]Trunk, error) {
	var ts []Trunk
	return ts, s.read.WithContext(ctx).Order("id").Find(&ts).Error
}

// TrunkByID finds a trunk of any workspace, for putting it into the engine.
func (s *Store) TrunkByID(ctx context.Context, id string) (Trunk, error) {
	return one[Trunk](s.read.WithContext(ctx), "id = ?", id)
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
	return t.Changed(workspace, journal.TopicTrunk, id)
}
