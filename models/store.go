package models

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"ringdesk/controller/journal"
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

// Store is ringdesk's database.
//
// Tx hands its work to one goroutine, which commits all work that waits at the
// moment together (group commit): one fsync serves many calls. Nobody else writes
// meanwhile, in this program or another (connection.begin), so that what a
// transaction has read holds until it ends. Reads go to connections of their own
// and never wait for writers.
type Store struct {
	write, read *gorm.DB
	writes      connection // what write goes over
	pools       []*sql.DB  // of both
	work        chan *unit
	patient     chan *unit    // work of Patient
	stop        chan struct{} // closed by Close
	stopped     chan struct{} // closed when the writer has ended

	localTrunks bool // AllowLocalTrunks

	heeded heeded
	// othersCommitted gives another number whenever another program has committed.
	// Only the writer calls it.
	othersCommitted func() (int64, error)
	heard           <-chan struct{} // another program has committed just now; nil where nobody says so
	listener        func()          // ends what writes to heard, if anything does
	commits         atomic.Int64    // that this program has made
	beside          sync.WaitGroup  // what goes on beside the writer until stop

	mu       sync.RWMutex
	onCommit []func([]Change)
	onBatch  func(units int, took time.Duration) // nil until OnBatch
}

// Tx is one transaction.
type Tx struct {
	db      *gorm.DB
	changes []Change
	told    map[told]bool // what is in changes

	localTrunks bool // AllowLocalTrunks
}

type unit struct {
	ctx context.Context
	do  func(*Tx) error
	err chan error
	tx  *Tx

	localTrunks bool // Tx.localTrunks
}

// batchLimit bounds how much work one commit carries, and so how long the
// first of it can wait for the last.
const batchLimit = 64

// Open opens (and makes or migrates) a database: the PostgreSQL that a URL names, or
// else the SQLite database in a file.
func Open(place string) (*Store, error) {
	if IsPostgres(place) {
		return openPostgres(place)
	}
	return openSQLite(place)
}

func newStore() *Store {
	return &Store{work: make(chan *unit, 4*batchLimit), patient: make(chan *unit, 4*batchLimit), stop: make(chan struct{}), stopped: make(chan struct{})}
}

// start begins to write, on a database of today's form. Behind the migrations, the connection
// that writes is set as some statements say.
func (s *Store) start(settings ...string) (err error) {
	err = migrate(s.write)
	for _, set := range settings {
		if err == nil {
			_, err = exec(s.write, set)
		}
	}
	if err == nil {
		s.heeded.seq, err = s.LastChange(context.Background())
	}
	if err == nil {
		go s.writer()
	}
	return err
}

// Close ends the writer after the work it has, and closes the database.
func (s *Store) Close() error {
	close(s.stop)
	<-s.stopped
	s.beside.Wait()
	if s.listener != nil {
		s.listener()
	}
	errs := []error{s.writes.close()}
	for _, pool := range s.pools {
		errs = append(errs, pool.Close())
	}
	return errors.Join(errs...)
}

// OnCommit has f called with the changes of each commit, in order of Seq, and
// within a moment with those of other programs. f must not block. A change may
// be told of twice.
func (s *Store) OnCommit(f func([]Change)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.onCommit = append(s.onCommit, f)
}

// Tx runs do in a transaction and returns once it is durable. An error from do
// undoes what do did, and nothing else. A context that ends before the work
// begins cancels it; once begun, it is finished.
func (s *Store) Tx(ctx context.Context, do func(*Tx) error) error {
	u := &unit{ctx: ctx, do: do, err: make(chan error, 1), localTrunks: s.localTrunks}
	work := s.work
	if ctx.Value(patience{}) != nil {
		work = s.patient
	}
	select {
	case work <- u:
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

// commit runs the units in one transaction, each behind a savepoint of its own
// unless it is alone: then the transaction is its savepoint.
func (s *Store) commit(units []*unit) {
	errs, began := make([]error, len(units)), time.Now()
	err := transaction(s.write, func(db *gorm.DB) (tells bool, err error) {
		if len(units) == 1 {
			errs[0] = run(db, units[0])
			return errs[0] == nil && len(units[0].tx.changes) > 0, errs[0]
		}
		for i, u := range units {
			errs[i] = runGuarded(db, u)
			tells = tells || errs[i] == nil && len(u.tx.changes) > 0
		}
		return tells, nil
	})
	took := time.Since(began)
	s.commits.Add(1)
	var changes []Change
	for i, u := range units {
		if err != nil && errs[i] == nil {
			errs[i] = fmt.Errorf("models: commit: %w", err)
		}
		if errs[i] == nil {
			changes = append(changes, u.tx.changes...)
		}
	}
	s.batched(len(units), took)
	s.tell(s.withOthers(changes))
	for i, u := range units {
		u.err <- errs[i]
	}
}

// run does a unit's work and writes down what it changed.
func run(db *gorm.DB, u *unit) (err error) {
	if err := u.ctx.Err(); err != nil {
		return err
	}
	u.tx = &Tx{db: db, localTrunks: u.localTrunks}
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

// one loads a single row; none gives ErrNotFound.
func one[T any](db *gorm.DB, query string, args ...any) (T, error) {
	var row T
	err := db.Where(query, args...).Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		err = ErrNotFound
	}
	return row, err
}

// runGuarded undoes a unit that fails, and nothing else.
func runGuarded(db *gorm.DB, u *unit) error {
	if _, err := exec(db, "SAVEPOINT unit"); err != nil {
		return err
	}
	err := run(db, u)
	if err == nil {
		_, err = exec(db, "RELEASE unit")
	}
	if err == nil {
		return nil
	}
	_, undone := exec(db, "ROLLBACK TO unit")
	_, released := exec(db, "RELEASE unit")
	return errors.Join(err, undone, released)
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

// statementTTL is gorm's word for statements that are kept as long as the store
// (noEvictionTTL in gorm.io/gorm/internal/lru): another value starts a goroutine
// that outlives Close.
const statementTTL = 10 * 365 * 24 * time.Hour

// told is what a Change is about.
type told struct {
	workspace string
	topic     journal.Topic
	id        string
}
