package api

import (
	"context"
	"slices"
	"strings"

	"ringdesk/models"
)

const (
	unknownConversation = "There is no conversation with this id in your workspace."
	// mostCalls is how many calls of one conversation are shown with it. A
	// conversation has one call, or a few.
	mostCalls = 500
)

// ListConversations lists the inbox, the latest activity first.
func (h *handlers) ListConversations(ctx context.Context, req ListConversationsRequestObject) (ListConversationsResponseObject, error) {
	const list = "conversations"
	p, id := req.Params, who(ctx)
	after, err := readCursor(list, p.Cursor)
	if err != nil {
		return nil, err
	}
	f := models.ConversationFilter{List: string(value(p.List)), Agent: id.agent.ID, Contact: value(p.ContactId),
		BeforeAt: after.at, BeforeID: after.id, Limit: limitOf(p.Limit) + 1}
	if f.List == string(ListConversationsParamsListMine) && id.byKey() {
		return nil, forbidden("The list `mine` is an agent's, and an API key is none: ask for `all`.")
	}
	rows, err := h.opts.Store.Conversations(ctx, id.workspace, f)
	if err != nil {
		return nil, err
	}
	rows, next := page(rows, f.Limit-1, list, func(c models.Conversation) cursor { return cursor{id: c.ID, at: c.UpdatedAt.Time} })
	items, err := h.viewConversations(ctx, id.workspace, rows)
	return ListConversations200JSONResponse{Items: items, Next: next}, err
}

// GetConversation gives one conversation with its calls and notes.
func (h *handlers) GetConversation(ctx context.Context, req GetConversationRequestObject) (GetConversationResponseObject, error) {
	v, err := h.conversation(ctx, who(ctx).workspace, req.Id)
	return GetConversation200JSONResponse{ConversationJSONResponse(v)}, err
}

// CreateNote writes an internal note.
func (h *handlers) CreateNote(ctx context.Context, req CreateNoteRequestObject) (CreateNoteResponseObject, error) {
	id, err := asAgent(ctx, "write notes")
	if err != nil {
		return nil, err
	}
	text := strings.TrimSpace(req.Body.Text)
	if text == "" {
		return nil, invalid("text", "text must not be empty.")
	}
	names, err := h.opts.Store.AgentNames(ctx, id.workspace)
	if err != nil {
		return nil, err
	}
	mentions := slices.Clone(value(req.Body.Mentions))
	slices.Sort(mentions)
	mentions = slices.Compact(mentions)
	for _, m := range mentions {
		if names[m] == "" {
			return nil, invalid("mentions", "There is no agent with the id %s in your workspace.", short(m))
		}
	}
	n := models.Note{ID: models.NewID(), WorkspaceID: id.workspace, ConversationID: req.Id, AuthorID: id.agent.ID, Text: text,
		CreatedAt: models.At(h.now())}
	err = h.opts.Store.Tx(ctx, func(tx *models.Tx) error {
		if _, err := tx.Conversation(id.workspace, req.Id); err != nil {
			return missing(err, unknownConversation)
		}
		return tx.AddNote(n, mentions)
	})
	if err != nil {
		return nil, err
	}
	n, err = h.opts.Store.Note(ctx, id.workspace, n.ID)
	return CreateNote201JSONResponse(viewNote(n, names)), err
}

func (s *Server) conversation(ctx context.Context, workspace, id string) (Conversation, error) {
	c, err := s.opts.Store.Conversation(ctx, workspace, id)
	if err != nil {
		return Conversation{}, missing(err, unknownConversation)
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
	v := sums[0]
	return Conversation{Id: v.Id, Kind: v.Kind, Direction: v.Direction, State: v.State, Contact: v.Contact, Number: v.Number,
		Assignee: v.Assignee, Team: v.Team, Tags: v.Tags, MissedReason: v.MissedReason, Live: v.Live, TalkSeconds: v.TalkSeconds, LastNote: v.LastNote,
		CreatedAt: v.CreatedAt, UpdatedAt: v.UpdatedAt, Calls: calls, Notes: notes}, nil
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
	for _, m := range n.MentionIDs() {
		v.Mentions = append(v.Mentions, AgentRef{Id: m, Name: names[m]})
	}
	return v
}

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
	for i, c := range rows {
		live := c.Live
		v := ConversationSummary{Id: c.ID, Kind: CallKind(c.Kind), Direction: Direction(c.Direction), State: ConversationState(c.State),
			Contact: contacts[c.ContactID], Team: teamRef(value(c.TeamID), teams), Tags: tags[c.ID], MissedReason: optional(MissedReason(c.MissedReason)), Live: &live,
			TalkSeconds: optional(c.TalkSeconds), LastNote: optional(c.LastNote), CreatedAt: c.CreatedAt.Time, UpdatedAt: c.UpdatedAt.Time}
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
