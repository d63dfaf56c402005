package models

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
)

// changesChannel is where each commit with changes is told of, with the id of the
// store that made it
// (https://www.postgresql.org/docs/current/sql-notify.html).
const changesChannel = "ringdesk_changes"

// postgresEars hears of other programs' commits on a connection of its own.
type postgresEars struct {
	config *pgx.ConnConfig
	own    string // the id whose commits are our own
	heard  atomic.Int64
	kick   chan struct{}
	close  func() // ends it, and returns when it has
}

func listenToPostgres(c *pgx.ConnConfig, own string) *postgresEars {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	e := &postgresEars{config: c, own: own, kick: make(chan struct{}, 1)}
	e.close = func() { cancel(); <-ended }
	go func() {
		defer close(ended)
		for ctx.Err() == nil {
			e.listen(ctx)
			select {
			case <-ctx.Done():
			case <-time.After(postgresAgain):
			}
		}
	}()
	return e
}

// count gives another number whenever another program may have committed.
func (e *postgresEars) count() (int64, error) { return e.heard.Load(), nil }

// listen hears until the connection is lost.
func (e *postgresEars) listen(ctx context.Context) {
	conn, err := pgx.ConnectConfig(ctx, e.config)
	if err != nil {
		return
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	if _, err := conn.Exec(ctx, "LISTEN "+changesChannel); err != nil {
		return
	}
	e.note() // what was told of before
	for {
		told, err := conn.WaitForNotification(ctx)
		if err != nil {
			return
		}
		if told.Payload != e.own {
			e.note()
		}
	}
}

func (e *postgresEars) note() {
	e.heard.Add(1)
	select {
	case e.kick <- struct{}{}:
	default:
	}
}
