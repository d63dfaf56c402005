package api

import (
	"context"
	"time"

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
	set, err := meChanges(req.Body, h.now())
	if err != nil {
		return nil, err
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
		if req.Body.WrapUp != nil || set["status"] == string(ManualStatusAvailable) { // who says so is available
			if err := tx.EndWrapUp(workspace, agent.ID); err != nil {
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

// meChanges gives the columns that an agent's own settings change.
func meChanges(u *MeUpdate, now time.Time) (map[string]any, error) {
	set := map[string]any{}
	put(set, "takes_phone", u.TakesPhone)
	put(set, "takes_voice", u.TakesVoice)
	put(set, "takes_video", u.TakesVideo)
	put(set, "notify_unassigned", u.NotifyUnassigned)
	put(set, "notify_missed", u.NotifyMissed)
	if u.ManualStatus != nil && u.Away != nil {
		return nil, invalid("away", "away is the older spelling of manualStatus: send only one of them.")
	}
	if u.Away != nil {
		set["status"] = map[bool]string{false: string(ManualStatusAvailable), true: string(ManualStatusRest)}[*u.Away]
	}
	if u.ManualStatus != nil {
		set["status"] = string(*u.ManualStatus)
	}
	if u.DndUntil != nil && !value(u.Dnd) {
		return nil, invalid("dndUntil", "dndUntil goes with dnd: true: send both.")
	}
	if u.DndUntil != nil && !u.DndUntil.After(now) {
		return nil, invalid("dndUntil", "dndUntil must be in the future.")
	}
	if u.Dnd != nil {
		set["dnd"], set["dnd_until"] = *u.Dnd, models.At(value(u.DndUntil))
	}
	return set, nil
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
	v := views[0]
	me := Me{AccountId: a.ID, AgentId: v.Id, Email: a.Email, Name: v.Name, Role: v.Role, Locale: MeLocale(a.Locale), Seat: v.Seat,
		TakesPhone: v.TakesPhone, TakesVoice: v.TakesVoice, TakesVideo: v.TakesVideo, Status: v.Status, ManualStatus: v.ManualStatus,
		Dnd: v.Dnd, DndUntil: v.DndUntil, NotifyUnassigned: v.NotifyUnassigned, NotifyMissed: v.NotifyMissed, PlacesCalls: v.PlacesCalls,
		Supervises: v.Supervises, RingSeconds: v.RingSeconds, Skills: v.Skills, Teams: v.Teams, WrapUpUntil: v.WrapUpUntil,
		Workspaces: []Workspace{}}
	for _, w := range all {
		v := Workspace{Id: w.ID, Name: w.Name, Country: w.Country, TimeZone: w.TimeZone}
		me.Workspaces = append(me.Workspaces, v)
		if w.ID == workspace {
			me.Workspace = v
		}
	}
	return me, nil
}
