package models

import (
	"context"
	"strings"
	"time"

	"ringdesk/controller/journal"
)

// Recording is the recording of one call (END-6: of exactly one).
type Recording struct {
	ID          string `gorm:"primaryKey"`
	WorkspaceID string
	CallID      string
	State       string // recording, processing, ready, failed
	Error       string // why it failed, for people
	File        string // MP3, below the recordings folder; "" until ready
	Bucket      string // of the storage that its files were moved to; "" while they are in the folder
	StartedAt   Time   // the moment of the mix's first sample
	DurationMS  int64  `gorm:"column:duration_ms"`
	Peaks       string // JSON of a Waveform; a plain list, which has no lanes, in recordings of earlier versions
	CreatedAt   Time
}

// Waveform is how loud a recording is, 0 to 100, evenly spaced over it.
type Waveform struct {
	All      []int `json:"all"`
	Customer []int `json:"customer"` // what the customer said; nil in recordings of earlier versions
	Agents   []int `json:"agents"`   // what any agent said, likewise
}

// Waveform gives the recording's.
func (r Recording) Waveform() Waveform {
	if strings.HasPrefix(r.Peaks, "[") {
		return Waveform{All: decode[[]int](r.Peaks)}
	}
	return decode[Waveform](r.Peaks)
}

// EncodeWaveform makes the stored form of a waveform.
func EncodeWaveform(w Waveform) string { return encode(w) }

// AddRecording makes a recording's row.
func (t *Tx) AddRecording(r Recording) error { return create(t.db, &r) }

// RecordingUpdate is a change to a recording: nil leaves a field as it is.
type RecordingUpdate struct {
	State      *string
	Error      *string
	File       *string
	Peaks      *string
	StartedAt  *Time
	DurationMS *int64
}

// UpdateRecording changes a recording; the call's screens hear of it.
func (t *Tx) UpdateRecording(r Recording, u RecordingUpdate) error {
	to := columns{}
	put(to, "state", u.State)
	put(to, "error", u.Error)
	put(to, "file", u.File)
	put(to, "peaks", u.Peaks)
	put(to, "started_at", u.StartedAt)
	put(to, "duration_ms", u.DurationMS)
	if _, err := setColumns(t.db, "recordings", to, "id = ?", r.ID); err != nil {
		return err
	}
	return t.Changed(r.WorkspaceID, journal.TopicCall, r.CallID)
}

// StoreRecording notes that a recording's files are in a bucket. One that is no more
// gives ErrNotFound.
func (t *Tx) StoreRecording(id, bucket string) error {
	return gone(t.db.Exec("UPDATE recordings SET bucket = ? WHERE id = ?", bucket, id))
}

// AddUploads asks for the moving of at most limit recordings that are ready, are in the
// folder, and for which nobody has asked; it says how many.
func (t *Tx) AddUploads(now time.Time, limit int) (int, error) {
	var ids []string
	err := t.db.Raw(`SELECT id FROM recordings WHERE state = 'ready' AND bucket = ''
		AND NOT EXISTS (SELECT 1 FROM tasks WHERE tasks.kind = ? AND tasks.subject = recordings.id) ORDER BY created_at LIMIT ?`, TaskUpload, limit).Scan(&ids).Error
	for _, id := range ids {
		if err := t.AddTask(TaskUpload, id, now); err != nil {
			return 0, err
		}
	}
	return len(ids), err
}

// RecordingByID finds a recording in any workspace; it is for workers.
func (s *Store) RecordingByID(ctx context.Context, id string) (Recording, error) {
	return one[Recording](s.read.WithContext(ctx), "id = ?", id)
}

// Recording finds a recording of a workspace.
func (s *Store) Recording(ctx context.Context, workspace, id string) (Recording, error) {
	return one[Recording](s.read.WithContext(ctx), "workspace_id = ? AND id = ?", workspace, id)
}

// RecordingsOfCalls finds the recordings of calls, by call.
func (s *Store) RecordingsOfCalls(ctx context.Context, calls []string) (map[string]Recording, error) {
	var rs []Recording
	if err := s.read.WithContext(ctx).Omit("peaks").Where("call_id IN ?", calls).Find(&rs).Error; err != nil {
		return nil, err
	}
	byCall := make(map[string]Recording, len(rs))
	for _, r := range rs {
		byCall[r.CallID] = r
	}
	return byCall, nil
}
