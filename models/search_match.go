package models

import (
	"context"

	"ringdesk/models/search"
)

// The parts of a contact or a conversation that a search finds.
const (
	FoundNote    = "note"
	FoundTag     = "tag"
	FoundProfile = "profile"
	FoundEmail   = "email"
	FoundName    = "name"
	FoundNumber  = "number"
	FoundCaller  = "caller" // what the carrier says of a contact
)

// Match is what a search has found, and where.
type Match struct {
	Where string // one of the Found constants
	search.Match
}

// piece is a text that may hold a match.
type piece struct{ where, text string }

func firstMatch(q search.Query, pieces []piece) (Match, bool) {
	for _, p := range pieces {
		if m, ok := q.Find(p.text); ok {
			return Match{p.where, m}, true
		}
	}
	return Match{}, false
}

// contactPieces are the parts of a contact; what a list shows anyhow comes
// last.
func contactPieces(c FullContact) []piece {
	var ps []piece
	for _, v := range c.Values() {
		ps = append(ps, piece{FoundProfile, v})
	}
	ps = append(ps, piece{FoundEmail, c.Email}, piece{FoundCaller, c.CallerName}, piece{FoundCaller, c.CallerAddress}, piece{FoundName, c.Name})
	for _, n := range c.Numbers {
		ps = append(ps, piece{FoundNumber, n})
	}
	return ps
}

// ContactMatches says by what a text finds each of some contacts.
func (s *Store) ContactMatches(ctx context.Context, workspace, text string, cs []FullContact) (map[string]Match, error) {
	ws, err := s.Workspace(ctx, workspace)
	if err != nil {
		return nil, err
	}
	q, found := parseSearch(text, ws.Country), map[string]Match{}
	for _, c := range cs {
		if m, ok := firstMatch(q, contactPieces(c)); ok {
			found[c.ID] = m
		}
	}
	return found, nil
}

// ConversationMatches says by what a text finds each of some conversations: by a
// note if it can, then a tag, then the contact.
func (s *Store) ConversationMatches(ctx context.Context, workspace, text string, cs []Conversation) (map[string]Match, error) {
	ws, err := s.Workspace(ctx, workspace)
	if err != nil {
		return nil, err
	}
	q, found := parseSearch(text, ws.Country), map[string]Match{}
	if q.Empty() || len(cs) == 0 {
		return found, nil
	}
	ids, people := make([]string, len(cs)), make([]string, len(cs))
	for i, c := range cs {
		ids[i], people[i] = c.ID, c.ContactID
	}
	var notes []Note
	if err := s.read.WithContext(ctx).Where("workspace_id = ? AND conversation_id IN ?", workspace, ids).Order("id DESC").Find(&notes).Error; err != nil {
		return nil, err
	}
	tags, err := s.TagsOf(ctx, ids)
	if err != nil {
		return nil, err
	}
	contacts, err := s.ContactsByID(ctx, workspace, people)
	if err != nil {
		return nil, err
	}
	pieces := map[string][]piece{}
	for _, n := range notes {
		pieces[n.ConversationID] = append(pieces[n.ConversationID], piece{FoundNote, n.Text})
	}
	for _, c := range cs {
		for _, tag := range tags[c.ID] {
			pieces[c.ID] = append(pieces[c.ID], piece{FoundTag, tag})
		}
		if m, ok := firstMatch(q, append(pieces[c.ID], contactPieces(contacts[c.ContactID])...)); ok {
			found[c.ID] = m
		}
	}
	return found, nil
}
