package call

import (
	"time"

	"ringdesk/controller/engine"
	"ringdesk/controller/journal"
	"ringdesk/controller/outbound"
	"ringdesk/controller/reason"
	"ringdesk/dialplan/flow"
)

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
	// Dial calls an agent's phone.
	Dial struct{ Agent Agent }
	// DialOut calls the customer.
	DialOut struct {
		Leg    engine.LegID
		Route  outbound.Route
		Number string
	}
	// DialForward calls a number outside that a flow connects the customer to.
	DialForward struct {
		Leg     engine.LegID
		Route   outbound.Route
		Number  string
		Timeout time.Duration
	}
	Hangup struct {
		Leg   engine.LegID
		Cause engine.Cause
	}
	// HandOver gives the customer to an extension of the installation's own dialplan.
	HandOver struct {
		Leg       engine.LegID
		Extension string
	}
	CreateRoom  struct{ Room engine.RoomID }
	DestroyRoom struct{ Room engine.RoomID }
	Join        struct {
		Room engine.RoomID
		Leg  engine.LegID
	}
	// JoinEarly lets a carrier be heard before the customer's answer.
	JoinEarly struct {
		Room engine.RoomID
		Leg  engine.LegID
	}
	Part struct {
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
	Play struct {
		ID     engine.PlaybackID
		Leg    engine.LegID
		Sounds []string
		Loop   bool
	}
	StopPlay struct{ ID engine.PlaybackID }
	Monitor  struct {
		Leg     engine.LegID
		Target  engine.LegID
		Whisper bool
	}
	Record struct {
		ID    engine.RecordingID
		Leg   engine.LegID
		File  string
		Limit time.Duration
	}
	StopRecord struct{ ID engine.RecordingID }
	Mask       struct {
		ID engine.RecordingID
		On bool
	}
)

// Journal is an entry for the call's journal, written with the state.
type Journal struct {
	At    time.Time
	Entry journal.Entry
}

// Occupy marks an agent's claim as a call that is going on. Another call that
// the agent was in is told (IN-9).
type Occupy struct{ AccountID string }

// Free ends an agent's claim.
type Free struct{ AccountID string }

// Took notes that an agent has answered; FewestToday counts it.
type Took struct{ AgentID string }

// WrapUp begins an agent's wrap-up (END-5).
type WrapUp struct {
	AgentID string
	Until   time.Time
}

// Block keeps the caller away until a moment (CALL-7).
type Block struct {
	AgentID string
	Until   time.Time
}

// Tag marks the conversation.
type Tag struct{ Tag string }

// CallBack makes the call that the caller asked for, in their place in the queue
//
type CallBack struct{ Rank int64 }

// Handled marks the missed call that this one answers (MISS-5).
type Handled struct{ CallID string }

// Unhandled takes the mark of Handled back, because the customer was never
// dialled.
type Unhandled struct{ CallID string }

// OutboundBegun notes that an agent's callback uses some of the caps (OUT-9).
type OutboundBegun struct{ AgentID string }

// OutboundTrunk notes by which trunk an outbound call goes.
type OutboundTrunk struct{ Trunk string }

// OutboundEnded closes the outbound call's place in the caps and, if it was
// answered, its charge (OUT-7, OUT-9).
type OutboundEnded struct{}

// Refused answers a Do that cannot be done; the state is unchanged.
type Refused struct{ Why *reason.Why }

// Seek looks for agents; nothing is saved.
type Seek struct{}

// Locate finds out how the call stands in the queue; nothing is saved.
type Locate struct{}

// Fetch asks a server for the call's flow; nothing is saved. What may hold a secret
// is in no journal and no log.
type Fetch flow.Fetch

// CountQueues finds out how queues stand for the call's flow; nothing is saved.
type CountQueues flow.CountQueues

// Give assigns the conversation to a team or an agent, as the flow says.
type Give struct{ Team, Agent string }

// ForwardBegun asks whether the caps allow the call's latest Forward, and notes what it
// uses of them (OUT-9). The answer is Forwardable.
type ForwardBegun struct{}

// ForwardTrunk notes by which trunk a Forward goes.
type ForwardTrunk struct{ ID, Trunk string }

// ForwardOver closes a Forward's place in the caps and, if it was answered, its charge.
type ForwardOver struct {
	ID              string
	Answered, Ended time.Time
}

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
func (DialOut) isEffect()         {}
func (Hangup) isEffect()          {}
func (HandOver) isEffect()        {}
func (CreateRoom) isEffect()      {}
func (DestroyRoom) isEffect()     {}
func (Join) isEffect()            {}
func (JoinEarly) isEffect()       {}
func (Part) isEffect()            {}
func (HoldLeg) isEffect()         {}
func (UnholdLeg) isEffect()       {}
func (MuteLeg) isEffect()         {}
func (Music) isEffect()           {}
func (PlayDigits) isEffect()      {}
func (Play) isEffect()            {}
func (StopPlay) isEffect()        {}
func (Monitor) isEffect()         {}
func (Record) isEffect()          {}
func (StopRecord) isEffect()      {}
func (Mask) isEffect()            {}
func (Journal) isEffect()         {}
func (Occupy) isEffect()          {}
func (Free) isEffect()            {}
func (Took) isEffect()            {}
func (WrapUp) isEffect()          {}
func (Block) isEffect()           {}
func (Tag) isEffect()             {}
func (CallBack) isEffect()        {}
func (Handled) isEffect()         {}
func (Unhandled) isEffect()       {}
func (OutboundBegun) isEffect()   {}
func (OutboundTrunk) isEffect()   {}
func (OutboundEnded) isEffect()   {}
func (Refused) isEffect()         {}
func (Seek) isEffect()            {}
func (Locate) isEffect()          {}
func (Fetch) isEffect()           {}
func (CountQueues) isEffect()     {}
func (Give) isEffect()            {}
func (DialForward) isEffect()     {}
func (ForwardBegun) isEffect()    {}
func (ForwardTrunk) isEffect()    {}
func (ForwardOver) isEffect()     {}
func (Drained) isEffect()         {}
func (RecordingOpened) isEffect() {}
func (TrackOpened) isEffect()     {}
func (TrackStarted) isEffect()    {}
func (TrackClosed) isEffect()     {}

func (c Ring) leg() engine.LegID    { return c.Leg }
func (c Answer) leg() engine.LegID  { return c.Leg }
func (c Dial) leg() engine.LegID    { return c.Agent.Leg }
func (c DialOut) leg() engine.LegID { return c.Leg }
func (c DialForward) leg() engine.LegID {
	return c.Leg
}
func (c Hangup) leg() engine.LegID     { return c.Leg }
func (c HandOver) leg() engine.LegID   { return c.Leg }
func (CreateRoom) leg() engine.LegID   { return "" }
func (DestroyRoom) leg() engine.LegID  { return "" }
func (c Join) leg() engine.LegID       { return c.Leg }
func (c JoinEarly) leg() engine.LegID  { return c.Leg }
func (c Part) leg() engine.LegID       { return c.Leg }
func (c HoldLeg) leg() engine.LegID    { return c.Leg }
func (c UnholdLeg) leg() engine.LegID  { return c.Leg }
func (c MuteLeg) leg() engine.LegID    { return c.Leg }
func (c Music) leg() engine.LegID      { return c.Leg }
func (c PlayDigits) leg() engine.LegID { return c.Leg }
func (c Play) leg() engine.LegID       { return c.Leg }
func (StopPlay) leg() engine.LegID     { return "" }
func (c Monitor) leg() engine.LegID    { return c.Leg }
func (c Record) leg() engine.LegID     { return c.Leg }
func (StopRecord) leg() engine.LegID   { return "" }
func (Mask) leg() engine.LegID         { return "" }
