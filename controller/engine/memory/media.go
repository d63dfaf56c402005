package memory

import (
	"slices"
	"time"

	"ringdesk/controller/engine"
)

// recording is what one leg says.
type recording struct {
	id    engine.RecordingID
	leg   *leg
	file  string
	start time.Time
	limit *timer
	log   soundLog
}

// playback is a sound on a leg.
type playback struct {
	id    engine.PlaybackID
	leg   *leg
	sound Sound
	end   *timer
}

// recordingLimit is the longest recording where none is given (END-1).
const recordingLimit = time.Hour

func (s *Switch) startRecording(req engine.RecordingRequest) error {
	if !validFile(req.File) || req.ID == "" || s.recordings[req.ID] != nil {
		return refused("file name, or id used")
	}
	l, err := s.leg(req.Leg)
	if err != nil {
		return err
	}
	r := &recording{id: req.ID, leg: l, file: req.File, start: s.now()}
	limit := req.Limit
	if limit <= 0 {
		limit = recordingLimit
	}
	r.limit = s.after(limit, func() { s.endRecording(r) })
	s.recordings[r.id] = r
	l.recordings = append(l.recordings, r)
	s.changed(l)
	s.emit(engine.RecordingStarted{Recording: r.id, At: r.start})
	return nil
}

func (s *Switch) stopRecording(id engine.RecordingID) error {
	r := s.recordings[id]
	if r == nil {
		return gone("no recording " + string(id))
	}
	s.endRecording(r)
	return nil
}

// endRecording hands the recording over. The caller holds mu.
func (s *Switch) endRecording(r *recording) {
	now := s.now()
	r.limit.stop()
	delete(s.recordings, r.id)
	r.leg.recordings = slices.DeleteFunc(r.leg.recordings, func(other *recording) bool { return other == r })
	ended := engine.RecordingEnded{Recording: r.id, At: now}
	if s.opt.Record != nil {
		if err := s.opt.Record(Recorded{File: r.file, From: r.start, To: now, Said: r.log.upTo(now)}); err != nil {
			ended.Failed = err.Error()
		}
	}
	s.emit(ended)
}

func (s *Switch) play(req engine.PlayRequest) error {
	if len(req.Sounds) == 0 {
		return refused("no sound")
	}
	sound, ok := s.opt.Sounds[req.Sounds[0]]
	if !ok || req.ID == "" || s.playbacks[req.ID] != nil {
		return refused("no such sound, or id used")
	}
	l, err := s.answeredLeg(req.Leg)
	if err != nil {
		return err
	}
	p := &playback{id: req.ID, leg: l, sound: sound}
	if !req.Loop {
		p.end = s.after(sound.Length, func() { s.endPlayback(p) })
	}
	s.playbacks[p.id] = p
	l.playbacks = append(l.playbacks, p)
	s.changed(l)
	return nil
}

func (s *Switch) stopPlay(id engine.PlaybackID) error {
	p := s.playbacks[id]
	if p == nil {
		return gone("no playback " + string(id))
	}
	s.endPlayback(p)
	return nil
}

// endPlayback ends a sound. The caller holds mu.
func (s *Switch) endPlayback(p *playback) {
	p.end.stop()
	delete(s.playbacks, p.id)
	p.leg.playbacks = slices.DeleteFunc(p.leg.playbacks, func(other *playback) bool { return other == p })
	s.changed(p.leg)
	s.emit(engine.PlaybackEnded{Playback: p.id, At: s.now()})
}
