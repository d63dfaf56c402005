package models

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// haystack is a conversation as a person would look through it.
type haystack struct {
	id    string
	texts []string // of its contact, its notes and its tags
}

var hay = rapid.SampledFrom([]string{"김철수", "이영희", "Anna", "환불", "카드", "refund", "VIP", "배송 지연", "3M", "010-2222-3333", "Zürich", "\"", "AND"})

// A search finds the conversations that have each of its words in the contact, a
// note or a tag, in the order of the list, and in no other workspace, whichever way
// is taken to find them; and what is written is found at once.
//
// Covers: INBOX-5
func TestConversationSearch_INBOX_5(t *testing.T) {
	s := openStore(t)
	had := fewFound
	t.Cleanup(func() { fewFound = had })
	rapid.Check(t, func(t *rapid.T) {
		ws := Workspace{ID: NewID(), Name: "w", Country: "KR", TimeZone: "Asia/Seoul", CreatedAt: At(now)}
		var all []haystack
		err := s.Tx(t.Context(), func(tx *Tx) error {
			if err := tx.AddWorkspace(ws); err != nil {
				return err
			}
			for i := range rapid.IntRange(1, 6).Draw(t, "conversations") {
				h, err := addHay(t, tx, ws.ID, i)
				if err != nil {
					return err
				}
				all = append(all, h)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		q := strings.Join(rapid.SliceOfN(hay, 1, 3).Draw(t, "query"), " ")
		query := parseSearch(q, "KR")
		var want []string
		for _, h := range slices.Backward(all) {
			found := !query.Empty()
			for _, term := range query.Terms {
				one := query
				one.Terms = one.Terms[:0:0]
				one.Terms = append(one.Terms, term)
				found = found && slices.ContainsFunc(h.texts, func(text string) bool { _, ok := one.Find(text); return ok })
			}
			if found {
				want = append(want, h.id)
			}
		}
		for _, fewFound = range []int{0, had} {
			cs, err := s.Conversations(t.Context(), ws.ID, ConversationFilter{List: "all", Query: q, Limit: 100})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, c := range cs {
				got = append(got, c.ID)
			}
			if !slices.Equal(got, want) {
				t.Fatalf("%q (few is %d) finds %v, want %v of %v", q, fewFound, got, want, all)
			}
		}
	})
}

// addHay makes a conversation with a contact, notes and tags of its own, the
// latest activity last.
func addHay(t *rapid.T, tx *Tx, workspace string, i int) (haystack, error) {
	words := rapid.SliceOfN(hay, 0, 3)
	name, number := strings.Join(words.Draw(t, "name"), " "), fmt.Sprintf("+8210%08d", rapid.IntRange(0, 99_999_999).Draw(t, "number")/10*10+i)
	at := At(now.Add(1e9 * 60 * 60))
	c := FullContact{Contact: Contact{ID: NewID(), WorkspaceID: workspace, Kind: "lead", Profile: "{}", CreatedAt: at}, Numbers: []string{number}}
	v := Conversation{ID: NewID(), WorkspaceID: workspace, ContactID: c.ID, Kind: "phone", Direction: "inbound", State: "open", CreatedAt: at, UpdatedAt: at}
	h := haystack{id: v.ID, texts: []string{name, number}}
	if err := tx.AddContact(c); err != nil {
		return h, err
	}
	// A name that is given later is found, too.
	if err := tx.UpdateContact(workspace, c.ID, ContactUpdate{Name: &name}); err != nil {
		return h, err
	}
	if err := tx.AddConversation(v); err != nil {
		return h, err
	}
	for _, text := range rapid.SliceOfN(hay, 0, 2).Draw(t, "notes") {
		h.texts = append(h.texts, text)
		if err := tx.AddNote(Note{ID: NewID(), WorkspaceID: workspace, ConversationID: v.ID, AuthorID: "a", Text: text, CreatedAt: at}, nil); err != nil {
			return h, err
		}
	}
	for _, tag := range rapid.SliceOfN(hay, 0, 2).Draw(t, "tags") {
		h.texts = append(h.texts, tag)
		if err := tx.TagConversation(workspace, v.ID, tag); err != nil {
			return h, err
		}
	}
	return h, nil
}

// What somebody types is no language: quotes, operators, control characters and
// long texts find what they say, or nothing, and never fail.
//
// Covers: INBOX-5
func TestHostileSearch_INBOX_5(t *testing.T) {
	s := openStore(t)
	ws, _, _ := workspace(t, s, 0)
	id := NewID()
	must(t, s.Tx(t.Context(), func(tx *Tx) error {
		return tx.AddContact(FullContact{Contact: Contact{ID: id, WorkspaceID: ws.ID, Kind: "member", Name: `Bob "AND" O'Neil 환불`, Profile: `{"x":"NEAR(a b)"}`, CreatedAt: At(now)}})
	}))
	for q, want := range map[string]int{
		`"and"`: 1, `bob" OR "x`: 0, `NEAR(a`: 1, `near(a b)`: 1, `bob NOT and`: 0, `tokens:bob`: 0, `^bob`: 1, `bob*`: 1, `-bob`: 1, `o'neil`: 1, `'`: 0, `"`: 0, `(`: 0, `*`: 0,
		"\x00": 0, "bob\x00": 1, "😀": 0, "환불😀": 1, "\xff\xfe": 0, strings.Repeat("환불 ", 3000): 1, strings.Repeat("환불", 3000): 0, strings.Repeat(`"`, 10_000): 0,
		strings.Repeat("1", 10_000): 0, strings.Repeat("bob ( ", 2000): 1, "'; DROP TABLE contacts; --": 0,
	} {
		cs, err := s.Contacts(t.Context(), ws.ID, ContactFilter{Query: q, Limit: 10})
		if err != nil || len(cs) != want {
			t.Errorf("%.20q finds %d, want %d, %v", q, len(cs), want, err)
		}
		if _, err := s.Conversations(t.Context(), ws.ID, ConversationFilter{List: "all", Query: q, Limit: 10}); err != nil {
			t.Errorf("%.20q: %v", q, err)
		}
	}
}

// What was written before there was an index is found after the migration.
//
// Covers: INBOX-5
func TestOldDataIsFound_INBOX_5(t *testing.T) {
	file := place(t)
	s, err := Open(file)
	must(t, err)
	ws, _, _ := workspace(t, s, 0)
	must(t, s.Tx(t.Context(), func(tx *Tx) error {
		for i, name := range []string{"김철수", ""} {
			c := FullContact{Contact: Contact{ID: NewID(), WorkspaceID: ws.ID, Kind: "lead", Name: name, Profile: `{"city":"제주"}`, CreatedAt: At(now)}, Numbers: []string{fmt.Sprintf("+82101234567%d", i)}}
			v := Conversation{ID: NewID(), WorkspaceID: ws.ID, ContactID: c.ID, Kind: "phone", State: "open", CreatedAt: At(now), UpdatedAt: At(now)}
			must(t, tx.AddContact(c))
			must(t, tx.AddConversation(v))
			must(t, tx.AddNote(Note{ID: NewID(), WorkspaceID: ws.ID, ConversationID: v.ID, AuthorID: "a", Text: "카드 환불", CreatedAt: At(now)}, nil))
			must(t, tx.TagConversation(ws.ID, v.ID, "VIP"))
		}
		return nil
	}))
	for _, undo := range []string{
		"DROP INDEX contacts_search", "DROP INDEX conversations_search", "ALTER TABLE contacts DROP COLUMN search_doc", "ALTER TABLE conversations DROP COLUMN search_doc", "ALTER TABLE conversations DROP COLUMN search_texts",
		"DROP TABLE contact_tokens", "DROP TABLE text_tokens", "DELETE FROM migrations WHERE name = 'migrations/0018_search.sql'",
	} {
		must(t, s.write.Exec(undo).Error)
	}
	must(t, s.Close())
	s, err = Open(file)
	must(t, err)
	for q, want := range map[string]int{"철수": 1, "01012345671": 1, "제주": 2, "환불": 2, "vip 철수": 1, "": 2} {
		cs, err := s.Conversations(t.Context(), ws.ID, ConversationFilter{List: "all", Query: q, Limit: 10})
		if err != nil || len(cs) != want {
			t.Errorf("%q finds %d, want %d, %v", q, len(cs), want, err)
		}
	}
	must(t, s.Close())
}
