package call

import (
	"time"

	"ringdesk/controller/engine"
	"ringdesk/controller/journal"
	"ringdesk/controller/reason"
)

// mask keeps card data out of the recording: time goes on, in silence (CALL-7).
func (s *step) mask(i int, on bool) *reason.Why {
	if !s.c.Recording {
		return reason.Of(reason.NotRecorded, "This call is not recorded.")
	}
	if on == !s.c.PausedSince.IsZero() {
		return nil
	}
	by := new(about(&s.c.Agents[i]))
	if on {
		s.c.PausedSince, s.c.PausedBefore = s.now, true
		s.journal(journal.RecordingPaused{Agent: by})
	} else {
		s.c.PausedSince = time.Time{}
		s.journal(journal.RecordingResumed{Agent: by})
	}
	s.maskTracks(on, "")
	return nil
}

// maskTracks silences the tracks that run, or ends that. One that has not
// started yet is masked when it does. One can be left alone.
func (s *step) maskTracks(on bool, alone engine.RecordingID) {
	for _, p := range s.parties() {
		for _, t := range p.Tracks {
			if !t.Closed && !t.StartedAt.IsZero() && t.ID != alone {
				s.emit(Mask{ID: t.ID, On: on})
			}
		}
	}
}
