package memstore

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"ringdesk/models"
)

func (t *Tx) RenewController(id string, until time.Time) error {
	put(t, t.controllers, id, models.At(until))
	return nil
}

func (t *Tx) DropControllers() error {
	for _, id := range slices.Collect(maps.Keys(t.controllers)) {
		remove(t, t.controllers, id)
	}
	return nil
}

func (t *Tx) TakeCalls(owner string, now time.Time) ([]models.Call, error) {
	at := models.At(now)
	taken := t.liveWhere(func(c *models.Call) bool { return c.Owner != owner && !t.controllers[c.Owner].After(at.Time) })
	for i := range taken {
		row := change(t, t.calls[taken[i].ID])
		row.Owner, row.Version = owner, row.Version+1
		taken[i] = *row
	}
	return taken, nil
}

func (s *Store) CallsOwnedBy(_ context.Context, owner string) ([]models.Call, error) {
	return s.liveWhere(func(c *models.Call) bool { return c.Owner == owner }), nil
}

func (s *Store) CallsNotOwnedBy(_ context.Context, owner string) ([]models.Call, error) {
	return s.liveWhere(func(c *models.Call) bool { return c.Owner != owner }), nil
}

func (s *Store) CallOwner(_ context.Context, workspace, call string) (string, error) {
	c := s.calls[call]
	if c == nil || c.WorkspaceID != workspace || !c.Live {
		return "", models.ErrNotFound
	}
	return c.Owner, nil
}

func (s *Store) LastOwner(_ context.Context, workspace, call string) (string, error) {
	c := s.calls[call]
	if c == nil || c.WorkspaceID != workspace {
		return "", models.ErrNotFound
	}
	return c.Owner, nil
}

// AddParticipants writes participants that are new.
func (t *Tx) AddParticipants(ps []models.Participant) error {
	for _, p := range ps {
		if _, there := t.participants[p.CallID][p.ID]; there {
			return t.fails(models.ErrConflict)
		}
	}
	return t.PutParticipants(ps)
}

// PutParticipants writes over those that are there; who they are and where they
// stand stays.
func (t *Tx) PutParticipants(ps []models.Participant) error {
	for _, p := range ps {
		if t.calls[p.CallID] == nil {
			return t.fails(errReference)
		}
		of := t.participants[p.CallID]
		if of == nil {
			of = map[string]models.Participant{}
			put(t, t.participants, p.CallID, of)
		}
		if was, there := of[p.ID]; there {
			p.WorkspaceID, p.Place, p.Kind, p.ContactID, p.AgentID = was.WorkspaceID, was.Place, was.Kind, was.ContactID, was.AgentID
		}
		put(t, of, p.ID, p)
	}
	return nil
}

func (s *Store) Participants(_ context.Context, calls ...string) (map[string][]models.Participant, error) {
	byCall := make(map[string][]models.Participant, len(calls))
	for _, id := range calls {
		if of := s.participants[id]; len(of) > 0 {
			byCall[id] = slices.SortedFunc(maps.Values(of), func(a, b models.Participant) int { return cmp.Compare(a.Place, b.Place) })
		}
	}
	return byCall, nil
}
