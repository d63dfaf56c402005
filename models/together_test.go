package models

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
)

// Two controllers on one database work at the same things at the same time: no agent
// is offered two calls, no task is handed out twice, no call is taken over by both,
// and no contact is found by another one's words.
//
// Covers: OPS-5, IN-2, IN-11
func TestTwoControllers_OPS_5_IN_2_IN_11(t *testing.T) {
	at := place(t)
	stores := [2]*Store{openAt(t, at), openAt(t, at)}
	ws, num, agents := workspace(t, stores[0], 12)
	must(t, stores[0].Tx(t.Context(), func(tx *Tx) error {
		var errs []error
		for i := range agents {
			errs = append(errs, tx.AddTask("mix", fmt.Sprint(i), now), addCallOf(tx, ws, num, fmt.Sprintf("call-%02d", i), "gone"))
		}
		return errors.Join(errs...)
	}))
	var claimed, taken, owned [12]atomic.Int32
	both(func(of int) {
		s := stores[of]
		for i, a := range agents {
			err := s.Tx(t.Context(), func(tx *Tx) error {
				// As a search for agents does: it reads first, and then claims.
				if _, busy, err := tx.ClaimOf(a.AccountID); err != nil || busy {
					return err
				}
				free, err := tx.Claim(a.AccountID, fmt.Sprintf("of-%d", of), now)
				if err == nil && !free {
					err = errors.New("what was read held no longer")
				}
				if free {
					claimed[i].Add(1)
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
			err = s.Tx(t.Context(), func(tx *Tx) error {
				task, err := tx.TakeTask("mix", now, now.Add(1<<40))
				if errors.Is(err, ErrNotFound) {
					return nil
				}
				var n int
				if _, serr := fmt.Sscan(task.Subject, &n); err == nil && serr == nil {
					taken[n].Add(1)
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
			c := FullContact{Contact: Contact{ID: NewID(), WorkspaceID: ws.ID, Kind: "lead", Name: fmt.Sprintf("name%dx%d", of, i), Profile: "{}", CreatedAt: At(now)}}
			if err := s.Tx(t.Context(), func(tx *Tx) error { return tx.AddContact(c) }); err != nil {
				t.Error(err)
			}
		}
		err := s.Tx(t.Context(), func(tx *Tx) error {
			id := fmt.Sprintf("controller-%d", of)
			calls, err := tx.TakeCalls(id, now)
			for i := range calls {
				owned[i].Add(1)
			}
			return errors.Join(err, tx.RenewController(id, now.Add(1<<40)))
		})
		if err != nil {
			t.Error(err)
		}
	})
	for i := range agents {
		if claimed[i].Load() != 1 || taken[i].Load() != 1 || owned[i].Load() != 1 {
			t.Errorf("%d: claimed %d times, taken %d times, owned %d times", i, claimed[i].Load(), taken[i].Load(), owned[i].Load())
		}
	}
	for of := range stores {
		for i := range agents {
			name := fmt.Sprintf("name%dx%d", of, i)
			found, err := stores[0].Contacts(t.Context(), ws.ID, ContactFilter{Query: name, Limit: 5})
			if err != nil || len(found) == 0 || found[0].Name[:len(name)] != name {
				t.Errorf("%s finds %+v, %v", name, found, err)
			}
		}
	}
}

func both(do func(of int)) {
	var work sync.WaitGroup
	for of := range 2 {
		work.Go(func() { do(of) })
	}
	work.Wait()
}

func addCallOf(tx *Tx, ws Workspace, num Number, id, owner string) error {
	c := FullContact{Contact: Contact{ID: NewID(), WorkspaceID: ws.ID, Kind: "lead", Profile: "{}", CreatedAt: At(now)}}
	v := Conversation{ID: NewID(), WorkspaceID: ws.ID, ContactID: c.ID, Kind: "phone", State: "open", CreatedAt: At(now), UpdatedAt: At(now)}
	return errors.Join(tx.AddContact(c), tx.AddConversation(v), tx.AddCall(Call{ID: id, WorkspaceID: ws.ID, ConversationID: v.ID, ContactID: c.ID, NumberID: num.ID,
		State: "talking", StartedAt: At(now), Owner: owner, Live: true, Data: "{}"}))
}

// Whatever a carrier sends as a name is kept, as far as it is text.
//
// Covers: OPS-5, SEC-2
func TestBytesOfCarriers_OPS_5_SEC_2(t *testing.T) {
	s := openStore(t)
	ws, _, _ := workspace(t, s, 0)
	for _, name := range []string{"a\x00b", "\xff\xfe", "\xed\xa0\x80", "it's \"q\" ? $1 \\", "김\x00\xc3"} {
		c := FullContact{Contact: Contact{ID: NewID(), WorkspaceID: ws.ID, Kind: "lead", Name: name, CallerName: name, Profile: "{}", CreatedAt: At(now)}}
		must(t, s.Tx(t.Context(), func(tx *Tx) error { return tx.AddContact(c) }))
		got, err := s.Contact(t.Context(), ws.ID, c.ID)
		if err != nil || []rune(got.Name)[0] != []rune(name)[0] && []rune(got.Name)[0] != '\ufffd' {
			t.Errorf("%q: %q, %v", name, got.Name, err)
		}
	}
}
