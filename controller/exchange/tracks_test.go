package exchange_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"ringdesk/controller/call"
	"ringdesk/models"
	"ringdesk/testkit/memory"
)

// shelf keeps the files that the engine has recorded.
type shelf struct {
	mu    sync.Mutex
	files map[string]memory.Recorded
}

func (s *shelf) put(r memory.Recorded) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.files[r.File+".wav"] = r
	return nil
}

// said is for how long a tone is in a file.
func (s *shelf) said(file string, hz int) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	var d time.Duration
	for _, stretch := range s.files[file].Said {
		for _, h := range stretch.Hz {
			if h == hz {
				d += stretch.To.Sub(stretch.From)
			}
		}
	}
	return d.Round(100 * time.Millisecond)
}

func recordingStage(t *testing.T, agents int) (*stage, *shelf) {
	s := &shelf{files: map[string]memory.Recorded{}}
	opt := sound
	opt.Record = s.put
	return newStage(t, agents, opt), s
}

// One track for each who speaks, with what they say and nothing else: neither
// music, nor what was said muted or while the recording was paused.
func TestTracks_END_1_END_6_HOLD_4_CALL_4_CALL_7(t *testing.T) {
	virtual(t, func(t *testing.T) {
		w, s := recordingStage(t, 2)
		w.agent(1, models.AgentUpdate{NotifyUnassigned: new(false)})
		caller, c := w.talk(0, from(1))
		caller.Say(440)
		w.phones[0].Say(700)
		w.phones[1].Say(800)
		w.must(w.asks(c, call.Do{AgentID: w.agents[0].ID, Action: call.Invite, Target: w.agents[1].ID}))
		w.rings(w.phones[1])
		w.phones[1].Answer()
		w.await("the third track", func() bool { return len(w.find(c.ID).Agents[1].Tracks) == 1 })
		during := func(begin, end call.Action, agent int) {
			w.must(w.do(agent, c, begin))
			later(10 * time.Second)
			w.must(w.do(agent, c, end))
		}
		during(call.PutHold, call.Release, 0)
		during(call.Mute, call.Unmute, 1)
		during(call.PauseRecording, call.ResumeRecording, 0)
		later(10 * time.Second)
		w.must(w.do(0, c, call.EndCall))
		c = w.state(c.ID, call.Ended)
		w.clean()
		tracks := w.recorded(c)
		if len(tracks) != 3 {
			t.Fatalf("%d tracks", len(tracks))
		}
		want := map[string]struct {
			hz      int
			seconds int
		}{c.Customer.ID: {440, 30}, c.Agents[0].ID: {700, 30}, c.Agents[1].ID: {800, 20}}
		for _, tr := range tracks {
			of := want[tr.ParticipantID]
			if got := s.said(tr.File, of.hz); got != time.Duration(of.seconds)*time.Second {
				t.Errorf("%s says %v of %d Hz, want %d s", tr.Name, got, of.hz, of.seconds)
			}
			for _, other := range []int{1500, 900, 440, 700, 800} {
				if other != of.hz && s.said(tr.File, other) != 0 {
					t.Errorf("%d Hz is in the track of %s", other, tr.Name)
				}
			}
			if !strings.HasPrefix(tr.File, c.ID+"/") {
				t.Errorf("file %s", tr.File)
			}
		}
	})
}

// The recording ends after an hour; the call goes on.
func TestRecordingLimit_END_1(t *testing.T) {
	virtual(t, func(t *testing.T) {
		w, s := recordingStage(t, 1)
		caller, c := w.talk(0, from(1))
		later(time.Hour + 10*time.Second)
		if c = w.find(c.ID); c.State != call.Talking || !c.Customer.Tracks[0].Closed || len(c.Customer.Tracks) != 1 {
			t.Errorf("%s, tracks %+v", c.State, c.Customer.Tracks)
		}
		caller.Hangup()
		c = w.state(c.ID, call.Ended)
		w.clean()
		if tracks := w.recorded(c); len(tracks) != 2 || tracks[0].EndedAt.Sub(tracks[0].StartedAt.Time) != time.Hour || len(s.files) != 2 {
			t.Errorf("tracks %+v", tracks)
		}
	})
}

func TestNotRecorded_END_1(t *testing.T) {
	virtual(t, func(t *testing.T) {
		w, s := recordingStage(t, 1)
		ns, err := w.store.Numbers(t.Context(), w.ws.ID)
		w.must(err)
		w.tx(func(tx *models.Tx) error {
			return tx.UpdateNumber(w.ws.ID, ns[0].ID, models.NumberUpdate{Record: new(false)})
		})
		caller, c := w.talk(0, from(1))
		later(time.Second)
		caller.Hangup()
		c = w.state(c.ID, call.Ended)
		w.clean()
		if _, err := w.store.Recording(t.Context(), w.ws.ID, c.RecordingID); err == nil || len(s.files) != 0 || c.Recording {
			t.Errorf("recorded: %v, %d files", err, len(s.files))
		}
	})
}
