package exchange_test

import (
	"errors"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"ringdesk/controller/call"
	"ringdesk/controller/provision"
	"ringdesk/dialplan"
	"ringdesk/models"
	"ringdesk/testkit/memory"
)

// Who calls: a contact whose number is known, in any spelling; else a lead with
// the number; a withheld number is a lead of its own each time. Every call has
// a conversation of its own.
func TestCallers_IN_7_IN_8(t *testing.T) {
	virtual(t, func(t *testing.T) {
		w := newStage(t, 1, sound)
		at := models.At(time.Now())
		known := models.FullContact{Contact: models.Contact{ID: models.NewID(), WorkspaceID: w.ws.ID, Name: "Kim", Kind: "member", CreatedAt: at},
			Numbers: []string{"+821011110001"}}
		abroad := models.FullContact{Contact: models.Contact{ID: models.NewID(), WorkspaceID: w.ws.ID, Name: "Lee", Kind: "member", CreatedAt: at},
			Numbers: []string{"+12032530000"}}
		w.tx(func(tx *models.Tx) error {
			return errors.Join(tx.AddContact(known), tx.AddContact(abroad))
		})
		cases := []struct{ from, name, number string }{
			{"01011110001", "Kim", "+821011110001"}, {"+821011110001", "Kim", "+821011110001"},
			{"01011110002", "", "+821011110002"}, {"+82-10-1111-0002", "", "+821011110002"}, {"", "", ""}, {"", "", ""},
			{"+266696687", "", ""}, {"266696687", "", ""}, {"0000000000", "", ""}, // codes for withheld numbers
			{"0012032530000", "Lee", "+12032530000"}, {"1012345678", "", "+821012345678"},
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

// A number is only reached by a trunk of its own workspace. To other carriers it is
// as one that nobody has, and that is written down.
//
// Covers: SEC-3, MISS-1 (unregisteredNumber)
func TestAnothersTrunk_SEC_3(t *testing.T) {
	virtual(t, func(t *testing.T) {
		w := newStage(t, 1, sound)
		second := models.Trunk{ID: models.NewID(), WorkspaceID: w.ws.ID, Name: "second", CreatedAt: models.At(time.Now())}
		other := models.Workspace{ID: models.NewID(), Name: "other", Country: "KR", TimeZone: "Asia/Seoul", RingSeconds: 20, QueueSeconds: 60, CreatedAt: second.CreatedAt}
		theirs := second
		theirs.ID, theirs.WorkspaceID = models.NewID(), other.ID
		w.tx(func(tx *models.Tx) error {
			return errors.Join(tx.AddTrunk(second, []string{"192.0.2.11"}), tx.AddWorkspace(other), tx.AddTrunk(theirs, []string{"192.0.2.12"}),
				tx.AddNumber(models.Number{ID: models.NewID(), WorkspaceID: other.ID, TrunkID: theirs.ID, Number: "+827076660077", CreatedAt: second.CreatedAt}))
		})
		for _, k := range []models.Trunk{second, theirs} {
			trunk, err := provision.Trunk(k)
			w.must(err)
			trunk.Hosts = map[string][]string{second.ID: {"192.0.2.11"}, theirs.ID: {"192.0.2.12"}}[k.ID]
			w.must(w.engine.PutTrunk(t.Context(), trunk))
		}
		refused := 0
		for _, tc := range []struct {
			host, to string
			arrives  bool
		}{
			{"192.0.2.10", number, true}, {"192.0.2.11", number, true}, {"192.0.2.12", number, false},
			{"192.0.2.10", "07076660077", false}, {"192.0.2.11", "07076660077", false},
		} {
			before := len(w.calls())
			line := w.sw.Caller(netip.MustParseAddr(tc.host), from(1), "", memory.Manner{})
			line.Call(tc.to)
			if tc.arrives {
				w.rings(w.phones[0])
				line.Hangup()
				w.clean()
				continue
			}
			refused++
			w.await("404", func() bool { return line.State().Final == 404 })
			w.await("the journal's line", func() bool {
				es, err := w.store.RefusedSince(t.Context(), time.Now().Add(-time.Hour), 10)
				w.must(err)
				return len(es) == refused && strings.Contains(es[0].Data, `"unregisteredNumber"`)
			})
			if now := len(w.calls()); now != before {
				t.Errorf("from %s to %s: %d calls became %d", tc.host, tc.to, before, now)
			}
		}
		// Test calls come by no trunk.
		w.must(w.engine.TestCall(t.Context(), "01000000000", number))
		w.rings(w.phones[0])
	})
}

// The number's settings go before the team's, and these before the workspace's.
func TestSettingsOfNumberAndTeam_IN_10(t *testing.T) {
	virtual(t, func(t *testing.T) {
		w := newStage(t, 2, sound)
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
		if c = w.state(c.ID, call.Missed); c.MissedReason != dialplan.NotInOperation {
			t.Errorf("missed for %s", c.MissedReason)
		}
		w.clean()
	})
}
