package models

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"
)

// newCall makes a call's row for tests of what belongs to calls.
func newCall(t *testing.T, s *Store, id string) (ws Workspace) {
	t.Helper()
	ws, num, _ := workspace(t, s, 0)
	must(t, s.Tx(t.Context(), func(tx *Tx) error {
		contact, err := tx.ContactOfCaller(ws.ID, Caller{}, At(now))
		conv := Conversation{ID: NewID(), WorkspaceID: ws.ID, ContactID: contact.ID, CreatedAt: At(now), UpdatedAt: At(now)}
		return errors.Join(err, tx.AddConversation(conv), tx.AddCall(Call{ID: id, WorkspaceID: ws.ID, ConversationID: conv.ID, ContactID: contact.ID,
			NumberID: num.ID, StartedAt: At(now), Live: true, Version: 1, Data: "{}"}))
	}))
	return ws
}

func TestParticipants(t *testing.T) {
	s := openStore(t)
	ws := newCall(t, s, "c")
	var want []Participant
	for i := range 6 { // more than one statement writes
		at := func(n int) Time { return At(now.Add(time.Duration(10*i+n) * time.Second)) }
		want = append(want, Participant{CallID: "c", ID: fmt.Sprint("p", 6-i), WorkspaceID: ws.ID, Place: i, Kind: AgentParticipant, ContactID: "contact", AgentID: "agent",
			Name: "Kim", Supervision: "listen", Supervised: "listen,whisper", InvitedBy: "lee", State: "joined", Silent: true, Muted: true,
			RingingAt: at(1), JoinedAt: at(2), LeftAt: at(3), AwayAt: at(4), MutedAt: at(5), MutedMS: 6, HeldAt: at(7), HeldMS: 8})
	}
	must(t, s.Tx(t.Context(), func(tx *Tx) error { return tx.PutParticipants(want) }))
	read := func() []Participant {
		t.Helper()
		all, err := s.Participants(t.Context(), "c", "none")
		must(t, err)
		return all["c"]
	}
	if got := read(); !slices.Equal(got, want) {
		t.Errorf("got\n%+v, want\n%+v", got, want)
	}
	p := &want[2]
	*p = Participant{CallID: p.CallID, ID: p.ID, WorkspaceID: p.WorkspaceID, Place: p.Place, Kind: p.Kind, ContactID: p.ContactID, AgentID: p.AgentID, InvitedBy: p.InvitedBy, Name: "Lee", State: "left"}
	must(t, s.Tx(t.Context(), func(tx *Tx) error { return tx.PutParticipants(want[2:3]) }))
	if got := read(); !slices.Equal(got, want) {
		t.Errorf("after a change\n%+v, want\n%+v", got, want)
	}
}

func TestParticipantRang(t *testing.T) {
	at := func(n int) Time { return At(now.Add(time.Duration(n) * time.Second)) }
	for name, c := range map[string]struct {
		p    Participant
		want time.Duration
	}{
		"never rung":      {Participant{JoinedAt: at(3)}, 0},
		"rings":           {Participant{RingingAt: at(1)}, 9 * time.Second},
		"answered":        {Participant{RingingAt: at(1), JoinedAt: at(3), LeftAt: at(8)}, 2 * time.Second},
		"rang in vain":    {Participant{RingingAt: at(1), LeftAt: at(5)}, 4 * time.Second},
		"came in at once": {Participant{RingingAt: at(1), JoinedAt: at(1)}, 0},
	} {
		if got := c.p.Rang(at(10).Time); got != c.want {
			t.Errorf("%s: rang %v, want %v", name, got, c.want)
		}
	}
}

// A controller gets the live calls whose owner lives no more, and their former
// owner can save none of them.
//
// Covers: SYS-3
func TestOwners(t *testing.T) {
	s := openStore(t)
	ws := newCall(t, s, "c")
	take := func(owner string, at time.Time) (taken []Call) {
		t.Helper()
		must(t, s.Tx(t.Context(), func(tx *Tx) (err error) {
			taken, err = tx.TakeCalls(owner, at)
			return errors.Join(err, tx.RenewController(owner, at.Add(10*time.Second)))
		}))
		return taken
	}
	owned := func(owner string) int {
		t.Helper()
		cs, err := s.CallsOwnedBy(t.Context(), owner)
		must(t, err)
		return len(cs)
	}
	if got := take("a", now); len(got) != 1 || got[0].Owner != "a" || got[0].Version != 2 || owned("a") != 1 {
		t.Fatalf("the first took %+v", got)
	}
	if got := take("a", now.Add(5*time.Second)); len(got) != 0 || owned("a") != 1 {
		t.Errorf("the first took its own: %+v", got)
	}
	if got := take("b", now.Add(14*time.Second)); len(got) != 0 || owned("b") != 0 {
		t.Errorf("the second took a living one's: %+v", got)
	}
	if got := take("b", now.Add(16*time.Second)); len(got) != 1 || owned("a") != 0 || owned("b") != 1 {
		t.Errorf("the second took %+v", got)
	}
	if owner, err := s.CallOwner(t.Context(), ws.ID, "c"); err != nil || owner != "b" {
		t.Errorf("owner %q, %v", owner, err)
	}
	err := s.Tx(t.Context(), func(tx *Tx) error { return tx.SaveCall(Call{ID: "c", WorkspaceID: ws.ID, Version: 3, Live: true}, nil) })
	if !errors.Is(err, ErrConflict) {
		t.Errorf("the first still saves: %v", err)
	}
	must(t, s.Tx(t.Context(), func(tx *Tx) error { return tx.SaveCall(Call{ID: "c", WorkspaceID: ws.ID, Version: 4}, nil) }))
	if _, err := s.CallOwner(t.Context(), ws.ID, "c"); !errors.Is(err, ErrNotFound) || owned("b") != 0 {
		t.Errorf("a call that is over has an owner: %v", err)
	}
	must(t, s.Tx(t.Context(), (*Tx).DropControllers))
}
