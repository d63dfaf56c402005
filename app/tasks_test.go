package app_test

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"ringdesk/app"
	"ringdesk/configs"
	"ringdesk/controller/inbox"
	"ringdesk/controller/tasks"
	"ringdesk/controller/verb"
	"ringdesk/models"
	"ringdesk/testkit/memory"
)

// Work that the command line makes due again, in a process of its own, is tried at
// once by the controller that runs.
func TestRetryReachesARunningController(t *testing.T) {
	s := configs.Default()
	s.Storage.Data, s.Storage.KeepFreeMiB = t.TempDir(), 1
	s.Recordings.Folder, s.Sounds.Folder = filepath.Join(s.Storage.Data, "recordings"), filepath.Join(s.Storage.Data, "sounds")
	ctx, stop := context.WithCancel(context.Background())
	a, err := app.Open(ctx, app.Options{Settings: s, Log: slog.New(slog.DiscardHandler), Around: inMemory(memory.New(memory.Options{}))})
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- a.Run(ctx) }()
	defer func() {
		stop()
		if err := errors.Join(<-ended, a.Close()); err != nil {
			t.Error(err)
		}
	}()
	other, err := models.Open(s.Database())
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	var id string
	err = other.Tx(t.Context(), func(tx *models.Tx) error {
		err := tx.AddTask(models.TaskMix, "a recording that is gone", time.Now().Add(time.Hour))
		if err != nil {
			return err
		}
		task, err := tx.TakeTask(models.TaskMix, time.Now().Add(2*time.Hour), time.Now().Add(3*time.Hour))
		id = task.ID
		return errors.Join(err, tx.BuryTask(id, time.Now(), "no"))
	})
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	if err := tasks.Retry(t.Context(), other, id, began); err != nil {
		t.Fatal(err)
	}
	for {
		_, err := other.NextTask(t.Context(), models.TaskMix)
		if errors.Is(err, models.ErrNotFound) {
			break
		}
		if err != nil || time.Since(began) > tasks.DefaultLook/2 {
			t.Fatalf("it was not tried within %v: %v", time.Since(began), err)
		}
		time.Sleep(5 * time.Millisecond)
	}
	if dead, err := tasks.Dead(t.Context(), other); err != nil || len(dead) > 0 {
		t.Errorf("still dead: %v, %v", dead, err)
	}
}

// A conversation that was snoozed when no controller ran opens as soon as one does.
//
// Covers: INBOX-4, SYS-3
func TestSnoozedReturnsAfterARestart_INBOX_4(t *testing.T) {
	s := configs.Default()
	s.Storage.Data, s.Storage.KeepFreeMiB = t.TempDir(), 1
	s.Recordings.Folder, s.Sounds.Folder = filepath.Join(s.Storage.Data, "recordings"), filepath.Join(s.Storage.Data, "sounds")
	other, err := models.Open(s.Database())
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	at := models.At(time.Now())
	ws := models.Workspace{ID: models.NewID(), Name: "w", Country: "KR", TimeZone: "Asia/Seoul", CreatedAt: at}
	contact := models.Contact{ID: models.NewID(), WorkspaceID: ws.ID, Kind: "lead", Profile: "{}", CreatedAt: at}
	c := models.Conversation{ID: models.NewID(), WorkspaceID: ws.ID, ContactID: contact.ID, Kind: "phone", Direction: "inbound", State: "open", CreatedAt: at, UpdatedAt: at}
	err = other.Tx(t.Context(), func(tx *models.Tx) error {
		return errors.Join(tx.AddWorkspace(ws), tx.AddContact(models.FullContact{Contact: contact}), tx.AddConversation(c))
	})
	if err != nil {
		t.Fatal(err)
	}
	// It is due long before the controller runs.
	desk := &inbox.Inbox{Store: other, Now: func() time.Time { return time.Now().Add(-time.Hour) }}
	until := time.Now().Add(-time.Minute)
	if err := desk.UpdateConversation(t.Context(), verb.By{Workspace: ws.ID, Role: "admin"}, c.ID, inbox.ConversationChange{SnoozeUntil: &until}); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	a, err := app.Open(ctx, app.Options{Settings: s, Log: slog.New(slog.DiscardHandler), Around: inMemory(memory.New(memory.Options{}))})
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- a.Run(ctx) }()
	defer func() {
		stop()
		if err := errors.Join(<-ended, a.Close()); err != nil {
			t.Error(err)
		}
	}()
	for began := time.Now(); ; {
		got, err := other.Conversation(t.Context(), ws.ID, c.ID)
		if err != nil || time.Since(began) > 10*time.Second {
			t.Fatalf("%s after %v: %v", got.State, time.Since(began), err)
		}
		if got.State == "open" && got.SnoozedUntil.IsZero() {
			break
		}
		time.Sleep(5 * time.Millisecond)
	}
}
