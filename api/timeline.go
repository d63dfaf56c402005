package api

import (
	"context"

	"ringdesk/controller/inbox"
	"ringdesk/controller/journal"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

// shown are the entries of calls that stand in a timeline by themselves; the rest
// is in the card of the call.
var shown = []string{journal.CallAssigned{}.Type(), journal.AgentJoined{}.Type(), journal.AgentDeclined{}.Type(), journal.AgentLeft{}.Type(),
	journal.CallHeld{}.Type(), journal.CallReleased{}.Type(), journal.RecordingPaused{}.Type(), journal.RecordingResumed{}.Type(),
	journal.CallTransferred{}.Type(), journal.HelpAsked{}.Type(), journal.CallWarned{}.Type(), journal.CallTurnedAway{}.Type()}

// ListConversationEvents gives the timeline of a conversation.
func (h *handlers) ListConversationEvents(ctx context.Context, req ListConversationEventsRequestObject) (ListConversationEventsResponseObject, error) {
	workspace, limit, list := who(ctx).workspace, limitOf(req.Params.Limit), "events/"+req.Id
	after, err := readCursor(list, req.Params.Cursor)
	if err != nil {
		return nil, err
	}
	if _, err := h.opts.Store.Conversation(ctx, workspace, req.Id); err != nil {
		return nil, verb.Missing(err, inbox.UnknownConversation)
	}
	items, err := h.opts.Store.Timeline(ctx, workspace, req.Id, shown, models.TimelineItem{At: models.At(after.at), Key: after.id}, limit+1)
	if err != nil {
		return nil, err
	}
	items, next := page(items, limit, list, func(i models.TimelineItem) cursor { return cursor{id: i.Key, at: i.At.Time} })
	views, err := h.viewTimeline(ctx, workspace, items)
	return ListConversationEvents200JSONResponse{Items: views, Next: next}, err
}

// timeline is what the events of one page are shown with.
type timeline struct {
	agents, teams map[string]string // names by id
	notes         map[string]Note
	calls         map[string]*TimelineCall
}

// viewTimeline shows what happened, with a fixed number of questions to the store.
func (s *Server) viewTimeline(ctx context.Context, workspace string, items []models.TimelineItem) ([]TimelineEvent, error) {
	t := timeline{notes: map[string]Note{}}
	var notes, calls []string
	for _, i := range items {
		switch i.Source {
		case models.TimelineNote:
			notes = append(notes, i.Key)
		case models.TimelineCall:
			calls = append(calls, i.Key)
		}
	}
	var err error
	if t.agents, err = s.opts.Store.AgentNames(ctx, workspace); err != nil {
		return nil, err
	}
	if t.teams, err = s.opts.Store.TeamNames(ctx, workspace); err != nil {
		return nil, err
	}
	rows, err := s.opts.Store.NotesByID(ctx, workspace, notes)
	if err != nil {
		return nil, err
	}
	for _, n := range rows {
		t.notes[n.ID] = viewNote(n, t.agents)
	}
	if t.calls, err = s.timelineCalls(ctx, workspace, calls); err != nil {
		return nil, err
	}
	events := make([]TimelineEvent, 0, len(items))
	for _, i := range items {
		if e, ok := t.event(i); ok {
			events = append(events, e)
		}
	}
	return events, nil
}

// event shows one thing; false means that this version cannot.
func (t timeline) event(i models.TimelineItem) (TimelineEvent, bool) {
	e := TimelineEvent{Id: i.Key, At: i.At.Time, CallId: optional(i.CallID), By: t.agent(i.ByID)}
	switch i.Source {
	case models.TimelineCall:
		e.Type, e.Call = "call", t.calls[i.Key]
		return e, e.Call != nil
	case models.TimelineNote:
		n, ok := t.notes[i.Key]
		e.Type, e.Note = "note", &n
		return e, ok
	}
	entry, err := journal.Decode(i.Type, i.Data)
	if err != nil {
		return e, false
	}
	if i.Source == models.TimelineCallEntry {
		t.ofCall(&e, entry)
	} else {
		t.ofConversation(&e, entry)
	}
	return e, e.Type != ""
}

// ofConversation says what was done to the conversation.
func (t timeline) ofConversation(v *TimelineEvent, entry journal.Entry) {
	switch e := entry.(type) {
	case journal.ConversationAssigned:
		v.Type, v.Agent = "assigned", t.agent(e.AgentID)
	case journal.ConversationTeamed:
		v.Type, v.Team = "teamed", teamRef(e.Team, t.teams)
	case journal.ConversationTagged:
		v.Type, v.Tags = "tagged", &TimelineTags{Added: append([]string{}, e.Added...), Removed: append([]string{}, e.Removed...)}
	case journal.ConversationSnoozed:
		v.Type, v.Until = "snoozed", e.Until
	case journal.ConversationReturned:
		v.Type = "returned"
	case journal.ConversationOpened:
		v.Type = "opened"
	case journal.ConversationClosed:
		v.Type = "closed"
	case journal.ConversationJoined:
		v.Type, v.Agent = "added", t.agent(e.AgentID)
	}
}

// ofCall says what was done in a call.
func (t timeline) ofCall(v *TimelineEvent, entry journal.Entry) {
	switch e := entry.(type) {
	case journal.AgentOffered:
		v.Type, v.By, v.Agent = "invited", t.agent(e.InvitedBy), t.agent(e.AgentID)
	case journal.AgentDeclined:
		v.Type, v.By = "declined", t.agent(e.AgentID)
	case journal.AgentJoined:
		v.Type, v.By = "joined", t.agent(e.AgentID)
	case journal.AgentLeft:
		v.Type, v.By = "left", t.agent(e.AgentID)
	case journal.CallAssigned:
		v.Type, v.By, v.Agent = "assigned", t.agent(e.By), t.agent(e.AgentID)
	case journal.CallHeld:
		v.Type, v.By = "held", t.agent(e.AgentID)
	case journal.CallReleased:
		v.Type, v.By = "released", t.doer(e.Agent)
	case journal.RecordingPaused:
		v.Type, v.By = "recordingPaused", t.doer(e.Agent)
	case journal.RecordingResumed:
		v.Type, v.By = "recordingResumed", t.doer(e.Agent)
	case journal.CallTransferred:
		v.Type, v.By, v.Agent, v.Team = "transferred", t.agent(e.AgentID), t.agent(e.To), teamRef(e.Team, t.teams)
	case journal.HelpAsked:
		v.Type, v.By = "helpAsked", t.agent(e.AgentID)
	case journal.CallWarned:
		v.Type, v.By = "warned", t.agent(e.AgentID)
	case journal.CallTurnedAway:
		v.Type, v.By = "turnedAway", t.agent(e.AgentID)
	}
}

func (t timeline) doer(a *journal.Agent) *AgentRef {
	if a == nil {
		return nil
	}
	return t.agent(a.AgentID)
}

func (t timeline) agent(id string) *AgentRef {
	if id == "" {
		return nil
	}
	return &AgentRef{Id: id, Name: t.agents[id]}
}

// timelineCalls shows calls with what their cards say.
func (s *Server) timelineCalls(ctx context.Context, workspace string, ids []string) (map[string]*TimelineCall, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	rows, err := s.opts.Store.CallsByID(ctx, workspace, ids)
	if err != nil {
		return nil, err
	}
	parties, err := s.opts.Store.Participants(ctx, ids...)
	if err != nil {
		return nil, err
	}
	views, err := s.viewRows(ctx, workspace, rows, parties)
	if err != nil {
		return nil, err
	}
	ends, err := s.opts.Store.Endings(ctx, ids)
	cards := make(map[string]*TimelineCall, len(views))
	for _, v := range views {
		card := &TimelineCall{Call: v, AnsweredBy: answeredBy(parties[v.Id]), TalkMs: ends[v.Id].TalkMS}
		for _, p := range parties[v.Id] {
			if p.Kind != models.ContactParticipant {
				continue
			}
			held := p.HeldMS
			if !p.HeldAt.IsZero() {
				held += s.now().Sub(p.HeldAt.Time).Milliseconds()
			}
			card.HoldMs = optional(held)
		}
		cards[v.Id] = card
	}
	return cards, err
}

// answeredBy is the agent who talked first.
func answeredBy(parties []models.Participant) *AgentRef {
	var first *models.Participant
	for i, p := range parties {
		talks := p.Kind == models.AgentParticipant && !p.JoinedAt.IsZero() && p.Supervised == ""
		if talks && (first == nil || p.JoinedAt.Before(first.JoinedAt.Time)) {
			first = &parties[i]
		}
	}
	if first == nil {
		return nil
	}
	return &AgentRef{Id: first.AgentID, Name: first.Name}
}
