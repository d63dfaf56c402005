package models

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"

	"ringdesk/controller/journal"
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
	From           string `gorm:"column:from_number"` // E.164; "" when withheld
	To             string `gorm:"column:to_number"`
	CallerAddress  string // inbound: user@host of a caller who has no number
	CallerName     string // inbound: the carrier's word for the caller
	State          string // as in controller/call
	MissedReason   string
	Outcome        string // how it ended, as in controller/call; "" before
	EndedBy        string // customer, agent, system; "" before
	TeamID         string // the team that it waits for or was answered in; "" means the whole workspace
	QueueRank      int64  // the order of waiting, lower first; 0 means that it does not wait
	Priority       int    // in the queue: 0 (usual) to 9 (first)
	// MissedHandledAt is when somebody called back, and MissedHandledBy the agent
	// who did (MISS-5).
	MissedHandledAt Time
	MissedHandledBy string
	StartedAt       Time
	QueuedAt        Time // when it began to wait
	QueueUntil      Time // the longest that it waits; of one that waited so long it stays
	AnsweredAt      Time
	EndedAt         Time
	HeldBy          string // the agent who put the customer on hold; "" while nobody has
	HeldAt          Time
	HelpBy          string // the agent who asks for a supervisor (CALL-7)
	HelpAt          Time
	PausedAt        Time   // since when the recording is paused (CALL-7)
	Owner           string // the controller that runs it; it stays when the call is over
	Live            bool   // legs, rooms or recordings may still be there
	Version         int64
	Data            string
}

// AddCall makes a call's row.
func (t *Tx) AddCall(c Call) error {
	if err := create(t.db, &c); err != nil {
		return err
	}
	return t.Changed(c.WorkspaceID, journal.TopicCall, c.ID)
}

// callState are the columns that change while a call goes on, beside data and version, as
// state gives them.
var callState = []string{"state", "missed_reason", "outcome", "ended_by", "team_id", "queue_rank", "queued_at", "queue_until", "answered_at", "ended_at",
	"held_by", "held_at", "help_by", "help_at", "paused_at", "live"}

func (c *Call) state() []any {
	return []any{c.State, c.MissedReason, c.Outcome, c.EndedBy, c.TeamID, c.QueueRank, c.QueuedAt, c.QueueUntil, c.AnsweredAt, c.EndedAt,
		c.HeldBy, c.HeldAt, c.HelpBy, c.HelpAt, c.PausedAt, c.Live}
}

// SaveCall writes a call's state over the version before it, which is was; nil where that
// is not known. What is as it was is left out, since SQLite writes an index anew for each
// column of it that is named. A call that somebody else has written in between gives
// ErrConflict: one goroutine owns a call, so that means a second controller.
func (t *Tx) SaveCall(c Call, was *Call) error {
	set, args := "UPDATE calls SET version = ?, data = ?", append(make([]any, 0, len(callState)+4), c.Version, c.Data)
	before := make([]any, len(callState)) // nil is no column's value
	if was != nil {
		before = was.state()
	}
	for i, v := range c.state() {
		if v != before[i] {
			set, args = set+", "+callState[i]+" = ?", append(args, v)
		}
	}
	n, err := exec(t.db, set+" WHERE id = ? AND version = ?", append(args, c.ID, c.Version-1)...)
	if err == nil && n == 0 {
		err = fmt.Errorf("call %s version %d: %w", c.ID, c.Version, ErrConflict)
	}
	if err != nil {
		return err
	}
	return t.Changed(c.WorkspaceID, journal.TopicCall, c.ID)
}

// LiveCalls lists the calls that were not finished, of all workspaces, oldest
// first.
func (s *Store) LiveCalls(ctx context.Context) ([]Call, error) {
	return liveCalls(s.read.WithContext(ctx).Where("live"))
}

// liveCalls reads live calls, oldest first. Only the index of live calls has the order
// in which they are read: by their ids alone, SQLite would go through those that are
// over, too.
func liveCalls(db *gorm.DB) ([]Call, error) {
	var cs []Call
	err := db.Order("owner, id").Find(&cs).Error
	slices.SortFunc(cs, func(a, b Call) int { return cmp.Compare(a.ID, b.ID) })
	return cs, err
}

// Call finds a call of a workspace.
func (s *Store) Call(ctx context.Context, workspace, id string) (Call, error) {
	return one[Call](s.read.WithContext(ctx), "workspace_id = ? AND id = ?", workspace, id)
}

// CallsByID finds several calls of a workspace.
func (s *Store) CallsByID(ctx context.Context, workspace string, ids []string) ([]Call, error) {
	var cs []Call
	return cs, s.read.WithContext(ctx).Where("workspace_id = ? AND id IN ?", workspace, ids).Find(&cs).Error
}

// LastCalls gives the latest call of each of some conversations, without its data.
func (s *Store) LastCalls(ctx context.Context, workspace string, conversations []string) (map[string]Call, error) {
	var cs []Call
	err := s.read.WithContext(ctx).Raw(`SELECT id, conversation_id, state, outcome, queue_rank, priority, missed_handled_at, missed_handled_by, started_at, queued_at,
		answered_at, ended_at FROM calls WHERE workspace_id = ? AND id IN (SELECT MAX(id) FROM calls WHERE conversation_id IN ? GROUP BY conversation_id)`,
		workspace, conversations).Scan(&cs).Error
	last := make(map[string]Call, len(cs))
	for _, c := range cs {
		last[c.ConversationID] = c
	}
	return last, err
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

// HandleMissed marks a missed call as called back and says whether it was not
// before: of two agents exactly one marks it (MISS-5).
func (t *Tx) HandleMissed(workspace, call, agent string, now time.Time) (bool, error) {
	res := t.db.Exec("UPDATE calls SET missed_handled_at = ?, missed_handled_by = ? WHERE workspace_id = ? AND id = ? AND missed_handled_at IS NULL",
		At(now), agent, workspace, call)
	if res.Error != nil || res.RowsAffected == 0 {
		return false, res.Error
	}
	return true, t.Changed(workspace, journal.TopicCall, call)
}

// UnhandleMissed takes the mark back of a missed call that nobody called back
// after all.
func (t *Tx) UnhandleMissed(workspace, call string) error {
	if err := t.db.Exec("UPDATE calls SET missed_handled_at = NULL, missed_handled_by = '' WHERE workspace_id = ? AND id = ?", workspace, call).Error; err != nil {
		return err
	}
	return t.Changed(workspace, journal.TopicCall, call)
}

// AnyCall says whether there is a call of any workspace.
func (s *Store) AnyCall(ctx context.Context) (any bool, err error) {
	return any, s.read.WithContext(ctx).Raw("SELECT EXISTS (SELECT 1 FROM calls LIMIT 1)").Scan(&any).Error
}

// MissedCall finds a missed call of a workspace inside the transaction.
func (t *Tx) MissedCall(workspace, id string) (Call, error) {
	return one[Call](t.db, "workspace_id = ? AND id = ? AND state = 'missed'", workspace, id)
}
