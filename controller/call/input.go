package call

import (
	"time"

	"ringdesk/controller/engine"
	"ringdesk/controller/outbound"
	"ringdesk/controller/reason"
	"ringdesk/dialplan/flow"
)

// Input is something that happens to a call. Engine events of the call's own
// legs are inputs as they are; the others are below.
type Input any

// Candidate is an agent whom the assignment has claimed for the call.
type Candidate struct {
	AgentID     string
	AccountID   string
	Name        string
	Phone       string
	Leg         engine.LegID // chosen for the offer
	PartyID     string
	RingSeconds int  // the agent's own ring time; 0 means the plan's
	JoinMuted   bool // the agent's own wish, besides the plan's (CALL-4)
	Silent      bool // assigned without ringing (IN-3); not claimed
}

// Found is what a search for agents has found.
type Found struct {
	Candidates []Candidate
	Back       []string // agents whose browser is there again, at the same phone (IN-12)
	Busy       bool     // somebody could take the call, later
	Tried      bool     // everybody has been offered it as often as the plan says
	Waiting    int      // calls of the workspace that wait, without this one
}

// Arrived begins an inbound call, together with what the assignment found,
// unless the plan has something else first.
type Arrived Found

// Offered brings what a search has found while the call waits, rings, or
// misses an agent whose browser was lost. Agents whom the call has no use for
// are freed again.
type Offered Found

// Placed begins an outbound call of an agent (OUT-2).
type Placed struct{ Candidate Candidate }

// AskedBack begins the call that a caller asked for instead of waiting.
type AskedBack struct{}

// Barred says that a callback may not be dialled after all: the caps are used up
// (OUT-9).
type Barred struct{}

// Forwardable says by which trunks a Forward may go, and for how long at most; without
// any, it is not allowed.
type Forwardable struct {
	ID      string
	Routes  []outbound.Route
	Seconds int // 0 means no limit
}

// Fetched is what a server has answered to a Fetch.
type Fetched flow.Fetched

// Counted is how the queues stand, for CountQueues.
type Counted flow.Counted

// Resumed says that another process runs the call now: what its flow had asked for
// is asked again.
type Resumed struct{}

// Tick says that the call's Deadline has passed.
type Tick struct{}

// Located tells how the call stands in the queue.
type Located struct {
	Ahead int           // calls before it
	Wait  time.Duration // the estimated wait; 0 means unknown
}

// Away says that an agent's browser was lost (IN-12).
type Away struct{ AccountID string }

// Revoked says that what let somebody in has been taken back (SEC-5): their
// legs end at once. With Phone, its session has ended: its agent may sign in again
// and is awaited (IN-12). With AgentID, the agent no longer belongs to the workspace.
type Revoked struct {
	Phone   string // "" where an agent was
	AgentID string // "" where a phone was
}

// WentTo says that an agent has accepted another call and leaves this one
// (IN-9).
type WentTo struct{ AccountID string }

// Failed says that a command to the engine did not succeed.
type Failed struct {
	Command Command
	Kind    engine.Kind
}

// Reconcile compares the call with how things stand in the engine, after a gap
// or a restart.
type Reconcile struct {
	Snapshot  engine.Snapshot
	Restarted bool // the engine lost all its calls
}

// Action is what an agent does in a call.
type Action string

// The actions. Those with a target need a claimed Candidate.
const (
	Decline         Action = "decline"
	Mute            Action = "mute"
	Unmute          Action = "unmute"
	PutHold         Action = "hold"
	Release         Action = "release"
	Leave           Action = "leave"
	Rejoin          Action = "rejoin" // comes back after Leave
	EndCall         Action = "end"
	SendDTMF        Action = "dtmf"
	Invite          Action = "invite"       // Target rings and joins (CALL-3)
	CancelInvite    Action = "cancelInvite" // Target stops ringing
	Transfer        Action = "transfer"     // to Target (attended if they have joined, else blind) or Team (CALL-7)
	Assign          Action = "assign"       // a waiting call to Target, by hand (IN-3)
	Listen          Action = "listen"       // a supervisor hears (CALL-7)
	Whisper         Action = "whisper"      // a supervisor is heard by Target, or the first agent
	Barge           Action = "barge"        // a supervisor joins the talk
	Unlisten        Action = "unlisten"     // a supervisor leaves
	PauseRecording  Action = "pauseRecording"
	ResumeRecording Action = "resumeRecording"
	AskHelp         Action = "help"
	HelpDone        Action = "helpDone"
	Warn            Action = "warn"     // the warning announcement of the agent's protection
	TurnAway        Action = "turnAway" // its closing announcement, end, tag and block
)

// Do is an agent's command.
type Do struct {
	AgentID    string
	Action     Action
	Digits     string      // with SendDTMF
	Target     string      // agent
	Team       string      // with Transfer
	Supervisor bool        // the agent may supervise
	Candidate  *Candidate  // whom it Fetches, claimed; nil if they cannot be had
	Why        *reason.Why // then why not
}

// Fetches is the agent whom the command brings into the call, or "".
func (d Do) Fetches() string {
	switch d.Action {
	case Invite, Assign:
		return d.Target
	case Transfer:
		return d.Target
	case Listen, Whisper, Barge, Rejoin:
		return d.AgentID
	default:
		return ""
	}
}
