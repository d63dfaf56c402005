package inbox

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"ringdesk/controller/audit"
	"ringdesk/controller/reason"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

// undoMerge is how long a merge can be undone.
const undoMerge = 10 * time.Minute

// mostNumbers is how many telephone numbers a contact can have.
const mostNumbers = 10

// MergeInput says which contact goes into another, and what the other is called
// then: what is nil stays as it is.
type MergeInput struct {
	Gone    string
	Name    *string
	Email   *string
	Profile map[string]string
}

// MergeContacts makes one contact of two that are one person: all numbers and
// conversations of both are the kept one's. It gives the merge's id, by which it can
// be undone for some minutes (OUT-4).
func (b *Inbox) MergeContacts(ctx context.Context, by verb.By, kept string, in MergeInput) (string, error) {
	if in.Gone == kept {
		return "", verb.Refuse(verb.Invalid, "contactId", "A contact cannot be merged with itself: choose another one.").Because(reason.MergeSame)
	}
	edit := ContactInput{Email: in.Email, Profile: in.Profile}
	if in.Name != nil {
		edit.Name = *in.Name
	}
	e, err := b.readContact(ctx, by.Workspace, edit)
	if err != nil {
		return "", err
	}
	m := models.Merge{ID: models.NewID(), WorkspaceID: by.Workspace, AgentID: by.Agent, At: b.now()}
	err = b.Store.Tx(ctx, func(tx *models.Tx) error {
		into, err := tx.Contact(by.Workspace, kept)
		if err != nil {
			return verb.Missing(err, UnknownContact, reason.NoContact)
		}
		gone, err := tx.Contact(by.Workspace, in.Gone)
		if err != nil {
			return verb.Absent(err, "contactId", UnknownContact, reason.NoContact)
		}
		if gone.ID == into.ID {
			return verb.Refuse(verb.Conflict, "contactId", "These two are one contact already.").Because(reason.MergeSame)
		}
		u, err := mergedInto(into, gone, in, e)
		if err != nil {
			return err
		}
		m.KeptID = into.ID
		err = tx.MergeContacts(m, gone.ID, u)
		if err == nil {
			return b.noteMerge(tx, by, audit.Merged, into, audit.Fields{"merged": contactCalled(gone)})
		}
		if errors.Is(err, models.ErrConflict) {
			return verb.Refuse(verb.Conflict, "contactId", "A call with this contact is going on: merge them when it has ended.").Because(reason.ContactInCall)
		}
		return err
	})
	return m.ID, err
}

// noteMerge writes down that a contact is another one's, too, or no longer. with is
// what else the entry says of the contact as it is now.
func (b *Inbox) noteMerge(tx *models.Tx, by verb.By, did audit.Action, before models.FullContact, with audit.Fields) error {
	now, err := tx.Contact(by.Workspace, before.ID)
	if err != nil {
		return err
	}
	after := contactFields(now)
	maps.Copy(after, with)
	return audit.Write(tx, by, by.Workspace, b.Now(), audit.Entry{Action: did, Kind: audit.Contact, ID: now.ID, Name: contactCalled(now),
		Changes: audit.Diff(contactFields(before), after)})
}

// contactFields are what the audit log tells of a contact.
func contactFields(c models.FullContact) audit.Fields {
	return audit.Fields{"name": c.Name, "email": c.Email, "numbers": c.Numbers}
}

// contactCalled is a contact's name, or what else it is known by.
func contactCalled(c models.FullContact) string {
	if c.Name == "" && len(c.Numbers) > 0 {
		return c.Numbers[0]
	}
	return cmp.Or(c.Name, c.CallerAddress)
}

// mergedInto is what the kept contact becomes.
func mergedInto(kept, gone models.FullContact, in MergeInput, e contactEdit) (models.ContactUpdate, error) {
	u := models.ContactUpdate{Email: e.email, Profile: e.profile}
	name := kept.Name
	if in.Name != nil {
		name = e.name
	}
	if name = strings.TrimSpace(name); name != "" {
		u.Name, u.Kind = &name, new(member)
	} else if kept.Kind == member {
		return u, verb.Refuse(verb.Invalid, "name", "A member needs a name.").Because(reason.MemberNeedsName)
	}
	numbers := slices.Clone(kept.Numbers)
	for _, n := range gone.Numbers {
		if !slices.Contains(numbers, n) {
			numbers = append(numbers, n)
		}
	}
	if len(numbers) > mostNumbers {
		return u, verb.Refuse(verb.Conflict, "contactId", "Together they have %d numbers, and a contact can have %d: take away those that are out of use.", len(numbers), mostNumbers).Because(reason.TooMany, "max", strconv.Itoa(mostNumbers))
	}
	u.Numbers = &numbers
	return u, nil
}

// UndoMerge makes two contacts of a merge again, and gives the id of the one that
// was kept.
func (b *Inbox) UndoMerge(ctx context.Context, by verb.By, id string) (string, error) {
	m, err := b.Store.Merge(ctx, by.Workspace, id)
	switch {
	case err != nil:
		return "", verb.Missing(err, "There is no such merge in your workspace.")
	case !m.UndoneAt.IsZero():
		return m.KeptID, nil
	case b.Now().Sub(m.At.Time) > undoMerge:
		return "", verb.Refuse(verb.Conflict, "", "This was merged more than %d minutes ago and cannot be undone any more.", int(undoMerge.Minutes())).Because(reason.CannotUndo)
	}
	err = b.Store.Tx(ctx, func(tx *models.Tx) error {
		before, err := tx.Contact(by.Workspace, m.KeptID)
		if err != nil {
			return err
		}
		if err := tx.UndoMerge(m, b.now()); err != nil {
			return err
		}
		return b.noteMerge(tx, by, audit.Restored, before, nil)
	})
	if errors.Is(err, models.ErrConflict) {
		return "", verb.Refuse(verb.Conflict, "", "The contact has been changed since it was merged, so that it cannot be undone.").Because(reason.CannotUndo)
	}
	return m.KeptID, err
}
