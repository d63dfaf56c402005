package api

import (
	"context"

	"ringdesk/controller/inbox"
	"ringdesk/controller/reason"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

// ListContacts lists contacts.
func (h *handlers) ListContacts(ctx context.Context, req ListContactsRequestObject) (ListContactsResponseObject, error) {
	const list = "contacts"
	workspace := who(ctx).workspace
	after, err := readCursor(list, req.Params.Cursor)
	if err != nil {
		return nil, err
	}
	limit := limitOf(req.Params.Limit)
	rows, err := h.opts.Store.Contacts(ctx, workspace, models.ContactFilter{Query: value(req.Params.Q), ByName: value(req.Params.Order) == ListContactsParamsOrderName,
		From: value(req.Params.From), After: after.id, Limit: limit + 1})
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

// ListInitials counts contacts by the first letter of their names.
func (h *handlers) ListInitials(ctx context.Context, _ ListInitialsRequestObject) (ListInitialsResponseObject, error) {
	rows, err := h.opts.Store.Initials(ctx, who(ctx).workspace)
	list := InitialList{Items: make([]Initial, len(rows))}
	for i, row := range rows {
		list.Items[i] = Initial{Initial: row.Initial, Count: row.Count}
	}
	return ListInitials200JSONResponse(list), err
}

// GetContact gives one contact.
func (h *handlers) GetContact(ctx context.Context, req GetContactRequestObject) (GetContactResponseObject, error) {
	v, err := h.contact(ctx, who(ctx).workspace, req.Id)
	return GetContact200JSONResponse{ContactJSONResponse(v)}, err
}

// CreateContact adds a member.
func (h *handlers) CreateContact(ctx context.Context, req CreateContactRequestObject) (CreateContactResponseObject, error) {
	id := who(ctx)
	made, err := h.inbox.AddContact(ctx, id.by(), contactInput(req.Body))
	if err != nil {
		return nil, err
	}
	v, err := h.contact(ctx, id.workspace, made)
	return CreateContact201JSONResponse{ContactJSONResponse(v)}, err
}

// UpdateContact edits a contact. What the request leaves out stays as it is.
func (h *handlers) UpdateContact(ctx context.Context, req UpdateContactRequestObject) (UpdateContactResponseObject, error) {
	id := who(ctx)
	if err := h.inbox.UpdateContact(ctx, id.by(), req.Id, contactInput(req.Body)); err != nil {
		return nil, err
	}
	v, err := h.contact(ctx, id.workspace, req.Id)
	return UpdateContact200JSONResponse{ContactJSONResponse(v)}, err
}

// ChangeContact changes single fields of a contact.
func (h *handlers) ChangeContact(ctx context.Context, req ChangeContactRequestObject) (ChangeContactResponseObject, error) {
	id, in := who(ctx), req.Body
	err := h.inbox.ChangeContact(ctx, id.by(), req.Id, inbox.ContactChange{Name: in.Name, Email: in.Email, Profile: value(in.Profile), Numbers: in.Numbers})
	if err != nil {
		return nil, err
	}
	v, err := h.contact(ctx, id.workspace, req.Id)
	return ChangeContact200JSONResponse{ContactJSONResponse(v)}, err
}

// MergeContacts makes one contact of two.
func (h *handlers) MergeContacts(ctx context.Context, req MergeContactsRequestObject) (MergeContactsResponseObject, error) {
	id, in := who(ctx), req.Body
	merge, err := h.inbox.MergeContacts(ctx, id.by(), req.Id, inbox.MergeInput{Gone: in.ContactId, Name: in.Name, Email: in.Email, Profile: value(in.Profile)})
	if err != nil {
		return nil, err
	}
	v, err := h.contact(ctx, id.workspace, req.Id)
	return MergeContacts200JSONResponse{MergeId: merge, Contact: v}, err
}

// UndoMerge makes two contacts of one again.
func (h *handlers) UndoMerge(ctx context.Context, req UndoMergeRequestObject) (UndoMergeResponseObject, error) {
	id := who(ctx)
	kept, err := h.inbox.UndoMerge(ctx, id.by(), req.Id)
	if err != nil {
		return nil, err
	}
	v, err := h.contact(ctx, id.workspace, kept)
	return UndoMerge200JSONResponse{ContactJSONResponse(v)}, err
}

func contactInput(in *ContactInput) inbox.ContactInput {
	return inbox.ContactInput{Name: in.Name, Email: in.Email, Profile: value(in.Profile), Numbers: in.Numbers}
}

func (s *Server) contact(ctx context.Context, workspace, id string) (Contact, error) {
	c, err := s.opts.Store.Contact(ctx, workspace, id)
	if err != nil {
		return Contact{}, verb.Missing(err, inbox.UnknownContact, reason.NoContact)
	}
	fields, err := s.opts.Store.ProfileFields(ctx, workspace)
	return viewContact(c, fields), err
}
