package models

import (
	"context"
	"database/sql"
	"errors"
	"strings"
)

// pinned is one connection with its compiled statements, as gorm's pool. It is
// used by one goroutine at a time. A transaction is begun and ended with plain
// statements: database/sql would compile each statement anew in every one of its
// own.
//
// A statement that fails ends its unit of work, as on PostgreSQL: the statements
// behind it are refused with errFailed until it is undone. Whatever works on one
// database works on the other.
type pinned struct {
	conn       *sql.Conn
	statements map[string]*sql.Stmt
	open       bool // within a transaction
	failed     bool // a statement of it has, and nothing is undone yet
}

// errFailed is what PostgreSQL calls in_failed_sql_transaction (25P02).
var errFailed = errors.New("models: a statement of this transaction has failed before: it must be undone")

// note keeps that a statement of a transaction failed.
func (p *pinned) note(err error) { p.failed = p.failed || p.open && err != nil }

// undoes says whether a statement ends or undoes a unit of work.
func undoes(statement string) bool { return strings.HasPrefix(statement, "ROLLBACK") }

// statementLimit bounds the memory of compiled statements: some kilobytes each.
// The queries of this package are fewer; only lists of a varying length make
// more.
const statementLimit = 512

func pin(ctx context.Context, pool *sql.DB) (*pinned, error) {
	conn, err := pool.Conn(ctx)
	return &pinned{conn: conn, statements: map[string]*sql.Stmt{}}, err
}

// PrepareContext gives the compiled statement; it stays the pool's.
func (p *pinned) PrepareContext(ctx context.Context, query string) (*sql.Stmt, error) {
	if s := p.statements[query]; s != nil {
		return s, nil
	}
	s, err := p.conn.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	if len(p.statements) >= statementLimit {
		if err := p.forget(); err != nil {
			return nil, errors.Join(err, s.Close())
		}
	}
	p.statements[query] = s
	return s, nil
}

// ExecContext implements gorm.ConnPool.
func (p *pinned) ExecContext(ctx context.Context, query string, args ...any) (res sql.Result, err error) {
	switch {
	case undoes(query):
		p.failed = false
	case p.failed:
		return nil, errFailed
	}
	s, err := p.PrepareContext(ctx, query)
	if err == nil {
		res, err = s.ExecContext(ctx, args...)
	}
	p.note(err)
	return res, err
}

// QueryContext implements gorm.ConnPool.
func (p *pinned) QueryContext(ctx context.Context, query string, args ...any) (rows *sql.Rows, err error) {
	if p.failed {
		return nil, errFailed
	}
	s, err := p.PrepareContext(ctx, query)
	if err == nil {
		rows, err = s.QueryContext(ctx, args...)
	}
	p.note(err)
	return rows, err
}

// QueryRowContext implements gorm.ConnPool.
func (p *pinned) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	if p.failed { // a row has its error from a statement: SQLite names the column that is not there
		return p.conn.QueryRowContext(ctx, "SELECT a_statement_of_this_transaction_has_failed_before")
	}
	s, err := p.PrepareContext(ctx, query)
	if err != nil {
		p.note(err)
		return p.conn.QueryRowContext(ctx, query, args...) // it tells the same error
	}
	row := s.QueryRowContext(ctx, args...)
	p.note(row.Err())
	return row
}

// forget drops the compiled statements.
func (p *pinned) forget() error {
	var errs []error
	for query, s := range p.statements {
		errs = append(errs, s.Close())
		delete(p.statements, query)
	}
	return errors.Join(errs...)
}

// close gives the connection back.
func (p *pinned) close() error { return errors.Join(p.forget(), p.conn.Close()) }
