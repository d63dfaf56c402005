package call

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/dialplan"
)

// took are the transitions that tables of this package take. Random histories do
// not count, since another day they may take others.
var took struct {
	sync.Mutex
	rows map[Transition]bool
}

// play is Step, which may take only the transitions of the table; also is told
// of each.
func play(c Call, in Input, now time.Time, also func(Transition)) (Call, []Effect, error) {
	var err error
	s := &step{c: c.clone(), now: now, seen: func(t Transition) {
		also(t)
		if !slices.ContainsFunc(Transitions, func(r Row) bool { return r.Transition == t }) {
			err = fmt.Errorf("%T took a transition that is not in the table: from %q by %q to %q", in, t.From, t.On, t.To)
		}
	}}
	next, effects := s.take(c, in)
	return next, effects, err
}

// step takes an input.
func (s *story) step(in Input) {
	next, effects, err := play(s.c, in, s.now, func(t Transition) {
		took.Lock()
		defer took.Unlock()
		if took.rows == nil {
			took.rows = map[Transition]bool{}
		}
		took.rows[t] = true
	})
	if err != nil {
		s.t.Helper()
		s.t.Error(err)
	}
	s.c, s.effects = next, effects
}

// TestMain fails when a row of the table was taken by no test, if all have run.
func TestMain(m *testing.M) {
	code := m.Run()
	if code == 0 && all() {
		for _, r := range Transitions {
			if !took.rows[r.Transition] {
				fmt.Printf("no test takes the transition from %q by %q to %q: %s\n", r.From, r.On, r.To, r.Says)
				code = 1
			}
		}
	}
	os.Exit(code)
}

// all says whether no test was left out.
func all() bool {
	for _, name := range []string{"test.run", "test.skip", "test.list", "test.fuzz"} {
		if flag.Lookup(name).Value.String() != "" {
			return false
		}
	}
	return !testing.Short()
}

// Each row stands once, with a sentence, and belongs to states that there are.
func TestTable(t *testing.T) {
	states := []State{"", Greeting, Queued, Ringing, Dialing, Talking, Voicemail, Survey, Ended, Missed}
	seen := map[Transition]bool{}
	for _, r := range Transitions {
		switch {
		case seen[r.Transition]:
			t.Errorf("%v stands twice", r.Transition)
		case r.Says == "" || r.From.Over() || r.To == "" || !slices.Contains(states, r.From) || !slices.Contains(states, r.To):
			t.Errorf("%v: %q", r.Transition, r.Says)
		}
		seen[r.Transition] = true
	}
}

// Transitions that are rare, and that no other table takes.
// Covers: MISS-1, OUT-9, Q-1, Q-2, SYS-3
func TestRareTransitions(t *testing.T) {
	toTeam, toB := Do{AgentID: "a", Action: Transfer, Team: "care"}, Do{AgentID: "a", Action: Transfer, Target: "b", Candidate: colleague("b")}
	cannot := func(c Command) Input { return Failed{Command: c, Kind: engine.KindRefused} }
	noAnswer, noRoom, notHeard := cannot(Answer{"cust"}), cannot(CreateRoom{"call"}), cannot(UnholdLeg{"call", "cust"})
	greeted := func(t *testing.T) *story {
		return planned(t, func(p *dialplan.Plan) { p.Say = []string{"en/greeting"} }).then(Arrived{})
	}
	talkedAndWaits := func(t *testing.T) *story {
		return planned(t, withCallback).talked("a").then(toTeam).then(Offered{Busy: true})
	}
	called := func(t *testing.T) *story { // an outbound talk that has five seconds left
		s := dialled(t, "t1").then(engine.LegAnswered{Leg: out1})
		s.now = s.c.Out.TalkUntil.Add(-5 * time.Second)
		return s
	}
	cases := []struct {
		name  string
		begin *story
		from  State
		then  Input
		to    State
	}{
		{"the caller is gone before the call begins", newStory(t), "", hangsUp, Missed},
		{"not answered for the greeting", greeted(t), Greeting, noAnswer, Missed},
		{"not answered for the music", newStory(t).then(Arrived{Busy: true}), Queued, noAnswer, Missed},
		{"not answered for a message", planned(t, withCallback).then(Arrived{Busy: true}).presses("2"), Voicemail, noAnswer, Missed},
		{"no room for an outbound call", dialled(t, "t1"), Dialing, noRoom, Ended},
		{"not connected, before a word", ringing(t, "a").then(engine.LegAnswered{Leg: "leg-a"}), Talking, noRoom, Missed},
		{"not connected, with a survey", planned(t, withSurvey).talked("a"), Talking, noRoom, Survey},
		{"late, in the survey", planned(t, withSurvey).talked("a").does("a", Leave), Survey, notHeard, Ended},
		{"late, in the closing announcement", talking(t, "a").does("a", TurnAway), Greeting, notHeard, Ended},
		{"late, in the queue", talkedAndWaits(t), Queued, notHeard, Ended},
		{"late, while a colleague rings", talking(t, "a").then(toB), Ringing, notHeard, Ended},
		{"late, in a message", talkedAndWaits(t).presses("2"), Voicemail, notHeard, Ended},
		{"the customer hangs up while a colleague rings", talking(t, "a").then(toB), Ringing, hangsUp, Ended},
		{"the customer hangs up after a talk and a message", talkedAndWaits(t).presses("2"), Voicemail, hangsUp, Ended},
		{"nobody takes the callback", callback(t).then(Offered{Candidates: agents("a")}).does("a", Decline), Ringing, Offered{Tried: true}, Ended},
		{"the caps end what a colleague would take over", called(t).then(toB), Ringing, nil, Ended},
		{"the caps end the closing announcement", called(t).does("a", TurnAway), Greeting, nil, Ended},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := c.begin
			s.t = t
			s.state(c.from)
			if c.then == nil {
				s.when().state(c.to)
				return
			}
			s.then(c.then).state(c.to)
		})
	}
}
