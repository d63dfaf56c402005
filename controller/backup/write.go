package backup

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"filippo.io/age"
	"github.com/klauspost/compress/zstd"

	"ringdesk/models"
)

// Write writes a backup to w. The copy of the database is made in the folder temp.
func Write(ctx context.Context, o Options, w io.Writer, temp string) (Summary, error) {
	dir, err := os.MkdirTemp(temp, ".backup-*")
	if err != nil {
		return Summary{}, err
	}
	defer os.RemoveAll(dir)
	copied := filepath.Join(dir, "ringdesk.db")
	contents, err := o.Store.Save(ctx, copied)
	if err != nil {
		return Summary{}, err
	}
	out, err := seal(w, o)
	if err != nil {
		return Summary{}, err
	}
	a := &archive{ctx: ctx, tar: tar.NewWriter(out), now: o.Now()}
	err = a.all(o, head{Format: format, Version: o.Version, MadeAt: a.now.UTC(), Contents: contents}, copied)
	if err == nil {
		err = errors.Join(a.tar.Close(), out.Close())
	}
	if err != nil {
		return Summary{}, err
	}
	s := Summary{Version: o.Version, MadeAt: a.now, Files: len(a.files), Bytes: a.bytes, Rows: contents.Rows, Encrypted: o.Passphrase != ""}
	s.Missing, s.Ready, err = a.missing(ctx, copied)
	return s, err
}

// missing counts the MP3s that the database names and that are not in the archive: all
// of them, where the folder is not the one that the controller uses.
func (a *archive) missing(ctx context.Context, database string) (missing, ready int, err error) {
	names, err := models.ReadyInSQLite(ctx, database)
	if err != nil {
		return 0, 0, err
	}
	there := make(map[string]bool, len(a.files))
	for _, f := range a.files {
		there[f.Name] = true
	}
	for _, name := range names {
		if !there[path.Join("recordings", filepath.ToSlash(name))] {
			missing++
		}
	}
	return missing, len(names), nil
}

// sealed closes what stands above a writer, from the top down.
type sealed struct {
	io.Writer
	closers []io.Closer
}

func (s sealed) Close() error {
	var errs []error
	for _, c := range s.closers {
		errs = append(errs, c.Close())
	}
	return errors.Join(errs...)
}

// seal compresses, and encrypts where there is a passphrase.
func seal(w io.Writer, o Options) (io.WriteCloser, error) {
	var s sealed
	if o.Passphrase != "" {
		if len(o.Passphrase) < ShortestPassphrase {
			return nil, fmt.Errorf("the passphrase is too short: take at least %d characters, such as four random words", ShortestPassphrase)
		}
		to, err := age.NewScryptRecipient(o.Passphrase)
		if err != nil {
			return nil, err
		}
		if o.WorkFactor > 0 {
			to.SetWorkFactor(o.WorkFactor)
		}
		encrypted, err := age.Encrypt(w, to)
		if err != nil {
			return nil, err
		}
		w, s.closers = encrypted, []io.Closer{encrypted}
	}
	// Most bytes are sound, which compresses little.
	z, err := zstd.NewWriter(w, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1))
	s.Writer, s.closers = z, append([]io.Closer{z}, s.closers...)
	return s, err
}

// archive is an archive that is being written.
type archive struct {
	ctx   context.Context
	tar   *tar.Writer
	now   time.Time
	files []entry
	bytes int64
}

func (a *archive) all(o Options, h head, database string) error {
	if err := a.json(headName, h); err != nil {
		return err
	}
	db, err := os.Open(database)
	if err != nil {
		return err
	}
	if err := errors.Join(a.file(storeName, db), db.Close()); err != nil {
		return err
	}
	for _, f := range o.folders() {
		if err := a.folder(f, o); err != nil {
			return fmt.Errorf("the folder %s cannot be read whole: %w", f.path, err)
		}
	}
	return a.json(manifestName, manifest{Files: a.files})
}

func (a *archive) json(name string, of any) error {
	text, err := json.Marshal(of)
	if err != nil {
		return err
	}
	if err := a.tar.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: int64(len(text)), ModTime: a.now}); err != nil {
		return err
	}
	_, err = a.tar.Write(text)
	return err
}

// folder writes the files of a folder that are no other part's. One that is removed
// meanwhile, such as by retention, is left out.
func (a *archive) folder(f folder, o Options) error {
	root, err := os.OpenRoot(f.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }() // nothing was written
	others, err := below(f, o)
	if err != nil {
		return err
	}
	return fs.WalkDir(root.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case a.ctx.Err() != nil:
			return a.ctx.Err()
		case errors.Is(err, fs.ErrNotExist):
			return nil
		case err != nil:
			return err
		case d.IsDir() && (others[name] || f.name == "data" && name != "." && transient(name)):
			return fs.SkipDir
		case !d.Type().IsRegular() || strings.HasPrefix(path.Base(name), ".") || f.name == "data" && transient(name):
			return nil
		}
		file, err := root.Open(name)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		return errors.Join(a.file(path.Join(f.name, name), file), file.Close())
	})
}

// below are the paths of the other parts that stand in a folder.
func below(f folder, o Options) (map[string]bool, error) {
	others := make(map[string]bool)
	own, err := filepath.Abs(f.path)
	if err != nil {
		return nil, err
	}
	for _, other := range o.folders() {
		its, err := filepath.Abs(other.path)
		if err != nil {
			return nil, err
		}
		if rel, err := filepath.Rel(own, its); err == nil && rel != "." && filepath.IsLocal(rel) {
			others[filepath.ToSlash(rel)] = true
		}
	}
	return others, nil
}

// file writes a file as long as it is now.
func (a *archive) file(name string, file *os.File) error {
	info, err := file.Stat()
	if err != nil {
		return err
	}
	head := &tar.Header{Name: name, Mode: int64(info.Mode().Perm()), Size: info.Size(), ModTime: info.ModTime()}
	if err := a.tar.WriteHeader(head); err != nil {
		return err
	}
	sum := sha256.New()
	if _, err := io.CopyN(io.MultiWriter(a.tar, sum), file, head.Size); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	a.files = append(a.files, entry{Name: name, Size: head.Size, SHA256: hex.EncodeToString(sum.Sum(nil))})
	a.bytes += head.Size
	return nil
}
