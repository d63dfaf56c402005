package models

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"ringdesk/controller/journal"

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
	return t.Changed(team.WorkspaceID, journal.TopicTeam, team.ID)
}

// TeamUpdate is what changes of a team; what is nil stays as it is.
type TeamUpdate struct {
	Name     *string
	Settings *string // JSON, dialplan.Settings
}

// UpdateTeam changes a team; a name that is taken gives ErrConflict.
func (t *Tx) UpdateTeam(workspace, id string, u TeamUpdate) error {
	if err := update(t.db.Model(&Team{}).Where("workspace_id = ? AND id = ?", workspace, id), u); err != nil {
		return err
	}
	return t.Changed(workspace, journal.TopicTeam, id)
}

// DeleteTeam removes a team. Calls and conversations keep its id. TeamUses says
// what would miss it.
func (t *Tx) DeleteTeam(workspace, id string) error {
	if err := t.SetTeamMembers(workspace, id, nil); err != nil {
		return err
	}
	if err := t.db.Where("workspace_id = ? AND id = ?", workspace, id).Delete(&Team{}).Error; err != nil {
		return err
	}
	return t.Changed(workspace, journal.TopicTeam, id)
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
		ORDER BY 1, 2`, workspace, names, workspace, names, workspace, id, names).Scan(&us).Error
	if err != nil {
		return nil, err
	}
	calls, err := values[string](t.db, "SELECT id FROM calls WHERE live AND queue_rank <> 0 AND workspace_id = ? AND team_id = ? ORDER BY id", workspace, id)
	var waiting []TeamUse
	for _, call := range calls {
		waiting = append(waiting, TeamUse{Kind: "call", ID: call})
	}
	return append(waiting, us...), err
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
		if err := t.Changed(workspace, journal.TopicAgent, m.AgentID); err != nil {
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
		if err := t.Changed(workspace, journal.TopicAgent, a); err != nil {
			return err
		}
	}
	return t.Changed(workspace, journal.TopicTeam, team)
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

// Team finds a team of a workspace inside the transaction, with its members.
func (t *Tx) Team(workspace, id string) (Team, error) {
	ts, err := teamsWhere(t.db, "workspace_id = ? AND id = ?", workspace, id)
	if err == nil && len(ts) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return Team{}, err
	}
	return ts[0], nil
}

// TeamNames gives the names of a workspace's teams by id.
func (s *Store) TeamNames(ctx context.Context, workspace string) (map[string]string, error) {
	return teamNames(s.read.WithContext(ctx), workspace)
}

// TeamNames gives the names inside the transaction.
func (t *Tx) TeamNames(workspace string) (map[string]string, error) {
	return teamNames(t.db, workspace)
}

func teamNames(db *gorm.DB, workspace string) (map[string]string, error) {
	var rows []struct{ ID, Name string }
	err := db.Table("teams").Where("workspace_id = ?", workspace).Find(&rows).Error
	names := make(map[string]string, len(rows))
	for _, r := range rows {
		names[r.ID] = r.Name
	}
	return names, err
}

// HasTeam says inside the transaction whether a team belongs to a workspace.
func (t *Tx) HasTeam(workspace, id string) (bool, error) {
	var has bool
	err := t.db.Raw("SELECT EXISTS (SELECT 1 FROM teams WHERE workspace_id = ? AND id = ?)", workspace, id).Scan(&has).Error
	return has, err
}

// SetTeamsOf makes an agent a member of exactly the given teams. A team that
// is none of the workspace's gives ErrNotFound.
func (t *Tx) SetTeamsOf(workspace, agent string, teams []string) error {
	if err := t.db.Exec("DELETE FROM team_members WHERE agent_id = ?", agent).Error; err != nil {
		return err
	}
	for _, team := range teams {
		known, err := t.HasTeam(workspace, team)
		if err == nil && !known {
			err = ErrNotFound
		}
		if err == nil {
			err = t.db.Exec("INSERT INTO team_members (team_id, agent_id) VALUES (?, ?) ON CONFLICT DO NOTHING", team, agent).Error
		}
		if err != nil {
			return err
		}
	}
	return t.Changed(workspace, journal.TopicAgent, agent)
}

// SetTeamSettings replaces a team's settings.
func (t *Tx) SetTeamSettings(workspace, team, settings string) error {
	return t.UpdateTeam(workspace, team, TeamUpdate{Settings: &settings})
}
