package inbox

import (
	"context"
	"errors"
	"strings"

	"ringdesk/controller/audit"
	"ringdesk/controller/reason"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

const unknownTag = "There is no tag with this id in your workspace."

// retagAtOnce is how many conversations one transaction gives another tag: calls that
// save at the same time must not wait for all of them.
const retagAtOnce = 200

// TagChange is what is to be different about a tag; what is nil stays.
type TagChange struct{ Name, Colour *string }

// AddTag makes a tag and gives its id.
func (b *Inbox) AddTag(ctx context.Context, by verb.By, name, colour string) (string, error) {
	if err := by.NeedAdmin("make tags"); err != nil {
		return "", err
	}
	tag := models.Tag{ID: models.NewID(), WorkspaceID: by.Workspace, Name: strings.TrimSpace(name), Colour: colour, CreatedAt: b.now()}
	if tag.Name == "" {
		return "", verb.Refuse(verb.Invalid, "name", "name must not be empty.").Because(reason.Required)
	}
	err := b.Store.Tx(ctx, func(tx *models.Tx) error {
		if err := tx.AddTag(tag); err != nil {
			return tagTaken(err)
		}
		return b.noteTag(tx, by, audit.Created, tag, audit.Diff(nil, tagFields(tag)))
	})
	return tag.ID, err
}

// ChangeTag changes a tag. A new name reaches all conversations first, so that what
// breaks off in between is finished by doing it again.
func (b *Inbox) ChangeTag(ctx context.Context, by verb.By, id string, c TagChange) error {
	if err := by.NeedAdmin("change tags"); err != nil {
		return err
	}
	tag, err := b.tag(ctx, by.Workspace, id)
	if err != nil {
		return err
	}
	if c.Name != nil {
		name := strings.TrimSpace(*c.Name)
		if name == "" {
			return verb.Refuse(verb.Invalid, "name", "name must not be empty.").Because(reason.Required)
		}
		c.Name = &name
		if name != tag.Name {
			if err := b.nameFree(ctx, by.Workspace, name); err != nil {
				return err
			}
			if _, err := b.retag(ctx, by.Workspace, tag.Name, name); err != nil {
				return err
			}
		}
	}
	return b.Store.Tx(ctx, func(tx *models.Tx) error {
		if err := tx.UpdateTag(by.Workspace, id, models.TagUpdate(c)); err != nil {
			return verb.Missing(tagTaken(err), unknownTag)
		}
		now, err := tx.Tag(by.Workspace, id)
		if err != nil {
			return err
		}
		return b.noteTag(tx, by, audit.Changed, now, audit.Diff(tagFields(tag), tagFields(now)))
	})
}

// RemoveTag takes a tag off all conversations and removes it; it says how many had it.
func (b *Inbox) RemoveTag(ctx context.Context, by verb.By, id string) (int, error) {
	if err := by.NeedAdmin("delete tags"); err != nil {
		return 0, err
	}
	tag, err := b.tag(ctx, by.Workspace, id)
	if err != nil {
		return 0, err
	}
	return b.endTag(ctx, by, tag, "", audit.Removed, audit.Diff(tagFields(tag), nil))
}

// MergeTag gives the conversations of a tag another one and removes it; it says how many
// there were.
func (b *Inbox) MergeTag(ctx context.Context, by verb.By, id, into string) (int, error) {
	if err := by.NeedAdmin("merge tags"); err != nil {
		return 0, err
	}
	tag, err := b.tag(ctx, by.Workspace, id)
	if err != nil {
		return 0, err
	}
	other, err := b.tag(ctx, by.Workspace, into)
	if err != nil || into == id {
		return 0, verb.Refuse(verb.Invalid, "into", "into must be the id of another tag of your workspace.").Because(reason.NotThere)
	}
	return b.endTag(ctx, by, tag, other.Name, audit.Merged, audit.Diff(audit.Fields{"name": tag.Name}, audit.Fields{"name": other.Name}))
}

func (b *Inbox) endTag(ctx context.Context, by verb.By, tag models.Tag, to string, did audit.Action, changes []models.AuditChange) (int, error) {
	n, err := b.retag(ctx, by.Workspace, tag.Name, to)
	if err != nil {
		return n, err
	}
	err = b.Store.Tx(ctx, func(tx *models.Tx) error {
		if err := tx.DeleteTag(by.Workspace, tag.ID); err != nil {
			return verb.Missing(err, unknownTag)
		}
		return b.noteTag(tx, by, did, tag, changes)
	})
	return n, err
}

// retag gives all conversations that have a tag another one, page by page.
func (b *Inbox) retag(ctx context.Context, workspace, from, to string) (all int, err error) {
	for {
		n := 0
		err := b.Store.Tx(ctx, func(tx *models.Tx) error {
			n, err = tx.MoveTag(workspace, from, to, retagAtOnce)
			return err
		})
		all += n
		if err != nil || n < retagAtOnce {
			return all, err
		}
	}
}

func (b *Inbox) tag(ctx context.Context, workspace, id string) (models.Tag, error) {
	tags, err := b.Store.Tags(ctx, workspace, id)
	if err == nil && (id == "" || len(tags) == 0) {
		err = models.ErrNotFound
	}
	if err != nil {
		return models.Tag{}, verb.Missing(err, unknownTag)
	}
	return tags[0].Tag, nil
}

// nameFree refuses a name that another tag has.
func (b *Inbox) nameFree(ctx context.Context, workspace, name string) error {
	return b.Store.Tx(ctx, func(tx *models.Tx) error {
		_, err := tx.TagNamed(workspace, name)
		switch {
		case err == nil:
			return tagTaken(models.ErrConflict)
		case errors.Is(err, models.ErrNotFound):
			return nil
		}
		return err
	})
}

func tagTaken(err error) error {
	if errors.Is(err, models.ErrConflict) {
		return verb.Refuse(verb.Conflict, "name", "There is a tag with this name already: choose another, or merge the two.").Because(reason.NameTaken)
	}
	return err
}

func (b *Inbox) noteTag(tx *models.Tx, by verb.By, did audit.Action, tag models.Tag, changes []models.AuditChange) error {
	return audit.Write(tx, by, by.Workspace, b.Now(), audit.Entry{Action: did, Kind: audit.Tag, ID: tag.ID, Name: tag.Name, Changes: changes})
}

// tagFields are what the audit log tells of a tag.
func tagFields(t models.Tag) audit.Fields { return audit.Fields{"name": t.Name, "colour": t.Colour} }
