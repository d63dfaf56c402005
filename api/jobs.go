package api

import (
	"context"

	"ringdesk/controller/jobs"
	"ringdesk/controller/reason"
	"ringdesk/controller/verb"
)

// Jobs is what the API asks of the scheduled work (jobs.Scheduler).
type Jobs interface {
	States(ctx context.Context) ([]jobs.State, error)
	Start(ctx context.Context, by verb.By, name string) error
}

// ListJobs lists the scheduled jobs.
func (h *handlers) ListJobs(ctx context.Context, _ ListJobsRequestObject) (ListJobsResponseObject, error) {
	id, err := asAdmin(ctx, "see the scheduled jobs")
	if err != nil {
		return nil, err
	}
	items, err := h.jobs(ctx, id.workspace)
	return ListJobs200JSONResponse{Items: items}, err
}

// RunJob runs a job now.
func (h *handlers) RunJob(ctx context.Context, req RunJobRequestObject) (RunJobResponseObject, error) {
	id, err := asAdmin(ctx, "run jobs")
	if err != nil {
		return nil, err
	}
	if h.opts.Jobs == nil {
		return nil, unavailable("This ringdesk runs no jobs.", nil).because(reason.NotThere)
	}
	if err := h.opts.Jobs.Start(ctx, id.by(), string(req.Name)); err != nil {
		return nil, err
	}
	h.log.Info("a job was begun", "job", req.Name, "by", id.session.AccountID)
	all, err := h.jobs(ctx, id.workspace)
	for _, j := range all {
		if j.Name == req.Name {
			return RunJob202JSONResponse(j), nil
		}
	}
	return nil, err
}

func (h *handlers) jobs(ctx context.Context, workspace string) ([]Job, error) {
	if h.opts.Jobs == nil {
		return []Job{}, nil
	}
	states, err := h.opts.Jobs.States(ctx)
	items := make([]Job, len(states))
	for i, s := range states {
		items[i] = Job{Name: JobName(s.Name), Running: s.Running, NextAt: s.NextAt, Last: lastRun(s, workspace)}
	}
	return items, err
}

// lastRun shows a job's last run; nil for one that has never run. One whose controller
// died has no end.
func lastRun(s jobs.State, workspace string) *JobRun {
	if s.Last.StartedAt.IsZero() {
		return nil
	}
	v := JobRun{StartedAt: s.Last.StartedAt.Time, EndedAt: s.Last.EndedAt.Ptr(), Removed: new(s.Last.RemovedOf(workspace)), Error: optional(s.Last.Error)}
	switch {
	case v.EndedAt != nil:
		v.DurationMs = new(v.EndedAt.Sub(v.StartedAt).Milliseconds())
	case !s.Running:
		v.Error = new("The controller ended while the job ran; the next run does what is left.")
	}
	return &v
}
