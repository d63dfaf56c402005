package sounds

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"ringdesk/models"
)

// The limits of uploaded sounds.
const (
	MaxBytes  = 10 << 20        // of the file that is sent
	MaxLength = 5 * time.Minute // of its sound
	MaxCount  = 500             // sounds of a workspace's own, so that its folder stays below 2.5 GB
)

// rate is that of telephone sound, samples per second of 16 bits.
const rate = 8000

// conversions is how many sounds are converted at once; each takes up to 15 MB.
const conversions = 2

// ErrNoConverter says that ffmpeg cannot be run.
var ErrNoConverter = errors.New("ffmpeg cannot be run")

// BadSoundError says why a file is refused, in words for people.
type BadSoundError struct{ Reason string }

func (e *BadSoundError) Error() string { return e.Reason }

// Library is the folder of all sounds: the built-in ones and, below "custom",
// those of the workspaces.
type Library struct {
	folder, ffmpeg string
	slots          chan struct{}
}

// NewLibrary uses a folder and the ffmpeg program.
func NewLibrary(folder, ffmpeg string) *Library {
	return &Library{folder: folder, ffmpeg: ffmpeg, slots: make(chan struct{}, conversions)}
}

// Put converts a WAV or MP3 to what the engine plays and keeps it as the file
// of s, which is there whole or not at all. A file that is no such sound gives
// a *BadSoundError.
func (l *Library) Put(ctx context.Context, s models.Sound, data []byte) (time.Duration, error) {
	format, err := formatOf(data)
	if err != nil {
		return 0, err
	}
	select {
	case l.slots <- struct{}{}:
		defer func() { <-l.slots }()
	case <-ctx.Done():
		return 0, ctx.Err()
	}
	pcm, err := l.convert(ctx, format, data)
	if err != nil {
		return 0, err
	}
	length := time.Duration(len(pcm)/2) * time.Second / rate
	switch {
	case length == 0:
		return 0, &BadSoundError{"There is no sound in this file: send another one."}
	case length > MaxLength:
		return 0, &BadSoundError{fmt.Sprintf("This sound is longer than %.0f minutes: send a shorter one.", MaxLength.Minutes())}
	}
	return length, write(l.path(File(s)), io.MultiReader(bytes.NewReader(header(len(pcm))), bytes.NewReader(pcm)))
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

// header is a WAV file's before n bytes of samples (RIFF: Microsoft,
// Multimedia Programming Interface and Data Specifications 1.0, 1991).
func header(n int) []byte {
	const pcm, channels, bytesPerSample = 1, 1, 2
	le := binary.LittleEndian
	h := append(le.AppendUint32([]byte("RIFF"), uint32(36+n)), "WAVEfmt "...)
	h = le.AppendUint32(h, 16)
	h = le.AppendUint16(le.AppendUint16(h, pcm), channels)
	h = le.AppendUint32(le.AppendUint32(h, rate), rate*channels*bytesPerSample)
	h = le.AppendUint16(le.AppendUint16(h, channels*bytesPerSample), 8*bytesPerSample)
	return le.AppendUint32(append(h, "data"...), uint32(n))
}

// write makes a file that appears under its name when it is complete.
func write(name string, from io.Reader) (err error) {
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
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
	_, err = io.Copy(f, from)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}
