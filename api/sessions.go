package api

import (
	"context"

	"ringdesk/models"
)

// ListMySessions tells where I am signed in.
func (h *handlers) ListMySessions(ctx context.Context, _ ListMySessionsRequestObject) (ListMySessionsResponseObject, error) {
	id, err := asAgent(ctx, "see their sessions")
	if err != nil {
		return nil, err
	}
	list, err := h.sessions(ctx, id, id.session.AccountID, "")
	return ListMySessions200JSONResponse{SessionListJSONResponse(list)}, err
}

// ListAgentSessions tells where an agent is signed in to this workspace.
func (h *handlers) ListAgentSessions(ctx context.Context, req ListAgentSessionsRequestObject) (ListAgentSessionsResponseObject, error) {
	_, a, err := h.agentToChange(ctx, req.Id, "see agents' sessions")
	if err != nil {
		return nil, err
	}
	list, err := h.sessions(ctx, who(ctx), a.AccountID, a.WorkspaceID)
	return ListAgentSessions200JSONResponse{SessionListJSONResponse(list)}, err
}

// EndMySession signs out in one other browser.
func (h *handlers) EndMySession(ctx context.Context, req EndMySessionRequestObject) (EndMySessionResponseObject, error) {
	id, err := asAgent(ctx, "end their sessions")
	if err != nil {
		return nil, err
	}
	if err := h.people.EndOther(ctx, id.session.AccountID, id.session.TokenHash, req.Id); err != nil {
		return nil, err
	}
	h.revoke(ctx)
	return EndMySession204Response{}, nil
}

func (h *handlers) sessions(ctx context.Context, asks *identity, account, workspace string) (SessionList, error) {
	rows, err := h.opts.Store.SessionsOf(ctx, account, workspace, h.now())
	list := SessionList{Items: make([]Session, len(rows))}
	for i, s := range rows {
		list.Items[i] = h.viewSession(asks, s)
	}
	return list, err
}

func (h *handlers) viewSession(asks *identity, s models.Session) Session {
	return Session{Id: s.ID, CreatedAt: s.CreatedAt.Time, ExpiresAt: s.ExpiresAt.Time, Address: s.Address, Browser: s.Browser,
		Current: s.TokenHash == asks.session.TokenHash, Online: h.sockets.has(func(k *socket) bool { return k.session == s.TokenHash })}
}
