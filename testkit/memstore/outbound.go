package memstore

import (
	"maps"
	"slices"
	"time"

	"ringdesk/models"
)

func (t *Tx) OutboundFacts(workspace, agent string, now, dayFrom, dayTo time.Time) (models.OutboundFacts, error) {
	f := models.OutboundFacts{TrunkLoads: map[string]models.Load{}}
	ws, there := t.workspaces[workspace]
	if !there {
		return f, models.ErrNotFound
	}
	f.Workspace = ws
	f.Agent = models.Agent{WorkspaceID: workspace, Seat: true, PlacesCalls: true}
	if agent != "" {
		a := t.agents[agent]
		if a == nil || a.WorkspaceID != workspace {
			return models.OutboundFacts{Workspace: ws, TrunkLoads: f.TrunkLoads}, models.ErrNotFound
		}
		f.Agent = a.Agent
	}
	for _, id := range slices.Sorted(maps.Keys(t.numbers)) {
		if n := t.numbers[id]; n.WorkspaceID == workspace {
			f.Numbers = append(f.Numbers, n)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(t.trunks)) {
		if tr := t.trunks[id]; tr.WorkspaceID == workspace {
			f.Trunks = append(f.Trunks, tr)
		}
	}
	for _, r := range t.rates {
		if r.WorkspaceID == "" || r.WorkspaceID == workspace {
			f.Rates = append(f.Rates, r)
		}
	}
	t.addLoads(&f, agent, now, func(at models.Time) bool {
		return !at.Before(models.At(dayFrom).Time) && at.Before(models.At(dayTo).Time)
	})
	return f, nil
}

// addLoads counts what calls use of the caps: those that go on or have only just
// begun, and those of the day that are over.
func (t *Tx) addLoads(f *models.OutboundFacts, agent string, now time.Time, today func(models.Time) bool) {
	second := models.At(now.Add(-time.Second))
	for _, c := range t.outboundOf[f.Workspace.ID] {
		if c.Emergency {
			continue
		}
		if c.EndedAt.IsZero() || c.StartedAt.After(second.Time) {
			var l models.Load
			if c.StartedAt.After(second.Time) {
				l.LastSecond = 1
			}
			if c.EndedAt.IsZero() {
				l.Calls = 1
				if today(c.StartedAt) {
					l.Seconds = c.MaxSeconds
					l.ChargeMCU = models.Charge(c.RateMCU, time.Duration(c.MaxSeconds)*time.Second, c.Increment)
				}
			}
			addLoad(f, c.AgentID, agent, c.TrunkID, l)
		}
		if u, there := t.usage[c.CallID]; there && today(u.StartedAt) {
			addLoad(f, u.AgentID, agent, u.TrunkID, models.Load{Seconds: u.Seconds, ChargeMCU: u.ChargeMCU})
		}
	}
}

func addLoad(f *models.OutboundFacts, by, agent, trunk string, l models.Load) {
	sum := func(to models.Load) models.Load {
		return models.Load{LastSecond: to.LastSecond + l.LastSecond, Calls: to.Calls + l.Calls, Seconds: to.Seconds + l.Seconds, ChargeMCU: to.ChargeMCU + l.ChargeMCU}
	}
	f.WorkspaceLoad = sum(f.WorkspaceLoad)
	if by == agent {
		f.AgentLoad = sum(f.AgentLoad)
	}
	f.TrunkLoads[trunk] = sum(f.TrunkLoads[trunk])
}

func (t *Tx) AddOutbound(c models.OutboundCall) error {
	if t.outbound[c.CallID] != nil {
		return t.fails(models.ErrConflict)
	}
	if _, there := t.workspaces[c.WorkspaceID]; !there {
		return t.fails(errReference)
	}
	row := &c
	put(t, t.outbound, c.CallID, row)
	insert(t, t.outboundOf, c.WorkspaceID, row, func(o *models.OutboundCall) string { return o.CallID })
	return nil
}

func (t *Tx) SetOutboundTrunk(call, trunk string) error {
	c := t.outbound[call]
	if c == nil || !c.EndedAt.IsZero() {
		return models.ErrNotFound
	}
	change(t, c).TrunkID = trunk
	return nil
}

func (t *Tx) EndOutbound(call string, answered, ended time.Time) (models.Usage, error) {
	c := t.outbound[call]
	if c == nil || !c.EndedAt.IsZero() {
		u, there := t.usage[call]
		if !there {
			return u, models.ErrNotFound
		}
		return u, nil
	}
	var talk time.Duration
	if !answered.IsZero() {
		talk = max(ended.Sub(answered), 0)
	}
	u := models.Usage{CallID: c.CallID, WorkspaceID: c.WorkspaceID, AgentID: c.AgentID, TrunkID: c.TrunkID, NumberID: c.NumberID,
		Prefix: c.Prefix, Country: c.Country, Emergency: c.Emergency, StartedAt: c.StartedAt, Seconds: int64((talk + time.Second - 1) / time.Second),
		ChargeMCU: models.Charge(c.RateMCU, talk, c.Increment), RateMCU: c.RateMCU, Increment: c.Increment}
	put(t, t.usage, call, u)
	change(t, c).EndedAt = models.At(ended)
	return u, nil
}

// OpenOutbound counts the outbound calls that have not ended.
func (s *Store) OpenOutbound() int {
	n := 0
	for _, c := range s.outbound {
		if c.EndedAt.IsZero() {
			n++
		}
	}
	return n
}
