package stage

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"ringdesk/controller/call"
	"ringdesk/models"
	"ringdesk/testkit/expect"
	"ringdesk/testkit/phone"
	"ringdesk/testkit/tone"
)

// Recorded is sound that was recorded, with the moment of its first sample.
type Recorded struct {
	Start time.Time
	PCM   []int16
}

// MixTime is how long a short recording may take to be mixed.
const MixTime = 30 * time.Second

// edge is left out at both ends of a stretch that is looked at: the clocks of
// the engine and the test agree to some milliseconds, and sound needs its time.
const edge = 150 * time.Millisecond

// AwaitRecorded waits until everybody who talks is being recorded.
func (s *Stage) AwaitRecorded(id string) {
	s.T.Helper()
	runs := func(p call.Party) bool {
		return len(p.Tracks) > 0 && !p.Tracks[len(p.Tracks)-1].StartedAt.IsZero()
	}
	s.AwaitCall(id, "is recorded", func(c call.Call) bool {
		for _, a := range c.Agents {
			if a.State == call.PartyJoined && a.Role == call.Speaker && !runs(a.Party) {
				return false
			}
		}
		return runs(c.Customer.Party)
	})
}

// Recording waits until a call's recording is mixed, and reads it.
func (s *Stage) Recording(id string) Recorded {
	s.T.Helper()
	var rec models.Recording
	Await(s.T, "the recording is ready", MixTime, func() (bool, string) {
		all, err := s.installation.store.RecordingsOfCalls(context.Background(), []string{id})
		if err != nil {
			return false, err.Error()
		}
		rec = all[id]
		return rec.State == "ready", rec.State + " " + rec.Error
	})
	return Recorded{rec.StartedAt.Time, expect.MP3(s.T, filepath.Join(s.Recordings(), filepath.FromSlash(rec.File)))}
}

// Tracks reads what one participant said, track by track.
func (s *Stage) Tracks(id, participant string) []Recorded {
	s.T.Helper()
	c := s.Call(id)
	all, err := s.installation.store.Tracks(context.Background(), c.RecordingID)
	if err != nil {
		s.T.Fatal(err)
	}
	var found []Recorded
	for _, tr := range all {
		if tr.ParticipantID != participant {
			continue
		}
		w, err := tone.ReadFile(filepath.Join(s.Recordings(), filepath.FromSlash(tr.File)))
		if err != nil {
			s.T.Fatal(err)
		}
		found = append(found, Recorded{tr.StartedAt.Time, w.PCM})
	}
	return found
}

// Holds asserts that exactly the tones are recorded between two moments, but
// for their edges.
func (r Recorded) Holds(t testing.TB, what string, from, to time.Time, hz ...int) {
	t.Helper()
	first := tone.Samples(phone.Rate, from.Add(edge).Sub(r.Start))
	last := tone.Samples(phone.Rate, to.Add(-edge).Sub(r.Start))
	if first < 0 || last > len(r.PCM) || first >= last {
		t.Errorf("%s: %d samples from %v on do not hold %v to %v", what, len(r.PCM), r.Start, from, to)
		return
	}
	if ok, found := Tones.Verdict(r.PCM[first:last], hz...); !ok {
		t.Errorf("%s: %v to %v should hold %v, and holds %s", what, from, to, hz, found)
	}
}

// HoldsNot asserts that a tone is nowhere in the recording.
func (r Recorded) HoldsNot(t testing.TB, what string, hz int) {
	t.Helper()
	const window = phone.Rate / 4
	for at := 0; at+window <= len(r.PCM); at += window {
		if tone.Present(r.PCM[at:at+window], phone.Rate, hz) {
			t.Errorf("%s: %d Hz is in the recording after %v", what, hz, time.Duration(at)*time.Second/phone.Rate)
			return
		}
	}
}
