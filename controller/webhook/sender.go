package webhook

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"ringdesk/models"
)

const (
	// lease is how long a controller is the one that delivers, unless it says so again.
	lease = 30 * time.Second
	// pause is between two looks at what has changed: many steps of calls are one piece of work.
	pause = 100 * time.Millisecond
	// longestSleep bounds how late something is noticed that nobody has told of.
	longestSleep = time.Minute
)

// Options are what a Sender works with.
type Options struct {
	Store *models.Store
	Log   *slog.Logger
	Guard Guard
	// Owner is this controller's id: of several on one database, one delivers.
	Owner string
	Now   func() time.Time // nil means time.Now
	// Timeout is how long a receiver may take; 0 means attemptTime.
	Timeout time.Duration
}

// Sender makes events of what happens in calls, and delivers them.
type Sender struct {
	Options
	client *http.Client
	kick   chan struct{}
	on     atomic.Bool // some webhook was, when they were last looked at

	told map[string]models.ToldOfCall // of look: how far calls were told of, by call

	mu      sync.Mutex
	workers map[string]*worker // by webhook
	hooks   []models.Webhook   // those that are on
	hooksAt time.Time          // when they were read; zero means that they must be
	work    sync.WaitGroup
}

// NewSender makes a Sender; Run runs it.
func NewSender(o Options) *Sender {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Timeout == 0 {
		o.Timeout = attemptTime
	}
	return &Sender{Options: o, client: o.Guard.Client(o.Timeout), kick: make(chan struct{}, 1), workers: map[string]*worker{}}
}

// On says whether any webhook is on, as far as is known: calls pay no more for none.
func (s *Sender) On() bool { return s.on.Load() }

// Kick has the Sender look at what has changed. It never blocks.
func (s *Sender) Kick() {
	select {
	case s.kick <- struct{}{}:
	default:
	}
}

// Run delivers until ctx ends. What is on its way then is tried again by the next one.
func (s *Sender) Run(ctx context.Context) error {
	defer s.work.Wait()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-timer.C:
		case <-s.kick:
		}
		next, err := s.look(ctx, func(do func()) { s.work.Go(do) })
		if err != nil && ctx.Err() == nil {
			s.Log.Error("webhooks cannot be told of calls for now", "error", err)
		}
		timer.Reset(min(max(next.Sub(s.Now()), pause), longestSleep))
		if !sleep(ctx, pause) {
			return nil
		}
	}
}

// Pass does all that there is to do now, and says when there is more: the zero Time
// says that nobody waits.
func (s *Sender) Pass(ctx context.Context) (next time.Time, err error) {
	s.wakeAll()
	next, err = s.look(ctx, func(do func()) { s.work.Go(do) })
	s.work.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	next = time.Time{}
	for _, w := range s.workers {
		if !w.next.IsZero() && (next.IsZero() || w.next.Before(next)) {
			next = w.next
		}
	}
	return next, err
}

// Wake has the Sender look at what a webhook is to be sent, since it was changed, tested or
// replayed. It never blocks.
func (s *Sender) Wake(hook string) {
	s.mu.Lock()
	s.hooksAt = time.Time{}
	if w := s.workers[hook]; w != nil {
		w.changed()
	}
	s.mu.Unlock()
	s.Kick()
}

// wakeAll is Wake for all webhooks.
func (s *Sender) wakeAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hooksAt = time.Time{}
	for _, w := range s.workers {
		w.changed()
	}
}

// enabled gives the webhooks that are on. They are read anew when one was changed, and once a minute.
func (s *Sender) enabled(ctx context.Context, now time.Time) ([]models.Webhook, error) {
	s.mu.Lock()
	hooks, fresh := s.hooks, now.Sub(s.hooksAt) < longestSleep
	if !fresh {
		s.hooksAt = now // what is changed from now on is read again
	}
	s.mu.Unlock()
	if fresh {
		return hooks, nil
	}
	hooks, err := s.Store.EnabledWebhooks(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.hooks = hooks; err != nil {
		s.hooksAt = time.Time{}
	}
	return hooks, err
}

// look makes events and starts the workers of the webhooks that have something to do.
// It says when one has again.
func (s *Sender) look(ctx context.Context, start func(do func())) (next time.Time, err error) {
	now := s.Now()
	next = now.Add(longestSleep)
	hooks, err := s.enabled(ctx, now)
	if err != nil {
		return next, err
	}
	s.forget(hooks)
	s.on.Store(len(hooks) > 0)
	if len(hooks) == 0 {
		return next, nil
	}
	cursor, ours, err := s.leased(ctx, now)
	if err != nil || !ours {
		return now.Add(lease), err
	}
	of := byWorkspace(hooks)
	for more := true; more; {
		if more, err = s.derive(ctx, of, &cursor); err != nil {
			return next, err
		}
	}
	next = now.Add(lease / 2)
	for _, hook := range hooks {
		w := s.worker(hook)
		if at, due := w.begin(now); due {
			start(func() { w.run(ctx, hook); s.Kick() })
		} else if !at.IsZero() && at.Before(next) {
			next = at
		}
	}
	return next, nil
}

func byWorkspace(hooks []models.Webhook) map[string][]models.Webhook {
	of := map[string][]models.Webhook{}
	for _, w := range hooks {
		of[w.WorkspaceID] = append(of[w.WorkspaceID], w)
	}
	return of
}

// leased makes this controller the one that delivers, or says that another one is. It gives how
// far the changes were read.
func (s *Sender) leased(ctx context.Context, now time.Time) (c models.WebhookCursor, ours bool, err error) {
	c, err = s.Store.WebhookCursor(ctx)
	if errors.Is(err, models.ErrNotFound) { // the last webhook is gone
		return c, false, nil
	}
	if err != nil || c.Owner == s.Owner && now.Add(lease/2).Before(c.LeaseUntil.Time) {
		return c, err == nil, err
	}
	err = s.Store.Tx(ctx, func(tx *models.Tx) error { return tx.LeaseWebhooks(s.Owner, now, now.Add(lease)) })
	if errors.Is(err, models.ErrConflict) {
		return c, false, nil
	}
	if err == nil && c.Owner != s.Owner {
		s.told = nil // another one may have told more,
		s.wakeAll()  // and left something
		c, err = s.Store.WebhookCursor(ctx)
	}
	return c, err == nil, err
}

// worker gives the worker of a webhook.
func (s *Sender) worker(hook models.Webhook) *worker {
	s.mu.Lock()
	defer s.mu.Unlock()
	w := s.workers[hook.ID]
	if w == nil {
		w = &worker{s: s}
		s.workers[hook.ID] = w
	}
	return w
}

// forget drops the workers of webhooks that are off or gone.
func (s *Sender) forget(hooks []models.Webhook) {
	s.mu.Lock()
	defer s.mu.Unlock()
	on := make(map[string]bool, len(hooks))
	for _, h := range hooks {
		on[h.ID] = true
	}
	for id, w := range s.workers {
		if !on[id] && !w.busy {
			delete(s.workers, id)
		}
	}
}

// sleep waits, and gives false when ctx has ended.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}
