package api

import (
	"context"

	"ringdesk/controller/reason"
	"ringdesk/controller/stats"
	"ringdesk/dialplan"
	"ringdesk/models"
)

// ListFigureCalls lists the calls that a figure of a report counts (STAT-0).
func (h *handlers) ListFigureCalls(ctx context.Context, req ListFigureCallsRequestObject) (ListFigureCallsResponseObject, error) {
	const list = "figure-calls"
	id, p := who(ctx), req.Params
	if !id.seesAll() && value(p.Agent) != id.agent.ID {
		return nil, forbidden("Only supervisors, owners and admins see the calls of others: ask for those of your own figures.").because(reason.SupervisorsOnly)
	}
	if _, err := daysOf(p.From.Time, p.To.Time); err != nil {
		return nil, err
	}
	after, err := readCursor(list, p.Cursor)
	if err != nil {
		return nil, err
	}
	w, err := h.opts.Store.Workspace(ctx, id.workspace)
	if err != nil {
		return nil, err
	}
	if err := h.summed(ctx, id.workspace); err != nil {
		return nil, err
	}
	limit, zone := limitOf(p.Limit), dialplan.Location(w.TimeZone)
	ask := stats.CallsRequest{Figure: string(p.Figure), Agent: value(p.Agent), From: p.From.Time, To: p.To.Time, TeamID: value(p.Team), NumberID: value(p.Number), Kind: string(value(p.Kind)),
		Direction: string(value(p.Direction)), Reason: string(value(p.Reason)), Weekday: p.Weekday, Hour: p.Hour, Within: levelOf(p.Seconds), Rest: value(p.Rest),
		BeforeAt: models.At(after.at), Before: after.id, Limit: limit + 1}
	rows, err := stats.Calls(ctx, h.opts.Store, zone, id.workspace, ask)
	if err != nil {
		return nil, err
	}
	v := FigureCalls{Items: []FigureCall{}}
	rows, v.Next = page(rows, limit, list, func(r models.FactRow) cursor { return cursor{id: r.CallID, at: r.StartedAt.Time} })
	for _, r := range rows {
		v.Items = append(v.Items, figureCall(r))
	}
	if p.Cursor == nil {
		n, err := stats.CountCalls(ctx, h.opts.Store, zone, id.workspace, ask)
		if err != nil {
			return nil, err
		}
		v.Count = &FigureCount{Calls: n.Calls, Times: n.Times, Sum: n.Sum}
	}
	return ListFigureCalls200JSONResponse(v), nil
}

func figureCall(r models.FactRow) FigureCall {
	v := FigureCall{Id: r.CallID, ConversationId: r.ConversationID, Kind: CallKind(r.Kind), Direction: Direction(r.Direction), Outcome: CallOutcome(r.Outcome), ContactId: r.ContactID,
		Contact: r.Contact, From: r.FromNumber, To: r.ToNumber, Number: r.Number, NumberLabel: r.NumberLabel, Team: r.Team, Agent: r.Agent, StartedAt: r.StartedAt.Time,
		EndedAt: r.EndedAt.Time, WaitMs: r.WaitMS, TalkMs: r.TalkMS, HoldMs: r.HoldMS, Adds: r.Adds}
	if r.MissedReason != "" {
		v.MissedReason = new(MissedReason(r.MissedReason))
	}
	return v
}
