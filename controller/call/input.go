package call

import (
	"time"

	"ringdesk/controller/engine"
)

// Input is something that happens to a call. Engine events of the call's own
// legs are inputs as they are; the others are below.
type Input any

// Candidate is a free agent whom the assignment has claimed for the call.
type Candidate struct {
	AgentID   string
	AccountID string
	Name      string
	Phone     string
	Leg       engine.LegID // chosen for the offer
	PartyID   string
}

// Arrived begins an inbound call, together with what the assignment found.
type Arrived struct {
	Candidates []Candidate
	Busy       bool // somebody could take it, later
}

// Offered brings agents who became free while the call waits or rings. Agents
// whom the call has no use for are freed again.
type Offered struct{ Candidates []Candidate }

// Tick says that the call's Deadline has passed.
type Tick struct{}

// Failed says that a command to the engine did not succeed.
type Failed struct {
	Command Command
	Kind    engine.Kind
}

// Reconcile compares the call with how things stand in the engine, after a gap
// or a restart.
type Reconcile struct{ Snapshot engine.Snapshot }

// Action is what an agent does in a call.
type Action string

// The actions.
const (
	Decline  Action = "decline"
	Mute     Action = "mute"
	Unmute   Action = "unmute"
	PutHold  Action = "hold"
	Release  Action = "release"
	Leave    Action = "leave"
	EndCall  Action = "end"
	SendDTMF Action = "dtmf"

	Invite       Action = "invite"       // Target (CALL-3)
	CancelInvite Action = "cancelInvite" // of Target
	Transfer     Action = "transfer"     // the customer to Target or Team (CALL-7)
	Assign       Action = "assign"       // the call to Target, by hand (IN-9)

	Listen   Action = "listen"   // hear Target, or anybody who is in the call (CALL-7)
	Whisper  Action = "whisper"  // hear Target, who alone hears the supervisor
	Barge    Action = "barge"    // take part
	Unlisten Action = "unlisten" // end Listen or Whisper

	PauseRecording  Action = "pauseRecording"
	ResumeRecording Action = "resumeRecording"
	Help            Action = "help" // ask supervisors
	HelpDone        Action = "helpDone"
	Warn            Action = "warn"     // play the warning to the caller
	TurnAway        Action = "turnAway" // play the goodbye, hang up, tag and block
)

// Do is an agent's command. Reply tells whether it could be done.
type Do struct {
	AgentID    string
	Action     Action
	Digits     string // with SendDTMF
	Target     string // agent id, with the actions that say so
	Team       string // with Transfer
	Supervisor bool   // the agent may supervise (CALL-7)

	// Of the acting agent; the Exchange fills them in.
	Name, AccountID, Phone string
}

// Effect is something that Step wants done once the new state is saved.
type Effect interface{ isEffect() }

// Command is an effect on the engine.
type Command interface {
	Effect
	leg() engine.LegID // the leg it is about, or ""
}

// The commands to the engine; their fields are those of engine.Commands.
type (
	Ring   struct{ Leg engine.LegID }
	Answer struct{ Leg engine.LegID }
	Dial   struct{ Agent Agent }
	Hangup struct {
		Leg   engine.LegID
		Cause engine.Cause
	}
	CreateRoom  struct{ Room engine.RoomID }
	DestroyRoom struct{ Room engine.RoomID }
	Join        struct {
		Room engine.RoomID
		Leg  engine.LegID
	}
	HoldLeg struct {
		Room engine.RoomID
		Leg  engine.LegID
	}
	UnholdLeg struct {
		Room engine.RoomID
		Leg  engine.LegID
	}
	MuteLeg struct {
		Leg engine.LegID
		On  bool
	}
	Music struct {
		Leg engine.LegID
		On  bool
	}
	PlayDigits struct {
		Leg    engine.LegID
		Digits string
	}
	Record struct {
		ID   engine.RecordingID
		Leg  engine.LegID
		File string
	}
)

// Journal is an entry for the call's journal, written with the state.
type Journal struct {
	At   time.Time
	Type string
	Data map[string]any
}

// Occupy marks an agent's claim as a call that is going on.
type Occupy struct{ AccountID string }

// Free ends an agent's claim.
type Free struct{ AccountID string }

// Refused answers a Do that cannot be done; the state is unchanged.
type Refused struct{ Reason string }

// Seek wakes the search for agents; nothing is saved.
type Seek struct{}

// Drained says that nothing of an ended call is left in the engine.
type Drained struct{}

// RecordingOpened makes the record that the call's tracks belong to.
type RecordingOpened struct{}

// TrackOpened, TrackStarted and TrackClosed keep the records of the tracks.
type (
	TrackOpened struct {
		ID      engine.RecordingID
		PartyID string
		Name    string
		File    string
	}
	TrackStarted struct {
		ID engine.RecordingID
		At time.Time
	}
	TrackClosed struct {
		ID     engine.RecordingID
		At     time.Time
		Failed string
	}
)

func (Ring) isEffect()            {}
func (Answer) isEffect()          {}
func (Dial) isEffect()            {}
func (Hangup) isEffect()          {}
func (CreateRoom) isEffect()      {}
func (DestroyRoom) isEffect()     {}
func (Join) isEffect()            {}
func (HoldLeg) isEffect()         {}
func (UnholdLeg) isEffect()       {}
func (MuteLeg) isEffect()         {}
func (Music) isEffect()           {}
func (PlayDigits) isEffect()      {}
func (Record) isEffect()          {}
func (Journal) isEffect()         {}
func (Occupy) isEffect()          {}
func (Free) isEffect()            {}
func (Refused) isEffect()         {}
func (Seek) isEffect()            {}
func (Drained) isEffect()         {}
func (RecordingOpened) isEffect() {}
func (TrackOpened) isEffect()     {}
func (TrackStarted) isEffect()    {}
func (TrackClosed) isEffect()     {}

func (c Ring) leg() engine.LegID       { return c.Leg }
func (c Answer) leg() engine.LegID     { return c.Leg }
func (c Dial) leg() engine.LegID       { return c.Agent.Leg }
func (c Hangup) leg() engine.LegID     { return c.Leg }
func (CreateRoom) leg() engine.LegID   { return "" }
func (DestroyRoom) leg() engine.LegID  { return "" }
func (c Join) leg() engine.LegID       { return c.Leg }
func (c HoldLeg) leg() engine.LegID    { return c.Leg }
func (c UnholdLeg) leg() engine.LegID  { return c.Leg }
func (c MuteLeg) leg() engine.LegID    { return c.Leg }
func (c Music) leg() engine.LegID      { return c.Leg }
func (c PlayDigits) leg() engine.LegID { return c.Leg }
func (c Record) leg() engine.LegID     { return c.Leg }
