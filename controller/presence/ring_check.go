package presence

import (
	"cmp"
	"context"
	"errors"
	"time"

	"ringdesk/controller/assign"
	"ringdesk/dialplan"
	"ringdesk/models"
)

// RingCheck says whether a phone call that came now could be offered to an agent,
// and what keeps it away (IN-2, IN-3).
type RingCheck struct {
	Checks []Check // in the order in which they are said
}

// Check is one thing that must hold for calls to be offered.
type Check struct {
	Name  string
	OK    bool
	Until models.Time // when it holds again by itself; zero where that is not known
}

// Rings says whether a call could be offered.
func (r RingCheck) Rings() bool { return r.Reason() == nil }

// Reason is the first thing that keeps calls away; nil when nothing does.
func (r RingCheck) Reason() *Check {
	for i, c := range r.Checks {
		if !c.OK {
			return &r.Checks[i]
		}
	}
	return nil
}

// RingCheck asks the assignment of each number of the workspace whether it would
// offer the account's agent a call now, and tells of the one that comes nearest.
func (p *Presence) RingCheck(ctx context.Context, workspace, account string) (RingCheck, error) {
	a, err := p.Store.AgentOf(ctx, workspace, account)
	if err != nil {
		return RingCheck{}, err
	}
	plans, err := p.plans(ctx, workspace)
	if err != nil {
		return RingCheck{}, err
	}
	elsewhere := false
	if a.ClaimCall != "" {
		_, err := p.Store.Call(ctx, workspace, a.ClaimCall)
		if elsewhere = errors.Is(err, models.ErrNotFound); err != nil && !elsewhere {
			return RingCheck{}, err
		}
	}
	o, closed := nearest(plans, a, p.Now())
	until := func(holds bool, at models.Time) models.Time {
		if holds {
			return models.Time{}
		}
		return at
	}
	calm, wrapped := !o.Any(assign.Disturbed), !o.Any(assign.WrappingUp)
	return RingCheck{Checks: []Check{
		{Name: "seat", OK: !o.Any(assign.NoSeat)},
		{Name: "status", OK: !o.Any(assign.NotAvailable)},
		{Name: "dnd", OK: calm, Until: until(calm, a.DNDUntil)},
		{Name: "phone", OK: !o.Any(assign.OtherKind)},
		{Name: "otherCall", OK: !o.Any(assign.Bound) || !elsewhere},
		{Name: "call", OK: !o.Any(assign.Bound) || elsewhere},
		{Name: "wrapUp", OK: wrapped, Until: until(wrapped, a.WrapUpUntil)},
		{Name: "engine", OK: p.EngineUp == nil || p.EngineUp() == nil},
		{Name: "line", OK: !o.Any(assign.Offline)},
		{Name: "notify", OK: !o.Any(assign.NotNotified)},
		{Name: "team", OK: !o.Any(assign.OtherTeam)},
		{Name: "skills", OK: !o.Any(assign.Unskilled)},
		{Name: "hours", OK: closed != dialplan.NotInOperation},
		{Name: "numbers", OK: closed == "" || closed == dialplan.NotInOperation},
	}}, nil
}

// nearest is what keeps calls of the number from the agent that the fewest things
// keep away, and why that number takes none at the moment, "" where it does.
func nearest(plans []dialplan.Plan, a models.AgentState, now time.Time) (assign.Obstacles, dialplan.MissedReason) {
	fewest, closed, least := assign.Obstacles(0), dialplan.MissedReason(""), -1
	for _, plan := range plans {
		for _, level := range plan.Overflow {
			w := assign.Want{Team: level.Team, Kind: "phone", Automatic: plan.Automatic, Skills: plan.Skills}
			o := w.Obstacles(a, now)
			n := o.Count()
			if plan.Refuse != "" {
				n++
			}
			if least < 0 || n < least {
				fewest, closed, least = o, plan.Refuse, n
			}
		}
	}
	return fewest, closed
}

// plans are what would happen with a call to each number of the workspace now.
// Numbers without settings of their own have one in common. Without any number
// the workspace's own counts, and takes no call.
func (p *Presence) plans(ctx context.Context, workspace string) ([]dialplan.Plan, error) {
	w, err := p.Store.Workspace(ctx, workspace)
	if err != nil {
		return nil, err
	}
	numbers, err := p.Store.Numbers(ctx, workspace)
	if err != nil {
		return nil, err
	}
	teams, err := p.Store.Teams(ctx, workspace)
	if err != nil {
		return nil, err
	}
	of := map[string]string{}
	for _, t := range teams {
		of[t.ID] = t.Settings
	}
	facts := dialplan.Facts{Now: p.Now(), TimeZone: w.TimeZone}
	if len(numbers) == 0 {
		plan, err := planOf("", of, w.Settings, facts)
		plan.Refuse = dialplan.UnregisteredNumber
		return []dialplan.Plan{plan}, err
	}
	var plans []dialplan.Plan
	seen := map[string]bool{}
	for _, n := range numbers {
		if seen[n.Settings] {
			continue
		}
		seen[n.Settings] = true
		plan, err := planOf(n.Settings, of, w.Settings, facts)
		if err != nil {
			return nil, err
		}
		plans = append(plans, plan)
	}
	return plans, nil
}

// planOf is the plan of a number with these settings: before its team's, whose
// settings are in teams, and these before the workspace's.
func planOf(number string, teams map[string]string, workspace string, facts dialplan.Facts) (dialplan.Plan, error) {
	layers, err := dialplan.ParseLayers(number, "", workspace)
	if err != nil {
		return dialplan.Plan{}, err
	}
	if layers.Team, err = dialplan.Parse(teams[cmp.Or(layers.Number.Team, layers.Workspace.Team)]); err != nil {
		return dialplan.Plan{}, err
	}
	return dialplan.Decide(layers.Merge(), facts), nil
}
