package api

import (
	"context"

	"ringdesk/controller/stats"
	"ringdesk/controller/verb"
	"ringdesk/dialplan"
)

// usualLevel is the service level's seconds where a request names none.
const usualLevel = 20

// GetToday gives today's figures, and yesterday's beside them.
func (h *handlers) GetToday(ctx context.Context, req GetTodayRequestObject) (GetTodayResponseObject, error) {
	workspace := who(ctx).workspace
	w, err := h.opts.Store.Workspace(ctx, workspace)
	if err != nil {
		return nil, err
	}
	team := value(req.Params.Team)
	if team != "" {
		if _, err := h.opts.Store.Team(ctx, workspace, team); err != nil {
			return nil, verb.Absent(err, "team", "There is no team with this id in your workspace.")
		}
	}
	today, yesterday, from, err := h.board.Look(ctx, workspace, dialplan.Location(w.TimeZone), team, levelOf(req.Params.Seconds))
	if err != nil {
		return nil, err
	}
	v := Today{From: from.UTC(), At: h.now().UTC(), Calls: today.Calls, Inbound: today.Inbound, Outbound: today.Outbound, Answered: today.Answered,
		Missed: today.Missed, CallsYesterday: yesterday.Calls, ServiceLevel: level(today), ServiceLevelYesterday: level(yesterday)}
	return GetToday200JSONResponse(v), nil
}

// level is a service level, nil while no call is to be counted.
func level(t stats.Today) *float64 {
	share, ok := t.ServiceLevel()
	if !ok {
		return nil
	}
	return &share
}
