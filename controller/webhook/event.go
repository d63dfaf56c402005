package webhook

import (
	"encoding/json"
	"slices"
	"time"

	"ringdesk/controller/journal"
	"ringdesk/models"
)

// The types of events. Their words are part of the API.
const (
	Created        = "call.created"
	Queued         = "call.queued"
	Ringing        = "call.ringing"
	Answered       = "call.answered"
	Held           = "call.held"
	Resumed        = "call.resumed"
	Joined         = "call.joined"
	Left           = "call.left"
	Missed         = "call.missed"
	Ended          = "call.ended"
	RecordingReady = "recording.ready"

	// Test is what the test button sends; no webhook chooses it.
	Test = "webhook.test"
)

// Types lists the types of events that a webhook may choose.
var Types = []string{Created, Queued, Ringing, Answered, Held, Resumed, Joined, Left, Missed, Ended, RecordingReady}

// Body is what is sent: the three fields of Standard Webhooks' payloads.
type Body struct {
	Type      string    `json:"type"`
	Timestamp time.Time `json:"timestamp"` // when it happened, in UTC
	Data      Data      `json:"data"`
}

// Data tells of an event. What an event has nothing to say about is left out.
type Data struct {
	WorkspaceID    string `json:"workspaceId"`
	CallID         string `json:"callId,omitempty"`
	Sequence       int64  `json:"sequence,omitempty"` // 1 for the call's first event; also counts those that a webhook has not chosen
	ConversationID string `json:"conversationId,omitempty"`
	ContactID      string `json:"contactId,omitempty"`
	NumberID       string `json:"numberId,omitempty"` // the business's own
	Direction      string `json:"direction,omitempty"`
	From           string `json:"from,omitempty"` // E.164; absent when withheld
	To             string `json:"to,omitempty"`
	Agent          *Agent `json:"agent,omitempty"`
	TeamID         string `json:"teamId,omitempty"` // of call.queued; absent means everybody
	MissedReason   string `json:"missedReason,omitempty"`
	Outcome        string `json:"outcome,omitempty"`
	EndedBy        string `json:"endedBy,omitempty"`
	WaitMS         *int64 `json:"waitMs,omitempty"`
	RingMS         *int64 `json:"ringMs,omitempty"`
	QueueMS        *int64 `json:"queueMs,omitempty"`
	TalkMS         *int64 `json:"talkMs,omitempty"`
	TotalMS        *int64 `json:"totalMs,omitempty"`
	RecordingID    string `json:"recordingId,omitempty"`
	RecordingPath  string `json:"recordingPath,omitempty"` // of the sound in the API, which wants a session or an API key
	DurationMS     *int64 `json:"durationMs,omitempty"`
}

// Agent is whom an event is about.
type Agent struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// happening is what an entry of the journal tells of.
type happening struct {
	typ  string
	data Data
}

// happenings gives what an entry of the journal tells to webhooks: mostly nothing.
func happenings(e journal.Entry) []happening {
	switch e := e.(type) {
	case journal.CallCreated:
		return []happening{{typ: Created}}
	case journal.CallQueued:
		return []happening{{Queued, Data{TeamID: e.Team}}}
	case journal.CallRequeued:
		d := Data{}
		if e.Team != nil {
			d.TeamID = *e.Team
		}
		return []happening{{Queued, d}}
	case journal.AgentOffered:
		return []happening{{Ringing, Data{Agent: &Agent{e.AgentID, e.Name}}}}
	case journal.CallAnswered:
		return []happening{{Answered, Data{Agent: agent(e.Agent), WaitMS: &e.WaitMS, RingMS: e.RingMS}}}
	case journal.CallHeld:
		return []happening{{Held, Data{Agent: agent(&e.Agent)}}}
	case journal.CallReleased:
		return []happening{{Resumed, Data{Agent: agent(e.Agent)}}}
	case journal.AgentJoined:
		return []happening{{Joined, Data{Agent: agent(&e.Agent)}}}
	case journal.AgentLeft:
		return []happening{{Left, Data{Agent: agent(&e.Agent)}}}
	case journal.CallEnded:
		d := Data{MissedReason: e.MissedReason, Outcome: e.Outcome, EndedBy: e.By, RingMS: e.RingMS, QueueMS: e.QueueMS, TalkMS: e.TalkMS, TotalMS: &e.TotalMS}
		if e.MissedReason != "" {
			return []happening{{Missed, Data{MissedReason: e.MissedReason}}, {Ended, d}}
		}
		return []happening{{Ended, d}}
	}
	return nil
}

func agent(a *journal.Agent) *Agent {
	if a == nil {
		return nil
	}
	return &Agent{a.AgentID, a.Name}
}

// event makes an event of what happened in a call.
func event(c models.Call, sequence, entry int64, at models.Time, h happening) (models.WebhookEvent, error) {
	d := h.data
	d.WorkspaceID, d.CallID, d.Sequence, d.ConversationID, d.ContactID, d.NumberID = c.WorkspaceID, c.ID, sequence, c.ConversationID, c.ContactID, c.NumberID
	d.Direction, d.From, d.To = c.Direction, c.From, c.To
	body, err := json.Marshal(Body{Type: h.typ, Timestamp: at.Time, Data: d})
	return models.WebhookEvent{ID: models.NewID(), WorkspaceID: c.WorkspaceID, CallID: c.ID, Sequence: sequence, JournalSeq: entry, Type: h.typ, At: at, Body: string(body)}, err
}

// wants says whether a webhook is told of an event of its workspace.
func wants(w models.Webhook, e models.WebhookEvent) bool {
	return !e.At.Before(w.Since.Time) && slices.Contains(w.Events(), e.Type)
}

// delivery makes the telling of an event to a webhook.
func delivery(w models.Webhook, e models.WebhookEvent, now time.Time) models.WebhookDelivery {
	return models.WebhookDelivery{ID: models.NewID(), HookID: w.ID, EventID: e.ID, CallID: e.CallID, Sequence: e.Sequence, Pending: true,
		DueAt: models.At(now), ExpiresAt: models.At(now.Add(tryFor)), CreatedAt: models.At(now)}
}
