package models

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"gorm.io/gorm"
)

// Team is a named set of agents.
type Team struct {
	ID          string `gorm:"primaryKey"`
	WorkspaceID string
	Name        string // unique in the workspace
	Settings    string // JSON, dialplan.Settings
	CreatedAt   Time
	Members     []string `gorm:"-"` // agents, in the order of their ids
}

// TeamMember says that an agent belongs to a team.
type TeamMember struct {
	TeamID  string `gorm:"primaryKey"`
	AgentID string `gorm:"primaryKey"`
}

// AddTeam makes a team without members; a name that is taken gives ErrConflict.
func (t *Tx) AddTeam(team Team) error {
	if team.Settings == "" {
		team.Settings = noSettings
	}
	if err := create(t.db, &team); err != nil {
		return err
	}
	return t.Changed(team.WorkspaceID, "team", team.ID)
}

// UpdateTeam changes a team's name and settings; a name that is taken gives
// ErrConflict.
func (t *Tx) UpdateTeam(workspace, id, name, settings string) error {
	res := t.db.Model(&Team{}).Where("workspace_id = ? AND id = ?", workspace, id).
		Updates(map[string]any{"name": name, "settings": settings})
	switch {
	case errors.Is(res.Error, gorm.ErrDuplicatedKey):
		return ErrConflict
	case res.Error != nil:
		return res.Error
	case res.RowsAffected == 0:
		return ErrNotFound
	}
	return t.Changed(workspace, "team", id)
}

// DeleteTeam removes a team. Calls and conversations keep its id. Whoever must
// not lose the team asks TeamUses before.
func (t *Tx) DeleteTeam(workspace, id string) error {
	if err := t.SetTeamMembers(workspace, id, nil); err != nil {
		return err
	}
	if err := t.db.Where("workspace_id = ? AND id = ?", workspace, id).Delete(&Team{}).Error; err != nil {
		return err
	}
	return t.Changed(workspace, "team", id)
}

// TeamUse is something that would send calls to a team.
type TeamUse struct {
	Kind string // workspace, number, team (whose settings name it), call (that waits for it)
	ID   string
	Name string // of the workspace or team; the number; "" for a call
}

// TeamUses lists what sends calls to a team.
func (t *Tx) TeamUses(workspace, id string) ([]TeamUse, error) {
	// Ids are UUIDs, so that one in quotes is nothing else in the JSON text.
	names := fmt.Sprintf("%%%q%%", id)
	var us []TeamUse
	err := t.db.Raw(`SELECT 'workspace' AS kind, id, name FROM workspaces WHERE id = ? AND settings LIKE ?
		UNION ALL SELECT 'number', id, number FROM numbers WHERE workspace_id = ? AND settings LIKE ?
		UNION ALL SELECT 'team', id, name FROM teams WHERE workspace_id = ? AND id <> ? AND settings LIKE ?
		UNION ALL SELECT 'call', id, '' FROM calls WHERE live AND queue_rank <> 0 AND workspace_id = ? AND team_id = ?
		ORDER BY 1, 2`, workspace, names, workspace, names, workspace, id, names, workspace, id).Scan(&us).Error
	return us, err
}

// SetTeamMembers makes exactly these agents the members of a team. An agent or
// team that the workspace does not have gives ErrNotFound.
func (t *Tx) SetTeamMembers(workspace, team string, agents []string) error {
	if _, err := one[Team](t.db, "workspace_id = ? AND id = ?", workspace, team); err != nil {
		return err
	}
	var before []TeamMember
	if err := t.db.Where("team_id = ?", team).Find(&before).Error; err != nil {
		return err
	}
	if err := t.db.Where("team_id = ?", team).Delete(&TeamMember{}).Error; err != nil {
		return err
	}
	for _, m := range before {
		if err := t.Changed(workspace, "agent", m.AgentID); err != nil {
			return err
		}
	}
	for _, a := range slices.Compact(slices.Sorted(slices.Values(agents))) {
		if ok, err := t.HasAgent(workspace, a); err != nil || !ok {
			return errors.Join(err, fmt.Errorf("agent %s: %w", a, ErrNotFound))
		}
		if err := t.db.Create(&TeamMember{TeamID: team, AgentID: a}).Error; err != nil {
			return err
		}
		if err := t.Changed(workspace, "agent", a); err != nil {
			return err
		}
	}
	return t.Changed(workspace, "team", team)
}

// Teams lists the teams of a workspace with their members, by name.
func (s *Store) Teams(ctx context.Context, workspace string) ([]Team, error) {
	return teamsWhere(s.read.WithContext(ctx), "workspace_id = ?", workspace)
}

// Team finds a team of a workspace, with its members.
func (s *Store) Team(ctx context.Context, workspace, id string) (Team, error) {
	ts, err := teamsWhere(s.read.WithContext(ctx), "workspace_id = ? AND id = ?", workspace, id)
	if err == nil && len(ts) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return Team{}, err
	}
	return ts[0], nil
}

func teamsWhere(db *gorm.DB, where string, args ...any) ([]Team, error) {
	var ts []Team
	if err := db.Where(where, args...).Order("name, id").Find(&ts).Error; err != nil {
		return nil, err
	}
	var ms []TeamMember
	err := db.Where("team_id IN (SELECT id FROM teams WHERE "+where+")", args...).Order("agent_id").Find(&ms).Error
	members := make(map[string][]string, len(ts))
	for _, m := range ms {
		members[m.TeamID] = append(members[m.TeamID], m.AgentID)
	}
	for i := range ts {
		ts[i].Members = members[ts[i].ID]
	}
	return ts, err
}
