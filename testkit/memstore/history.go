package memstore

import (
	"cmp"
	"maps"
	"slices"

	"ringdesk/models"
)

// History is all that has happened in a store that figures are made of.
type History struct {
	Workspaces    []models.Workspace
	Accounts      []models.Account
	Agents        []models.Agent
	Teams         []models.Team
	Trunks        []models.Trunk
	Numbers       []models.Number
	Contacts      []models.Contact
	Conversations map[string]models.Conversation
	Calls         []models.Call                         // in the order of their beginning
	Journal       map[string][]models.JournalEntry      // by call
	WrapUps       map[string][]models.ConversationEntry // by conversation: the ends of wrap-ups
}

// History copies what has happened so far.
func (s *Store) History() History {
	h := History{Workspaces: sorted(s.workspaces), Accounts: sorted(s.accounts), Teams: sorted(s.teams), Trunks: sorted(s.trunks), Numbers: sorted(s.numbers),
		Conversations: map[string]models.Conversation{}, Journal: maps.Clone(s.journal), WrapUps: maps.Clone(s.wrapUps)}
	for _, a := range sorted(s.agents) {
		h.Agents = append(h.Agents, a.Agent)
	}
	for _, c := range sorted(s.contacts) {
		h.Contacts = append(h.Contacts, *c)
	}
	for id, c := range s.conversations {
		h.Conversations[id] = *c
	}
	for _, c := range sorted(s.calls) {
		h.Calls = append(h.Calls, *c)
	}
	slices.SortStableFunc(h.Calls, func(a, b models.Call) int { return a.StartedAt.Compare(b.StartedAt.Time) })
	return h
}

// sorted lists rows in the order of their ids.
func sorted[K cmp.Ordered, V any](m map[K]V) []V {
	rows := make([]V, 0, len(m))
	for _, id := range slices.Sorted(maps.Keys(m)) {
		rows = append(rows, m[id])
	}
	return rows
}
