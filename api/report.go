package api

import (
	"context"
	"slices"
	"strconv"
	"time"

	openapi_types "github.com/oapi-codegen/runtime/types"

	"ringdesk/controller/reason"
	"ringdesk/controller/stats"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

// longestReport is how many days a report may be of.
const longestReport = 366

// GetReport gives the figures of a period (STAT-2, STAT-3).
func (h *handlers) GetReport(ctx context.Context, req GetReportRequestObject) (GetReportResponseObject, error) {
	id, p := who(ctx), req.Params
	from, to := p.From.Time, p.To.Time
	days, err := daysOf(from, to)
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
	within := levelOf(p.Seconds)
	filter := models.SumFilter{Workspace: id.workspace, TeamID: value(p.Team), NumberID: value(p.Number), Kind: string(value(p.Kind)), Direction: string(value(p.Direction))}
	ask := func(from, to time.Time) (stats.Report, error) {
		filter.From, filter.To = from.Format(time.DateOnly), to.Format(time.DateOnly)
		return stats.Ask(ctx, h.opts.Store, filter, within)
	}
	report, err := ask(from, to)
	if err != nil {
		return nil, err
	}
	v := Report{From: p.From, To: p.To, TimeZone: w.TimeZone, At: h.now().UTC(), Total: totalView(report.Total), Days: []ReportDay{}, Reasons: []ReportReason{}}
	if value(p.Compare) {
		before, err := ask(from.AddDate(0, 0, -days), to.AddDate(0, 0, -days))
		if err != nil {
			return nil, err
		}
		v.Before = new(totalView(before.Total))
	}
	for _, d := range report.Days {
		day, err := time.Parse(time.DateOnly, d.Day)
		if err != nil {
			return nil, err
		}
		v.Days = append(v.Days, ReportDay{Day: openapi_types.Date{Time: day}, Total: totalView(d.Total)})
	}
	for _, day := range report.Traffic {
		v.Traffic = append(v.Traffic, day[:])
	}
	for _, r := range report.Reasons {
		v.Reasons = append(v.Reasons, ReportReason{Reason: MissedReason(r.Reason), Calls: r.Calls})
	}
	v.Agents, err = h.reportAgents(ctx, id, report.Agents)
	return GetReport200JSONResponse(v), err
}

// daysOf says of how many days a period is, and refuses one that is too long or none.
func daysOf(from, to time.Time) (int, error) {
	days := int(to.Sub(from).Hours()/24) + 1
	switch {
	case days < 1:
		return 0, verb.Refuse(verb.Invalid, "to", "to must not be before from.").Because(reason.BadPeriod, "days", strconv.Itoa(longestReport))
	case days > longestReport:
		return 0, verb.Refuse(verb.Invalid, "from", "A report is of at most %d days: choose a shorter period.", longestReport).Because(reason.BadPeriod, "days", strconv.Itoa(longestReport))
	}
	return days, nil
}

// levelOf is the service level's time.
func levelOf(seconds *int) time.Duration {
	if seconds == nil {
		return usualLevel * time.Second
	}
	return time.Duration(*seconds) * time.Second
}

// summed refuses while the sums of a workspace are being made.
func (h *handlers) summed(ctx context.Context, workspace string) error {
	ws, err := h.opts.Store.WithoutSums(ctx)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(ws, func(w models.Workspace) bool { return w.ID == workspace }) {
		return unavailable("The statistics of this workspace are being made: try again in a minute.", nil).because(reason.BeingMade)
	}
	return nil
}

// reportAgents shows the agents of a report; to an agent who supervises nobody only
// themselves.
func (h *handlers) reportAgents(ctx context.Context, id *identity, totals []stats.AgentTotal) ([]ReportAgent, error) {
	agents, err := h.opts.Store.Agents(ctx, id.workspace)
	names := make(map[string]string, len(agents))
	for _, a := range agents {
		names[a.ID] = a.Name
	}
	shown := make([]ReportAgent, 0, len(totals))
	for _, a := range totals {
		if !id.seesAll() && a.AgentID != id.agent.ID {
			continue
		}
		shown = append(shown, ReportAgent{AgentId: a.AgentID, Name: names[a.AgentID], Calls: a.Outbound + a.Answered + a.Joined, Outbound: a.Outbound, Answered: a.Answered, Joined: a.Joined, MissedRings: a.Missed,
			RingMs: a.RingMS, TalkMs: a.TalkMS, TotalCallMs: a.RingMS + a.DialMS + a.TalkMS, HoldMs: a.HoldMS, WrapUpMs: meanOf(a.WrapMS, a.Wraps)})
	}
	return shown, err
}

// seesAll says whether somebody sees the figures of all agents, and not their own alone.
func (id *identity) seesAll() bool { return id.byKey() || supervises(id.agent) }

func totalView(t stats.Total) ReportTotal {
	answered := t.InboundAnswered + t.OutboundAnswered
	v := ReportTotal{Calls: t.Calls, Inbound: t.Inbound, Outbound: t.Outbound, Answered: t.InboundAnswered, OutboundAnswered: t.OutboundAnswered, Missed: t.Missed,
		TalkMs: t.TalkMS, TotalCallMs: t.RingMS + t.DialMS + t.TalkMS, HoldMs: t.HoldMS, Waited: t.Waited, ShortAbandons: t.ShortAbandons, Transfers: t.Transfers,
		Invitations: t.Invitations, Callbacks: t.Callbacks, Voicemails: t.Voicemails, Grades: t.Grades,
		InboundCompletion: shareOf(t.InboundAnswered, t.Inbound), OutboundCompletion: shareOf(t.OutboundAnswered, t.Outbound),
		ServiceLevel: shareOf(t.Within, t.Waited), ServiceLevelOfRing: shareOf(t.WithinOfRing, t.Waited), MeanGrade: shareOf(t.GradeSum, t.Grades),
		MeanTalkMs: meanOf(t.TalkMS, answered), FirstResponseMs: meanOf(t.FirstResponseMS, t.InboundAnswered), WrapUpMs: meanOf(t.WrapMS, t.Wraps)}
	if t.Waits > 0 {
		v.MedianWaitMs, v.P90WaitMs = new(t.MedianWait.Milliseconds()), new(t.P90Wait.Milliseconds())
	}
	return v
}

// shareOf is a part of a whole; nil where there is no whole.
func shareOf(part, whole int64) *float64 {
	if whole == 0 {
		return nil
	}
	return new(float64(part) / float64(whole))
}

// meanOf is what one of several has; nil where there are none.
func meanOf(sum, of int64) *int64 {
	if of == 0 {
		return nil
	}
	return new(sum / of)
}
