package rawdata

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/robfig/cron/v3"

	"ringdesk/controller/durable"
	"ringdesk/controller/verb"
	"ringdesk/dialplan"
	"ringdesk/models"
)

// Period is what a scheduled export is of.
type Period string

// The last one of these that was over when the time came, in the workspace's time zone.
// Weeks begin on Monday.
const (
	Day   Period = "day"
	Week  Period = "week"
	Month Period = "month"
)

const (
	// mostMissed is how many times that nobody was there for are caught up.
	mostMissed = 31
	// retryAfter is how long after a failure an export is tried again.
	retryAfter = 15 * time.Minute
)

// Bucket is a storage of files (controller/bucket). A file is whole there, or not at all.
type Bucket interface {
	Put(ctx context.Context, name string, file *os.File) error
}

// Schedule exports the raw data of every workspace at its times (STAT-4).
type Schedule struct {
	Exports  *Exports
	At       string // cron, in each workspace's time zone
	Of       Period
	Workbook bool // XLSX; else CSV, one file per table
	Reason   string
	Folder   string // with a folder for each workspace
	Bucket   Bucket // nil leaves the files in Folder
}

// Next is when the next export is planned; zero when there is none.
func (s *Schedule) Next(ctx context.Context, now time.Time) (first time.Time, err error) {
	times, err := cron.ParseStandard(s.At)
	if err != nil {
		return first, err
	}
	ws, err := s.Exports.Store.AllWorkspaces(ctx)
	for _, w := range ws {
		at := times.Next(now.In(dialplan.Location(w.TimeZone)))
		if first.IsZero() || at.Before(first) {
			first = at.UTC()
		}
	}
	return first, err
}

// Due says whether there is anything to do.
func (s *Schedule) Due(ctx context.Context, now time.Time) (bool, error) {
	is := false
	err := s.each(ctx, now, func(_ models.Workspace, planned []time.Time, known bool) error {
		is = is || !known || len(planned) > 0
		return nil
	})
	return is, err
}

// Run makes the exports whose time has come; with anyway also those of workspaces where
// none has. held is called before each file, and ends the run with its error. What
// failed is tried again after a while, unless it can never be.
func (s *Schedule) Run(ctx context.Context, now time.Time, anyway bool, held func() error) error {
	return s.each(ctx, now, func(w models.Workspace, planned []time.Time, known bool) error {
		switch {
		case len(planned) > 0:
		case anyway:
			planned = []time.Time{now.In(dialplan.Location(w.TimeZone))}
		case !known: // from now on
			return s.note(ctx, w.ID, now, nil)
		}
		var errs []error
		for _, at := range planned {
			err := held()
			if err == nil {
				err = s.export(ctx, w.ID, at)
			}
			errs = append(errs, err, s.note(ctx, w.ID, at, err))
			if err != nil && !errors.As(err, new(*verb.Refusal)) {
				break
			}
		}
		return errors.Join(errs...)
	})
}

// each visits the workspaces with the times that have come and are not done, in their
// time zone. known says whether exports of a workspace were ever planned.
func (s *Schedule) each(ctx context.Context, now time.Time, do func(w models.Workspace, planned []time.Time, known bool) error) error {
	times, err := cron.ParseStandard(s.At)
	if err != nil {
		return err
	}
	ws, err := s.Exports.Store.AllWorkspaces(ctx)
	if err != nil {
		return err
	}
	jobs, err := s.Exports.Store.Jobs(ctx)
	if err != nil {
		return err
	}
	var errs []error
	for _, w := range ws {
		last, known := models.LastExport(jobs, w.ID)
		var planned []time.Time
		if known {
			planned = missed(times, last, now.In(dialplan.Location(w.TimeZone)))
		}
		if err := do(w, planned, known); err != nil {
			errs = append(errs, fmt.Errorf("workspace %s: %w", w.ID, err))
		}
	}
	return errors.Join(errs...)
}

// missed are the times since a last export, and its own if it failed.
func missed(times cron.Schedule, last models.Job, now time.Time) []time.Time {
	var all []time.Time
	at := last.StartedAt.In(now.Location())
	if last.Error != "" {
		if now.Before(last.EndedAt.Add(retryAfter)) {
			return nil
		}
		all = append(all, at)
	}
	for at = times.Next(at); !at.IsZero() && !at.After(now); at = times.Next(at) {
		all = append(all, at)
		if len(all) > mostMissed {
			all = all[1:]
		}
	}
	return all
}

func (s *Schedule) note(ctx context.Context, workspace string, planned time.Time, failure error) error {
	text := ""
	if failure != nil {
		text = failure.Error()
	}
	return s.Exports.Store.Tx(context.WithoutCancel(ctx), func(tx *models.Tx) error {
		return tx.PutExport(workspace, planned, s.Exports.Now(), text)
	})
}

// export makes a workspace's files of the period before a moment.
func (s *Schedule) export(ctx context.Context, workspace string, at time.Time) error {
	r := Request{Workbook: s.Workbook, Reason: s.Reason}
	r.From, r.To = s.Of.before(at)
	tables := []Table{Calls, AgentParts}
	if s.Workbook {
		tables = tables[:1]
	}
	for _, r.Table = range tables {
		x, err := s.Exports.begin(ctx, verb.By{Workspace: workspace}, workspace, r)
		if err != nil {
			return err
		}
		if err := s.keep(ctx, workspace, x); err != nil {
			return err
		}
	}
	return nil
}

// keep writes a file beside its place and then puts it there, so that nobody takes a
// half one for all of it.
func (s *Schedule) keep(ctx context.Context, workspace string, x *Export) (err error) {
	folder := filepath.Join(s.Folder, workspace)
	if err := durable.Folder(folder, 0o750); err != nil {
		x.done()
		return err
	}
	part := filepath.Join(folder, "."+x.Name+".part")
	f, err := os.OpenFile(part, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o640)
	if err != nil {
		x.done()
		return err
	}
	defer func() {
		if gone := os.Remove(part); gone != nil && !errors.Is(gone, os.ErrNotExist) { // once it is in its place
			err = errors.Join(err, gone)
		}
	}()
	if err = x.Write(ctx, f); err == nil && s.Bucket != nil {
		if _, err = f.Seek(0, 0); err == nil {
			err = s.Bucket.Put(ctx, "exports/"+workspace+"/"+x.Name, f)
		}
	}
	if err = errors.Join(err, f.Close()); err != nil || s.Bucket != nil {
		return err
	}
	return durable.Publish(part, filepath.Join(folder, x.Name))
}

// before is the last whole period before a moment, as days.
func (p Period) before(at time.Time) (from, to time.Time) {
	today := time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, time.UTC)
	switch p {
	case Week:
		monday := today.AddDate(0, 0, -(int(today.Weekday())+6)%7)
		return monday.AddDate(0, 0, -7), monday.AddDate(0, 0, -1)
	case Month:
		first := time.Date(today.Year(), today.Month(), 1, 0, 0, 0, 0, time.UTC)
		return first.AddDate(0, -1, 0), first.AddDate(0, 0, -1)
	default:
		return today.AddDate(0, 0, -1), today.AddDate(0, 0, -1)
	}
}
