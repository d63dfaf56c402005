package webhook_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"ringdesk/controller/journal"
	"ringdesk/controller/webhook"
	"ringdesk/models"
	"ringdesk/testkit/database"
)

// BenchmarkCommit is what a call waits for when a step of it is saved: without webhooks, and with
// one that takes everything at once, while its deliveries go on beside.
func BenchmarkCommit(b *testing.B) {
	for _, hooks := range []int{0, 1} {
		b.Run(fmt.Sprint(hooks, " webhooks"), func(b *testing.B) { commit(b, hooks) })
	}
}

func commit(b *testing.B, hooks int) {
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer server.Close()
	store, err := models.Open(database.Place(b))
	if err != nil {
		b.Fatal(err)
	}
	defer store.Close()
	now := models.At(time.Now())
	err = store.Tx(b.Context(), func(tx *models.Tx) error {
		return errors.Join(tx.AddWorkspace(models.Workspace{ID: "w", Name: "Moa", Country: "KR", TimeZone: "Asia/Seoul", CreatedAt: now}),
			tx.AddTrunk(models.Trunk{ID: "t", WorkspaceID: "w", Name: "t", Stored: "{}", CreatedAt: now}, nil),
			tx.AddNumber(models.Number{ID: "n", WorkspaceID: "w", TrunkID: "t", Number: "+827076660001", CreatedAt: now}),
			tx.AddContact(models.FullContact{Contact: models.Contact{ID: "c", WorkspaceID: "w", CreatedAt: now}}))
	})
	if err != nil {
		b.Fatal(err)
	}
	guard := webhook.Guard{Allow: []string{"127.0.0.1"}}
	verbs := webhook.Webhooks{Store: store, Now: time.Now, Guard: guard}
	for range hooks {
		if _, err := verbs.Add(b.Context(), admin, "w", webhook.Change{Name: new("crm"), URL: &server.URL}); err != nil {
			b.Fatal(err)
		}
	}
	sender := webhook.NewSender(webhook.Options{Store: store, Log: slog.New(slog.DiscardHandler), Guard: guard, Owner: "one"})
	store.OnCommit(func([]models.Change) {
		if sender.On() {
			sender.Kick()
		}
	})
	ctx, stop := context.WithCancel(b.Context())
	ended := make(chan error, 1)
	go func() { ended <- sender.Run(ctx) }()
	data, err := journal.Encode(journal.CallHeld{Agent: kim})
	if err != nil {
		b.Fatal(err)
	}
	call := models.Call{ID: "call", WorkspaceID: "w", ConversationID: "v", ContactID: "c", NumberID: "n", Kind: "phone", State: "talking", StartedAt: now, Live: true, Data: "{}"}
	err = store.Tx(b.Context(), func(tx *models.Tx) error {
		return errors.Join(tx.AddConversation(models.Conversation{ID: "v", WorkspaceID: "w", ContactID: "c", Kind: "phone", State: "open", CreatedAt: now, UpdatedAt: now}), tx.AddCall(call))
	})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		call.Version++
		err := store.Tx(b.Context(), func(tx *models.Tx) error {
			entry := models.JournalEntry{CallID: call.ID, Seq: call.Version, WorkspaceID: "w", At: now, Type: journal.CallHeld{}.Type(), Data: data}
			return errors.Join(tx.AddJournal([]models.JournalEntry{entry}), tx.SaveCall(call, nil))
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	b.StopTimer()
	stop()
	if err := <-ended; err != nil {
		b.Error(err)
	}
}
