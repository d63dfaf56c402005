package api

import (
	"context"

	"ringdesk/controller/inbox"
	"ringdesk/controller/reason"
)

// UpdateConversation changes a conversation's state, agent, team or tags.
func (h *handlers) UpdateConversation(ctx context.Context, req UpdateConversationRequestObject) (UpdateConversationResponseObject, error) {
	id := who(ctx)
	want := inbox.ConversationChange{State: (*string)(req.Body.State), Assignee: req.Body.AssigneeId, Team: req.Body.TeamId, Tags: req.Body.Tags, SnoozeUntil: req.Body.SnoozeUntil}
	if err := h.inbox.UpdateConversation(ctx, id.by(), req.Id, want); err != nil {
		return nil, err
	}
	v, err := h.conversation(ctx, id.workspace, req.Id)
	return UpdateConversation200JSONResponse{ConversationJSONResponse(v)}, err
}

// CloseMissed closes missed conversations at once (MISS-3).
func (h *handlers) CloseMissed(ctx context.Context, req CloseMissedRequestObject) (CloseMissedResponseObject, error) {
	if (req.Body.Ids == nil) == (req.Body.All == nil) {
		return nil, invalid("ids", "Send either ids or all: true.").because(reason.Malformed)
	}
	var closed int
	var err error
	if req.Body.All != nil {
		closed, err = h.inbox.CloseAllMissed(ctx, who(ctx).by())
	} else {
		closed, err = h.inbox.CloseMissed(ctx, who(ctx).by(), *req.Body.Ids)
	}
	return CloseMissed200JSONResponse{Closed: closed}, err
}
