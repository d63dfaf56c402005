package models

import (
	"context"
	"time"
)

// RawCall is a call's facts with what the ids in them are called today (STAT-4).
type RawCall struct {
	CallFact
	FromNumber  string
	ToNumber    string
	Number      string // the business number, E.164
	NumberLabel string
	Contact     string
	Agent       string // who answered first or placed it
	Assignee    string // of the conversation, today
	Team        string
}

// RawAgentPart is an agent's part with what the ids in it are called today.
type RawAgentPart struct {
	AgentFact
	CallStartedAt Time
	Agent         string
	Inviter       string
}

// RawFilter says which facts: of a workspace's calls that began from From to before To,
// behind the last one of the page before.
type RawFilter struct {
	Workspace string
	From, To  time.Time
	After     string // call
	AfterPart int
	Limit     int
}

// RawCalls lists calls by their beginning; From is that of the last one of the page
// before.
func (s *Store) RawCalls(ctx context.Context, f RawFilter) ([]RawCall, error) {
	var rows []RawCall
	return rows, s.read.WithContext(ctx).Raw(`SELECT f.*, c.from_number, c.to_number, COALESCE(n.number, '') AS number, COALESCE(n.label, '') AS number_label,
		COALESCE(o.name, '') AS contact, COALESCE(a.name, '') AS agent, COALESCE(s.name, '') AS assignee, COALESCE(t.name, '') AS team
		FROM call_facts f JOIN calls c ON c.id = f.call_id LEFT JOIN numbers n ON n.id = f.number_id LEFT JOIN contacts o ON o.id = f.contact_id
		LEFT JOIN agents a ON a.id = f.agent_id LEFT JOIN conversations v ON v.id = f.conversation_id LEFT JOIN agents s ON s.id = v.assignee_id
		LEFT JOIN teams t ON t.id = f.team_id
		WHERE f.workspace_id = ? AND f.started_at >= ? AND f.started_at < ? AND (f.started_at > ? OR f.call_id > ?) ORDER BY f.started_at, f.call_id LIMIT ?`,
		f.Workspace, At(f.From), At(f.To), At(f.From), f.After, f.Limit).Scan(&rows).Error
}

// RawAgentParts lists agents' parts by the beginning of their calls, so that a period has
// those of its calls and no others, as in reports; From is that of the last one of the page
// before.
func (s *Store) RawAgentParts(ctx context.Context, f RawFilter) ([]RawAgentPart, error) {
	var rows []RawAgentPart
	return rows, s.read.WithContext(ctx).Raw(`SELECT p.*, f.started_at AS call_started_at, COALESCE(a.name, '') AS agent, COALESCE(i.name, '') AS inviter
		FROM call_facts f JOIN agent_facts p ON p.call_id = f.call_id LEFT JOIN agents a ON a.id = p.agent_id LEFT JOIN agents i ON i.id = p.invited_by
		WHERE f.workspace_id = ? AND f.started_at >= ? AND f.started_at < ? AND (f.started_at > ? OR f.call_id > ? OR f.call_id = ? AND p.part > ?)
		ORDER BY f.started_at, f.call_id, p.part LIMIT ?`,
		f.Workspace, At(f.From), At(f.To), At(f.From), f.After, f.After, f.AfterPart, f.Limit).Scan(&rows).Error
}

// CountFacts says of how many calls that began from one moment to before another facts
// are kept.
func (s *Store) CountFacts(ctx context.Context, workspace string, from, to time.Time) (int, error) {
	return value[int](s.read.WithContext(ctx), "SELECT COUNT(*) FROM call_facts WHERE workspace_id = ? AND started_at >= ? AND started_at < ?", workspace, At(from), At(to))
}

// CountAgentFacts says how many agents' parts are kept that began in that time.
func (s *Store) CountAgentFacts(ctx context.Context, workspace string, from, to time.Time) (int, error) {
	return value[int](s.read.WithContext(ctx), "SELECT COUNT(*) FROM agent_facts WHERE workspace_id = ? AND started_at >= ? AND started_at < ?", workspace, At(from), At(to))
}
