package api

import (
	"context"
	"strings"
	"time"

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
	id, err := asAdmin(ctx, "block callers")
	if err != nil {
		return nil, err
	}
	w, err := h.opts.Store.Workspace(ctx, id.workspace)
	if err != nil {
		return nil, err
	}
	number, err := models.E164(req.Body.Number, w.Country)
	if err != nil {
		// A caller's number may be a short code, which is no E.164.
		if number = models.CallerE164(req.Body.Number, w.Country); number == "" {
			return nil, invalid("number", "We cannot read %q: %s.", short(req.Body.Number), err.Error())
		}
	}
	now := h.now()
	b := models.Block{ID: models.NewID(), WorkspaceID: id.workspace, Number: number, Reason: strings.TrimSpace(value(req.Body.Reason)),
		AgentID: id.agent.ID, CreatedAt: models.At(now)}
	if days := value(req.Body.Days); days > 0 {
		b.UntilAt = models.At(now.Add(time.Duration(days) * 24 * time.Hour))
	}
	if err := h.opts.Store.Tx(ctx, func(tx *models.Tx) error { return tx.Block(b) }); err != nil {
		return nil, err
	}
	if b, err = h.opts.Store.BlockOf(ctx, id.workspace, number); err != nil {
		return nil, err
	}
	names, err := h.opts.Store.AgentNames(ctx, id.workspace)
	return CreateBlock201JSONResponse{BlockJSONResponse(viewBlock(b, names))}, err
}

// DeleteBlock lets a caller in again.
func (h *handlers) DeleteBlock(ctx context.Context, req DeleteBlockRequestObject) (DeleteBlockResponseObject, error) {
	id, err := asAdmin(ctx, "let blocked callers in again")
	if err != nil {
		return nil, err
	}
	err = h.opts.Store.Tx(ctx, func(tx *models.Tx) error { return tx.Unblock(id.workspace, req.Id) })
	return DeleteBlock204Response{}, missing(err, "There is no block with this id in your workspace.")
}

func viewBlock(b models.Block, names map[string]string) Block {
	v := Block{Id: b.ID, Number: b.Number, Until: b.UntilAt.Ptr(), Reason: b.Reason, CreatedAt: b.CreatedAt.Time}
	if b.AgentID != "" {
		v.By = &AgentRef{Id: b.AgentID, Name: names[b.AgentID]}
	}
	return v
}
