package workflow

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"ringdesk/controller/inbox"
	"ringdesk/controller/verb"
	"ringdesk/dialplan/flow"
	"ringdesk/models"
)

const (
	// mostDepth is how many workflows may lie behind an event that a workflow still answers to.
	mostDepth = 3
	// mostRuns is how often one workflow is run for one conversation within runsWithin.
	mostRuns   = 20
	runsWithin = time.Hour
)

// Why a run was not carried out.
const (
	StoppedByDepth = "depth"
	StoppedByRate  = "rate"
)

// The outcomes of an action.
const (
	Done    = "done"
	Refused = "refused" // by a rule; the rest goes on
	Failed  = "failed"
	Unknown = "unknown" // the process ended while another system was asked; it is not asked again
	Would   = "would"   // in a dry run
	begun   = "begun"   // another system is being asked
)

// Result is what became of an action.
type Result struct {
	Kind  string `json:"kind"` // as in flow.Do
	Line  int    `json:"line,omitempty"`
	State string `json:"state"`
	// Says is why it was refused or failed, or what another system has answered, for people.
	Says string `json:"says,omitempty"`
}

// event carries out the workflows that answer to an event.
func (r *Runner) event(ctx context.Context, e models.WorkflowEvent) error {
	p := r.programs[e.WorkspaceID]
	s, err := look(ctx, r.Store, e, r.Now())
	switch {
	case errors.Is(err, models.ErrNotFound) || err == nil && (p == nil || s.over()): // nothing is left to answer to
	case err != nil:
		return err
	default:
		for _, response := range p.Respond(s.happening, r.Now()) {
			if err := r.run(ctx, s, p.Version, response); err != nil {
				return err
			}
		}
	}
	return r.Store.Tx(ctx, func(tx *models.Tx) error { return tx.EndWorkflowEvent(e.ID) })
}

// run carries out one workflow, or goes on with it where a process before has ended.
func (r *Runner) run(ctx context.Context, s situation, version int, response flow.Response) error {
	e := s.event
	run, err := r.Store.WorkflowRunOf(ctx, e.ID, response.Workflow)
	if errors.Is(err, models.ErrNotFound) {
		run = models.WorkflowRun{ID: models.NewID(), WorkspaceID: e.WorkspaceID, EventID: e.ID, Workflow: response.Workflow, Version: version, Trigger: e.Type,
			ConversationID: e.ConversationID, CallID: s.call.ID, At: models.At(r.Now()), Results: "[]"}
		if run.Stopped, err = r.stopped(ctx, e, response.Workflow); err != nil {
			return err
		}
		if run.Stopped != "" {
			run.EndedAt = run.At
		}
		err = r.Store.Tx(ctx, func(tx *models.Tx) error { return tx.SaveWorkflowRun(run) })
	}
	if err != nil || !run.EndedAt.IsZero() {
		return err
	}
	var results []Result
	if err := json.Unmarshal([]byte(run.Results), &results); err != nil {
		return err
	}
	if n := len(results); n > 0 && results[n-1].State == begun {
		results[n-1].State = Unknown
	}
	w := work{Runner: r, situation: s, run: run, results: results}
	for _, act := range response.Acts[min(len(results), len(response.Acts)):] {
		if err := w.act(ctx, act); err != nil {
			return err
		}
	}
	w.run.EndedAt = models.At(r.Now())
	return w.save(ctx, nil)
}

// stopped says why a workflow is not run for an event: so that none goes on without end.
func (r *Runner) stopped(ctx context.Context, e models.WorkflowEvent, workflow string) (string, error) {
	if e.Depth > mostDepth {
		return StoppedByDepth, nil
	}
	n, err := r.Store.CountWorkflowRuns(ctx, e.ConversationID, workflow, r.Now().Add(-runsWithin))
	if err == nil && n >= mostRuns {
		return StoppedByRate, nil
	}
	return "", err
}

// work is a run that goes on.
type work struct {
	*Runner
	situation
	run     models.WorkflowRun
	results []Result
}

// save writes how far the run has come, in one transaction with what do changes.
func (w *work) save(ctx context.Context, do func(*models.Tx) error) error {
	text, err := json.Marshal(w.results)
	if err != nil {
		return err
	}
	w.run.Results = string(text)
	return w.Store.Tx(ctx, func(tx *models.Tx) error {
		if do != nil {
			if err := do(tx); err != nil {
				return err
			}
		}
		return tx.SaveWorkflowRun(w.run)
	})
}

// act carries out one action, and notes what became of it.
func (w *work) act(ctx context.Context, a flow.Act) error {
	result := Result{Kind: a.Kind, Line: a.At.Line, State: Done}
	switch {
	case a.Refused != "":
		result.State, result.Says = Refused, a.Refused
		w.Log.Warn("an action of a workflow was refused", "workspace", w.run.WorkspaceID, "workflow", w.run.Workflow, "action", a.Kind, "conversation", w.run.ConversationID, "why", a.Refused)
	case a.Kind == "webhook" || a.Kind == "sms":
		return w.ask(ctx, a, result)
	case a.Kind == "flow":
		result.Says = "It holds for the call's way, which was chosen when it came in."
	default:
		return w.change(ctx, a, result)
	}
	w.results = append(w.results, result)
	return w.save(ctx, nil)
}

// change does what is done in ringdesk itself, together with its result. What a verb refuses is
// written down, and the rest goes on.
func (w *work) change(ctx context.Context, a flow.Act, result Result) error {
	w.results = append(w.results, result)
	err := w.save(ctx, func(tx *models.Tx) error { return w.apply(tx, a) })
	var refusal *verb.Refusal
	if errors.As(err, &refusal) {
		last := &w.results[len(w.results)-1]
		last.State, last.Says = Refused, refusal.Reason
		return w.save(ctx, nil)
	}
	if err == nil && (a.Kind == "close" || a.Kind == "snooze") && w.AgentsChanged != nil {
		w.AgentsChanged(w.run.WorkspaceID) // it has ended a wrap-up
	}
	return err
}

// apply does an action by the inbox's verbs. What that makes to answer to is one workflow deeper.
func (w *work) apply(tx *models.Tx, a flow.Act) error {
	by, now, id := verb.By{Workspace: w.run.WorkspaceID}, models.At(w.Now()), w.run.ConversationID
	if a.Kind == "note" {
		n, err := inbox.WorkflowNote(tx, by, id, a.Text, now)
		if err != nil {
			return err
		}
		return tx.AddWorkflowEvents([]models.WorkflowEvent{eventOfNote(n, w.situation.event.Depth+1)})
	}
	want := inbox.ConversationChange{}
	switch a.Kind {
	case "tag":
		return w.told(tx, id, func() error { return inbox.ChangeTags(tx, by, id, a.Add, a.Remove, now) })
	case "assign":
		if a.Agent != "" {
			want.Assignee = &a.Agent
		} else {
			want.Team = &a.Team
		}
	case "snooze":
		want.SnoozeUntil = new(now.Add(time.Duration(a.Seconds) * time.Second))
	case "close":
		want.State = new("closed")
	}
	return w.told(tx, id, func() error { return inbox.Change(tx, by, id, want, now) })
}

// told does something, and makes events of what it has written into the conversation's journal.
func (w *work) told(tx *models.Tx, conversation string, do func() error) error {
	before := models.NewID()
	if err := do(); err != nil {
		return err
	}
	entries, err := tx.EntriesBehind(conversation, before)
	if err != nil {
		return err
	}
	for _, row := range entries {
		if err := tx.AddWorkflowEvents(eventsOfEntry(row, w.situation.event.Depth+1)); err != nil {
			return err
		}
	}
	return nil
}
