package e2e

import (
	"sync"
	"testing"
	"time"

	"ringdesk/testkit/phone"
)

// Both agents click Answer at the same moment: one is connected, the other is
// told by whom the call was taken.
//
// Covers: IN-11.
func TestBothAnswer_IN_11(t *testing.T) { bothAnswer(t, desk(t)) }

func bothAnswer(t *testing.T, d *Desk) {
	p := NewPhone(t)
	wins, closest := map[string]int{}, time.Hour
	for round := range 5 {
		c := d.Dial(t, p, "01021130001", CallerHz)
		id := d.Mina.WaitRinging().Call
		d.Alex.WaitRinging()
		first, second := d.Mina, d.Alex
		if round%2 == 1 {
			first, second = second, first
		}
		answerTogether(first, second)
		AwaitCode(t, c, 200)
		closest = min(closest, first.Clicked("Answer").Sub(second.Clicked("Answer")).Abs())
		wins[d.oneWinner(t, c, id)]++
		c.Hangup()
		d.API.AwaitCall(id, "ended", actionTime)
		d.rest(t)
	}
	if closest > 100*time.Millisecond { // a busy machine may be late with some clicks
		t.Errorf("no two clicks were closer than %v", closest)
	}
	t.Logf("the winners: %v", wins)
}

// answerTogether clicks Answer in both browsers at once.
func answerTogether(agents ...*Agent) {
	spots := make([]spot, len(agents))
	for i, a := range agents {
		spots[i] = a.find("spot", "Answer")
	}
	var both sync.WaitGroup
	for i, a := range agents {
		both.Go(func() { a.press(spots[i]) })
	}
	both.Wait()
}

// oneWinner asserts that one agent is connected and the other knows it, and
// gives the winner's name.
func (d *Desk) oneWinner(t *testing.T, c *phone.Call, id string) string {
	t.Helper()
	var winner, loser Participant
	for _, p := range d.API.AwaitCall(id, "talking", actionTime).Participants {
		switch {
		case p.Kind == "agent" && p.State == "joined" && winner.ID == "":
			winner = p
		case p.Kind == "agent" && p.State == "taken" && loser.ID == "":
			loser = p
		case p.Kind == "agent":
			t.Fatalf("participant %+v beside %+v and %+v", p, winner, loser)
		}
	}
	in, out, hz := d.Mina, d.Alex, MinaHz
	if winner.Name == alexName {
		in, out, hz = d.Alex, d.Mina, AlexHz
	}
	in.WaitTalking(id)
	out.WaitGone("ring-box", id)
	out.WaitNotice(c.Start, "Taken by "+winner.Name)
	AwaitHears(t, "the caller", c, hz)
	AwaitHears(t, winner.Name, in, CallerHz)
	AwaitHears(t, loser.Name, out)
	for _, b := range out.Boxes() {
		if b.Kind == "call-box" && b.Call == id {
			t.Errorf("%s, who was too late, saw the call box", loser.Name)
		}
	}
	return winner.Name
}
