package models

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"golang.org/x/sys/unix"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
)

// IsPostgres says whether a place is the URL of a PostgreSQL and not a file
// (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS).
func IsPostgres(place string) bool {
	return strings.HasPrefix(place, "postgres://") || strings.HasPrefix(place, "postgresql://")
}

// onPostgres says what database a connection leads to.
func onPostgres(db *gorm.DB) bool { return db.Name() == "postgres" }

const (
	postgresConnect  = 5 * time.Second  // to reach the server
	postgresSilence  = 10 * time.Second // of a server that has not acknowledged what was sent
	postgresReaders  = 8                // connections that read
	postgresIdleOpen = "15000"          // ms: a transaction of a controller that stands still blocks the others no longer
)

// openPostgres opens (and makes or migrates) the database that a URL names.
func openPostgres(url string) (*Store, error) {
	ctx := context.Background()
	read, readPool, err := connectPostgres(ctx, url, postgresReaders, map[string]string{"default_transaction_read_only": "on"})
	if err != nil {
		return nil, err
	}
	closing := func(err error) error { return errors.Join(err, readPool.Close()) }
	if err := fitting(ctx, readPool); err != nil {
		return nil, closing(err)
	}
	write, err := postgresConfig(url, map[string]string{"idle_in_transaction_session_timeout": postgresIdleOpen})
	if err != nil {
		return nil, closing(err)
	}
	s := newStore()
	pool := stdlib.OpenDB(*write)
	writes := &postgresWriter{pool: pool, numbered: numbered{pool}, id: NewID(), stop: s.stop}
	s.read, s.writes, s.pools = read, writes, []*sql.DB{pool, readPool}
	if s.write, err = gorm.Open(postgres.New(postgres.Config{Conn: writes}), config(false)); err != nil {
		return nil, closing(err)
	}
	ears := listenToPostgres(write, writes.id)
	s.othersCommitted, s.heard, s.listener = ears.count, ears.kick, ears.close
	if err := s.start(); err != nil {
		ears.close()
		return nil, closing(errors.Join(err, writes.close(), pool.Close()))
	}
	return s, nil
}

// postgresConfig reads a URL. Its error does not tell the password.
func postgresConfig(url string, session map[string]string) (*pgx.ConnConfig, error) {
	c, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("the database's address cannot be read: %w", err)
	}
	c.ConnectTimeout = cmp.Or(c.ConnectTimeout, postgresConnect)
	// A server that has vanished must be noticed: until then nothing is written.
	dialer := &net.Dialer{Timeout: c.ConnectTimeout, KeepAlive: postgresSilence / 2, Control: noticeSilence}
	c.DialFunc = dialer.DialContext
	c.RuntimeParams["application_name"] = "ringdesk"
	for name, value := range session {
		c.RuntimeParams[name] = value
	}
	return c, nil
}

// noticeSilence ends a connection whose other side does not acknowledge what was
// sent (TCP_USER_TIMEOUT, tcp(7), in milliseconds).
func noticeSilence(network, _ string, c syscall.RawConn) (err error) {
	if !strings.HasPrefix(network, "tcp") {
		return nil
	}
	if cerr := c.Control(func(fd uintptr) {
		err = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, int(postgresSilence.Milliseconds()))
	}); cerr != nil {
		return cerr
	}
	return err
}

// connectPostgres opens connections that several goroutines use.
func connectPostgres(ctx context.Context, url string, conns int, session map[string]string) (*gorm.DB, *sql.DB, error) {
	c, err := postgresConfig(url, session)
	if err != nil {
		return nil, nil, err
	}
	pool := stdlib.OpenDB(*c)
	pool.SetMaxOpenConns(conns)
	pool.SetMaxIdleConns(conns)
	if err := pool.PingContext(ctx); err != nil {
		return nil, nil, errors.Join(unreachable(c, err), pool.Close())
	}
	db, err := gorm.Open(postgres.New(postgres.Config{Conn: numbered{pool}}), config(false))
	if err != nil {
		return nil, nil, errors.Join(err, pool.Close())
	}
	return db, pool, nil
}
