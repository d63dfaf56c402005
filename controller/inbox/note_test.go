package inbox_test

import (
	"strings"
	"testing"

	"ringdesk/controller/verb"
)

// Covers: INBOX-2, INBOX-3
func TestNotes_INBOX_3(t *testing.T) {
	r := newRig(t)
	here := r.conversation(r.here, "closed")
	for name, tc := range map[string]struct {
		by       verb.By
		at, text string
		mentions []string
		want     string // the note
		named    []string
		kind     verb.Kind
		field    string
	}{
		"plain":                       {r.here.asAgent, here.ID, "  call back \n", nil, "call back", nil, "", ""},
		"mentions each once":          {r.here.asAdmin, here.ID, "x", []string{r.here.quiet, r.here.quiet}, "x", []string{r.here.quiet}, "", ""},
		"by a key":                    {r.here.asKey, here.ID, "x", nil, "", nil, verb.Forbidden, ""},
		"by the operator":             {verb.Operator, here.ID, "x", nil, "", nil, verb.Forbidden, ""},
		"blank":                       {r.here.asAgent, here.ID, " \t\n", nil, "", nil, verb.Invalid, "text"},
		"mentions a stranger":         {r.here.asAgent, here.ID, "x", []string{r.here.quiet, r.away.agent}, "", nil, verb.Invalid, "mentions"},
		"in another workspace's":      {r.here.asAgent, r.conversation(r.away, "open").ID, "x", nil, "", nil, verb.NotFound, ""},
		"in none":                     {r.here.asAgent, "nothing", "x", nil, "", nil, verb.NotFound, ""},
		"mentions an absurd stranger": {r.here.asAgent, here.ID, "x", []string{strings.Repeat("한", 200)}, "", nil, verb.Invalid, "mentions"},
	} {
		t.Run(name, func(t *testing.T) {
			before := r.lastChange()
			n, err := r.AddNote(t.Context(), tc.by, tc.at, tc.text, tc.mentions)
			refused(t, err, tc.kind, tc.field, "")
			if tc.kind != "" {
				if r.lastChange() != before {
					t.Error("a refused note was told")
				}
				return
			}
			if n.Text != tc.want || n.AuthorID != tc.by.Agent || !n.CreatedAt.Equal(now) {
				t.Errorf("%+v", n)
			}
			equal(t, "mentions", n.MentionIDs(), tc.named)
			c, err := r.Store.Conversation(t.Context(), r.here.id, here.ID)
			if err != nil || c.LastNote != tc.want || !c.UpdatedAt.Equal(now) || c.State != "closed" {
				t.Errorf("%+v, %v", c, err)
			}
		})
	}
}

// A list shows the beginning of a long note, cut between characters.
//
// Covers: INBOX-3
func TestLongNote_INBOX_3(t *testing.T) {
	r := newRig(t)
	c := r.conversation(r.here, "open")
	text := strings.Repeat("한", 500)
	n, err := r.AddNote(t.Context(), r.here.asAgent, c.ID, text, nil)
	if err != nil || n.Text != text {
		t.Fatalf("%d bytes, %v", len(n.Text), err)
	}
	if c, err = r.Store.Conversation(t.Context(), r.here.id, c.ID); err != nil || c.LastNote != text[:120*len("한")] {
		t.Errorf("%q, %v", c.LastNote, err)
	}
}
