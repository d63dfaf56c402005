package flowgen

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"time"

	"ringdesk/dialplan"
	"ringdesk/dialplan/flow"
)

// Walk plays random events at a flow until it ends, and says what was wrong on the
// way. Each step is played twice, and from a state that was kept as
// JSON, as after a crash. seen counts kinds of steps and of ends.
func Walk(p *flow.Program, name string, r *rand.Rand, seen map[string]int) error {
	now := time.Date(2026, 12, 24, r.IntN(24), 0, 0, 0, time.UTC)
	var s flow.State
	apply := func(e flow.Event) error {
		var kept flow.State
		text, err := json.Marshal(s)
		if err == nil {
			err = json.Unmarshal(text, &kept)
		}
		if err != nil {
			return err
		}
		before := string(text)
		next, actions := flow.Next(p, s, e, now)
		again, same := flow.Next(p, kept, e, now)
		a, _ := json.Marshal(next)
		b, _ := json.Marshal(again)
		if string(a) != string(b) || !reflect.DeepEqual(actions, same) {
			return fmt.Errorf("a state that was kept goes on otherwise at %T:\n%s %v\n%s %v", e, a, actions, b, same)
		}
		if after, _ := json.Marshal(s); string(after) != before {
			return fmt.Errorf("%T changed the state that it was given", e)
		}
		if err := sound(p, s, next, actions); err != nil {
			return fmt.Errorf("%T at %s: %w", e, before, err)
		}
		s = next
		for _, a := range actions {
			if took, ok := a.(flow.Took); ok {
				seen[string(took.Kind)]++
			}
		}
		return nil
	}
	if err := apply(flow.Start{Flow: name, Facts: Facts(r)}); err != nil {
		return err
	}
	for range 4000 {
		if s.Phase == flow.Over {
			seen[string(s.End.How)]++
			return over(s, apply, r)
		}
		now = now.Add(time.Duration(r.IntN(4)) * time.Second)
		e := Event(r, &s)
		if _, late := e.(flow.Tick); late && s.Deadline().After(now) {
			now = s.Deadline()
		}
		if err := apply(e); err != nil {
			return err
		}
	}
	return fmt.Errorf("no end after 4000 events, %d steps: %+v", s.Taken, s)
}

// over says what is wrong with how a flow ended, and that nothing changes it any
// more.
func over(s flow.State, apply func(flow.Event) error, r *rand.Rand) error {
	switch e := s.End; {
	case e == nil, e.Answered != (e.Reason == ""), e.Answered != s.Talked:
		return fmt.Errorf("an end without one class: %+v of %+v", e, s)
	case e.How == flow.ByMistake:
		return fmt.Errorf("a checked flow ended by mistake: %+v", s)
	case !e.Answered && dialplan.First(e.Reason) != e.Reason:
		return fmt.Errorf("an unknown reason: %+v", e)
	}
	return apply(Event(r, &s))
}

// sound says what is wrong with one step of a call's way.
func sound(p *flow.Program, was, is flow.State, actions []flow.Action) error {
	ends := 0
	for i, a := range actions {
		switch a := a.(type) {
		case flow.Took:
			if st := p.Flow(a.Flow).Step(a.Step); st == nil || st.At != a.At || st.Kind != a.Kind {
				return fmt.Errorf("took what is no step: %+v", a)
			}
		case flow.HangUp:
			if ends++; i != len(actions)-1 {
				return fmt.Errorf("goes on after the end: %v", actions)
			}
		}
	}
	switch {
	case is.Taken < was.Taken || is.Taken-was.Taken > 201:
		return fmt.Errorf("%d steps at once", is.Taken-was.Taken)
	case is.Phase == flow.Over && is.End == nil, is.Phase == "", ends > 0 && is.Phase != flow.Over, was.Phase == flow.Over && len(actions) > 0:
		return fmt.Errorf("phase %q, end %v after %v", is.Phase, is.End, actions)
	case slices.Contains([]flow.Phase{flow.Playing, flow.Listening, flow.Fetching, flow.Counting, flow.Recording, flow.Dialling, flow.Leaving}, is.Phase) && is.Deadline().IsZero():
		return fmt.Errorf("%s waits for ever", is.Phase)
	}
	return nil
}
