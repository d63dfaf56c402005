package memstore

import (
	"time"

	"ringdesk/models"
)

func (t *Tx) AddRecording(r models.Recording) error {
	if t.recordings[r.ID] != nil || t.recordingOf[r.CallID] != "" {
		return t.fails(models.ErrConflict)
	}
	if t.calls[r.CallID] == nil {
		return t.fails(errReference)
	}
	put(t, t.recordings, r.ID, &r)
	put(t, t.recordingOf, r.CallID, r.ID)
	return nil
}

func (t *Tx) AddTrack(tr models.Track) error {
	if t.tracks[tr.ID] != nil {
		return t.fails(models.ErrConflict)
	}
	if t.recordings[tr.RecordingID] == nil {
		return t.fails(errReference)
	}
	put(t, t.tracks, tr.ID, &tr)
	return nil
}

func (t *Tx) AddTask(kind, subject string, due time.Time) error {
	key := taskKey{kind, subject}
	if _, there := t.tasks[key]; !there {
		put(t, t.tasks, key, models.Task{ID: t.newID(), Kind: kind, Subject: subject, DueAt: models.At(due)})
	}
	return nil
}

// Track is a track's row; nil if there is none.
func (s *Store) Track(id string) *models.Track { return s.tracks[id] }

// Recording is the recording of a call; nil if there is none.
func (s *Store) Recording(call string) *models.Recording { return s.recordings[s.recordingOf[call]] }

// HasTask says whether there is a task.
func (s *Store) HasTask(kind, subject string) bool {
	_, there := s.tasks[taskKey{kind, subject}]
	return there
}

// OpenTracks counts the tracks that have not been closed.
func (s *Store) OpenTracks() int {
	n := 0
	for _, tr := range s.tracks {
		if tr.EndedAt.IsZero() {
			n++
		}
	}
	return n
}
