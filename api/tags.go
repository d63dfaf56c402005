package api

import (
	"context"

	"ringdesk/controller/inbox"
	"ringdesk/models"
)

// ListTags lists the tags by name.
func (h *handlers) ListTags(ctx context.Context, _ ListTagsRequestObject) (ListTagsResponseObject, error) {
	rows, err := h.opts.Store.Tags(ctx, who(ctx).workspace, "")
	items := make([]Tag, len(rows))
	for i, t := range rows {
		items[i] = viewTag(t)
	}
	return ListTags200JSONResponse{Items: items}, err
}

// CreateTag makes a tag.
func (h *handlers) CreateTag(ctx context.Context, req CreateTagRequestObject) (CreateTagResponseObject, error) {
	tag, err := h.inbox.AddTag(ctx, who(ctx).by(), req.Body.Name, string(value(req.Body.Colour)))
	if err != nil {
		return nil, err
	}
	v, err := h.tag(ctx, tag)
	return CreateTag201JSONResponse{TagJSONResponse(v)}, err
}

// UpdateTag changes a tag.
func (h *handlers) UpdateTag(ctx context.Context, req UpdateTagRequestObject) (UpdateTagResponseObject, error) {
	if err := h.inbox.ChangeTag(ctx, who(ctx).by(), req.Id, inbox.TagChange{Name: req.Body.Name, Colour: (*string)(req.Body.Colour)}); err != nil {
		return nil, err
	}
	v, err := h.tag(ctx, req.Id)
	return UpdateTag200JSONResponse{TagJSONResponse(v)}, err
}

// DeleteTag deletes a tag.
func (h *handlers) DeleteTag(ctx context.Context, req DeleteTagRequestObject) (DeleteTagResponseObject, error) {
	n, err := h.inbox.RemoveTag(ctx, who(ctx).by(), req.Id)
	return DeleteTag200JSONResponse{RetaggedJSONResponse{Conversations: n}}, err
}

// MergeTag gives the conversations of a tag another one.
func (h *handlers) MergeTag(ctx context.Context, req MergeTagRequestObject) (MergeTagResponseObject, error) {
	n, err := h.inbox.MergeTag(ctx, who(ctx).by(), req.Id, req.Body.Into)
	return MergeTag200JSONResponse{RetaggedJSONResponse{Conversations: n}}, err
}

func (h *handlers) tag(ctx context.Context, id string) (Tag, error) {
	rows, err := h.opts.Store.Tags(ctx, who(ctx).workspace, id)
	if err == nil && len(rows) == 0 { // deleted meanwhile
		err = models.ErrNotFound
	}
	if err != nil {
		return Tag{}, err
	}
	return viewTag(rows[0]), nil
}

func viewTag(t models.CountedTag) Tag {
	return Tag{Id: t.ID, Name: t.Name, Colour: TagColour(t.Colour), Conversations: t.Conversations}
}
