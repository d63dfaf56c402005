package models

import (
	"errors"
	"reflect"
	"testing"
	"time"
)

var dayFrom, dayTo = now.Add(-9 * time.Hour), now.Add(15 * time.Hour)

func (s *Store) facts(t *testing.T, ws, agent string, at time.Time) (f OutboundFacts) {
	t.Helper()
	must(t, s.Tx(t.Context(), func(tx *Tx) (err error) {
		f, err = tx.OutboundFacts(ws, agent, at, dayFrom, dayTo)
		return err
	}))
	return f
}

// Covers: OUT-7, OUT-9
func TestOutboundFactsAndLedger_OUT_7_OUT_9(t *testing.T) {
	s := openStore(t)
	ws, num, as := workspace(t, s, 2)
	other, _, _ := workspace(t, s, 0)
	call := func(id, ws, agent, trunk string, started time.Time) OutboundCall {
		return OutboundCall{CallID: id, WorkspaceID: ws, AgentID: agent, TrunkID: trunk, NumberID: num.ID, Prefix: "+81", Country: "JP",
			RateMCU: 200_000, Increment: 60, MaxSeconds: 120, StartedAt: At(started)}
	}
	emergency := call("e", ws.ID, as[0].ID, "t1", now)
	emergency.Emergency = true
	must(t, s.Tx(t.Context(), func(tx *Tx) error {
		return errors.Join(
			tx.AddOutbound(call("a", ws.ID, as[0].ID, "t1", now.Add(-time.Minute))),
			tx.AddOutbound(call("b", ws.ID, as[1].ID, "t2", now)),
			tx.AddOutbound(call("old", ws.ID, as[0].ID, "t1", dayFrom.Add(-time.Hour))),
			tx.AddOutbound(call("x", other.ID, as[0].ID, "t1", now)),
			tx.AddOutbound(emergency))
	}))
	want := map[string]Load{"t1": {Calls: 2, Seconds: 120, ChargeMCU: 400_000}, "t2": {LastSecond: 1, Calls: 1, Seconds: 120, ChargeMCU: 400_000}}
	f := s.facts(t, ws.ID, as[0].ID, now)
	// Yesterday's call goes on, but its minutes are of yesterday.
	if f.AgentLoad != want["t1"] || !reflect.DeepEqual(f.TrunkLoads, want) ||
		f.WorkspaceLoad != (Load{LastSecond: 1, Calls: 3, Seconds: 240, ChargeMCU: 800_000}) {
		t.Errorf("while they go on: %+v, %+v, %+v", f.AgentLoad, f.WorkspaceLoad, f.TrunkLoads)
	}
	if len(f.Numbers) != 1 || len(f.Trunks) != 1 || len(f.Rates) != 21 || f.Agent.ID != as[0].ID || f.Workspace.ID != ws.ID {
		t.Errorf("facts of %+v", f.Workspace)
	}

	end := func(id string, answered, ended time.Time) (u Usage, err error) {
		err = s.Tx(t.Context(), func(tx *Tx) (err error) { u, err = tx.EndOutbound(id, answered, ended); return err })
		return u, err
	}
	u, err := end("a", now, now.Add(61*time.Second))
	must(t, err)
	if u.Seconds != 61 || u.ChargeMCU != 400_000 || u.CallID != "a" || u.Country != "JP" || u.RateMCU != 200_000 || u.Increment != 60 {
		t.Errorf("ledger has %+v", u)
	}
	if again, err := end("a", now, now.Add(time.Hour)); err != nil || again != u {
		t.Errorf("ended again: %+v, %v", again, err)
	}
	if u, err := end("b", time.Time{}, now.Add(time.Hour)); err != nil || u.Seconds != 0 || u.ChargeMCU != 0 {
		t.Errorf("not answered: %+v, %v", u, err)
	}
	if _, err := end("none", now, now); !errors.Is(err, ErrNotFound) {
		t.Errorf("an unknown call: %v", err)
	}
	f = s.facts(t, ws.ID, as[0].ID, now.Add(time.Second))
	used := Load{Calls: 1, Seconds: 61, ChargeMCU: 400_000} // and yesterday's
	if f.AgentLoad != used || f.TrunkLoads["t2"] != (Load{}) || f.WorkspaceLoad != used {
		t.Errorf("after the end: %+v, %+v, %+v", f.AgentLoad, f.WorkspaceLoad, f.TrunkLoads)
	}
	if got, err := s.Usage(t.Context(), ws.ID, "a"); err != nil || got != u {
		t.Errorf("read %+v, %v", got, err)
	}
	if _, err := s.Usage(t.Context(), other.ID, "a"); !errors.Is(err, ErrNotFound) {
		t.Errorf("a foreign workspace's entry: %v", err)
	}
}

func TestUsageSums_OUT_7(t *testing.T) {
	s := openStore(t)
	ws, num, as := workspace(t, s, 2)
	must(t, s.Tx(t.Context(), func(tx *Tx) error {
		var err error
		for i, c := range []OutboundCall{
			{CallID: "1", AgentID: as[0].ID, TrunkID: "t1", Country: "JP", RateMCU: 60, StartedAt: At(dayFrom)},
			{CallID: "2", AgentID: as[0].ID, TrunkID: "t2", Country: "US", RateMCU: 60, StartedAt: At(dayTo.Add(-time.Microsecond))},
			{CallID: "3", AgentID: as[1].ID, TrunkID: "t1", Country: "JP", RateMCU: 60, StartedAt: At(now)},
			{CallID: "4", AgentID: as[1].ID, TrunkID: "t1", Country: "JP", RateMCU: 60, StartedAt: At(dayTo)},
			{CallID: "5", AgentID: as[1].ID, TrunkID: "t1", Country: "JP", RateMCU: 60, StartedAt: At(dayFrom.Add(-time.Microsecond))},
		} {
			c.WorkspaceID, c.NumberID, c.Increment = ws.ID, num.ID, 1
			answered := c.StartedAt.Time
			if i == 2 {
				answered = time.Time{}
			}
			_, eerr := tx.EndOutbound(c.CallID, answered, answered)
			if !errors.Is(eerr, ErrNotFound) {
				t.Errorf("ended before it was added: %v", eerr)
			}
			err = errors.Join(err, tx.AddOutbound(c))
			_, eerr = tx.EndOutbound(c.CallID, answered, c.StartedAt.Add(10*time.Second))
			err = errors.Join(err, eerr)
		}
		return err
	}))
	for by, want := range map[UsageBy][]UsageSum{
		UsageByWorkspace: {{ws.ID, 3, 2, 20, 20}},
		UsageByAgent:     {{as[0].ID, 2, 2, 20, 20}, {as[1].ID, 1, 0, 0, 0}},
		UsageByTrunk:     {{"t1", 2, 1, 10, 10}, {"t2", 1, 1, 10, 10}},
		UsageByNumber:    {{num.ID, 3, 2, 20, 20}},
		UsageByCountry:   {{"JP", 2, 1, 10, 10}, {"US", 1, 1, 10, 10}},
	} {
		got, err := s.UsageSums(t.Context(), ws.ID, by, dayFrom, dayTo)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("by %s: %+v, %v; want %+v", by, got, err, want)
		}
	}
	if _, err := s.UsageSums(t.Context(), ws.ID, "1; DROP TABLE usage", dayFrom, dayTo); err == nil {
		t.Error("a sum by nonsense")
	}
}

func TestOutboundCallsMoveAndArePruned_OUT_9(t *testing.T) {
	s := openStore(t)
	ws, _, _ := workspace(t, s, 0)
	c := OutboundCall{CallID: "c", WorkspaceID: ws.ID, AgentID: "a", TrunkID: "t1", Increment: 1, StartedAt: At(now)}
	open := func() (cs []OutboundCall) {
		must(t, s.Tx(t.Context(), func(tx *Tx) (err error) { cs, err = tx.OpenOutbound(); return err }))
		return cs
	}
	must(t, s.Tx(t.Context(), func(tx *Tx) error {
		return errors.Join(tx.AddOutbound(c), tx.SetOutboundTrunk("c", "t2"))
	}))
	if err := s.Tx(t.Context(), func(tx *Tx) error { return tx.AddOutbound(c) }); !errors.Is(err, ErrConflict) {
		t.Errorf("the same call twice: %v", err)
	}
	if cs := open(); len(cs) != 1 || cs[0].TrunkID != "t2" {
		t.Errorf("open calls %+v", cs)
	}
	must(t, s.Tx(t.Context(), func(tx *Tx) error {
		u, err := tx.EndOutbound("c", now, now)
		if u.TrunkID != "t2" {
			t.Errorf("the ledger has %+v", u)
		}
		return err
	}))
	if cs := open(); len(cs) != 0 {
		t.Errorf("open calls after the end %+v", cs)
	}
	if err := s.Tx(t.Context(), func(tx *Tx) error { return tx.SetOutboundTrunk("c", "t3") }); !errors.Is(err, ErrNotFound) {
		t.Errorf("a call that has ended was moved: %v", err)
	}
	must(t, s.Tx(t.Context(), func(tx *Tx) error { _, err := tx.PruneAttempts(now.Add(24 * time.Hour)); return err }))
	must(t, s.Tx(t.Context(), func(tx *Tx) error {
		if u, err := tx.EndOutbound("c", now, now.Add(time.Hour)); err != nil || u.Seconds != 0 {
			t.Errorf("ended again after pruning: %+v, %v", u, err)
		}
		return nil
	}))
	for i, err := range []error{s.Tx(t.Context(), func(tx *Tx) error { _, err := tx.OutboundFacts(ws.ID, "none", now, dayFrom, dayTo); return err }),
		s.Tx(t.Context(), func(tx *Tx) error { _, err := tx.OutboundFacts("none", "none", now, dayFrom, dayTo); return err })} {
		if !errors.Is(err, ErrNotFound) {
			t.Errorf("facts of nobody (%d): %v", i, err)
		}
	}
}
