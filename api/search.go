package api

import (
	"context"

	"ringdesk/models"
)

// foundAtOnce is how many of each kind a search shows when nothing is asked for.
const foundAtOnce = 8

// Search finds contacts and conversations (INBOX-5).
func (h *handlers) Search(ctx context.Context, req SearchRequestObject) (SearchResponseObject, error) {
	workspace, q, limit := who(ctx).workspace, req.Params.Q, foundAtOnce
	if req.Params.Limit != nil {
		limit = *req.Params.Limit
	}
	contacts, err := h.foundContacts(ctx, workspace, q, limit)
	if err != nil {
		return nil, err
	}
	listed, err := h.opts.Store.Conversations(ctx, workspace, models.ConversationFilter{List: "all", Query: q, Limit: limit})
	if err != nil {
		return nil, err
	}
	rows := models.Plain(listed)
	conversations, err := h.viewConversations(ctx, workspace, rows)
	if err != nil {
		return nil, err
	}
	err = h.showMatches(ctx, workspace, q, rows, conversations)
	return Search200JSONResponse{Contacts: contacts, Conversations: conversations}, err
}

func (s *Server) foundContacts(ctx context.Context, workspace, q string, limit int) ([]FoundContact, error) {
	rows, err := s.opts.Store.Contacts(ctx, workspace, models.ContactFilter{Query: q, ByName: true, Limit: limit})
	if err != nil {
		return nil, err
	}
	matches, err := s.opts.Store.ContactMatches(ctx, workspace, q, rows)
	if err != nil {
		return nil, err
	}
	fields, err := s.opts.Store.ProfileFields(ctx, workspace)
	found := make([]FoundContact, len(rows))
	for i, c := range rows {
		found[i] = FoundContact{Contact: viewContact(c, fields), Match: viewMatch(matches, c.ID)}
	}
	return found, err
}

// showMatches says of each conversation by what q has found it.
func (s *Server) showMatches(ctx context.Context, workspace, q string, rows []models.Conversation, views []ConversationSummary) error {
	if q == "" {
		return nil
	}
	matches, err := s.opts.Store.ConversationMatches(ctx, workspace, q, rows)
	for i := range views {
		views[i].Match = viewMatch(matches, views[i].Id)
	}
	return err
}

func viewMatch(matches map[string]models.Match, id string) *SearchMatch {
	m, ok := matches[id]
	if !ok {
		return nil
	}
	return &SearchMatch{Where: SearchMatchWhere(m.Where), Before: m.Before, Found: m.Found, After: m.After}
}
