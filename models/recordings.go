package models

import (
	"context"
	"time"
)

// Recording is the recording of one call (END-6: of exactly one).
type Recording struct {
	ID          string `gorm:"primaryKey"`
	WorkspaceID string
	CallID      string
	State       string // recording, processing, ready, failed
	Error       string // why it failed, for people
	File        string // MP3, below the recordings folder; "" until ready
	StartedAt   Time   // the moment of the mix's first sample
	DurationMS  int64  `gorm:"column:duration_ms"`
	Peaks       string // JSON list, 0 to 100
	CreatedAt   Time
}

// Track is what one party said, as a mono WAV.
type Track struct {
	ID            string `gorm:"primaryKey"` // the engine's recording id
	RecordingID   string
	ParticipantID string
	Name          string
	File          string // below the recordings folder
	StartedAt     Time   // the moment of its first sample; zero until the engine says it
	EndedAt       Time
	DurationMS    int64 `gorm:"column:duration_ms"`
	Error         string
}

// PeakList gives the waveform.
func (r Recording) PeakList() []int { return decode[[]int](r.Peaks) }

// EncodePeaks makes the stored form of a waveform.
func EncodePeaks(peaks []int) string { return encode(peaks) }

// AddRecording makes a recording's row.
func (t *Tx) AddRecording(r Recording) error { return create(t.db, &r) }

// UpdateRecording changes the named columns; the call's screens hear of it.
func (t *Tx) UpdateRecording(r Recording, set map[string]any) error {
	if err := t.db.Model(&Recording{}).Where("id = ?", r.ID).Updates(set).Error; err != nil {
		return err
	}
	return t.Changed(r.WorkspaceID, "call", r.CallID)
}

// AddTrack makes a track's row.
func (t *Tx) AddTrack(tr Track) error { return create(t.db, &tr) }

// UpdateTrack changes the named columns.
func (t *Tx) UpdateTrack(id string, set map[string]any) error {
	return t.db.Model(&Track{}).Where("id = ?", id).Updates(set).Error
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

// Tracks lists a recording's tracks by their start.
func (s *Store) Tracks(ctx context.Context, recording string) ([]Track, error) {
	var ts []Track
	return ts, s.read.WithContext(ctx).Where("recording_id = ?", recording).Order("started_at, id").Find(&ts).Error
}

// Task is durable work: a row, a kick and a timer. It is done at least once.
type Task struct {
	ID        string `gorm:"primaryKey"`
	Kind      string // mix
	Subject   string // what it is about: a recording's id
	DueAt     Time
	Attempts  int
	LastError string
	DoneAt    Time
}

// AddTask makes work that is due at once; work that exists stays as it is.
func (t *Tx) AddTask(kind, subject string, due time.Time) error {
	return t.db.Exec(`INSERT INTO tasks (id, kind, subject, due_at, attempts, last_error) VALUES (?, ?, ?, ?, 0, '')
		ON CONFLICT (kind, subject) DO NOTHING`, NewID(), kind, subject, At(due)).Error
}

// TakeTask counts an attempt at the oldest due task of a kind and hands it
// out until the moment lease, when it is due again unless it was finished.
// None due gives ErrNotFound.
func (t *Tx) TakeTask(kind string, now, lease time.Time) (Task, error) {
	var ts []Task
	if err := t.db.Where("kind = ? AND done_at IS NULL AND due_at <= ?", kind, At(now)).Order("due_at").Limit(1).Find(&ts).Error; err != nil {
		return Task{}, err
	}
	if len(ts) == 0 {
		return Task{}, ErrNotFound
	}
	task := ts[0]
	task.Attempts++
	return task, t.updateTask(task.ID, map[string]any{"attempts": task.Attempts, "due_at": At(lease)})
}

// FinishTask marks work as done.
func (t *Tx) FinishTask(id string, now time.Time) error {
	return t.updateTask(id, map[string]any{"done_at": At(now)})
}

// RetryTask makes work due again at a later moment.
func (t *Tx) RetryTask(id string, due time.Time, lastError string) error {
	return t.updateTask(id, map[string]any{"due_at": At(due), "last_error": lastError})
}

func (t *Tx) updateTask(id string, set map[string]any) error {
	return t.db.Model(&Task{}).Where("id = ?", id).Updates(set).Error
}

// NextTask tells when the next task of a kind is due; ErrNotFound if there is none.
func (s *Store) NextTask(ctx context.Context, kind string) (time.Time, error) {
	var ts []Task
	if err := s.read.WithContext(ctx).Where("kind = ? AND done_at IS NULL", kind).Order("due_at").Limit(1).Find(&ts).Error; err != nil {
		return time.Time{}, err
	}
	if len(ts) == 0 {
		return time.Time{}, ErrNotFound
	}
	return ts[0].DueAt.Time, nil
}
