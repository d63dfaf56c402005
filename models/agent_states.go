package models

import (
	"database/sql"

	"gorm.io/gorm"
)

// agentStates reads an AgentState but for its teams, in the order of columns.
// Every call that looks for an agent reads those of its workspace; gorm finds
// each field of each row by its name, and took most of that time.
const agentStates = `SELECT a.id, a.workspace_id, a.account_id, a.name, a.role, a.seat, a.takes_phone, a.takes_voice, a.takes_video, a.status,
	a.dnd, a.dnd_until, a.notify_unassigned, a.notify_missed, a.places_calls, a.supervises, a.ring_seconds, a.skills, a.wrap_up_until,
	a.wrap_up_conversation, a.idle_since, a.offered_at, a.answered_day, a.answered_count, a.created_at,
	c.email, COALESCE(p.id, ''), COALESCE(p.ready, FALSE), p.seen_at, COALESCE(cl.call_id, ''), COALESCE(cl.in_call, FALSE), COALESCE(cl.offer_call, '')
	FROM agents a JOIN accounts c ON c.id = a.account_id
	LEFT JOIN phones p ON p.account_id = a.account_id
	LEFT JOIN claims cl ON cl.account_id = a.account_id WHERE a.workspace_id = ? `

func (a *AgentState) columns() []any {
	return []any{&a.ID, &a.WorkspaceID, &a.AccountID, &a.Name, &a.Role, &a.Seat, &a.TakesPhone, &a.TakesVoice, &a.TakesVideo, &a.Status,
		&a.DND, &a.DNDUntil, &a.NotifyUnassigned, &a.NotifyMissed, &a.PlacesCalls, &a.Supervises, &a.RingSeconds, &a.Skills, &a.WrapUpUntil,
		&a.WrapUpConversation, &a.IdleSince, &a.OfferedAt, &a.AnsweredDay, &a.AnsweredCount, &a.CreatedAt,
		&a.Email, &a.PhoneID, &a.PhoneReady, &a.SeenAt, &a.ClaimCall, &a.InCall, &a.OfferCall}
}

// agentsWhere loads agents of a workspace with their teams. more goes on after
// a WHERE.
func agentsWhere(db *gorm.DB, workspace, more string, args ...any) ([]AgentState, error) {
	as, err := scanAgents(db.Raw(agentStates+more, append([]any{workspace}, args...)...).Rows())
	if err != nil || len(as) == 0 {
		return nil, err
	}
	var ms []TeamMember
	err = db.Raw(`SELECT m.* FROM team_members m JOIN teams t ON t.id = m.team_id WHERE t.workspace_id = ?
		ORDER BY m.team_id`, workspace).Scan(&ms).Error
	teams := make(map[string][]string, len(as))
	for _, m := range ms {
		teams[m.AgentID] = append(teams[m.AgentID], m.TeamID)
	}
	for i := range as {
		as[i].Teams = teams[as[i].ID]
	}
	return as, err
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
