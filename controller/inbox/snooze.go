package inbox

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"ringdesk/controller/journal"
	"ringdesk/controller/reason"
	"ringdesk/controller/tasks"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

// longestSnooze is how far ahead a conversation may be snoozed.
const longestSnooze = 366 * 24 * time.Hour

func checkSnooze(until, now models.Time) error {
	switch {
	case !until.After(now.Time):
		return verb.Refuse(verb.Invalid, "snoozeUntil", "snoozeUntil must be a moment to come.").Because(reason.Past)
	case until.After(now.Add(longestSnooze)):
		return verb.Refuse(verb.Invalid, "snoozeUntil", "snoozeUntil must be within a year.").Because(reason.BadPeriod, "days", strconv.Itoa(int(longestSnooze/(24*time.Hour))))
	}
	return nil
}

// newSnooze gives until when a conversation is snoozed, or nil if that stays. The
// zero Time means that it does not open by itself.
func newSnooze(c models.Conversation, want ConversationChange) *models.Time {
	switch until := models.At(value(want.SnoozeUntil)); {
	case want.State == nil || c.State == *want.State && want.SnoozeUntil == nil:
		return nil
	case until.Equal(c.SnoozedUntil.Time):
		return nil
	default:
		return &until
	}
}

// returnAt sees to it that a snoozed conversation opens by itself.
func returnAt(tx *models.Tx, c models.Conversation, until models.Time) error {
	if until.IsZero() {
		return nil
	}
	if err := tx.AddTask(models.TaskSnooze, snoozeSubject(c, until), until.Time); err != nil {
		return err
	}
	return tx.KickTasks(c.ID)
}

// snoozeSubject names one snoozing of a conversation: work that was done once is
// never done again under its name.
func snoozeSubject(c models.Conversation, until models.Time) string {
	return fmt.Sprintf("%s/%s/%d", c.WorkspaceID, c.ID, until.UnixMicro())
}

// pauses follow work that cannot be done: the database is in trouble.
var pauses = []time.Duration{time.Second, 10 * time.Second, time.Minute}

// Tasks are the kinds of durable work of the inbox.
func (b *Inbox) Tasks() []tasks.Kind {
	return []tasks.Kind{
		{Name: models.TaskBulk, Pauses: pauses, Do: b.doBulk},
		{Name: models.TaskSnooze, Pauses: pauses, Do: func(_ context.Context, a tasks.Attempt) tasks.Result {
			return tasks.Result{Note: func(tx *models.Tx, _ bool) error { return b.wake(tx, a.Subject) }}
		}},
	}
}

// wake opens a conversation whose time has come, unless somebody has given it
// another one or opened or closed it meanwhile (INBOX-4).
func (b *Inbox) wake(tx *models.Tx, subject string) error {
	workspace, rest, _ := strings.Cut(subject, "/")
	id, _, _ := strings.Cut(rest, "/")
	c, err := tx.Conversation(workspace, id)
	switch {
	case errors.Is(err, models.ErrNotFound):
		return nil
	case err != nil:
		return err
	case c.State != snoozed || c.SnoozedUntil.IsZero() || snoozeSubject(c, c.SnoozedUntil) != subject:
		return nil
	}
	now := b.now()
	u := models.ConversationUpdate{State: new(open), SnoozedUntil: new(models.Time{}), UpdatedAt: now}
	if err := tx.UpdateConversation(c.WorkspaceID, c.ID, u); err != nil {
		return err
	}
	if err := tx.AddConversationEntry(c.WorkspaceID, c.ID, "", now, journal.ConversationReturned{}); err != nil {
		return err
	}
	return tellReturned(tx, c, now)
}

// tellReturned tells the agent who has the conversation, or else who snoozed it.
func tellReturned(tx *models.Tx, c models.Conversation, now models.Time) error {
	agent := value(c.AssigneeID)
	if agent == "" {
		var err error
		if agent, err = tx.LastSnoozer(c.ID); err != nil || agent == "" {
			return err
		}
	}
	return tx.Notify(models.Notice{WorkspaceID: c.WorkspaceID, AgentID: agent, ConversationID: c.ID, Kind: models.NoticeReturned, At: now})
}
