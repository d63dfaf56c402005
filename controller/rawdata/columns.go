package rawdata

import (
	"strings"
	"time"

	"ringdesk/dialplan"
	"ringdesk/models"
)

// cell is what a column says of a row: a text, a moment, a time in milliseconds, a
// number or a truth.
type cell any

// column is one of a table's.
type column[R any] struct {
	key  string // in the head, for ever
	says string // what it means
	of   func(r *R) cell
}

type ms int64 // a time in milliseconds

// call is a call's row with its tags.
type callRow struct {
	models.RawCall
	tags []string
}

// callColumns are those of calls. The first three have the names and words that Channel
// Talk's raw data has.
var callColumns = []column[callRow]{
	{"direction", "inbound or outbound", func(r *callRow) cell { return r.Direction }},
	{"missedReason", "why nobody talked with the caller; empty for all other calls", func(r *callRow) cell {
		if r.MissedReason == string(dialplan.UserLeft) {
			return "userleft"
		}
		return r.MissedReason
	}},
	{"duration", "the talk", func(r *callRow) cell { return ms(r.TalkMS) }},
	{"callId", "", func(r *callRow) cell { return r.CallID }},
	{"conversationId", "", func(r *callRow) cell { return r.ConversationID }},
	{"kind", "phone, voice or video", func(r *callRow) cell { return r.Kind }},
	{"state", "ended or missed", func(r *callRow) cell { return r.State }},
	{"outcome", "answered, missed, busy, noAnswer …", func(r *callRow) cell { return r.Outcome }},
	{"endedBy", "customer, agent or system", func(r *callRow) cell { return r.EndedBy }},
	{"from", "the caller's number", func(r *callRow) cell { return r.FromNumber }},
	{"to", "the number that was called", func(r *callRow) cell { return r.ToNumber }},
	{"number", "the business number", func(r *callRow) cell { return r.Number }},
	{"numberLabel", "what the business calls it", func(r *callRow) cell { return r.NumberLabel }},
	{"contactId", "", func(r *callRow) cell { return r.ContactID }},
	{"contact", "the contact's name today", func(r *callRow) cell { return r.Contact }},
	{"agentId", "who answered first or placed the call", func(r *callRow) cell { return r.AgentID }},
	{"agent", "their name today", func(r *callRow) cell { return r.Agent }},
	{"assignee", "whose the conversation is today", func(r *callRow) cell { return r.Assignee }},
	{"team", "the team that the call waited for or was answered in; empty for everybody", func(r *callRow) cell { return r.Team }},
	{"tags", "of the conversation today, separated by commas", func(r *callRow) cell { return strings.Join(r.tags, ", ") }},
	{"startedAt", "", func(r *callRow) cell { return r.StartedAt.Time }},
	{"waitedAt", "when somebody was first looked for", func(r *callRow) cell { return r.WaitedAt.Time }},
	{"rangAt", "when the first phone rang", func(r *callRow) cell { return r.RangAt.Time }},
	{"answeredAt", "the first answer", func(r *callRow) cell { return r.AnsweredAt.Time }},
	{"endedAt", "", func(r *callRow) cell { return r.EndedAt.Time }},
	{"closedAt", "when the conversation was first closed after that", func(r *callRow) cell { return r.ClosedAt.Time }},
	{"greeting", "announcements, menus and input before anybody was looked for", func(r *callRow) cell { return ms(r.GreetingMS) }},
	{"queue", "waiting in the queue", func(r *callRow) cell { return ms(r.QueueMS) }},
	{"ring", "phones rang", func(r *callRow) cell { return ms(r.RingMS) }},
	{"dial", "calling the customer", func(r *callRow) cell { return ms(r.DialMS) }},
	{"talk", "an agent was connected, hold included", func(r *callRow) cell { return ms(r.TalkMS) }},
	{"voicemail", "leaving a message", func(r *callRow) cell { return ms(r.VoicemailMS) }},
	{"survey", "being asked for a grade", func(r *callRow) cell { return ms(r.SurveyMS) }},
	{"total", "from start to end: the seven before it add up to it", func(r *callRow) cell { return ms(r.TotalMS) }},
	{"hold", "the customer was on hold", func(r *callRow) cell { return ms(r.HoldMS) }},
	{"firstResponse", "from the start to the first answer", func(r *callRow) cell { return ms(r.WaitMS) }},
	{"wrapUp", "from the end until the conversation was closed", func(r *callRow) cell {
		if r.ClosedAt.IsZero() {
			return nil
		}
		return ms(r.ClosedAt.Sub(r.EndedAt.Time).Milliseconds())
	}},
	{"offers", "phones that rang or were assigned", func(r *callRow) cell { return r.Offers }},
	{"invitations", "colleagues who were called in", func(r *callRow) cell { return r.Invitations }},
	{"transfers", "", func(r *callRow) cell { return r.Transfers }},
	{"holds", "how often", func(r *callRow) cell { return r.Holds }},
	{"callbackAsked", "the caller asked to be called back", func(r *callRow) cell { return r.CallbackAsked }},
	{"voicemailLeft", "the caller could leave a message", func(r *callRow) cell { return r.Voicemail }},
	{"grade", "1 to 5; empty where none was given", func(r *callRow) cell {
		if r.Grade == 0 {
			return nil
		}
		return r.Grade
	}},
}

// partColumns are those of agents' parts.
var partColumns = []column[models.RawAgentPart]{
	{"callId", "", func(r *models.RawAgentPart) cell { return r.CallID }},
	{"part", "the parts of a call in the order in which they began", func(r *models.RawAgentPart) cell { return r.Part }},
	{"agentId", "", func(r *models.RawAgentPart) cell { return r.AgentID }},
	{"agent", "the agent's name today", func(r *models.RawAgentPart) cell { return r.Agent }},
	{"way", "how they came to it: offered, placed, rejoined, listen, whisper, barge", func(r *models.RawAgentPart) cell { return r.Way }},
	{"invitedBy", "the colleague who called them in", func(r *models.RawAgentPart) cell { return r.Inviter }},
	{"answered", "they were connected with the customer by an answer of theirs", func(r *models.RawAgentPart) cell { return r.Answered }},
	{"end", "left, declined, missed, taken (a colleague was first), moved (to a new phone)", func(r *models.RawAgentPart) cell { return r.End }},
	{"startedAt", "when the phone rang or they came in", func(r *models.RawAgentPart) cell { return r.StartedAt.Time }},
	{"joinedAt", "", func(r *models.RawAgentPart) cell { return r.JoinedAt.Time }},
	{"leftAt", "", func(r *models.RawAgentPart) cell { return r.LeftAt.Time }},
	{"ring", "the phone rang", func(r *models.RawAgentPart) cell { return ms(r.RingMS) }},
	{"dial", "calling the customer", func(r *models.RawAgentPart) cell { return ms(r.DialMS) }},
	{"talk", "with the customer, hold included", func(r *models.RawAgentPart) cell { return ms(r.TalkMS) }},
	{"hold", "of it, while the customer was on hold", func(r *models.RawAgentPart) cell { return ms(r.HoldMS) }},
	{"wrapUpAt", "when they began to wrap the call up", func(r *models.RawAgentPart) cell { return r.WrapUpAt.Time }},
	{"wrapUp", "until they were done; empty until then", func(r *models.RawAgentPart) cell {
		if r.WrapUpEnd == "" {
			return nil
		}
		return ms(r.WrapUpMS)
	}},
	{"wrapUpEnd", "finished (by the agent), dealt (the conversation was closed or snoozed), ranOut (the limit), replaced (by that of another call)",
		func(r *models.RawAgentPart) cell { return r.WrapUpEnd }},
}

// heads are the names of columns.
func heads[R any](cs []column[R]) []string {
	names := make([]string, len(cs))
	for i, c := range cs {
		names[i] = c.key
	}
	return names
}

// cells are what columns say of a row.
func cells[R any](cs []column[R], r *R) []cell {
	all := make([]cell, len(cs))
	for i, c := range cs {
		all[i] = c.of(r)
		if at, is := all[i].(time.Time); is && at.IsZero() {
			all[i] = nil
		}
	}
	return all
}

// Meaning is what a column of calls or of agents' parts means; "" where its name says it.
func Meaning(table Table, key string) string {
	if table == AgentParts {
		return meaning(partColumns, key)
	}
	return meaning(callColumns, key)
}

func meaning[R any](cs []column[R], key string) string {
	for _, c := range cs {
		if c.key == key {
			return c.says
		}
	}
	return ""
}
