package models

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"gorm.io/gorm"
)

// AgentState is an agent with all that decides about offering calls.
type AgentState struct {
	Agent
	Email      string
	PhoneID    string // "" when no browser is here
	PhoneReady bool
	SeenAt     Time
	ClaimCall  string // "" when free
	InCall     bool
	OfferCall  string   // another call that rings while in ClaimCall (IN-9); "" means none
	Teams      []string `gorm:"-"` // ids, in order
}

// Online says whether a browser of the agent can ring at the moment now.
func (a AgentState) Online(now time.Time) bool {
	return a.PhoneReady && a.SeenAt.After(now.Add(-PhoneTimeout))
}

// DNDNow says whether the agent does not want to be disturbed now (IN-3).
func (a AgentState) DNDNow(now time.Time) bool {
	return a.DND && (a.DNDUntil.IsZero() || now.Before(a.DNDUntil.Time))
}

// WrapUpNow says whether the agent still finishes an earlier call (END-5).
func (a AgentState) WrapUpNow(now time.Time) bool { return now.Before(a.WrapUpUntil.Time) }

// SkillLevels gives the agent's level of each skill, 1 to 9.
func (a AgentState) SkillLevels() map[string]int { return decode[map[string]int](a.Skills) }

// State is the agent's state in the words of the API: offline, available,
// ringing, inCall, wrapUp, dnd, or the status set by hand. Of several it is
// the one that keeps the most calls away.
func (a AgentState) State(now time.Time) string {
	switch {
	case a.InCall:
		return "inCall"
	case a.ClaimCall != "":
		return "ringing"
	case !a.Online(now):
		return "offline"
	case a.Status != "available":
		return a.Status
	case a.DNDNow(now):
		return "dnd"
	case a.WrapUpNow(now):
		return "wrapUp"
	default:
		return "available"
	}
}

// Agents lists the agents of a workspace by name.
func (s *Store) Agents(ctx context.Context, workspace string) ([]AgentState, error) {
	return agentsWhere(s.read.WithContext(ctx), workspace, "ORDER BY a.name, a.id")
}

// Agent finds an agent of a workspace.
func (s *Store) Agent(ctx context.Context, workspace, id string) (AgentState, error) {
	return agentWhere(s.read.WithContext(ctx), workspace, "AND a.id = ?", id)
}

// AgentOf finds the account's agent in a workspace that the account may use:
// one who is suspended gives ErrNotFound.
func (s *Store) AgentOf(ctx context.Context, workspace, account string) (AgentState, error) {
	return agentWhere(s.read.WithContext(ctx), workspace, "AND a.account_id = ? AND a.suspended_at IS NULL", account)
}

// AgentsByID finds several agents of a workspace.
func (s *Store) AgentsByID(ctx context.Context, workspace string, ids []string) ([]AgentState, error) {
	return agentsWhere(s.read.WithContext(ctx), workspace, "AND a.id IN ?", ids)
}

// AgentState finds an agent of a workspace inside the transaction.
func (t *Tx) AgentState(workspace, id string) (AgentState, error) {
	return agentWhere(t.db, workspace, "AND a.id = ?", id)
}

// agentStates reads an AgentState but for its teams, in the order of columns.
// Every call that looks for an agent reads those of its workspace; gorm finds
// each field of each row by its name, and took most of that time. Calls do not
// reach the phone of an agent who is suspended.
const agentStates = `SELECT a.id, a.workspace_id, a.account_id, a.name, a.role, a.seat, a.takes_phone, a.takes_voice, a.takes_video, a.status,
	a.dnd, a.dnd_until, a.notify_unassigned, a.notify_missed, a.join_muted, a.places_calls, a.supervises, a.ring_seconds, a.skills, a.wrap_up_until,
	a.wrap_up_conversation, a.wrap_up_call, a.wrap_up_extended, a.idle_since, a.offered_at, a.answered_day, a.answered_count, a.created_at, a.suspended_at, a.invited_until,
	c.email, COALESCE(p.id, ''), COALESCE(p.ready, FALSE), p.seen_at, COALESCE(cl.call_id, ''), COALESCE(cl.in_call, FALSE), COALESCE(cl.offer_call, '')
	FROM agents a JOIN accounts c ON c.id = a.account_id
	LEFT JOIN phones p ON p.account_id = a.account_id AND a.suspended_at IS NULL
	LEFT JOIN claims cl ON cl.account_id = a.account_id WHERE a.workspace_id = ? AND a.removed_at IS NULL `

func (a *AgentState) columns() []any {
	return []any{&a.ID, &a.WorkspaceID, &a.AccountID, &a.Name, &a.Role, &a.Seat, &a.TakesPhone, &a.TakesVoice, &a.TakesVideo, &a.Status,
		&a.DND, &a.DNDUntil, &a.NotifyUnassigned, &a.NotifyMissed, &a.JoinMuted, &a.PlacesCalls, &a.Supervises, &a.RingSeconds, &a.Skills, &a.WrapUpUntil,
		&a.WrapUpConversation, &a.WrapUpCall, &a.WrapUpExtended, &a.IdleSince, &a.OfferedAt, &a.AnsweredDay, &a.AnsweredCount, &a.CreatedAt, &a.SuspendedAt, &a.InvitedUntil,
		&a.Email, &a.PhoneID, &a.PhoneReady, &a.SeenAt, &a.ClaimCall, &a.InCall, &a.OfferCall}
}

// agentsWhere loads agents of a workspace with their teams. more goes on after
// a WHERE.
func agentsWhere(db *gorm.DB, workspace, more string, args ...any) ([]AgentState, error) {
	as, err := scanAgents(db.Raw(agentStates+more, append([]any{workspace}, args...)...).Rows())
	if err != nil || len(as) == 0 {
		return nil, err
	}
	teams, err := teamsOfAgents(db, workspace, as)
	for i := range as {
		as[i].Teams = teams[as[i].ID]
	}
	return as, err
}

// fewAgents is how many agents are asked for their teams by name. Of more those of the
// whole workspace are read.
const fewAgents = 16

// teamsOfAgents gives the teams of some agents of a workspace, by agent.
func teamsOfAgents(db *gorm.DB, workspace string, as []AgentState) (map[string][]string, error) {
	teams := make(map[string][]string, len(as))
	condition, args := "t.workspace_id = ?", []any{workspace}
	if len(as) <= fewAgents {
		condition, args = "m.agent_id IN (?"+strings.Repeat(", ?", len(as)-1)+")", make([]any, len(as))
		for i := range as {
			args[i] = as[i].ID
		}
	}
	return teams, each(db, func(rows *sql.Rows) error {
		var team, agent string
		err := rows.Scan(&team, &agent)
		teams[agent] = append(teams[agent], team)
		return err
	}, "SELECT m.team_id, m.agent_id FROM team_members m JOIN teams t ON t.id = m.team_id WHERE "+condition+" ORDER BY m.team_id", args...)
}

func scanAgents(rows *sql.Rows, err error) ([]AgentState, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var as []AgentState
	for rows.Next() {
		var a AgentState
		if err := rows.Scan(a.columns()...); err != nil {
			return nil, err
		}
		as = append(as, a)
	}
	return as, rows.Err()
}

func agentWhere(db *gorm.DB, workspace, more string, args ...any) (AgentState, error) {
	as, err := agentsWhere(db, workspace, more, args...)
	if err == nil && len(as) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return AgentState{}, err
	}
	return as[0], nil
}
