package api

import (
	"context"
	"math"
	"time"

	"ringdesk/controller/inbox"
	"ringdesk/controller/reason"
	"ringdesk/models"
)

// longestUsage bounds the period that one answer sums up: a year with room.
const longestUsage = 400 * 24 * time.Hour

// mcu is how many thousandths a CU has.
const mcu = 1000

// CheckOutbound tells what would become of a call (OUT-1, OUT-5 to OUT-9).
func (h *handlers) CheckOutbound(ctx context.Context, req CheckOutboundRequestObject) (CheckOutboundResponseObject, error) {
	p, err := h.inbox.LookAtCall(ctx, who(ctx).by(), inbox.Call{To: req.Params.To, Number: value(req.Params.From)})
	if err != nil {
		return nil, err
	}
	v := OutboundCheck{To: p.Dial(), Allowed: p.Refusal == nil, Emergency: p.Emergency, Country: optional(p.Country), Prefix: optional(p.Prefix),
		NumberId: optional(p.Number), BetterNumberId: optional(p.Better)}
	if p.CostMCU != nil {
		v.PerMinute = new(float64(*p.CostMCU) / mcu)
	}
	if r := p.Refusal; r != nil {
		v.Reason = new(ProblemReason(r.Word))
		if r.Params != nil {
			v.Params = &r.Params
		}
	}
	return CheckOutbound200JSONResponse(v), nil
}

// GetOutbound tells what may be called.
func (h *handlers) GetOutbound(ctx context.Context, _ GetOutboundRequestObject) (GetOutboundResponseObject, error) {
	v, err := h.outboundSettings(ctx, who(ctx).workspace)
	return GetOutbound200JSONResponse{OutboundSettingsJSONResponse(v)}, err
}

// PutOutbound replaces what may be called (OUT-6, OUT-9).
func (h *handlers) PutOutbound(ctx context.Context, req PutOutboundRequestObject) (PutOutboundResponseObject, error) {
	id, err := asAdmin(ctx, "change what may be called")
	if err != nil {
		return nil, err
	}
	s, u := models.DefaultOutbound(), req.Body
	assign(&s.National, u.National)
	assign(&s.Countries, u.Countries)
	assign(&s.Premium, u.Premium)
	assign(&s.Increment, u.Increment)
	assign(&s.MaxSeconds, u.MaxSeconds)
	if u.AgentCaps != nil {
		s.Agent = capsOf(*u.AgentCaps)
	}
	if u.WorkspaceCaps != nil {
		s.Workspace = capsOf(*u.WorkspaceCaps)
	}
	if err := h.numbering.SetOutbound(ctx, id.by(), id.workspace, s); err != nil {
		return nil, err
	}
	v, err := h.outboundSettings(ctx, id.workspace)
	return PutOutbound200JSONResponse{OutboundSettingsJSONResponse(v)}, err
}

// assign changes what a request says something about.
func assign[T any](to *T, v *T) {
	if v != nil {
		*to = *v
	}
}

func capsOf(c Caps) models.Caps {
	return models.Caps{CallsPerSecond: c.CallsPerSecond, Calls: c.Calls, MinutesPerDay: c.MinutesPerDay, CostPerDay: c.CostPerDay}
}

func viewCaps(c models.Caps) Caps {
	return Caps{CallsPerSecond: c.CallsPerSecond, Calls: c.Calls, MinutesPerDay: c.MinutesPerDay, CostPerDay: c.CostPerDay}
}

func (s *Server) outboundSettings(ctx context.Context, workspace string) (OutboundSettings, error) {
	w, err := s.opts.Store.Workspace(ctx, workspace)
	if err != nil {
		return OutboundSettings{}, err
	}
	o, err := w.OutboundSettings()
	if o.Countries == nil {
		o.Countries = []string{}
	}
	return OutboundSettings{National: o.National, Countries: o.Countries, Premium: o.Premium, Increment: o.Increment,
		MaxSeconds: o.MaxSeconds, AgentCaps: viewCaps(o.Agent), WorkspaceCaps: viewCaps(o.Workspace)}, err
}

// ListRates lists what calls cost.
func (h *handlers) ListRates(ctx context.Context, _ ListRatesRequestObject) (ListRatesResponseObject, error) {
	rows, err := h.opts.Store.Rates(ctx, who(ctx).workspace)
	items := make([]Rate, len(rows))
	for i, r := range rows {
		items[i] = viewRate(r)
	}
	return ListRates200JSONResponse{Items: items}, err
}

// CreateRate adds a rate (OUT-7).
func (h *handlers) CreateRate(ctx context.Context, req CreateRateRequestObject) (CreateRateResponseObject, error) {
	id, err := asAdmin(ctx, "change rates")
	if err != nil {
		return nil, err
	}
	r, err := h.numbering.AddRate(ctx, id.by(), models.Rate{WorkspaceID: id.workspace, Prefix: req.Body.Prefix, Country: value(req.Body.Country),
		Name: value(req.Body.Name), RateMCU: int64(math.Round(req.Body.PerMinute * mcu)), ValidFrom: models.At(req.Body.ValidFrom)})
	return CreateRate201JSONResponse(viewRate(r)), err
}

// DeleteRate removes a rate that does not hold yet.
func (h *handlers) DeleteRate(ctx context.Context, req DeleteRateRequestObject) (DeleteRateResponseObject, error) {
	id, err := asAdmin(ctx, "change rates")
	if err != nil {
		return nil, err
	}
	return DeleteRate204Response{}, h.numbering.RemoveRate(ctx, id.by(), id.workspace, req.Id)
}

func viewRate(r models.Rate) Rate {
	return Rate{Id: r.ID, Prefix: r.Prefix, Country: r.Country, Name: r.Name, PerMinute: float64(r.RateMCU) / mcu,
		Own: r.WorkspaceID != "", ValidFrom: r.ValidFrom.Time}
}

// GetUsage sums up the ledger of outbound calls.
func (h *handlers) GetUsage(ctx context.Context, req GetUsageRequestObject) (GetUsageResponseObject, error) {
	id, err := asAdmin(ctx, "see what calls cost")
	if err != nil {
		return nil, err
	}
	p := req.Params
	if !p.To.After(p.From) || p.To.Sub(p.From) > longestUsage {
		return nil, invalid("to", "to must be after from, and at most 400 days after it.").because(reason.BadPeriod, "days", "400")
	}
	by := models.UsageByWorkspace
	if p.By != nil {
		by = models.UsageBy(*p.By)
	}
	sums, err := h.opts.Store.UsageSums(ctx, id.workspace, by, p.From, p.To)
	if err != nil {
		return nil, err
	}
	names, err := h.usageNames(ctx, id.workspace, by)
	if err != nil {
		return nil, err
	}
	items := make([]UsageSum, len(sums))
	for i, u := range sums {
		items[i] = UsageSum{Key: u.Key, Name: names[u.Key], Calls: u.Calls, Answered: u.Answered, Seconds: u.Seconds, Charge: float64(u.ChargeMCU) / mcu}
	}
	return GetUsage200JSONResponse{Items: items}, nil
}

// usageNames names what sums are made for.
func (h *handlers) usageNames(ctx context.Context, workspace string, by models.UsageBy) (map[string]string, error) {
	names := map[string]string{}
	switch by {
	case models.UsageByAgent:
		return h.opts.Store.AgentNames(ctx, workspace)
	case models.UsageByTrunk:
		ts, err := h.opts.Store.TrunksOf(ctx, workspace)
		for _, t := range ts {
			names[t.ID] = t.Name
		}
		return names, err
	case models.UsageByNumber:
		ns, err := h.opts.Store.Numbers(ctx, workspace)
		for _, n := range ns {
			names[n.ID] = n.Number
		}
		return names, err
	case models.UsageByWorkspace:
		w, err := h.opts.Store.Workspace(ctx, workspace)
		names[w.ID] = w.Name
		return names, err
	default: // countries name themselves
		return names, nil
	}
}
