package api

import (
	"context"

	"ringdesk/controller/people"
	"ringdesk/controller/reason"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

// agentToChange gives the agent whom an owner or admin wants to do something to.
func (h *handlers) agentToChange(ctx context.Context, agent, what string) (verb.By, models.AgentState, error) {
	id, err := asAdmin(ctx, what)
	if err != nil {
		return verb.By{}, models.AgentState{}, err
	}
	a, err := h.opts.Store.Agent(ctx, id.workspace, agent)
	return id.by(), a, verb.Missing(err, people.UnknownAgent, reason.NoAgent)
}

// took ends what a verb has taken back, before the answer says that it did.
func (h *handlers) took(ctx context.Context, what string, by verb.By, a models.AgentState) {
	h.revoke(ctx)
	h.workspaceChanged(a.WorkspaceID)
	h.log.Info(what, "workspace", a.WorkspaceID, "agent", a.ID, "by", by.Account)
}

// RemoveAgent takes an agent out of the workspace.
func (h *handlers) RemoveAgent(ctx context.Context, req RemoveAgentRequestObject) (RemoveAgentResponseObject, error) {
	by, a, err := h.agentToChange(ctx, req.Id, "remove agents")
	if err != nil {
		return nil, err
	}
	if err := h.people.Remove(ctx, by, a.WorkspaceID, a.ID); err != nil {
		return nil, err
	}
	h.took(ctx, "an agent was removed", by, a)
	return RemoveAgent204Response{}, nil
}

// SuspendAgent keeps an agent out.
func (h *handlers) SuspendAgent(ctx context.Context, req SuspendAgentRequestObject) (SuspendAgentResponseObject, error) {
	by, a, err := h.agentToChange(ctx, req.Id, "suspend agents")
	if err != nil {
		return nil, err
	}
	if err := h.people.Suspend(ctx, by, a.WorkspaceID, a.ID); err != nil {
		return nil, err
	}
	h.took(ctx, "an agent was suspended", by, a)
	view, err := h.agentNow(ctx, a)
	return SuspendAgent200JSONResponse{AgentJSONResponse(view)}, err
}

// RestoreAgent lets a suspended agent in again.
func (h *handlers) RestoreAgent(ctx context.Context, req RestoreAgentRequestObject) (RestoreAgentResponseObject, error) {
	by, a, err := h.agentToChange(ctx, req.Id, "restore agents")
	if err != nil {
		return nil, err
	}
	if err := h.people.Restore(ctx, by, a.WorkspaceID, a.ID); err != nil {
		return nil, err
	}
	h.took(ctx, "an agent was restored", by, a)
	view, err := h.agentNow(ctx, a)
	return RestoreAgent200JSONResponse{AgentJSONResponse(view)}, err
}

// agentNow gives an agent as a change has left them.
func (h *handlers) agentNow(ctx context.Context, a models.AgentState) (Agent, error) {
	return h.agentByID(ctx, a.WorkspaceID, a.ID)
}

func (h *handlers) agentByID(ctx context.Context, workspace, id string) (Agent, error) {
	now, err := h.opts.Store.Agent(ctx, workspace, id)
	if err != nil {
		return Agent{}, verb.Missing(err, people.UnknownAgent, reason.NoAgent)
	}
	views, err := h.viewAgents(ctx, workspace, []models.AgentState{now})
	return views[0], err
}

// SetAgentPassword gives an agent a new password. A key may not: what somebody
// signs in with would outlive the key.
func (h *handlers) SetAgentPassword(ctx context.Context, req SetAgentPasswordRequestObject) (SetAgentPasswordResponseObject, error) {
	const what = "give agents a new password"
	by, a, err := h.agentToChange(ctx, req.Id, what)
	if err == nil {
		_, err = asAgent(ctx, what)
	}
	if err != nil {
		return nil, err
	}
	if err := h.hashing(ctx, func() error { return h.people.SetPassword(ctx, by, a.AccountID, req.Body.Password) }); err != nil {
		return nil, err
	}
	h.took(ctx, "an agent was given a new password", by, a)
	return SetAgentPassword204Response{}, nil
}

// hashing does what makes a hash in its turn: that costs what checking one does.
func (h *handlers) hashing(ctx context.Context, do func() error) error {
	leave, err := h.logins.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	return do()
}

// EndAgentSessions signs an agent out of this workspace.
func (h *handlers) EndAgentSessions(ctx context.Context, req EndAgentSessionsRequestObject) (EndAgentSessionsResponseObject, error) {
	by, a, err := h.agentToChange(ctx, req.Id, "end agents' sessions")
	if err != nil {
		return nil, err
	}
	n, err := h.people.EndSessions(ctx, by, a.AccountID)
	if err != nil {
		return nil, err
	}
	h.took(ctx, "an agent's sessions were ended", by, a)
	return EndAgentSessions200JSONResponse{EndedSessionsJSONResponse{Ended: n}}, nil
}

// ChangePassword changes one's own password, by the old one.
func (h *handlers) ChangePassword(ctx context.Context, req ChangePasswordRequestObject) (ChangePasswordResponseObject, error) {
	id, err := asAgent(ctx, "change their own password")
	if err != nil {
		return nil, err
	}
	account, err := h.opts.Store.Account(ctx, id.session.AccountID)
	if err != nil {
		return nil, err
	}
	account, err = h.checkPassword(ctx, account.Email, req.Body.OldPassword, visiting(ctx).address)
	if err != nil {
		return nil, wrongOld(err)
	}
	err = h.hashing(ctx, func() error {
		return h.people.ChangePassword(ctx, id.by(), account, id.session.TokenHash, req.Body.Password)
	})
	if err != nil {
		return nil, err
	}
	h.revoke(ctx)
	h.log.Info("somebody changed their password", "account", account.ID)
	return ChangePassword204Response{}, nil
}

// wrongOld words a wrong old password: it ends no session, as 401 would say.
func wrongOld(err error) error {
	if p := problemOf(err); p.Code == ProblemCodeUnauthenticated {
		return invalid("oldPassword", "The old password is wrong.").because(reason.PasswordWrong)
	}
	return err
}

// EndMySessions signs out everywhere but here.
func (h *handlers) EndMySessions(ctx context.Context, _ EndMySessionsRequestObject) (EndMySessionsResponseObject, error) {
	id, err := asAgent(ctx, "sign out everywhere")
	if err != nil {
		return nil, err
	}
	n, err := h.people.EndOthers(ctx, id.session.AccountID, id.session.TokenHash)
	if err != nil {
		return nil, err
	}
	h.revoke(ctx)
	return EndMySessions200JSONResponse{EndedSessionsJSONResponse{Ended: n}}, nil
}
