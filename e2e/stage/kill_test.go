package stage_test

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"ringdesk/controller/call"
	"ringdesk/dialplan"
	"ringdesk/models"
	"ringdesk/testkit/stage"
)

// twenty is half of a call centre: ten talks, and ten callers who wait.
type twenty struct {
	*stage.Stage
	talkers *stage.Callers // caller i talks with agent i
	queued  *stage.Callers // with ears
	waiters *stage.Callers // without
}

func newTwenty(t *testing.T) *twenty {
	t.Helper()
	yes := true
	s := stage.New(t, stage.Scene{Agents: 10, Settings: dialplan.Settings{Automatic: &yes, AnnounceSeconds: -1}})
	h := &twenty{Stage: s, talkers: s.Callers(true), queued: s.Callers(true), waiters: s.Callers(false)}
	var taken []*stage.Agent
	for i := range s.Agents {
		k := h.talkers.Dial(h.number(i))
		a := nextRung(t, s, i)
		id := a.Answer(t)
		s.AwaitState(id, call.Talking)
		k.AwaitAnswered(t)
		taken = append(taken, a)
	}
	s.Agents = taken // in the order of their callers
	for i := range s.Agents {
		c := h.waiters
		if i < 2 {
			c = h.queued
		}
		c.Dial(h.number(10 + i)).AwaitAnswered(t)
	}
	return h
}

func (h *twenty) number(i int) string { return fmt.Sprintf("+8210%s00%02d", h.Number.Number[9:], i) }

// whole asserts that since a moment, for a time, the talks and the music went
// on without a gap, and gives the largest time between two packets.
func (h *twenty) whole(t *testing.T, from time.Time, length time.Duration) time.Duration {
	t.Helper()
	largest := time.Duration(0)
	hears := func(p *stage.Party, hz int) {
		stage.Tones.Always(t, p.Name, p, from, length, hz)
		gaps := p.Phone().Gaps(from, from.Add(length))
		largest = max(largest, gaps.Largest)
		if gaps.Lost > 0 {
			t.Errorf("%s lost %d packets", p.Name, gaps.Lost)
		}
	}
	for i, k := range h.talkers.All {
		hears(h.talkers.Party(k), h.Agents[i].Hz)
		hears(&h.Agents[i].Party, h.talkers.Hz)
	}
	for _, k := range h.queued.All {
		hears(h.queued.Party(k), stage.MusicHz)
	}
	for _, k := range h.waiters.All {
		if !k.Answered() {
			t.Errorf("%s, who waits, was disconnected by %+v", k.Number, k.Ended())
		}
	}
	return largest
}

// The controller is killed while 20 people talk with agents and 20 wait. Nobody
// is disconnected, nothing of what anybody hears is missing, the queue goes on
// under the new controller, and the records are complete.
func TestKillWith20And20_END_6_IN_6_SYS_3(t *testing.T) {
	const dead, after = 2 * time.Second, 2 * time.Second
	halves := []*twenty{newTwenty(t), newTwenty(t)}
	var rows []models.Call
	for _, h := range halves {
		rows = append(rows, h.Calls()...)
		for i, k := range h.talkers.All {
			stage.AllHear(t, h.talkers.Party(k), &h.Agents[i].Party)
		}
		allHear(t, h.queued, stage.MusicHz)
	}
	if len(rows) != 40 {
		t.Fatalf("%d calls", len(rows))
	}

	killed := time.Now()
	halves[0].Kill()
	largest := max(halves[0].whole(t, killed, dead), halves[1].whole(t, killed, dead))
	restarted := time.Now()
	took := halves[0].Readopt(rows)
	largest = max(largest, halves[0].whole(t, restarted, after), halves[1].whole(t, restarted, after))
	t.Logf("killed with 20 talks and 20 in the queue: no packet lost in %v, at most %v between two; all taken over %v after the new process was started",
		time.Since(killed), largest, took)
	if took > adoptTime {
		t.Errorf("the calls were taken over after %v, want %v", took, adoptTime)
	}
	until := time.Now()

	for _, h := range halves {
		for _, a := range h.Agents {
			a.AutoAnswer(true)
		}
		order := h.Queue()
		for _, k := range h.talkers.All {
			k.Hangup()
		}
		waited := slices.Concat(h.queued.All, h.waiters.All)
		hangUpWhoTalks(t, h.Stage, waited, len(waited), recorded)
		takenInOrder(t, h.Stage, order)
	}
	for _, row := range rows {
		complete(t, halves[0].Stage, row, killed, until)
	}
	for _, h := range halves {
		h.NoLegs()
	}
}

// recorded says that the customer is being recorded for a while, and so is the
// agent: their tracks begin together.
func recorded(c call.Call) bool {
	return len(c.Customer.Tracks) > 0 && !c.Customer.Tracks[0].StartedAt.IsZero() && time.Since(c.Customer.Tracks[0].StartedAt) > time.Second
}

// complete asserts that a call is over as an answered one, and that its record
// and its recording are whole: every file in its folder is known, and every
// known one is there. Who talked during the kill is heard through it.
func complete(t *testing.T, s *stage.Stage, row models.Call, killed, until time.Time) {
	t.Helper()
	store, ctx := s.Store(), t.Context()
	var c call.Call
	stage.Await(t, "the call is over and its recording mixed", stage.MixTime, func() (bool, string) {
		now, err := store.Call(ctx, row.WorkspaceID, row.ID)
		if err == nil {
			c, err = call.Decode(now.Data)
		}
		rec, rerr := store.RecordingsOfCalls(ctx, []string{row.ID})
		return err == nil && rerr == nil && c.State == call.Ended && rec[row.ID].State == "ready",
			fmt.Sprint(c.State, rec[row.ID].State, rec[row.ID].Error, err, rerr)
	})
	if c.Outcome != call.Answered || c.EndedBy != call.ByCustomer {
		t.Errorf("call %s ended as %q by %q", row.ID, c.Outcome, c.EndedBy)
	}
	recs, err := store.RecordingsOfCalls(ctx, []string{row.ID})
	if err != nil {
		t.Fatal(err)
	}
	tracks, err := store.Tracks(ctx, c.RecordingID)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{path.Base(recs[row.ID].File)}
	for _, tr := range tracks {
		want = append(want, path.Base(tr.File))
		if tr.EndedAt.IsZero() || tr.Error != "" || path.Dir(tr.File) != row.ID {
			t.Errorf("a track is not complete: %+v", tr)
		}
		if c.AnsweredAt.Before(killed) && (tr.StartedAt.After(killed) || tr.EndedAt.Before(until)) {
			t.Errorf("a track goes from %v to %v, and so not from %v to %v", tr.StartedAt, tr.EndedAt, killed, until)
		}
	}
	files, err := os.ReadDir(filepath.Join(s.Recordings(), row.ID))
	if err != nil {
		t.Fatal(err)
	}
	var have []string
	for _, f := range files {
		have = append(have, f.Name())
	}
	slices.Sort(want)
	if len(tracks) != 2 || !slices.Equal(want, have) {
		t.Errorf("call %s has the files %v, and should have %v", row.ID, have, want)
	}
}
