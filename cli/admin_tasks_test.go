package cli

import (
	"errors"
	"strings"
	"testing"
	"time"

	"ringdesk/configs"
	"ringdesk/models"
)

// giveUp leaves a dead task in the database, and gives its id.
func giveUp(t *testing.T, s configs.Settings) (id string) {
	t.Helper()
	store, err := models.Open(s.Database())
	if err != nil {
		t.Fatal(err)
	}
	err = store.Tx(t.Context(), func(tx *models.Tx) error {
		if err := tx.AddTask(models.TaskMix, "the recording", time.Now()); err != nil {
			return err
		}
		task, err := tx.TakeTask(models.TaskMix, time.Now().Add(time.Second), time.Now().Add(time.Minute))
		id = task.ID
		return errors.Join(err, tx.BuryTask(id, time.Now(), "lame is not installed"))
	})
	if err := errors.Join(err, store.Close()); err != nil {
		t.Fatal(err)
	}
	return id
}

// Work that was given up is listed with its reason, and can be made due again.
func TestAdminTasks(t *testing.T) {
	s := configs.Default()
	s.Storage.Data = t.TempDir()
	list := func(want ...string) {
		t.Helper()
		out, err := output(t, func() error { return tasksCmd{}.Run(s) })
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range want {
			if !strings.Contains(out, w) {
				t.Errorf("it does not say %q:\n%s", w, out)
			}
		}
	}
	list("no work was given up")
	id := giveUp(t, s)
	list(id, "mix the recording: 1 attempts", "lame is not installed")
	if _, err := output(t, func() error { return retryCmd{Tasks: []string{id}}.Run(s) }); err != nil {
		t.Error(err)
	}
	list("no work was given up")
	if err := (retryCmd{Tasks: []string{id}}).Run(s); !errors.As(err, new(usageError)) {
		t.Errorf("a task that is not dead: %v", err)
	}
	store, err := models.Open(s.Database())
	if err != nil {
		t.Fatal(err)
	}
	if due, err := store.NextTask(t.Context(), models.TaskMix); err != nil || due.After(time.Now()) {
		t.Errorf("due %v, %v", due, err)
	}
	if err := store.Close(); err != nil {
		t.Error(err)
	}
}
