package models

import (
	"errors"
	"fmt"
	"testing"
)

// BenchmarkSaveStep is what a step of a call writes: its state, its journal, its
// participants and its conversation, in one transaction.
func BenchmarkSaveStep(b *testing.B) {
	s, err := Open(place(b))
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	ws := Workspace{ID: NewID(), Name: "w", Country: "KR", TimeZone: "Asia/Seoul", RingSeconds: 20, QueueSeconds: 3600, CreatedAt: At(now)}
	tr := Trunk{ID: NewID(), WorkspaceID: ws.ID, Name: "t", CreatedAt: At(now)}
	num := Number{ID: NewID(), WorkspaceID: ws.ID, TrunkID: tr.ID, Number: "+8215881588", CreatedAt: At(now)}
	c := FullContact{Contact: Contact{ID: NewID(), WorkspaceID: ws.ID, Kind: "lead", Profile: "{}", CreatedAt: At(now)}}
	v := Conversation{ID: NewID(), WorkspaceID: ws.ID, ContactID: c.ID, Kind: "phone", State: "open", CreatedAt: At(now), UpdatedAt: At(now)}
	call := Call{ID: NewID(), WorkspaceID: ws.ID, ConversationID: v.ID, ContactID: c.ID, NumberID: num.ID, State: "talking", StartedAt: At(now), Live: true, Data: fmt.Sprintf("%2000s", "x")}
	ctx := b.Context()
	err = s.Tx(ctx, func(tx *Tx) error {
		return errors.Join(tx.AddWorkspace(ws), tx.AddTrunk(tr, []string{"192.0.2.1"}), tx.AddNumber(num), tx.AddContact(c), tx.AddConversation(v), tx.AddCall(call))
	})
	if err != nil {
		b.Fatal(err)
	}
	people := []Participant{{CallID: call.ID, ID: "c", WorkspaceID: ws.ID, Kind: ContactParticipant}, {CallID: call.ID, ID: "a", WorkspaceID: ws.ID, Kind: AgentParticipant, Place: 1}}
	b.ReportAllocs()
	for b.Loop() {
		call.Version++
		err := s.Tx(ctx, func(tx *Tx) error {
			entry := JournalEntry{CallID: call.ID, Seq: call.Version, WorkspaceID: ws.ID, At: At(now), Type: "agent.muted", Data: "{}"}
			return errors.Join(tx.AddJournal([]JournalEntry{entry}), tx.UpdateConversation(ws.ID, v.ID, ConversationUpdate{UpdatedAt: At(now)}), tx.PutParticipants(people), tx.SaveCall(call, nil))
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}
