package models

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/libtnb/sqlite"
	"gorm.io/gorm"

	"ringdesk/controller/durable"
)

// inURI writes a path in a file URI (https://www.sqlite.org/uri.html).
var inURI = strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23")

// openSQLite opens (and makes or migrates) the database in file.
func openSQLite(file string) (*Store, error) {
	if err := durable.Folder(filepath.Dir(file), 0o700); err != nil {
		return nil, fmt.Errorf("the data folder cannot be made: %w", err)
	}
	// Only the owner may read it, also where the folder is open.
	f, err := os.OpenFile(file, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("the database cannot be written: %w", err)
	}
	if err := f.Close(); err != nil {
		return nil, err
	}
	// synchronous(FULL): a call's record survives a power cut. The writer
	// takes its lock at BEGIN, so that reading and then writing never fails.
	dsn := "file:" + inURI.Replace(file) + "?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)" +
		"&_pragma=busy_timeout(5000)&_txlock=immediate"
	_, writePool, err := connect(dsn+fmt.Sprintf("&_pragma=wal_autocheckpoint(%d)", latestCheckpoint), 1)
	if err != nil {
		return nil, fmt.Errorf("the database %s cannot be opened: %w (is the folder writable, and is another ringdesk running on it?)", file, err)
	}
	read, readPool, err := connect(dsn+"&_pragma=query_only(1)", 4)
	if err != nil {
		return nil, err
	}
	s := newStore()
	s.read, s.pools = read, []*sql.DB{writePool, readPool}
	if s.write, err = pinSQLite(writePool); err != nil {
		return nil, err
	}
	s.writes = s.write.Statement.ConnPool.(connection)
	s.othersCommitted = othersOnSQLite(s.write)
	if err := s.start(undoInMemory); err != nil {
		return nil, errors.Join(err, s.writes.close(), readPool.Close(), writePool.Close())
	}
	s.beside.Go(func() { s.checkpoints(readPool) })
	return s, nil
}

// undoInMemory has the pages that a savepoint would need again kept in memory
// (https://www.sqlite.org/tempfiles.html#statement_journal_files): where calls are saved
// together they are more than the 64 kB behind which SQLite writes them to a file. It is for
// behind the migrations, which sort what they make indexes of.
const undoInMemory = "PRAGMA temp_store = MEMORY"

// pinSQLite is the one connection that writes.
func pinSQLite(pool *sql.DB) (*gorm.DB, error) {
	writes, err := pin(context.Background(), pool)
	if err != nil {
		return nil, err
	}
	return gorm.Open(sqlite.New(sqlite.Config{Conn: writes}), config(false))
}

func connect(dsn string, conns int) (*gorm.DB, *sql.DB, error) {
	db, err := gorm.Open(sqlite.Open(dsn), config(true))
	if err != nil {
		return nil, nil, err
	}
	pool, err := db.DB()
	if err != nil {
		return nil, nil, err
	}
	pool.SetMaxOpenConns(conns)
	pool.SetMaxIdleConns(conns)
	return db, pool, pool.Ping()
}

// begin implements connection. The writer takes its lock at once.
func (p *pinned) begin(ctx context.Context) error {
	p.open, p.failed = false, false
	err := p.run(ctx, "BEGIN IMMEDIATE")
	p.open = err == nil
	return err
}

// commit implements connection: others look by themselves (othersCommitted).
func (p *pinned) commit(ctx context.Context, _ bool) error {
	err := p.run(ctx, "COMMIT")
	p.open = err != nil // the rollback ends it then
	return err
}

func (p *pinned) rollback(ctx context.Context) error {
	err := p.run(ctx, "ROLLBACK")
	p.open, p.failed = false, false
	return err
}

func (p *pinned) run(ctx context.Context, statement string) error {
	_, err := p.ExecContext(ctx, statement)
	return err
}

// script implements connection; the driver runs statements one after the other.
func (p *pinned) script(ctx context.Context, statements string) error {
	_, err := p.conn.ExecContext(ctx, statements)
	return err
}

// othersOnSQLite gives a number that is another one whenever another program
// has committed since, and asks no more than the shared memory of the WAL
// (https://www.sqlite.org/pragma.html#pragma_data_version). It must be asked on
// the connection that writes: our own commits do not count there.
func othersOnSQLite(write *gorm.DB) func() (int64, error) {
	return func() (int64, error) { return value[int64](write, "PRAGMA data_version") }
}
