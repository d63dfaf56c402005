package api

import (
	"context"
	"encoding/json"

	"ringdesk/controller/reason"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

const unknownCall = "There is no call with this id in your workspace."

// ListCalls lists calls, newest first.
func (h *handlers) ListCalls(ctx context.Context, req ListCallsRequestObject) (ListCallsResponseObject, error) {
	const list = "calls"
	p, workspace := req.Params, who(ctx).workspace
	after, err := readCursor(list, p.Cursor)
	if err != nil {
		return nil, err
	}
	limit := limitOf(p.Limit)
	rows, err := h.opts.Store.Calls(ctx, workspace, models.CallFilter{Going: value(p.Live), Missed: value(p.Missed),
		Conversation: value(p.ConversationId), Contact: value(p.ContactId), Before: after.id, Limit: limit + 1})
	if err != nil {
		return nil, err
	}
	rows, next := page(rows, limit, list, func(c models.Call) cursor { return cursor{id: c.ID} })
	items, err := h.viewCalls(ctx, workspace, rows)
	return ListCalls200JSONResponse{Items: items, Next: next}, err
}

// GetCall gives one call.
func (h *handlers) GetCall(ctx context.Context, req GetCallRequestObject) (GetCallResponseObject, error) {
	v, err := h.call(ctx, who(ctx).workspace, req.Id)
	return GetCall200JSONResponse{CallJSONResponse(v)}, err
}

func (s *Server) call(ctx context.Context, workspace, id string) (Call, error) {
	row, err := s.opts.Store.Call(ctx, workspace, id)
	if err != nil {
		return Call{}, verb.Missing(err, unknownCall, reason.NoCall)
	}
	items, err := s.viewCalls(ctx, workspace, []models.Call{row})
	if err != nil {
		return Call{}, err
	}
	return items[0], nil
}

// GetCallJournal tells what happened in a call.
func (h *handlers) GetCallJournal(ctx context.Context, req GetCallJournalRequestObject) (GetCallJournalResponseObject, error) {
	workspace := who(ctx).workspace
	if _, err := h.opts.Store.Call(ctx, workspace, req.Id); err != nil {
		return nil, verb.Missing(err, unknownCall, reason.NoCall)
	}
	es, err := h.opts.Store.Journal(ctx, workspace, req.Id)
	if err != nil {
		return nil, err
	}
	items := make([]JournalEntry, len(es))
	for i, e := range es {
		items[i] = JournalEntry{Seq: e.Seq, At: e.At.Time, Type: e.Type, Data: map[string]any{}}
		if err := json.Unmarshal([]byte(e.Data), &items[i].Data); err != nil {
			return nil, err
		}
	}
	return GetCallJournal200JSONResponse{Items: items}, nil
}

// PlaceTestCall lets the engine call one of the workspace's numbers.
func (h *handlers) PlaceTestCall(ctx context.Context, req PlaceTestCallRequestObject) (PlaceTestCallResponseObject, error) {
	id, err := asAdmin(ctx, "place a test call")
	if err != nil {
		return nil, err
	}
	w, err := h.opts.Store.Workspace(ctx, id.workspace)
	if err != nil {
		return nil, err
	}
	ns, err := h.opts.Store.Numbers(ctx, id.workspace)
	if err != nil {
		return nil, err
	}
	if len(ns) == 0 {
		return nil, conflict("", "Your workspace has no number yet that could be called: add one first.").because(reason.NoNumberToCall)
	}
	to := ns[0]
	if want := req.Body.NumberId; want != nil {
		found := false
		for _, n := range ns {
			if n.ID == *want {
				to, found = n, true
			}
		}
		if !found {
			return nil, invalid("numberId", "There is no number with this id in your workspace.").because(reason.NoNumber)
		}
	}
	if err := h.opts.Engine.TestCall(ctx, models.TestCaller(w.Country), to.Number); err != nil {
		return nil, err
	}
	return PlaceTestCall202Response{}, nil
}
