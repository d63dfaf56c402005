package recording

import (
	"slices"
	"time"

	"ringdesk/controller/journal"
	"ringdesk/models"
)

// apart are the journal's entries for what takes the customer out of the talk:
// hold, an agent whose browser is lost, the queue; and those that end it. While
// any of them lasts, the customer hears music.
var apart = map[string]struct{ begin, end []journal.Entry }{
	"hold":  {[]journal.Entry{journal.CallHeld{}}, []journal.Entry{journal.CallReleased{}, journal.CallRequeued{}, journal.VoicemailStarted{}}},
	"alone": {[]journal.Entry{journal.CallAlone{}}, []journal.Entry{journal.CallTogether{}, journal.CallRequeued{}, journal.VoicemailStarted{}}},
	"queue": {[]journal.Entry{journal.CallRequeued{}}, []journal.Entry{journal.CallAnswered{}, journal.VoicemailStarted{}}},
}

// source is a track with what was found in its file.
type source struct {
	track  models.Track
	path   string
	length time.Duration
	note   string // what is wrong with it, for people
}

// notePlaced is told of a track whose beginning nobody saw.
const notePlaced = "The engine did not say when this track began: its place in the recording was worked out from other times."

// timeline is where a call's tracks stand.
type timeline struct {
	start  time.Time // of the mix: the beginning of the earliest track
	tracks []PlanTrack
}

// plan lays the tracks that hold sound on one time line. The customer is left
// out while on hold (HOLD-4); agents are not. A track whose place had to be
// worked out gets a note.
func plan(c talk, sources []source, limit time.Duration) timeline {
	starts := make([]time.Time, len(sources))
	var line timeline
	for i := range sources {
		s := &sources[i]
		if s.length == 0 {
			continue
		}
		starts[i] = s.track.StartedAt.Time
		if starts[i].IsZero() {
			starts[i] = likelyStart(c, *s)
			s.note = notePlaced
		}
		if line.start.IsZero() || starts[i].Before(line.start) {
			line.start = starts[i]
		}
	}
	held := holds(c.journal, line.start, limit)
	for i, s := range sources {
		offset := starts[i].Sub(line.start)
		if s.length == 0 || offset >= limit {
			continue
		}
		t := PlanTrack{File: s.path, Offset: offset}
		if c.party(s.track.ParticipantID).Kind == models.ContactParticipant {
			t.Silence = held
		} else {
			t.Agent = true
		}
		line.tracks = append(line.tracks, t)
	}
	return line
}

// likelyStart works out when a track began whose beginning fell into a gap of
// the link to the engine: its length before its end, or else when its speaker
// joined, or the call began.
func likelyStart(c talk, s source) time.Time {
	if end := s.track.EndedAt; !end.IsZero() {
		return end.Add(-s.length)
	}
	if joined := c.party(s.track.ParticipantID).JoinedAt; !joined.IsZero() {
		return joined.Time
	}
	return c.row.StartedAt.Time
}

// holds gives the stretches, from start, in which the customer was out of the
// talk. One that nothing ended lasted to the end.
func holds(entries []models.JournalEntry, start time.Time, limit time.Duration) []Span {
	var spans []Span
	out := map[string]bool{}
	for _, e := range entries {
		named := func(w journal.Entry) bool { return w.Type() == e.Type }
		was := len(out) > 0
		for why, words := range apart {
			if slices.ContainsFunc(words.end, named) {
				delete(out, why)
			}
			if slices.ContainsFunc(words.begin, named) {
				out[why] = true
			}
		}
		at := min(max(0, e.At.Sub(start)), limit)
		switch {
		case !was && len(out) > 0:
			spans = append(spans, Span{From: at, To: limit})
		case was && len(out) == 0:
			spans[len(spans)-1].To = at
		}
	}
	return slices.DeleteFunc(spans, func(s Span) bool { return s.From == s.To })
}
