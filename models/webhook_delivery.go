package models

import (
	"context"
	"database/sql"
	"maps"
	"slices"
	"strings"
	"time"
)

// WebhookEvent is what is told to webhooks: the same to all of them.
type WebhookEvent struct {
	ID          string `gorm:"primaryKey"` // webhook-id
	WorkspaceID string
	CallID      string // of a test, the event's own id
	Sequence    int64  // 1 for a call's first event
	JournalSeq  int64  // of the entry that it was made of; 0 means of none
	Type        string
	At          Time
	Body        string // JSON
}

// WebhookDelivery is the telling of an event to one webhook.
type WebhookDelivery struct {
	ID          string `gorm:"primaryKey"`
	HookID      string
	EventID     string
	CallID      string // of the event, as is Sequence
	Sequence    int64
	Pending     bool
	Attempts    int
	DueAt       Time
	ExpiresAt   Time // then it is given up
	CreatedAt   Time
	LastAt      Time // of the last attempt
	DeliveredAt Time
	Status      int    // HTTP status of the last answer; 0 means none
	Error       string // why the last attempt failed, for people
	Response    string // beginning of the last answer's body
	TookMS      int64  `gorm:"column:took_ms"`
}

// webhooksAtOnce is how many rows one statement writes: well below the number of parameters
// that a database takes.
const webhooksAtOnce = 500

// AddWebhookEvents writes events with their deliveries.
func (t *Tx) AddWebhookEvents(es []WebhookEvent, ds []WebhookDelivery) error {
	for some := range slices.Chunk(es, webhooksAtOnce) {
		if err := insert(t.db, some); err != nil {
			return err
		}
	}
	for some := range slices.Chunk(ds, webhooksAtOnce) {
		if err := insert(t.db, some); err != nil {
			return err
		}
	}
	return nil
}

// ToldOfCall is how far a call's events go.
type ToldOfCall struct {
	Sequence, JournalSeq int64
	Recording            bool // its recording was told of
}

// ToldOfCalls says of some calls how far their events go.
func (s *Store) ToldOfCalls(ctx context.Context, calls []string) (map[string]ToldOfCall, error) {
	told := make(map[string]ToldOfCall, len(calls))
	if len(calls) == 0 {
		return told, nil
	}
	list, args := among(calls)
	return told, each(s.read.WithContext(ctx), func(rows *sql.Rows) error {
		var id string
		var t ToldOfCall
		err := rows.Scan(&id, &t.Sequence, &t.JournalSeq, &t.Recording)
		told[id] = t
		return err
	}, "SELECT call_id, MAX(sequence), MAX(journal_seq), MIN(journal_seq) = 0 FROM webhook_events WHERE call_id IN "+list+" GROUP BY call_id", args...)
}

// CallsToTell gives what webhooks are told of the rows of some calls: who they are, with whom, and
// whether they go on.
func (s *Store) CallsToTell(ctx context.Context, ids []string) (cs []Call, err error) {
	if len(ids) == 0 {
		return nil, nil
	}
	list, args := among(ids)
	err = each(s.read.WithContext(ctx), func(rows *sql.Rows) error {
		var c Call
		err := rows.Scan(&c.ID, &c.WorkspaceID, &c.ConversationID, &c.ContactID, &c.NumberID, &c.Direction, &c.From, &c.To, &c.Live)
		cs = append(cs, c)
		return err
	}, "SELECT id, workspace_id, conversation_id, contact_id, number_id, direction, from_number, to_number, live FROM calls WHERE id IN "+list, args...)
	return cs, err
}

// RecordingsToTell gives those recordings of calls that can be heard, by call: which ones, since when and how long
// they are.
func (s *Store) RecordingsToTell(ctx context.Context, calls []string) (map[string]Recording, error) {
	byCall := map[string]Recording{}
	if len(calls) == 0 {
		return byCall, nil
	}
	list, args := among(calls)
	return byCall, each(s.read.WithContext(ctx), func(rows *sql.Rows) error {
		var r Recording
		err := rows.Scan(&r.ID, &r.CallID, &r.DurationMS, &r.CreatedAt)
		byCall[r.CallID] = r
		return err
	}, "SELECT id, call_id, duration_ms, created_at FROM recordings WHERE state = 'ready' AND call_id IN "+list, args...)
}

// JournalsOf lists what happened in some calls, in order.
func (s *Store) JournalsOf(ctx context.Context, calls []string) ([]JournalEntry, error) {
	if len(calls) == 0 {
		return nil, nil
	}
	of, args := among(calls)
	return list[JournalEntry](s.read.WithContext(ctx), "call_id IN "+of+" ORDER BY call_id, seq", args...)
}

// journalsAtOnce is how many calls' journals one statement reads: SQLite takes no deeper
// expression than 1,000.
const journalsAtOnce = 256

// JournalsAfter lists what happened in some calls behind an entry of each, in order.
func (s *Store) JournalsAfter(ctx context.Context, after map[string]int64) ([]JournalEntry, error) {
	var all []JournalEntry
	for calls := range slices.Chunk(slices.Sorted(maps.Keys(after)), journalsAtOnce) {
		n := roundedUp(len(calls))
		args := make([]any, 0, 2*n)
		for i := range n {
			id := calls[min(i, len(calls)-1)]
			args = append(args, id, after[id])
		}
		where := strings.TrimSuffix(strings.Repeat("call_id = ? AND seq > ? OR ", n), " OR ")
		es, err := list[JournalEntry](s.read.WithContext(ctx), where+" ORDER BY call_id, seq", args...)
		if err != nil {
			return nil, err
		}
		all = append(all, es...)
	}
	return all, nil
}

// NextDeliveries gives the deliveries of a webhook that may be tried next, those first that are
// due first: of each call the earliest that is pending.
func (s *Store) NextDeliveries(ctx context.Context, hook string, limit int) ([]WebhookDelivery, error) {
	var ds []WebhookDelivery
	err := s.read.WithContext(ctx).Raw(`SELECT d.* FROM webhook_deliveries d WHERE d.hook_id = ? AND d.pending AND NOT EXISTS
		(SELECT 1 FROM webhook_deliveries e WHERE e.hook_id = d.hook_id AND e.call_id = d.call_id AND e.pending AND e.sequence < d.sequence)
		ORDER BY d.due_at, d.id LIMIT ?`, hook, limit).Scan(&ds).Error
	return ds, err
}

// WebhookEvent finds an event.
func (s *Store) WebhookEvent(ctx context.Context, id string) (WebhookEvent, error) {
	return one[WebhookEvent](s.read.WithContext(ctx), "id = ?", id)
}

// EndAttempt notes how an attempt has ended. One whose delivery is pending no longer
// changes nothing.
func (t *Tx) EndAttempt(d WebhookDelivery) error {
	_, err := exec(t.db, `UPDATE webhook_deliveries SET pending = ?, attempts = ?, due_at = ?, last_at = ?, delivered_at = ?, status = ?, error = ?, response = ?, took_ms = ?
		WHERE id = ? AND pending`, d.Pending, d.Attempts, d.DueAt, d.LastAt, d.DeliveredAt, d.Status, d.Error, d.Response, d.TookMS, d.ID)
	return err
}

// BuryDeliveries gives up those of a webhook that were tried long enough, and says how many.
func (t *Tx) BuryDeliveries(hook string, now time.Time) (int, error) {
	n, err := exec(t.db, "UPDATE webhook_deliveries SET pending = ? WHERE hook_id = ? AND pending AND due_at <= ? AND expires_at <= ?", false, hook, At(now), At(now))
	return int(n), err
}

// ReplayedTo is how far a replay has come: to an event, by when it happened and its id.
type ReplayedTo struct {
	At time.Time
	ID string
}

// ReplayEvents makes the events of given types behind a place, until a moment, pending for a
// webhook, also those that it has had: at most limit of them, oldest first. It says how many, and how far
// it has come.
func (t *Tx) ReplayEvents(w Webhook, types []string, from ReplayedTo, now, expires time.Time, limit int) (int, ReplayedTo, error) {
	var es []WebhookEvent
	err := t.db.Select("id, call_id, sequence, at").Where("workspace_id = ? AND at >= ? AND (at > ? OR id > ?) AND at <= ? AND type IN ?",
		w.WorkspaceID, At(from.At), At(from.At), from.ID, At(now), types).Order("at, id").Limit(limit).Find(&es).Error
	if err != nil || len(es) == 0 {
		return 0, from, err
	}
	for _, e := range es {
		_, err := exec(t.db, `INSERT INTO webhook_deliveries (id, hook_id, event_id, call_id, sequence, pending, attempts, due_at, expires_at, created_at, status, error, response, took_ms)
			VALUES (?, ?, ?, ?, ?, ?, 0, ?, ?, ?, 0, '', '', 0)
			ON CONFLICT (event_id, hook_id) DO UPDATE SET pending = excluded.pending, attempts = 0, due_at = excluded.due_at, expires_at = excluded.expires_at, delivered_at = NULL`,
			NewID(), w.ID, e.ID, e.CallID, e.Sequence, true, At(now), At(expires), At(now))
		if err != nil {
			return 0, from, err
		}
	}
	last := es[len(es)-1]
	return len(es), ReplayedTo{last.At.Time, last.ID}, nil
}

// ResendDelivery makes a delivery pending again, whatever became of it. ErrNotFound says that
// the webhook has none with this id.
func (t *Tx) ResendDelivery(hook, id string, now, expires time.Time) error {
	n, err := exec(t.db, "UPDATE webhook_deliveries SET pending = ?, attempts = 0, due_at = ?, expires_at = ?, delivered_at = NULL WHERE hook_id = ? AND id = ?",
		true, At(now), At(expires), hook, id)
	if err == nil && n == 0 {
		err = ErrNotFound
	}
	return err
}

// DeliveryFilter says which deliveries to list. Before is the id of the last one of the
// previous page.
type DeliveryFilter struct {
	State  string // pending, delivered or dead; "" means all
	Before string
	Limit  int
}

// LoggedDelivery is a delivery with its event.
type LoggedDelivery struct {
	WebhookDelivery
	Type string
	At   Time
	Body string
}

// State is how a delivery stands.
func (d WebhookDelivery) State() string {
	switch {
	case d.Pending:
		return "pending"
	case d.DeliveredAt.IsZero():
		return "dead"
	}
	return "delivered"
}

// Deliveries lists a page of a webhook's deliveries, newest first.
func (s *Store) Deliveries(ctx context.Context, hook string, f DeliveryFilter) ([]LoggedDelivery, error) {
	q, args := "", []any{hook}
	switch f.State {
	case "pending":
		q = " AND d.pending"
	case "delivered":
		q = " AND NOT d.pending AND d.delivered_at IS NOT NULL"
	case "dead":
		q = " AND NOT d.pending AND d.delivered_at IS NULL"
	}
	if f.Before != "" {
		q, args = q+" AND d.id < ?", append(args, f.Before)
	}
	var ds []LoggedDelivery
	err := s.read.WithContext(ctx).Raw("SELECT d.*, e.type, e.at, e.body FROM webhook_deliveries d JOIN webhook_events e ON e.id = d.event_id WHERE d.hook_id = ?"+q+" ORDER BY d.id DESC LIMIT ?",
		append(args, f.Limit)...).Scan(&ds).Error
	return ds, err
}

// DeliveryCounts are how many deliveries of a webhook wait, and were given up.
type DeliveryCounts struct{ Pending, Dead int }

// DeliveryCounts counts the deliveries of webhooks that did not succeed, by webhook.
func (s *Store) DeliveryCounts(ctx context.Context, hooks []string) (map[string]DeliveryCounts, error) {
	counts := make(map[string]DeliveryCounts, len(hooks))
	if len(hooks) == 0 {
		return counts, nil
	}
	args := make([]any, 2*len(hooks))
	for i, id := range hooks {
		args[i], args[len(hooks)+i] = id, id
	}
	of := " AND hook_id IN (" + strings.TrimSuffix(strings.Repeat("?, ", len(hooks)), ", ") + ") GROUP BY hook_id"
	return counts, each(s.read.WithContext(ctx), func(rows *sql.Rows) error {
		var hook string
		var some DeliveryCounts
		err := rows.Scan(&hook, &some.Pending, &some.Dead)
		counts[hook] = DeliveryCounts{counts[hook].Pending + some.Pending, counts[hook].Dead + some.Dead}
		return err
	}, "SELECT hook_id, COUNT(*), 0 FROM webhook_deliveries WHERE pending"+of+
		" UNION ALL SELECT hook_id, 0, COUNT(*) FROM webhook_deliveries WHERE delivered_at IS NULL AND NOT pending"+of, args...)
}

// PruneWebhooks removes at most limit of a workspace's events from before a moment, with their
// deliveries.
func (t *Tx) PruneWebhooks(workspace string, before time.Time, limit int) (int, error) {
	ids, err := values[string](t.db, "SELECT id FROM webhook_events WHERE workspace_id = ? AND at < ? ORDER BY at LIMIT ?", workspace, At(before), limit)
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	if err := t.db.Exec("DELETE FROM webhook_deliveries WHERE event_id IN ?", ids).Error; err != nil {
		return 0, err
	}
	return t.pruned("DELETE FROM webhook_events WHERE id IN ?", ids)
}
