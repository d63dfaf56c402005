package models

import (
	"context"
)

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

// NoRoom is the Error of a track that was refused for want of room on the disk.
const NoRoom = "the disk was nearly full"

// NothingRecorded is the Error of a track that has no file, since it ended before
// there was anything to record: nothing went wrong.
const NothingRecorded = "it ended before there was anything to record"

// AddTrack makes a track's row.
func (t *Tx) AddTrack(tr Track) error { return create(t.db, &tr) }

// TrackUpdate is a change to a track: nil leaves a field as it is.
type TrackUpdate struct {
	StartedAt  *Time
	EndedAt    *Time
	DurationMS *int64
	Error      *string
}

// UpdateTrack changes a track.
func (t *Tx) UpdateTrack(id string, u TrackUpdate) error {
	to := columns{}
	put(to, "started_at", u.StartedAt)
	put(to, "ended_at", u.EndedAt)
	put(to, "duration_ms", u.DurationMS)
	put(to, "error", u.Error)
	_, err := setColumns(t.db, "tracks", to, "id = ?", id)
	return err
}

// Tracks lists a recording's tracks by their start.
func (s *Store) Tracks(ctx context.Context, recording string) ([]Track, error) {
	var ts []Track
	return ts, s.read.WithContext(ctx).Where("recording_id = ?", recording).Order("started_at, id").Find(&ts).Error
}
