package models

import "context"

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
	return t.Changed(workspace, "agent", agent)
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

// Workspace finds a workspace by id inside the transaction.
func (t *Tx) Workspace(id string) (Workspace, error) { return one[Workspace](t.db, "id = ?", id) }

// BlockOf finds the block of a number.
func (s *Store) BlockOf(ctx context.Context, workspace, number string) (Block, error) {
	return one[Block](s.read.WithContext(ctx), "workspace_id = ? AND number = ?", workspace, number)
}

// TeamNames gives the names of a workspace's teams by id.
func (s *Store) TeamNames(ctx context.Context, workspace string) (map[string]string, error) {
	var rows []struct{ ID, Name string }
	err := s.read.WithContext(ctx).Table("teams").Where("workspace_id = ?", workspace).Find(&rows).Error
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
