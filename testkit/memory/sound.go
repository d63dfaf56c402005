package memory

import (
	"slices"
	"time"
)

// Track is what could be heard over time, in order, without overlaps. Times
// that no stretch covers are silent.
type Track []Stretch

// Stretch is a time during which the same tones sounded.
type Stretch struct {
	From, To time.Time
	Hz       []int // sorted
}

// soundLog writes a Track: what sounds now, and since when.
type soundLog struct {
	track Track
	since time.Time
	hz    []int
}

// set says what sounds from now on.
func (l *soundLog) set(now time.Time, hz []int) {
	slices.Sort(hz)
	hz = slices.Compact(hz)
	if slices.Equal(hz, l.hz) {
		return
	}
	l.track = l.upTo(now)
	l.since, l.hz = now, hz
}

// upTo is the track including what sounds at now.
func (l *soundLog) upTo(now time.Time) Track {
	if len(l.hz) == 0 || !now.After(l.since) {
		return l.track
	}
	return append(l.track, Stretch{From: l.since, To: now, Hz: l.hz})
}

// between cuts out [from, to).
func (t Track) between(from, to time.Time) Track {
	var cut Track
	for _, s := range t {
		if s.From.Before(from) {
			s.From = from
		}
		if s.To.After(to) {
			s.To = to
		}
		if s.From.Before(s.To) {
			cut = append(cut, s)
		}
	}
	return cut
}

// says is what the far side says, as everybody but its recording hears it.
func (l *leg) says() []int {
	if !l.answered && !l.early || l.muted || l.line.paused || l.line.says == 0 {
		return nil
	}
	return []int{l.line.says}
}

// hears is what reaches the far side.
func (l *leg) hears(music int) []int {
	hz := l.hearsOwn(music)
	if t := l.target; t != nil && len(l.playbacks) == 0 {
		hz = slices.Concat(hz, t.says(), t.hearsOwn(music))
	}
	for _, supervisor := range l.listeners {
		if supervisor.whisper {
			hz = append(hz, supervisor.says()...)
		}
	}
	return hz
}

// hearsOwn is what a leg hears but for supervisors.
func (l *leg) hearsOwn(music int) []int {
	if !l.answered {
		return nil
	}
	var hz []int
	switch {
	case len(l.playbacks) > 0: // instead of everything else
		if p := l.playbacks[0]; p.sounds[p.at].Hz != 0 {
			hz = append(hz, p.sounds[p.at].Hz)
		}
	case l.held || l.music:
		hz = append(hz, music)
	case l.room != nil:
		for _, other := range l.room.legs {
			if other != l && !other.held {
				hz = append(hz, other.says()...)
			}
		}
	}
	return hz
}

// changed brings what is heard and recorded up to date after anything that a
// leg or its room did. The caller holds mu.
func (s *Switch) changed(l *leg, also ...*room) {
	now := s.now()
	for _, r := range l.recordings {
		r.log.set(now, r.hears())
	}
	s.hear(now, l)
	if l.target != nil {
		s.hear(now, l.target)
	}
	for _, r := range append(also, l.room) {
		if r == nil {
			continue
		}
		for _, other := range r.legs {
			if other != l {
				s.hear(now, other)
			}
		}
	}
}

// hear notes what a leg hears now, and those who listen to it.
func (s *Switch) hear(now time.Time, l *leg) {
	l.line.heard.set(now, l.hears(s.opt.MusicHz))
	for _, supervisor := range l.listeners {
		supervisor.line.heard.set(now, supervisor.hears(s.opt.MusicHz))
	}
}
