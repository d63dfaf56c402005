package api

import (
	"context"

	"ringdesk/controller/people"
	"ringdesk/controller/reason"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

// ListTeams lists the teams by name.
func (h *handlers) ListTeams(ctx context.Context, _ ListTeamsRequestObject) (ListTeamsResponseObject, error) {
	workspace := who(ctx).workspace
	rows, err := h.opts.Store.Teams(ctx, workspace)
	if err != nil {
		return nil, err
	}
	items, err := h.viewTeams(ctx, workspace, rows)
	return ListTeams200JSONResponse{Items: items}, err
}

// GetTeam gives one team.
func (h *handlers) GetTeam(ctx context.Context, req GetTeamRequestObject) (GetTeamResponseObject, error) {
	v, err := h.team(ctx, who(ctx).workspace, req.Id)
	return GetTeam200JSONResponse{TeamJSONResponse(v)}, err
}

// CreateTeam makes a team.
func (h *handlers) CreateTeam(ctx context.Context, req CreateTeamRequestObject) (CreateTeamResponseObject, error) {
	id, err := asAdmin(ctx, "make teams")
	if err != nil {
		return nil, err
	}
	settings, err := settingsText(req.Body.Settings)
	if err != nil {
		return nil, err
	}
	team, err := h.people.AddTeam(ctx, id.by(), id.workspace, people.TeamChange{Name: &req.Body.Name, Members: req.Body.Members, Settings: settings})
	if err != nil {
		return nil, err
	}
	h.workspaceChanged(id.workspace)
	v, err := h.team(ctx, id.workspace, team)
	return CreateTeam201JSONResponse{TeamJSONResponse(v)}, err
}

// UpdateTeam changes a team.
func (h *handlers) UpdateTeam(ctx context.Context, req UpdateTeamRequestObject) (UpdateTeamResponseObject, error) {
	id, err := asAdmin(ctx, "change teams")
	if err != nil {
		return nil, err
	}
	settings, err := settingsText(req.Body.Settings)
	if err != nil {
		return nil, err
	}
	change := people.TeamChange{Name: req.Body.Name, Members: req.Body.Members, Settings: settings}
	if err := h.people.ChangeTeam(ctx, id.by(), id.workspace, req.Id, change); err != nil {
		return nil, err
	}
	h.workspaceChanged(id.workspace)
	v, err := h.team(ctx, id.workspace, req.Id)
	return UpdateTeam200JSONResponse{TeamJSONResponse(v)}, err
}

// DeleteTeam removes a team that nothing sends calls to.
func (h *handlers) DeleteTeam(ctx context.Context, req DeleteTeamRequestObject) (DeleteTeamResponseObject, error) {
	id, err := asAdmin(ctx, "remove teams")
	if err != nil {
		return nil, err
	}
	if err = h.people.RemoveTeam(ctx, id.by(), id.workspace, req.Id); err == nil {
		h.workspaceChanged(id.workspace)
	}
	return DeleteTeam204Response{}, err
}

func (s *Server) team(ctx context.Context, workspace, id string) (Team, error) {
	t, err := s.opts.Store.Team(ctx, workspace, id)
	if err != nil {
		return Team{}, verb.Missing(err, people.UnknownTeam, reason.NoTeam)
	}
	views, err := s.viewTeams(ctx, workspace, []models.Team{t})
	if err != nil {
		return Team{}, err
	}
	return views[0], nil
}

func (s *Server) viewTeams(ctx context.Context, workspace string, rows []models.Team) ([]Team, error) {
	names, err := s.opts.Store.AgentNames(ctx, workspace)
	if err != nil {
		return nil, err
	}
	views := make([]Team, len(rows))
	for i, t := range rows {
		settings, override, err := viewSettings(t.Settings, names)
		if err != nil {
			return nil, err
		}
		views[i] = Team{Id: t.ID, Name: t.Name, Members: make([]AgentRef, len(t.Members)), Settings: settings, Override: override,
			CreatedAt: t.CreatedAt.Time}
		for j, a := range t.Members {
			views[i].Members[j] = AgentRef{Id: a, Name: names[a]}
		}
	}
	return views, nil
}
