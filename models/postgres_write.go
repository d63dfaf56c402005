package models

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

// ErrUnavailable says that the database cannot be reached at the moment. Nothing of
// what was asked is done.
var ErrUnavailable = errors.New("the database cannot be reached at the moment")

// writersLock is the advisory lock that each transaction takes when it begins, of
// all controllers on a database: the order of changes is the order of their numbers,
// and what a transaction has read holds until it ends
// (docs/decisions/0026-postgresql.md).
const writersLock = 0x72696e676465736b // "ringdesk"

const (
	// postgresPatience is how long work waits for a server that is away: a restart
	// after a crash takes about a second.
	postgresPatience = 5 * time.Second
	// unsettledPatience is how long it may take to learn whether a commit was done.
	unsettledPatience = 30 * time.Second
	postgresAgain     = 50 * time.Millisecond // between two attempts to connect
)

// postgresWriter is the connection that writes. It comes back by itself when it was
// lost, but never within a transaction.
type postgresWriter struct {
	pool     *sql.DB
	numbered           // over conn, or over the pool while there is none
	conn     *sql.Conn // nil while there is none
	id       string    // whose notifications these are
	xid      string    // of the transaction that is open
	away     time.Time // since when there is no connection; zero while there is one
	stop     chan struct{}
}

// begin implements connection. It waits for a server that has just gone away.
func (w *postgresWriter) begin(ctx context.Context) error {
	return w.beginWithin(ctx, postgresPatience)
}

func (w *postgresWriter) beginWithin(ctx context.Context, patience time.Duration) error {
	for {
		err := w.tryBegin(ctx)
		if err == nil {
			w.away = time.Time{}
			return nil
		}
		w.drop()
		if w.away.IsZero() {
			w.away = time.Now()
		}
		if ctx.Err() != nil || time.Since(w.away) > patience {
			return fmt.Errorf("%w: %w", ErrUnavailable, err)
		}
		select {
		case <-w.stop:
			return fmt.Errorf("%w: %w", ErrUnavailable, err)
		case <-time.After(postgresAgain):
		}
	}
}

// tryBegin sends all that a transaction begins with at once. Its number is asked for
// so that a commit whose answer is lost can be looked up.
func (w *postgresWriter) tryBegin(ctx context.Context) (err error) {
	if w.conn == nil {
		if w.conn, err = w.pool.Conn(ctx); err != nil {
			return err
		}
		w.numbered = numbered{w.conn}
	}
	results, err := w.simple(ctx, fmt.Sprintf("BEGIN; SELECT pg_advisory_xact_lock(%d); SELECT pg_current_xact_id()", int64(writersLock)))
	if err != nil {
		return err
	}
	w.xid = string(results[2].Rows[0][0])
	return nil
}

// simple runs statements without parameters in one round trip.
func (w *postgresWriter) simple(ctx context.Context, statements string) (results []*pgconn.Result, err error) {
	err = w.conn.Raw(func(d any) error {
		results, err = d.(*stdlib.Conn).Conn().PgConn().Exec(ctx, statements).ReadAll()
		return err
	})
	return results, err
}

// commit implements connection.
func (w *postgresWriter) commit(ctx context.Context, tells bool) error {
	statements := "COMMIT"
	if tells {
		statements = "NOTIFY " + changesChannel + ", '" + w.id + "'; COMMIT"
	}
	results, err := w.simple(ctx, statements)
	switch {
	case err == nil && results[len(results)-1].CommandTag.String() != "COMMIT":
		return errors.New("the database has undone a transaction in which a statement had failed")
	case err == nil || !w.lost():
		return err
	}
	done, unknown := w.settled(ctx)
	if done {
		return nil
	}
	return errors.Join(err, unknown)
}

// settled says whether the transaction was committed whose commit had no answer.
func (w *postgresWriter) settled(ctx context.Context) (done bool, err error) {
	xid := w.xid
	w.drop()
	// The lock is free when the server has ended the lost connection's transaction.
	if err := w.beginWithin(ctx, unsettledPatience); err != nil {
		return false, fmt.Errorf("whether it was committed is not known: %w", err)
	}
	results, err := w.simple(ctx, "SELECT pg_xact_status('"+xid+"'::xid8); ROLLBACK")
	if err != nil {
		w.drop()
		return false, fmt.Errorf("whether it was committed is not known: %w", err)
	}
	return string(results[0].Rows[0][0]) == "committed", nil
}

// rollback implements connection. A lost connection has undone everything.
func (w *postgresWriter) rollback(ctx context.Context) error {
	if w.conn == nil || w.lost() {
		w.drop()
		return nil
	}
	if _, err := w.simple(ctx, "ROLLBACK"); err != nil {
		w.drop()
	}
	return nil
}

// lost says whether the connection is of no use any more.
func (w *postgresWriter) lost() bool {
	if w.conn == nil {
		return true
	}
	lost := true
	err := w.conn.Raw(func(d any) error {
		lost = d.(*stdlib.Conn).Conn().IsClosed()
		return nil
	})
	return lost || err != nil
}

// drop gives up the connection.
func (w *postgresWriter) drop() {
	if w.conn == nil {
		return
	}
	// ErrBadConn keeps it from going back to the pool.
	_ = w.conn.Raw(func(any) error { return driver.ErrBadConn })
	_ = w.conn.Close()
	w.conn, w.numbered = nil, numbered{w.pool}
}

// script implements connection.
func (w *postgresWriter) script(ctx context.Context, statements string) error {
	_, err := w.simple(ctx, statements)
	return err
}

func (w *postgresWriter) close() error {
	if w.conn == nil {
		return nil
	}
	return w.conn.Close()
}
