package api

import (
	"cmp"
	"context"
	"errors"

	"github.com/gofiber/fiber/v2"

	"ringdesk/controller/people"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

// linkView is a link as it is shown, once.
func linkView(l people.Link) Link { return Link{Path: "/join/" + l.Token, ExpiresAt: l.ExpiresAt.Time} }

// InviteAgent invites somebody. A key may not: who gets in by the link would outlive
// the key.
func (h *handlers) InviteAgent(ctx context.Context, req InviteAgentRequestObject) (InviteAgentResponseObject, error) {
	id, err := asPersonInCharge(ctx, "invite agents")
	if err != nil {
		return nil, err
	}
	b := req.Body
	in := people.Invitation{Email: b.Email, Name: b.Name, AgentChange: people.AgentChange{Role: (*string)(b.Role), Seat: b.Seat,
		PlacesCalls: b.PlacesCalls, Supervises: b.Supervises, RingSeconds: b.RingSeconds, Skills: (*map[string]int)(b.Skills), Teams: b.Teams}}
	agent, link, err := h.people.Invite(ctx, id.by(), id.workspace, in)
	if err != nil {
		return nil, err
	}
	h.log.Info("an agent was invited", "workspace", id.workspace, "agent", agent, "by", id.session.AccountID)
	view, err := h.agentByID(ctx, id.workspace, agent)
	return InviteAgent201JSONResponse{Agent: view, Link: linkView(link)}, err
}

// ResendInvitation makes a new link for somebody who was invited.
func (h *handlers) ResendInvitation(ctx context.Context, req ResendInvitationRequestObject) (ResendInvitationResponseObject, error) {
	link, err := h.makeLink(ctx, req.Id, "invite agents", h.people.Resend)
	return ResendInvitation200JSONResponse{LinkJSONResponse(link)}, err
}

// MakePasswordLink makes a link to a new password.
func (h *handlers) MakePasswordLink(ctx context.Context, req MakePasswordLinkRequestObject) (MakePasswordLinkResponseObject, error) {
	link, err := h.makeLink(ctx, req.Id, "give agents a new password", h.people.PasswordLink)
	return MakePasswordLink200JSONResponse{LinkJSONResponse(link)}, err
}

type linkVerb = func(ctx context.Context, by verb.By, workspace, agent string) (people.Link, error)

func (h *handlers) makeLink(ctx context.Context, agent, what string, do linkVerb) (Link, error) {
	by, a, err := h.agentToChange(ctx, agent, what)
	if err == nil {
		_, err = asPersonInCharge(ctx, what)
	}
	if err != nil {
		return Link{}, err
	}
	l, err := do(ctx, by, a.WorkspaceID, a.ID)
	if err == nil {
		h.log.Info("a link was made for an agent", "workspace", a.WorkspaceID, "agent", a.ID, "by", by.Account)
	}
	return linkView(l), err
}

// GetJoin tells whom a link lets in.
func (h *handlers) GetJoin(ctx context.Context, req GetJoinRequestObject) (GetJoinResponseObject, error) {
	j, err := h.follow(ctx, req.Token)
	if err != nil {
		return nil, err
	}
	return GetJoin200JSONResponse{Kind: JoinKind(j.Kind), Workspace: j.Workspace.Name, Email: j.Account.Email, Name: j.Agent.Name, HasAccount: j.HasAccount,
		ExpiresAt: j.ExpiresAt.Time}, nil
}

// follow finds out what a link is for. Who tries links that do not work has to wait
// after some (SEC-4).
func (h *handlers) follow(ctx context.Context, token string) (people.Joining, error) {
	address := visiting(ctx).address
	if err := h.people.MayFollow(ctx, address); err != nil {
		return people.Joining{}, err
	}
	j, err := h.people.Joining(ctx, token)
	if errors.As(err, new(*verb.Refusal)) {
		err = errors.Join(h.people.WrongLink(ctx, address), err)
	}
	return j, err
}

// joined is the answer to whom a link has let in: the session's cookie comes with it.
type joined struct{ signedIn }

// VisitAcceptJoinResponse implements AcceptJoinResponseObject.
func (r joined) VisitAcceptJoinResponse(c *fiber.Ctx) error { return r.VisitLoginResponse(c) }

// AcceptJoin lets somebody in by a link.
func (h *handlers) AcceptJoin(ctx context.Context, req AcceptJoinRequestObject) (AcceptJoinResponseObject, error) {
	j, err := h.follow(ctx, req.Token)
	if err != nil {
		return nil, err
	}
	if j.Kind == models.LinkOwner {
		return h.begin(ctx, j, *req.Body)
	}
	v := visiting(ctx)
	if j.HasAccount {
		if j.Account, err = h.checkPassword(ctx, j.Account.Email, req.Body.Password, v.address); err != nil {
			return nil, err
		}
	}
	session, token, err := h.newSession(v, j.Account.ID, j.Workspace)
	if err != nil {
		return nil, err
	}
	take := people.Acceptance{Password: req.Body.Password, Name: req.Body.Name, Locale: (*string)(req.Body.Locale)}
	if err := h.hashing(ctx, func() error { return h.people.Accept(ctx, j, take, session) }); err != nil {
		return nil, err
	}
	if err := h.leaveFormer(ctx, v); err != nil {
		return nil, err
	}
	h.revoke(ctx)
	h.agentsChanged(ctx, j.Account.ID)
	h.log.Info("somebody was let in by a link", "workspace", j.WorkspaceID, "agent", j.AgentID, "kind", j.Kind)
	me, err := h.me(ctx, j.WorkspaceID, j.Account.ID)
	return joined{signedIn{server: h.Server, token: token, session: session, me: me}}, err
}

// begin makes the first workspace of a new installation with its owner.
func (h *handlers) begin(ctx context.Context, j people.Joining, b AcceptJoinJSONRequestBody) (AcceptJoinResponseObject, error) {
	v := visiting(ctx)
	first := people.Beginning{Business: value(b.Workspace), Country: h.opts.Country, TimeZone: cmp.Or(value(b.TimeZone), "Asia/Seoul"), Name: value(b.Name),
		Email: value(b.Email), Password: b.Password, Locale: cmp.Or(string(value(b.Locale)), "ko")}
	var w models.Workspace
	var account models.Account
	err := h.hashing(ctx, func() (err error) {
		w, account, err = h.people.Begin(ctx, j, first, v.address)
		return err
	})
	if err != nil {
		return nil, err
	}
	session, token, err := h.newSession(v, account.ID, w)
	if err == nil {
		err = h.people.SignIn(ctx, account, session)
	}
	if err != nil {
		return nil, err
	}
	h.log.Info("the installation has its owner", "workspace", w.ID, "address", v.address)
	me, err := h.me(ctx, w.ID, account.ID)
	return joined{signedIn{server: h.Server, token: token, session: session, me: me}}, err
}
