package api

import (
	"context"

	"ringdesk/models"
)

// UpdateConversation changes a conversation's state, assignee or team.
func (h *handlers) UpdateConversation(ctx context.Context, req UpdateConversationRequestObject) (UpdateConversationResponseObject, error) {
	workspace := who(ctx).workspace
	err := h.opts.Store.Tx(ctx, func(tx *models.Tx) error {
		c, err := tx.Conversation(workspace, req.Id)
		if err != nil {
			return missing(err, unknownConversation)
		}
		set, err := conversationChanges(tx, c, req.Body)
		if err != nil || len(set) == 0 {
			return err
		}
		if state := value(req.Body.State); state == ConversationUpdateStateClosed || state == ConversationUpdateStateSnoozed {
			if err = tx.EndWrapUpOf(workspace, c.ID); err != nil {
				return err
			}
		}
		set["updated_at"] = models.At(h.now())
		return tx.UpdateConversation(workspace, req.Id, set)
	})
	if err != nil {
		return nil, err
	}
	if req.Body.State != nil {
		h.workspaceChanged(workspace)
	}
	v, err := h.conversation(ctx, workspace, req.Id)
	return UpdateConversation200JSONResponse{ConversationJSONResponse(v)}, err
}

// conversationChanges gives the columns that an update changes. A missed
// conversation can be closed but never opened or snoozed, before or after
// (MISS-2).
func conversationChanges(tx *models.Tx, c models.Conversation, u *ConversationUpdate) (map[string]any, error) {
	set := map[string]any{}
	if u.State != nil && string(*u.State) != c.State {
		if *u.State != ConversationUpdateStateClosed && c.MissedReason != "" {
			return nil, conflict("state", "A missed conversation can only be closed: call the customer back, which makes a new one.")
		}
		set["state"] = string(*u.State)
	}
	for _, ref := range []struct {
		column, field, what string
		wanted, had         *string
		known               func(workspace, id string) (bool, error)
	}{
		{"assignee_id", "assigneeId", "agent", u.AssigneeId, c.AssigneeID, tx.HasAgent},
		{"team_id", "teamId", "team", u.TeamId, c.TeamID, tx.HasTeam},
	} {
		switch {
		case ref.wanted == nil || *ref.wanted == value(ref.had):
		case *ref.wanted == "":
			set[ref.column] = nil
		default:
			ok, err := ref.known(c.WorkspaceID, *ref.wanted)
			if err == nil && !ok {
				err = invalid(ref.field, "There is no %s with this id in your workspace.", ref.what)
			}
			if err != nil {
				return nil, err
			}
			set[ref.column] = *ref.wanted
		}
	}
	return set, nil
}

// CloseMissed closes missed conversations at once (MISS-3).
func (h *handlers) CloseMissed(ctx context.Context, req CloseMissedRequestObject) (CloseMissedResponseObject, error) {
	if (req.Body.Ids == nil) == (req.Body.All == nil) {
		return nil, invalid("ids", "Send either ids or all: true.")
	}
	closed := 0
	err := h.opts.Store.Tx(ctx, func(tx *models.Tx) error {
		var err error
		closed, err = tx.CloseMissed(who(ctx).workspace, value(req.Body.Ids), models.At(h.now()))
		return err
	})
	return CloseMissed200JSONResponse{Closed: closed}, err
}
