package models

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"gorm.io/gorm"
)

// mostFaults is how many damaged places are told; one is reason enough to act.
const mostFaults = 10

// QuickCheck says what is wrong with a database. Of a PostgreSQL that is what keeps
// ringdesk from it; of a file it reads every page and gives what is wrong with
// its structure; SQLite keeps no checksum of what stands in its cells
// (https://www.sqlite.org/pragma.html#pragma_quick_check). It may run beside a
// controller; a gigabyte takes some seconds.
func QuickCheck(ctx context.Context, file string) (faults []string, err error) {
	if IsPostgres(file) {
		return checkPostgres(ctx, file)
	}
	if _, err := os.Stat(file); err != nil {
		return nil, err
	}
	_, pool, err := connect(lookDSN(file), 1)
	if pool != nil {
		defer func() { err = errors.Join(err, pool.Close()) }()
	}
	if err != nil {
		return []string{err.Error()}, nil // such as: file is not a database
	}
	rows, err := pool.QueryContext(ctx, fmt.Sprintf("PRAGMA quick_check(%d)", mostFaults))
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return []string{err.Error()}, nil
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			return nil, err
		}
		if line != "ok" {
			faults = append(faults, line)
		}
	}
	if err := rows.Err(); err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		faults = append(faults, err.Error())
	}
	return faults, nil
}

// TaskCountsIn is Store.TaskCounts for a database, which it does not change: it may
// be of another version of ringdesk.
func TaskCountsIn(ctx context.Context, file string) (counts []TaskCounts, err error) {
	err = lookInto(file, func(db *gorm.DB) error {
		counts, err = taskCounts(db.WithContext(ctx))
		return err
	})
	return counts, err
}

// LateTasksIn counts the tasks that were due before a moment and are still open, in
// a database.
func LateTasksIn(ctx context.Context, file string, before time.Time) (late int, err error) {
	err = lookInto(file, func(db *gorm.DB) error {
		return db.WithContext(ctx).Raw("SELECT COUNT(*) FROM tasks WHERE "+openTasks+" AND due_at < ?", At(before)).Scan(&late).Error
	})
	return late, err
}

// RecordedIn adds up the length of the recordings that are ready and began since a
// moment, in a database.
func RecordedIn(ctx context.Context, file string, since time.Time) (total time.Duration, err error) {
	var ms int64
	err = lookInto(file, func(db *gorm.DB) error {
		return db.WithContext(ctx).Raw("SELECT COALESCE(SUM(duration_ms), 0) FROM recordings WHERE created_at >= ?", At(since)).Scan(&ms).Error
	})
	return time.Duration(ms) * time.Millisecond, err
}

// lookInto opens a database for looking at it only.
func lookInto(file string, look func(*gorm.DB) error) (err error) {
	if IsPostgres(file) {
		return lookIntoPostgres(file, look)
	}
	if _, err := os.Stat(file); err != nil {
		return err
	}
	db, pool, err := connect(lookDSN(file), 1)
	if pool != nil {
		defer func() { err = errors.Join(err, pool.Close()) }()
	}
	if err != nil {
		return err
	}
	return look(db)
}

// lookDSN opens a database for looking at it only.
func lookDSN(file string) string {
	return "file:" + inURI.Replace(file) + "?mode=rw&_pragma=busy_timeout(5000)&_pragma=query_only(1)"
}
