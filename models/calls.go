package models

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// Call is a call's row. Data is the call's whole state as controller/call
// keeps it; the other columns are what queries need of it.
type Call struct {
	ID             string `gorm:"primaryKey"`
	WorkspaceID    string
	ConversationID string
	ContactID      string
	NumberID       string
	Kind           string // phone, voice, video
	Direction      string // inbound, outbound
	State          string // as in controller/call
	MissedReason   string
	Outcome        string // how it ended, as in controller/call; "" before
	TeamID         string // the team that it waits for or was answered in; "" means the whole workspace
	QueueRank      int64  // the order of waiting, lower first; 0 means that it does not wait
	// MissedHandledAt is when somebody called back (MISS-5).
	MissedHandledAt Time
	StartedAt       Time
	AnsweredAt      Time
	EndedAt         Time
	Live            bool // legs, rooms or recordings may still be there
	Version         int64
	Data            string
}

// JournalEntry is one thing that happened in a call. The journal is never
// changed; all statistics are made from it (STAT-0).
type JournalEntry struct {
	CallID      string `gorm:"primaryKey"`
	Seq         int64  `gorm:"primaryKey;autoIncrement:false"`
	WorkspaceID string // "" where no workspace could be told
	At          Time
	Type        string
	Data        string // JSON object
}

func (JournalEntry) TableName() string { return "journal" }

// Number is a business number.
type Number struct {
	ID          string `gorm:"primaryKey"`
	WorkspaceID string
	TrunkID     string
	Number      string // E.164
	Label       string
	Record      bool   // END-1
	Settings    string // JSON, dialplan.Settings
	Outbound    string // JSON, NumberOutbound
	CreatedAt   Time
}

// Trunk is a SIP connection to a carrier.
type Trunk struct {
	ID          string `gorm:"primaryKey"`
	WorkspaceID string
	Name        string
	Hosts       string // JSON list of addresses that its calls come from
	Stored      Secret `gorm:"column:settings"` // JSON, TrunkSettings: read it by Settings
	CreatedAt   Time
}

// HostList gives the addresses that the trunk's calls come from.
func (t Trunk) HostList() []string { return decode[[]string](t.Hosts) }

// AddTrunk makes a trunk.
func (t *Tx) AddTrunk(tr Trunk, hosts []string) error {
	tr.Hosts = encode(hosts)
	return create(t.db, &tr)
}

// AddNumber makes a business number; one that exists gives ErrConflict.
func (t *Tx) AddNumber(n Number) error { return create(t.db, &n) }

// Number finds a business number by its E.164 form.
func (t *Tx) Number(number string) (Number, Workspace, error) {
	n, err := one[Number](t.db, "number = ?", number)
	if err != nil {
		return n, Workspace{}, err
	}
	w, err := one[Workspace](t.db, "id = ?", n.WorkspaceID)
	return n, w, err
}

// AddCall makes a call's row.
func (t *Tx) AddCall(c Call) error {
	if err := create(t.db, &c); err != nil {
		return err
	}
	return t.Changed(c.WorkspaceID, "call", c.ID)
}

// SaveCall writes a call's state over the version before it. A call that
// somebody else has written in between gives ErrConflict: one goroutine owns a
// call, so that means a second controller.
func (t *Tx) SaveCall(c Call) error {
	res := t.db.Exec(`UPDATE calls SET state = ?, missed_reason = ?, outcome = ?, team_id = ?, queue_rank = ?, answered_at = ?, ended_at = ?,
		live = ?, version = ?, data = ? WHERE id = ? AND version = ?`, c.State, c.MissedReason, c.Outcome, c.TeamID, c.QueueRank, c.AnsweredAt,
		c.EndedAt, c.Live, c.Version, c.Data, c.ID, c.Version-1)
	if res.Error == nil && res.RowsAffected == 0 {
		return fmt.Errorf("call %s version %d: %w", c.ID, c.Version, ErrConflict)
	}
	if res.Error != nil {
		return res.Error
	}
	return t.Changed(c.WorkspaceID, "call", c.ID)
}

// AddJournal appends entries to the journal.
func (t *Tx) AddJournal(es []JournalEntry) error {
	if len(es) == 0 {
		return nil
	}
	return create(t.db, &es)
}

// JournalData makes an entry's data.
func JournalData(v any) (string, error) {
	b, err := json.Marshal(v)
	return string(b), err
}

// LiveCalls lists the calls that were not finished, of all workspaces, oldest
// first.
func (s *Store) LiveCalls(ctx context.Context) ([]Call, error) {
	var cs []Call
	return cs, s.read.WithContext(ctx).Where("live").Order("id").Find(&cs).Error
}

// Call finds a call of a workspace.
func (s *Store) Call(ctx context.Context, workspace, id string) (Call, error) {
	return one[Call](s.read.WithContext(ctx), "workspace_id = ? AND id = ?", workspace, id)
}

// CallFilter says which calls to list. Before is the id of the last call of
// the previous page.
type CallFilter struct {
	Going        bool // only calls that have not ended
	Missed       bool
	Conversation string
	Contact      string
	Before       string
	Limit        int
}

// Calls lists a page of calls, newest first.
func (s *Store) Calls(ctx context.Context, workspace string, f CallFilter) ([]Call, error) {
	db := s.read.WithContext(ctx).Where("workspace_id = ?", workspace)
	if f.Going {
		db = db.Where("live AND ended_at IS NULL")
	}
	if f.Missed {
		db = db.Where("state = 'missed'")
	}
	if f.Conversation != "" {
		db = db.Where("conversation_id = ?", f.Conversation)
	}
	if f.Contact != "" {
		db = db.Where("contact_id = ?", f.Contact)
	}
	if f.Before != "" {
		db = db.Where("id < ?", f.Before)
	}
	var cs []Call
	return cs, db.Order("id DESC").Limit(f.Limit).Find(&cs).Error
}

// Journal lists what happened in a call, in order.
func (s *Store) Journal(ctx context.Context, workspace, call string) ([]JournalEntry, error) {
	var es []JournalEntry
	return es, s.read.WithContext(ctx).Where("call_id = ? AND workspace_id = ?", call, workspace).Order("seq").Find(&es).Error
}

// RefusedSince lists the journal entries of calls that no workspace took
// (unknown numbers), newest first.
func (s *Store) RefusedSince(ctx context.Context, since time.Time, limit int) ([]JournalEntry, error) {
	var es []JournalEntry
	return es, s.read.WithContext(ctx).Where("workspace_id = '' AND at >= ?", At(since)).Order("at DESC").Limit(limit).Find(&es).Error
}

// Numbers lists the workspace's numbers, oldest first.
func (s *Store) Numbers(ctx context.Context, workspace string) ([]Number, error) {
	var ns []Number
	return ns, s.read.WithContext(ctx).Where("workspace_id = ?", workspace).Order("id").Find(&ns).Error
}

// Trunks lists the trunks of all workspaces, for putting them into the engine.
func (s *Store) Trunks(ctx context.Context) ([]Trunk, error) {
	var ts []Trunk
	return ts, s.read.WithContext(ctx).Order("id").Find(&ts).Error
}
