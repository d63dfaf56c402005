package jobs

import (
	"io"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"ringdesk/models"
)

// Covers ADM-4 as far as it goes: what has no use any more is removed, and
// nothing else.
func TestPrune(t *testing.T) {
	store, err := models.Open(filepath.Join(t.TempDir(), "ringdesk.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	s, err := New(store, slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	for subject, at := range map[string]time.Time{"old": now.Add(-25 * time.Hour), "new": now.Add(-time.Hour)} {
		err := store.Tx(t.Context(), func(tx *models.Tx) error {
			if err := tx.LoginFailed(subject, at, time.Hour); err != nil {
				return err
			}
			return tx.Changed("w", "call", subject)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	s.prune(t.Context(), now)
	for subject, want := range map[string]int{"old": 0, "new": 1} {
		if n, _, err := store.LoginFailures(t.Context(), subject); err != nil || n != want {
			t.Errorf("%s: %d failures, %v; want %d", subject, n, err, want)
		}
	}
	if seq, err := store.LastChange(t.Context()); err != nil || seq != 2 {
		t.Errorf("fresh changes are gone: last is %d, %v", seq, err)
	}
	s.prune(t.Context(), now.Add(keepChanges+time.Hour))
	if seq, err := store.LastChange(t.Context()); err != nil || seq != 0 {
		t.Errorf("old changes are still there: last is %d, %v", seq, err)
	}
}
