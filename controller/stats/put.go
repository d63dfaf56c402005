package stats

import (
	"context"
	"slices"
	"time"

	"ringdesk/dialplan"
	"ringdesk/models"
)

// put writes facts over what was known before, and the difference into the sums. Those that say what
// was known cost no writing.
func put(tx *models.Tx, facts []Facts) error {
	if len(facts) == 0 {
		return nil
	}
	ids, workspaces := make([]string, len(facts)), make([]string, len(facts))
	for i, f := range facts {
		ids[i], workspaces[i] = f.Call.CallID, f.Call.WorkspaceID
	}
	before, parts, err := tx.FactsOfCalls(ids)
	if err != nil {
		return err
	}
	zones, err := tx.SumsZones(workspaces)
	if err != nil {
		return err
	}
	var calls []models.CallFact
	var agents []models.AgentFact
	inZone := map[string]*Sums{}
	for _, f := range facts {
		known, is := before[f.Call.CallID]
		if is && f.same(known, parts[f.Call.CallID]) {
			continue
		}
		calls, agents = append(calls, f.Call), append(agents, f.Agents...)
		zone := zones[f.Call.WorkspaceID]
		if zone == "" {
			continue // its sums are made when all its facts are there
		}
		sums := inZone[zone]
		if sums == nil {
			sums = NewSums(dialplan.Location(zone))
			inZone[zone] = sums
		}
		if is {
			sums.Remove(Facts{known, parts[f.Call.CallID]})
		}
		sums.Add(f)
	}
	for _, sums := range inZone {
		if err := tx.AddSums(sums.Rows()); err != nil {
			return err
		}
	}
	return tx.PutFacts(calls, agents)
}

// sum makes the sums of those workspaces that have none, or none in their time zone.
func (k *Keeper) sum(ctx context.Context) error {
	ws, err := k.Store.WithoutSums(ctx)
	if err != nil {
		return err
	}
	for _, w := range ws {
		if err := k.sumAll(ctx, w); err != nil {
			return err
		}
	}
	return nil
}

// sumAll makes the sums of a workspace from its facts, in pieces: calls that save at
// the same time must not wait for all of it.
func (k *Keeper) sumAll(ctx context.Context, w models.Workspace) error {
	for any := true; any; {
		err := k.Store.Tx(ctx, func(tx *models.Tx) (err error) {
			if err := tx.SetSumsZone(w.ID, ""); err != nil {
				return err
			}
			any, err = tx.ClearSums(w.ID)
			return err
		})
		if err != nil {
			return err
		}
	}
	first, err := k.Store.FirstCall(ctx, w.ID)
	if err != nil {
		return err
	}
	if !first.IsZero() {
		err = k.eachDay(ctx, w.ID, first.Time, k.Now(), func(ids []string) error {
			calls, parts, err := k.Store.FactsOfCalls(ctx, ids)
			if err != nil {
				return err
			}
			sums := NewSums(dialplan.Location(w.TimeZone))
			for id, c := range calls {
				sums.Add(Facts{c, parts[id]})
			}
			return k.Store.Tx(ctx, func(tx *models.Tx) error { return tx.AddSums(sums.Rows()) })
		})
	}
	if err != nil {
		return err
	}
	return k.Store.Tx(ctx, func(tx *models.Tx) error { return tx.SetSumsZone(w.ID, w.TimeZone) })
}

// eachDay goes through a workspace's calls that began from one moment to before another,
// some at a time.
func (k *Keeper) eachDay(ctx context.Context, workspace string, from, to time.Time, do func(ids []string) error) error {
	const day = 24 * time.Hour
	for ; from.Before(to); from = from.Add(day) {
		until := from.Add(day)
		if until.After(to) {
			until = to
		}
		begun, err := k.Store.BegunCalls(ctx, workspace, from, until)
		if err != nil {
			return err
		}
		for some := range slices.Chunk(begun, callsAtOnce) {
			ids := make([]string, len(some))
			for i, c := range some {
				ids[i] = c.ID
			}
			if err := do(ids); err != nil {
				return err
			}
		}
	}
	return nil
}
