package api

import (
	"context"

	"ringdesk/controller/people"
	"ringdesk/models"
)

// ListKeys lists the API keys.
func (h *handlers) ListKeys(ctx context.Context, _ ListKeysRequestObject) (ListKeysResponseObject, error) {
	id, err := asAdmin(ctx, "see API keys")
	if err != nil {
		return nil, err
	}
	rows, err := h.opts.Store.APIKeys(ctx, id.workspace)
	items := make([]Key, len(rows))
	for i, k := range rows {
		items[i] = viewKey(k)
	}
	return ListKeys200JSONResponse{Items: items}, err
}

// CreateKey makes an API key. A key may not: it would outlive the one that made it.
func (h *handlers) CreateKey(ctx context.Context, req CreateKeyRequestObject) (CreateKeyResponseObject, error) {
	id, err := asPersonInCharge(ctx, "make API keys")
	if err != nil {
		return nil, err
	}
	b := req.Body
	made, err := h.people.AddKey(ctx, id.by(), id.workspace, people.KeyChange{Name: &b.Name, Scope: (*string)(&b.Scope), PerMinute: b.PerMinute})
	if err != nil {
		return nil, err
	}
	h.log.Info("an API key was made", "workspace", id.workspace, "key", made.AccessKey, "by", id.session.AccountID)
	k, err := h.opts.Store.APIKey(ctx, made.AccessKey)
	return CreateKey201JSONResponse{Key: viewKey(k), Secret: made.Secret}, err
}

// UpdateKey changes an API key.
func (h *handlers) UpdateKey(ctx context.Context, req UpdateKeyRequestObject) (UpdateKeyResponseObject, error) {
	id, err := asPersonInCharge(ctx, "change API keys")
	if err != nil {
		return nil, err
	}
	b := req.Body
	if err := h.people.ChangeKey(ctx, id.by(), id.workspace, req.Id, people.KeyChange{Name: b.Name, Scope: (*string)(b.Scope), PerMinute: b.PerMinute}); err != nil {
		return nil, err
	}
	k, err := h.opts.Store.APIKey(ctx, req.Id)
	return UpdateKey200JSONResponse(viewKey(k)), err
}

// DeleteKey deletes an API key.
func (h *handlers) DeleteKey(ctx context.Context, req DeleteKeyRequestObject) (DeleteKeyResponseObject, error) {
	id, err := asAdmin(ctx, "delete API keys")
	if err != nil {
		return nil, err
	}
	if err := h.people.DeleteKey(ctx, id.by(), id.workspace, req.Id); err != nil {
		return nil, err
	}
	h.log.Info("an API key was deleted", "workspace", id.workspace, "key", req.Id, "by", id.session.AccountID)
	return DeleteKey204Response{}, nil
}

func viewKey(k models.APIKey) Key {
	return Key{AccessKey: k.AccessKey, Name: k.Name, Scope: KeyScope(k.Scope), PerMinute: k.PerMinute, LastUsedAt: k.LastUsedAt.Ptr(), CreatedAt: k.CreatedAt.Time}
}
