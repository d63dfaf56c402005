package models

import (
	"context"
	"database/sql"
	"errors"
)

// pinned is one connection with its compiled statements, as gorm's pool. It is
// used by one goroutine at a time. A transaction is begun and ended with plain
// statements: database/sql would compile each statement anew in every one of its
// own.
type pinned struct {
	conn       *sql.Conn
	statements map[string]*sql.Stmt
}

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
func (p *pinned) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	s, err := p.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	return s.ExecContext(ctx, args...)
}

// QueryContext implements gorm.ConnPool.
func (p *pinned) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	s, err := p.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	return s.QueryContext(ctx, args...)
}

// QueryRowContext implements gorm.ConnPool.
func (p *pinned) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	s, err := p.PrepareContext(ctx, query)
	if err != nil {
		return p.conn.QueryRowContext(ctx, query, args...) // it tells the same error
	}
	return s.QueryRowContext(ctx, args...)
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
