package models

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/libtnb/sqlite"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
)

// The failures that callers tell apart.
var (
	ErrNotFound = errors.New("not found")
	ErrConflict = errors.New("conflict")
	ErrLimit    = errors.New("limit reached")

	errClosed = errors.New("models: the store is closed")
)

// NewID makes an id: a UUIDv7 (RFC 9562), which sorts by creation.
func NewID() string { return uuid.Must(uuid.NewV7()).String() }

// Change says that something a screen may show is different now. Seq counts
// up over the whole store.
type Change struct {
	Seq         int64 `gorm:"primaryKey;autoIncrement"`
	WorkspaceID string
	Topic       string // call, conversation, note, contact, agent
	EntityID    string
	At          Time
}

// Store is ringdesk's database.
//
// SQLite has one writer, so Tx hands its work to one goroutine, which commits
// all work that waits at the moment together (group commit): one fsync serves
// many calls. Reads go to connections of their own and never wait for writers
// (WAL).
type Store struct {
	write, read *gorm.DB
	writes      *pinned   // what write goes over
	pools       []*sql.DB // of both
	work        chan *unit
	stop        chan struct{} // closed by Close
	stopped     chan struct{} // closed when the writer has ended

	mu       sync.RWMutex
	onCommit []func([]Change)
}

// Tx is one transaction.
type Tx struct {
	db      *gorm.DB
	changes []Change
	told    map[told]bool // what is in changes
}

// told is what a Change is about.
type told struct{ workspace, topic, id string }

type unit struct {
	ctx context.Context
	do  func(*Tx) error
	err chan error
	tx  *Tx
}

// batchLimit bounds how much work one commit carries, and so how long the
// first of it can wait for the last.
const batchLimit = 64

// statementTTL is gorm's word for statements that are kept as long as the store
// (noEvictionTTL in gorm.io/gorm/internal/lru): another value starts a goroutine
// that outlives Close.
const statementTTL = 10 * 365 * 24 * time.Hour

// inURI writes a path in a file URI (https://www.sqlite.org/uri.html).
var inURI = strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23")

// Open opens (and makes or migrates) the SQLite database in file.
func Open(file string) (*Store, error) {
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
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
	setup, writePool, err := connect(dsn, 1)
	if err != nil {
		return nil, fmt.Errorf("the database %s cannot be opened: %w (is the folder writable, and is another ringdesk running on it?)", file, err)
	}
	if err := migrate(setup); err != nil {
		return nil, err
	}
	read, readPool, err := connect(dsn+"&_pragma=query_only(1)", 4)
	if err != nil {
		return nil, err
	}
	s := &Store{read: read, pools: []*sql.DB{writePool, readPool}, work: make(chan *unit, 4*batchLimit), stop: make(chan struct{}), stopped: make(chan struct{})}
	if s.writes, err = pin(context.Background(), writePool); err != nil {
		return nil, err
	}
	if s.write, err = gorm.Open(sqlite.New(sqlite.Config{Conn: s.writes}), config(false)); err != nil {
		return nil, err
	}
	go s.writer()
	return s, nil
}

// config is gorm's; it may keep compiled statements.
func config(prepare bool) *gorm.Config {
	return &gorm.Config{
		TranslateError:         true,
		SkipDefaultTransaction: true,
		PrepareStmt:            prepare,
		PrepareStmtTTL:         statementTTL,
		Logger:                 logger.Discard,
	}
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

// Close ends the writer after the work it has, and closes the database.
func (s *Store) Close() error {
	close(s.stop)
	<-s.stopped
	errs := []error{s.writes.close()}
	for _, pool := range s.pools {
		errs = append(errs, pool.Close())
	}
	return errors.Join(errs...)
}

// OnCommit has f called with the changes of each commit, in order of Seq. f
// must not block.
func (s *Store) OnCommit(f func([]Change)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.onCommit = append(s.onCommit, f)
}

// Tx runs do in a transaction and returns once it is durable. An error from do
// undoes what do did, and nothing else. A context that ends before the work
// begins cancels it; once begun, it is finished.
func (s *Store) Tx(ctx context.Context, do func(*Tx) error) error {
	u := &unit{ctx: ctx, do: do, err: make(chan error, 1)}
	select {
	case s.work <- u:
	case <-ctx.Done():
		return ctx.Err()
	case <-s.stopped:
		return errClosed
	}
	select {
	case err := <-u.err:
		return err
	case <-s.stopped: // it may have been the writer's last work
		select {
		case err := <-u.err:
			return err
		default:
			return errClosed
		}
	}
}

func (s *Store) writer() {
	defer close(s.stopped)
	for {
		select {
		case u := <-s.work:
			s.commit(s.batch(u))
		case <-s.stop:
			for {
				select {
				case u := <-s.work:
					s.commit([]*unit{u})
				default:
					return
				}
			}
		}
	}
}

func (s *Store) batch(first *unit) []*unit {
	units := []*unit{first}
	for len(units) < batchLimit {
		select {
		case u := <-s.work:
			units = append(units, u)
		default:
			return units
		}
	}
	return units
}

// commit runs the units in one transaction, each behind a savepoint of its own
// unless it is alone: then the transaction is its savepoint.
func (s *Store) commit(units []*unit) {
	errs := make([]error, len(units))
	err := transaction(s.write, func(db *gorm.DB) error {
		if len(units) == 1 {
			errs[0] = run(db, units[0])
			return errs[0]
		}
		for i, u := range units {
			errs[i] = runGuarded(db, u)
		}
		return nil
	})
	var changes []Change
	for i, u := range units {
		if err != nil && errs[i] == nil {
			errs[i] = fmt.Errorf("models: commit: %w", err)
		}
		if errs[i] == nil {
			changes = append(changes, u.tx.changes...)
		}
	}
	if len(changes) > 0 {
		s.mu.RLock()
		for _, f := range s.onCommit {
			f(changes)
		}
		s.mu.RUnlock()
	}
	for i, u := range units {
		u.err <- errs[i]
	}
}

// transaction runs do between BEGIN and COMMIT.
func transaction(db *gorm.DB, do func(*gorm.DB) error) error {
	if err := db.Exec("BEGIN IMMEDIATE").Error; err != nil {
		return err
	}
	err := do(db)
	if err == nil {
		err = db.Exec("COMMIT").Error
	}
	if err != nil {
		err = errors.Join(err, db.Exec("ROLLBACK").Error)
	}
	return err
}

// run does a unit's work and writes down what it changed.
func run(db *gorm.DB, u *unit) (err error) {
	if err := u.ctx.Err(); err != nil {
		return err
	}
	u.tx = &Tx{db: db}
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("models: a transaction panicked: %v", p)
		}
	}()
	if err := u.do(u.tx); err != nil {
		return err
	}
	return u.tx.writeChanges()
}

// runGuarded undoes a unit that fails, and nothing else.
func runGuarded(db *gorm.DB, u *unit) error {
	if err := db.Exec("SAVEPOINT unit").Error; err != nil {
		return err
	}
	err := run(db, u)
	if err != nil {
		err = errors.Join(err, db.Exec("ROLLBACK TO unit").Error)
	}
	return errors.Join(err, db.Exec("RELEASE unit").Error)
}

// Changed tells the screens of a workspace that an entity is different. One
// transaction tells it once, however often it changes the entity.
func (t *Tx) Changed(workspace, topic, id string) error {
	about := told{workspace, topic, id}
	if t.told[about] {
		return nil
	}
	if t.told == nil {
		t.told = map[told]bool{}
	}
	t.told[about] = true
	t.changes = append(t.changes, Change{WorkspaceID: workspace, Topic: topic, EntityID: id, At: At(time.Now())})
	return nil
}

// changesAtOnce is how many changes one statement writes: well below the number
// of parameters that a database takes.
const changesAtOnce = 1000

// writeChanges writes all changes, which gives them their Seq.
func (t *Tx) writeChanges() error {
	if len(t.changes) == 0 {
		return nil
	}
	return t.db.CreateInBatches(&t.changes, changesAtOnce).Error
}

// one loads a single row; none gives ErrNotFound.
func one[T any](db *gorm.DB, query string, args ...any) (T, error) {
	var row T
	err := db.Where(query, args...).Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		err = ErrNotFound
	}
	return row, err
}

// create inserts a row; a broken unique key gives ErrConflict.
func create(db *gorm.DB, row any) error {
	err := db.Create(row).Error
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		err = ErrConflict
	}
	return err
}

// LastChange gives the sequence number of the newest change.
func (s *Store) LastChange(ctx context.Context) (int64, error) {
	var seq int64
	err := s.read.WithContext(ctx).Raw("SELECT COALESCE(MAX(seq), 0) FROM changes").Scan(&seq).Error
	return seq, err
}
