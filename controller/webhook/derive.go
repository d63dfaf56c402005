package webhook

import (
	"context"
	"errors"
	"maps"
	"time"

	"ringdesk/controller/journal"
	"ringdesk/models"
)

const (
	// changesAtOnce is how many changes one transaction passes.
	changesAtOnce = 500
	// Keep is how long events are kept for a replay and for people to see.
	Keep = 31 * 24 * time.Hour
	// oldest is the age of what is still an event: whatever is younger than that has not
	// been pruned, so that nothing is told of anew when an old call changes.
	oldest = Keep - 24*time.Hour
)

// derive makes events of what has changed behind a place, and moves it. It gives false when
// there is nothing more to read. The webhooks are those that are on, by workspace.
func (s *Sender) derive(ctx context.Context, hooks map[string][]models.Webhook, at *models.WebhookCursor) (more bool, err error) {
	changes, err := s.Store.ChangesAfter(ctx, at.Seq, changesAtOnce)
	if err != nil || len(changes) == 0 {
		return false, err
	}
	events, told, err := s.eventsOf(ctx, callsIn(changes, hooks), s.floor(*at))
	if err != nil {
		return false, err
	}
	pieces, last := inPieces(events, hooks, s.Now()), changes[len(changes)-1].Seq
	for i, p := range pieces {
		to := at.Seq
		if i == len(pieces)-1 {
			to = last
		}
		err := s.Store.Tx(ctx, func(tx *models.Tx) error {
			if err := tx.MoveWebhookCursor(at.Seq, to); err != nil {
				return err
			}
			return tx.AddWebhookEvents(p.events, p.deliveries())
		})
		if err != nil {
			s.told = nil // some calls may have been told of
		}
		if errors.Is(err, models.ErrConflict) { // the last webhook is gone, or another controller did it
			return false, nil
		}
		if err != nil {
			return false, err
		}
		s.awaken(p.letters)
	}
	at.Seq = last
	s.tell(told)
	return len(changes) == changesAtOnce, nil
}

// piece is what one transaction writes: all new events of some calls.
type piece struct {
	events  []models.WebhookEvent
	letters []letter
}

// pieceSize is how many rows a piece has, unless one call has more: calls that save at the same time
// wait for it.
const pieceSize = 24

// inPieces puts events with their deliveries into pieces, of which there is at least one.
// Those of a call stay together: how far it was told of is seen by its last event.
func inPieces(events []models.WebhookEvent, hooks map[string][]models.Webhook, now time.Time) []piece {
	pieces, call := make([]piece, 1), ""
	for _, e := range events {
		p := &pieces[len(pieces)-1]
		if e.CallID != call && len(p.events)+len(p.letters) >= pieceSize {
			pieces = append(pieces, piece{})
			p = &pieces[len(pieces)-1]
		}
		call = e.CallID
		p.events = append(p.events, e)
		for _, w := range hooks[e.WorkspaceID] {
			if wants(w, e) {
				p.letters = append(p.letters, letter{delivery(w, e, now), e})
			}
		}
	}
	return pieces
}

func (p piece) deliveries() []models.WebhookDelivery {
	ds := make([]models.WebhookDelivery, len(p.letters))
	for i, l := range p.letters {
		ds[i] = l.delivery
	}
	return ds
}

// awaken gives the workers what is new.
func (s *Sender) awaken(letters []letter) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range letters {
		if w := s.workers[l.delivery.HookID]; w != nil {
			w.idle = false
			w.fresh.add(l)
		}
	}
}

// floor is the moment before which nothing is an event.
func (s *Sender) floor(c models.WebhookCursor) time.Time {
	if old := s.Now().Add(-oldest); old.After(c.Since.Time) {
		return old
	}
	return c.Since.Time
}

// callsIn are the calls of workspaces with webhooks that have changed.
func callsIn(changes []models.Change, hooks map[string][]models.Webhook) (calls []string) {
	seen := map[string]bool{}
	for _, c := range changes {
		if c.Topic == journal.TopicCall && len(hooks[c.WorkspaceID]) > 0 && !seen[c.EntityID] {
			seen[c.EntityID] = true
			calls = append(calls, c.EntityID)
		}
	}
	return calls
}

// eventsOf gives the new events of calls, of each call in order, and how far they go. Few statements read
// all of it, whichever workspaces the calls are of.
func (s *Sender) eventsOf(ctx context.Context, calls []string, floor time.Time) (events []models.WebhookEvent, told map[string]models.ToldOfCall, err error) {
	told = map[string]models.ToldOfCall{}
	rows, err := s.Store.CallsToTell(ctx, calls)
	if err != nil {
		return nil, nil, err
	}
	after, err := s.journalsAfter(ctx, calls, told)
	if err != nil {
		return nil, nil, err
	}
	recordings, err := s.recordingsOf(ctx, rows)
	if err != nil {
		return nil, nil, err
	}
	for _, c := range rows {
		es, far, err := s.eventsOfCall(c, told[c.ID], after[c.ID], recordings[c.ID], floor)
		if err != nil {
			return nil, nil, err
		}
		events = append(events, es...)
		told[c.ID] = far
	}
	return events, told, nil
}

// journalsAfter gives what happened in calls since they were last told of, by call, and adds to
// told how far that was.
func (s *Sender) journalsAfter(ctx context.Context, calls []string, told map[string]models.ToldOfCall) (map[string][]models.JournalEntry, error) {
	var unknown []string
	for _, id := range calls {
		if t, known := s.told[id]; known {
			told[id] = t
		} else {
			unknown = append(unknown, id)
		}
	}
	read, err := s.Store.ToldOfCalls(ctx, unknown)
	if err != nil {
		return nil, err
	}
	maps.Copy(told, read)
	after := make(map[string]int64, len(calls))
	for _, id := range calls {
		after[id] = told[id].JournalSeq
	}
	entries, err := s.Store.JournalsAfter(ctx, after)
	byCall := map[string][]models.JournalEntry{}
	for _, e := range entries {
		byCall[e.CallID] = append(byCall[e.CallID], e)
	}
	return byCall, err
}

// recordingsOf gives the recordings of those calls that are over: no other has one to be heard.
func (s *Sender) recordingsOf(ctx context.Context, calls []models.Call) (map[string]models.Recording, error) {
	var over []string
	for _, c := range calls {
		if !c.Live {
			over = append(over, c.ID)
		}
	}
	return s.Store.RecordingsToTell(ctx, over)
}

// mostTold is of how many calls it is kept in memory how far they were told of.
const mostTold = 4096

// tell keeps how far calls were told of, as long as nobody else tells.
func (s *Sender) tell(told map[string]models.ToldOfCall) {
	if s.told == nil || len(s.told)+len(told) > mostTold {
		s.told = map[string]models.ToldOfCall{}
	}
	maps.Copy(s.told, told)
}

// eventsOfCall gives the new events of a call, and how far they go.
func (s *Sender) eventsOfCall(c models.Call, told models.ToldOfCall, entries []models.JournalEntry, r models.Recording, floor time.Time) (events []models.WebhookEvent, far models.ToldOfCall, err error) {
	add := func(entry int64, at models.Time, h happening) error {
		told.Sequence++
		e, err := event(c, told.Sequence, entry, at, h)
		events = append(events, e)
		return err
	}
	for _, row := range entries {
		if row.Seq <= told.JournalSeq {
			continue
		}
		told.JournalSeq = row.Seq
		if row.At.Before(floor) {
			continue
		}
		entry, err := journal.Decode(row.Type, row.Data)
		if err != nil { // one that is damaged must not stop the others
			s.Log.Error("an entry of the journal cannot be told to webhooks", "call", c.ID, "entry", row.Seq, "error", err)
			continue
		}
		for _, h := range happenings(entry) {
			if err := add(row.Seq, row.At, h); err != nil {
				return nil, told, err
			}
		}
	}
	if r.ID == "" || told.Recording || r.CreatedAt.Before(floor) {
		return events, told, nil
	}
	told.Recording = true
	err = add(0, models.At(s.Now()), happening{RecordingReady, Data{RecordingID: r.ID, RecordingPath: "/api/v1/recordings/" + r.ID + ".mp3", DurationMS: &r.DurationMS}})
	return events, told, err
}
