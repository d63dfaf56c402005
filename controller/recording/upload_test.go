package recording_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"ringdesk/controller/recording"
	"ringdesk/controller/tasks"
	"ringdesk/models"
)

// shelf is a storage that a test can take away.
type shelf struct {
	mu    sync.Mutex
	away  error
	files map[string]bool
	put   func() // called when a file is there
}

func (s *shelf) Name() string { return "shelf" }

func (s *shelf) Put(_ context.Context, name string, _ *os.File) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.away == nil {
		s.files[name] = true
		if s.put != nil {
			s.put()
		}
	}
	return s.away
}

func (s *shelf) Remove(_ context.Context, name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.files, name)
	return nil
}

// uploads are an Uploader with a recording that is ready, and its log.
func uploads(t *testing.T, s *shelf) (d *desk, u *recording.Uploader, rec models.Recording, log *bytes.Buffer) {
	t.Helper()
	d, log = newDesk(t), new(bytes.Buffer)
	rec = d.over(began, nil, spoken{party: "customer", parts: []part{{time.Second, 440}}}, spoken{party: "lee"})
	file := filepath.Join(rec.CallID, rec.ID+".mp3")
	d.tx(func(tx *models.Tx) error {
		return tx.UpdateRecording(rec, models.RecordingUpdate{State: new("ready"), File: &file})
	})
	if err := os.WriteFile(filepath.Join(d.folder, file), []byte("mp3"), 0o600); err != nil {
		t.Fatal(err)
	}
	return d, &recording.Uploader{Store: d.store, Folder: d.folder, Storage: s, Log: slog.New(slog.NewTextHandler(log, nil))}, rec, log
}

// try makes one attempt, as a worker does.
func try(t *testing.T, u *recording.Uploader, id string) tasks.Result {
	t.Helper()
	return u.Tasks().Do(t.Context(), tasks.Attempt{Task: models.Task{Kind: models.TaskUpload, Subject: id}})
}

// A storage that is away is told at once, again every ten minutes with what waits for it,
// and when it is back; work for it never ends for good.
//
// Covers: SYS-2, OPS-4
func TestUploader_Tells(t *testing.T) {
	s := &shelf{files: map[string]bool{}, away: errors.New("no route")}
	d, u, rec, log := uploads(t, s)
	now := began
	u.Now = func() time.Time { return now }
	for minute, lines := range []int{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2} {
		now = began.Add(time.Duration(minute) * time.Minute)
		if res := try(t, u, rec.ID); res.Err == nil || !res.Endless || res.Over {
			t.Fatalf("%+v", res)
		}
		if n := strings.Count(log.String(), "do not reach the storage"); n != lines || !strings.Contains(log.String(), "waiting=1") {
			t.Errorf("in minute %d the log has %d lines:\n%s", minute, n, log)
		}
	}
	if since, err := u.Trouble(); err == nil || !since.Equal(began) {
		t.Errorf("the trouble is %v since %v", err, since)
	}
	s.away = nil
	if res := try(t, u, rec.ID); res.Err != nil {
		t.Fatal(res.Err)
	}
	if _, err := u.Trouble(); err != nil || !strings.Contains(log.String(), "again") {
		t.Errorf("still %v:\n%s", err, log)
	}
	if got := d.recording(rec.ID); got.Bucket != "shelf" || len(s.files) != 2 { // a track that never was is not stored
		t.Errorf("%q with %v", got.Bucket, s.files)
	}
	left, err := os.ReadDir(filepath.Join(d.folder, rec.CallID))
	if err != nil || len(left) != 0 {
		t.Errorf("in the folder are still %v, %v", left, err)
	}
	if res := try(t, u, rec.ID); res.Err != nil { // as after a crash before the task's end
		t.Errorf("once more: %v", res.Err)
	}
}

// A recording that is removed while it is stored leaves nothing behind, and one whose
// MP3 is nowhere is told of.
//
// Covers: SYS-2, SEC-6
func TestUploader_RemovedMeanwhile(t *testing.T) {
	s := &shelf{files: map[string]bool{}}
	d, u, rec, _ := uploads(t, s)
	s.put = func() {
		s.put = nil
		d.tx(func(tx *models.Tx) error { return tx.DropRecording(rec) })
	}
	if res := try(t, u, rec.ID); res.Err != nil || len(s.files) != 0 {
		t.Errorf("%v, stored %v", res.Err, s.files)
	}
	d, u, rec, _ = uploads(t, s)
	if err := os.Remove(filepath.Join(d.folder, rec.CallID, rec.ID+".mp3")); err != nil {
		t.Fatal(err)
	}
	if res := try(t, u, rec.ID); res.Err == nil || !res.Over {
		t.Errorf("%+v", res)
	}
}
