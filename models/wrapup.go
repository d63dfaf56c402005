package models

import (
	"context"
	"time"

	"ringdesk/controller/journal"
)

// StartWrapUp gives an agent time to finish the conversation of the call that
// ended (END-5). It takes the place of an earlier wrap-up.
func (t *Tx) StartWrapUp(workspace, agent, conversation string, until time.Time) error {
	err := execFound(t.db, "UPDATE agents SET wrap_up_until = ?, wrap_up_conversation = ?, wrap_up_extended = 0 WHERE workspace_id = ? AND id = ?", At(until), conversation, workspace, agent)
	if err != nil {
		return err
	}
	return t.Changed(workspace, journal.TopicAgent, agent)
}

const endWrapUp = "UPDATE agents SET wrap_up_until = NULL, wrap_up_conversation = '' WHERE wrap_up_until IS NOT NULL AND workspace_id = ? "

// EndWrapUp ends an agent's wrap-up, if there is one.
func (t *Tx) EndWrapUp(workspace, agent string) error {
	return t.changeAgents(endWrapUp+"AND id = ?", workspace, agent)
}

// EndWrapUpOf ends the wrap-up of all who wrap a conversation up: it was
// closed or snoozed (END-5).
func (t *Tx) EndWrapUpOf(workspace, conversation string) error {
	return t.changeAgents(endWrapUp+"AND wrap_up_conversation = ?", workspace, conversation)
}

const overdue = "(wrap_up_until <= ? OR dnd AND dnd_until <= ?)"

// Overdue says whether a wrap-up or a do-not-disturb has run out that is still
// there.
func (s *Store) Overdue(ctx context.Context, now time.Time) (bool, error) {
	return value[bool](s.read.WithContext(ctx), "SELECT EXISTS (SELECT 1 FROM agents WHERE "+overdue+")", At(now), At(now))
}

// EndOverdue ends wrap-ups (END-5) and do-not-disturb (IN-3) that have run out, so
// that the screens are told. AgentState leaves them out by the clock already.
func (t *Tx) EndOverdue(now time.Time) error {
	at := At(now)
	return t.changeAgents(`UPDATE agents SET
		wrap_up_conversation = CASE WHEN wrap_up_until <= ? THEN '' ELSE wrap_up_conversation END,
		wrap_up_until = CASE WHEN wrap_up_until <= ? THEN NULL ELSE wrap_up_until END,
		dnd = dnd AND (dnd_until IS NULL OR dnd_until > ?), dnd_until = CASE WHEN dnd_until <= ? THEN NULL ELSE dnd_until END
		WHERE `+overdue, at, at, at, at, at, at)
}
