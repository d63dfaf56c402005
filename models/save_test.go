package models

import (
	"context"
	"errors"
	"testing"
)

// What a call's row says is the same whether a step names all of it or only what is different.
func TestSaveCall_SYS_3(t *testing.T) {
	s := openStore(t)
	ws, num, _ := workspace(t, s, 0)
	conv := Conversation{ID: NewID(), WorkspaceID: ws.ID, CreatedAt: At(now), UpdatedAt: At(now)}
	first := Call{WorkspaceID: ws.ID, ConversationID: conv.ID, NumberID: num.ID, State: "ringing", QueueRank: 7, StartedAt: At(now), Live: true, Data: "{}"}
	steps := []func(*Call){
		func(c *Call) { c.State, c.AnsweredAt, c.QueueRank = "talking", At(now), 0 },
		func(c *Call) { c.Data = `{"a":1}` },
		func(c *Call) {
			c.HeldBy, c.HeldAt, c.HelpBy, c.HelpAt, c.PausedAt = "a", At(now), "b", At(now), At(now)
		},
		func(c *Call) { c.HeldBy, c.HeldAt, c.HelpBy, c.HelpAt, c.PausedAt = "", Time{}, "", Time{}, Time{} },
		func(c *Call) { c.State, c.QueuedAt, c.QueueUntil, c.TeamID = "queued", At(now), At(now), "t" },
		func(c *Call) {
			c.State, c.Outcome, c.EndedBy, c.MissedReason, c.EndedAt, c.Live = "missed", "missed", "customer", "userLeft", At(now), false
		},
	}
	must(t, s.Tx(t.Context(), func(tx *Tx) error {
		contact, err := tx.ContactOfCaller(ws.ID, Caller{}, At(now))
		conv.ContactID, first.ContactID = contact.ID, contact.ID
		whole, parts := first, first
		whole.ID, parts.ID = "whole", "parts"
		return errors.Join(err, tx.AddConversation(conv), tx.AddCall(whole), tx.AddCall(parts))
	}))
	is := first
	for i, step := range steps {
		was := is
		step(&is)
		is.Version++
		must(t, s.Tx(t.Context(), func(tx *Tx) error {
			whole, parts := is, is
			whole.ID, parts.ID = "whole", "parts"
			return errors.Join(tx.SaveCall(whole, nil), tx.SaveCall(parts, &was))
		}))
		whole, err := s.Call(t.Context(), ws.ID, "whole")
		must(t, err)
		parts, err := s.Call(t.Context(), ws.ID, "parts")
		must(t, err)
		if parts.ID = "whole"; parts != whole || whole.State != is.State || whole.Live != is.Live || whole.Data != is.Data {
			t.Errorf("step %d is saved as %+v and as %+v", i, parts, whole)
		}
	}
}

// Patient work is done as other work is: with it, by itself, and when the store closes.
func TestPatient_SYS_3(t *testing.T) {
	s := openStore(t)
	add := func(ctx context.Context, name string) error {
		return s.Tx(ctx, func(tx *Tx) error { return tx.AddWorkspace(Workspace{ID: name, Name: name, CreatedAt: At(now)}) })
	}
	must(t, add(Patient(t.Context()), "alone"))
	busy, beside := make(chan struct{}), make(chan error, 3)
	go func() {
		beside <- s.Tx(t.Context(), func(*Tx) error { <-busy; return nil })
	}()
	go func() { beside <- add(Patient(t.Context()), "patient") }()
	go func() { beside <- add(t.Context(), "other") }()
	close(busy)
	for range 3 {
		must(t, <-beside)
	}
	if err := add(Patient(t.Context()), "alone"); !errors.Is(err, ErrConflict) {
		t.Errorf("twice the same gives %v", err)
	}
	for _, id := range []string{"alone", "patient", "other"} {
		if _, err := s.Workspace(t.Context(), id); err != nil {
			t.Errorf("%s: %v", id, err)
		}
	}
}
