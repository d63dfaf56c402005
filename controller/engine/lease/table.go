package lease

import (
	"context"
	"sync"

	"ringdesk/controller/engine"
)

// Table is an adapter's own table of legs as the Keeper sees it.
type Table[L any] struct {
	Mu   sync.Locker // guards Legs
	Legs map[engine.LegID]*L
	// Of gives a leg's limit, and whether it shall have none; nil for a leg that is
	// not inbound.
	Of func(leg *L) (limit *Limit, off bool)
	// Set gives a leg the limit in the engine anew, or takes it off.
	Set func(ctx context.Context, id engine.LegID, off bool) error
}

// EachLimit implements Legs.
func (t Table[L]) EachLimit(f func(engine.LegID, *Limit, bool)) {
	t.Mu.Lock()
	defer t.Mu.Unlock()
	for id, leg := range t.Legs {
		if limit, off := t.Of(leg); limit != nil {
			f(id, limit, off)
		}
	}
}

// WithLimit implements Legs.
func (t Table[L]) WithLimit(id engine.LegID, f func(*Limit, bool)) {
	t.Mu.Lock()
	defer t.Mu.Unlock()
	if leg := t.Legs[id]; leg != nil {
		if limit, off := t.Of(leg); limit != nil {
			f(limit, off)
		}
	}
}

// SetLimit implements Legs.
func (t Table[L]) SetLimit(ctx context.Context, id engine.LegID, off bool) error {
	return t.Set(ctx, id, off)
}
