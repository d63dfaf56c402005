package workflow

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"ringdesk/controller/journal"
	"ringdesk/controller/webhook"
	"ringdesk/dialplan/flow"
	"ringdesk/models"
)

// situation is an event with what is known of its conversation and call.
type situation struct {
	event        models.WorkflowEvent
	conversation models.Conversation
	call         models.Call // zero where the conversation has none
	happening    flow.Happening
}

// look finds what an event is about. ErrNotFound says that it is gone.
func look(ctx context.Context, store *models.Store, e models.WorkflowEvent, now time.Time) (s situation, err error) {
	s.event = e
	if s.conversation, err = store.Conversation(ctx, e.WorkspaceID, e.ConversationID); err != nil {
		return s, err
	}
	if e.CallID != "" {
		s.call, err = store.Call(ctx, e.WorkspaceID, e.CallID)
	} else if s.call, err = store.LastCallOf(ctx, e.WorkspaceID, e.ConversationID); errors.Is(err, models.ErrNotFound) {
		err = nil
	}
	if err != nil {
		return s, err
	}
	var d detail
	if err := json.Unmarshal([]byte(e.Data), &d); err != nil {
		return s, err
	}
	s.happening = flow.Happening{On: flow.Trigger(e.Type), Waited: d.Waited, Tag: d.Tag, Text: d.Text}
	return s, errors.Join(s.facts(ctx, store), s.ofCall(ctx, store, now), s.names(ctx, store, d))
}

// facts fills in who it is about.
func (s *situation) facts(ctx context.Context, store *models.Store) error {
	ws, err := store.Workspace(ctx, s.event.WorkspaceID)
	if err != nil {
		return err
	}
	f := &s.happening.Facts
	f.TimeZone = ws.TimeZone
	if c, err := store.Contact(ctx, ws.ID, s.conversation.ContactID); err == nil {
		f.Contact = flow.Contact{Name: c.Name, Member: c.Kind == "member", Fields: map[string]any{}}
		for key, value := range c.Values() {
			f.Contact.Fields[key] = value
		}
	} else if !errors.Is(err, models.ErrNotFound) {
		return err
	}
	err = store.Tx(ctx, func(tx *models.Tx) (err error) {
		f.Contact.Tags, err = tx.ContactTags(ws.ID, s.conversation.ContactID)
		return err
	})
	if err != nil {
		return err
	}
	number := s.call.NumberID
	if number == "" && s.conversation.NumberID != nil {
		number = *s.conversation.NumberID
	}
	if n, err := store.NumberByID(ctx, ws.ID, number); err == nil {
		f.Number = flow.Business{Number: n.Number, Label: n.Label}
	} else if !errors.Is(err, models.ErrNotFound) {
		return err
	}
	return nil
}

// ofCall fills in how the call went.
func (s *situation) ofCall(ctx context.Context, store *models.Store, now time.Time) error {
	c, h := s.call, &s.happening
	if c.ID == "" {
		return nil
	}
	h.Facts.Caller = flow.Caller{Number: c.From, Name: c.CallerName}
	if c.Direction == "outbound" {
		h.Facts.Caller.Number = c.To
	}
	h.Direction, h.MissedReason, h.Answered = c.Direction, c.MissedReason, !c.AnsweredAt.IsZero()
	end := now
	if !c.EndedAt.IsZero() {
		end = c.EndedAt.Time
	}
	h.Duration, h.Wait = seconds(end.Sub(c.StartedAt.Time)), seconds(end.Sub(c.StartedAt.Time))
	if h.Answered {
		h.Wait = seconds(c.AnsweredAt.Sub(c.StartedAt.Time))
	}
	entries, err := store.JournalsOf(ctx, []string{c.ID})
	for _, row := range entries {
		if entry, err := journal.Decode(row.Type, row.Data); err == nil {
			if e, ok := entry.(journal.CallAnswered); ok && e.Agent != nil {
				h.Agent = e.Name
			}
		}
	}
	return err
}

func seconds(d time.Duration) int { return int(max(d, 0) / time.Second) }

// names fills in the names of teams and agents.
func (s *situation) names(ctx context.Context, store *models.Store, d detail) error {
	teams, err := store.TeamNames(ctx, s.event.WorkspaceID)
	if err != nil {
		return err
	}
	agents, err := store.AgentNames(ctx, s.event.WorkspaceID)
	s.happening.Team, s.happening.GivenTeam, s.happening.GivenAgent = teams[s.call.TeamID], teams[d.Team], agents[d.Agent]
	return err
}

// over says that what the event waits for is over: the caller waits no more.
func (s *situation) over() bool {
	return s.happening.On == flow.CallQueued && (s.call.QueueRank == 0 || s.call.QueuedAt.Add(time.Duration(s.happening.Waited)*time.Second).After(s.event.DueAt.Time))
}

// body is what a request says that has no words of its own: the event as webhooks have it.
func (s *situation) body() (string, error) {
	c := s.call
	text, err := json.Marshal(webhook.Body{Type: s.event.Type, Timestamp: s.event.At.Time, Data: webhook.Data{WorkspaceID: s.event.WorkspaceID, CallID: c.ID, ConversationID: s.conversation.ID,
		ContactID: s.conversation.ContactID, NumberID: c.NumberID, Direction: c.Direction, From: c.From, To: c.To, MissedReason: c.MissedReason, Outcome: c.Outcome, EndedBy: c.EndedBy}})
	return string(text), err
}
