package journal

import "time"

// What is done to a conversation (INBOX-3, INBOX-4). These entries stand in the
// conversation's own journal, which says who did it.

// ConversationAssigned says whose it is now; no agent means nobody's.
type ConversationAssigned struct {
	AgentID string `json:"agentId,omitempty"`
}

// ConversationTeamed says which team's it is now; no team means none's.
type ConversationTeamed struct {
	Team string `json:"team,omitempty"`
}

// ConversationTagged says which tags came and went.
type ConversationTagged struct {
	Added   []string `json:"added,omitempty"`
	Removed []string `json:"removed,omitempty"`
}

// ConversationSnoozed says until when it is out of sight; nil means until somebody
// opens it.
type ConversationSnoozed struct {
	Until *time.Time `json:"until,omitempty"`
}

// ConversationReturned says that its snoozing is over by itself.
type ConversationReturned struct{}

// ConversationOpened says that somebody has opened it again.
type ConversationOpened struct{}

// ConversationClosed says that it is done with.
type ConversationClosed struct{}

// ConversationJoined says that an agent was added to it, such as by a mention.
type ConversationJoined struct {
	AgentID string `json:"agentId"`
}

func (ConversationAssigned) Type() string { return "conversation.assigned" }
func (ConversationTeamed) Type() string   { return "conversation.teamed" }
func (ConversationTagged) Type() string   { return "conversation.tagged" }
func (ConversationSnoozed) Type() string  { return "conversation.snoozed" }
func (ConversationReturned) Type() string { return "conversation.returned" }
func (ConversationOpened) Type() string   { return "conversation.opened" }
func (ConversationClosed) Type() string   { return "conversation.closed" }
func (ConversationJoined) Type() string   { return "conversation.joined" }
