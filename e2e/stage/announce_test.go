package stage

import (
	"fmt"
	"testing"
	"time"

	"ringdesk/dialplan"
	"ringdesk/e2e/phone"
	"ringdesk/e2e/phone/tone"
)

// Callers who wait hear their place from time to time, and music before and
// after it. A tone stands for the words that tell the first and the third.
func TestPositions_IN_6(t *testing.T) {
	t.Parallel()
	s := New(t, Script{Agents: 1, Settings: dialplan.Settings{AnnounceSeconds: 10}})
	s.Prompt("queue-next", time.Second)
	s.Prompt("number-3", time.Second)
	s.Talk(s.Customer("Cora", "+821012340130"), s.Agents[0])
	crowd := s.Crowd(true)
	var waiting []*Party
	for i := range 3 {
		k := crowd.Dial(fmt.Sprintf("+8210123413%02d", i))
		k.AwaitAnswered(t)
		waiting = append(waiting, crowd.party(k))
	}
	crowd.allHear(t, MusicHz)
	for i, row := range s.queue() {
		await(t, waiting[i].Name+" is told the place", 2*actionTime, func() (bool, string) { return s.Count(row.ID, "queue.announced") > 0, "" })
	}
	for i, told := range []bool{true, false, true} {
		p := waiting[i]
		await(t, p.Name+" hears the music again", actionTime, func() (bool, string) {
			music := tone.Spans(p.Heard(crowd.Callers[i].Start, time.Now()), phone.Rate, MusicHz)
			n := len(music)
			return n > 1 && music[n-1].From-music[n-2].To > 800*time.Millisecond, fmt.Sprint(music)
		})
		said := tone.Spans(p.Heard(crowd.Callers[i].Start, time.Now()), phone.Rate, PromptHz)
		if (len(said) > 0) != told {
			t.Errorf("at place %d the words for the first or third place are heard %v", i+1, said)
		}
	}
}
