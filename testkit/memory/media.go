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
	mask  bool
	log   soundLog
}

// hears is what is written now.
func (r *recording) hears() []int {
	if r.mask {
		return nil
	}
	return r.leg.says()
}

// playback is sounds on a leg. Those of one leg play one after the other: the
// first of leg.playbacks sounds, the others wait.
type playback struct {
	id     engine.PlaybackID
	leg    *leg
	sounds []Sound
	at     int // the one that sounds
	loop   bool
	next   *timer
}

func (s *Switch) startRecording(req engine.RecordingRequest) error {
	if err := req.CheckFile(); err != nil {
		return err
	}
	if req.ID == "" || s.recordings[req.ID] != nil {
		return refused("recording id empty or used")
	}
	l, err := s.leg(req.Leg)
	if err != nil {
		return err
	}
	r := &recording{id: req.ID, leg: l, file: req.File, start: s.now()}
	r.limit = s.after(req.Longest(), func() { s.endRecording(r) })
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

func (s *Switch) maskRecording(id engine.RecordingID, on bool) error {
	r := s.recordings[id]
	if r == nil {
		return gone("no recording " + string(id))
	}
	r.mask = on
	r.log.set(s.now(), r.hears())
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
	sounds, err := s.sounds(req.Sounds)
	if err != nil {
		return err
	}
	if req.ID == "" || s.playbacks[req.ID] != nil {
		return refused("playback id empty or used")
	}
	l, err := s.answeredLeg(req.Leg)
	if err != nil {
		return err
	}
	p := &playback{id: req.ID, leg: l, sounds: sounds, loop: req.Loop}
	s.playbacks[p.id] = p
	l.playbacks = append(l.playbacks, p)
	if len(l.playbacks) == 1 {
		s.sound(p)
	}
	return nil
}

// sounds finds what names stand for.
func (s *Switch) sounds(names []string) ([]Sound, error) {
	if err := engine.CheckSounds(names); err != nil {
		return nil, err
	}
	if names[0] == engine.RingTone {
		return []Sound{{Hz: RingHz}}, nil
	}
	all := make([]Sound, len(names))
	for i, name := range names {
		sound, ok := s.opt.Sounds[name]
		if !ok {
			sound = s.opt.AnySound
		}
		if sound.Length <= 0 {
			return nil, refused("no such sound: " + name)
		}
		all[i] = sound
	}
	return all, nil
}

// sound lets the present sound of a playback be heard, and those after it. One
// sound over and over needs no timer. The caller holds mu.
func (s *Switch) sound(p *playback) {
	length := p.sounds[p.at].Length
	if length > 0 && (!p.loop || len(p.sounds) > 1) {
		p.next = s.after(length, func() { s.soundNext(p) })
	}
	s.changed(p.leg)
}

func (s *Switch) soundNext(p *playback) {
	if p.at++; p.at == len(p.sounds) {
		if !p.loop {
			s.endPlayback(p)
			return
		}
		p.at = 0
	}
	s.sound(p)
}

func (s *Switch) stopPlay(id engine.PlaybackID) error {
	p := s.playbacks[id]
	if p == nil {
		return gone("no playback " + string(id))
	}
	s.endPlayback(p)
	return nil
}

// stopPlays ends all that a leg hears or would hear. The caller holds mu.
func (s *Switch) stopPlays(l *leg) {
	for len(l.playbacks) > 0 {
		s.endPlayback(l.playbacks[len(l.playbacks)-1])
	}
}

// endPlayback ends sounds; the next playback of the leg begins. The caller
// holds mu.
func (s *Switch) endPlayback(p *playback) {
	first := p.leg.playbacks[0] == p
	p.next.stop()
	delete(s.playbacks, p.id)
	p.leg.playbacks = slices.DeleteFunc(p.leg.playbacks, func(other *playback) bool { return other == p })
	s.emit(engine.PlaybackEnded{Playback: p.id, At: s.now()})
	switch {
	case !first:
	case len(p.leg.playbacks) > 0:
		s.sound(p.leg.playbacks[0])
	default:
		s.changed(p.leg)
	}
}
