package api

import (
	"context"
	"maps"
	"slices"

	"ringdesk/models"
)

// viewConversations shows conversations in their order, with a fixed number
// of questions to the store.
func (s *Server) viewConversations(ctx context.Context, workspace string, rows []models.Conversation) ([]ConversationSummary, error) {
	views := make([]ConversationSummary, len(rows))
	if len(rows) == 0 {
		return views, nil
	}
	people, ids := make([]string, len(rows)), make([]string, len(rows))
	for i, c := range rows {
		people[i], ids[i] = c.ContactID, c.ID
	}
	contacts, err := s.contactViews(ctx, workspace, people)
	if err != nil {
		return nil, err
	}
	tags, err := s.opts.Store.TagsOf(ctx, ids)
	if err != nil {
		return nil, err
	}
	teams, err := s.opts.Store.TeamNames(ctx, workspace)
	if err != nil {
		return nil, err
	}
	numbers, err := s.numberViews(ctx, workspace)
	if err != nil {
		return nil, err
	}
	names, err := s.opts.Store.AgentNames(ctx, workspace)
	if err != nil {
		return nil, err
	}
	lastCalls, err := s.viewLastCalls(ctx, workspace, ids, names)
	if err != nil {
		return nil, err
	}
	for i, c := range rows {
		live := c.Live
		v := ConversationSummary{Id: c.ID, Kind: CallKind(c.Kind), Direction: Direction(c.Direction), State: ConversationState(c.State),
			Contact: contacts[c.ContactID], Team: teamRef(value(c.TeamID), teams), Tags: tags[c.ID], MissedReason: optional(MissedReason(c.MissedReason)), Live: &live,
			TalkSeconds: optional(c.TalkSeconds), LastCall: lastCalls[c.ID], LastNote: optional(c.LastNote), SnoozedUntil: c.SnoozedUntil.Ptr(), CreatedAt: c.CreatedAt.Time, UpdatedAt: c.UpdatedAt.Time}
		if v.Tags == nil {
			v.Tags = []string{}
		}
		if n, ok := numbers[value(c.NumberID)]; ok {
			v.Number = &n
		}
		if a := value(c.AssigneeID); a != "" {
			v.Assignee = &AgentRef{Id: a, Name: names[a]}
		}
		views[i] = v
	}
	return views, nil
}

// viewLastCalls shows the latest call of each of some conversations.
func (s *Server) viewLastCalls(ctx context.Context, workspace string, conversations []string, names map[string]string) (map[string]*LastCall, error) {
	rows, err := s.opts.Store.LastCalls(ctx, workspace, conversations)
	if err != nil {
		return nil, err
	}
	waiting, err := s.queue(ctx, workspace, slices.Collect(maps.Values(rows)))
	if err != nil {
		return nil, err
	}
	views := make(map[string]*LastCall, len(rows))
	for conversation, c := range rows {
		v := &LastCall{Id: c.ID, State: CallState(c.State), Outcome: optional(CallOutcome(c.Outcome)), StartedAt: c.StartedAt.Time,
			AnsweredAt: c.AnsweredAt.Ptr(), EndedAt: c.EndedAt.Ptr(), Queue: waiting.of(c),
			MissedHandledAt: c.MissedHandledAt.Ptr(), MissedHandledBy: viewHandledBy(c, names)}
		if ms := waited(c); ms != nil {
			v.WaitSeconds = new(int(*ms / 1000))
		}
		views[conversation] = v
	}
	return views, nil
}

// viewHandledBy says who called back after a missed call (MISS-5); nil where
// nobody did, or it was not kept who.
func viewHandledBy(c models.Call, names map[string]string) *AgentRef {
	if c.MissedHandledBy == "" {
		return nil
	}
	return &AgentRef{Id: c.MissedHandledBy, Name: names[c.MissedHandledBy]}
}
