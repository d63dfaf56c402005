package models

import (
	"context"
	"database/sql"
	"time"

	"ringdesk/controller/journal"
)

// AgentFree says whether an agent of the workspace might be offered a call
// now. It is a cheap look ahead: no means no, yes means that
// controller/assign must decide.
func (s *Store) AgentFree(ctx context.Context, workspace string, now time.Time) (bool, error) {
	return value[bool](s.read.WithContext(ctx), `SELECT EXISTS (SELECT 1 FROM agents a JOIN phones p ON p.account_id = a.account_id
		WHERE a.workspace_id = ? AND a.seat AND a.suspended_at IS NULL AND (a.takes_phone OR a.takes_voice OR a.takes_video)
		AND a.status = 'available' AND p.ready AND p.seen_at > ?
		AND NOT EXISTS (SELECT 1 FROM claims c WHERE c.account_id = a.account_id))`, workspace, At(now.Add(-PhoneTimeout)))
}

// Waiting is a call that waits for an agent.
type Waiting struct {
	CallID string
	TeamID string // "" means that any agent of the workspace will do
	Rank   int64
}

// WaitingBefore lists the live calls that wait for an agent of the workspace
// and come before a call of this rank, in order. Of calls with the same rank
// the one with the lower id goes first.
func (t *Tx) WaitingBefore(workspace string, rank int64, call string) ([]Waiting, error) {
	var ws []Waiting
	err := each(t.db, func(rows *sql.Rows) error {
		var w Waiting
		err := rows.Scan(&w.CallID, &w.TeamID, &w.Rank)
		ws = append(ws, w)
		return err
	}, `SELECT id, team_id, queue_rank FROM calls
		WHERE live AND queue_rank <> 0 AND workspace_id = ? AND state = 'queued' AND (queue_rank < ? OR (queue_rank = ? AND id < ?))
		ORDER BY queue_rank, id`, workspace, rank, rank, call)
	return ws, err
}

// WaitingCount tells how many calls of the workspace wait beside one (IN-6).
func (t *Tx) WaitingCount(workspace, except string) (int, error) {
	return value[int](t.db, "SELECT COUNT(*) FROM calls WHERE live AND queue_rank <> 0 AND workspace_id = ? AND state = 'queued' AND id <> ?", workspace, except)
}

// MarkOffered records that an agent is offered a call, for round robin (IN-4).
func (t *Tx) MarkOffered(agent string, now time.Time) error {
	return t.changeAgents("UPDATE agents SET offered_at = ? WHERE id = ?", At(now), agent)
}

// MarkAnswered counts an answered call on a day, as 2026-11-25 in the
// workspace's time zone. A new day starts from nothing (IN-4).
func (t *Tx) MarkAnswered(agent, day string) error {
	return t.changeAgents(`UPDATE agents SET answered_count = CASE WHEN answered_day = ? THEN answered_count + 1 ELSE 1 END,
		answered_day = ? WHERE id = ?`, day, day, agent)
}

// MarkIdle records that a call has ended for an account, in every workspace
// of it: an account has one pair of ears (IN-4).
func (t *Tx) MarkIdle(account string, now time.Time) error {
	return t.changeAgents("UPDATE agents SET idle_since = ? WHERE account_id = ?", At(now), account)
}

// changeAgents runs an UPDATE of agents and tells the screens of each one.
func (t *Tx) changeAgents(update string, args ...any) error {
	return t.tellAgents(update+" RETURNING id, workspace_id", args...)
}

// tellAgents tells the screens of each agent that the query gives.
func (t *Tx) tellAgents(query string, args ...any) error {
	return each(t.db, func(rows *sql.Rows) error {
		var id, workspace string
		if err := rows.Scan(&id, &workspace); err != nil {
			return err
		}
		return t.Changed(workspace, journal.TopicAgent, id)
	}, query, args...)
}
