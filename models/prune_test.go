package models

import (
	"errors"
	"testing"
)

// What retention removes is found no more, and what it leaves is: no row of the
// search index is about something that is gone.
//
// Covers: ADM-4, INBOX-5
func TestPruningKeepsTheSearchIndex(t *testing.T) {
	s := openStore(t)
	ws, number, agents := workspace(t, s, 1)
	long := At(now.AddDate(0, -7, 0))
	contact := FullContact{Contact: Contact{ID: NewID(), WorkspaceID: ws.ID, Kind: "lead", Name: "최서연", Profile: "{}", CreatedAt: long}}
	conv := Conversation{ID: NewID(), WorkspaceID: ws.ID, ContactID: contact.ID, Kind: "phone", Direction: "inbound", State: "closed", CreatedAt: long, UpdatedAt: long}
	must(t, s.Tx(t.Context(), func(tx *Tx) error {
		return errors.Join(tx.AddContact(contact), tx.AddConversation(conv), tx.TagConversation(ws.ID, conv.ID, "배송"),
			tx.AddNote(Note{ID: NewID(), WorkspaceID: ws.ID, ConversationID: conv.ID, AuthorID: agents[0].ID, Text: "환불 문의", CreatedAt: long}, nil),
			tx.AddCall(Call{ID: NewID(), WorkspaceID: ws.ID, ConversationID: conv.ID, ContactID: contact.ID, NumberID: number.ID, Kind: "phone", Direction: "inbound",
				State: "ended", StartedAt: long, EndedAt: long, Version: 1, Data: "{}"}))
	}))
	var pruned int
	must(t, s.Tx(t.Context(), func(tx *Tx) (err error) {
		pruned, err = tx.PruneCalls(ws.ID, DefaultRetention(), now, 10)
		return err
	}))
	if pruned != 1 {
		t.Errorf("%d calls were pruned", pruned)
	}
	for _, q := range []string{"최서연", "환불", "배송"} {
		found, err := s.Conversations(t.Context(), ws.ID, ConversationFilter{List: "all", Query: q, Limit: 2})
		if must(t, err); len(found) != 1 || found[0].ID != conv.ID {
			t.Errorf("%s finds %v: the conversation stays, and only its calls go", q, found)
		}
	}
	var orphans int64
	must(t, s.read.Raw(`SELECT (SELECT COUNT(*) FROM text_tokens WHERE rowid >> 20 NOT IN (SELECT search_doc FROM conversations WHERE search_doc IS NOT NULL))
		+ (SELECT COUNT(*) FROM contact_tokens WHERE rowid NOT IN (SELECT search_doc FROM contacts WHERE search_doc IS NOT NULL))`).Scan(&orphans).Error)
	if orphans != 0 {
		t.Errorf("%d rows of the index are about nothing", orphans)
	}
}
