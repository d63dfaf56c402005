package main

import (
	"errors"
	"os"
	"time"

	"ringdesk/testkit/postgres"
)

// The databases that the controller may have.
const (
	onSQLite   = "sqlite"
	onPostgres = "postgres"
)

// startStore starts the PostgreSQL that the controllers of a run have, durable and
// with its own settings, on the disk that SQLite would have.
func (b *run) startStore() (err error) {
	b.report.Store = "SQLite"
	if b.store != onPostgres {
		return nil
	}
	if err := os.Chmod(b.dir, 0o711); err != nil { // it runs as another user
		return err
	}
	if b.database, err = postgres.Launch(b.dir); err != nil {
		return err
	}
	version, err := b.database.Query("postgres", "SHOW server_version")
	b.report.Store = "PostgreSQL " + version
	return err
}

// stopStore ends it.
func (b *run) stopStore() error {
	if b.database == nil {
		return nil
	}
	return b.database.Close()
}

// optionsOf are a part's controller's: with PostgreSQL it has a database of its own.
func (b *run) optionsOf(part string) (o controllerOptions, err error) {
	o.profile, o.database, o.receiver = b.profileOf(part), b.database, b.receiver.url
	if b.database == nil {
		return o, nil
	}
	_, err = b.database.Query("postgres", "CREATE DATABASE "+part)
	o.store = []string{"RINGDESK_DATABASE=" + b.database.URL(part)}
	return o, err
}

// storeTime is the CPU time of the PostgreSQL, which works for the controller.
func storeTime(s *postgres.Server) (sum time.Duration, err error) {
	if s == nil {
		return sum, nil
	}
	for _, pid := range s.Processes() {
		t, cerr := cpuTime(pid)
		if errors.Is(cerr, os.ErrNotExist) { // it has ended: its parent's time has its own
			continue
		}
		sum += t
		err = errors.Join(err, cerr)
	}
	return sum, err
}
