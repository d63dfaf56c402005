package models

import (
	"context"
	"database/sql"
	"time"

	"ringdesk/controller/journal"
)

// WrapUp is an agent's time to finish the conversation of a call that has ended
// (END-5).
type WrapUp struct {
	WorkspaceID, AgentID   string
	CallID, ConversationID string
	At, Until              time.Time
}

// StartWrapUp begins a wrap-up. It takes the place of an earlier one.
func (t *Tx) StartWrapUp(w WrapUp) error {
	if err := t.endWrapUps(w.At, journal.WrapUpReplaced, "workspace_id = ? AND id = ?", w.WorkspaceID, w.AgentID); err != nil {
		return err
	}
	err := execFound(t.db, `UPDATE agents SET wrap_up_until = ?, wrap_up_conversation = ?, wrap_up_call = ?, wrap_up_extended = 0
		WHERE workspace_id = ? AND id = ?`, At(w.Until), w.ConversationID, w.CallID, w.WorkspaceID, w.AgentID)
	if err != nil {
		return err
	}
	return t.Changed(w.WorkspaceID, journal.TopicAgent, w.AgentID)
}

// EndWrapUp ends an agent's wrap-up, if there is one.
func (t *Tx) EndWrapUp(workspace, agent string, at time.Time) error {
	return t.endWrapUps(at, journal.WrapUpFinished, "workspace_id = ? AND id = ?", workspace, agent)
}

// EndWrapUpOf ends the wrap-up of all who wrap a conversation up: it was
// closed or snoozed (END-5).
func (t *Tx) EndWrapUpOf(workspace, conversation string, at time.Time) error {
	return t.endWrapUps(at, journal.WrapUpDealt, "workspace_id = ? AND wrap_up_conversation = ?", workspace, conversation)
}

// endWrapUps ends those that there are, and writes it into the journals of their
// conversations. One that had run out before it was noticed has ended then.
func (t *Tx) endWrapUps(at time.Time, how journal.WrapUpEnd, where string, args ...any) error {
	var ended []Agent
	err := each(t.db, func(rows *sql.Rows) error {
		var a Agent
		err := rows.Scan(&a.ID, &a.WorkspaceID, &a.WrapUpUntil, &a.WrapUpConversation, &a.WrapUpCall)
		ended = append(ended, a)
		return err
	}, "SELECT id, workspace_id, wrap_up_until, wrap_up_conversation, wrap_up_call FROM agents WHERE wrap_up_until IS NOT NULL AND "+where, args...)
	if err != nil {
		return err
	}
	for _, a := range ended {
		if err := t.endWrapUp(a, At(at), how); err != nil {
			return err
		}
	}
	return nil
}

func (t *Tx) endWrapUp(a Agent, at Time, how journal.WrapUpEnd) error {
	if _, err := exec(t.db, "UPDATE agents SET wrap_up_until = NULL, wrap_up_conversation = '', wrap_up_call = '' WHERE id = ?", a.ID); err != nil {
		return err
	}
	if err := t.Changed(a.WorkspaceID, journal.TopicAgent, a.ID); err != nil || a.WrapUpCall == "" {
		return err // one that began before calls were kept with it
	}
	if !at.Before(a.WrapUpUntil.Time) {
		at, how = a.WrapUpUntil, journal.WrapUpRanOut
	}
	if err := t.Changed("", journal.TopicWrapUp, a.WrapUpCall); err != nil {
		return err
	}
	by := ""
	if how == journal.WrapUpFinished {
		by = a.ID
	}
	return t.AddConversationEntry(a.WorkspaceID, a.WrapUpConversation, by, at, journal.AgentWrappedUp{AgentID: a.ID, CallID: a.WrapUpCall, How: how})
}

// Overdue says whether a wrap-up or a do-not-disturb has run out that is still
// there.
func (s *Store) Overdue(ctx context.Context, now time.Time) (bool, error) {
	return value[bool](s.read.WithContext(ctx), "SELECT EXISTS (SELECT 1 FROM agents WHERE (wrap_up_until <= ? OR dnd AND dnd_until <= ?))", At(now), At(now))
}

// EndOverdue ends wrap-ups (END-5) and do-not-disturb (IN-3) that have run out, so
// that the screens are told. AgentState leaves them out by the clock already.
func (t *Tx) EndOverdue(now time.Time) error {
	if err := t.endWrapUps(now, journal.WrapUpRanOut, "wrap_up_until <= ?", At(now)); err != nil {
		return err
	}
	return t.changeAgents("UPDATE agents SET dnd = FALSE, dnd_until = NULL WHERE dnd AND dnd_until <= ?", At(now))
}
