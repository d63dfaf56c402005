package models

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"
)

// OutboundCall is a call that an agent placed, with what it may use of the
// day's caps as long as it lasts (OUT-9).
type OutboundCall struct {
	CallID      string `gorm:"primaryKey"`
	WorkspaceID string
	AgentID     string
	TrunkID     string // the one it goes through; SetOutboundTrunk changes it
	NumberID    string // caller id
	Prefix      string // of the rate; "" where no rate is about the number
	Country     string // ISO 3166-1 alpha-2
	Emergency   bool   // counts for no cap
	RateMCU     int64  `gorm:"column:rate_mcu"`
	Increment   int    // seconds
	MaxSeconds  int64  // the controller ends the call when its talk has lasted so long
	StartedAt   Time
	EndedAt     Time // zero while it goes on
}

// Load is how much of the caps is in use.
type Load struct {
	LastSecond int   // calls begun within the last second
	Calls      int   // calls at once
	Seconds    int64 // talked today, and what calls that go on may still talk
	ChargeMCU  int64 // cost of the same
}

func (l *Load) add(o Load) {
	l.LastSecond += o.LastSecond
	l.Calls += o.Calls
	l.Seconds += o.Seconds
	l.ChargeMCU += o.ChargeMCU
}

// OutboundFacts are what package controller/outbound needs to know to decide
// about a call.
type OutboundFacts struct {
	Workspace Workspace
	Agent     Agent
	Numbers   []Number // of the workspace, oldest first
	Trunks    []Trunk  // of the workspace, oldest first
	Rates     []Rate
	// Loads without emergency calls: the agent's, the workspace's, and those of
	// trunks by id.
	AgentLoad     Load
	WorkspaceLoad Load
	TrunkLoads    map[string]Load
}

// OutboundFacts reads what decides about a call that an agent wants to place
// now. dayFrom and dayTo bound the day of the caps, which is one of the
// workspace's time zone; a call belongs to the day in which it began. agent ""
// is the workspace itself, for a call that a caller has asked for.
func (t *Tx) OutboundFacts(workspace, agent string, now, dayFrom, dayTo time.Time) (OutboundFacts, error) {
	return outboundFacts(t.db, workspace, agent, now, dayFrom, dayTo)
}

// OutboundFacts reads the same outside a transaction, for those who only want to know.
func (s *Store) OutboundFacts(ctx context.Context, workspace, agent string, now, dayFrom, dayTo time.Time) (OutboundFacts, error) {
	return outboundFacts(s.read.WithContext(ctx), workspace, agent, now, dayFrom, dayTo)
}

func outboundFacts(db *gorm.DB, workspace, agent string, now, dayFrom, dayTo time.Time) (OutboundFacts, error) {
	f := OutboundFacts{TrunkLoads: map[string]Load{}}
	var err, numbers, trunks, rates error
	if f.Workspace, err = one[Workspace](db, "id = ?", workspace); err != nil {
		return f, err
	}
	f.Agent = Agent{WorkspaceID: workspace, Seat: true, PlacesCalls: true}
	if agent != "" {
		if f.Agent, err = one[Agent](db, "workspace_id = ? AND id = ?", workspace, agent); err != nil {
			return f, err
		}
	}
	numbers = db.Where("workspace_id = ?", workspace).Order("id").Find(&f.Numbers).Error
	trunks = db.Where("workspace_id = ?", workspace).Order("id").Find(&f.Trunks).Error
	f.Rates, rates = ratesOf(db, workspace)
	if err := errors.Join(numbers, trunks, rates); err != nil {
		return f, err
	}
	day := day{from: dayFrom, to: dayTo}
	return f, errors.Join(f.addLive(db, agent, now, day), f.addUsed(db, agent, day))
}

type day struct{ from, to time.Time }

func (d day) has(at time.Time) bool { return !at.Before(d.from) && at.Before(d.to) }

func (f *OutboundFacts) add(by, agent, trunk string, l Load) {
	f.WorkspaceLoad.add(l)
	if by == agent {
		f.AgentLoad.add(l)
	}
	all := f.TrunkLoads[trunk]
	all.add(l)
	f.TrunkLoads[trunk] = all
}

// addLive counts the calls that go on or have only just begun.
func (f *OutboundFacts) addLive(db *gorm.DB, agent string, now time.Time, day day) error {
	second := At(now.Add(-time.Second))
	var calls []OutboundCall
	err := db.Raw(`SELECT * FROM outbound_calls WHERE workspace_id = ? AND NOT emergency AND ended_at IS NULL
		UNION ALL SELECT * FROM outbound_calls WHERE workspace_id = ? AND NOT emergency AND ended_at IS NOT NULL AND started_at > ?`,
		f.Workspace.ID, f.Workspace.ID, second).Scan(&calls).Error
	for _, c := range calls {
		var l Load
		if c.StartedAt.After(second.Time) {
			l.LastSecond = 1
		}
		if c.EndedAt.IsZero() {
			l.Calls = 1
			if day.has(c.StartedAt.Time) {
				l.Seconds = c.MaxSeconds
				l.ChargeMCU = Charge(c.RateMCU, time.Duration(c.MaxSeconds)*time.Second, c.Increment)
			}
		}
		f.add(c.AgentID, agent, c.TrunkID, l)
	}
	return err
}

// addUsed counts what the ledger has of the day.
func (f *OutboundFacts) addUsed(db *gorm.DB, agent string, day day) error {
	var used []struct {
		AgentID, TrunkID string
		Seconds          int64
		ChargeMCU        int64 `gorm:"column:charge_mcu"`
	}
	err := db.Raw(`SELECT agent_id, trunk_id, SUM(seconds) AS seconds, SUM(charge_mcu) AS charge_mcu FROM usage
		WHERE workspace_id = ? AND NOT emergency AND started_at >= ? AND started_at < ? GROUP BY agent_id, trunk_id`,
		f.Workspace.ID, At(day.from), At(day.to)).Scan(&used).Error
	for _, u := range used {
		f.add(u.AgentID, agent, u.TrunkID, Load{Seconds: u.Seconds, ChargeMCU: u.ChargeMCU})
	}
	return err
}

// AddOutbound notes a call that was granted, in the transaction that decided
// so. A call that is known gives ErrConflict.
func (t *Tx) AddOutbound(c OutboundCall) error { return create(t.db, &c) }

// SetOutboundTrunk notes that a call goes through another trunk now, after the
// one before it failed.
func (t *Tx) SetOutboundTrunk(call, trunk string) error {
	res := t.db.Model(&OutboundCall{}).Where("call_id = ? AND ended_at IS NULL", call).Update("trunk_id", trunk)
	if res.Error == nil && res.RowsAffected == 0 {
		return ErrNotFound
	}
	return res.Error
}

// EndOutbound notes that a call has ended and writes it into the ledger. Talk
// is counted from answered (zero: never) to ended. Ending a call again
// gives what stands in the ledger; an unknown call gives ErrNotFound.
func (t *Tx) EndOutbound(call string, answered, ended time.Time) (Usage, error) {
	c, err := one[OutboundCall](t.db, "call_id = ?", call)
	if errors.Is(err, ErrNotFound) || err == nil && !c.EndedAt.IsZero() {
		return one[Usage](t.db, "call_id = ?", call)
	}
	if err != nil {
		return Usage{}, err
	}
	u := c.usage(answered, ended)
	if err := create(t.db, &u); err != nil {
		return Usage{}, err
	}
	return u, t.db.Model(&OutboundCall{}).Where("call_id = ?", call).Update("ended_at", At(ended)).Error
}

// OpenOutbound lists the calls that have not been ended, of all workspaces, for
// comparing them with the calls that are live.
func (t *Tx) OpenOutbound() ([]OutboundCall, error) {
	var cs []OutboundCall
	return cs, t.db.Where("ended_at IS NULL").Order("workspace_id, call_id").Find(&cs).Error
}
