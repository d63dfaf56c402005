package models

import (
	"context"
	"slices"
	"time"
)

// CursorWorkflows is the cursor of those who carry workflows out.
const CursorWorkflows = "workflows"

// WorkflowEvent is something that workflows may answer to (INBOX-6).
type WorkflowEvent struct {
	ID             string `gorm:"primaryKey"`
	WorkspaceID    string
	Key            string // of what it was made of: the same thing is answered once
	ConversationID string
	CallID         string // the call that it is about; "" means the conversation's last
	Type           string // flow.Trigger
	At             Time   // when it happened
	DueAt          Time   // when workflows answer
	Depth          int    // how many workflows lie between it and what people or calls did
	Data           string // JSON, of controller/workflow
	Pending        bool
}

// WorkflowRun is a workflow's answer to an event, with its result for each action.
type WorkflowRun struct {
	ID             string `gorm:"primaryKey"`
	WorkspaceID    string
	EventID        string
	Workflow       string // its name
	Version        int    // of the workspace's flows
	Trigger        string
	ConversationID string
	CallID         string
	At             Time
	EndedAt        Time   // zero while it goes on
	Stopped        string // why it was not carried out: depth, rate; "" means that it was
	Results        string // JSON list, of controller/workflow
}

// FollowWorkflows notes which workspaces have workflows in force, and gives since when.
func (t *Tx) FollowWorkflows(workspaces []string, now time.Time) (map[string]Time, error) {
	for _, id := range workspaces {
		if _, err := exec(t.db, "INSERT INTO workflow_since (workspace_id, since) VALUES (?, ?) ON CONFLICT (workspace_id) DO NOTHING", id, At(now)); err != nil {
			return nil, err
		}
	}
	var rows []struct {
		WorkspaceID string
		Since       Time
	}
	if err := t.db.Raw("SELECT workspace_id, since FROM workflow_since").Scan(&rows).Error; err != nil {
		return nil, err
	}
	since := make(map[string]Time, len(rows))
	for _, r := range rows {
		if slices.Contains(workspaces, r.WorkspaceID) {
			since[r.WorkspaceID] = r.Since
		} else if _, err := exec(t.db, "DELETE FROM workflow_since WHERE workspace_id = ?", r.WorkspaceID); err != nil {
			return nil, err
		}
	}
	return since, nil
}

// WorkspacesWithFlows gives the version in force of each workspace that has one.
func (s *Store) WorkspacesWithFlows(ctx context.Context) (map[string]int, error) {
	var rows []struct {
		ID         string
		ActiveFlow int
	}
	err := s.read.WithContext(ctx).Raw("SELECT id, active_flow FROM workspaces WHERE active_flow > 0").Scan(&rows).Error
	versions := make(map[string]int, len(rows))
	for _, r := range rows {
		versions[r.ID] = r.ActiveFlow
	}
	return versions, err
}

// AddWorkflowEvents writes events; one whose key is there already is left alone.
func (t *Tx) AddWorkflowEvents(es []WorkflowEvent) error {
	for _, e := range es {
		_, err := exec(t.db, `INSERT INTO workflow_events (id, workspace_id, key, conversation_id, call_id, type, at, due_at, depth, data, pending)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING`, e.ID, e.WorkspaceID, e.Key, e.ConversationID, e.CallID, e.Type, e.At, e.DueAt, e.Depth, e.Data, e.Pending)
		if err != nil {
			return err
		}
	}
	return nil
}

// KnownWorkflowKeys says which of some keys have an event already.
func (s *Store) KnownWorkflowKeys(ctx context.Context, keys []string) (map[string]bool, error) {
	var had []string
	err := s.read.WithContext(ctx).Raw("SELECT key FROM workflow_events WHERE key IN ?", keys).Scan(&had).Error
	known := make(map[string]bool, len(had))
	for _, k := range had {
		known[k] = true
	}
	return known, err
}

// DueWorkflowEvents gives events that wait, those first that are due first.
func (s *Store) DueWorkflowEvents(ctx context.Context, limit int) ([]WorkflowEvent, error) {
	var es []WorkflowEvent
	return es, s.read.WithContext(ctx).Raw("SELECT * FROM workflow_events WHERE pending ORDER BY due_at, id LIMIT ?", limit).Scan(&es).Error
}

// EndWorkflowEvent notes that an event was answered.
func (t *Tx) EndWorkflowEvent(id string) error {
	_, err := exec(t.db, "UPDATE workflow_events SET pending = ? WHERE id = ?", false, id)
	return err
}

// SaveWorkflowRun makes a run or writes all of it anew.
func (t *Tx) SaveWorkflowRun(r WorkflowRun) error { return t.db.Save(&r).Error }

// WorkflowRunOf finds the run of a workflow for an event.
func (s *Store) WorkflowRunOf(ctx context.Context, event, workflow string) (WorkflowRun, error) {
	return one[WorkflowRun](s.read.WithContext(ctx), "event_id = ? AND workflow = ?", event, workflow)
}

// CountWorkflowRuns counts how often a workflow was run for a conversation since a moment.
func (s *Store) CountWorkflowRuns(ctx context.Context, conversation, workflow string, since time.Time) (int, error) {
	return value[int](s.read.WithContext(ctx), "SELECT COUNT(*) FROM workflow_runs WHERE conversation_id = ? AND workflow = ? AND at >= ?", conversation, workflow, At(since))
}

// WorkflowRuns lists the last runs of a workflow, newest first.
func (s *Store) WorkflowRuns(ctx context.Context, workspace, workflow string, limit int) ([]WorkflowRun, error) {
	var rs []WorkflowRun
	return rs, s.read.WithContext(ctx).Where("workspace_id = ? AND workflow = ?", workspace, workflow).Order("id DESC").Limit(limit).Find(&rs).Error
}

// ConversationEntriesOf lists what was done to some conversations since a moment, of the given
// types, in order.
func (s *Store) ConversationEntriesOf(ctx context.Context, conversations, types []string, since Time) ([]ConversationEntry, error) {
	var es []ConversationEntry
	return es, s.read.WithContext(ctx).Where("conversation_id IN ? AND type IN ? AND at >= ?", conversations, types, since).Order("conversation_id, id").Find(&es).Error
}

// EntriesBehind lists what was done to a conversation behind an id, inside the transaction.
func (t *Tx) EntriesBehind(conversation, id string) ([]ConversationEntry, error) {
	var es []ConversationEntry
	return es, t.db.Where("conversation_id = ? AND id > ?", conversation, id).Order("id").Find(&es).Error
}

// LastCallOf gives the last call of a conversation; ErrNotFound where it has none.
func (s *Store) LastCallOf(ctx context.Context, workspace, conversation string) (Call, error) {
	var cs []Call
	err := s.read.WithContext(ctx).Where("workspace_id = ? AND conversation_id = ?", workspace, conversation).Order("id DESC").Limit(1).Find(&cs).Error
	if err == nil && len(cs) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return Call{}, err
	}
	return cs[0], nil
}

// PruneWorkflows removes at most limit of a workspace's answered events from before a moment,
// and as many runs.
func (t *Tx) PruneWorkflows(workspace string, before time.Time, limit int) (int, error) {
	runs, err := t.pruned("DELETE FROM workflow_runs WHERE id IN (SELECT id FROM workflow_runs WHERE workspace_id = ? AND at < ? ORDER BY at LIMIT ?)", workspace, At(before), limit)
	if err != nil {
		return 0, err
	}
	events, err := t.pruned("DELETE FROM workflow_events WHERE id IN (SELECT id FROM workflow_events WHERE workspace_id = ? AND at < ? AND NOT pending ORDER BY at LIMIT ?)", workspace, At(before), limit)
	return runs + events, err
}
