// Package call decides what happens in a call.
//
// Step (step.go) is the decision: a pure, total function of a call's state and
// one input, which gives the next state and what shall happen: commands to the
// engine and records for the store. Package exchange runs calls by it.
//
// What happens before an agent is offered is decided by package dialplan (the
// call's Plan), whom to offer by package assign.
package call

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/controller/outbound"
	"ringdesk/dialplan"
	"ringdesk/dialplan/flow"
)

// State is where a call stands.
type State string

// The states of a call.
const (
	Greeting  State = "greeting"  // the customer hears an announcement, or goes through a flow's menus; no agent is there
	Queued    State = "queued"    // waits, no agent rings
	Ringing   State = "ringing"   // one or more agents ring
	Dialing   State = "dialing"   // outbound: an agent is there, the customer's phone is being called; inbound: a flow has it forwarded outside
	Talking   State = "talking"   // customer and agents are connected
	Voicemail State = "voicemail" // the customer leaves a message
	Survey    State = "survey"    // the customer grades the talk
	Ended     State = "ended"     // over; Outcome says how
	Missed    State = "missed"    // over, inbound, no agent had answered; MissedReason says why
)

// Over says whether the call has ended.
func (s State) Over() bool { return s == Ended || s == Missed }

// EndedBy says who ended a call.
type EndedBy string

// Who can end a call.
const (
	ByCustomer EndedBy = "customer"
	ByAgent    EndedBy = "agent"
	BySystem   EndedBy = "system"
)

// Outcome is the one class of a call that is over.
type Outcome string

// The outcomes. All but WasMissed and Answered are of outbound calls that the
// customer did not answer (OUT-8).
const (
	Answered    Outcome = "answered"
	WasMissed   Outcome = "missed"
	WasBusy     Outcome = "busy"
	NoAnswer    Outcome = "noAnswer"
	Rejected    Outcome = "rejected"
	Unreachable Outcome = "unreachable" // no such number, or not to be reached
	Moved       Outcome = "moved"       // the number was changed, or the carrier redirected the call, which is never followed
	Cancelled   Outcome = "cancelled"   // the agent hung up first
	Failure     Outcome = "failed"      // the carrier or the engine could not do it
)

// Hold says that the customer is on hold (HOLD-2).
type Hold struct {
	AgentID string    `json:"agentId"`
	Name    string    `json:"name"`
	Since   time.Time `json:"since"`
}

// Help says that an agent asks for a supervisor's help (CALL-7).
type Help struct {
	AgentID string    `json:"agentId"`
	Name    string    `json:"name"`
	Since   time.Time `json:"since"`
}

// Prompt is an announcement that the customer hears.
type Prompt struct {
	ID     engine.PlaybackID `json:"id"`
	For    string            `json:"for"` // what follows: see promptOver
	Sounds []string          `json:"sounds"`
	Until  time.Time         `json:"until"`           // when it counts as played, whatever was heard of it
	Asked  int               `json:"asked,omitempty"` // the flow's number of it
}

// Out is what an outbound call needs.
type Out struct {
	Number    string           `json:"number"`             // to dial: E.164, or a short number
	Routes    []outbound.Route `json:"routes"`             // in the order in which they are tried; at least one
	Tried     int              `json:"tried"`              // how many of them have been
	Dials     int              `json:"dials"`              // how often the customer was dialled
	Seconds   int              `json:"seconds,omitempty"`  // the longest talk; 0 means no limit
	TalkUntil time.Time        `json:"talkUntil,omitzero"` // the caps allow no more (OUT-9)
	Ringback  string           `json:"ringback,omitempty"` // playback of the ringing tone to the agent
	Early     bool             `json:"early,omitempty"`    // the agent hears what the carrier says before the answer
	RingUntil time.Time        `json:"ringUntil,omitzero"` // when the engine must have given the customer's dial up
	// Callback is set when the caller asked for it.
	Callback *Callback `json:"callback,omitempty"`
}

// Callback is a call that a caller asked for instead of waiting. It keeps
// the caller's place.
type Callback struct {
	From     string `json:"from"`     // id of the call in which it was asked for
	Rank     int64  `json:"rank"`     // the place in the queue
	Attempts int    `json:"attempts"` // how often the customer was called
}

// Call is a call's whole state. It is a value: Step returns a new one.
type Call struct {
	ID             string        `json:"id"`
	WorkspaceID    string        `json:"workspaceId"`
	ConversationID string        `json:"conversationId"`
	NumberID       string        `json:"numberId"`
	Kind           string        `json:"kind"`
	Direction      string        `json:"direction"`
	From           string        `json:"from"`
	To             string        `json:"to"`
	CallerAddress  string        `json:"callerAddress,omitempty"` // inbound: user@host of a caller who has no number
	CallerName     string        `json:"callerName,omitempty"`    // inbound: the carrier's word for the caller
	MissedCallID   string        `json:"missedCallId,omitempty"`  // outbound: the missed call that it answers (MISS-5)
	Plan           dialplan.Plan `json:"plan"`                    // where there is a flow, what that says of the queue
	Zone           string        `json:"zone,omitempty"`          // the workspace's time zone, IANA name

	// Flow is where the call stands in its workspace's flow; nil if it goes as its plan
	// alone says. Program is that version of the flows; whoever reads a stored call
	// puts it there, and without it a flow ends as workflow.
	Flow    *flow.State   `json:"flow,omitempty"`
	Program *flow.Program `json:"-"`

	State    State         `json:"state"`
	Room     engine.RoomID `json:"room,omitempty"`
	Customer Customer      `json:"customer"`
	Agents   []Agent       `json:"agents"`
	Out      *Out          `json:"out,omitempty"`
	Forwards []Forward     `json:"forwards,omitempty"` // numbers outside that the flow has dialled; the last may be live

	Waiting
	Hold       *Hold                 `json:"hold,omitempty"`
	Help       *Help                 `json:"help,omitempty"`
	AloneSince time.Time             `json:"aloneSince,omitzero"` // talking, but the customer hears music until an agent is back (IN-12)
	Prompt     *Prompt               `json:"prompt,omitempty"`
	Prompts    int                   `json:"prompts,omitempty"`    // how many there were
	Pending    dialplan.MissedReason `json:"pending,omitempty"`    // why it will be missed once the announcement or message is over
	TurnedAway bool                  `json:"turnedAway,omitempty"` // by an agent's protection (CALL-7)
	Grade      int                   `json:"grade,omitempty"`      // of the survey
	Recorded
	Timers

	StartedAt  time.Time `json:"startedAt"`
	AnsweredAt time.Time `json:"answeredAt,omitzero"`
	Met        bool      `json:"met,omitempty"` // the customer has been in the room: they could speak to an agent
	Ending
	// Spent is how long the call was in each state, in milliseconds, up to
	// Since; once over they add up to its length.
	Spent map[State]int64 `json:"spent,omitempty"`
	Since time.Time       `json:"since,omitzero"`

	Seq     int64 `json:"seq"`     // of its last journal entry
	Version int64 `json:"version"` // counts the times that it was saved
}

// Waiting is a call's place in the queue, and how far its search for an agent has
// come.
type Waiting struct {
	Rank        int64     `json:"rank,omitempty"`       // the order of waiting, lower first; 0 means that it does not wait
	QueuedAt    time.Time `json:"queuedAt,omitzero"`    // since when it waits for the first free agent
	Level       int       `json:"level,omitempty"`      // where in Plan.Overflow it stands
	Offers      int       `json:"offers,omitempty"`     // agents before this place in Agents do not count as tried
	NobodySince time.Time `json:"nobodySince,omitzero"` // since when it finds nobody who could ever take it
}

// Recorded is about a call's recording.
type Recorded struct {
	Record       bool      `json:"record,omitempty"`       // the number's talks are recorded (END-1)
	RecordingID  string    `json:"recordingId,omitempty"`  // chosen before the recording is opened
	Recording    bool      `json:"recording,omitempty"`    // it has been opened
	PausedSince  time.Time `json:"pausedSince,omitzero"`   // it goes on in silence (CALL-7)
	PausedBefore bool      `json:"pausedBefore,omitempty"` // it has been paused at least once
}

// Timers are the moments at which time alone changes a call (Deadline). enter
// clears those that the new state does not have.
type Timers struct {
	RingUntil  time.Time `json:"ringUntil,omitzero"`  // how long a call rings that nobody is assigned to
	SeekAt     time.Time `json:"seekAt,omitzero"`     // when to look for agents (again)
	QueueUntil time.Time `json:"queueUntil,omitzero"` // the longest the caller may wait
	AnnounceAt time.Time `json:"announceAt,omitzero"` // the next announcement to one who waits
	PhaseUntil time.Time `json:"phaseUntil,omitzero"` // the end of a message or a survey
	DrainUntil time.Time `json:"drainUntil,omitzero"` // once over: when to stop waiting for legs to end
}

// Ending is how a call that is over ended.
type Ending struct {
	EndedAt      time.Time             `json:"endedAt,omitzero"`
	EndedBy      EndedBy               `json:"endedBy,omitempty"`
	Outcome      Outcome               `json:"outcome,omitempty"` // an outbound call's is known a little before its end
	MissedReason dialplan.MissedReason `json:"missedReason,omitempty"`
}

// Agent finds a participant by agent, the present one before past ones.
func (c *Call) Agent(agentID string) (Agent, bool) {
	for _, a := range slices.Backward(c.Agents) {
		if a.AgentID == agentID {
			return a, true
		}
	}
	return Agent{}, false
}

// Present finds the place of an agent who rings or talks; -1 if they do
// neither.
func (c *Call) Present(agentID string) int {
	return slices.IndexFunc(c.Agents, func(a Agent) bool {
		return a.AgentID == agentID && (a.State == PartyRinging || a.State == PartyJoined)
	})
}

// Caller is what an inbound call's caller is known and blocked by; "" for one whose
// number is withheld.
func (c *Call) Caller() string { return cmp.Or(c.From, c.CallerAddress) }

// Waits says whether the call is in want of an agent.
func (c *Call) Waits() bool { return c.State == Queued || c.State == Ringing }

// Rests says whether the call is a callback between two tries: it is in nobody's
// way, and looks for no agent.
func (c *Call) Rests() bool {
	return c.State == Queued && c.Rank == 0 && c.Out != nil && c.Out.Callback != nil
}

// RingsOne says whether the call rings an agent whom nobody else shall ring
// beside: automatic assignment asks one at a time (IN-4), and a colleague has
// chosen whom a call is handed over or assigned to (CALL-7, IN-3).
func (c *Call) RingsOne() bool {
	return slices.ContainsFunc(c.Agents, func(a Agent) bool {
		return a.State == PartyRinging && (c.Plan.Automatic || a.InvitedBy != "")
	})
}

// AnyRings says whether an agent's phone rings for the call.
func (c *Call) AnyRings() bool {
	return slices.ContainsFunc(c.Agents, func(a Agent) bool { return a.State == PartyRinging })
}

// Rounds is how often each candidate is offered the call at this level. Where
// all ring at once, once.
func (c *Call) Rounds() int {
	if !c.Plan.Automatic || c.Level >= len(c.Plan.Overflow) {
		return 1
	}
	return max(1, c.Plan.Overflow[c.Level].Rounds)
}

// Asked counts how often each agent was offered the call at its present level,
// since it last began to look for agents, and says who was offered it last.
func (c *Call) Asked() (offers map[string]int, last string) {
	offers = map[string]int{}
	for _, a := range c.Agents[min(c.Offers, len(c.Agents)):] {
		if a.State == PartyMoved {
			continue
		}
		last = a.AgentID
		if a.Level == c.Level && a.InvitedBy == "" && !a.Lost {
			offers[a.AgentID]++
		}
	}
	return offers, last
}

// Team is the team whose agents the call wants now; "" means everybody.
func (c *Call) Team() string {
	if c.Level < len(c.Plan.Overflow) {
		return c.Plan.Overflow[c.Level].Team
	}
	return ""
}

// Drained says whether nothing of the call is left in the engine.
func (c *Call) Drained() bool {
	if !c.State.Over() || !c.Customer.drained() {
		return false
	}
	for i := range c.Agents {
		if !c.Agents[i].drained() {
			return false
		}
	}
	return !slices.ContainsFunc(c.Forwards, func(f Forward) bool { return !f.Gone })
}

// Deadline is the next moment at which time alone changes the call; zero if
// there is none.
func (c *Call) Deadline() time.Time {
	if c.State.Over() {
		if c.Drained() {
			return time.Time{}
		}
		return c.DrainUntil
	}
	next := earliest(c.SeekAt, c.RingUntil, c.PhaseUntil)
	if c.Flow != nil {
		next = earliest(next, c.Flow.Until)
	}
	if c.State == Queued {
		next = earliest(next, c.QueueUntil, c.AnnounceAt)
	}
	if c.Prompt != nil {
		next = earliest(next, c.Prompt.Until)
	}
	if c.Out != nil { // also while a customer who was reached waits for another agent
		next = earliest(next, c.Out.TalkUntil)
		if c.State == Dialing {
			next = earliest(next, c.Out.RingUntil)
		}
	}
	if f := c.forward(); f != nil {
		next = earliest(next, f.TalkUntil)
	}
	for i := range c.Agents {
		if c.Agents[i].State == PartyRinging {
			next = earliest(next, c.Agents[i].RingUntil)
		}
	}
	return next
}

// earliest gives the first moment that is set.
func earliest(times ...time.Time) time.Time {
	var first time.Time
	for _, t := range times {
		if !t.IsZero() && (first.IsZero() || t.Before(first)) {
			first = t
		}
	}
	return first
}

// Legs lists the legs that have not ended.
func (c *Call) Legs() []engine.LegID {
	var legs []engine.LegID
	if !c.Customer.Gone {
		legs = append(legs, c.Customer.Leg)
	}
	for _, a := range c.Agents {
		if !a.Gone {
			legs = append(legs, a.Leg)
		}
	}
	for _, f := range c.Forwards {
		if !f.Gone {
			legs = append(legs, f.Leg)
		}
	}
	return legs
}

// Names lists the ids under which the engine speaks of the call: all its legs
// and recordings.
func (c *Call) Names() []engine.LegID {
	var names []engine.LegID
	if c.Customer.Leg != "" {
		names = append(names, c.Customer.Leg)
	}
	tracks := c.Customer.Tracks
	for _, a := range c.Agents {
		names = append(names, a.Leg)
		tracks = append(slices.Clip(tracks), a.Tracks...)
	}
	for _, f := range c.Forwards {
		if f.Leg != "" {
			names = append(names, f.Leg)
		}
	}
	for _, t := range tracks {
		names = append(names, engine.LegID(t.ID))
	}
	return names
}

// clone copies what Step may change.
func (c Call) clone() Call {
	c.Customer.Tracks = slices.Clone(c.Customer.Tracks)
	c.Agents = slices.Clone(c.Agents)
	for i := range c.Agents {
		c.Agents[i].Tracks = slices.Clone(c.Agents[i].Tracks)
	}
	c.Hold, c.Help, c.Prompt, c.Out = copied(c.Hold), copied(c.Help), copied(c.Prompt), copied(c.Out)
	if c.Out != nil {
		c.Out.Callback = copied(c.Out.Callback)
	}
	c.Forwards = slices.Clone(c.Forwards)
	c.Spent = maps.Clone(c.Spent)
	return c
}

func copied[T any](p *T) *T {
	if p == nil {
		return nil
	}
	v := *p
	return &v
}
