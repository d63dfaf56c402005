package inbox

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"time"

	"ringdesk/controller/reason"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

// The bulk actions.
const (
	BulkClose  = "close"
	BulkOpen   = "open"
	BulkAssign = "assign"
	BulkTeam   = "team"
	BulkTags   = "tags"
	BulkSnooze = "snooze"
	BulkUndo   = "undo"
)

// mostBulk is how many conversations one bulk action takes.
const mostBulk = 100_000

// BulkRequest says what to do to many conversations, and to which.
type BulkRequest struct {
	Action      string                     `json:"action"`
	IDs         []string                   `json:"ids,omitempty"`
	Filter      *models.ConversationFilter `json:"filter,omitempty"`
	Assignee    *string                    `json:"assignee,omitempty"` // "" means nobody
	Team        *string                    `json:"team,omitempty"`     // "" means none
	AddTags     []string                   `json:"addTags,omitempty"`
	RemoveTags  []string                   `json:"removeTags,omitempty"`
	SnoozeUntil *time.Time                 `json:"snoozeUntil,omitempty"`
}

// UnknownBulk is said of an id that the workspace does not have.
const UnknownBulk = "There is no bulk action with this id in your workspace."

// StartBulk begins to do the same to many conversations (MISS-3, INBOX-4): to those
// that are named, or to all that a filter finds now. The same key again, which may
// be "", gives what the first request began.
func (b *Inbox) StartBulk(ctx context.Context, by verb.By, key string, r BulkRequest) (models.Bulk, error) {
	if err := r.check(b.now()); err != nil {
		return models.Bulk{}, err
	}
	request, err := json.Marshal(r)
	if err != nil {
		return models.Bulk{}, err
	}
	bulk := models.Bulk{ID: models.NewID(), WorkspaceID: by.Workspace, AgentID: by.Agent, Request: string(request), CreatedAt: b.now()}
	if key != "" {
		bulk.IdempotencyKey = &key
		if known, err := b.Store.BulkOfKey(ctx, by.Workspace, key); err == nil {
			return sameBulk(known, bulk)
		} else if !errors.Is(err, models.ErrNotFound) {
			return models.Bulk{}, err
		}
	}
	ids, err := b.bulkIDs(ctx, by, r)
	if err != nil {
		return models.Bulk{}, err
	}
	rows := make([]models.BulkRow, len(ids))
	for i, id := range ids {
		rows[i].ID = id
	}
	err = b.Store.Tx(ctx, func(tx *models.Tx) error {
		if err := r.checkReferences(tx, by.Workspace); err != nil {
			return err
		}
		return addBulk(tx, bulk, rows)
	})
	if errors.Is(err, models.ErrConflict) && key != "" { // another request with it was quicker
		known, err := b.Store.BulkOfKey(ctx, by.Workspace, key)
		if err != nil {
			return models.Bulk{}, err
		}
		return sameBulk(known, bulk)
	}
	if err != nil {
		return models.Bulk{}, err
	}
	return b.Store.Bulk(ctx, by.Workspace, bulk.ID)
}

// sameBulk gives the bulk action of a key, unless it was asked to do something else.
func sameBulk(known, asked models.Bulk) (models.Bulk, error) {
	if known.Request != asked.Request || known.AgentID != asked.AgentID {
		return models.Bulk{}, verb.Refuse(verb.Conflict, "key", "This key was used for another bulk action: choose a new one.").Because(reason.Malformed)
	}
	return known, nil
}

func addBulk(tx *models.Tx, bulk models.Bulk, rows []models.BulkRow) error {
	if err := tx.AddBulk(bulk, rows); err != nil {
		return err
	}
	if err := tx.AddTask(models.TaskBulk, bulk.ID, bulk.CreatedAt.Time); err != nil {
		return err
	}
	return tx.KickTasks(bulk.ID)
}

// bulkIDs are the conversations of a request, each once.
func (b *Inbox) bulkIDs(ctx context.Context, by verb.By, r BulkRequest) ([]string, error) {
	if r.Filter == nil {
		seen := make(map[string]bool, len(r.IDs))
		return slices.DeleteFunc(slices.Clone(r.IDs), func(id string) bool {
			had := seen[id]
			seen[id] = true
			return had
		}), nil
	}
	f := *r.Filter
	f.Me, f.Limit = by.Agent, mostBulk+1
	ids, err := b.Store.ConversationIDs(ctx, by.Workspace, f)
	if err == nil && len(ids) > mostBulk {
		err = verb.Refuse(verb.Invalid, "filter", "The filter finds more than %d conversations: narrow it down, such as by dates.", mostBulk).Because(reason.TooMany, "max", strconv.Itoa(mostBulk))
	}
	return ids, err
}

// check refuses a request that no conversation could follow.
func (r *BulkRequest) check(now models.Time) (err error) {
	if (r.IDs == nil) == (r.Filter == nil) {
		return verb.Refuse(verb.Invalid, "ids", "Send either ids or filter.").Because(reason.Malformed)
	}
	if r.AddTags, err = cleanTags(r.AddTags); err != nil {
		return err
	}
	if r.RemoveTags, err = cleanTags(r.RemoveTags); err != nil {
		return err
	}
	for _, part := range []struct {
		field, action string
		given         bool
	}{
		{"assigneeId", BulkAssign, r.Assignee != nil}, {"teamId", BulkTeam, r.Team != nil},
		{"addTags", BulkTags, len(r.AddTags)+len(r.RemoveTags) > 0}, {"snoozeUntil", BulkSnooze, r.SnoozeUntil != nil},
	} {
		switch {
		case part.given && r.Action != part.action:
			return verb.Refuse(verb.Invalid, part.field, "%s goes with the action %s only.", part.field, part.action).Because(reason.Malformed)
		case !part.given && r.Action == part.action:
			return verb.Refuse(verb.Invalid, part.field, "%s is missing: the action %s needs it.", part.field, part.action).Because(reason.Required)
		}
	}
	if r.SnoozeUntil != nil {
		return checkSnooze(models.At(*r.SnoozeUntil), now)
	}
	return nil
}

func (r *BulkRequest) checkReferences(tx *models.Tx, workspace string) error {
	if a := value(r.Assignee); a != "" {
		return known(tx.HasAgent, workspace, a, "assigneeId", reason.NoAgent, "There is no agent with this id in your workspace.")
	}
	if t := value(r.Team); t != "" {
		return known(tx.HasTeam, workspace, t, "teamId", reason.NoTeam, "There is no team with this id in your workspace.")
	}
	return nil
}

// want is what the request wants of a conversation that has these tags.
func (r *BulkRequest) want(tags []string) ConversationChange {
	switch r.Action {
	case BulkClose:
		return ConversationChange{State: new(closed)}
	case BulkOpen:
		return ConversationChange{State: new(open)}
	case BulkSnooze:
		return ConversationChange{State: new(snoozed), SnoozeUntil: r.SnoozeUntil}
	case BulkTags:
		left := slices.DeleteFunc(slices.Concat(tags, r.AddTags), func(tag string) bool { return slices.Contains(r.RemoveTags, tag) })
		return ConversationChange{Tags: &left}
	default:
		return ConversationChange{Assignee: r.Assignee, Team: r.Team}
	}
}

// Bulk finds a bulk action.
func (b *Inbox) Bulk(ctx context.Context, by verb.By, id string) (models.Bulk, error) {
	bulk, err := b.Store.Bulk(ctx, by.Workspace, id)
	return bulk, verb.Missing(err, UnknownBulk)
}

// UndoBulk begins to give those that a bulk action has changed what they had
// before. A second undo gives the first one.
func (b *Inbox) UndoBulk(ctx context.Context, by verb.By, id string) (models.Bulk, error) {
	done, err := b.Store.Bulk(ctx, by.Workspace, id)
	switch {
	case err != nil:
		return done, verb.Missing(err, UnknownBulk)
	case done.UndoOf != nil:
		return done, verb.Refuse(verb.Conflict, "", "An undo cannot be undone: begin a new bulk action.").Because(reason.CannotUndo)
	case done.FinishedAt.IsZero():
		return done, verb.Refuse(verb.Conflict, "", "This bulk action is not done yet: wait until it is.").Because(reason.StillRunning)
	}
	rows, err := b.Store.BulkChanges(ctx, id)
	if err != nil {
		return done, err
	}
	undo := models.Bulk{ID: models.NewID(), WorkspaceID: by.Workspace, AgentID: by.Agent, Request: `{"action":"` + BulkUndo + `"}`, UndoOf: &id, CreatedAt: b.now()}
	err = b.Store.Tx(ctx, func(tx *models.Tx) error { return addBulk(tx, undo, rows) })
	if err != nil && !errors.Is(err, models.ErrConflict) {
		return done, err
	}
	return b.Store.UndoOfBulk(ctx, by.Workspace, id)
}
