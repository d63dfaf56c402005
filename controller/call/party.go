package call

import (
	"time"

	"ringdesk/controller/engine"
)

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

// Party is one participant and their leg.
type Party struct {
	ID        string       `json:"id"`
	Name      string       `json:"name"`
	Leg       engine.LegID `json:"leg"`
	Gone      bool         `json:"gone,omitempty"` // the leg has ended, or is not made yet
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

// Role is what an agent is in a call.
type Role string

// The roles. A supervisor who barges in becomes a Speaker.
const (
	Speaker    Role = ""           // hears and is heard
	Listening  Role = "listening"  // a supervisor whom nobody hears
	Whispering Role = "whispering" // a supervisor whom one agent hears
)

// Agent is an agent's side.
type Agent struct {
	Party
	AgentID   string `json:"agentId"`
	AccountID string `json:"accountId"`
	Phone     string `json:"phone"`
	Role      Role   `json:"role,omitempty"`
	// AutoAnswer says that the phone of an agent who counts as joined is being
	// dialled, and that their browser answers by itself: they placed the call,
	// supervise it, or have reloaded the page (IN-12).
	AutoAnswer bool `json:"autoAnswer,omitempty"`
	JoinMuted  bool `json:"joinMuted,omitempty"` // the agent's own wish (CALL-4)
	// AwaySince is when the browser of an agent who has joined was lost.
	AwaySince time.Time `json:"awaySince,omitzero"`
	// Cut says that the leg is to end whatever the browser does (SEC-5), also
	// after a gap in which the command to end it was lost.
	Cut bool `json:"cut,omitempty"`
	// RingUntil is when a phone that rings stops.
	RingUntil time.Time `json:"ringUntil,omitzero"`
	// Level is the level of the plan at which the agent was offered the call.
	Level int `json:"level,omitempty"`
	// Lost says that the phone could not ring on: that is no refusal.
	Lost bool `json:"lost,omitempty"`
	// InvitedBy names the colleague who called this agent in by hand (CALL-3).
	InvitedBy string `json:"invitedBy,omitempty"`
	// Watches is the agent whom a supervisor hears.
	Watches string `json:"watches,omitempty"`
}

// Speaks says whether the agent takes part in the talk, and is not only
// supervising it.
func (a *Agent) Speaks() bool { return a.State == PartyJoined && a.Role == Speaker }

// here says whether the agent takes part and can be heard: their phone has
// answered, and their browser is not lost.
func (a *Agent) here() bool { return a.Speaks() && a.AwaySince.IsZero() && !a.Gone && !a.AutoAnswer }

// Silent says whether the agent was assigned without ringing (IN-3).
func (a *Agent) Silent() bool { return a.State == PartyRinging && a.Gone }

// Track is the recording of what a party says.
type Track struct {
	ID        engine.RecordingID `json:"id"`
	StartedAt time.Time          `json:"startedAt,omitzero"`
	Closed    bool               `json:"closed,omitempty"`
}

// recorded says whether the party's latest track is not closed.
func (p *Party) recorded() bool { return len(p.Tracks) > 0 && !p.Tracks[len(p.Tracks)-1].Closed }

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
