// Package call decides what happens in a call, and runs it.
//
// Step (step.go) is the decision: a pure, total function of a call's state and
// one input. A runner (runner.go) is the one goroutine that owns a call: it
// takes the inputs in order, steps, saves the new state with its journal in
// one transaction, and only then lets the effects happen. The Exchange
// (exchange.go) hands the engine's events, people's commands and free agents
// to the runners, and picks up live calls after a restart or a gap.
package call

import (
	"encoding/json"
	"slices"
	"time"

	"ringdesk/controller/engine"
)

// State is where a call stands.
type State string

// The states of a call.
const (
	Greeting  State = "greeting"  // hears the greeting, nothing rings yet
	Queued    State = "queued"    // waits, no agent rings
	Ringing   State = "ringing"   // one or more agents ring
	Dialing   State = "dialing"   // an outbound call that the other side has not answered
	Talking   State = "talking"   // customer and agents are connected
	Voicemail State = "voicemail" // the caller leaves a message
	Survey    State = "survey"    // the customer is asked for a grade
	Ended     State = "ended"     // over, somebody had answered
	Missed    State = "missed"    // over, nobody had answered; MissedReason says why
)

// Over says whether the call has ended.
func (s State) Over() bool { return s == Ended || s == Missed }

// PartyState is where a participant stands.
type PartyState string

// The states of a participant.
const (
	PartyRinging  PartyState = "ringing"
	PartyJoined   PartyState = "joined"
	PartyLeft     PartyState = "left"
	PartyDeclined PartyState = "declined"
	PartyMissed   PartyState = "missed" // rang in vain
	PartyTaken    PartyState = "taken"  // a colleague answered first (IN-11)
	PartyMoved    PartyState = "moved"  // goes on at the agent's new phone, as another participant
)

// EndedBy says who ended a call.
type EndedBy string

// Who can end a call.
const (
	ByCustomer EndedBy = "customer"
	ByAgent    EndedBy = "agent"
	BySystem   EndedBy = "system"
)

// MissedReason says why nobody answered (MISS-1).
type MissedReason string

// The reasons in their order of precedence: where several apply, the first.
const (
	BlockedUser        MissedReason = "blockedUser"
	UnregisteredNumber MissedReason = "unregisteredNumber"
	InboundRateLimit   MissedReason = "inboundRateLimit"
	Workflow           MissedReason = "workflow"
	NotInOperation     MissedReason = "notInOperation"
	NoOperator         MissedReason = "noOperator"
	ExceededQueue      MissedReason = "exceededQueue"
	AbandonedInQueue   MissedReason = "abandonedInQueue"
	RingTimeOver       MissedReason = "ringTimeOver"
	ManagerLeft        MissedReason = "managerLeft"
	UserLeft           MissedReason = "userLeft"
)

// Party is one participant and their leg.
type Party struct {
	ID        string       `json:"id"`
	Name      string       `json:"name"`
	Leg       engine.LegID `json:"leg"`
	Gone      bool         `json:"gone,omitempty"` // the leg has ended
	State     PartyState   `json:"state"`
	RingingAt time.Time    `json:"ringingAt,omitzero"`
	JoinedAt  time.Time    `json:"joinedAt,omitzero"`
	LeftAt    time.Time    `json:"leftAt,omitzero"`
	Muted     bool         `json:"muted,omitempty"`
	Tracks    []Track      `json:"tracks,omitempty"`
}

// Customer is the contact's side.
type Customer struct {
	Party
	ContactID string `json:"contactId"`
	Answered  bool   `json:"answered,omitempty"` // the leg is connected, be it to hold music
}

// Agent is an agent's side.
type Agent struct {
	Party
	AgentID   string `json:"agentId"`
	AccountID string `json:"accountId"`
	Phone     string `json:"phone"`
	// Redial says that a new phone of an agent who has joined is being dialled;
	// the browser answers by itself (IN-12).
	Redial bool `json:"redial,omitempty"`
	// AwaySince is when the browser of an agent who has joined was lost.
	AwaySince time.Time `json:"awaySince,omitzero"`
}

// Track is the recording of what a party says.
type Track struct {
	ID        engine.RecordingID `json:"id"`
	StartedAt time.Time          `json:"startedAt,omitzero"`
	Closed    bool               `json:"closed,omitempty"`
}

// Hold says that the customer is on hold (HOLD-2).
type Hold struct {
	AgentID string    `json:"agentId"`
	Name    string    `json:"name"`
	Since   time.Time `json:"since"`
}

// Call is a call's whole state. It is a value: Step returns a new one.
type Call struct {
	ID             string        `json:"id"`
	WorkspaceID    string        `json:"workspaceId"`
	ConversationID string        `json:"conversationId"`
	NumberID       string        `json:"numberId"`
	RecordingID    string        `json:"recordingId,omitempty"` // "" when the number is not recorded
	Kind           string        `json:"kind"`
	Direction      string        `json:"direction"`
	From           string        `json:"from"`
	To             string        `json:"to"`
	State          State         `json:"state"`
	Room           engine.RoomID `json:"room,omitempty"`
	Customer       Customer      `json:"customer"`
	Agents         []Agent       `json:"agents"`
	Hold           *Hold         `json:"hold,omitempty"`
	StartedAt      time.Time     `json:"startedAt"`
	AnsweredAt     time.Time     `json:"answeredAt,omitzero"`
	EndedAt        time.Time     `json:"endedAt,omitzero"`
	EndedBy        EndedBy       `json:"endedBy,omitempty"`
	MissedReason   MissedReason  `json:"missedReason,omitempty"`
	RingUntil      time.Time     `json:"ringUntil,omitzero"`  // while Ringing
	SeekAt         time.Time     `json:"seekAt,omitzero"`     // when to look for agents: no phone is left that rings, or one who talks is away
	QueueUntil     time.Time     `json:"queueUntil,omitzero"` // the longest the caller may wait
	DrainUntil     time.Time     `json:"drainUntil,omitzero"` // once over: when to stop waiting for legs to end
	RingSeconds    int           `json:"ringSeconds"`
	Seq            int64         `json:"seq"` // of its last journal entry
	Version        int64         `json:"version"`
}

// Decode reads a call's stored state.
func Decode(data string) (Call, error) {
	var c Call
	err := json.Unmarshal([]byte(data), &c)
	return c, err
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

// present finds the place of an agent who rings or talks; -1 if they do
// neither.
func (c *Call) present(agentID string) int {
	return slices.IndexFunc(c.Agents, func(a Agent) bool {
		return a.AgentID == agentID && (a.State == PartyRinging || a.State == PartyJoined)
	})
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
	return true
}

func (p *Party) drained() bool {
	if !p.Gone {
		return false
	}
	for _, t := range p.Tracks {
		if !t.Closed {
			return false
		}
	}
	return true
}

// Deadline is the next moment at which time alone changes the call; zero if
// there is none.
func (c *Call) Deadline() time.Time {
	switch {
	case c.State == Ringing && !c.SeekAt.IsZero() && c.SeekAt.Before(c.RingUntil):
		return c.SeekAt
	case c.State == Ringing:
		return c.RingUntil
	case c.State == Talking:
		return c.SeekAt
	case c.State == Queued:
		return c.QueueUntil
	case c.State.Over() && !c.Drained():
		return c.DrainUntil
	default:
		return time.Time{}
	}
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
	return legs
}

// names lists the ids under which the engine speaks of the call: all its legs
// and recordings.
func (c *Call) names() []engine.LegID {
	names := []engine.LegID{c.Customer.Leg}
	tracks := c.Customer.Tracks
	for _, a := range c.Agents {
		names = append(names, a.Leg)
		tracks = append(slices.Clip(tracks), a.Tracks...)
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
	if c.Hold != nil {
		h := *c.Hold
		c.Hold = &h
	}
	return c
}
