package api

import (
	"context"
	"errors"
	"fmt"
	"net/mail"
	"slices"
	"strings"

	"ringdesk/models"
)

const unknownContact = "There is no contact with this id in your workspace."

// ListContacts lists contacts, newest first.
func (h *handlers) ListContacts(ctx context.Context, req ListContactsRequestObject) (ListContactsResponseObject, error) {
	const list = "contacts"
	workspace := who(ctx).workspace
	after, err := readCursor(list, req.Params.Cursor)
	if err != nil {
		return nil, err
	}
	limit := limitOf(req.Params.Limit)
	rows, err := h.opts.Store.Contacts(ctx, workspace, value(req.Params.Q), after.id, limit+1)
	if err != nil {
		return nil, err
	}
	rows, next := page(rows, limit, list, func(c models.FullContact) cursor { return cursor{id: c.ID} })
	fields, err := h.opts.Store.ProfileFields(ctx, workspace)
	if err != nil {
		return nil, err
	}
	items := make([]Contact, len(rows))
	for i, c := range rows {
		items[i] = viewContact(c, fields)
	}
	return ListContacts200JSONResponse{Items: items, Next: next}, nil
}

// GetContact gives one contact.
func (h *handlers) GetContact(ctx context.Context, req GetContactRequestObject) (GetContactResponseObject, error) {
	v, err := h.contact(ctx, who(ctx).workspace, req.Id)
	return GetContact200JSONResponse{ContactJSONResponse(v)}, err
}

// CreateContact adds a member.
func (h *handlers) CreateContact(ctx context.Context, req CreateContactRequestObject) (CreateContactResponseObject, error) {
	workspace := who(ctx).workspace
	c := models.FullContact{Contact: models.Contact{ID: models.NewID(), WorkspaceID: workspace, Kind: string(Member), Profile: "{}",
		CreatedAt: models.At(h.now())}}
	edit, err := h.contactEdit(ctx, workspace, *req.Body)
	if err != nil {
		return nil, err
	}
	err = h.opts.Store.Tx(ctx, func(tx *models.Tx) error {
		if err := edit(&c); err != nil {
			return err
		}
		return saveContact(tx, c, true)
	})
	if err != nil {
		return nil, err
	}
	v, err := h.contact(ctx, workspace, c.ID)
	return CreateContact201JSONResponse{ContactJSONResponse(v)}, err
}

// UpdateContact edits a contact. What the request leaves out stays as it is.
func (h *handlers) UpdateContact(ctx context.Context, req UpdateContactRequestObject) (UpdateContactResponseObject, error) {
	workspace := who(ctx).workspace
	edit, err := h.contactEdit(ctx, workspace, *req.Body)
	if err != nil {
		return nil, err
	}
	err = h.opts.Store.Tx(ctx, func(tx *models.Tx) error {
		c, err := tx.Contact(workspace, req.Id)
		if err != nil {
			return missing(err, unknownContact)
		}
		if err := edit(&c); err != nil {
			return err
		}
		return saveContact(tx, c, false)
	})
	if err != nil {
		return nil, err
	}
	v, err := h.contact(ctx, workspace, req.Id)
	return UpdateContact200JSONResponse{ContactJSONResponse(v)}, err
}

// contactEdit checks what the contact itself does not matter to, and gives
// the function that changes it.
func (h *handlers) contactEdit(ctx context.Context, workspace string, in ContactInput) (func(*models.FullContact) error, error) {
	w, err := h.opts.Store.Workspace(ctx, workspace)
	if err != nil {
		return nil, err
	}
	fields, err := h.opts.Store.ProfileFields(ctx, workspace)
	if err != nil {
		return nil, err
	}
	profile, err := profileOf(in.Profile, fields)
	if err != nil {
		return nil, err
	}
	email := strings.TrimSpace(value(in.Email))
	if a, err := mail.ParseAddress(email); email != "" && (err != nil || a.Address != email) {
		return nil, invalid("email", "email is not an e-mail address: write it as name@example.com.")
	}
	return func(c *models.FullContact) error {
		c.Name = strings.TrimSpace(in.Name)
		if c.Name == "" && c.Kind == string(Member) {
			return invalid("name", "A member needs a name.")
		}
		if c.Name != "" {
			c.Kind = string(Member)
		}
		if in.Email != nil {
			c.Email = email
		}
		if in.Profile != nil {
			c.Profile = models.EncodeProfile(profile)
		}
		if in.Numbers == nil {
			return nil
		}
		numbers, err := numbersOf(*in.Numbers, c.Numbers, w.Country)
		c.Numbers = numbers
		return err
	}, nil
}

// profileOf checks profile values: only fields of the workspace; empty values
// are left out.
func profileOf(in *map[string]string, fields []models.ProfileField) (map[string]string, error) {
	values := map[string]string{}
	for key, v := range value(in) {
		if !slices.ContainsFunc(fields, func(f models.ProfileField) bool { return f.FieldKey == key }) {
			return nil, invalid("profile."+short(key), "Your workspace has no profile field %q.", short(key))
		}
		if v = strings.TrimSpace(v); v != "" {
			values[key] = v
		}
	}
	return values, nil
}

// numbersOf brings telephone numbers into E.164, each once. What the contact
// has already stays, also a caller's number that is not E.164, such as a
// short code.
func numbersOf(texts, had []string, country string) ([]string, error) {
	numbers := make([]string, 0, len(texts))
	for i, text := range texts {
		n := strings.TrimSpace(text)
		if !slices.Contains(had, n) {
			var err error
			if n, err = models.E164(text, country); err != nil {
				return nil, invalid(fmt.Sprintf("numbers.%d", i), "We cannot read %q: %s.", short(text), err.Error())
			}
		}
		if !slices.Contains(numbers, n) {
			numbers = append(numbers, n)
		}
	}
	return numbers, nil
}

// saveContact writes a contact, or says which of its numbers is another's.
func saveContact(tx *models.Tx, c models.FullContact, isNew bool) error {
	taken, err := tx.NumberTaken(c.WorkspaceID, c.ID, c.Numbers)
	if err != nil {
		return err
	}
	if taken != "" {
		return conflict("numbers", "%s belongs to another contact: search for it and edit that one.", taken)
	}
	if err := tx.SaveContact(c, isNew); !errors.Is(err, models.ErrConflict) {
		return err
	}
	return conflict("numbers", "One of these numbers belongs to another contact.")
}

func (s *Server) contact(ctx context.Context, workspace, id string) (Contact, error) {
	views, err := s.contactViews(ctx, workspace, []string{id})
	if err != nil {
		return Contact{}, err
	}
	v, ok := views[id]
	if !ok {
		return Contact{}, notFound(unknownContact)
	}
	return v, nil
}
