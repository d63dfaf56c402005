package call

import (
	"strconv"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/controller/journal"
)

// record begins a new track of what a party says (END-1, END-6), unless one is
// running.
func (s *step) record(p *Party) {
	if s.c.Record && s.c.State == Talking && !p.recorded() {
		s.openTrack(p)
	}
}

func (s *step) openTrack(p *Party) {
	if !s.c.Recording {
		s.c.Recording = true
		s.emit(RecordingOpened{})
	}
	id := engine.RecordingID(p.ID + "-" + strconv.Itoa(len(p.Tracks)+1))
	p.Tracks = append(p.Tracks, Track{ID: id})
	file := s.c.ID + "/" + string(id)
	s.emit(TrackOpened{ID: id, PartyID: p.ID, Name: p.Name, File: file + ".wav"})
	if s.runs[id] {
		// A step that could not be saved began it before the controller died. Since when
		// it runs nobody knows any more; what it has is kept.
		s.recordingStarted(engine.RecordingStarted{Recording: id, At: s.now})
		return
	}
	s.emit(Record{ID: id, Leg: p.Leg, File: file})
}

// stopTracks ends what is recorded of a party who stays.
func (s *step) stopTracks(p *Party) {
	for _, t := range p.Tracks {
		if !t.Closed {
			s.emit(StopRecord{ID: t.ID})
		}
	}
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
	switch {
	case t == nil:
		return
	case t.Closed: // it was given up, and has begun all the same
		s.emit(StopRecord{ID: t.ID})
		return
	case !t.StartedAt.IsZero():
		return
	}
	t.StartedAt = in.At
	s.emit(TrackStarted{ID: t.ID, At: in.At})
	if !s.c.PausedSince.IsZero() {
		s.emit(Mask{ID: t.ID, On: true})
	}
}

func (s *step) recordingEnded(id engine.RecordingID, at time.Time, failed string) {
	t := s.track(id)
	if t == nil || t.Closed {
		return
	}
	t.Closed = true
	s.emit(TrackClosed{ID: id, At: at, Failed: failed})
	if failed != "" && failed != engine.NothingRecorded {
		s.journal(journal.RecordingFailed{Track: string(id), Why: failed})
	}
	if s.c.State == Voicemail && s.c.Prompt == nil && !s.c.Customer.recorded() { // the engine's own limit
		s.messageEnds()
	}
	s.drained()
}
