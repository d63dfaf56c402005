package call

import (
	"strconv"
	"time"

	"ringdesk/controller/engine"
)

// record begins a new track of what a party says (END-1, END-6).
func (s *step) record(p *Party) {
	if s.c.RecordingID == "" {
		return
	}
	id := engine.RecordingID(p.ID + "-" + strconv.Itoa(len(p.Tracks)+1))
	p.Tracks = append(p.Tracks, Track{ID: id})
	file := s.c.ID + "/" + string(id)
	s.emit(TrackOpened{ID: id, PartyID: p.ID, Name: p.Name, File: file + ".wav"})
	s.emit(Record{ID: id, Leg: p.Leg, File: file})
}

func (s *step) track(id engine.RecordingID) *Track {
	for _, p := range s.parties() {
		for i := range p.Tracks {
			if p.Tracks[i].ID == id {
				return &p.Tracks[i]
			}
		}
	}
	return nil
}

func (s *step) recordingStarted(in engine.RecordingStarted) {
	t := s.track(in.Recording)
	if t == nil || !t.StartedAt.IsZero() {
		return
	}
	t.StartedAt = in.At
	s.emit(TrackStarted{ID: t.ID, At: in.At})
}

func (s *step) recordingEnded(id engine.RecordingID, at time.Time, failed string) {
	t := s.track(id)
	if t == nil || t.Closed {
		return
	}
	t.Closed = true
	s.emit(TrackClosed{ID: id, At: at, Failed: failed})
	if failed != "" {
		s.journal("recording.failed", map[string]any{"track": id, "why": failed})
	}
	s.drained()
}
