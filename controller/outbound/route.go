package outbound

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/nyaruka/phonenumbers"

	"ringdesk/controller/reason"
	"ringdesk/models"
)

// chooseNumber finds the number to show (OUT-5): the one that was asked for,
// or the first that the agent may use and that may call where the call goes.
func chooseNumber(req Request, f models.OutboundFacts, abroad bool) (models.Number, *Refusal) {
	var first *models.Number
	for i, n := range f.Numbers {
		if req.NumberID != "" && n.ID != req.NumberID || !n.UsableBy(f.Agent.ID) {
			continue
		}
		if !abroad || mayCallAbroad(n, f.Trunks) {
			return n, nil
		}
		if first == nil {
			first = &f.Numbers[i]
		}
	}
	switch {
	case first != nil && req.NumberID != "":
		return *first, refuse(NumberAbroad, reason.NumberNotAbroad,
			"%s may not call abroad, its trunk does not permit it: choose another number to show", first.Number).naming("number", first.Number)
	case first != nil:
		return *first, refuse(NumberAbroad, reason.NoNumberAbroad, "none of your numbers may call abroad: an admin can permit it on the trunk of one")
	case req.NumberID != "":
		return models.Number{}, refuse(CallerID, reason.CallerIDNotYours, "this number is not one that you may show to those you call: choose one of yours")
	}
	return models.Number{}, refuse(CallerID, reason.NoCallerID, "there is no number that you may show to those you call: an admin can let you use one")
}

// mayCallAbroad asks the number's own trunk (OUT-6).
func mayCallAbroad(n models.Number, trunks []models.Trunk) bool {
	i := slices.IndexFunc(trunks, func(t models.Trunk) bool { return t.ID == n.TrunkID })
	if i < 0 {
		return false
	}
	s, err := trunks[i].Settings()
	return err == nil && s.MayCallAbroad(n.Number)
}

// line is a trunk that calls can go out through.
type line struct {
	id string
	models.TrunkSettings
}

// lines orders the trunks that have a remote: the number's own first, because
// its carrier knows the number, then by position and age. A trunk whose
// settings cannot be read is left out.
func lines(f models.OutboundFacts, n models.Number) []line {
	var ls []line
	for _, t := range f.Trunks {
		if s, err := t.Settings(); err == nil && s.Remote != "" {
			ls = append(ls, line{t.ID, s})
		}
	}
	rank := func(l line) int {
		if l.id == n.TrunkID {
			return -1
		}
		return l.Position
	}
	slices.SortStableFunc(ls, func(a, b line) int { return cmp.Compare(rank(a), rank(b)) })
	return ls
}

func (l line) route(n models.Number) Route {
	return Route{TrunkID: l.id, CallerID: callerID(n.Number, l.CallerIDStyle)}
}

// callerID writes a number as a carrier wants it.
func callerID(number string, style models.CallerIDStyle) string {
	n, err := phonenumbers.Parse(number, "ZZ")
	if style != models.CallerNationalStyle || err != nil {
		return number
	}
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, phonenumbers.Format(n, phonenumbers.NATIONAL))
}

// route finds the trunks and how long the call may last (OUT-9). The first
// trunk with room bounds the call; the others are those that have as much.
func (g *Grant) route(f models.OutboundFacts, s models.OutboundSettings) *Refusal {
	longest := time.Duration(s.MaxSeconds)*time.Second + hangUpTime
	for _, c := range []struct {
		scope Scope
		caps  models.Caps
		load  models.Load
	}{{OfAgent, s.Agent, f.AgentLoad}, {OfWorkspace, s.Workspace, f.WorkspaceLoad}} {
		left, r := g.room(c.scope, c.caps, c.load)
		if r != nil {
			return r
		}
		longest = min(longest, left)
	}
	var full *Refusal
	for _, l := range lines(f, g.Number) {
		if g.abroad(f) && !l.MayCallAbroad(g.Number.Number) {
			continue
		}
		left, r := g.room(OfTrunk, l.Caps(), f.TrunkLoads[l.id])
		switch {
		case r != nil && full == nil:
			full = r
		case r != nil:
		case len(g.Routes) == 0:
			longest = min(longest, left)
			g.MaxDuration = longest - hangUpTime
			fallthrough
		case left >= longest:
			g.Routes = append(g.Routes, l.route(g.Number))
		}
	}
	switch {
	case len(g.Routes) > 0:
		return nil
	case full != nil:
		return full
	}
	return refuse(NoTrunk, reason.NoTrunk, "no trunk takes this call: an admin can connect one to a carrier")
}

// shortest is the least that is granted: a call that is cut off sooner is of
// no use.
const shortest = time.Minute

// room says how long a call may last under caps of which load is in use.
func (g *Grant) room(scope Scope, caps models.Caps, load models.Load) (time.Duration, *Refusal) {
	if load.LastSecond >= caps.CallsPerSecond {
		return 0, capReached(CallsPerSecond, scope, int64(caps.CallsPerSecond))
	}
	if load.Calls >= caps.Calls {
		return 0, capReached(Calls, scope, int64(caps.Calls))
	}
	left := time.Duration(caps.MinutesPerDay*60-load.Seconds) * time.Second
	if left < shortest {
		return 0, capReached(MinutesPerDay, scope, caps.MinutesPerDay)
	}
	if g.Rate.RateMCU > 0 {
		paid := models.Affordable(g.Rate.RateMCU, caps.CostPerDay*1000-load.ChargeMCU, g.increment)
		if paid < shortest {
			return 0, capReached(CostPerDay, scope, caps.CostPerDay)
		}
		left = min(left, paid)
	}
	return left, nil
}

// Failover finds the route after the one that failed which has room now for
// what was granted; none gives false. f must be read anew. The caller notes
// the change (models.Tx.SetOutboundTrunk).
func (g Grant) Failover(failed string, f models.OutboundFacts) (Route, bool) {
	at := slices.IndexFunc(g.Routes, func(r Route) bool { return r.TrunkID == failed })
	if at < 0 {
		return Route{}, false
	}
	ls := lines(f, g.Number)
	for _, next := range g.Routes[at+1:] {
		i := slices.IndexFunc(ls, func(l line) bool { return l.id == next.TrunkID })
		if i < 0 {
			continue
		}
		left, r := g.room(OfTrunk, ls[i].Caps(), f.TrunkLoads[next.TrunkID])
		if g.Emergency || r == nil && left >= g.reserved() {
			return next, true
		}
	}
	return Route{}, false
}

// emergency grants the call whoever asks and whatever is used up, through
// every trunk there is: those with room first. The number shown is the one that
// was asked for if it is the workspace's, else the oldest.
func (g Grant) emergency(req Request, f models.OutboundFacts) (Grant, *Refusal) {
	for i, n := range f.Numbers {
		if i == 0 || n.ID == req.NumberID {
			g.Number = n
		}
	}
	var full []Route
	for _, l := range lines(f, g.Number) {
		if _, r := g.room(OfTrunk, l.Caps(), f.TrunkLoads[l.id]); r != nil {
			full = append(full, l.route(g.Number))
			continue
		}
		g.Routes = append(g.Routes, l.route(g.Number))
	}
	g.Routes = append(g.Routes, full...)
	if len(g.Routes) == 0 {
		return Grant{}, refuse(NoTrunk, reason.NoTrunk, "no trunk is connected to a carrier: call %s from another telephone", g.Short)
	}
	return g, nil
}
