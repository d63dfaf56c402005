package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"

	"ringdesk/controller/durable"
	"ringdesk/models"
)

// The reasons for which nothing is restored. The error's text says what to do.
var (
	ErrNotEmpty   = errors.New("there is something already")
	ErrDamaged    = errors.New("the backup is damaged or cut off")
	ErrPassphrase = errors.New("the passphrase does not fit")
	ErrNewer      = errors.New("the backup is of a newer ringdesk")
)

// Restore makes an installation of the backup that r gives. It is unpacked and compared
// with its manifest beside where it goes, and moved there when all of it is sound: an
// error leaves nothing behind. The caller holds the data folder's lock.
func Restore(ctx context.Context, o Options, r io.Reader) (s Summary, err error) {
	if err := o.vacant(ctx); err != nil {
		return s, err
	}
	st := &staging{ctx: ctx, dirs: make(map[string]string)}
	defer func() { err = errors.Join(err, st.clear()) }()
	for _, f := range append(o.folders(), folder{"store", o.Data}) {
		if err := st.add(f); err != nil {
			return s, fmt.Errorf("the folder %s cannot be written: %w", f.path, err)
		}
	}
	opened, err := open(r, o.Passphrase)
	if err != nil {
		return s, err
	}
	defer opened.Close()
	if err := st.unpack(opened); err != nil {
		return s, err
	}
	database := filepath.Join(st.dirs["store"], filepath.Base(storeName))
	if err := st.checkStore(database); err != nil {
		return s, err
	}
	if err := st.place(o, database); err != nil {
		return s, err
	}
	return Summary{Version: st.head.Version, MadeAt: st.head.MadeAt, Files: len(st.got), Bytes: st.bytes, Rows: st.head.Rows, Encrypted: o.Passphrase != ""}, nil
}

// vacant says what stands where the backup would go.
func (o Options) vacant(ctx context.Context) error {
	if err := o.Store.Vacant(ctx); err != nil {
		return err
	}
	for _, f := range o.folders() {
		err := filepath.WalkDir(f.path, func(path string, d fs.DirEntry, err error) error {
			if errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			if err == nil && !d.IsDir() && d.Name() != "controller.lock" {
				err = fmt.Errorf("%w: %s. A backup is restored into empty folders only: choose others, or move what is there away first", ErrNotEmpty, path)
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// staging is where a backup is unpacked: beside each place where it goes, as moving a
// file to another disk is no single step.
type staging struct {
	ctx    context.Context
	dirs   map[string]string // by the part's name
	made   []string          // folders that were not there before, outermost first
	placed []string          // what has been moved to where it goes
	head   head
	got    map[string]entry
	bytes  int64
}

func (s *staging) add(f folder) error {
	made, err := mkdirAll(f.path)
	s.made = append(s.made, made...)
	if err != nil {
		return err
	}
	s.dirs[f.name], err = os.MkdirTemp(f.path, ".restore-*")
	return err
}

// mkdirAll makes a folder with those above it, and tells which of them it made.
func mkdirAll(path string) (made []string, err error) {
	for at := filepath.Clean(path); ; at = filepath.Dir(at) {
		if _, err := os.Stat(at); !errors.Is(err, fs.ErrNotExist) || at == filepath.Dir(at) {
			break
		}
		made = append([]string{at}, made...)
	}
	return made, os.MkdirAll(path, 0o700)
}

// clear removes what was unpacked, and what was made for it and is empty.
func (s *staging) clear() error {
	var errs []error
	for _, dir := range s.dirs {
		errs = append(errs, os.RemoveAll(dir))
	}
	for i := len(s.made) - 1; i >= 0; i-- {
		_ = os.Remove(s.made[i]) // refused where something is in it
	}
	return errors.Join(errs...)
}

// checkStore looks at the copy of the database itself.
func (s *staging) checkStore(file string) error {
	faults, err := models.QuickCheck(s.ctx, file)
	if err != nil {
		return err
	}
	contents, err := models.SQLiteContents(s.ctx, file)
	if len(faults) > 0 || err != nil || !maps.Equal(contents.Rows, s.head.Rows) {
		return fmt.Errorf("%w: its database is not the one that it was made of (%s %v)", ErrDamaged, strings.Join(faults, "; "), err)
	}
	return nil
}

// place moves everything to where it goes, the database last: without it nothing
// counts. What was moved before an error is taken away again.
func (s *staging) place(o Options, database string) (err error) {
	defer func() {
		if err != nil {
			for _, path := range s.placed {
				err = errors.Join(err, os.RemoveAll(path))
			}
		}
	}()
	for _, f := range o.folders() {
		if err := s.move(s.dirs[f.name], f.path); err != nil {
			return err
		}
		if err := durable.Tree(f.path); err != nil {
			return err
		}
	}
	for _, made := range s.made { // Tree has synced what is in the folders, and not their own names
		if err := durable.Sync(filepath.Dir(made)); err != nil {
			return err
		}
	}
	return o.Store.Load(s.ctx, database)
}

// move moves what is in a folder into another one, in which there are folders at most.
func (s *staging) move(from, to string) error {
	all, err := os.ReadDir(from)
	if err != nil {
		return err
	}
	for _, e := range all {
		target := filepath.Join(to, e.Name())
		if info, err := os.Stat(target); err == nil && info.IsDir() && e.IsDir() {
			if err := s.move(filepath.Join(from, e.Name()), target); err != nil {
				return err
			}
			continue
		}
		if err := os.Rename(filepath.Join(from, e.Name()), target); err != nil {
			return err
		}
		s.placed = append(s.placed, target)
	}
	return nil
}
