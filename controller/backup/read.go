package backup

import (
	"archive/tar"
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"filippo.io/age"
	"github.com/klauspost/compress/zstd"
)

const (
	ageIntro = "age-encryption.org/"
	// hardest is the greatest work of a passphrase that is undertaken, a power of two:
	// four times what age itself asks for.
	hardest = 20
	// longestManifest is that of some millions of files, bytes.
	longestManifest = 1 << 30
	// mostMemory is what the decompression may take, bytes; writing needs 8 MiB.
	mostMemory = 128 << 20
)

// open takes off what seal put on.
func open(r io.Reader, passphrase string) (io.ReadCloser, error) {
	in := bufio.NewReaderSize(r, 1<<20)
	intro, err := in.Peek(len(ageIntro))
	if err != nil {
		return nil, fmt.Errorf("%w: it is too short to be one", ErrDamaged)
	}
	encrypted := string(intro) == ageIntro
	switch {
	case encrypted && passphrase == "":
		return nil, fmt.Errorf("%w: the backup is encrypted. Give its passphrase in RINGDESK_BACKUP_PASSPHRASE or with --passphrase-file", ErrPassphrase)
	case !encrypted && passphrase != "":
		return nil, fmt.Errorf("%w: the backup is not encrypted, so anybody may have made it. If you trust where it comes from, restore it without a passphrase", ErrPassphrase)
	}
	var plain io.Reader = in
	if encrypted {
		id, err := age.NewScryptIdentity(passphrase)
		if err != nil {
			return nil, err
		}
		id.SetMaxWorkFactor(hardest)
		if plain, err = age.Decrypt(in, id); err != nil {
			if no := new(age.NoIdentityMatchError); errors.As(err, &no) {
				return nil, fmt.Errorf("%w: it is not the one that the backup was made with", ErrPassphrase)
			}
			return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
		}
	}
	z, err := zstd.NewReader(plain, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(mostMemory))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return z.IOReadCloser(), nil
}

// unpack writes the archive's files and compares them with its manifest.
func (s *staging) unpack(r io.Reader) error {
	s.got = make(map[string]entry)
	t := tar.NewReader(r)
	first, err := t.Next()
	if err != nil || first.Name != headName {
		return fmt.Errorf("%w: it does not begin as a backup of ringdesk does (%v)", ErrDamaged, err)
	}
	if err := json.NewDecoder(io.LimitReader(t, longestManifest)).Decode(&s.head); err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	newer, err := s.head.Newer()
	if err != nil {
		return err
	}
	if newer != "" || s.head.Format > format {
		return fmt.Errorf("%w: %s made it (schema %s), which this one cannot read. Restore it with that version or a later one", ErrNewer, s.head.Version, newer)
	}
	for {
		h, err := t.Next()
		switch {
		case errors.Is(err, io.EOF):
			return fmt.Errorf("%w: its end is missing", ErrDamaged)
		case err != nil:
			return fmt.Errorf("%w: %w", ErrDamaged, err)
		case h.Name == manifestName:
			if err := s.compare(t); err != nil {
				return err
			}
			// To the very end, as what stands there is the checksum of all.
			if _, err := io.Copy(io.Discard, r); err != nil {
				return fmt.Errorf("%w: %w", ErrDamaged, err)
			}
			return nil
		}
		if err := s.file(h, t); err != nil {
			return err
		}
	}
}

// file writes one file. Names that lead elsewhere are refused.
func (s *staging) file(h *tar.Header, from io.Reader) error {
	part, name, _ := strings.Cut(h.Name, "/")
	dir := s.dirs[part]
	if dir == "" || h.Typeflag != tar.TypeReg || !filepath.IsLocal(filepath.FromSlash(name)) || s.got[h.Name].Name != "" {
		return fmt.Errorf("%w: it holds %q, which is no part of a backup", ErrDamaged, h.Name)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }() // the file is closed by itself
	if err := root.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return err
	}
	file, err := root.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(writing{s.ctx, file}, sum), from)
	s.got[h.Name] = entry{Name: h.Name, Size: n, SHA256: hex.EncodeToString(sum.Sum(nil))}
	s.bytes += n
	if err != nil && !errors.As(err, new(*writeError)) {
		err = fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if err == nil {
		err = errors.Join(root.Chmod(name, os.FileMode(h.Mode)&0o777), root.Chtimes(name, h.ModTime, h.ModTime), file.Sync())
	}
	return errors.Join(err, file.Close())
}

// writing tells failures to write from failures to read, and ends with its context.
type writing struct {
	ctx context.Context
	to  io.Writer
}

type writeError struct{ error }

func (w writing) Write(p []byte) (int, error) {
	n, err := w.to.Write(p)
	if err = errors.Join(err, w.ctx.Err()); err != nil {
		return n, &writeError{err}
	}
	return n, nil
}

// compare asserts that the files are those of the manifest, all of them.
func (s *staging) compare(r io.Reader) error {
	var m manifest
	if err := json.NewDecoder(io.LimitReader(r, longestManifest)).Decode(&m); err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if len(m.Files) != len(s.got) {
		return fmt.Errorf("%w: it holds %d files, and should hold %d", ErrDamaged, len(s.got), len(m.Files))
	}
	for _, f := range m.Files {
		if s.got[f.Name] != f {
			return fmt.Errorf("%w: %s is not as it was", ErrDamaged, f.Name)
		}
	}
	if s.got[storeName].Name == "" {
		return fmt.Errorf("%w: it holds no database", ErrDamaged)
	}
	return nil
}
