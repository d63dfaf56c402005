package inbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"ringdesk/controller/tasks"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

// Why a bulk action leaves a conversation as it is.
const (
	refusedMissed  = "missedOnlyClosed" // MISS-2
	refusedUnknown = "noConversation"
	refusedChanged = "changedSince" // by somebody else, before it was undone
	refusedGone    = "notAllowed"   // such as to an agent who was removed meanwhile
)

// doBulk works a bulk action off, page by page. After a crash it goes on with the
// page that was not done.
func (b *Inbox) doBulk(ctx context.Context, a tasks.Attempt) tasks.Result {
	for ctx.Err() == nil {
		over := false
		var workspace string
		err := b.Store.Tx(ctx, func(tx *models.Tx) error {
			bulk, err := tx.Bulk(a.Subject)
			if err != nil {
				return err
			}
			workspace = bulk.WorkspaceID
			over, err = b.doPage(tx, bulk)
			return err
		})
		switch {
		case errors.Is(err, models.ErrNotFound):
			return tasks.Result{Err: fmt.Errorf("bulk %s: %w", a.Subject, err), Over: true}
		case err != nil:
			return tasks.Result{Err: err, Endless: true}
		}
		b.agentsChanged(workspace)
		if over {
			return tasks.Result{}
		}
	}
	return tasks.Result{Err: ctx.Err(), Endless: true}
}

// doPage does the next page of a bulk action, and says whether there is none.
func (b *Inbox) doPage(tx *models.Tx, bulk models.Bulk) (over bool, err error) {
	rows, err := tx.BulkRows(bulk.ID, bulk.Page)
	if err != nil {
		return false, err
	}
	if rows == nil {
		return true, tx.FinishBulk(bulk, b.now())
	}
	var r BulkRequest
	if err := json.Unmarshal([]byte(bulk.Request), &r); err != nil {
		return false, err
	}
	refused := bulk.RefusedBy()
	for i, row := range rows {
		var changed bool
		var why string
		if r.Action == BulkUndo {
			changed, why, err = b.undoRow(tx, bulk, row)
		} else {
			changed, why, err = b.doRow(tx, bulk, r, &rows[i])
			if rows[i].IsFinal() {
				bulk.Final++
			}
		}
		switch {
		case err != nil:
			return false, err
		case why != "":
			refused[why]++
		case changed:
			bulk.Changed++
		default:
			bulk.Unchanged++
		}
	}
	return false, tx.PutBulkPage(bulk, rows, refused)
}

// doRow does to one conversation what is asked for, and notes what it had.
func (b *Inbox) doRow(tx *models.Tx, bulk models.Bulk, r BulkRequest, row *models.BulkRow) (changed bool, why string, err error) {
	c, err := tx.Conversation(bulk.WorkspaceID, row.ID)
	if err != nil {
		return false, refusedUnknown, ignore(err)
	}
	before, err := valuesOf(tx, c)
	if err != nil {
		return false, "", err
	}
	changed, why, err = b.changeRow(tx, bulk, c, r.want(before.Tags))
	if err != nil || !changed {
		return changed, why, err
	}
	if c, err = tx.Conversation(bulk.WorkspaceID, row.ID); err != nil {
		return false, "", err
	}
	after, err := valuesOf(tx, c)
	row.Before, row.After = &before, &after
	return true, "", err
}

// undoRow gives one conversation what it had before a bulk action, unless somebody
// has changed it since.
func (b *Inbox) undoRow(tx *models.Tx, bulk models.Bulk, row models.BulkRow) (changed bool, why string, err error) {
	c, err := tx.Conversation(bulk.WorkspaceID, row.ID)
	if err != nil {
		return false, refusedUnknown, ignore(err)
	}
	now, err := valuesOf(tx, c)
	switch {
	case err != nil:
		return false, "", err
	case !equal(now, *row.After):
		return false, refusedChanged, nil
	case row.IsFinal():
		return false, refusedMissed, nil
	}
	want := ConversationChange{Assignee: &row.Before.AssigneeID, Team: &row.Before.TeamID, Tags: new(append([]string{}, row.Before.Tags...))}
	if row.Before.State != now.State {
		want.State = &row.Before.State
	}
	if until := time.UnixMicro(row.Before.SnoozedUntil); row.Before.SnoozedUntil != 0 && row.Before.State == snoozed {
		if !until.After(b.Now()) { // it would be open by now
			want.State = new(open)
		} else {
			want.State, want.SnoozeUntil = new(snoozed), &until
		}
	}
	return b.changeRow(tx, bulk, c, want)
}

// changeRow changes a conversation as its agent would; why it may not be is
// no error.
func (b *Inbox) changeRow(tx *models.Tx, bulk models.Bulk, c models.Conversation, want ConversationChange) (changed bool, why string, err error) {
	changed, err = change(tx, verb.By{Workspace: bulk.WorkspaceID, Agent: bulk.AgentID}, c, want, b.now())
	var no *verb.Refusal
	if !errors.As(err, &no) {
		return changed, "", err
	}
	if no.Kind == verb.Conflict {
		return false, refusedMissed, nil
	}
	return false, refusedGone, nil
}

func ignore(err error) error {
	if errors.Is(err, models.ErrNotFound) {
		return nil
	}
	return err
}

func valuesOf(tx *models.Tx, c models.Conversation) (models.BulkValues, error) {
	v := models.BulkValues{State: c.State, AssigneeID: value(c.AssigneeID), TeamID: value(c.TeamID)}
	if !c.SnoozedUntil.IsZero() {
		v.SnoozedUntil = c.SnoozedUntil.UnixMicro()
	}
	var err error
	v.Tags, err = tx.Tags(c.ID)
	return v, err
}

func equal(a, b models.BulkValues) bool {
	return a.State == b.State && a.AssigneeID == b.AssigneeID && a.TeamID == b.TeamID && a.SnoozedUntil == b.SnoozedUntil && slices.Equal(a.Tags, b.Tags)
}
