package api

import (
	"context"
	"encoding/json"
	"fmt"

	"ringdesk/dialplan"
	"ringdesk/models"
)

// GetSettings tells how the workspace's calls are handled.
func (h *handlers) GetSettings(ctx context.Context, _ GetSettingsRequestObject) (GetSettingsResponseObject, error) {
	v, err := h.settings(ctx, who(ctx).workspace)
	return GetSettings200JSONResponse{WorkspaceSettingsJSONResponse(v)}, err
}

// PutSettings replaces the workspace's settings.
func (h *handlers) PutSettings(ctx context.Context, req PutSettingsRequestObject) (PutSettingsResponseObject, error) {
	id, err := asAdmin(ctx, "change settings")
	if err != nil {
		return nil, err
	}
	err = h.opts.Store.Tx(ctx, func(tx *models.Tx) error {
		w, err := tx.Workspace(id.workspace)
		if err != nil {
			return err
		}
		text, err := settingsText(tx, id.workspace, "", w.Settings, *req.Body)
		if err != nil {
			return err
		}
		return tx.SetWorkspaceSettings(id.workspace, text)
	})
	if err != nil {
		return nil, err
	}
	h.workspaceChanged(id.workspace)
	v, err := h.settings(ctx, id.workspace)
	return PutSettings200JSONResponse{WorkspaceSettingsJSONResponse(v)}, err
}

func (s *Server) settings(ctx context.Context, workspace string) (WorkspaceSettings, error) {
	w, err := s.opts.Store.Workspace(ctx, workspace)
	if err != nil {
		return WorkspaceSettings{}, err
	}
	names, err := s.opts.Store.AgentNames(ctx, workspace)
	if err != nil {
		return WorkspaceSettings{}, err
	}
	settings, override, err := viewSettings(w.Settings, names)
	if err != nil {
		return WorkspaceSettings{}, err
	}
	defaults, err := settingsView(dialplan.Defaults())
	return WorkspaceSettings{Settings: settings, Defaults: defaults, Override: override}, err
}

// settingsText checks settings and gives them as they are stored. The override
// of the settings before stays: it has addresses of its own. at is where the
// settings stand in the request, "" when they are all of it.
func settingsText(tx *models.Tx, workspace, at, before string, in CallSettings) (string, error) {
	raw, err := jsonText(in)
	if err != nil {
		return "", err
	}
	s, err := dialplan.Parse(raw)
	if err != nil {
		return "", invalidIn(at, err)
	}
	teams := []string{s.Team}
	for _, level := range s.Fallback {
		teams = append(teams, level.Team)
	}
	for i, team := range teams {
		if team == "" {
			continue
		}
		ok, err := tx.HasTeam(workspace, team)
		if err != nil {
			return "", err
		}
		if !ok {
			return "", invalidIn(at, fmt.Errorf("%s names a team that your workspace does not have: give the id of one", teamField(i)))
		}
	}
	old, err := dialplan.Parse(before)
	if err != nil {
		return "", err
	}
	s.Override = old.Override
	return jsonText(s)
}

// teamField is where the i-th team stands in settings.
func teamField(i int) string {
	if i == 0 {
		return "team"
	}
	return fmt.Sprintf("fallback.%d.team", i-1)
}

// invalidIn is invalidSetting for settings that stand below a field.
func invalidIn(at string, err error) error {
	p := invalidSetting(err)
	if at != "" {
		p.Field = at + "." + p.Field
	}
	return p
}

// viewSettings shows stored settings, and apart from them the override.
func viewSettings(text string, names map[string]string) (CallSettings, *Override, error) {
	s, err := dialplan.Parse(text)
	if err != nil {
		return CallSettings{}, nil, err
	}
	override := viewOverride(s.Override, names)
	s.Override = nil
	v, err := settingsView(s)
	return v, override, err
}

// settingsView shows settings: the contract's CallSettings is their JSON.
func settingsView(s dialplan.Settings) (CallSettings, error) {
	if s.Hours != nil {
		hours := *s.Hours
		for day, periods := range hours.Week {
			if periods == nil {
				hours.Week[day] = []dialplan.Period{}
			}
		}
		s.Hours = &hours
	}
	var v CallSettings
	text, err := jsonText(s)
	if err == nil {
		err = json.Unmarshal([]byte(text), &v)
	}
	return v, err
}

func viewOverride(o *dialplan.Override, names map[string]string) *Override {
	if o == nil {
		return nil
	}
	v := &Override{Open: o.Open, Until: moment(o.Until)}
	if o.By != "" {
		v.By = &AgentRef{Id: o.By, Name: names[o.By]}
	}
	return v
}

// jsonText is a value as JSON text.
func jsonText(v any) (string, error) {
	b, err := json.Marshal(v)
	return string(b), err
}
