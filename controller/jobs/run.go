package jobs

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"time"

	"ringdesk/controller/stats"
	"ringdesk/controller/webhook"
	"ringdesk/controller/workflow"
	"ringdesk/dialplan"
	"ringdesk/models"
)

const (
	// atOnce is how much one transaction removes: calls that save at the same time must
	// not wait for all of it.
	atOnce = 200
	// keepTasks is how long it can be seen that a task was done.
	keepTasks = 7 * 24 * time.Hour
	// keepAttempts is how long failures to sign in, ended calls of the caps and links that
	// no longer work are of any use.
	keepAttempts = 24 * time.Hour
)

// run is one run of a job.
type run struct {
	*Scheduler
	job     Job
	asked   bool // somebody asked for it, outside its times
	now     models.Time
	removed map[string]int // by workspace; "" is nobody's
}

// do does the work and notes how it has ended, also when it was stopped or has failed.
func (r *run) do() {
	failure := ""
	if err := r.guarded(); err != nil {
		failure = err.Error()
		r.Log.Error("a job has failed", "job", r.job.Name, "error", err)
	}
	err := r.Store.Tx(context.WithoutCancel(r.ctx), func(tx *models.Tx) error {
		return tx.EndJob(r.job.Name, r.now.Time, r.Now(), r.removed, failure)
	})
	if err != nil {
		r.Log.Error("how a job has ended cannot be noted", "job", r.job.Name, "error", err)
		return
	}
	r.Log.Info("a job has ended", "job", r.job.Name, "removed", r.removed)
}

func (r *run) guarded() (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("it panicked: %v", p)
		}
	}()
	return r.job.run(r)
}

// batches removes a workspace's things in transactions of atOnce at most, until there are
// no more; of is whose they are.
func (r *run) batches(of string, remove func(tx *models.Tx) (int, error)) error {
	for {
		before := r.removed[of]
		if err := r.batch(of, remove); err != nil || r.removed[of]-before < atOnce {
			return err
		}
	}
}

// batch removes things in one transaction, and keeps the run for this controller.
func (r *run) batch(of string, remove func(tx *models.Tx) (int, error)) error {
	counted := maps.Clone(r.removed)
	err := r.Store.Tx(r.ctx, func(tx *models.Tx) error {
		n, err := remove(tx)
		if err != nil {
			return err
		}
		counted[of] += n
		return tx.HoldJob(r.job.Name, r.now.Time, r.Now().Add(lease), counted)
	})
	if err == nil {
		r.removed = counted
	}
	return err
}

// workspaces does something for each workspace with what it keeps; one that fails does
// not keep the others from it.
func (r *run) workspaces(do func(workspace string, keep models.Retention) error) error {
	ws, err := r.Store.AllWorkspaces(r.ctx)
	errs := []error{err}
	for _, w := range ws {
		keep, err := w.Retention()
		if err == nil {
			err = do(w.ID, keep)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("workspace %s: %w", w.ID, err))
		}
	}
	return errors.Join(errs...)
}

// calls removes calls that are no longer kept, with their recordings.
func (r *run) calls() error {
	return errors.Join(r.workspaces(func(workspace string, keep models.Retention) error {
		keep.RecordingDays = 0 // those of calls that are still kept are not this job's
		if err := r.recordingsOf(workspace, keep, false); err != nil {
			return err
		}
		return r.batches(workspace, func(tx *models.Tx) (int, error) { return tx.PruneCalls(workspace, keep, r.now.Time, atOnce) })
	}), r.batches("", func(tx *models.Tx) (int, error) {
		return tx.PruneRefused(models.DefaultRetention().CallsUntil(r.now.Time), atOnce)
	}))
}

// recordings removes recordings that are no longer kept, with their files.
func (r *run) recordings() error {
	return r.workspaces(func(workspace string, keep models.Retention) error { return r.recordingsOf(workspace, keep, true) })
}

// recordingsOf removes a workspace's old recordings. The files go first: what a crash
// leaves is found again by its row. Those of calls that are removed, too, do not count.
func (r *run) recordingsOf(workspace string, keep models.Retention, count bool) error {
	root, err := os.OpenRoot(r.Recordings)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // nothing was ever recorded: what was moved was here first
	}
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }() // nothing was written
	for {
		old, err := r.Store.OldRecordings(r.ctx, workspace, keep, r.now.Time, atOnce)
		if err != nil || len(old) == 0 {
			return err
		}
		for _, rec := range old {
			if err := r.dropFiles(root, rec); err != nil {
				return err
			}
		}
		err = r.batch(workspace, func(tx *models.Tx) (int, error) {
			for _, rec := range old {
				if err := tx.DropRecording(rec); err != nil {
					return 0, err
				}
			}
			if !count {
				return 0, nil
			}
			return len(old), nil
		})
		if err != nil || len(old) < atOnce {
			return err
		}
	}
}

// dropFiles removes the files of a recording and of its tracks, from the folder and from
// the storage; those that are gone are no mistake.
func (r *run) dropFiles(root *os.Root, rec models.Recording) error {
	ts, err := r.Store.Tracks(r.ctx, rec.ID)
	if err != nil {
		return err
	}
	files := []string{rec.File}
	for _, t := range ts {
		files = append(files, t.File)
	}
	for _, f := range files {
		if f == "" {
			continue
		}
		if err := root.Remove(f); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("the file of recording %s cannot be removed: %w", rec.ID, err)
		}
		if err := r.dropStored(rec, f); err != nil {
			return fmt.Errorf("the file of recording %s cannot be removed: %w", rec.ID, err)
		}
	}
	return nil
}

// dropStored removes a file from the storage, if its recording was moved there.
func (r *run) dropStored(rec models.Recording, file string) error {
	switch {
	case rec.Bucket == "":
		return nil
	case r.Bucket == nil || r.Bucket.Name() != rec.Bucket:
		return fmt.Errorf("it is in the bucket %s, which is not the one of RINGDESK_S3_BUCKET", rec.Bucket)
	}
	return r.Bucket.Remove(r.ctx, file)
}

func (r *run) audit() error {
	return r.workspaces(func(workspace string, keep models.Retention) error {
		return r.batches(workspace, func(tx *models.Tx) (int, error) { return tx.PruneAudit(workspace, keep, r.now.Time, atOnce) })
	})
}

// changes removes what no desk may catch up on any more. All workspaces' changes are looked at
// in their order: an index by workspace would be written with each change, and read once a day.
func (r *run) changes() error {
	keep, shortest := map[string]models.Retention{"": models.DefaultRetention()}, models.DefaultRetention().ChangeHours
	errs := []error{r.workspaces(func(workspace string, k models.Retention) error {
		keep[workspace], shortest = k, min(shortest, k.ChangeHours)
		return nil
	})}
	until := func(hours int) time.Time { return r.now.Add(-time.Duration(hours) * time.Hour) }
	old := map[string][]int64{}
	for last, more := int64(0), true; more; {
		page, err := r.Store.ChangesAfter(r.ctx, last, atOnce)
		if err != nil {
			return errors.Join(append(errs, err)...)
		}
		more = len(page) == atOnce
		for _, c := range page {
			last = c.Seq
			more = more && !c.At.After(until(shortest))
			if k, known := keep[c.WorkspaceID]; known && !c.At.After(until(k.ChangeHours)) {
				old[c.WorkspaceID] = append(old[c.WorkspaceID], c.Seq)
			}
		}
		for workspace, seqs := range old {
			if more && len(seqs) < atOnce {
				continue // the next page may have more of them for the same transaction
			}
			delete(old, workspace)
			for some := range slices.Chunk(seqs, atOnce) {
				if err := r.batch(workspace, func(tx *models.Tx) (int, error) { return tx.PruneChanges(some) }); err != nil {
					return errors.Join(append(errs, err)...)
				}
			}
		}
	}
	return errors.Join(errs...)
}

// webhooks removes what webhooks were told, with how each telling went.
func (r *run) webhooks() error {
	return r.workspaces(func(workspace string, _ models.Retention) error {
		return r.batches(workspace, func(tx *models.Tx) (int, error) { return tx.PruneWebhooks(workspace, r.now.Add(-webhook.Keep), atOnce) })
	})
}

// workflows removes what workflows have answered to, and their runs.
func (r *run) workflows() error {
	return r.workspaces(func(workspace string, _ models.Retention) error {
		return r.batches(workspace, func(tx *models.Tx) (int, error) {
			return tx.PruneWorkflows(workspace, r.now.Add(-workflow.Keep), atOnce)
		})
	})
}

func (r *run) tasks() error {
	return r.batches("", func(tx *models.Tx) (int, error) { return tx.PruneTasks(r.now.Add(-keepTasks), atOnce) })
}

func (r *run) attempts() error {
	return r.batches("", func(tx *models.Tx) (int, error) {
		return tx.PruneAttempts(r.now.Add(-keepAttempts))
	})
}

// sessions removes those that have run out. The API has ended them before, within a
// minute; this is for those of a time when none ran.
func (r *run) sessions() error {
	return r.batches("", func(tx *models.Tx) (int, error) { return 0, tx.EndExpiredSessions(r.now.Time) })
}

// statistics makes those of yesterday's calls anew (STAT-0). What was missing or wrong is
// mended, and said as an error: somebody should know why.
func (r *run) statistics() error {
	if err := r.Statistics.Pass(r.ctx); err != nil {
		return err
	}
	ws, err := r.Store.AllWorkspaces(r.ctx)
	if err != nil {
		return err
	}
	var all stats.Rebuilt
	var errs []error
	for _, w := range ws {
		local := r.now.In(dialplan.Location(w.TimeZone))
		midnight := dialplan.DayBegins(local.Year(), local.Month(), local.Day(), local.Location())
		yesterday := dialplan.DayBegins(local.Year(), local.Month(), local.Day()-1, local.Location())
		rebuilt, err := r.Statistics.Rebuild(r.ctx, w.ID, yesterday, midnight)
		all = all.Add(rebuilt)
		different := ""
		if err == nil {
			different, err = r.Statistics.CheckSums(r.ctx, w, yesterday)
		}
		if err == nil && different != "" {
			err = fmt.Errorf("of yesterday %s: they are mended", different)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("workspace %s: %w", w.ID, err))
		}
	}
	if all.Missing+all.Wrong > 0 {
		errs = append(errs, fmt.Errorf("of %d calls of yesterday %d were missing in the statistics and %d were wrong: they are mended", all.Calls, all.Missing, all.Wrong))
	}
	return errors.Join(errs...)
}

// exports exports the raw data whose time has come.
func (r *run) exports() error {
	return r.Exports.Run(r.ctx, r.now.Time, r.asked, func() error {
		return r.batch("", func(*models.Tx) (int, error) { return 0, nil })
	})
}
