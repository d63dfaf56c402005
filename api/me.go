package api

import (
	"context"

	"ringdesk/controller/presence"
	"ringdesk/controller/reason"
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
	change, err := meChange(req.Body)
	if err != nil {
		return nil, err
	}
	workspace, err := h.opts.Presence.Change(ctx, id.session, change)
	if err != nil {
		return nil, err
	}
	if workspace != id.workspace {
		h.hub.move(id.session.TokenHash, workspace)
	}
	me, err := h.me(ctx, workspace, id.session.AccountID)
	return UpdateMe200JSONResponse{MeJSONResponse(me)}, err
}

// GetRingCheck tells why I am offered calls, or not.
func (h *handlers) GetRingCheck(ctx context.Context, _ GetRingCheckRequestObject) (GetRingCheckResponseObject, error) {
	id, err := asAgent(ctx, "ask why no calls reach them")
	if err != nil {
		return nil, err
	}
	check, err := h.opts.Presence.RingCheck(ctx, id.workspace, id.session.AccountID)
	if err != nil {
		return nil, err
	}
	v := RingCheck{Rings: check.Rings()}
	for _, c := range check.Checks {
		v.Checks = append(v.Checks, RingCheckLine{Name: RingCheckName(c.Name), Ok: c.OK})
	}
	if why := check.Reason(); why != nil {
		v.Reason, v.Until = new(RingCheckName(why.Name)), why.Until.Ptr()
	}
	return GetRingCheck200JSONResponse(v), nil
}

// meChange gives the verb what a request says. away is the older spelling of a
// status.
func meChange(u *MeUpdate) (presence.Change, error) {
	c := presence.Change{Workspace: u.WorkspaceId, Locale: (*string)(u.Locale), TakesPhone: u.TakesPhone, TakesVoice: u.TakesVoice, TakesVideo: u.TakesVideo,
		NotifyUnassigned: u.NotifyUnassigned, NotifyMissed: u.NotifyMissed, JoinMuted: u.JoinMuted, Status: (*string)(u.ManualStatus), DND: u.Dnd, DNDUntil: u.DndUntil,
		EndWrapUp: u.WrapUp != nil, ExtendWrapUp: u.ExtendWrapUp != nil}
	if u.Away == nil {
		return c, nil
	}
	if u.ManualStatus != nil {
		return c, invalid("away", "away is the older spelling of manualStatus: send only one of them.").because(reason.Malformed)
	}
	c.Status = new(map[bool]string{false: string(ManualStatusAvailable), true: string(ManualStatusRest)}[*u.Away])
	return c, nil
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
	views, err := s.viewAgents(ctx, workspace, []models.AgentState{agent})
	if err != nil {
		return Me{}, err
	}
	preferences, err := a.Preferences()
	if err != nil {
		return Me{}, err
	}
	v := views[0]
	me := Me{AccountId: a.ID, AgentId: v.Id, Email: a.Email, Name: v.Name, Role: v.Role, Locale: MeLocale(a.Locale), Seat: v.Seat,
		TakesPhone: v.TakesPhone, TakesVoice: v.TakesVoice, TakesVideo: v.TakesVideo, Status: v.Status, ManualStatus: v.ManualStatus,
		Dnd: v.Dnd, DndUntil: v.DndUntil, NotifyUnassigned: v.NotifyUnassigned, NotifyMissed: v.NotifyMissed, JoinMuted: agent.JoinMuted, PlacesCalls: v.PlacesCalls,
		Supervises: v.Supervises, RingSeconds: v.RingSeconds, Skills: v.Skills, Teams: v.Teams, WrapUpUntil: v.WrapUpUntil,
		Preferences: viewPreferences(preferences), Workspaces: []Workspace{}}
	if v.WrapUpUntil != nil {
		me.WrapUpExtensions = new(presence.MostExtensions - agent.WrapUpExtended)
	}
	for _, w := range all {
		v := viewWorkspace(w)
		me.Workspaces = append(me.Workspaces, v)
		if w.ID == workspace {
			me.Workspace = v
		}
	}
	return me, nil
}
