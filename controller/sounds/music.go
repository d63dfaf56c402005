package sounds

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// HoldMusic is the engine's name of the one sound that Music keeps.
const HoldMusic = "music/hold"

const (
	// longestMusic is how much of each file is taken, so that no file can fill
	// the disk: 29 MB.
	longestMusic = 30 * time.Minute
	// musicEvery is how often the folder is looked at.
	musicEvery = 10 * time.Second
)

// Music makes one sound of all the files in a folder, for an engine that plays
// it round and round. With none there, it is a tune of our own. The file is
// replaced as a whole: a caller who hears the old one hears it to its end.
type Music struct {
	library *Library
	folder  string // whose WAV and MP3 files are played, in the order of their names
	log     *slog.Logger
	made    string // what the sound was made of
}

// NewMusic makes the sound before anybody can need it, if it is not there.
func (l *Library) NewMusic(ctx context.Context, folder string, log *slog.Logger) (*Music, error) {
	m := &Music{library: l, folder: folder, log: log}
	made, err := os.ReadFile(m.note())
	if _, there := os.Stat(l.path(HoldMusic)); err == nil && there == nil {
		m.made = string(made)
	}
	if err := m.Refresh(ctx); err != nil {
		return nil, fmt.Errorf("the hold music cannot be made: %w", err)
	}
	return m, nil
}

// note is the file that tells what the sound was made of.
func (m *Music) note() string { return m.library.path(HoldMusic) + ".from" }

// Run follows the folder until ctx ends.
func (m *Music) Run(ctx context.Context) error {
	t := time.NewTicker(musicEvery)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-t.C:
			if err := m.Refresh(ctx); err != nil && ctx.Err() == nil {
				m.log.Warn("the hold music stays as it was", "folder", m.folder, "error", err)
			}
		}
	}
}

// Refresh makes the sound anew when the folder's files are others than before.
func (m *Music) Refresh(ctx context.Context) error {
	files, state, err := m.list()
	if err != nil || state == m.made {
		return err
	}
	var length time.Duration
	if err := write(m.library.path(HoldMusic), func(f *os.File) error {
		length, err = m.fill(ctx, f, files)
		return err
	}); err != nil {
		return err
	}
	if err := write(m.note(), copyOf(strings.NewReader(state))); err != nil {
		return err
	}
	m.made = state
	if len(files) == 0 {
		m.log.Warn("hold music: there is no WAV or MP3 file in the folder, so the built-in tune is played", "folder", m.folder)
	} else {
		m.log.Info("hold music", "folder", m.folder, "files", len(files), "length", length)
	}
	return nil
}

// list gives the folder's files, and a text that differs when one of them does.
func (m *Music) list() (files []string, state string, err error) {
	entries, err := os.ReadDir(m.folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, "", err
	}
	state = fmt.Sprintf("recipe %d\n", musicRecipe)
	for _, e := range entries {
		ext := strings.ToLower(filepath.Ext(e.Name()))
		if strings.HasPrefix(e.Name(), ".") || ext != ".wav" && ext != ".mp3" {
			continue
		}
		name := filepath.Join(m.folder, e.Name())
		info, err := os.Stat(name)
		if err != nil || !info.Mode().IsRegular() {
			continue // it has just gone, or is a folder
		}
		files = append(files, name)
		state += fmt.Sprintf("%q %d %d\n", e.Name(), info.Size(), info.ModTime().UnixNano())
	}
	return files, state, nil
}

// fill writes all that can be read one behind the other.
func (m *Music) fill(ctx context.Context, out *os.File, files []string) (time.Duration, error) {
	if _, err := out.Seek(int64(len(header(0))), io.SeekStart); err != nil {
		return 0, err
	}
	for _, name := range files {
		begin, err := out.Seek(0, io.SeekEnd)
		if err != nil {
			return 0, err
		}
		if err := m.add(ctx, out, name); err != nil {
			if ctx.Err() != nil {
				return 0, err
			}
			m.log.Warn("hold music: a file is left out", "file", name, "error", err)
			// What came out of it before is no music.
			if err := out.Truncate(begin); err != nil {
				return 0, err
			}
		}
	}
	end, err := out.Seek(0, io.SeekEnd)
	if err == nil && int(end) <= len(header(0)) {
		if _, err = out.WriteAt(samplesOf(tune()), int64(len(header(0)))); err == nil {
			end, err = out.Seek(0, io.SeekEnd)
		}
	}
	if err != nil {
		return 0, err
	}
	n := int(end) - len(header(0))
	_, err = out.WriteAt(header(n), 0)
	return time.Duration(n/2) * time.Second / rate, err
}

// add appends one file's sound.
func (m *Music) add(ctx context.Context, out *os.File, name string) error {
	from, err := os.Open(name)
	if err != nil {
		return err
	}
	defer from.Close()
	in := bufio.NewReader(from)
	format, err := FormatOf(in)
	if err != nil {
		return err
	}
	return m.library.decode(ctx, format, in, out, longestMusic)
}
