package api

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"ringdesk/controller/inbox"
	"ringdesk/controller/reason"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

// mostCalls is how many calls of one conversation are shown with it. A
// conversation has one call, or a few.
const mostCalls = 500

// ListConversations lists the inbox.
func (h *handlers) ListConversations(ctx context.Context, req ListConversationsRequestObject) (ListConversationsResponseObject, error) {
	p, id := req.Params, who(ctx)
	f := models.ConversationFilter{List: value(p.List), Me: id.agent.ID, Contact: value(p.ContactId), Kind: string(value(p.Kind)), Direction: string(value(p.Direction)),
		Agent: value(p.Agent), Team: value(p.Team), Tag: value(p.Tag), Query: value(p.Q), Reason: string(value(p.Reason)), From: value(p.From), To: value(p.To),
		Oldest: value(p.Sort) == ListOrderOldest, Limit: limitOf(p.Limit) + 1}
	if err := mayList(id, f.List); err != nil {
		return nil, err
	}
	// A cursor of one order says nothing in another.
	list := fmt.Sprintf("conversations/%s/%t/%t", f.List, f.Oldest, f.From.IsZero() && f.To.IsZero())
	after, err := readCursor(list, p.Cursor)
	if err != nil {
		return nil, err
	}
	f.AfterAt, f.AfterID = models.At(after.at), after.id
	listed, err := h.opts.Store.Conversations(ctx, id.workspace, f)
	if err != nil {
		return nil, err
	}
	listed, next := page(listed, f.Limit-1, list, func(c models.ListedConversation) cursor { return cursor{id: c.ID, at: c.ListedAt.Time} })
	rows := models.Plain(listed)
	items, err := h.viewConversations(ctx, id.workspace, rows)
	if err != nil {
		return nil, err
	}
	if err := h.showMatches(ctx, id.workspace, f.Query, rows, items); err != nil {
		return nil, err
	}
	return ListConversations200JSONResponse{Items: items, Next: next}, h.viewUnread(ctx, id, items)
}

// lists are those that are the same in every workspace.
var lists = []string{"all", "mine", "unassigned", "mentions", "waiting", "open", "missed", "snoozed", "closed"}

// mayList refuses a list that there is not, or not for an API key.
func mayList(id *identity, list string) error {
	team, ofTeam := strings.CutPrefix(list, models.TeamList)
	switch {
	case (list == "mine" || list == "mentions") && id.byKey():
		return forbidden("The list `" + list + "` is an agent's, and an API key is none: ask for `all`.").because(reason.AgentsOnly)
	case list == "" || slices.Contains(lists, list) || ofTeam && team != "":
		return nil
	}
	return invalid("list", "list must be one of %s, or %s with the id of a team.", strings.Join(lists, ", "), models.TeamList).because(reason.NotOneOf, "values", strings.Join(lists, ", "))
}

// viewUnread says which conversations have something for the agent who asks.
func (h *handlers) viewUnread(ctx context.Context, id *identity, items []ConversationSummary) error {
	if id.byKey() {
		return nil
	}
	ids := make([]string, len(items))
	for i := range items {
		ids[i] = items[i].Id
	}
	unread, err := h.opts.Store.Unread(ctx, id.agent.ID, ids)
	for i := range items {
		items[i].Unread = new(unread[items[i].Id])
	}
	return err
}

// GetConversation gives one conversation with its calls and notes.
func (h *handlers) GetConversation(ctx context.Context, req GetConversationRequestObject) (GetConversationResponseObject, error) {
	v, err := h.conversation(ctx, who(ctx).workspace, req.Id)
	return GetConversation200JSONResponse{ConversationJSONResponse(v)}, err
}

// CreateNote writes an internal note.
func (h *handlers) CreateNote(ctx context.Context, req CreateNoteRequestObject) (CreateNoteResponseObject, error) {
	id := who(ctx)
	n, err := h.inbox.AddNote(ctx, id.by(), req.Id, req.Body.Text, value(req.Body.Mentions))
	if err != nil {
		return nil, err
	}
	views, err := h.viewNotes(ctx, id.workspace, []models.Note{n})
	if err != nil {
		return nil, err
	}
	return CreateNote201JSONResponse(views[0]), nil
}

func (s *Server) conversation(ctx context.Context, workspace, id string) (Conversation, error) {
	c, err := s.opts.Store.Conversation(ctx, workspace, id)
	if err != nil {
		return Conversation{}, verb.Missing(err, inbox.UnknownConversation, reason.NoConversation)
	}
	sums, err := s.viewConversations(ctx, workspace, []models.Conversation{c})
	if err != nil {
		return Conversation{}, err
	}
	rows, err := s.opts.Store.Calls(ctx, workspace, models.CallFilter{Conversation: id, Limit: mostCalls})
	if err != nil {
		return Conversation{}, err
	}
	slices.Reverse(rows) // a timeline, like the notes
	calls, err := s.viewCalls(ctx, workspace, rows)
	if err != nil {
		return Conversation{}, err
	}
	notes, err := s.notes(ctx, workspace, id)
	if err != nil {
		return Conversation{}, err
	}
	members, err := s.members(ctx, workspace, id)
	if err != nil {
		return Conversation{}, err
	}
	v := sums[0]
	return Conversation{Id: v.Id, Kind: v.Kind, Direction: v.Direction, State: v.State, Contact: v.Contact, Number: v.Number,
		Assignee: v.Assignee, Team: v.Team, Tags: v.Tags, MissedReason: v.MissedReason, Live: v.Live, TalkSeconds: v.TalkSeconds, LastCall: v.LastCall, LastNote: v.LastNote, SnoozedUntil: v.SnoozedUntil,
		CreatedAt: v.CreatedAt, UpdatedAt: v.UpdatedAt, Members: members, Calls: calls, Notes: notes}, nil
}

func (s *Server) members(ctx context.Context, workspace, conversation string) ([]AgentRef, error) {
	rows, err := s.opts.Store.Members(ctx, workspace, conversation)
	if err != nil {
		return nil, err
	}
	names, err := s.opts.Store.AgentNames(ctx, workspace)
	members := make([]AgentRef, len(rows))
	for i, m := range rows {
		members[i] = AgentRef{Id: m.AgentID, Name: names[m.AgentID]}
	}
	return members, err
}

func (s *Server) notes(ctx context.Context, workspace, conversation string) ([]Note, error) {
	rows, err := s.opts.Store.Notes(ctx, workspace, conversation)
	if err != nil {
		return nil, err
	}
	return s.viewNotes(ctx, workspace, rows)
}

func (s *Server) viewNotes(ctx context.Context, workspace string, rows []models.Note) ([]Note, error) {
	names, err := s.opts.Store.AgentNames(ctx, workspace)
	if err != nil {
		return nil, err
	}
	notes := make([]Note, len(rows))
	for i, n := range rows {
		notes[i] = viewNote(n, names)
	}
	return notes, nil
}

func viewNote(n models.Note, names map[string]string) Note {
	v := Note{Id: n.ID, ConversationId: n.ConversationID, Author: AgentRef{Id: n.AuthorID, Name: names[n.AuthorID]}, Text: n.Text,
		Mentions: []AgentRef{}, CreatedAt: n.CreatedAt.Time}
	if n.AuthorID == "" { // a workflow has written it
		v.Author.Name = "ringdesk"
	}
	for _, m := range n.MentionIDs() {
		v.Mentions = append(v.Mentions, AgentRef{Id: m, Name: names[m]})
	}
	return v
}
