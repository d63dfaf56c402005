package recording

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"sync"
	"time"

	"ringdesk/controller/tasks"
	"ringdesk/models"
)

// Storage is where recordings are kept that are ready (controller/bucket).
type Storage interface {
	Name() string
	Put(ctx context.Context, name string, file *os.File) error
	Remove(ctx context.Context, name string) error
}

// uploadPauses follow failed attempts to store a recording; the last is repeated for
// as long as the storage is away.
var uploadPauses = []time.Duration{5 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute}

// uploadTimeout is for the files of one recording: ten tracks of an hour are 600 MB at
// most, which take 20 minutes over 4 Mbit/s.
const uploadTimeout = 30 * time.Minute

// Uploader moves recordings that are ready from the folder to the storage. Until then,
// and while the storage is away, they stay in the folder and are played from there.
type Uploader struct {
	Store   *models.Store
	Folder  string
	Storage Storage
	Log     *slog.Logger
	Now     func() time.Time // nil means time.Now

	mu      sync.Mutex
	trouble error // of the last attempt
	since   time.Time
	told    time.Time // when the log was told last
}

// Tasks is the work that an Uploader does.
func (u *Uploader) Tasks() tasks.Kind {
	return tasks.Kind{Name: models.TaskUpload, Do: u.attempt, Pauses: uploadPauses, Timeout: uploadTimeout}
}

// Begin makes work of what was ready before there was a storage.
func (u *Uploader) Begin(ctx context.Context, now time.Time) error {
	for {
		n := 0
		err := u.Store.Tx(ctx, func(tx *models.Tx) (err error) {
			n, err = tx.AddUploads(now, atOnce)
			return err
		})
		if err != nil || n < atOnce {
			return err
		}
	}
}

// atOnce is how many uploads one transaction asks for.
const atOnce = 200

// Trouble is what keeps recordings from the storage, and since when; nil when the last
// attempt was good.
func (u *Uploader) Trouble() (time.Time, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.since, u.trouble
}

// remind is how often the log says again that the storage is away.
const remind = 10 * time.Minute

// note notes how an attempt to store a file has ended, and tells the log when that is
// something else than before, and from time to time while the storage is away.
func (u *Uploader) note(ctx context.Context, err error) {
	now := time.Now()
	if u.Now != nil {
		now = u.Now()
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	switch {
	case err == nil && u.trouble != nil:
		u.Log.Info("recordings reach the storage again", "after", now.Sub(u.since).Round(time.Second))
	case err != nil && (u.trouble == nil || now.Sub(u.told) >= remind):
		if u.trouble == nil {
			u.since = now
		}
		u.told = now
		waiting, cerr := u.Store.RecordingsUnstored(context.WithoutCancel(ctx))
		u.Log.Error("recordings do not reach the storage; they stay here until they do, and the disk fills", "since", u.since, "waiting", waiting, "error", errors.Join(err, cerr))
	}
	u.trouble = err
}

// attempt moves one recording.
func (u *Uploader) attempt(ctx context.Context, a tasks.Attempt) tasks.Result {
	rec, err := u.Store.RecordingByID(ctx, a.Subject)
	if errors.Is(err, models.ErrNotFound) {
		return tasks.Result{}
	}
	var names []string
	if err == nil {
		names, err = u.names(ctx, rec)
	}
	if err == nil && rec.Bucket == "" {
		err = u.upload(ctx, rec, names)
	}
	if err == nil {
		err = u.removeLocal(names)
	}
	if errors.Is(err, errNoFile) {
		return tasks.Result{Err: err, Over: true}
	}
	return tasks.Result{Err: err, Endless: true} // there is no better place for it than the folder
}

// errNoFile means that the MP3 is neither here nor there.
var errNoFile = errors.New("recording: the MP3 is missing")

// names are the files of a recording, the MP3 first.
func (u *Uploader) names(ctx context.Context, rec models.Recording) ([]string, error) {
	ts, err := u.Store.Tracks(ctx, rec.ID)
	names := []string{rec.File}
	for _, t := range ts {
		names = append(names, t.File)
	}
	return names, err
}

// upload stores the files, and notes then that they are there. Those of a recording
// that was removed meanwhile are removed again.
func (u *Uploader) upload(ctx context.Context, rec models.Recording, names []string) error {
	for i, name := range names {
		err := u.put(ctx, name)
		if errors.Is(err, fs.ErrNotExist) {
			if i > 0 {
				continue // a track that never was
			}
			return fmt.Errorf("%w: %s", errNoFile, name)
		}
		u.note(ctx, err)
		if err != nil {
			return err
		}
	}
	err := u.Store.Tx(ctx, func(tx *models.Tx) error { return tx.StoreRecording(rec.ID, u.Storage.Name()) })
	if !errors.Is(err, models.ErrNotFound) {
		return err
	}
	for _, name := range names {
		if err := u.Storage.Remove(ctx, name); err != nil {
			return err
		}
	}
	return nil
}

func (u *Uploader) put(ctx context.Context, name string) error {
	root, err := os.OpenRoot(u.Folder)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }() // nothing was written
	file, err := root.Open(name)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }() // nothing was written
	return u.Storage.Put(ctx, name, file)
}

// removeLocal removes the files from the folder; those that are gone are no mistake.
func (u *Uploader) removeLocal(names []string) error {
	root, err := os.OpenRoot(u.Folder)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }() // removing needs no more of it
	for _, name := range names {
		if err := root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}
