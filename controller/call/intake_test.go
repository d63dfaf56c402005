package call_test

import (
	"slices"
	"testing"
	"time"

	"ringdesk/controller/call"
	"ringdesk/dialplan"
	"ringdesk/models"
)

// Who calls: a contact whose number is known, in any spelling; else a lead with
// the number; a withheld number is a lead of its own each time. Every call has
// a conversation of its own.
func TestCallers_IN_7_IN_8(t *testing.T) {
	virtual(t, func(t *testing.T) {
		w := newTown(t, 1, sound)
		at := models.At(time.Now())
		known := models.FullContact{Contact: models.Contact{ID: models.NewID(), WorkspaceID: w.ws.ID, Name: "Kim", Kind: "member", CreatedAt: at},
			Numbers: []string{"+821011110001"}}
		w.tx(func(tx *models.Tx) error { return tx.SaveContact(known, true) })
		cases := []struct{ from, name, number string }{
			{"01011110001", "Kim", "+821011110001"}, {"+821011110001", "Kim", "+821011110001"},
			{"01011110002", "", "+821011110002"}, {"+82-10-1111-0002", "", "+821011110002"}, {"", "", ""}, {"", "", ""},
		}
		var contacts, conversations []string
		for _, c := range cases {
			caller, got := w.phone(c.from)
			w.rings(w.phones[0])
			if got.From != c.number || c.name != "" && got.Customer.Name != c.name {
				t.Errorf("%q is %q, %s", c.from, got.Customer.Name, got.From)
			}
			contacts, conversations = append(contacts, got.Customer.ContactID), append(conversations, got.ConversationID)
			caller.Hangup()
			w.state(got.ID, call.Missed)
			w.clean()
		}
		if contacts[0] != known.ID || contacts[1] != known.ID || contacts[2] != contacts[3] || contacts[2] == known.ID || contacts[4] == contacts[5] {
			t.Errorf("contacts %v", contacts)
		}
		slices.Sort(conversations)
		if n := len(slices.Compact(conversations)); n != len(cases) {
			t.Errorf("%d conversations for %d calls", n, len(cases))
		}
	})
}

// The number's settings go before the team's, and these before the workspace's.
func TestSettingsOfNumberAndTeam_IN_10(t *testing.T) {
	virtual(t, func(t *testing.T) {
		w := newTown(t, 2, sound)
		w.settings(func(s *dialplan.Settings) { s.Hours = &dialplan.Hours{} }) // the workspace is closed
		team := w.team("team", 1)
		ns, err := w.store.Numbers(t.Context(), w.ws.ID)
		w.must(err)
		w.tx(func(tx *models.Tx) error {
			return tx.SetNumberSettings(w.ws.ID, ns[0].ID, `{"team":"`+team+`","override":{"open":true}}`)
		})
		caller, c := w.phone(from(1))
		w.rings(w.phones[1])
		w.quiet(0) // of another team
		caller.Hangup()
		w.state(c.ID, call.Missed)
		w.tx(func(tx *models.Tx) error { return tx.SetNumberSettings(w.ws.ID, ns[0].ID, `{"team":"`+team+`"}`) })
		_, c = w.phone(from(1))
		if c = w.state(c.ID, call.Missed); c.MissedReason != call.NotInOperation {
			t.Errorf("missed for %s", c.MissedReason)
		}
		w.clean()
	})
}
