package call

import "time"

// enter goes on to another state, counts the time spent in the last one, and
// clears what the new state does not have.
func (s *step) enter(to State, on Trigger) {
	if s.seen != nil {
		s.seen(Transition{From: s.c.State, On: on, To: to})
	}
	if s.c.Since.IsZero() {
		s.c.Since = s.c.StartedAt
	}
	if s.c.State != "" {
		if s.c.Spent == nil {
			s.c.Spent = map[State]int64{}
		}
		// Whole milliseconds count, the rest is left to the next state, so that they add up.
		ms := s.now.Sub(s.c.Since).Milliseconds()
		s.c.Spent[s.c.State] += ms
		s.c.Since = s.c.Since.Add(time.Duration(ms) * time.Millisecond)
	}
	s.c.State = to
	s.clear(to)
}

// clear takes away what only other states have: timers, the place in the queue,
// the reason for an announcement, and what belongs to a talk.
func (s *step) clear(to State) {
	was := s.c.Timers
	s.c.Timers = Timers{}
	if to == Queued || to == Ringing { // a caller for whom a phone rings still waits
		s.c.QueueUntil, s.c.AnnounceAt = was.QueueUntil, was.AnnounceAt
	} else {
		s.c.Rank = 0
	}
	if to != Greeting && to != Voicemail {
		s.c.Pending = ""
	}
	if to != Talking {
		s.c.Hold, s.c.Help, s.c.AloneSince = nil, nil, time.Time{}
	}
}
