package flow

import (
	"maps"
	"slices"
	"time"

	"ringdesk/dialplan"
)

// Limits of a call's way through its flow. A call that reaches one ends as
// workflow: check lets no flow pass that comes to them without the caller's doing.
const (
	MaxTaken   = 1000 // steps of one call
	maxAtOnce  = 200  // steps after one input
	maxDepth   = 10   // sub-flows in each other
	playLimit  = 6 * time.Minute
	countLimit = 2 * time.Second
	graceFetch = time.Second     // beyond a lookup's timeout, until its result counts as lost
	graceDial  = 5 * time.Second // beyond a transfer's ring time
	leaveLimit = 10 * time.Second
)

// Phase is what a call waits for in its step.
type Phase string

// The phases.
const (
	Playing   Phase = "playing"   // sounds end; a key may interrupt them
	Listening Phase = "listening" // a key
	Fetching  Phase = "fetching"  // a lookup's result
	Counting  Phase = "counting"  // figures of queues
	Queued    Phase = "queued"    // an agent
	Talking   Phase = "talking"   // the end of the talk with an agent or a number outside
	Recording Phase = "recording" // the end of a message
	Dialling  Phase = "dialling"  // an answer of a number outside
	Leaving   Phase = "leaving"   // the own dialplan to take the call
	Over      Phase = "over"      // nothing: End says how the flow ended
)

// State is where a call stands in its flow. It is a value, kept with the call as
// JSON: a new process goes on from it. Next returns a new one.
type State struct {
	// Version is the program's that the call began with, and keeps.
	Version int   `json:"version,omitempty"`
	Facts   Facts `json:"facts"`

	Flow  string `json:"flow,omitempty"`
	Step  string `json:"step,omitempty"`
	Phase Phase  `json:"phase,omitempty"` // "" before the call has begun
	// Part is which of its sounds a step plays: "" the first, "thanks" or
	// "goodbye" the last.
	Part string `json:"part,omitempty"`
	// Until is when time alone goes on: see Deadline.
	Until time.Time `json:"until,omitzero"`
	// Asked numbers what was asked for last: a playback, a lookup, figures. Results
	// with another number are late, and change nothing.
	Asked   int                `json:"asked,omitempty"`
	Tries   int                `json:"tries,omitempty"`   // that the caller has used up in this step
	Digits  string             `json:"digits,omitempty"`  // that the caller has pressed in this step
	Figures map[string]Figures `json:"figures,omitempty"` // that this step has asked for, by team as in the text

	Language string                `json:"language,omitempty"`
	Priority *int                  `json:"priority,omitempty"`
	Vars     map[string]any        `json:"vars,omitempty"`
	Reason   dialplan.MissedReason `json:"reason,omitempty"` // why nobody has helped so far
	Talked   bool                  `json:"talked,omitempty"` // an agent has answered
	Taken    int                   `json:"taken,omitempty"`  // steps so far
	Limits   map[string]int        `json:"limits,omitempty"` // how often each goto with a limit went back
	Stack    []Place               `json:"stack,omitempty"`  // where sub-flows return to
	End      *End                  `json:"end,omitempty"`
}

// Place is a step of a flow.
type Place struct {
	Flow string `json:"flow"`
	Step string `json:"step"`
}

// How is in which way a flow ended.
type How string

// The ways.
const (
	ByHangup    How = "hangup"    // the flow hung up
	ByCaller    How = "caller"    // the caller did
	ByTalk      How = "talk"      // a talk ended, and nothing was to follow
	ByVoicemail How = "voicemail" // after a message
	ByCallback  How = "callback"  // the caller is called back
	ByTransfer  How = "transfer"  // a number outside had answered
	ByNative    How = "native"    // the own dialplan has taken the call
	ByRefusal   How = "refusal"   // the call was not let in: blocked, or too many
	ByQueue     How = "queue"     // nobody helped, and the queue leads nowhere
	ByLimit     How = "limit"     // more steps than a call may take
	ByMistake   How = "mistake"   // the program lacks what the state names
)

// End is how a flow ended. Every end has one class: an agent answered, or one
// reason why the call was missed (MISS-1).
type End struct {
	Answered bool                  `json:"answered,omitempty"`
	Reason   dialplan.MissedReason `json:"reason,omitempty"`
	How      How                   `json:"how"`
}

// Deadline is when a Tick is due; zero if time alone changes nothing. While
// agents are looked for or talk, the call's own clocks run.
func (s *State) Deadline() time.Time { return s.Until }

// Forgotten is what is kept of a flow that is over: where and how it ended. What the
// caller has keyed in and what servers said is gone.
func (s State) Forgotten() State {
	return State{Version: s.Version, Flow: s.Flow, Step: s.Step, Phase: s.Phase, Reason: s.Reason, Talked: s.Talked, Taken: s.Taken, End: s.End}
}

// clone copies what Next may change.
func (s State) clone() State {
	s.Vars, s.Limits, s.Figures = maps.Clone(s.Vars), maps.Clone(s.Limits), maps.Clone(s.Figures)
	s.Stack = slices.Clone(s.Stack)
	return s
}
