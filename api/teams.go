package api

import (
	"context"
	"errors"
	"strings"

	"ringdesk/models"
)

const unknownTeam = "There is no team with this id in your workspace."

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
	t := models.Team{ID: models.NewID(), WorkspaceID: id.workspace, Settings: "{}", CreatedAt: models.At(h.now())}
	u := TeamUpdate{Name: &req.Body.Name, Members: req.Body.Members, Settings: req.Body.Settings}
	err = h.opts.Store.Tx(ctx, func(tx *models.Tx) error {
		if err := changeTeam(tx, &t, &u); err != nil {
			return err
		}
		if err := tx.AddTeam(t); err != nil {
			return err
		}
		return setMembers(tx, t, u.Members)
	})
	if err != nil {
		return nil, nameTaken(err)
	}
	h.workspaceChanged(id.workspace)
	v, err := h.team(ctx, id.workspace, t.ID)
	return CreateTeam201JSONResponse{TeamJSONResponse(v)}, err
}

// UpdateTeam changes a team.
func (h *handlers) UpdateTeam(ctx context.Context, req UpdateTeamRequestObject) (UpdateTeamResponseObject, error) {
	id, err := asAdmin(ctx, "change teams")
	if err != nil {
		return nil, err
	}
	err = h.opts.Store.Tx(ctx, func(tx *models.Tx) error {
		t, err := tx.Team(id.workspace, req.Id)
		if err != nil {
			return missing(err, unknownTeam)
		}
		if err := changeTeam(tx, &t, req.Body); err != nil {
			return err
		}
		if err := tx.UpdateTeam(id.workspace, t.ID, t.Name, t.Settings); err != nil {
			return err
		}
		return setMembers(tx, t, req.Body.Members)
	})
	if err != nil {
		return nil, nameTaken(err)
	}
	h.workspaceChanged(id.workspace)
	v, err := h.team(ctx, id.workspace, req.Id)
	return UpdateTeam200JSONResponse{TeamJSONResponse(v)}, err
}

// changeTeam puts what a request says into a team, apart from its members.
func changeTeam(tx *models.Tx, t *models.Team, u *TeamUpdate) error {
	if u.Name != nil {
		if t.Name = strings.TrimSpace(*u.Name); t.Name == "" {
			return invalid("name", "name must not be empty.")
		}
	}
	if u.Settings == nil {
		return nil
	}
	text, err := settingsText(tx, t.WorkspaceID, "settings", t.Settings, *u.Settings)
	t.Settings = text
	return err
}

func setMembers(tx *models.Tx, t models.Team, members *[]string) error {
	if members == nil {
		return nil
	}
	if err := checkAgents(tx, t.WorkspaceID, "members", *members); err != nil {
		return err
	}
	return tx.SetTeamMembers(t.WorkspaceID, t.ID, *members)
}

func nameTaken(err error) error {
	if errors.Is(err, models.ErrConflict) {
		return conflict("name", "There is a team with this name already: choose another.")
	}
	return err
}

// DeleteTeam removes a team that nothing sends calls to.
func (h *handlers) DeleteTeam(ctx context.Context, req DeleteTeamRequestObject) (DeleteTeamResponseObject, error) {
	id, err := asAdmin(ctx, "remove teams")
	if err != nil {
		return nil, err
	}
	err = h.opts.Store.Tx(ctx, func(tx *models.Tx) error {
		if _, err := tx.Team(id.workspace, req.Id); err != nil {
			return missing(err, unknownTeam)
		}
		uses, err := tx.TeamUses(id.workspace, req.Id)
		if err != nil {
			return err
		}
		if len(uses) > 0 {
			return conflict("", "%s. Change that first, then remove the team.", usesOf(uses))
		}
		return tx.DeleteTeam(id.workspace, req.Id)
	})
	if err == nil {
		h.workspaceChanged(id.workspace)
	}
	return DeleteTeam204Response{}, err
}

// usesOf says what sends calls to a team.
func usesOf(uses []models.TeamUse) string {
	var by []string
	waiting := false
	for _, u := range uses {
		switch u.Kind {
		case "workspace":
			by = append(by, "the workspace")
		case "call":
			waiting = true
		default:
			by = append(by, "the "+u.Kind+" "+u.Name)
		}
	}
	if len(by) == 0 {
		return "Callers wait for this team"
	}
	text := "The settings of " + strings.Join(by, ", ") + " send calls to this team"
	if waiting {
		text += ", and callers wait for it"
	}
	return text
}

func (s *Server) team(ctx context.Context, workspace, id string) (Team, error) {
	t, err := s.opts.Store.Team(ctx, workspace, id)
	if err != nil {
		return Team{}, missing(err, unknownTeam)
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
