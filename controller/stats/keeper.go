package stats

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"time"

	"ringdesk/controller/journal"
	"ringdesk/models"
)

const (
	// lease is how long a controller is the one that keeps the facts, unless it says so
	// again.
	lease = 30 * time.Second
	// pause is between two looks at what has changed: all steps of a call's end are one
	// piece of work.
	pause = time.Second
	// longestSleep bounds how late something is noticed that nobody has told of.
	longestSleep = time.Minute
	// changesAtOnce is how many changes one transaction passes.
	changesAtOnce = 500
	// callsAtOnce is how many calls are made facts of at a time.
	callsAtOnce = 200
	// factsAtOnce is of how many calls one transaction writes the facts: calls that save at
	// the same time wait for it.
	factsAtOnce = 10
)

// Keeper keeps the facts of all calls that have ended (STAT-0): right after a call's
// end, and again when its conversation is closed or an agent has wrapped it up.
type Keeper struct {
	Store *models.Store
	Log   *slog.Logger
	Owner string           // this controller's id: of several on one database, one keeps the facts
	Now   func() time.Time // nil means time.Now
	kick  chan struct{}
}

// NewKeeper makes a Keeper; Run runs it.
func NewKeeper(store *models.Store, log *slog.Logger, owner string, now func() time.Time) *Keeper {
	if now == nil {
		now = time.Now
	}
	return &Keeper{Store: store, Log: log, Owner: owner, Now: now, kick: make(chan struct{}, 1)}
}

// Kick has the Keeper look at what has changed. It never blocks.
func (k *Keeper) Kick() {
	select {
	case k.kick <- struct{}{}:
	default:
	}
}

// Run keeps the facts until ctx ends.
func (k *Keeper) Run(ctx context.Context) error {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-timer.C:
		case <-k.kick:
		}
		if err := k.Pass(ctx); err != nil && ctx.Err() == nil {
			k.Log.Error("statistics are not kept for now", "error", err)
		}
		timer.Reset(longestSleep)
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(pause):
		}
	}
}

// Pass makes facts of all that has changed. Where another controller does it there is
// nothing to do.
func (k *Keeper) Pass(ctx context.Context) error {
	for {
		var seq int64
		var isNew bool
		err := k.Store.Tx(ctx, func(tx *models.Tx) (err error) {
			seq, isNew, err = tx.LeaseCursor(models.CursorFacts, k.Owner, k.Now(), k.Now().Add(lease))
			return err
		})
		if errors.Is(err, models.ErrConflict) {
			return nil
		}
		if err == nil && isNew {
			err = k.begin(ctx)
		}
		if err != nil {
			return err
		}
		if more, err := k.follow(ctx, seq); err != nil {
			return err
		} else if !more {
			return k.sum(ctx)
		}
	}
}

// begin makes the facts of all calls that were before anybody kept them. If it is
// broken off, the next pass begins anew; what was made stays.
func (k *Keeper) begin(ctx context.Context) error {
	_, err := k.RebuildAll(ctx)
	if err != nil {
		err = errors.Join(err, k.Store.Tx(context.WithoutCancel(ctx), func(tx *models.Tx) error { return tx.DropCursor(models.CursorFacts) }))
	}
	return err
}

// follow reads the next changes. It says whether there may be more.
func (k *Keeper) follow(ctx context.Context, seq int64) (more bool, err error) {
	changes, err := k.Store.ChangesAfter(ctx, seq, changesAtOnce)
	if err != nil || len(changes) == 0 {
		return false, err
	}
	ids, err := k.touched(ctx, changes)
	if err != nil {
		return false, err
	}
	facts, err := Make(ctx, k.Store, ids)
	if err != nil {
		return false, err
	}
	pieces, last := slices.Collect(slices.Chunk(facts, factsAtOnce)), changes[len(changes)-1].Seq
	if len(pieces) == 0 {
		pieces = [][]Facts{nil}
	}
	for i, piece := range pieces {
		to := seq
		if i == len(pieces)-1 {
			to = last
		}
		err := k.Store.Tx(ctx, func(tx *models.Tx) error {
			if err := tx.MoveCursor(models.CursorFacts, seq, to); err != nil {
				return err
			}
			return put(tx, piece)
		})
		if errors.Is(err, models.ErrConflict) { // another controller did it
			return false, nil
		}
		if err != nil {
			return false, err
		}
	}
	return len(changes) == changesAtOnce, nil
}

// touched are the calls that changes are about: themselves, and those of conversations.
func (k *Keeper) touched(ctx context.Context, changes []models.Change) ([]string, error) {
	calls, conversations := map[string]bool{}, map[string]bool{}
	for _, c := range changes {
		switch c.Topic {
		case journal.TopicCall, journal.TopicWrapUp:
			calls[c.EntityID] = true
		case journal.TopicConversation:
			conversations[c.EntityID] = true
		}
	}
	if len(conversations) > 0 {
		of, err := k.Store.CallsOfConversations(ctx, slices.Sorted(maps.Keys(conversations)))
		if err != nil {
			return nil, err
		}
		for _, id := range of {
			calls[id] = true
		}
	}
	return slices.Sorted(maps.Keys(calls)), nil
}

// Make makes the facts of those calls that have ended, from their journals.
func Make(ctx context.Context, store *models.Store, ids []string) ([]Facts, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	calls, err := store.EndedCalls(ctx, ids)
	if err != nil || len(calls) == 0 {
		return nil, err
	}
	ended, conversations := make([]string, len(calls)), make([]string, len(calls))
	for i, c := range calls {
		ended[i], conversations[i] = c.ID, c.ConversationID
	}
	entries, err := store.JournalsOf(ctx, ended)
	if err != nil {
		return nil, err
	}
	wrapUps, err := store.WrapUps(ctx, conversations)
	if err != nil {
		return nil, err
	}
	byCall := map[string][]models.JournalEntry{}
	for _, e := range entries {
		byCall[e.CallID] = append(byCall[e.CallID], e)
	}
	var all []Facts
	for _, c := range calls {
		facts, err := FactsOf(byCall[c.ID])
		if err != nil {
			return nil, err
		}
		if !facts.Ended() {
			continue // its last entry is being written
		}
		facts.identify(c)
		if err := facts.wrapUp(wrapUps[c.ConversationID]); err != nil {
			return nil, err
		}
		all = append(all, facts)
	}
	return all, nil
}
