package memstore

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"ringdesk/models"
)

func (t *Tx) AddCall(c models.Call) error {
	if t.calls[c.ID] != nil {
		return t.fails(models.ErrConflict)
	}
	_, ws := t.workspaces[c.WorkspaceID]
	_, number := t.numbers[c.NumberID]
	if !ws || !number || t.conversations[c.ConversationID] == nil || t.contacts[c.ContactID] == nil {
		return t.fails(errReference)
	}
	row := &c
	put(t, t.calls, c.ID, row)
	insert(t, t.callsOf, c.WorkspaceID, row, callID)
	if c.Live {
		insert(t, t.live, c.WorkspaceID, row, callID)
	}
	return nil
}

// SaveCall refuses a state before that is not the stored one: a real database would keep
// parts of it.
func (t *Tx) SaveCall(c models.Call, was *models.Call) error {
	row := t.calls[c.ID]
	if row == nil || row.Version != c.Version-1 {
		return fmt.Errorf("call %s version %d: %w", c.ID, c.Version, models.ErrConflict)
	}
	if was != nil {
		stored := *row
		setState(&stored, was)
		if stored != *row {
			return fmt.Errorf("call %s version %d was not as it is said to have been", c.ID, c.Version)
		}
	}
	live := row.Live
	change(t, row)
	setState(row, &c)
	row.Version, row.Data = c.Version, c.Data
	switch {
	case live && !c.Live:
		drop(t, t.live, row.WorkspaceID, row, callID)
	case c.Live && !live:
		insert(t, t.live, row.WorkspaceID, row, callID)
	}
	return nil
}

// setState writes what changes while a call goes on.
func setState(row, c *models.Call) {
	row.State, row.MissedReason, row.Outcome, row.EndedBy, row.TeamID = c.State, c.MissedReason, c.Outcome, c.EndedBy, c.TeamID
	row.QueueRank, row.QueuedAt, row.QueueUntil, row.AnsweredAt, row.EndedAt = c.QueueRank, c.QueuedAt, c.QueueUntil, c.AnsweredAt, c.EndedAt
	row.HeldBy, row.HeldAt, row.HelpBy, row.HelpAt, row.PausedAt, row.Live = c.HeldBy, c.HeldAt, c.HelpBy, c.HelpAt, c.PausedAt, c.Live
}

// Call is a call's row; nil if there is none.
func (s *Store) Call(id string) *models.Call { return s.calls[id] }

// CallIDs lists all calls, oldest first.
func (s *Store) CallIDs() []string { return slices.Sorted(maps.Keys(s.calls)) }

// LiveCalls lists all live calls, oldest first.
func (s *Store) LiveCalls() []models.Call {
	return s.liveWhere(func(*models.Call) bool { return true })
}

func (s *Store) liveWhere(wanted func(*models.Call) bool) (cs []models.Call) {
	for _, live := range s.live {
		for _, c := range live {
			if wanted(c) {
				cs = append(cs, *c)
			}
		}
	}
	slices.SortFunc(cs, func(a, b models.Call) int { return strings.Compare(a.ID, b.ID) })
	return cs
}

// AddJournal appends entries: none of them, if there is one already.
func (t *Tx) AddJournal(es []models.JournalEntry) error {
	if len(es) == 0 {
		return nil
	}
	for i, e := range es {
		same := func(o models.JournalEntry) bool { return o.CallID == e.CallID && o.Seq == e.Seq }
		if slices.ContainsFunc(es[:i], same) || slices.ContainsFunc(t.journal[e.CallID], same) {
			return t.fails(models.ErrConflict)
		}
	}
	for _, e := range es {
		put(t, t.journal, e.CallID, append(slices.Clip(t.journal[e.CallID]), e))
	}
	return nil
}

// Journal lists a call's entries in the order in which they were written.
func (s *Store) Journal(call string) []models.JournalEntry { return s.journal[call] }

func waits(c *models.Call) bool { return c.QueueRank != 0 && c.State == "queued" }

func before(c *models.Call, rank int64, id string) bool {
	return c.QueueRank < rank || c.QueueRank == rank && c.ID < id
}

func (t *Tx) WaitingBefore(workspace string, rank int64, call string) ([]models.Waiting, error) {
	var ws []models.Waiting
	for _, c := range t.live[workspace] {
		if waits(c) && before(c, rank, call) {
			ws = append(ws, models.Waiting{CallID: c.ID, TeamID: c.TeamID, Rank: c.QueueRank})
		}
	}
	slices.SortFunc(ws, func(a, b models.Waiting) int {
		return cmp.Or(cmp.Compare(a.Rank, b.Rank), cmp.Compare(a.CallID, b.CallID))
	})
	return ws, nil
}

func (t *Tx) WaitingCount(workspace, except string) (int, error) {
	n := 0
	for _, c := range t.live[workspace] {
		if waits(c) && c.ID != except {
			n++
		}
	}
	return n, nil
}

func (s *Store) AheadInQueue(_ context.Context, workspace, team string, rank int64, call string) (int, error) {
	n := 0
	for _, c := range s.live[workspace] {
		if waits(c) && before(c, rank, call) && (team == "" || c.TeamID == "" || c.TeamID == team) {
			n++
		}
	}
	return n, nil
}

// paceCalls is how many calls the pace of a queue is made from.
const paceCalls = 50

func (s *Store) QueuePace(_ context.Context, workspace, team string, now time.Time) (talk time.Duration, agents int, err error) {
	var sum float64
	n := 0
	for _, c := range slices.Backward(s.callsOf[workspace]) {
		if n == paceCalls {
			break
		}
		if (team == "" || c.TeamID == team) && !c.AnsweredAt.IsZero() && !c.EndedAt.IsZero() {
			sum += float64(c.EndedAt.UnixMicro() - c.AnsweredAt.UnixMicro())
			n++
		}
	}
	if n > 0 {
		talk = time.Duration(sum/float64(n)) * time.Microsecond
	}
	for _, a := range s.byWorkspace[workspace] {
		if a.TakesPhone && s.works(a, now) && (team == "" || slices.Contains(a.teams, team)) {
			agents++
		}
	}
	return talk, agents, nil
}

func (t *Tx) CallsSince(workspace string, since time.Time) (int, error) {
	n, at := 0, models.At(since)
	for _, c := range t.callsOf[workspace] {
		if c.Direction == "inbound" && !c.StartedAt.Before(at.Time) {
			n++
		}
	}
	return n, nil
}

func (t *Tx) MissedCall(workspace, id string) (models.Call, error) {
	c := t.calls[id]
	if c == nil || c.WorkspaceID != workspace || c.State != "missed" {
		return models.Call{}, models.ErrNotFound
	}
	return *c, nil
}

func (t *Tx) HandleMissed(workspace, call, agent string, now time.Time) (bool, error) {
	c := t.calls[call]
	if c == nil || c.WorkspaceID != workspace || !c.MissedHandledAt.IsZero() {
		return false, nil
	}
	c = change(t, c)
	c.MissedHandledAt, c.MissedHandledBy = models.At(now), agent
	return true, nil
}

func (t *Tx) UnhandleMissed(workspace, call string) error {
	if c := t.calls[call]; c != nil && c.WorkspaceID == workspace {
		c = change(t, c)
		c.MissedHandledAt, c.MissedHandledBy = models.Time{}, ""
	}
	return nil
}
