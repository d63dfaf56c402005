package stats

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"ringdesk/models"
)

// Rebuilt says what making facts anew has come to.
type Rebuilt struct {
	Calls   int // that have ended
	Missing int // of which nothing was known
	Wrong   int // of which something else was known
}

// Add adds up two of them.
func (r Rebuilt) Add(o Rebuilt) Rebuilt {
	return Rebuilt{r.Calls + o.Calls, r.Missing + o.Missing, r.Wrong + o.Wrong}
}

// RebuildAll makes the facts of all calls of all workspaces anew, and their sums.
func (k *Keeper) RebuildAll(ctx context.Context) (Rebuilt, error) {
	var all Rebuilt
	ws, err := k.Store.AllWorkspaces(ctx)
	errs := []error{err}
	for _, w := range ws {
		first, err := k.Store.FirstCall(ctx, w.ID)
		if err == nil && !first.IsZero() {
			var r Rebuilt
			r, err = k.Rebuild(ctx, w.ID, first.Time, k.Now())
			all = all.Add(r)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("workspace %s: %w", w.ID, err))
		}
	}
	errs = append(errs, k.Store.Tx(ctx, func(tx *models.Tx) error { return tx.ForgetSums() }), k.sum(ctx))
	return all, errors.Join(errs...)
}

// Rebuild makes the facts of a workspace's calls anew that began from one moment to
// before another, and mends those that are missing or wrong.
func (k *Keeper) Rebuild(ctx context.Context, workspace string, from, to time.Time) (all Rebuilt, err error) {
	return all, k.eachDay(ctx, workspace, from, to, func(ids []string) error {
		r, err := k.compare(ctx, ids)
		all = all.Add(r)
		return err
	})
}

// compare makes the facts of some calls anew.
func (k *Keeper) compare(ctx context.Context, ids []string) (r Rebuilt, err error) {
	made, err := Make(ctx, k.Store, ids)
	if err != nil {
		return r, err
	}
	calls, agents, err := k.Store.FactsOfCalls(ctx, ids)
	if err != nil {
		return r, err
	}
	var different []Facts
	for _, f := range made {
		r.Calls++
		known, is := calls[f.Call.CallID]
		switch {
		case !is:
			r.Missing++
		case !f.same(known, agents[f.Call.CallID]):
			r.Wrong++
		default:
			continue
		}
		different = append(different, f)
	}
	for piece := range slices.Chunk(different, factsAtOnce) {
		if err := k.Store.Tx(ctx, func(tx *models.Tx) error { return put(tx, piece) }); err != nil {
			return r, err
		}
	}
	return r, nil
}
