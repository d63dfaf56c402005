package exchange_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"ringdesk/controller/call"
	"ringdesk/dialplan"
	"ringdesk/dialplan/flow"
	"ringdesk/dialplan/lang"
	"ringdesk/dialplan/simulate"
	"ringdesk/models"
	"ringdesk/testkit/flowgen"
	"ringdesk/testkit/memory"
)

// agreeing plays real calls as a simulation has them played.
type agreeing struct {
	*stage
	line    *memory.Line   // the caller
	outside []*memory.Line // the numbers of transfers
	native  map[string]memory.Sound
	mode    string // how queues and transfers end
	keys    []string
	stays   bool
	pressed string // what is left of the keys for this step
	answer  any    // of every lookup; nil for none
}

func (a *agreeing) Fetch(context.Context, flow.Fetch) (any, error) {
	if a.answer == nil {
		return nil, errors.New("down")
	}
	return a.answer, nil
}

// live is the call as its runner has it.
func (w *stage) live(id string) (c call.Call) {
	w.x.Each(func(found *call.Call) {
		if found.ID == id {
			c = *found
		}
	})
	return c
}

// plays does what everybody else does in one call until it is over.
func (a *agreeing) plays(id string) {
	a.t.Helper()
	taken, reached := -1, false
	for range 9000 {
		synctest.Wait()
		c := a.live(id)
		if c.ID == "" || c.State.Over() {
			return
		}
		if c.Flow.Taken != taken {
			taken, a.pressed, reached = c.Flow.Taken, "", false
		}
		switch c.Flow.Phase {
		case flow.Listening:
			a.listens(&c)
		case flow.Queued:
			a.waits(&c, &reached)
		case flow.Talking:
			a.talks(&c)
		case flow.Recording:
			if a.stays {
				a.line.Press("#")
			} else {
				a.line.Hangup()
			}
		case flow.Dialling:
			for _, line := range a.outside {
				if s := line.State(); s.Invited.Number != "" && s.Ended.Method == "" && s.Final == 0 {
					a.answers(line, a.mode == "answered")
				}
			}
		}
		time.Sleep(500 * time.Millisecond)
	}
	a.t.Fatalf("the call does not end: %+v", a.live(id).Flow)
}

func (a *agreeing) answers(line *memory.Line, yes bool) {
	if yes {
		line.Answer()
	} else {
		line.Decline()
	}
}

// listens presses the next key, or lets the time pass.
func (a *agreeing) listens(c *call.Call) {
	if a.pressed == "" && c.Flow.Digits == "" && len(a.keys) > 0 {
		a.pressed, a.keys = a.keys[0], a.keys[1:]
	}
	if a.pressed == "" || a.pressed == "-" {
		tries := c.Flow.Tries
		for { // silence
			time.Sleep(500 * time.Millisecond)
			synctest.Wait()
			now := a.live(c.ID)
			if now.State.Over() || now.ID == "" || now.Flow.Phase != flow.Listening || now.Flow.Tries != tries {
				a.pressed = ""
				return
			}
		}
	}
	a.line.Press(a.pressed[:1])
	a.pressed = a.pressed[1:]
	if st := c.Program.Flow(c.Flow.Flow).Step(c.Flow.Step); st == nil || st.Input == nil {
		a.pressed = "" // a menu takes one
	}
	synctest.Wait()
}

// waits lets the queue end as the mode says.
func (a *agreeing) waits(c *call.Call, pressed *bool) {
	if key, ok := strings.CutPrefix(a.mode, "key "); ok && !*pressed {
		*pressed = true
		a.line.Press(key)
		return
	}
	if a.mode == "answered" || strings.HasPrefix(a.mode, "key ") {
		if s := a.phones[0].State(); c.State == call.Ringing && s.Final == 0 && s.Ended.Method == "" {
			a.phones[0].Answer()
		}
	}
}

// talks ends a talk, once the caller could speak.
func (a *agreeing) talks(c *call.Call) {
	switch {
	case c.State == call.Talking && !c.Met:
	case !a.stays:
		a.line.Hangup()
	case c.State == call.Talking:
		a.must(a.do(0, *c, call.Leave))
	default:
		for _, line := range a.outside {
			line.Hangup()
		}
	}
}

// scenario is what a simulation is told of the same call.
func (a *agreeing) scenario(callable bool, free int) simulate.Scenario {
	sc := simulate.Scenario{To: "+827076660001", At: time.Now(), Keys: slices.Clone(a.keys), TimeZone: a.ws.TimeZone}
	f := flow.Figures{Free: free}
	sc.State = simulate.State{Callable: &callable, Queues: map[string]flow.Figures{"support": f, "sales": f, "*": f}, Lookups: map[string]any{}, Ends: map[string][]string{}, Stays: a.stays}
	for i := range 12 {
		step := fmt.Sprintf("단계 %d", i)
		sc.State.Ends[step], sc.State.Lookups[step] = []string{a.mode}, a.answer
	}
	return sc
}

// A thousand random flows: what check lets pass, a simulation takes to an end, and a
// real call with the same caller, agents and servers takes the same steps, by the same
// exits, to the same end with the same class.
//
// Covers: DP-1, DP-2, MISS-1
func TestSimulationAgreesWithCalls_DP_1_DP_2_MISS_1(t *testing.T) {
	flows := 1000
	if testing.Short() {
		flows = 100
	}
	virtual(t, func(t *testing.T) {
		native := map[string]memory.Sound{}
		w := newStage(t, 1, memory.Options{AnySound: memory.Sound{Hz: 900, Length: time.Second}, Native: native})
		w.settings(quickly)
		w.carrier()
		teams := map[string]string{"support": w.team("support", 0), "sales": w.team("sales", 0)}
		a := &agreeing{stage: w, native: native, outside: []*memory.Line{w.sw.Subscriber("+8221234567", memory.Manner{})}}
		w.asked = a
		w.stop()
		w.start()
		ends := map[flow.How]int{}
		for seed := range uint64(flows) {
			a.one(seed, teams, ends)
			if t.Failed() {
				return
			}
		}
		for _, how := range []flow.How{flow.ByHangup, flow.ByCaller, flow.ByTalk, flow.ByVoicemail, flow.ByTransfer, flow.ByQueue, flow.ByNative} {
			if ends[how] == 0 {
				t.Errorf("no call ended by %s: %v", how, ends)
			}
		}
	})
}

// unanswered says whether a call comes to a queue before it is answered: while a phone
// rings then, no key of the caller's can be heard.
func unanswered(r simulate.Result) bool {
	for _, s := range r.Steps {
		switch s.Kind {
		case flow.KindPlay, flow.KindMenu, flow.KindInput, flow.KindSurvey, flow.KindVoicemail, flow.KindCallback:
			return false
		case flow.KindQueue:
			return true
		}
	}
	return false
}

// one plays one call through one random flow, and its simulation.
func (a *agreeing) one(seed uint64, teams map[string]string, ends map[flow.How]int) {
	r := rand.New(rand.NewPCG(seed, 7))
	text := flowgen.Text(seed)
	p, found := lang.Compile([]lang.File{{Name: "main.hcl", Text: []byte(text)}}, lang.World{E164: func(text string) (string, error) { return models.E164(text, "KR") }})
	if p == nil {
		a.t.Fatalf("seed %d: %v\n%s", seed, found, text)
	}
	p.Teams, p.Version = teams, a.flows(text, teams)
	a.mode = []string{"answered", "answered", string(dialplan.RingTimeOver), string(dialplan.NoOperator), "key 1", "key 2", "key *"}[r.IntN(7)]
	a.keys, a.pressed, a.stays = nil, "", r.IntN(2) == 0
	for range r.IntN(7) {
		a.keys = append(a.keys, []string{"1", "2", "1234#", "-", "*", "3", "77", "0"}[r.IntN(8)])
	}
	a.answer = []any{nil, map[string]any{"tier": 3.0, "blocked": true}, "text", map[string]any{"tier": 1.0}}[r.IntN(4)]
	time.Sleep(2 * time.Second)                // the caps allow so many calls in a second (OUT-9)
	if now := time.Now(); now.Minute() >= 40 { // no hour ends in a call: its conditions look at the clock
		a.stop()
		time.Sleep(time.Until(now.Truncate(time.Hour).Add(time.Hour)))
		a.start()
		time.Sleep(2 * models.PhoneTimeout) // until nobody's browser is awaited any more
	}
	free := 1
	if a.mode == string(dialplan.NoOperator) {
		free = 0
	}
	a.ready(a.agents[0], "phone0", free == 1)
	synctest.Wait()
	clear(a.native)
	if a.mode == "answered" {
		a.native["fax"] = memory.Sound{Hz: 2100, Length: time.Second}
	}

	want, err := simulate.Run(p, a.scenario(false, free))
	a.must(err)
	if strings.HasPrefix(a.mode, "key ") && unanswered(want) {
		a.mode = string(dialplan.RingTimeOver)
		want, err = simulate.Run(p, a.scenario(false, free))
		a.must(err)
	}
	before := a.newest().ID
	a.line = a.caller("")
	a.line.Call(number)
	a.await("the call to be known", func() bool { return a.newest().ID != before })
	c := a.newest()
	a.plays(c.ID)
	a.await("the end", func() bool { return a.find(c.ID).State.Over() })
	c = a.find(c.ID)
	var steps []string
	for _, s := range want.Steps {
		if s.Step != "" {
			steps = append(steps, strings.TrimPrefix(s.By+" > ", " > ")+s.Step)
		}
	}
	ends[want.End.How]++
	if got := a.steps(c); got != strings.Join(steps, ", ") || c.Flow.End == nil || !reflect.DeepEqual(*c.Flow.End, want.End) ||
		(c.State == call.Ended) != want.End.Answered || c.MissedReason != want.End.Reason {
		a.t.Errorf("seed %d, %s, keys %v, stays %v:\ncalled    %s\nsimulated %s\n%s for %q with %+v, simulated %+v\n%s",
			seed, a.mode, a.scenario(false, free).Keys, a.stays, got, strings.Join(steps, ", "), c.State, c.MissedReason, c.Flow.End, want.End, text)
	}
}
