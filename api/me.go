package api

import (
	"context"

	"ringdesk/models"
)

// GetMe tells who I am.
func (h *handlers) GetMe(ctx context.Context, _ GetMeRequestObject) (GetMeResponseObject, error) {
	id, err := asAgent(ctx, "ask who they are")
	if err != nil {
		return nil, err
	}
	me, err := h.me(ctx, id.workspace, id.session.AccountID)
	return GetMe200JSONResponse{MeJSONResponse(me)}, err
}

// UpdateMe changes my own settings. Those of an agent are changed in the
// workspace that the session looks at afterwards.
func (h *handlers) UpdateMe(ctx context.Context, req UpdateMeRequestObject) (UpdateMeResponseObject, error) {
	id, err := asAgent(ctx, "change their settings")
	if err != nil {
		return nil, err
	}
	workspace, account := id.workspace, id.session.AccountID
	if to := req.Body.WorkspaceId; to != nil {
		if _, err := h.opts.Store.AgentOf(ctx, *to, account); err != nil {
			return nil, missing(err, "You belong to no workspace with this id.")
		}
		workspace = *to
	}
	agent, err := h.opts.Store.AgentOf(ctx, workspace, account)
	if err != nil {
		return nil, err
	}
	set := map[string]any{}
	if req.Body.TakesPhone != nil {
		set["takes_phone"] = *req.Body.TakesPhone
	}
	if req.Body.Away != nil {
		set["status"] = map[bool]string{false: "available", true: "rest"}[*req.Body.Away]
	}
	err = h.opts.Store.Tx(ctx, func(tx *models.Tx) error {
		if workspace != id.workspace {
			if err := tx.UseWorkspace(id.session.TokenHash, workspace); err != nil {
				return err
			}
		}
		if req.Body.Locale != nil {
			if err := tx.SetLocale(account, string(*req.Body.Locale)); err != nil {
				return err
			}
			if err := tx.TellAccount(account); err != nil {
				return err
			}
		}
		if len(set) == 0 {
			return nil
		}
		return tx.UpdateAgent(workspace, agent.ID, set)
	})
	if err != nil {
		return nil, err
	}
	if workspace != id.workspace {
		h.hub.move(id.session.TokenHash, workspace)
	}
	h.agentsChanged(ctx, account)
	me, err := h.me(ctx, workspace, account)
	return UpdateMe200JSONResponse{MeJSONResponse(me)}, err
}

// me describes an account as an agent of a workspace.
func (s *Server) me(ctx context.Context, workspace, account string) (Me, error) {
	a, err := s.opts.Store.Account(ctx, account)
	if err != nil {
		return Me{}, err
	}
	agent, err := s.opts.Store.AgentOf(ctx, workspace, account)
	if err != nil {
		return Me{}, err
	}
	all, err := s.opts.Store.WorkspacesOf(ctx, account)
	if err != nil {
		return Me{}, err
	}
	me := Me{AccountId: a.ID, AgentId: agent.ID, Email: a.Email, Name: agent.Name, Role: Role(agent.Role), Locale: MeLocale(a.Locale),
		Seat: agent.Seat, TakesPhone: agent.TakesPhone, Status: AgentStatus(agent.State(s.now())), Workspaces: []Workspace{}}
	for _, w := range all {
		v := Workspace{Id: w.ID, Name: w.Name, Country: w.Country, TimeZone: w.TimeZone}
		me.Workspaces = append(me.Workspaces, v)
		if w.ID == workspace {
			me.Workspace = v
		}
	}
	return me, nil
}
