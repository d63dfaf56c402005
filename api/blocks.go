package api

import (
	"context"

	"ringdesk/controller/inbox"
	"ringdesk/models"
)

// ListBlocks lists the blocks that are in force.
func (h *handlers) ListBlocks(ctx context.Context, _ ListBlocksRequestObject) (ListBlocksResponseObject, error) {
	workspace := who(ctx).workspace
	rows, err := h.opts.Store.Blocks(ctx, workspace, h.now())
	if err != nil {
		return nil, err
	}
	names, err := h.opts.Store.AgentNames(ctx, workspace)
	items := make([]Block, len(rows))
	for i, b := range rows {
		items[i] = viewBlock(b, names)
	}
	return ListBlocks200JSONResponse{Items: items}, err
}

// CreateBlock blocks a caller.
func (h *handlers) CreateBlock(ctx context.Context, req CreateBlockRequestObject) (CreateBlockResponseObject, error) {
	id := who(ctx)
	b, err := h.inbox.Block(ctx, id.by(), inbox.BlockInput{Caller: req.Body.Number, Reason: value(req.Body.Reason), Days: value(req.Body.Days)})
	if err != nil {
		return nil, err
	}
	names, err := h.opts.Store.AgentNames(ctx, id.workspace)
	return CreateBlock201JSONResponse{BlockJSONResponse(viewBlock(b, names))}, err
}

// DeleteBlock lets a caller in again.
func (h *handlers) DeleteBlock(ctx context.Context, req DeleteBlockRequestObject) (DeleteBlockResponseObject, error) {
	return DeleteBlock204Response{}, h.inbox.Unblock(ctx, who(ctx).by(), req.Id)
}

func viewBlock(b models.Block, names map[string]string) Block {
	v := Block{Id: b.ID, Number: b.Number, Until: b.UntilAt.Ptr(), Reason: b.Reason, CreatedAt: b.CreatedAt.Time}
	if b.AgentID != "" {
		v.By = &AgentRef{Id: b.AgentID, Name: names[b.AgentID]}
	}
	return v
}
