package api

import (
	"context"
	"encoding/json"

	"ringdesk/controller/inbox"
	"ringdesk/controller/reason"
	"ringdesk/models"
)

// StartBulk begins to do the same to many conversations.
func (h *handlers) StartBulk(ctx context.Context, req StartBulkRequestObject) (StartBulkResponseObject, error) {
	id, body := who(ctx), req.Body
	key := value(req.Params.IdempotencyKey)
	if k := value(body.Key); k != "" {
		if key != "" && key != k {
			return nil, invalid("key", "key and the header Idempotency-Key are different: send one of them.").because(reason.Malformed)
		}
		key = k
	}
	r := inbox.BulkRequest{Action: string(body.Action), IDs: value(body.Ids), Assignee: body.AssigneeId, Team: body.TeamId,
		AddTags: value(body.AddTags), RemoveTags: value(body.RemoveTags), SnoozeUntil: body.SnoozeUntil}
	if f := body.Filter; f != nil {
		list := value(f.List)
		if err := mayList(id, list); err != nil {
			return nil, err
		}
		r.Filter = &models.ConversationFilter{List: list, Contact: value(f.ContactId), Kind: string(value(f.Kind)), Direction: string(value(f.Direction)),
			Agent: value(f.Agent), Team: value(f.Team), Tag: value(f.Tag), Query: value(f.Q), Reason: string(value(f.Reason)), From: value(f.From), To: value(f.To)}
	}
	b, err := h.inbox.StartBulk(ctx, id.by(), key, r)
	if err != nil {
		return nil, err
	}
	return StartBulk202JSONResponse{BulkJSONResponse(viewBulk(b))}, nil
}

// GetBulk says how far a bulk action is.
func (h *handlers) GetBulk(ctx context.Context, req GetBulkRequestObject) (GetBulkResponseObject, error) {
	b, err := h.inbox.Bulk(ctx, who(ctx).by(), req.Id)
	if err != nil {
		return nil, err
	}
	return GetBulk200JSONResponse{BulkJSONResponse(viewBulk(b))}, nil
}

// UndoBulk begins to give back what a bulk action has changed.
func (h *handlers) UndoBulk(ctx context.Context, req UndoBulkRequestObject) (UndoBulkResponseObject, error) {
	b, err := h.inbox.UndoBulk(ctx, who(ctx).by(), req.Id)
	if err != nil {
		return nil, err
	}
	return UndoBulk202JSONResponse{BulkJSONResponse(viewBulk(b))}, nil
}

func viewBulk(b models.Bulk) Bulk {
	var r inbox.BulkRequest
	_ = json.Unmarshal([]byte(b.Request), &r) // what is there was written by the inbox
	v := Bulk{Id: b.ID, Action: BulkAction(r.Action), State: BulkStateRunning, Total: b.Total, Changed: b.Changed, Unchanged: b.Unchanged, Refused: b.RefusedBy(),
		UndoOf: b.UndoOf, CreatedAt: b.CreatedAt.Time, FinishedAt: b.FinishedAt.Ptr()}
	v.Processed = b.Changed + b.Unchanged
	for _, n := range v.Refused {
		v.Processed += n
	}
	if !b.FinishedAt.IsZero() {
		v.State, v.Undoable = BulkStateDone, b.Changed > b.Final && b.UndoOf == nil
	}
	return v
}
