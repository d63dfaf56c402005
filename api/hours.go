package api

import (
	"context"

	"ringdesk/controller/numbering"
)

// SwitchHours switches operation on or off by hand (IN-10).
func (h *handlers) SwitchHours(ctx context.Context, req SwitchHoursRequestObject) (SwitchHoursResponseObject, error) {
	id, err := asAdmin(ctx, "switch operation on or off")
	if err != nil {
		return nil, err
	}
	made, err := h.numbering.SwitchHours(ctx, id.by(), scopeOf(req.Body.Scope, req.Body.Id), req.Body.Open)
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
	if err = h.numbering.ResetHours(ctx, id.by(), id.workspace, scopeOf(req.Params.Scope, req.Params.Id)); err == nil {
		h.workspaceChanged(id.workspace)
	}
	return ResetHours204Response{}, err
}

func scopeOf(kind OverrideScope, id *string) numbering.Scope {
	return numbering.Scope{Kind: numbering.ScopeKind(kind), ID: value(id)}
}
