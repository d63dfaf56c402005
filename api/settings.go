package api

import (
	"context"
	"encoding/json"

	"ringdesk/dialplan"
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
	text, err := settingsText(req.Body)
	if err != nil {
		return nil, err
	}
	if err := h.numbering.SetSettings(ctx, id.by(), id.workspace, *text); err != nil {
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

// settingsText is settings as the verbs take them; nil says nothing of them.
func settingsText(in *CallSettings) (*string, error) {
	if in == nil {
		return nil, nil
	}
	text, err := jsonText(in)
	return &text, err
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
