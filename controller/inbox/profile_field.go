package inbox

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"ringdesk/controller/audit"
	"ringdesk/controller/reason"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

// mostFields is how many profile fields a workspace can have.
const mostFields = 50

const unknownField = "There is no profile field with this id in your workspace."

// FieldInput says what a profile field is called and where it stands, from 0; what
// is nil stays as it is.
type FieldInput struct {
	Label    *string
	Position *int
}

// AddField makes a profile field, the last one unless it is told a place.
func (b *Inbox) AddField(ctx context.Context, by verb.By, in FieldInput) (string, error) {
	id := models.NewID()
	// The key is for ever, also where the label changes.
	f := models.ProfileField{ID: id, WorkspaceID: by.Workspace, FieldKey: "f" + id[len(id)-8:]}
	return f.ID, b.changeFields(ctx, by, audit.Created, f.ID, func(tx *models.Tx, fields []models.ProfileField) error {
		if len(fields) >= mostFields {
			return verb.Refuse(verb.Conflict, "label", "A workspace can have %d profile fields: remove one first.", mostFields).Because(reason.TooMany, "max", strconv.Itoa(mostFields))
		}
		f.Position = len(fields)
		if err := tx.AddProfileField(f); err != nil {
			return err
		}
		return placeField(tx, append(fields, f), f, in)
	})
}

// UpdateField renames a profile field or moves it. The first three stand in the
// ring box (IN-1).
func (b *Inbox) UpdateField(ctx context.Context, by verb.By, id string, in FieldInput) error {
	return b.changeFields(ctx, by, audit.Changed, id, func(tx *models.Tx, fields []models.ProfileField) error {
		at := slices.IndexFunc(fields, func(f models.ProfileField) bool { return f.ID == id })
		if at < 0 {
			return verb.Refuse(verb.NotFound, "", "%s", unknownField).Because(reason.NotThere)
		}
		return placeField(tx, fields, fields[at], in)
	})
}

// RemoveField removes a profile field.
func (b *Inbox) RemoveField(ctx context.Context, by verb.By, id string) error {
	return b.changeFields(ctx, by, audit.Removed, id, func(tx *models.Tx, _ []models.ProfileField) error {
		return verb.Missing(tx.RemoveProfileField(by.Workspace, id), unknownField)
	})
}

// placeField gives a field its label and its place among all, and the others the
// places that are left.
func placeField(tx *models.Tx, fields []models.ProfileField, f models.ProfileField, in FieldInput) error {
	at := slices.IndexFunc(fields, func(other models.ProfileField) bool { return other.ID == f.ID })
	if in.Label != nil {
		f.Label = strings.TrimSpace(*in.Label)
	}
	if f.Label == "" {
		return verb.Refuse(verb.Invalid, "label", "label must not be empty.").Because(reason.Required)
	}
	if slices.ContainsFunc(fields, func(other models.ProfileField) bool { return other.ID != f.ID && other.Label == f.Label }) {
		return verb.Refuse(verb.Conflict, "label", "There is a field %q already.", verb.Short(f.Label)).Because(reason.NameTaken)
	}
	fields = slices.Delete(slices.Clone(fields), at, at+1)
	if in.Position != nil {
		at = min(*in.Position, len(fields))
	}
	for place, other := range slices.Insert(fields, at, f) {
		other.Position = place
		if err := tx.SetProfileField(other); err != nil {
			return err
		}
	}
	return nil
}

// changeFields carries out a change to the profile fields and writes down what it has made
// of one of them.
func (b *Inbox) changeFields(ctx context.Context, by verb.By, did audit.Action, id string, do func(*models.Tx, []models.ProfileField) error) error {
	if err := by.NeedAdmin("change the profile fields"); err != nil {
		return err
	}
	return b.Store.Tx(ctx, func(tx *models.Tx) error {
		before, err := tx.ProfileFields(by.Workspace)
		if err != nil {
			return err
		}
		if err := do(tx, before); err != nil {
			return err
		}
		after, err := tx.ProfileFields(by.Workspace)
		if err != nil {
			return err
		}
		e := audit.Entry{Action: did, Kind: audit.Field, ID: id, Changes: audit.Diff(fieldOf(before, id), fieldOf(after, id))}
		for _, f := range slices.Concat(before, after) {
			if f.ID == id {
				e.Name = f.Label
			}
		}
		return audit.Write(tx, by, by.Workspace, b.Now(), e)
	})
}

// fieldOf is what the audit log tells of a profile field.
func fieldOf(all []models.ProfileField, id string) audit.Fields {
	for _, f := range all {
		if f.ID == id {
			return audit.Fields{"key": f.FieldKey, "label": f.Label, "position": f.Position}
		}
	}
	return nil
}
