package stage_test

import (
	"fmt"
	"testing"
	"time"

	"ringdesk/dialplan"
	"ringdesk/testkit/phone"
	"ringdesk/testkit/stage"
	"ringdesk/testkit/tone"
)

// Callers who wait hear their place from time to time, and music before and
// after it. A tone stands for the words that tell the first and the third.
func TestPositions_IN_6(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Scene{Agents: 1, Settings: dialplan.Settings{AnnounceSeconds: 10}})
	s.Prompt("queue-next", time.Second)
	s.Prompt("number-3", time.Second)
	s.Talk(s.Customer("Cora", "+821012340130"), s.Agents[0])
	callers := s.Callers(true)
	var waiting []*stage.Party
	for i := range 3 {
		k := callers.Dial(fmt.Sprintf("+8210123413%02d", i))
		k.AwaitAnswered(t)
		waiting = append(waiting, callers.Party(k))
	}
	allHear(t, callers, stage.MusicHz)
	for i, row := range s.Queue() {
		stage.Await(t, waiting[i].Name+" is told the place", 2*stage.ActionTime, func() (bool, string) { return s.Count(row.ID, "queue.announced") > 0, "" })
	}
	for i, told := range []bool{true, false, true} {
		p := waiting[i]
		stage.Await(t, p.Name+" hears the music again", stage.ActionTime, func() (bool, string) {
			music := tone.Spans(p.Heard(callers.All[i].Start, time.Now()), phone.Rate, stage.MusicHz)
			n := len(music)
			return n > 1 && music[n-1].From-music[n-2].To > 800*time.Millisecond, fmt.Sprint(music)
		})
		said := tone.Spans(p.Heard(callers.All[i].Start, time.Now()), phone.Rate, stage.PromptHz)
		if (len(said) > 0) != told {
			t.Errorf("at place %d the words for the first or third place are heard %v", i+1, said)
		}
	}
}
