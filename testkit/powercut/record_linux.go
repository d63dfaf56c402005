//go:build amd64 || arm64

package powercut

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// recorder makes events of system calls.
type recorder struct {
	log   *Log
	known map[inode]*file
	tree  map[*file]map[string]*file // as the folder stands
}

// inode names a file for good: its number alone is used again after it.
type inode struct {
	number uint64
	born   unix.StatxTimestamp
}

func newRecorder(folder string) (*recorder, error) {
	r := &recorder{log: &Log{Folder: folder, start: make(map[*file]contents)}, known: make(map[inode]*file), tree: make(map[*file]map[string]*file)}
	if err := r.look(); err != nil {
		return nil, err
	}
	for f, names := range r.tree {
		r.log.start[f] = contents{names: names}
	}
	for _, f := range r.known {
		if !f.folder {
			text, err := os.ReadFile(filepath.Join(folder, f.first))
			if err != nil {
				return nil, err
			}
			r.log.start[f] = contents{bytes: text}
		}
	}
	r.log.events = nil // all of that was there
	return r, nil
}

func identify(path string, flags int) (inode, uint16, error) {
	var s unix.Statx_t
	err := unix.Statx(unix.AT_FDCWD, path, flags, unix.STATX_INO|unix.STATX_BTIME|unix.STATX_TYPE, &s)
	return inode{s.Ino, s.Btime}, s.Mode & unix.S_IFMT, err
}

// look compares the folder with what is known of it, and notes what has changed.
func (r *recorder) look() error {
	id, _, err := identify(r.log.Folder, 0)
	if err != nil {
		return err
	}
	if r.log.root == nil {
		r.log.root = &file{folder: true, first: "."}
		r.known[id] = r.log.root
	}
	return r.lookAt(r.log.root, ".")
}

func (r *recorder) lookAt(folder *file, path string) error {
	entries, err := os.ReadDir(filepath.Join(r.log.Folder, path))
	if errors.Is(err, os.ErrNotExist) { // just removed, which is the next thing seen
		return nil
	}
	if err != nil {
		return err
	}
	now := make(map[string]*file)
	for _, e := range entries {
		below := filepath.Join(path, e.Name())
		id, mode, err := identify(filepath.Join(r.log.Folder, below), unix.AT_SYMLINK_NOFOLLOW)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		if mode != unix.S_IFREG && mode != unix.S_IFDIR {
			return fmt.Errorf("%s is neither a file nor a folder", below)
		}
		f := r.known[id]
		if f == nil {
			f = &file{folder: mode == unix.S_IFDIR, first: below}
			r.known[id] = f
		}
		now[e.Name()] = f
	}
	before := r.tree[folder]
	r.tree[folder] = now
	for is, f := range sorted(now) {
		if before[is] != f {
			r.note(folder, event{name: &name{is, f}})
		}
		if f.folder {
			if err := r.lookAt(f, filepath.Join(path, is)); err != nil {
				return err
			}
		}
	}
	for is := range sorted(before) {
		if now[is] == nil {
			r.note(folder, event{name: &name{is, nil}})
		}
	}
	return nil
}

func (r *recorder) note(of *file, e event) {
	e.of = of
	r.log.events = append(r.log.events, e)
}

// done notes what a system call has done that has just returned.
func (r *recorder) done(thread int, c call) error {
	if c.result < 0 {
		return nil
	}
	n := c.number
	switch {
	case namesChange(n):
		return r.look()
	case opens(n):
		return r.opened(thread, c)
	case n == unix.SYS_FSYNC || n == unix.SYS_FDATASYNC:
		if f := r.of(thread, c.args[0]); f != nil {
			r.note(f, event{synced: &c.from})
		}
		return nil
	case n == unix.SYS_FTRUNCATE:
		if f := r.of(thread, c.args[0]); f != nil {
			r.note(f, event{length: new(int64(c.args[1]))})
		}
		return nil
	case n == unix.SYS_FALLOCATE:
		return r.lengthened(thread, c)
	}
	if to, ok := writes(n); ok && c.result > 0 {
		return r.written(thread, c, c.args[to])
	}
	if f := r.of(thread, c.args[0]); unheard(n) && f != nil {
		return fmt.Errorf("the program used system call %d on %s, of which the recorder knows nothing", n, f.first)
	}
	return nil
}

// of is the file that a program has open under a number; nil for others than the folder's.
func (r *recorder) of(thread int, fd uint64) *file {
	id, _, err := identify(opened(thread, fd), 0)
	if err != nil {
		return nil
	}
	return r.known[id]
}

func opened(thread int, fd uint64) string { return fmt.Sprintf("/proc/%d/fd/%d", thread, int32(fd)) }

func (r *recorder) opened(thread int, c call) error {
	flags := openFlags(c)
	if flags&unix.O_CREAT != 0 {
		if err := r.look(); err != nil {
			return err
		}
	}
	if flags&unix.O_TRUNC != 0 {
		if f := r.of(thread, uint64(c.result)); f != nil {
			r.note(f, event{length: new(int64(0))})
		}
	}
	return nil
}

func (r *recorder) lengthened(thread int, c call) error {
	f := r.of(thread, c.args[0])
	if f == nil {
		return nil
	}
	info, err := os.Stat(opened(thread, c.args[0]))
	if err != nil {
		return err
	}
	if c.args[1] != 0 {
		return fmt.Errorf("the program used fallocate with mode %d, of which the recorder knows nothing", c.args[1])
	}
	r.note(f, event{length: new(info.Size())})
	return nil
}

// written notes what stands now where something was written.
func (r *recorder) written(thread int, c call, fd uint64) error {
	f := r.of(thread, fd)
	if f == nil {
		return nil
	}
	w := write{bytes: make([]byte, c.result)}
	if at, ok := placed(c); ok {
		w.at = at
	} else if at, err := position(thread, fd); err == nil {
		w.at = at - c.result
	} else {
		return err
	}
	in, err := os.Open(opened(thread, fd))
	if err != nil {
		return err
	}
	defer in.Close()
	n, err := in.ReadAt(w.bytes, w.at)
	if err != nil && !errors.Is(err, io.EOF) { // somebody has cut it off since
		return err
	}
	w.bytes = w.bytes[:n]
	r.note(f, event{write: &w})
	return nil
}

// position is where the program goes on in an open file.
func position(thread int, fd uint64) (int64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/fdinfo/%d", thread, int32(fd)))
	if err != nil {
		return 0, err
	}
	line, _, _ := strings.Cut(string(text), "\n")
	return strconv.ParseInt(strings.TrimSpace(strings.TrimPrefix(line, "pos:")), 10, 64)
}

// begins notes what counts from the moment in which a system call begins.
func (r *recorder) begins(thread int, c call) error {
	if c.number != unix.SYS_WRITE || c.args[0] != 1 {
		return nil
	}
	text := make([]byte, c.args[2])
	if len(text) == 0 {
		return nil
	}
	local := []unix.Iovec{{Base: &text[0]}}
	local[0].SetLen(len(text))
	_, err := unix.ProcessVMReadv(thread, local, []unix.RemoteIovec{{Base: uintptr(c.args[1]), Len: len(text)}}, 0)
	r.log.events = append(r.log.events, event{told: string(text)})
	return err
}
