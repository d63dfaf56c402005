package models

import (
	"context"
	"time"
)

// JournalEntry is one thing that happened in a call. The journal is never
// changed; all statistics are made from it (STAT-0).
type JournalEntry struct {
	CallID      string `gorm:"primaryKey"`
	Seq         int64  `gorm:"primaryKey;autoIncrement:false"`
	WorkspaceID string // "" where no workspace could be told
	At          Time
	Type        string // of package journal, as is Data
	Data        string // JSON object
}

func (JournalEntry) TableName() string { return "journal" }

// AddJournal appends entries to the journal.
func (t *Tx) AddJournal(es []JournalEntry) error { return insert(t.db, es) }

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
