package api

import (
	"context"

	"ringdesk/controller/people"
	"ringdesk/controller/reason"
	"ringdesk/controller/verb"
)

// SetAgentStatus sets an agent's status for them.
func (h *handlers) SetAgentStatus(ctx context.Context, req SetAgentStatusRequestObject) (SetAgentStatusResponseObject, error) {
	id := who(ctx)
	if !id.byKey() && !supervises(id.agent) {
		return nil, forbidden("Only a supervisor, owner or admin can set a colleague's status: ask one of yours.").because(reason.SupervisorsOnly)
	}
	a, err := h.opts.Store.Agent(ctx, id.workspace, req.Id)
	if err != nil {
		return nil, verb.Missing(err, people.UnknownAgent)
	}
	if err := h.opts.Presence.SetStatus(ctx, id.by(), a.Agent, string(req.Body.Status)); err != nil {
		return nil, err
	}
	h.log.Info("an agent's status was set for them", "workspace", a.WorkspaceID, "agent", a.ID, "status", req.Body.Status, "by", id.by().Account)
	view, err := h.agentNow(ctx, a)
	return SetAgentStatus200JSONResponse{AgentJSONResponse(view)}, err
}
