package api

import (
	"context"

	"ringdesk/controller/inbox"
	"ringdesk/models"
)

// ListProfileFields lists the fields that every contact has.
func (h *handlers) ListProfileFields(ctx context.Context, _ ListProfileFieldsRequestObject) (ListProfileFieldsResponseObject, error) {
	rows, err := h.opts.Store.ProfileFields(ctx, who(ctx).workspace)
	list := FieldList{Items: make([]Field, len(rows))}
	for i, f := range rows {
		list.Items[i] = viewField(f)
	}
	return ListProfileFields200JSONResponse(list), err
}

// CreateProfileField makes a field.
func (h *handlers) CreateProfileField(ctx context.Context, req CreateProfileFieldRequestObject) (CreateProfileFieldResponseObject, error) {
	id := who(ctx)
	made, err := h.inbox.AddField(ctx, id.by(), inbox.FieldInput{Label: &req.Body.Label, Position: req.Body.Position})
	if err != nil {
		return nil, err
	}
	f, err := h.opts.Store.ProfileField(ctx, id.workspace, made)
	return CreateProfileField201JSONResponse{FieldJSONResponse(viewField(f))}, err
}

// UpdateProfileField renames or moves a field.
func (h *handlers) UpdateProfileField(ctx context.Context, req UpdateProfileFieldRequestObject) (UpdateProfileFieldResponseObject, error) {
	id := who(ctx)
	if err := h.inbox.UpdateField(ctx, id.by(), req.Id, inbox.FieldInput{Label: req.Body.Label, Position: req.Body.Position}); err != nil {
		return nil, err
	}
	f, err := h.opts.Store.ProfileField(ctx, id.workspace, req.Id)
	return UpdateProfileField200JSONResponse{FieldJSONResponse(viewField(f))}, err
}

// DeleteProfileField removes a field.
func (h *handlers) DeleteProfileField(ctx context.Context, req DeleteProfileFieldRequestObject) (DeleteProfileFieldResponseObject, error) {
	return DeleteProfileField204Response{}, h.inbox.RemoveField(ctx, who(ctx).by(), req.Id)
}

func viewField(f models.ProfileField) Field { return Field{Id: f.ID, Key: f.FieldKey, Label: f.Label} }
