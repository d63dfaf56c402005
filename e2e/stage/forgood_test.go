package stage_test

import (
	"fmt"
	"testing"
	"time"

	"ringdesk/controller/call"
	"ringdesk/testkit/phone"
	"ringdesk/testkit/stage"
	"ringdesk/testkit/tone"
)

const (
	// fallbackTime is how soon a new caller hears that nobody can be had.
	fallbackTime = 2 * time.Second
	// leaveTime is how long somebody may wait without a controller before they
	// are told the same and disconnected.
	leaveTime = 30 * time.Second
	// speech is louder than this: -40 dBFS.
	speech = 300
)

// The controller is killed and nobody starts another one. Who talks, also on
// hold, goes on; who waits, and who calls, is told and disconnected by the
// engine. A controller that comes back much later has one reason for each of
// those who waited.
func TestKilledForGood_MISS_1_SYS_3(t *testing.T) {
	t.Parallel()
	s := stage.NewAlone(t, stage.Scene{Agents: 3}, 0)
	var talkers []*stage.Customer
	for i, a := range s.Agents {
		c := s.Customer(fmt.Sprintf("Talker %d", i+1), fmt.Sprintf("+8210123417%02d", i))
		id := s.Talk(c, a)
		talkers = append(talkers, c)
		for _, other := range s.Agents[i+1:] {
			other.AwaitQuiet(t)
		}
		if i == 2 {
			a.Do(id, call.PutHold)
			c.HearsTones(t, stage.MusicHz)
		}
	}
	callers := s.Callers(true)
	for i := range 3 {
		callers.Dial(fmt.Sprintf("+8210123418%02d", i)).AwaitAnswered(t)
	}
	allHear(t, callers, stage.MusicHz)
	waiting := s.Queue()

	s.Kill()
	killed := time.Now()
	late := s.Customer("Late", "+821012341900")
	late.Speak(false)
	late.Dial()
	t.Logf("a new caller hears the engine's announcement %v after the call", told(t, &late.Party, late.Phone().Start, fallbackTime))
	for _, k := range callers.All {
		p := callers.Party(k)
		stage.Await(t, k.Number+" is disconnected", leaveTime+stage.ActionTime, func() (bool, string) { return !k.Ended().At.IsZero(), "" })
		end := k.Ended()
		music := tone.Spans(k.Heard(killed, end.At), phone.Rate, stage.MusicHz)
		if len(music) == 0 {
			t.Fatalf("%s heard no music after the controller had ended", k.Number)
		}
		from := killed.Add(music[len(music)-1].To)
		t.Logf("%s heard music for %v after the kill, then the announcement, and was disconnected after %v", k.Number, from.Sub(killed), end.At.Sub(killed))
		if end.Local || end.Method != "BYE" || end.At.Sub(killed) > leaveTime+5*time.Second {
			t.Errorf("%s was disconnected %v after the kill by %+v", k.Number, end.At.Sub(killed), end)
		}
		told(t, p, from, fallbackTime)
	}
	for i, c := range talkers[:2] {
		stage.AllHear(t, &c.Party, &s.Agents[i].Party)
		stage.Tones.Always(t, c.Name, c, killed, time.Since(killed), s.Agents[i].Hz)
	}
	stage.Tones.Always(t, talkers[2].Name, talkers[2], killed, time.Since(killed), stage.MusicHz)
	late.AwaitOver(t)

	s.Restart()
	for _, row := range waiting {
		if got := s.AwaitState(row.ID, call.Missed); got.MissedReason == "" || !got.AnsweredAt.IsZero() {
			t.Errorf("the call of %s was missed as %q", got.From, got.MissedReason)
		}
	}
	stage.AllHear(t, &talkers[0].Party, &s.Agents[0].Party)
}

// told waits until somebody hears speech, and gives how long after a moment it
// began.
func told(t *testing.T, p *stage.Party, from time.Time, within time.Duration) time.Duration {
	t.Helper()
	const window = 200 * time.Millisecond
	var began time.Duration
	stage.Await(t, p.Name+" hears an announcement", within+stage.ActionTime, func() (bool, string) {
		pcm := p.Heard(from, time.Now())
		n := tone.Samples(phone.Rate, window)
		for at := 0; at+n <= len(pcm); at += n / 2 {
			if piece := pcm[at : at+n]; tone.RMS(piece) > speech && len(tone.Which(piece, phone.Rate, stage.Tones...)) == 0 {
				began = time.Duration(at) * time.Second / phone.Rate
				return true, ""
			}
		}
		return false, fmt.Sprintf("loudness %.0f", tone.RMS(pcm))
	})
	if began > within {
		t.Errorf("%s heard the announcement only after %v, want %v", p.Name, began, within)
	}
	return began
}
