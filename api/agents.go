package api

import (
	"context"
	"strings"

	"ringdesk/models"
)

// ListAgents lists the agents with their present state.
func (h *handlers) ListAgents(ctx context.Context, _ ListAgentsRequestObject) (ListAgentsResponseObject, error) {
	items, err := h.agents(ctx, who(ctx).workspace)
	return ListAgents200JSONResponse{Items: items}, err
}

// UpdateAgent changes an agent's seat or name.
func (h *handlers) UpdateAgent(ctx context.Context, req UpdateAgentRequestObject) (UpdateAgentResponseObject, error) {
	id, err := asAdmin(ctx, "change agents")
	if err != nil {
		return nil, err
	}
	const unknown = "There is no agent with this id in your workspace."
	agent, err := h.opts.Store.Agent(ctx, id.workspace, req.Id)
	if err != nil {
		return nil, missing(err, unknown)
	}
	set := map[string]any{}
	if req.Body.Seat != nil {
		set["seat"] = *req.Body.Seat
	}
	if req.Body.Name != nil {
		name := strings.TrimSpace(*req.Body.Name)
		if name == "" {
			return nil, invalid("name", "name must not be empty.")
		}
		set["name"] = name
	}
	if len(set) > 0 {
		err := h.opts.Store.Tx(ctx, func(tx *models.Tx) error { return tx.UpdateAgent(id.workspace, req.Id, set) })
		if err != nil {
			return nil, missing(err, unknown)
		}
		h.agentsChanged(ctx, agent.AccountID)
	}
	agent, err = h.opts.Store.Agent(ctx, id.workspace, req.Id)
	return UpdateAgent200JSONResponse(h.viewAgent(agent)), err
}

func (s *Server) agents(ctx context.Context, workspace string) ([]Agent, error) {
	rows, err := s.opts.Store.Agents(ctx, workspace)
	return s.viewAgents(rows), err
}

func (s *Server) viewAgents(rows []models.AgentState) []Agent {
	items := make([]Agent, len(rows))
	for i, a := range rows {
		items[i] = s.viewAgent(a)
	}
	return items
}

func (s *Server) viewAgent(a models.AgentState) Agent {
	return Agent{Id: a.ID, Name: a.Name, Email: a.Email, Role: Role(a.Role), Seat: a.Seat, TakesPhone: a.TakesPhone,
		Status: AgentStatus(a.State(s.now()))}
}
