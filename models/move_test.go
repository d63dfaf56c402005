package models

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"ringdesk/testkit/postgres"
)

// An installation is copied from SQLite to PostgreSQL and back, whole, and works
// there; a database with anything in it is left as it is.
//
// Covers: OPS-5
func TestMove_OPS_5(t *testing.T) {
	server := postgres.Start(t)
	server.SQL("postgres", "CREATE DATABASE ringdesk")
	first, second := filepath.Join(t.TempDir(), "ringdesk.db"), filepath.Join(t.TempDir(), "ringdesk.db")
	s, err := Open(first)
	must(t, err)
	ws, num, agents := workspace(t, s, 3)
	must(t, s.Tx(t.Context(), func(tx *Tx) error {
		c := FullContact{Contact: Contact{ID: NewID(), WorkspaceID: ws.ID, Kind: "lead", Name: "김철수\x00\xff", Profile: `{"city":"제주"}`, CreatedAt: At(now)}, Numbers: []string{"+821012345678"}}
		v := Conversation{ID: NewID(), WorkspaceID: ws.ID, ContactID: c.ID, Kind: "phone", State: "open", CreatedAt: At(now), UpdatedAt: At(now)}
		return errors.Join(tx.AddContact(c), tx.AddConversation(v), tx.TagConversation(ws.ID, v.ID, "VIP"), addCallOf(tx, ws, num, "call", "gone"),
			tx.AddNote(Note{ID: NewID(), WorkspaceID: ws.ID, ConversationID: v.ID, AuthorID: agents[0].ID, Text: "카드 환불", CreatedAt: At(now)}, nil),
			tx.AddNote(Note{ID: NewID(), WorkspaceID: ws.ID, ConversationID: v.ID, AuthorID: agents[0].ID, Text: "둘째", CreatedAt: At(now)}, nil),
			tx.AddImport(ContactImport{ID: NewID(), WorkspaceID: ws.ID, File: []byte{0, 1, 255}, State: ImportPreview, Columns: "[]", Bad: "[]", CreatedAt: At(now)}))
	}))
	must(t, s.Close())
	there, err := Move(t.Context(), first, server.URL("ringdesk"))
	must(t, err)
	back, err := Move(t.Context(), server.URL("ringdesk"), second)
	must(t, err)
	if len(there) < 30 || len(there) != len(back) {
		t.Fatalf("%d tables there, %d back", len(there), len(back))
	}
	sums := map[string]Moved{}
	for _, m := range there {
		sums[m.Table] = m
	}
	for _, m := range back {
		if m != sums[m.Table] {
			t.Errorf("there %+v, back %+v", sums[m.Table], m)
		}
	}
	if sums["accounts"].Rows != 3 || sums["notes"].Rows != 2 || sums["rates"].Rows < 20 {
		t.Errorf("moved %+v", sums)
	}
	for _, at := range []string{server.URL("ringdesk"), second} {
		if _, err := Move(t.Context(), first, at); !errors.Is(err, ErrNotEmpty) {
			t.Errorf("into one that is not empty: %v", err)
		}
		s := openAt(t, at)
		last, err := s.LastChange(t.Context())
		must(t, err)
		for q, want := range map[string]int{"철수": 1, "환불": 1, "둘째": 1, "vip 철수": 1, "1234-5678": 1, "부산": 0} {
			cs, err := s.Conversations(t.Context(), ws.ID, ConversationFilter{List: "all", Query: q, Limit: 10})
			if err != nil || len(cs) != want {
				t.Errorf("%q finds %d, want %d, %v", q, len(cs), want, err)
			}
		}
		must(t, s.Tx(t.Context(), func(tx *Tx) error { return tx.Changed(ws.ID, "agent", agents[0].ID) }))
		if next, err := s.LastChange(t.Context()); err != nil || next <= last {
			t.Errorf("change %d after %d, %v", next, last, err)
		}
	}
}

// A copy that cannot be finished leaves nothing behind, and one from beneath a
// controller that runs is refused.
//
// Covers: OPS-5
func TestMoveIsWholeOrNothing_OPS_5(t *testing.T) {
	server := postgres.Start(t)
	server.SQL("postgres", "CREATE DATABASE ringdesk")
	file := filepath.Join(t.TempDir(), "ringdesk.db")
	s := openAt(t, file)
	_, _, agents := workspace(t, s, 1)
	must(t, s.Tx(t.Context(), func(tx *Tx) error { return tx.RenewController("one", now.AddDate(50, 0, 0)) }))
	if _, err := Move(t.Context(), file, server.URL("ringdesk")); err == nil || !strings.Contains(err.Error(), "a ringdesk runs on it") {
		t.Errorf("beneath a controller: %v", err)
	}
	must(t, s.Tx(t.Context(), func(tx *Tx) error {
		return errors.Join(tx.DropControllers(), tx.db.Exec("UPDATE agents SET ring_seconds = 'many' WHERE id = ?", agents[0].ID).Error)
	}))
	if _, err := Move(t.Context(), file, server.URL("ringdesk")); err == nil || !strings.Contains(err.Error(), "agents") {
		t.Errorf("what no number can be: %v", err)
	}
	if n, err := openAt(t, server.URL("ringdesk")).CountWorkspaces(t.Context()); err != nil || n != 0 {
		t.Errorf("%d workspaces are left of it, %v", n, err)
	}
}
