package journal

// CallCreated begins every call's journal.
type CallCreated struct {
	CallerAddress string `json:"callerAddress,omitempty"` // user@host of a caller who has no number
	CallerName    string `json:"callerName,omitempty"`    // the carrier's word for the caller
	ContactID     string `json:"contactId"`
	Direction     string `json:"direction"`
	From          string `json:"from"`
	Kind          string `json:"kind"`
	To            string `json:"to"`
}

// CallRefused is the only entry of a call that no workspace took, or of many
// calls that were refused within a second because they were too many.
type CallRefused struct {
	Calls  int     `json:"calls,omitempty"` // how many; 0 for a single one
	From   *string `json:"from,omitempty"`  // nil for many
	Reason string  `json:"reason"`          // failure, overload, unregisteredNumber
	To     *string `json:"to,omitempty"`    // nil for many
	Trunk  string  `json:"trunk"`
}

// CallQueued says that the call waits in the queue (IN-6).
type CallQueued struct {
	Callback bool   `json:"callback,omitempty"` // it is a callback, and waits without the caller
	Team     string `json:"team"`               // "" means everybody
}

// CallLevel says that the call goes on to the plan's next team.
type CallLevel struct {
	Level int    `json:"level"`
	Team  string `json:"team"`
}

// CallAssigned says that a call that waits was given to an agent by hand (IN-3).
type CallAssigned struct {
	AgentID string `json:"agentId"`
	By      string `json:"by"` // agent
}

// CallAnswered says that an agent and the customer are connected.
type CallAnswered struct {
	Again *bool `json:"again,omitempty"` // they had talked before; nil in an outbound call
	*Agent
	RingMS *int64 `json:"ringMs,omitempty"` // how long the agent's phone rang; nil in an outbound call
	WaitMS int64  `json:"waitMs"`           // since the call began
}

// First says whether nobody had answered the call before.
func (e CallAnswered) First() bool { return e.Again == nil || !*e.Again }

// CallHeld says that the customer was put on hold (HOLD-2).
type CallHeld struct{ Agent }

// CallReleased says that hold has ended. Agent is nil where hold had failed.
type CallReleased struct {
	*Agent
	Failed bool `json:"failed,omitempty"`
}

// CallAlone says that the customer hears music until an agent is back (IN-12).
type CallAlone struct{}

// CallTogether says that an agent is back with a customer who was alone.
type CallTogether struct{}

// CallTransferred says that an agent hands the call over, to a team or to a
// colleague (CALL-7).
type CallTransferred struct {
	AgentID  string `json:"agentId"`
	Attended *bool  `json:"attended,omitempty"` // the colleague had joined before; nil for a team
	Team     string `json:"team,omitempty"`
	To       string `json:"to,omitempty"` // agent
}

// CallRequeued says that a customer who has talked waits again.
type CallRequeued struct {
	AgentID string  `json:"agentId,omitempty"` // the only one who is asked
	Team    *string `json:"team,omitempty"`    // nil where one agent is asked
	Why     string  `json:"why"`               // transfer, agentLost
}

// CallWarned says that the customer heard the protection's warning (CALL-7).
type CallWarned struct{ Agent }

// CallTurnedAway says that an agent ended the call by the protection (CALL-7).
type CallTurnedAway struct{ Agent }

// CallEnded is the call's end with what statistics are made from (STAT-0). The
// times spent in each state are in milliseconds, nil for a state that it was
// never in.
type CallEnded struct {
	By           string `json:"by"`
	DialMS       *int64 `json:"dialMs,omitempty"`
	GreetingMS   *int64 `json:"greetingMs,omitempty"`
	MissedReason string `json:"missedReason,omitempty"`
	Outcome      string `json:"outcome"`
	QueueMS      *int64 `json:"queueMs,omitempty"`
	RingMS       *int64 `json:"ringMs,omitempty"`
	State        string `json:"state"`
	SurveyMS     *int64 `json:"surveyMs,omitempty"`
	TalkMS       *int64 `json:"talkMs,omitempty"`
	TotalMS      int64  `json:"totalMs"`
	VoicemailMS  *int64 `json:"voicemailMs,omitempty"`
}

// CallLeftovers says that legs of an ended call were given up: the engine never
// told of their end.
type CallLeftovers struct {
	Legs []string `json:"legs"`
}

func (CallCreated) Type() string     { return "call.created" }
func (CallRefused) Type() string     { return "call.refused" }
func (CallQueued) Type() string      { return "call.queued" }
func (CallLevel) Type() string       { return "call.level" }
func (CallAssigned) Type() string    { return "call.assigned" }
func (CallAnswered) Type() string    { return "call.answered" }
func (CallHeld) Type() string        { return "call.held" }
func (CallReleased) Type() string    { return "call.released" }
func (CallAlone) Type() string       { return "call.alone" }
func (CallTogether) Type() string    { return "call.together" }
func (CallTransferred) Type() string { return "call.transferred" }
func (CallRequeued) Type() string    { return "call.requeued" }
func (CallWarned) Type() string      { return "call.warned" }
func (CallTurnedAway) Type() string  { return "call.turnedAway" }
func (CallEnded) Type() string       { return "call.ended" }
func (CallLeftovers) Type() string   { return "call.leftovers" }
