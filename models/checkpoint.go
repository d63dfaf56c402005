package models

import (
	"context"
	"database/sql"
	"time"
)

// SQLite appends what is committed to a log, and moves the pages from there into
// the database at a checkpoint (https://www.sqlite.org/wal.html#checkpointing). By itself it
// does that after each thousand pages, in the commit that was the thousandth: a call in
// ten or twenty then waited for it, and a page that changes all the time was moved as often.
const (
	// checkpointInterval is how often the pages are moved, beside the writer.
	checkpointInterval = 2 * time.Second
	// latestCheckpoint is after how many pages of 4 kB the writer does it itself, so that the log
	// stays bounded whatever keeps the others from it.
	latestCheckpoint = 16_000
	// checkpointTries bounds how often it is tried until the log is empty and begins anew:
	// what is committed meanwhile stays in it.
	checkpointTries = 5
)

// checkpoints moves pages until the store closes.
func (s *Store) checkpoints(pool *sql.DB) {
	tick := time.NewTicker(checkpointInterval)
	defer tick.Stop()
	for done := int64(0); ; {
		select {
		case <-s.stop:
			return
		case <-tick.C:
		}
		if made := s.commits.Load(); made != done {
			done = made
			_ = checkpoint(pool) // the next one will do, or else the writer
		}
	}
}

// checkpoint moves what is in the log, and what comes meanwhile, without making anybody wait.
// A connection that only reads may do it (https://www.sqlite.org/pragma.html#pragma_query_only).
func checkpoint(pool *sql.DB) error {
	ctx, cancel := context.WithTimeout(context.Background(), checkpointInterval)
	defer cancel()
	for range checkpointTries {
		var busy, logged, moved int64
		if err := pool.QueryRowContext(ctx, "PRAGMA wal_checkpoint(PASSIVE)").Scan(&busy, &logged, &moved); err != nil {
			return err
		}
		if moved == logged {
			break
		}
	}
	return nil
}
