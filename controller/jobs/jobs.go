// Package jobs runs the scheduled work (ADM-4): it deletes what has been kept for as long
// as it may be, looks whether statistics are as the journal says, and exports raw data.
package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/robfig/cron/v3"

	"ringdesk/controller/audit"
	"ringdesk/controller/rawdata"
	"ringdesk/controller/reason"
	"ringdesk/controller/stats"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

// Job is one piece of scheduled work. It may be run at any moment, and again: what is
// done already is not done twice.
type Job struct {
	Name string
	at   string // cron, in UTC
	run  func(*run) error
	// plan is of a job that has its times from elsewhere: at is when it is looked
	// whether one has come. nil is any other.
	plan Plan
}

// Plan says when a job is due.
type Plan interface {
	Due(ctx context.Context, now time.Time) (bool, error)
	Next(ctx context.Context, now time.Time) (time.Time, error)
}

// The jobs, at night in Korea. What has files goes before what it belongs to.
var all = []Job{
	{Name: "recordings", at: "0 18 * * *", run: (*run).recordings},
	{Name: "calls", at: "20 18 * * *", run: (*run).calls},
	{Name: "audit", at: "40 18 * * *", run: (*run).audit},
	{Name: "changes", at: "50 18 * * *", run: (*run).changes},
	{Name: "tasks", at: "0 19 * * *", run: (*run).tasks},
	{Name: "webhooks", at: "55 18 * * *", run: (*run).webhooks},
	{Name: "workflows", at: "57 18 * * *", run: (*run).workflows},
	{Name: "attempts", at: "10 19 * * *", run: (*run).attempts},
	{Name: "statistics", at: "30 17 * * *", run: (*run).statistics},
	{Name: "sessions", at: "5 * * * *", run: (*run).sessions},
}

// lease is how long a run lasts that says no more: then its controller has died.
const lease = 10 * time.Minute

// Options are what a Scheduler works with.
type Options struct {
	Store      *models.Store
	Recordings string // folder
	// Bucket is where recordings are moved to; nil keeps them in the folder.
	Bucket     Bucket
	Statistics *stats.Keeper
	Exports    *rawdata.Schedule // nil exports nothing
	Log        *slog.Logger
	Now        func() time.Time // nil means time.Now
}

// Bucket is a storage of recordings (controller/bucket).
type Bucket interface {
	Name() string
	Remove(ctx context.Context, name string) error
}

// Scheduler runs the jobs at their times, in UTC, so that a change to or from
// summer time skips and repeats none.
type Scheduler struct {
	Options
	jobs  []Job
	cron  *cron.Cron
	times map[string]cron.Schedule
	work  sync.WaitGroup
	ctx   context.Context // of Run; ends what runs
	stop  context.CancelFunc
}

// New plans the jobs.
func New(o Options) (*Scheduler, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	s := &Scheduler{Options: o, jobs: slices.Clone(all), times: map[string]cron.Schedule{}}
	if o.Exports != nil {
		s.jobs = append(s.jobs, Job{Name: "exports", at: "* * * * *", run: (*run).exports, plan: o.Exports})
	}
	s.ctx, s.stop = context.WithCancel(context.Background())
	s.cron = cron.New(cron.WithLocation(time.UTC), cron.WithChain(cron.Recover(cronLog{o.Log})))
	for _, j := range s.jobs {
		at, err := cron.ParseStandard(j.at)
		if err != nil {
			return nil, fmt.Errorf("jobs: %s: %w", j.Name, err)
		}
		s.times[j.Name] = at
		s.cron.Schedule(at, cron.FuncJob(func() { s.inTime(j) }))
	}
	return s, nil
}

// Run runs the jobs until ctx ends, and lets those that run then stop where they are.
// What was missed while no controller ran is done at once.
func (s *Scheduler) Run(ctx context.Context) error {
	s.cron.Start()
	last, err := s.Store.Jobs(ctx)
	if err != nil {
		s.Log.Error("when the jobs ran last cannot be read", "error", err)
	}
	for _, j := range s.jobs {
		if l, ran := last[j.Name]; j.plan != nil || ran && s.times[j.Name].Next(l.StartedAt.Time).Before(s.Now()) {
			s.work.Go(func() { s.inTime(j) })
		}
	}
	<-ctx.Done()
	s.stop()
	<-s.cron.Stop().Done()
	s.work.Wait()
	return nil
}

// inTime runs a job when its time has come. Another controller may have begun it.
func (s *Scheduler) inTime(j Job) {
	if j.plan != nil {
		due, err := j.plan.Due(s.ctx, s.Now())
		if err != nil && s.ctx.Err() == nil {
			s.Log.Error("whether a job is due cannot be told", "job", j.Name, "error", err)
		}
		if err != nil || !due {
			return
		}
	}
	r, err := s.begin(s.ctx, j, nil)
	if errors.Is(err, models.ErrConflict) {
		return
	}
	if err != nil {
		s.Log.Error("a job could not begin", "job", j.Name, "error", err)
		return
	}
	r.do()
}

// Start runs a job now, because somebody asks for it. One that runs is a conflict.
func (s *Scheduler) Start(ctx context.Context, by verb.By, name string) error {
	if err := by.NeedAdmin("run jobs"); err != nil {
		return err
	}
	for _, j := range s.jobs {
		if j.Name != name {
			continue
		}
		r, err := s.begin(ctx, j, &by)
		if errors.Is(err, models.ErrConflict) {
			return verb.Refuse(verb.Conflict, "", "This job runs at the moment: wait until it has ended.").Because(reason.StillRunning)
		}
		if err == nil {
			s.work.Go(r.do)
		}
		return err
	}
	return verb.Refuse(verb.NotFound, "", "There is no job of this name.").Because(reason.NotThere)
}

// begin takes a run for this controller; by is who asks for it.
func (s *Scheduler) begin(ctx context.Context, j Job, by *verb.By) (*run, error) {
	r := &run{Scheduler: s, job: j, asked: by != nil, now: models.At(s.Now()), removed: map[string]int{}}
	return r, s.Store.Tx(ctx, func(tx *models.Tx) error {
		if err := tx.StartJob(j.Name, r.now.Time, r.now.Add(lease)); err != nil || by == nil {
			return err
		}
		return audit.Write(tx, *by, by.Workspace, r.now.Time, audit.Entry{Action: audit.Ran, Kind: audit.Job, ID: j.Name, Name: j.Name})
	})
}

// State is how a job stands.
type State struct {
	Name    string
	Last    models.Job // zero when it has never run
	Running bool
	NextAt  time.Time
}

// States tells how the jobs stand, in the order of their names in the contract.
func (s *Scheduler) States(ctx context.Context) ([]State, error) {
	last, err := s.Store.Jobs(ctx)
	states, now := make([]State, len(s.jobs)), s.Now()
	for i, j := range s.jobs {
		l := last[j.Name]
		states[i] = State{Name: j.Name, Last: l, Running: l.Running(now), NextAt: s.times[j.Name].Next(now.UTC())}
		if j.plan != nil {
			next, nerr := j.plan.Next(ctx, now)
			states[i].NextAt, err = next, errors.Join(err, nerr)
		}
	}
	return states, err
}

// cronLog lets cron write to our log.
type cronLog struct{ log *slog.Logger }

func (l cronLog) Info(msg string, kv ...any) { l.log.Debug("cron: "+msg, kv...) }
func (l cronLog) Error(err error, msg string, kv ...any) {
	l.log.Error("cron: "+msg, append(kv, "error", err)...)
}
