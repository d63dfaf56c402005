package api

import (
	"context"
	"slices"

	"ringdesk/controller/people"
	"ringdesk/models"
)

// ListAgents lists the agents with their present state.
func (h *handlers) ListAgents(ctx context.Context, _ ListAgentsRequestObject) (ListAgentsResponseObject, error) {
	items, err := h.agents(ctx, who(ctx).workspace)
	return ListAgents200JSONResponse{Items: items}, err
}

// UpdateAgent changes an agent.
func (h *handlers) UpdateAgent(ctx context.Context, req UpdateAgentRequestObject) (UpdateAgentResponseObject, error) {
	by, a, err := h.agentToChange(ctx, req.Id, "change agents")
	if err != nil {
		return nil, err
	}
	u := req.Body
	change := people.AgentChange{Name: u.Name, Role: (*string)(u.Role), Seat: u.Seat, PlacesCalls: u.PlacesCalls, Supervises: u.Supervises,
		RingSeconds: u.RingSeconds, Skills: (*map[string]int)(u.Skills), Teams: u.Teams}
	if err := h.people.ChangeAgent(ctx, by, a.WorkspaceID, a.ID, change); err != nil {
		return nil, err
	}
	h.agentsChanged(ctx, a.AccountID)
	view, err := h.agentNow(ctx, a)
	return UpdateAgent200JSONResponse(view), err
}

func (s *Server) agents(ctx context.Context, workspace string) ([]Agent, error) {
	rows, err := s.opts.Store.Agents(ctx, workspace)
	if err != nil {
		return nil, err
	}
	return s.viewAgents(ctx, workspace, rows)
}

func (s *Server) viewAgents(ctx context.Context, workspace string, rows []models.AgentState) ([]Agent, error) {
	teams, err := s.opts.Store.TeamNames(ctx, workspace)
	if err == nil && s.hub.listening(workspace) {
		err = s.statuses.recall(ctx, workspace)
	}
	items := make([]Agent, len(rows))
	for i, a := range rows {
		items[i] = s.viewAgent(a, teams)
	}
	return items, err
}

func (s *Server) viewAgent(a models.AgentState, teams map[string]string) Agent {
	now := s.now()
	v := Agent{Id: a.ID, Name: a.Name, Email: a.Email, Role: Role(a.Role), Seat: a.Seat, TakesPhone: a.TakesPhone, TakesVoice: a.TakesVoice,
		TakesVideo: a.TakesVideo, Status: AgentStatus(a.State(now)), ManualStatus: ManualStatus(a.Status), Dnd: a.DNDNow(now),
		NotifyUnassigned: a.NotifyUnassigned, NotifyMissed: a.NotifyMissed, PlacesCalls: a.PlacesCalls, Supervises: a.Supervises,
		RingSeconds: a.RingSeconds, Skills: a.SkillLevels(), Teams: []TeamRef{}}
	if v.Skills == nil {
		v.Skills = Skills{}
	}
	if v.Dnd {
		v.DndUntil = a.DNDUntil.Ptr()
	}
	v.Suspended, v.InvitedUntil = optional(!a.SuspendedAt.IsZero() && a.InvitedUntil.IsZero()), a.InvitedUntil.Ptr()
	if s.hub.listening(a.WorkspaceID) {
		v.StatusSince = (models.Time{Time: s.statuses.show(a.WorkspaceID, a.ID, string(v.Status), now)}).Ptr()
	}
	if a.WrapUpNow(now) {
		v.WrapUpUntil = a.WrapUpUntil.Ptr()
	}
	for _, id := range a.Teams {
		v.Teams = append(v.Teams, TeamRef{Id: id, Name: teams[id]})
	}
	return v
}

// supervises says whether an agent may listen, whisper and barge in (CALL-7).
func supervises(a models.AgentState) bool {
	return a.Supervises || slices.Contains([]string{string(RoleOwner), string(RoleAdmin)}, a.Role)
}
