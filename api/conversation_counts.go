package api

import (
	"context"
	"sync"

	"ringdesk/controller/journal"
	"ringdesk/models"
)

// countCache keeps each workspace's counts until something may be different, so
// that many desks that ask after one change cost one counting.
type countCache struct {
	count func(ctx context.Context, workspace string) (models.ListCounts, error)

	mu sync.Mutex
	of map[string]*counted
}

// counted are the counts of one workspace.
type counted struct {
	asking sync.Mutex // held while they are counted

	// Guarded by the cache's lock.
	changes int64 // how often something has changed
	at      int64 // changes when counts were counted; -1 means never
	counts  models.ListCounts
}

func newCountCache(store *models.Store) *countCache {
	return &countCache{count: store.CountLists, of: map[string]*counted{}}
}

// committed is models.Store's OnCommit. It is called before a change's author has
// an answer, so that whoever asks after it gets counts with the change.
func (k *countCache) committed(cs []models.Change) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, c := range cs {
		switch c.Topic {
		case journal.TopicConversation, journal.TopicCall, journal.TopicTeam:
			if of := k.of[c.WorkspaceID]; of != nil {
				of.changes++
			}
		}
	}
}

// get gives the counts of a workspace.
func (k *countCache) get(ctx context.Context, workspace string) (models.ListCounts, error) {
	of := k.counted(workspace)
	of.asking.Lock()
	defer of.asking.Unlock()
	k.mu.Lock()
	changes, known, counts := of.changes, of.at == of.changes, of.counts
	k.mu.Unlock()
	if known {
		return counts, nil
	}
	counts, err := k.count(ctx, workspace)
	if err != nil {
		return counts, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	of.at, of.counts = changes, counts
	return counts, nil
}

func (k *countCache) counted(workspace string) *counted {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.of[workspace] == nil {
		k.of[workspace] = &counted{at: -1}
	}
	return k.of[workspace]
}

// CountConversations says how many conversations stand in each list.
func (h *handlers) CountConversations(ctx context.Context, _ CountConversationsRequestObject) (CountConversationsResponseObject, error) {
	id := who(ctx)
	n, err := h.counts.get(ctx, id.workspace)
	if err != nil {
		return nil, err
	}
	counts := ConversationCounts{All: n.All, Unassigned: n.Unassigned, Open: n.Open, Waiting: n.Waiting, Missed: n.Missed, Snoozed: n.Snoozed, Closed: n.Closed, Teams: n.Teams}
	if id.byKey() {
		return CountConversations200JSONResponse(counts), nil
	}
	own, err := h.opts.Store.CountOwn(ctx, id.workspace, id.agent.ID)
	if err != nil {
		return nil, err
	}
	counts.Mine, counts.Mentions = &own.Mine, &own.Mentions
	return CountConversations200JSONResponse(counts), nil
}
