package call

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/controller/journal"
	"ringdesk/controller/reason"
	"ringdesk/dialplan"
)

// Helpers for the tables about Step; the first ones are in step_test.go.

// with changes the plan before the first input.
func (s *story) with(change func(*dialplan.Plan)) *story {
	change(&s.c.Plan)
	return s
}

// planned is a story whose plan has been changed.
func planned(t *testing.T, change func(*dialplan.Plan)) *story { return newStory(t).with(change) }

// talked lets the agents of a planned call ring and the first of them answer.
func (s *story) talked(names ...string) *story {
	return s.then(Arrived{Candidates: agents(names...)}).then(engine.LegAnswered{Leg: leg(names[0])}).
		then(engine.LegJoined{Room: "call", Leg: "cust"})
}

func leg(agent string) engine.LegID { return engine.LegID("leg-" + agent) }

// colleague is an agent claimed for the call.
func colleague(name string) *Candidate { return &agents(name)[0] }

// invited lets an agent call others in who answer.
func (s *story) invited(by string, names ...string) *story {
	for _, n := range names {
		s.then(Do{AgentID: by, Action: Invite, Target: n, Candidate: colleague(n)}).then(engine.LegAnswered{Leg: leg(n)})
	}
	return s
}

// supervises lets a supervisor do something whose phone answers by itself.
func (s *story) supervises(name string, a Action) *story {
	return s.then(Do{AgentID: name, Action: a, Supervisor: true, Candidate: colleague(name)}).then(engine.LegAnswered{Leg: leg(name)})
}

// when lets the time come at which time alone changes the call.
func (s *story) when() *story {
	s.t.Helper()
	d := s.c.Deadline()
	if d.IsZero() {
		s.t.Fatal("no time will change this call")
	}
	return s.at(d)
}

// at lets a moment come.
func (s *story) at(at time.Time) *story {
	s.now = at
	s.step(Tick{})
	return s
}

// played ends the announcement that the customer hears.
func (s *story) played() *story {
	s.t.Helper()
	if s.c.Prompt == nil {
		s.t.Fatal("nothing is being played")
	}
	return s.then(engine.PlaybackEnded{Playback: s.c.Prompt.ID})
}

// presses presses a key as the customer.
func (s *story) presses(digit string) *story { return s.then(engine.DTMF{Leg: "cust", Digit: digit}) }

// has and lacks say what is among the last input's effects; a want ends in "…"
// where only its beginning counts.
func (s *story) has(want ...string) *story {
	s.t.Helper()
	for _, w := range want {
		if !s.did1(w) {
			s.t.Errorf("no %q in %q", w, s.did())
		}
	}
	return s
}

func (s *story) lacks(unwanted ...string) *story {
	s.t.Helper()
	for _, w := range unwanted {
		if s.did1(w) {
			s.t.Errorf("%q in %q", w, s.did())
		}
	}
	return s
}

func (s *story) did1(w string) bool {
	begin, open := strings.CutSuffix(w, "…")
	return slices.ContainsFunc(s.did(), func(d string) bool { return d == w || open && strings.HasPrefix(d, begin) })
}

// cannot is why an agent cannot be had.
func cannot(text string) *reason.Why { return reason.Of(reason.AgentOffline, text) }

// refuses says that the last command could not be done, and changed nothing.
func (s *story) refuses(in Do, why string) *story {
	s.t.Helper()
	before := s.c
	s.then(in)
	if got := s.did(); len(got) != 1 || got[0] != "Refused{"+why+"}" || !reflect.DeepEqual(before, s.c) {
		s.t.Errorf("%s gives %q, want it refused: %s", in.Action, s.did(), why)
	}
	return s
}

// entry gives the last input's journal entry of a type.
func entry[E journal.Entry](s *story) E {
	s.t.Helper()
	var none E
	for _, e := range s.effects {
		if j, ok := e.(Journal); ok && j.Entry.Type() == none.Type() {
			return j.Entry.(E)
		}
	}
	s.t.Errorf("no journal entry %s in %q", none.Type(), s.did())
	return none
}

// ended says how the call is over.
func (s *story) ended(outcome Outcome, by EndedBy) *story {
	s.t.Helper()
	if s.c.Outcome != outcome || s.c.EndedBy != by || !s.c.State.Over() {
		s.t.Errorf("%s as %q by %q, want %q by %q", s.c.State, s.c.Outcome, s.c.EndedBy, outcome, by)
	}
	return s
}

// fork is the same story from here on, told another way.
func (s *story) fork() *story {
	other := *s
	return &other
}
