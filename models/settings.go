package models

import (
	"cmp"
	"time"

	"gorm.io/gorm"
)

// noSettings is a JSON object that leaves everything to its default.
const noSettings = "{}"

// RoutingOf gives the settings that say how calls to a number are handled, as
// JSON text for dialplan.Parse. The team is the one that the number names, or
// else the workspace.
func (t *Tx) RoutingOf(numberID string) (workspaceJSON, teamJSON, numberJSON string, err error) {
	var row struct{ Workspace, WorkspaceID, Number string }
	res := t.db.Raw(`SELECT w.settings AS workspace, w.id AS workspace_id, n.settings AS number FROM numbers n
		JOIN workspaces w ON w.id = n.workspace_id WHERE n.id = ?`, numberID).Scan(&row)
	if res.Error == nil && res.RowsAffected == 0 {
		err = ErrNotFound
	}
	if err = cmp.Or(res.Error, err); err != nil {
		return "", "", "", err
	}
	var team Team
	if id := cmp.Or(teamOf(row.Number), teamOf(row.Workspace)); id != "" {
		err = t.db.Where("workspace_id = ? AND id = ?", row.WorkspaceID, id).Limit(1).Find(&team).Error
	}
	return cmp.Or(row.Workspace, noSettings), cmp.Or(team.Settings, noSettings), cmp.Or(row.Number, noSettings), err
}

func teamOf(settings string) string {
	return decode[struct {
		Team string `json:"team"`
	}](settings).Team
}

// SetWorkspaceSettings replaces a workspace's settings.
func (t *Tx) SetWorkspaceSettings(workspace, settings string) error {
	return t.setSettings(t.db.Model(&Workspace{}).Where("id = ?", workspace), "workspace", workspace, workspace, settings)
}

// SetTeamSettings replaces a team's settings.
func (t *Tx) SetTeamSettings(workspace, team, settings string) error {
	return t.setSettings(t.db.Model(&Team{}).Where("workspace_id = ? AND id = ?", workspace, team), "team", workspace, team, settings)
}

// SetNumberSettings replaces a number's settings.
func (t *Tx) SetNumberSettings(workspace, number, settings string) error {
	return t.setSettings(t.db.Model(&Number{}).Where("workspace_id = ? AND id = ?", workspace, number), "number", workspace, number, settings)
}

func (t *Tx) setSettings(row *gorm.DB, topic, workspace, id, settings string) error {
	res := row.Update("settings", settings)
	if res.Error == nil && res.RowsAffected == 0 {
		return ErrNotFound
	}
	if res.Error != nil {
		return res.Error
	}
	return t.Changed(workspace, topic, id)
}

// CallsSince counts the calls from outside that came to a workspace since a
// moment.
func (t *Tx) CallsSince(workspace string, since time.Time) (int, error) {
	var n int
	err := t.db.Raw("SELECT COUNT(*) FROM calls WHERE workspace_id = ? AND started_at >= ? AND direction = 'inbound'",
		workspace, At(since)).Scan(&n).Error
	return n, err
}
