package workflow

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"ringdesk/controller/webhook"
	"ringdesk/dialplan/flow"
	"ringdesk/models"
)

const (
	// lease is how long a controller is the one that carries workflows out, unless it says so again.
	lease = 30 * time.Second
	// pause is between two looks at what has changed: many steps of calls are one piece of work.
	pause = 100 * time.Millisecond
	// longestSleep bounds how late something is noticed that nobody has told of.
	longestSleep = time.Minute
	// changesAtOnce is how many changes one transaction passes.
	changesAtOnce = 500
	// eventsAtOnce is how many events one look at the database finds.
	eventsAtOnce = 64
	// beside is how many conversations are worked on beside each other.
	beside = 8
	// requestTime is how long another system may take.
	requestTime = 10 * time.Second
	// Keep is how long events and runs are kept.
	Keep = 31 * 24 * time.Hour
)

// Options are what a Runner works with.
type Options struct {
	Store *models.Store
	Log   *slog.Logger
	Guard webhook.Guard
	// Owner is this controller's id: of several on one database, one carries workflows out.
	Owner string
	Now   func() time.Time // nil means time.Now
	// AgentsChanged tells the live calls of a workspace in which an agent may have
	// become free. nil tells nobody.
	AgentsChanged func(workspace string)
}

// Runner makes events of what happens, and carries out the workflows that answer to them.
type Runner struct {
	Options
	client *http.Client
	kick   chan struct{}
	on     atomic.Bool // a workflow was in force, when that was last looked at
	stale  atomic.Bool // the versions in force may have changed

	programs map[string]*flow.Program // with workflows, by workspace
	since    map[string]models.Time
}

// New makes a Runner; Run runs it.
func New(o Options) *Runner {
	if o.Now == nil {
		o.Now = time.Now
	}
	r := &Runner{Options: o, client: o.Guard.Client(requestTime), kick: make(chan struct{}, 1)}
	r.stale.Store(true)
	return r
}

// On says whether any workflow is in force, as far as is known: calls pay no more for none.
func (r *Runner) On() bool { return r.on.Load() }

// FlowsChanged has the Runner look at which workflows are in force. It never blocks.
func (r *Runner) FlowsChanged() {
	r.stale.Store(true)
	r.Kick()
}

// Kick has the Runner look at what has changed. It never blocks.
func (r *Runner) Kick() {
	select {
	case r.kick <- struct{}{}:
	default:
	}
}

// Run carries workflows out until ctx ends. What is unfinished then is finished by the next one.
func (r *Runner) Run(ctx context.Context) error {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-timer.C:
		case <-r.kick:
		}
		next, err := r.Pass(ctx)
		if err != nil && ctx.Err() == nil {
			r.Log.Error("workflows cannot be carried out for now", "error", err)
		}
		timer.Reset(min(max(next.Sub(r.Now()), pause), longestSleep))
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(pause):
		}
	}
}

// Pass does all that there is to do now, and says when there may be more.
func (r *Runner) Pass(ctx context.Context) (next time.Time, err error) {
	now := r.Now()
	next = now.Add(longestSleep)
	if err := r.load(ctx); err != nil || len(r.programs) == 0 {
		return next, err
	}
	for {
		var seq int64
		err := r.Store.Tx(ctx, func(tx *models.Tx) (err error) {
			seq, _, err = tx.LeaseCursor(models.CursorWorkflows, r.Owner, now, now.Add(lease))
			return err
		})
		if errors.Is(err, models.ErrConflict) { // another controller does it
			return now.Add(lease), nil
		}
		if err != nil {
			return next, err
		}
		if more, err := r.follow(ctx, seq); err != nil {
			return next, err
		} else if more {
			continue
		}
		due, more, err := r.answer(ctx)
		if err != nil {
			return next, err
		}
		if !more {
			if !due.IsZero() && due.Before(next) {
				next = due
			}
			return next, nil
		}
	}
}

// answer carries out what is due. It says whether there may be more at once, and else when
// something is due.
func (r *Runner) answer(ctx context.Context) (due time.Time, more bool, err error) {
	events, err := r.Store.DueWorkflowEvents(ctx, eventsAtOnce)
	if err != nil || len(events) == 0 {
		return time.Time{}, false, err
	}
	now := r.Now()
	byConversation, order := map[string][]models.WorkflowEvent{}, []string{}
	for _, e := range events {
		if e.DueAt.After(now) {
			due = e.DueAt.Time
			break
		}
		if byConversation[e.ConversationID] == nil {
			order = append(order, e.ConversationID)
		}
		byConversation[e.ConversationID] = append(byConversation[e.ConversationID], e)
	}
	var group sync.WaitGroup
	errs, slots := make([]error, len(order)), make(chan struct{}, beside)
	for i, id := range order {
		slots <- struct{}{}
		group.Go(func() {
			defer func() { <-slots }()
			for _, e := range byConversation[id] {
				if errs[i] = r.event(ctx, e); errs[i] != nil {
					return
				}
			}
		})
	}
	group.Wait()
	return due, len(order) > 0, errors.Join(errs...)
}
