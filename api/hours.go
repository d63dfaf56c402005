package api

import (
	"context"
	"time"

	"ringdesk/dialplan"
	"ringdesk/models"
)

// SwitchHours switches operation on or off by hand (IN-10).
func (h *handlers) SwitchHours(ctx context.Context, req SwitchHoursRequestObject) (SwitchHoursResponseObject, error) {
	id, err := asAdmin(ctx, "switch operation on or off")
	if err != nil {
		return nil, err
	}
	var made dialplan.Override
	err = h.opts.Store.Tx(ctx, func(tx *models.Tx) error {
		at, err := findScope(tx, id.workspace, req.Body.Scope, value(req.Body.Id))
		if err != nil {
			return err
		}
		made = at.hours().Switch(req.Body.Open, h.now(), at.zone)
		made.By = id.agent.ID
		return at.setOverride(tx, &made)
	})
	if err != nil {
		return nil, err
	}
	h.workspaceChanged(id.workspace)
	names, err := h.opts.Store.AgentNames(ctx, id.workspace)
	return SwitchHours200JSONResponse(*viewOverride(&made, names)), err
}

// ResetHours takes an override back.
func (h *handlers) ResetHours(ctx context.Context, req ResetHoursRequestObject) (ResetHoursResponseObject, error) {
	id, err := asAdmin(ctx, "switch operation on or off")
	if err != nil {
		return nil, err
	}
	err = h.opts.Store.Tx(ctx, func(tx *models.Tx) error {
		at, err := findScope(tx, id.workspace, req.Params.Scope, value(req.Params.Id))
		if err != nil {
			return err
		}
		return at.setOverride(tx, nil)
	})
	if err == nil {
		h.workspaceChanged(id.workspace)
	}
	return ResetHours204Response{}, err
}

// scope is where an override stands: the settings there, and those behind
// them whose hours hold where these have none.
type scope struct {
	workspace, id string
	kind          OverrideScope
	zone          *time.Location
	own           dialplan.Settings
	behind        []dialplan.Settings
}

// findScope reads the settings of a workspace, a team or a number.
func findScope(tx *models.Tx, workspace string, kind OverrideScope, id string) (scope, error) {
	w, err := tx.Workspace(workspace)
	if err != nil {
		return scope{}, err
	}
	zone, err := time.LoadLocation(w.TimeZone)
	if err != nil {
		return scope{}, err
	}
	at := scope{workspace: workspace, id: id, kind: kind, zone: zone}
	texts := []string{w.Settings}
	switch kind {
	case OverrideScopeWorkspace:
		if id != "" {
			return at, invalid("id", "id goes with the scopes team and number only: leave it out.")
		}
	case OverrideScopeTeam:
		t, err := tx.Team(workspace, id)
		if err != nil {
			return at, missing(err, unknownTeam)
		}
		texts = []string{t.Settings, w.Settings}
	case OverrideScopeNumber:
		if _, err := tx.NumberByID(workspace, id); err != nil {
			return at, missing(err, unknownNumber)
		}
		_, team, number, err := tx.RoutingOf(id)
		if err != nil {
			return at, err
		}
		texts = []string{number, team, w.Settings}
	}
	for i, text := range texts {
		s, err := dialplan.Parse(text)
		if err != nil {
			return at, err
		}
		if i == 0 {
			at.own = s
			continue
		}
		at.behind = append(at.behind, s)
	}
	return at, nil
}

// hours are those that hold here; nil means always open.
func (at scope) hours() *dialplan.Hours {
	for _, s := range append([]dialplan.Settings{at.own}, at.behind...) {
		if s.Hours != nil {
			return s.Hours
		}
	}
	return nil
}

func (at scope) setOverride(tx *models.Tx, o *dialplan.Override) error {
	at.own.Override = o
	text, err := jsonText(at.own)
	if err != nil {
		return err
	}
	switch at.kind {
	case OverrideScopeTeam:
		return tx.SetTeamSettings(at.workspace, at.id, text)
	case OverrideScopeNumber:
		return tx.SetNumberSettings(at.workspace, at.id, text)
	default:
		return tx.SetWorkspaceSettings(at.workspace, text)
	}
}
