package sounds

import (
	"bufio"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"ringdesk/controller/converter"
	"ringdesk/controller/durable"
	"ringdesk/models"
)

// The limits of uploaded sounds.
const (
	MaxBytes  = 10 << 20        // of the file that is sent
	MaxLength = 5 * time.Minute // of its sound
	MaxCount  = 500             // sounds of a workspace's own, so that its folder stays below 2.5 GB
)

// conversions is how many sounds are converted at once; calls need the processors, too.
const conversions = 2

// waiting is how many sounds of a workspace may wait for the one that is being
// converted; each holds up to MaxBytes of memory.
const waiting = 3

// ErrNoConverter says that sox cannot be run.
var ErrNoConverter = converter.ErrMissing

// ErrBusy says that too many sounds of the workspace wait already.
var ErrBusy = errors.New("too many sounds of this workspace are being converted")

// BadSoundError says why a file is refused, in words for people.
type BadSoundError struct{ Reason string }

func (e *BadSoundError) Error() string { return e.Reason }

// Library is the folder of all sounds: the built-in ones and, below "custom",
// those of the workspaces.
type Library struct {
	folder, sox string
	slots       chan struct{}
	turns       turns
}

// NewLibrary uses a folder and the program sox.
func NewLibrary(folder, sox string) *Library {
	return &Library{folder: folder, sox: sox, slots: make(chan struct{}, conversions), turns: turns{of: map[string]*turn{}}}
}

// Put converts a WAV or MP3 to what the engine plays and keeps it as the file
// of s, which is there whole or not at all. A file that is no such sound gives
// a *BadSoundError, and one of a workspace with too many under way ErrBusy.
func (l *Library) Put(ctx context.Context, s models.Sound, from io.Reader) (length time.Duration, err error) {
	in := bufio.NewReader(from)
	format, err := FormatOf(in)
	if err != nil {
		return 0, err
	}
	done, err := l.turns.take(ctx, s.WorkspaceID)
	if err != nil {
		return 0, err
	}
	defer done()
	select {
	case l.slots <- struct{}{}:
		defer func() { <-l.slots }()
	case <-ctx.Done():
		return 0, ctx.Err()
	}
	return length, write(l.path(File(s)), func(f *os.File) error {
		length, err = l.convert(ctx, format, in, f)
		return err
	})
}

// Remove deletes the file of an uploaded sound; one that is gone is fine.
func (l *Library) Remove(s models.Sound) error {
	if err := os.Remove(l.path(File(s))); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// Open opens a sound by the engine's name.
func (l *Library) Open(name string) (*os.File, error) { return os.OpenInRoot(l.folder, name+".wav") }

func (l *Library) path(name string) string { return filepath.Join(l.folder, name+".wav") }

// write makes a file that appears under its name when fill has filled it.
func write(name string, fill func(*os.File) error) (err error) {
	if err := durable.Folder(filepath.Dir(name), 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(name), ".new-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	if err = errors.Join(fill(f), f.Close()); err != nil {
		return err
	}
	return durable.Publish(f.Name(), name)
}
