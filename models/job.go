package models

import (
	"context"
	"time"
)

// Job is the last run of a scheduled job (ADM-4).
type Job struct {
	Name       string `gorm:"primaryKey"`
	StartedAt  Time
	LeaseUntil Time // until then it runs, unless it has ended
	EndedAt    Time
	Removed    string // JSON: workspace to count; "" is nobody's
	Error      string
}

// Running says whether a job runs at the moment now.
func (j Job) Running(now time.Time) bool { return j.EndedAt.IsZero() && now.Before(j.LeaseUntil.Time) }

// RemovedOf says how much a workspace had, and nobody.
func (j Job) RemovedOf(workspace string) int {
	n := decode[map[string]int](j.Removed)
	return n[workspace] + n[""]
}

// StartJob begins a run of a job; one that runs gives ErrConflict.
func (t *Tx) StartJob(name string, now, lease time.Time) error {
	res := t.db.Exec(`INSERT INTO jobs (name, started_at, lease_until, ended_at, removed, error) VALUES (?, ?, ?, NULL, '{}', '')
		ON CONFLICT (name) DO UPDATE SET started_at = excluded.started_at, lease_until = excluded.lease_until, ended_at = NULL, removed = '{}', error = ''
		WHERE jobs.ended_at IS NOT NULL OR jobs.lease_until <= ?`, name, At(now), At(lease), At(now))
	if res.Error == nil && res.RowsAffected == 0 {
		return ErrConflict
	}
	return res.Error
}

// HoldJob lengthens a run and notes what it has removed. One that somebody else has begun
// anew since gives ErrConflict.
func (t *Tx) HoldJob(name string, started, lease time.Time, removed map[string]int) error {
	res := t.db.Exec("UPDATE jobs SET lease_until = ?, removed = ? WHERE name = ? AND started_at = ? AND ended_at IS NULL", At(lease), encode(removed), name, At(started))
	if res.Error == nil && res.RowsAffected == 0 {
		return ErrConflict
	}
	return res.Error
}

// EndJob notes how a run has ended.
func (t *Tx) EndJob(name string, started, now time.Time, removed map[string]int, failure string) error {
	return t.db.Exec("UPDATE jobs SET ended_at = ?, removed = ?, error = ? WHERE name = ? AND started_at = ?", At(now), encode(removed), failure, name, At(started)).Error
}

// Jobs gives the last runs by name.
func (s *Store) Jobs(ctx context.Context) (map[string]Job, error) {
	var rows []Job
	err := s.read.WithContext(ctx).Find(&rows).Error
	jobs := make(map[string]Job, len(rows))
	for _, j := range rows {
		jobs[j.Name] = j
	}
	return jobs, err
}

// AllWorkspaces lists all workspaces, oldest first.
func (s *Store) AllWorkspaces(ctx context.Context) ([]Workspace, error) {
	var ws []Workspace
	return ws, s.read.WithContext(ctx).Order("id").Find(&ws).Error
}

// exportJob begins the names of the rows that keep how workspaces' scheduled exports
// stand. The jobs' own names have no slash.
const exportJob = "exports/"

// PutExport notes how a workspace's export went that was planned for a moment.
func (t *Tx) PutExport(workspace string, planned, now time.Time, failure string) error {
	return t.db.Exec(`INSERT INTO jobs (name, started_at, lease_until, ended_at, removed, error) VALUES (?, ?, ?, ?, '{}', ?)
		ON CONFLICT (name) DO UPDATE SET started_at = excluded.started_at, lease_until = excluded.lease_until, ended_at = excluded.ended_at, error = excluded.error`,
		exportJob+workspace, At(planned), At(now), At(now), failure).Error
}

// LastExport gives a workspace's last scheduled export, whose StartedAt is when it was
// planned; false if there was none.
func LastExport(jobs map[string]Job, workspace string) (Job, bool) {
	j, ok := jobs[exportJob+workspace]
	return j, ok
}
