package sounds

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// ErrNotBuilt says that a program was built without prompts.
var ErrNotBuilt = errors.New("this program was built without the prompts that callers hear: build it with `make build`")

// manifest is the file that differs whenever a prompt does.
const manifest = "manifest"

// Install puts the built-in prompts into the library's folder, unless it has
// just these. Prompts that are being played go on.
func (l *Library) Install(built fs.FS) error {
	want, err := fs.ReadFile(built, manifest)
	if errors.Is(err, fs.ErrNotExist) {
		return ErrNotBuilt
	}
	if err != nil {
		return err
	}
	have, err := os.ReadFile(filepath.Join(l.folder, manifest))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return unusable(l.folder, err)
	}
	fresh := !bytes.Equal(have, want)
	for _, p := range Catalogue() {
		name := Say(p.Language, p.Name) + ".wav"
		to := filepath.Join(l.folder, name)
		if _, err := os.Stat(to); err == nil && !fresh {
			continue
		}
		if err := install(built, name, to); err != nil {
			return unusable(l.folder, err)
		}
	}
	if !fresh {
		return nil
	}
	// It comes last: if we are stopped before, the next start begins anew.
	if err := write(filepath.Join(l.folder, manifest), copyOf(bytes.NewReader(want))); err != nil {
		return unusable(l.folder, err)
	}
	return nil
}

func install(built fs.FS, name, to string) error {
	f, err := built.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(write(to, copyOf(f)), f.Close())
}

func copyOf(from io.Reader) func(*os.File) error {
	return func(to *os.File) error {
		_, err := io.Copy(to, from)
		return err
	}
}

func unusable(folder string, err error) error {
	return fmt.Errorf("the prompts cannot be put into %s: %w; make it writable, or choose another folder with RINGDESK_SOUNDS", folder, err)
}
