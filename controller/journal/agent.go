package journal

import "time"

// Agent is whom an entry is about.
type Agent struct {
	AgentID string `json:"agentId"`
	Name    string `json:"name"`
}

// AgentOffered says that an agent's phone rings, or that the call was assigned to
// them in silence (IN-3).
type AgentOffered struct {
	AgentID   string `json:"agentId"`
	InvitedBy string `json:"invitedBy,omitempty"` // agent (CALL-3)
	Name      string `json:"name"`
	Silent    bool   `json:"silent,omitempty"`
}

// Ends of an offer: AgentJoined is that of an invitation, and CallAnswered that
// of the first agent's.
type (
	AgentJoined   struct{ Agent }
	AgentDeclined struct{ Agent }
	AgentMissed   struct{ Agent } // rang in vain
	AgentTaken    struct{ Agent } // a colleague answered first (IN-11)
	AgentMoved    struct{ Agent } // goes on at the agent's new phone
)

// AgentLeft says that an agent who had joined is out of the call.
type AgentLeft struct{ Agent }

// AgentWrapUp says that an agent who has talked wraps the call up: until they have
// finished, at the latest until then (END-5).
type AgentWrapUp struct {
	Agent
	Until time.Time `json:"until"`
}

// AgentWrappedUp says that they do no longer. As that may be at any time after the
// call, it stands in the journal of the call's conversation.
type AgentWrappedUp struct {
	AgentID string    `json:"agentId"`
	CallID  string    `json:"callId"`
	How     WrapUpEnd `json:"how"`
}

// WrapUpEnd is how a wrap-up ends (END-5).
type WrapUpEnd string

// The ends of wrap-ups.
const (
	WrapUpFinished WrapUpEnd = "finished" // the agent said so
	WrapUpDealt    WrapUpEnd = "dealt"    // the conversation was closed or snoozed
	WrapUpRanOut   WrapUpEnd = "ranOut"   // the limit
	WrapUpReplaced WrapUpEnd = "replaced" // the agent wraps another call up
)

// AgentAway says that the browser of an agent who talks was lost (IN-12).
type AgentAway struct{ Agent }

// AgentReturned says that it is back.
type AgentReturned struct{ Agent }

// AgentCut says that an agent's leg was ended because what let them in was taken
// back (SEC-5).
type AgentCut struct{ Agent }

// AgentMuted says that nobody hears the agent any more (CALL-4).
type AgentMuted struct {
	AgentID string `json:"agentId"`
}

// AgentUnmuted says that the agent is heard again.
type AgentUnmuted struct {
	AgentID string `json:"agentId"`
}

// AgentDTMF says how many keys an agent sent to the customer's side, and not
// which (CALL-7).
type AgentDTMF struct {
	AgentID string `json:"agentId"`
	Count   int    `json:"count"`
}

// What a supervisor does in a call (CALL-7).
type (
	SupervisorListens  struct{ Agent }
	SupervisorWhispers struct{ Agent }
	SupervisorBarges   struct{ Agent }
)

// HelpAsked says that an agent asks for a supervisor (CALL-7).
type HelpAsked struct{ Agent }

// HelpDone says that they ask no longer.
type HelpDone struct{ Agent }

func (AgentOffered) Type() string       { return "agent.offered" }
func (AgentJoined) Type() string        { return "agent.joined" }
func (AgentDeclined) Type() string      { return "agent.declined" }
func (AgentMissed) Type() string        { return "agent.missed" }
func (AgentTaken) Type() string         { return "agent.taken" }
func (AgentMoved) Type() string         { return "agent.moved" }
func (AgentLeft) Type() string          { return "agent.left" }
func (AgentWrapUp) Type() string        { return "agent.wrapUp" }
func (AgentWrappedUp) Type() string     { return "agent.wrappedUp" }
func (AgentAway) Type() string          { return "agent.away" }
func (AgentReturned) Type() string      { return "agent.returned" }
func (AgentCut) Type() string           { return "agent.cut" }
func (AgentMuted) Type() string         { return "agent.muted" }
func (AgentUnmuted) Type() string       { return "agent.unmuted" }
func (AgentDTMF) Type() string          { return "agent.dtmf" }
func (SupervisorListens) Type() string  { return "supervisor.listen" }
func (SupervisorWhispers) Type() string { return "supervisor.whisper" }
func (SupervisorBarges) Type() string   { return "supervisor.barge" }
func (HelpAsked) Type() string          { return "help.asked" }
func (HelpDone) Type() string           { return "help.done" }
