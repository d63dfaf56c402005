package postgres

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
)

// migrated is the content of a SQLite file with all migrations: making one for each test
// takes twenty times as long as writing it.
var migrated struct {
	once sync.Once
	file []byte
	err  error
}

// sqlite is a new file with all migrations.
func sqlite(tb testing.TB, migrate func(place string) error) string {
	tb.Helper()
	migrated.once.Do(func() { migrated.file, migrated.err = migratedFile(migrate) })
	file := filepath.Join(inMemory(tb), "ringdesk.db")
	if err := errors.Join(migrated.err, os.WriteFile(file, migrated.file, 0o600)); err != nil {
		tb.Fatal(err)
	}
	return file
}

// inMemory is a new folder that no disk is waited for, where the machine has one: each
// commit is written down at once, and a busy disk takes its time.
func inMemory(tb testing.TB) string {
	tb.Helper()
	const memory, enough = "/dev/shm", 1 << 30 // a container's has 64 MiB as a rule
	var room syscall.Statfs_t
	if err := syscall.Statfs(memory, &room); err != nil || room.Bavail*uint64(room.Bsize) < enough {
		return tb.TempDir()
	}
	dir, err := os.MkdirTemp(memory, "ringdesk-")
	if err != nil {
		return tb.TempDir()
	}
	tb.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			tb.Error(err)
		}
	})
	return dir
}

func migratedFile(migrate func(place string) error) ([]byte, error) {
	dir, err := os.MkdirTemp("", "ringdesk-migrated-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "ringdesk.db")
	if err := migrate(file); err != nil {
		return nil, err
	}
	if log, err := os.Stat(file + "-wal"); err == nil && log.Size() > 0 {
		return nil, fmt.Errorf("%s has %d bytes that are not in the file yet", log.Name(), log.Size())
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return os.ReadFile(file)
}
