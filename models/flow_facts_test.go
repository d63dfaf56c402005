package models

import (
	"slices"
	"testing"
	"time"
)

// What flows ask about a contact and a team: the tags of the contact's conversations,
// and how many agents could take a call.
//
// Covers: DP-1
func TestFactsOfFlows_DP_1(t *testing.T) {
	s := openStore(t)
	ws, num, agents := workspace(t, s, 3)
	other, _, _ := workspace(t, s, 0)
	var contact string
	must(t, s.Tx(t.Context(), func(tx *Tx) error {
		c, err := tx.ContactOfCaller(ws.ID, Caller{Number: "+821012345678"}, At(now))
		contact = c.ID
		for _, tag := range []string{"VIP", "불만", "VIP"} {
			conv := Conversation{ID: NewID(), WorkspaceID: ws.ID, ContactID: c.ID, NumberID: &num.ID, Kind: "phone", Direction: "inbound", State: "open", CreatedAt: At(now), UpdatedAt: At(now)}
			if err == nil {
				err = tx.AddConversation(conv)
			}
			if err == nil {
				err = tx.TagConversation(ws.ID, conv.ID, tag)
			}
		}
		return err
	}))
	must(t, s.Tx(t.Context(), func(tx *Tx) error {
		tags, err := tx.ContactTags(ws.ID, contact)
		if err == nil && !slices.Equal(tags, []string{"VIP", "불만"}) {
			t.Errorf("tags %v", tags)
		}
		none, err2 := tx.ContactTags(other.ID, contact)
		if len(none) > 0 || err2 != nil {
			t.Errorf("in another workspace: %v, %v", none, err2)
		}
		return err
	}))

	team := Team{ID: NewID(), WorkspaceID: ws.ID, Name: "t", Settings: "{}", CreatedAt: At(now)}
	free := func(want, wantTeam int, at time.Time) {
		t.Helper()
		all, err := s.FreeAgents(t.Context(), ws.ID, "", at)
		must(t, err)
		some, err := s.FreeAgents(t.Context(), ws.ID, team.ID, at)
		must(t, err)
		if all != want || some != wantTeam {
			t.Errorf("%d and %d are free, want %d and %d", all, some, want, wantTeam)
		}
	}
	must(t, s.Tx(t.Context(), func(tx *Tx) error {
		if err := tx.AddTeam(team); err != nil {
			return err
		}
		return tx.SetTeamMembers(ws.ID, team.ID, []string{agents[0].ID})
	}))
	free(3, 1, now)
	must(t, s.Tx(t.Context(), func(tx *Tx) error {
		_, err := tx.Claim(agents[0].AccountID, "call", now)
		return err
	}))
	free(2, 0, now)
	must(t, s.Tx(t.Context(), func(tx *Tx) error {
		return tx.UpdateAgent(ws.ID, agents[1].ID, AgentUpdate{DND: new(true), DNDUntil: new(At(now.Add(time.Second)))})
	}))
	free(1, 0, now)
	free(2, 0, now.Add(time.Second))
	free(0, 0, now.Add(time.Hour))
}
