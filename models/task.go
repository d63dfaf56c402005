package models

import (
	"context"
	"fmt"
	"time"

	"ringdesk/controller/journal"

	"gorm.io/gorm"
)

// The kinds of tasks.
const (
	TaskMix    = "mix"    // makes a recording's MP3; the subject is the recording's id
	TaskUpload = "upload" // moves a recording that is ready to the storage; the subject is the recording's id
	TaskImport = "import" // reads a file of contacts in; the subject is the id of the import
	TaskBulk   = "bulk"   // does the same to many conversations; the subject is the id of the bulk action
	TaskSnooze = "snooze" // opens a snoozed conversation again
)

// Task is durable work: a row, a kick and a timer (controller/tasks). It is done
// at least once.
type Task struct {
	ID        string `gorm:"primaryKey"`
	Kind      string
	Subject   string // what it is about
	DueAt     Time   // while an attempt is made, the end of its lease
	Attempts  int    // counted before they are made
	LastError string
	DoneAt    Time
	DeadAt    Time // when its last attempt had failed
}

// openTasks are the tasks that are neither done nor dead.
const openTasks = "done_at IS NULL AND dead_at IS NULL"

// AddTask makes work that is due at a moment; work that exists stays as it is.
func (t *Tx) AddTask(kind, subject string, due time.Time) error {
	_, err := exec(t.db, `INSERT INTO tasks (id, kind, subject, due_at, attempts, last_error) VALUES (?, ?, ?, ?, 0, '')
		ON CONFLICT (kind, subject) DO NOTHING`, NewID(), kind, subject, At(due))
	return err
}

// KickTasks tells those who do tasks that there is one.
func (t *Tx) KickTasks(id string) error { return t.Changed("", journal.TopicTask, id) }

// TakeTask counts an attempt at the oldest due task of a kind and hands it
// out until the moment lease, when it is due again unless it was finished.
// None due gives ErrNotFound.
func (t *Tx) TakeTask(kind string, now, lease time.Time) (Task, error) {
	var ts []Task
	if err := t.db.Where("kind = ? AND "+openTasks+" AND due_at <= ?", kind, At(now)).Order("due_at").Limit(1).Find(&ts).Error; err != nil {
		return Task{}, err
	}
	if len(ts) == 0 {
		return Task{}, ErrNotFound
	}
	task := ts[0]
	task.Attempts++
	return task, t.updateTask(task.ID, TaskUpdate{Attempts: &task.Attempts, DueAt: new(At(lease))})
}

// HoldTask lengthens the lease of a task that TakeTask handed out. A task that
// somebody else has taken since, or finished, gives ErrConflict.
func (t *Tx) HoldTask(task Task, lease time.Time) error {
	res := t.db.Model(&Task{}).Where("id = ? AND attempts = ? AND "+openTasks, task.ID, task.Attempts).Update("due_at", At(lease))
	if res.Error == nil && res.RowsAffected == 0 {
		return fmt.Errorf("task %s attempt %d: %w", task.ID, task.Attempts, ErrConflict)
	}
	return res.Error
}

// FinishTask marks work as done.
func (t *Tx) FinishTask(id string, now time.Time) error {
	return t.updateTask(id, TaskUpdate{DoneAt: new(At(now))})
}

// RetryTask makes work due again at a later moment.
func (t *Tx) RetryTask(id string, due time.Time, lastError string) error {
	return t.updateTask(id, TaskUpdate{DueAt: new(At(due)), LastError: &lastError})
}

// BuryTask notes that no attempt is left.
func (t *Tx) BuryTask(id string, now time.Time, lastError string) error {
	return t.updateTask(id, TaskUpdate{DeadAt: new(At(now)), LastError: &lastError})
}

// ReviveTask makes a dead task due, with all its attempts before it, and tells of
// it, also a controller that runs. One that is not dead gives ErrNotFound.
func (t *Tx) ReviveTask(id string, now time.Time) error {
	if err := gone(t.db.Exec("UPDATE tasks SET dead_at = NULL, attempts = 0, due_at = ? WHERE id = ? AND dead_at IS NOT NULL", At(now), id)); err != nil {
		return err
	}
	return t.Changed("", journal.TopicTask, id)
}

// TaskUpdate is a change to a task: nil leaves a field as it is.
type TaskUpdate struct {
	DueAt     *Time
	Attempts  *int
	LastError *string
	DoneAt    *Time
	DeadAt    *Time
}

func (t *Tx) updateTask(id string, u TaskUpdate) error {
	to := columns{}
	put(to, "due_at", u.DueAt)
	put(to, "attempts", u.Attempts)
	put(to, "last_error", u.LastError)
	put(to, "done_at", u.DoneAt)
	put(to, "dead_at", u.DeadAt)
	_, err := setColumns(t.db, "tasks", to, "id = ?", id)
	return err
}

// NextTask tells when the next task of a kind is due; ErrNotFound if there is none.
func (s *Store) NextTask(ctx context.Context, kind string) (time.Time, error) {
	var ts []Task
	if err := s.read.WithContext(ctx).Where("kind = ? AND "+openTasks, kind).Order("due_at").Limit(1).Find(&ts).Error; err != nil {
		return time.Time{}, err
	}
	if len(ts) == 0 {
		return time.Time{}, ErrNotFound
	}
	return ts[0].DueAt.Time, nil
}

// TaskCounts are the tasks of a kind that are not done.
type TaskCounts struct {
	Kind string
	Open int
	Dead int
}

// TaskCounts counts the tasks that are not done, by kind.
func (s *Store) TaskCounts(ctx context.Context) ([]TaskCounts, error) {
	return taskCounts(s.read.WithContext(ctx))
}

func taskCounts(db *gorm.DB) ([]TaskCounts, error) {
	var cs []TaskCounts
	return cs, db.Raw(`SELECT kind, SUM(CASE WHEN dead_at IS NULL THEN 1 ELSE 0 END) AS open,
		SUM(CASE WHEN dead_at IS NULL THEN 0 ELSE 1 END) AS dead FROM tasks WHERE done_at IS NULL GROUP BY kind ORDER BY kind`).Scan(&cs).Error
}

// DeadTasks lists the tasks that have no attempt left, those that died last
// first.
func (s *Store) DeadTasks(ctx context.Context, limit int) ([]Task, error) {
	var ts []Task
	return ts, s.read.WithContext(ctx).Where("dead_at IS NOT NULL").Order("dead_at DESC, id").Limit(limit).Find(&ts).Error
}
