package inbox

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/mail"
	"slices"
	"strings"

	"ringdesk/controller/reason"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

// member is the kind of contacts who have a name. The others are leads, which are
// made from unknown callers (IN-7).
const member = "member"

// ContactInput is what somebody writes down of a contact. Of a contact that exists,
// what is nil stays as it is.
type ContactInput struct {
	Name    string
	Email   *string
	Profile map[string]string // field key to value; fields that are left out become empty
	Numbers *[]string         // in any usual spelling; all that the contact has then
}

// AddContact makes a member (OUT-4) and gives its id.
func (b *Inbox) AddContact(ctx context.Context, by verb.By, in ContactInput) (string, error) {
	c := models.FullContact{Contact: models.Contact{ID: models.NewID(), WorkspaceID: by.Workspace, Kind: member, Profile: models.EncodeProfile(nil),
		CreatedAt: b.now()}}
	e, err := b.readContact(ctx, by.Workspace, in)
	if err != nil {
		return "", err
	}
	return c.ID, b.Store.Tx(ctx, func(tx *models.Tx) error {
		u, err := e.update(c)
		if err != nil {
			return err
		}
		if err := tx.AddContact(c); err != nil {
			return err
		}
		return saveContact(tx, c, u)
	})
}

// UpdateContact changes a contact (OUT-4). A lead that is given a name becomes a
// member.
func (b *Inbox) UpdateContact(ctx context.Context, by verb.By, id string, in ContactInput) error {
	e, err := b.readContact(ctx, by.Workspace, in)
	if err != nil {
		return err
	}
	return b.Store.Tx(ctx, func(tx *models.Tx) error {
		c, err := tx.Contact(by.Workspace, id)
		if err != nil {
			return verb.Missing(err, UnknownContact, reason.NoContact)
		}
		u, err := e.update(c)
		if err != nil {
			return err
		}
		return saveContact(tx, c, u)
	})
}

// ContactChange says what of a contact changes; what is nil stays as it is.
type ContactChange struct {
	Name    *string
	Email   *string
	Profile map[string]string // the fields that change
	Numbers *[]string         // all that the contact has then
}

// ChangeContact changes single fields of a contact, so that two who edit different
// ones do not undo each other (OUT-4).
func (b *Inbox) ChangeContact(ctx context.Context, by verb.By, id string, want ContactChange) error {
	in := ContactInput{Email: want.Email, Profile: want.Profile, Numbers: want.Numbers}
	if want.Name != nil {
		in.Name = *want.Name
	}
	e, err := b.readContact(ctx, by.Workspace, in)
	if err != nil {
		return err
	}
	return b.Store.Tx(ctx, func(tx *models.Tx) error {
		c, err := tx.Contact(by.Workspace, id)
		if err != nil {
			return verb.Missing(err, UnknownContact)
		}
		if want.Name == nil {
			e.name = c.Name
		}
		if want.Profile != nil {
			e.profile = new(models.EncodeProfile(withValues(c.Values(), want.Profile)))
		}
		u, err := e.update(c)
		if err != nil {
			return err
		}
		return saveContact(tx, c, u)
	})
}

// withValues gives profile values with some that are new; an empty one is none.
func withValues(values, changed map[string]string) map[string]string {
	all := maps.Clone(values)
	if all == nil {
		all = map[string]string{}
	}
	for key, v := range changed {
		if v = strings.TrimSpace(v); v == "" {
			delete(all, key)
		} else {
			all[key] = v
		}
	}
	return all
}

// contactEdit is a ContactInput of which everything is checked that does not
// depend on what the contact is like.
type contactEdit struct {
	name    string
	email   *string
	profile *string
	numbers *[]string // as they were given
	country string    // the workspace's, in which numbers without a country code are (IN-7)
}

func (b *Inbox) readContact(ctx context.Context, workspace string, in ContactInput) (contactEdit, error) {
	e := contactEdit{name: strings.TrimSpace(in.Name), numbers: in.Numbers}
	w, err := b.Store.Workspace(ctx, workspace)
	if err != nil {
		return e, err
	}
	e.country = w.Country
	if in.Profile != nil {
		if e.profile, err = b.readProfile(ctx, workspace, in.Profile); err != nil {
			return e, err
		}
	}
	if in.Email != nil {
		email := strings.TrimSpace(*in.Email)
		if email != "" && !isEmail(email) {
			return e, verb.Refuse(verb.Invalid, "email", "email is not an e-mail address: write it as name@example.com.").Because(reason.NotAnEmail)
		}
		e.email = &email
	}
	return e, nil
}

func isEmail(text string) bool {
	a, err := mail.ParseAddress(text)
	return err == nil && a.Address == text
}

// readProfile gives profile values as they are stored: only of fields that the
// workspace has, and without the empty ones.
func (b *Inbox) readProfile(ctx context.Context, workspace string, in map[string]string) (*string, error) {
	fields, err := b.Store.ProfileFields(ctx, workspace)
	if err != nil {
		return nil, err
	}
	values := map[string]string{}
	for key, v := range in {
		if !slices.ContainsFunc(fields, func(f models.ProfileField) bool { return f.FieldKey == key }) {
			key = verb.Short(key)
			return nil, verb.Refuse(verb.Invalid, "profile."+key, "Your workspace has no profile field %q.", key).Because(reason.NoProfileField, "name", key)
		}
		if v = strings.TrimSpace(v); v != "" {
			values[key] = v
		}
	}
	return new(models.EncodeProfile(values)), nil
}

// update gives what of a contact becomes different.
func (e contactEdit) update(c models.FullContact) (models.ContactUpdate, error) {
	u := models.ContactUpdate{Name: &e.name, Email: e.email, Profile: e.profile}
	switch {
	case e.name != "":
		u.Kind = new(member)
	case c.Kind == member:
		return u, verb.Refuse(verb.Invalid, "name", "A member needs a name.").Because(reason.MemberNeedsName)
	}
	if e.numbers == nil {
		return u, nil
	}
	numbers, err := readNumbers(*e.numbers, c.Numbers, e.country)
	u.Numbers = &numbers
	return u, err
}

// readNumbers brings telephone numbers into E.164, each once. A number that the
// contact has already stays as it is: a caller's may be no E.164, such as a short
// code.
func readNumbers(texts, had []string, country string) ([]string, error) {
	numbers := make([]string, 0, len(texts))
	for i, text := range texts {
		n := strings.TrimSpace(text)
		if !slices.Contains(had, n) {
			var err error
			if n, err = models.E164(text, country); err != nil {
				return nil, verb.Refuse(verb.Invalid, fmt.Sprintf("numbers.%d", i), "We cannot read %q: %s.", verb.Short(text), err.Error()).Because(reason.NotANumber, "text", verb.Short(text))
			}
		}
		if !slices.Contains(numbers, n) {
			numbers = append(numbers, n)
		}
	}
	return numbers, nil
}

// saveContact changes a contact, or says which of its new numbers is another's: a
// number belongs to one contact of a workspace (IN-7).
func saveContact(tx *models.Tx, c models.FullContact, u models.ContactUpdate) error {
	if u.Numbers != nil {
		taken, err := tx.NumberTaken(c.WorkspaceID, c.ID, *u.Numbers)
		if err != nil {
			return err
		}
		if taken != "" {
			return verb.Refuse(verb.Conflict, "numbers", "%s belongs to another contact: search for it and edit that one.", taken).Because(reason.NumberOfAnother, "number", taken)
		}
	}
	err := tx.UpdateContact(c.WorkspaceID, c.ID, u)
	if errors.Is(err, models.ErrConflict) {
		return verb.Refuse(verb.Conflict, "numbers", "One of these numbers belongs to another contact.").Because(reason.NumberOfAnother)
	}
	return err
}
