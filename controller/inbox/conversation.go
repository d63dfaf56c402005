package inbox

import (
	"context"
	"time"

	"ringdesk/controller/journal"
	"ringdesk/controller/reason"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

// The states that somebody can give a conversation (INBOX-4). The fourth one,
// missed, comes from its call only.
const (
	open    = "open"
	snoozed = "snoozed"
	closed  = "closed"
)

// ConversationChange says what somebody wants of a conversation; what is nil
// stays as it is.
type ConversationChange struct {
	State       *string // open, snoozed or closed
	Assignee    *string // an agent's id; "" means nobody
	Team        *string // a team's id; "" means none
	Tags        *[]string
	SnoozeUntil *time.Time // snoozes it until then
}

// UpdateConversation changes a conversation's state, agent, team or tags
// (INBOX-4). An agent who does not want to be disturbed can be assigned, too: a
// conversation rings nobody (IN-3). Closing or snoozing ends the wrap-up of those
// who finish the conversation (END-5).
func (b *Inbox) UpdateConversation(ctx context.Context, by verb.By, id string, want ConversationChange) error {
	now := b.now()
	err := b.Store.Tx(ctx, func(tx *models.Tx) error { return Change(tx, by, id, want, now) })
	if err == nil && want.State != nil {
		b.agentsChanged(by.Workspace)
	}
	return err
}

// Change is the verb inside a transaction that does more.
func Change(tx *models.Tx, by verb.By, id string, want ConversationChange, now models.Time) error {
	if err := want.check(now); err != nil {
		return err
	}
	c, err := tx.Conversation(by.Workspace, id)
	if err != nil {
		return verb.Missing(err, UnknownConversation, reason.NoConversation)
	}
	_, err = change(tx, by, c, want, now)
	return err
}

// check refuses what no conversation can become, and completes the rest.
func (want *ConversationChange) check(now models.Time) error {
	if want.Tags != nil {
		tags, err := cleanTags(*want.Tags)
		if err != nil {
			return err
		}
		want.Tags = &tags
	}
	if want.SnoozeUntil == nil {
		return nil
	}
	if want.State != nil && *want.State != snoozed {
		return verb.Refuse(verb.Invalid, "state", "state must be snoozed with snoozeUntil, or be left out.").Because(reason.Malformed)
	}
	want.State = new(snoozed)
	return checkSnooze(models.At(*want.SnoozeUntil), now)
}

// change makes of a conversation what is wanted, writes what became different into
// its journal, and says whether something did.
func change(tx *models.Tx, by verb.By, c models.Conversation, want ConversationChange, now models.Time) (bool, error) {
	u, err := want.update(tx, c)
	if err != nil {
		return false, err
	}
	added, removed, err := setTags(tx, c, want.Tags)
	if err != nil || u == (models.ConversationUpdate{}) && len(added)+len(removed) == 0 {
		return false, err
	}
	if want.State != nil && *want.State != open {
		if err := tx.EndWrapUpOf(by.Workspace, c.ID, now.Time); err != nil {
			return false, err
		}
	}
	u.UpdatedAt = now
	if err := tx.UpdateConversation(c.WorkspaceID, c.ID, u); err != nil {
		return false, err
	}
	return true, tell(tx, by, c, u, journal.ConversationTagged{Added: added, Removed: removed})
}

func setTags(tx *models.Tx, c models.Conversation, tags *[]string) (added, removed []string, err error) {
	if tags == nil {
		return nil, nil, nil
	}
	return tx.SetTags(c.WorkspaceID, c.ID, *tags)
}

// tell writes what became different of a conversation into its journal, tells the
// agent who has it now, and sees to its return.
func tell(tx *models.Tx, by verb.By, c models.Conversation, u models.ConversationUpdate, tags journal.ConversationTagged) error {
	var entries []journal.Entry
	if u.AssigneeID != nil {
		entries = append(entries, journal.ConversationAssigned{AgentID: *u.AssigneeID})
		if err := tellAssigned(tx, by, c.ID, *u.AssigneeID, u.UpdatedAt); err != nil {
			return err
		}
	}
	if u.TeamID != nil {
		entries = append(entries, journal.ConversationTeamed{Team: *u.TeamID})
	}
	if len(tags.Added)+len(tags.Removed) > 0 {
		entries = append(entries, tags)
	}
	switch {
	case u.State != nil && *u.State == closed:
		entries = append(entries, journal.ConversationClosed{})
	case u.State != nil && *u.State == open:
		entries = append(entries, journal.ConversationOpened{})
	case u.SnoozedUntil != nil || u.State != nil:
		until := value(u.SnoozedUntil)
		entries = append(entries, journal.ConversationSnoozed{Until: until.Ptr()})
		if err := returnAt(tx, c, until); err != nil {
			return err
		}
	}
	for _, e := range entries {
		if err := tx.AddConversationEntry(c.WorkspaceID, c.ID, by.Agent, u.UpdatedAt, e); err != nil {
			return err
		}
	}
	return nil
}

func value[T any](v *T) (zero T) {
	if v == nil {
		return zero
	}
	return *v
}

// update gives what of a conversation becomes different.
func (want ConversationChange) update(tx *models.Tx, c models.Conversation) (u models.ConversationUpdate, err error) {
	if u.State, err = newState(c, want.State); err != nil {
		return u, err
	}
	u.SnoozedUntil = newSnooze(c, want)
	if u.AssigneeID, err = newReference(c.AssigneeID, want.Assignee, func(id string) error {
		return known(tx.HasAgent, c.WorkspaceID, id, "assigneeId", reason.NoAgent, "There is no agent with this id in your workspace.")
	}); err != nil {
		return u, err
	}
	u.TeamID, err = newReference(c.TeamID, want.Team, func(id string) error {
		return known(tx.HasTeam, c.WorkspaceID, id, "teamId", reason.NoTeam, "There is no team with this id in your workspace.")
	})
	return u, err
}

// newState gives a conversation's new state, or nil if it stays. A missed
// conversation can be closed, but never opened or snoozed, neither before nor
// afterwards (MISS-2).
func newState(c models.Conversation, want *string) (*string, error) {
	switch {
	case want == nil || *want == c.State:
		return nil, nil
	case *want != open && *want != snoozed && *want != closed:
		return nil, verb.Refuse(verb.Invalid, "state", "state must be one of open, snoozed, closed.").Because(reason.NotOneOf, "values", "open, snoozed, closed")
	case *want != closed && c.MissedReason != "":
		return nil, verb.Refuse(verb.Conflict, "state", "A missed conversation can only be closed: call the customer back, which makes a new one.").Because(reason.MissedOnlyClosed)
	}
	return want, nil
}

// newReference gives the new id in a column that refers to another row, or nil if
// it stays.
func newReference(had, want *string, check func(id string) error) (*string, error) {
	switch {
	case want == nil || had != nil && *want == *had || had == nil && *want == "":
		return nil, nil
	case *want == "":
		return want, nil
	}
	return want, check(*want)
}

// known refuses an id that is none of the workspace's.
func known(has func(workspace, id string) (bool, error), workspace, id, field string, word reason.Word, text string) error {
	ok, err := has(workspace, id)
	if err == nil && !ok {
		err = verb.Refuse(verb.Invalid, field, "%s", text).Because(word)
	}
	return err
}

// CloseMissed closes those of the given conversations that are missed, and says
// how many there were (MISS-3).
func (b *Inbox) CloseMissed(ctx context.Context, by verb.By, ids []string) (int, error) {
	if ids == nil {
		ids = []string{}
	}
	return b.closeMissed(ctx, by, ids)
}

// CloseAllMissed closes all missed conversations of the workspace, and says how
// many there were (MISS-3).
func (b *Inbox) CloseAllMissed(ctx context.Context, by verb.By) (int, error) {
	return b.closeMissed(ctx, by, nil)
}

func (b *Inbox) closeMissed(ctx context.Context, by verb.By, ids []string) (n int, err error) {
	err = b.Store.Tx(ctx, func(tx *models.Tx) error {
		now := b.now()
		closed, err := tx.CloseMissed(by.Workspace, ids, now)
		for _, id := range closed {
			if err := tx.AddConversationEntry(by.Workspace, id, by.Agent, now, journal.ConversationClosed{}); err != nil {
				return err
			}
		}
		n = len(closed)
		return err
	})
	return n, err
}
