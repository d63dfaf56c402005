// Package simulate says what a call would do in a flow, step by step, without an
// engine (DP-2). It lets the call go through flow.Next, as the controller does,
// and plays everybody else: the caller's keys, servers, agents.
package simulate

import (
	"cmp"
	"fmt"
	"strconv"
	"time"

	"ringdesk/dialplan"
	"ringdesk/dialplan/flow"
)

// Scenario is the call, and how things stand.
type Scenario struct {
	From  string    // E.164; "" withholds the number
	To    string    // E.164
	Label string    // of the business number
	At    time.Time // when the call comes
	// Keys are what the caller presses, in order: each is for the next step that
	// takes keys. An input takes all digits of one, such as 1234#; "-" is silence,
	// and so is what is missing.
	Keys  []string
	State State
	// TimeZone is the workspace's, IANA.
	TimeZone string
	// Say gives the text of a sound, "" where nobody knows it; may be nil.
	Say func(sound string) string
	// Queue says how the queue of a team stands that State.Queues leaves out, by the team's
	// id, "" for everybody; may be nil, and is all zeroes then.
	Queue func(team string) flow.Figures
}

// State is how things stand, as `--state FILE` has it in JSON. All of it may be
// left out.
type State struct {
	Settings   dialplan.Settings       `json:"settings"` // of the number, its team and workspace, merged
	CallerName string                  `json:"callerName,omitempty"`
	Contact    flow.Contact            `json:"contact"`
	Callable   *bool                   `json:"callable,omitempty"` // left out: if the number is shown
	Blocked    bool                    `json:"blocked,omitempty"`
	PerMinute  int                     `json:"perMinute,omitempty"`
	Queues     map[string]flow.Figures `json:"queues,omitempty"` // by team
	// Lookups are the answers' JSON by the lookup's step; one that is not there
	// fails.
	Lookups map[string]any `json:"lookups,omitempty"`
	// Ends say how a queue or a transfer ends, by its step: answered (that is what
	// happens otherwise), "key 1", a reason such as ringTimeOver, or for transfers
	// notReached. A list is for the first time, the second time …; the last goes on.
	Ends map[string][]string `json:"ends,omitempty"`
	// Stays says that the caller stays on the line when a talk or a message ends.
	Stays bool `json:"stays,omitempty"`
}

// Result is what a call would do.
type Result struct {
	Flow    string         `json:"flow"`
	Chosen  *Chosen        `json:"chosenBy,omitempty"` // nil where it is the flow of the number
	Version int            `json:"version,omitempty"`
	Open    []Open         `json:"hours,omitempty"`
	Steps   []Step         `json:"steps"`
	Plan    *dialplan.Plan `json:"plan,omitempty"` // of the last queue
	End     flow.End       `json:"end"`
}

// Chosen is the workflow that has chosen the flow (INBOX-6).
type Chosen struct {
	Workflow string   `json:"workflow"`
	At       flow.Pos `json:"at"`
}

// Open says how operating hours stood when the call came.
type Open struct {
	Hours string   `json:"hours"`
	At    flow.Pos `json:"at"`
	Open  bool     `json:"open"`
}

// Step is one step of the way, and what happens in it.
type Step struct {
	flow.Took
	Does []Doing `json:"does,omitempty"`
	// KeysUsed is how many of the scenario's keys were used up when the call came here:
	// a step that takes keys takes that one first.
	KeysUsed int `json:"keysUsed,omitempty"`
	// Times is how often the call was in this step before: which of the step's Ends counts.
	Times int            `json:"times,omitempty"`
	Plan  *dialplan.Plan `json:"plan,omitempty"` // of a queue
}

// Doing is one thing that happens in a step: What in one word that screens have their own
// sentences for, with the values that these name, and in English.
type Doing struct {
	What   string            `json:"what"`
	Values map[string]string `json:"values,omitempty"`
	Says   string            `json:"says"`
}

// maxEvents bounds a simulation: no checked flow comes near it.
const maxEvents = 20000

// Begins says with which flow of a program a call begins, as the controller decides it.
func Begins(p *flow.Program, sc Scenario) flow.Beginning { return p.Begins(sc.facts(), sc.At) }

// Run simulates a call. One that begins with no flow of the program is an error, and so
// is one that comes to no end.
func Run(p *flow.Program, sc Scenario) (Result, error) {
	begins := Begins(p, sc)
	name := begins.Flow
	if name == "" {
		return Result{}, fmt.Errorf("no flow has the number %s", sc.To)
	}
	r := &run{p: p, sc: sc, now: sc.At, times: map[string]int{}}
	r.result = Result{Flow: name, Version: p.Version, Open: r.hours(), Steps: []Step{}}
	if begins.Workflow != "" {
		r.result.Chosen = &Chosen{Workflow: begins.Workflow, At: begins.At}
	}
	r.next(flow.Start{Flow: name, Facts: sc.facts()})
	for range maxEvents {
		if r.s.Phase == flow.Over {
			r.result.End = *r.s.End
			return r.result, nil
		}
		r.next(r.event())
	}
	return r.result, fmt.Errorf("the call comes to no end in flow %q", name)
}

// run is the work of one simulation.
type run struct {
	p      *flow.Program
	sc     Scenario
	s      flow.State
	now    time.Time
	keys   int                     // used up
	digits string                  // that are being pressed
	times  map[string]int          // how often a step of Ends was there
	queues map[string]flow.Figures // that were asked for last
	result Result
}

// facts are what is known of the call when it comes in.
func (sc Scenario) facts() flow.Facts {
	st := sc.State
	callable := sc.From != ""
	if st.Callable != nil {
		callable = *st.Callable
	}
	settings := dialplan.Merge(st.Settings, dialplan.Settings{}, dialplan.Settings{})
	f := flow.Facts{
		Caller: flow.Caller{Number: sc.From, Name: st.CallerName}, Contact: st.Contact, Number: flow.Business{Number: sc.To, Label: sc.Label},
		TimeZone: sc.TimeZone, Callable: callable, Blocked: st.Blocked, PerMinute: st.PerMinute,
	}
	return f.Merged(settings, settings.Operating(sc.At, dialplan.Location(sc.TimeZone)))
}

func (r *run) hours() []Open {
	var all []Open
	for _, h := range r.p.Hours {
		s := dialplan.Settings{Hours: &h.Hours, Override: dialplan.InTurn(h.Overrides)}
		all = append(all, Open{Hours: h.Name, At: h.At, Open: s.Operating(r.now, dialplan.Location(r.sc.TimeZone))})
	}
	return all
}

// next takes one event, and writes down what comes of it.
func (r *run) next(e flow.Event) {
	next, actions := flow.Next(r.p, r.s, e, r.now)
	r.s = next
	for _, a := range actions {
		r.note(a)
	}
}

// values are names and values in turn.
func values(pairs ...string) map[string]string {
	m := map[string]string{}
	for i := 0; i+1 < len(pairs); i += 2 {
		m[pairs[i]] = pairs[i+1]
	}
	return m
}

// does adds to the step that the call is in what happens there.
func (r *run) does(what string, of map[string]string, says string, args ...any) {
	last := r.last()
	last.Does = append(last.Does, Doing{What: what, Values: of, Says: fmt.Sprintf(says, args...)})
}

// last is the step that the call is in.
func (r *run) last() *Step {
	if len(r.result.Steps) == 0 { // before the first one: it is not let in
		r.result.Steps = append(r.result.Steps, Step{Took: flow.Took{Flow: r.result.Flow, By: "not let in"}})
	}
	return &r.result.Steps[len(r.result.Steps)-1]
}

// here is the step that the call is in; nil before the first.
func (r *run) here() *flow.Step { return r.p.Flow(r.s.Flow).Step(r.s.Step) }

// event is what the others do next.
func (r *run) event() flow.Event {
	switch r.s.Phase {
	case flow.Playing:
		return flow.PlayEnded{ID: r.s.Asked}
	case flow.Listening:
		return r.listening()
	case flow.Fetching:
		answer, ok := r.sc.State.Lookups[r.s.Step]
		ok = ok && answer != nil
		if ok {
			r.does("answer", values("json", inJSON(answer)), "the server answers %s", inJSON(answer))
		} else {
			r.does("noAnswer", nil, "there is no answer: give one in lookups of --state")
		}
		return flow.Fetched{ID: r.s.Asked, OK: ok, JSON: answer}
	case flow.Counting:
		return flow.Counted{ID: r.s.Asked, Figures: r.queues}
	case flow.Queued:
		return r.queued()
	case flow.Talking:
		if r.sc.State.Stays {
			r.does("callerStays", nil, "the other side hangs up, the caller stays")
			return flow.TalkEnded{}
		}
		r.does("talkEnds", nil, "the talk ends")
		return flow.HungUp{}
	case flow.Recording:
		r.does("message", nil, "leaves a message")
		if r.sc.State.Stays {
			return flow.Recorded{}
		}
		return flow.HungUp{}
	case flow.Leaving:
		if end := r.ending(); end != "answered" {
			r.does("noExtension", nil, "there is no such extension")
			return flow.NotHandedOver{}
		}
		return flow.HandedOver{}
	case flow.Dialling:
		if end := r.ending(); end != "answered" {
			r.does("notReached", nil, "nobody answers there")
			return flow.NotReached{}
		}
		r.does("reached", nil, "the number answers")
		return flow.Connected{}
	}
	return flow.HungUp{} // there is no other phase
}

// listening presses the next key, or lets the time pass.
func (r *run) listening() flow.Event {
	if r.digits == "" && r.s.Digits == "" && r.keys < len(r.sc.Keys) {
		r.digits = r.sc.Keys[r.keys]
		r.keys++
		if st := r.here(); st != nil && st.Input != nil && st.Input.Secret && r.digits != "-" {
			r.does("pressesHidden", values("count", strconv.Itoa(len(r.digits))), "presses %d keys, which are not shown", len(r.digits))
		} else if r.digits != "-" {
			r.does("presses", values("keys", r.digits), "presses %s", r.digits)
		}
	}
	if r.digits == "" || r.digits == "-" {
		if r.s.Digits == "" {
			silent := r.s.Deadline().Sub(r.now)
			r.does("silent", values("seconds", strconv.Itoa(int(silent.Seconds()))), "presses nothing for %s", silent)
		}
		r.digits, r.now = "", r.s.Deadline()
		return flow.Tick{}
	}
	key := r.digits[:1]
	r.digits = r.digits[1:]
	if st := r.here(); st == nil || st.Input == nil { // a menu takes one
		r.digits = ""
	}
	return flow.Pressed{Digit: key}
}

// queued lets the queue end as the state says.
func (r *run) queued() flow.Event {
	end := r.ending()
	var key string
	if _, err := fmt.Sscanf(end, "key %1s", &key); err == nil {
		r.does("presses", values("keys", key), "presses %s", key)
		before := r.s.Step
		if next, _ := flow.Next(r.p, r.s, flow.Pressed{Digit: key}, r.now); next.Step == before {
			r.does("keyIgnored", nil, "which does nothing here; an agent answers")
			return flow.Connected{}
		}
		return flow.Pressed{Digit: key}
	}
	if end == "answered" {
		r.does("answered", nil, "an agent answers")
		return flow.Connected{}
	}
	r.does("unhelped", values("reason", end), "nobody helps: %s", end)
	if end == string(dialplan.UserLeft) {
		return flow.HungUp{}
	}
	r.now = r.now.Add(time.Duration(r.result.Plan.RingSeconds) * time.Second)
	return flow.Unhelped{Reason: dialplan.MissedReason(end)}
}

// ending is how the queue or transfer ends this time.
func (r *run) ending() string {
	ends := r.sc.State.Ends[r.s.Step]
	n := r.times[r.s.Step]
	r.times[r.s.Step]++
	if len(ends) == 0 {
		return "answered"
	}
	return cmp.Or(ends[min(n, len(ends)-1)], "answered")
}
