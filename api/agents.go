package api

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"ringdesk/models"
)

const unknownAgent = "There is no agent with this id in your workspace."

// leastRing is the shortest ring time in seconds that an agent may have
// (IN-4); 0 means none of their own.
const leastRing = 5

// ListAgents lists the agents with their present state.
func (h *handlers) ListAgents(ctx context.Context, _ ListAgentsRequestObject) (ListAgentsResponseObject, error) {
	items, err := h.agents(ctx, who(ctx).workspace)
	return ListAgents200JSONResponse{Items: items}, err
}

// UpdateAgent changes an agent.
func (h *handlers) UpdateAgent(ctx context.Context, req UpdateAgentRequestObject) (UpdateAgentResponseObject, error) {
	id, err := asAdmin(ctx, "change agents")
	if err != nil {
		return nil, err
	}
	agent, err := h.opts.Store.Agent(ctx, id.workspace, req.Id)
	if err != nil {
		return nil, missing(err, unknownAgent)
	}
	set, err := agentChanges(id, agent, req.Body)
	if err != nil {
		return nil, err
	}
	err = h.opts.Store.Tx(ctx, func(tx *models.Tx) error { return saveAgent(tx, agent, set, req.Body) })
	if err != nil {
		return nil, missing(err, unknownAgent)
	}
	h.agentsChanged(ctx, agent.AccountID)
	agent, err = h.opts.Store.Agent(ctx, id.workspace, req.Id)
	if err != nil {
		return nil, missing(err, unknownAgent)
	}
	views, err := h.viewAgents(ctx, id.workspace, []models.AgentState{agent})
	if err != nil {
		return nil, err
	}
	return UpdateAgent200JSONResponse(views[0]), nil
}

// agentChanges gives the columns that an update of an agent changes.
func agentChanges(by *identity, a models.AgentState, u *AgentUpdate) (map[string]any, error) {
	owner := string(RoleOwner)
	if a.Role == owner && by.role != owner {
		return nil, forbidden("Only an owner can change an owner: ask one of yours.")
	}
	set := map[string]any{}
	if u.Role != nil && string(*u.Role) != a.Role {
		if *u.Role == RoleOwner && by.role != owner {
			return nil, forbidden("Only an owner can make somebody an owner: ask one of yours.")
		}
		set["role"] = string(*u.Role)
	}
	if u.Name != nil {
		name := strings.TrimSpace(*u.Name)
		if name == "" {
			return nil, invalid("name", "name must not be empty.")
		}
		set["name"] = name
	}
	if u.RingSeconds != nil {
		if s := *u.RingSeconds; s != 0 && s < leastRing {
			return nil, invalid("ringSeconds", "ringSeconds must be 5 to 120, or 0 for what the settings say.")
		}
		set["ring_seconds"] = *u.RingSeconds
	}
	if u.Skills != nil {
		skills, err := skillsText(*u.Skills)
		if err != nil {
			return nil, err
		}
		set["skills"] = skills
	}
	put(set, "seat", u.Seat)
	put(set, "places_calls", u.PlacesCalls)
	put(set, "supervises", u.Supervises)
	return set, nil
}

// put sets a column to what a request says about it, if it says anything.
func put[T any](set map[string]any, column string, v *T) {
	if v != nil {
		set[column] = *v
	}
}

// skillsText is how skills are stored.
func skillsText(skills Skills) (string, error) {
	for name := range skills {
		if strings.TrimSpace(name) == "" || name != strings.TrimSpace(name) || len(name) > 100 {
			return "", invalid("skills", "A skill needs a name of at most 100 bytes, without spaces around it: %q is none.", short(name))
		}
	}
	text, err := json.Marshal(skills)
	return string(text), err
}

func saveAgent(tx *models.Tx, a models.AgentState, set map[string]any, u *AgentUpdate) error {
	if a.Role == string(RoleOwner) && set["role"] != nil {
		n, err := tx.CountOwners(a.WorkspaceID)
		if err != nil {
			return err
		}
		if n < 2 {
			return conflict("role", "A workspace needs an owner: make somebody else one first.")
		}
	}
	if u.Teams != nil {
		if err := tx.SetTeamsOf(a.WorkspaceID, a.ID, *u.Teams); err != nil {
			return absent(err, "teams", "One of these ids is no team of your workspace's.")
		}
	}
	if len(set) == 0 {
		return nil
	}
	return tx.UpdateAgent(a.WorkspaceID, a.ID, set)
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
