package memstore

import (
	"context"
	"maps"
	"slices"

	"ringdesk/models"
)

// AddWorkspace makes a workspace, as do the methods below their rows.
func (t *Tx) AddWorkspace(w models.Workspace) error {
	if _, there := t.workspaces[w.ID]; there {
		return t.fails(models.ErrConflict)
	}
	put(t, t.workspaces, w.ID, w)
	return nil
}

func (t *Tx) AddAccount(a models.Account) error {
	if _, there := t.accounts[a.ID]; there {
		return t.fails(models.ErrConflict)
	}
	put(t, t.accounts, a.ID, a)
	return nil
}

// AddAgent makes a new agent available and wants them to know of everything, as
// models does.
func (t *Tx) AddAgent(a models.Agent) error {
	a.Status, a.TakesVoice, a.TakesVideo, a.NotifyUnassigned, a.NotifyMissed = "available", true, true, true, true
	if a.Skills == "" {
		a.Skills = "{}"
	}
	if t.agents[a.ID] != nil || slices.ContainsFunc(t.byAccount[a.AccountID], func(o *agent) bool { return o.WorkspaceID == a.WorkspaceID }) {
		return t.fails(models.ErrConflict)
	}
	_, ws := t.workspaces[a.WorkspaceID]
	if _, account := t.accounts[a.AccountID]; !ws || !account {
		return t.fails(errReference)
	}
	row := &agent{Agent: a}
	put(t, t.agents, a.ID, row)
	insert(t, t.byWorkspace, a.WorkspaceID, row, agentID)
	insert(t, t.byAccount, a.AccountID, row, agentID)
	return nil
}

// ChangeAgent changes an agent; one that is unknown gives ErrNotFound.
func (t *Tx) ChangeAgent(id string, to func(*models.Agent)) error {
	a := t.agents[id]
	if a == nil {
		return models.ErrNotFound
	}
	to(&change(t, a).Agent)
	return nil
}

func (t *Tx) AddTeam(team models.Team) error {
	if team.Settings == "" {
		team.Settings = noSettings
	}
	for _, o := range t.teams {
		if o.ID == team.ID || o.WorkspaceID == team.WorkspaceID && o.Name == team.Name {
			return t.fails(models.ErrConflict)
		}
	}
	put(t, t.teams, team.ID, team)
	return nil
}

func (t *Tx) SetTeamMembers(workspace, team string, agents []string) error {
	if o, there := t.teams[team]; !there || o.WorkspaceID != workspace {
		return models.ErrNotFound
	}
	for _, a := range t.byWorkspace[workspace] {
		member, is := slices.Contains(agents, a.ID), slices.Contains(a.teams, team)
		switch teams := slices.Clone(a.teams); {
		case member && !is:
			change(t, a).teams = slices.Sorted(slices.Values(append(teams, team)))
		case is && !member:
			change(t, a).teams = slices.DeleteFunc(teams, func(o string) bool { return o == team })
		}
	}
	for _, id := range agents {
		if a := t.agents[id]; a == nil || a.WorkspaceID != workspace {
			return models.ErrNotFound
		}
	}
	return nil
}

func (t *Tx) AddTrunk(tr models.Trunk, hosts []string) error {
	tr.SetHosts(hosts)
	put(t, t.trunks, tr.ID, tr)
	return nil
}

func (t *Tx) AddNumber(n models.Number) error {
	if _, there := t.numbers[n.ID]; there || t.numberIDs[n.Number] != "" {
		return t.fails(models.ErrConflict)
	}
	if _, there := t.trunks[n.TrunkID]; !there {
		return t.fails(errReference)
	}
	put(t, t.numbers, n.ID, n)
	put(t, t.numberIDs, n.Number, n.ID)
	return nil
}

func (t *Tx) SetWorkspaceSettings(workspace, settings string) error {
	w, there := t.workspaces[workspace]
	if !there {
		return models.ErrNotFound
	}
	w.Settings = settings
	put(t, t.workspaces, workspace, w)
	return nil
}

// SetRates are the rates of all workspaces, in the order in which models lists
// them.
func (t *Tx) SetRates(rates []models.Rate) { t.rates = rates }

// Trunks implements provision.Store, as do the two below.
func (s *Store) Trunks(context.Context) ([]models.Trunk, error) {
	ts := make([]models.Trunk, 0, len(s.trunks))
	for _, id := range slices.Sorted(maps.Keys(s.trunks)) {
		ts = append(ts, s.trunks[id])
	}
	return ts, nil
}

func (s *Store) TrunkByID(_ context.Context, id string) (models.Trunk, error) {
	t, there := s.trunks[id]
	if !there {
		return t, models.ErrNotFound
	}
	return t, nil
}

func (s *Store) Phones(context.Context) ([]models.Phone, error) {
	ps := make([]models.Phone, 0, len(s.phones))
	for _, account := range slices.Sorted(maps.Keys(s.phones)) {
		ps = append(ps, s.phones[account])
	}
	return ps, nil
}

func (s *Store) Sounds(_ context.Context, workspace string) ([]models.Sound, error) {
	return slices.Clone(s.sounds[workspace]), nil
}
