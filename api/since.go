package api

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"ringdesk/models"
)

// statuses remembers since when agents are in the status that screens show, also
// when the controller is started again. What began while nobody looked at the
// workspace is not known, and is not made up.
type statuses struct {
	store *models.Store

	mu       sync.Mutex
	of       map[string]map[string]inStatus // by workspace and agent
	unkept   map[string]models.ShownStatus  // by agent: not written down yet
	left     map[string]bool                // workspaces that nobody looks at any more, which is not written down yet
	stopping bool
}

// inStatus is what was last shown of an agent.
type inStatus struct {
	status   string
	since    time.Time // zero means that nobody saw it begin
	recalled bool      // by the controller before this one
}

func newStatuses(store *models.Store) *statuses {
	return &statuses{store: store, of: map[string]map[string]inStatus{}, unkept: map[string]models.ShownStatus{}, left: map[string]bool{}}
}

// recall reads what a controller before this one has shown of a workspace.
func (s *statuses) recall(ctx context.Context, workspace string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.of[workspace] != nil {
		return nil
	}
	agents := map[string]inStatus{}
	if !s.left[workspace] {
		rows, err := s.store.ShownStatuses(ctx, workspace)
		if err != nil {
			return err
		}
		for _, r := range rows {
			agents[r.AgentID] = inStatus{status: r.Status, since: r.Since.Time, recalled: true}
		}
	}
	s.of[workspace] = agents
	return nil
}

// show notes what is shown of an agent while somebody looks at the workspace, and
// gives since when it is so; zero means that it is not known.
func (s *statuses) show(workspace, agent, status string, now time.Time) time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	agents := s.of[workspace]
	if agents == nil { // nobody looks any more
		return time.Time{}
	}
	before, known := agents[agent]
	if known && before.status == status {
		before.recalled = false
		agents[agent] = before
		return before.since
	}
	next := inStatus{status: status}
	if known && !before.recalled {
		next.since = models.At(now).Time // as it is kept
	}
	agents[agent] = next
	s.unkept[agent] = models.ShownStatus{AgentID: agent, WorkspaceID: workspace, Status: status, Since: models.At(next.since)}
	return next.since
}

// forget is for a workspace that nobody looks at any more. When all pages are sent
// away, they come back to the next controller.
func (s *statuses) forget(workspace string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopping {
		return
	}
	delete(s.of, workspace)
	s.left[workspace] = true
	maps.DeleteFunc(s.unkept, func(_ string, r models.ShownStatus) bool { return r.WorkspaceID == workspace })
}

// stop says that all pages will be sent away.
func (s *statuses) stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stopping = true
}

// take takes what is to be written down.
func (s *statuses) take() (left []string, rows []models.ShownStatus) {
	s.mu.Lock()
	defer s.mu.Unlock()
	left, rows = slices.Collect(maps.Keys(s.left)), slices.Collect(maps.Values(s.unkept))
	clear(s.left)
	clear(s.unkept)
	return left, rows
}

const (
	// keepInterval is how often what is shown is written down, all at once.
	keepInterval = time.Second
	keepTime     = 5 * time.Second
)

// keepStatuses writes down what is shown of agents, until ctx ends, and then what is
// left.
func (s *Server) keepStatuses(ctx context.Context) {
	tick := time.NewTicker(keepInterval)
	defer tick.Stop()
	for ctx.Err() == nil {
		select {
		case <-tick.C:
		case <-ctx.Done():
		}
		left, rows := s.statuses.take()
		if len(left)+len(rows) == 0 {
			continue
		}
		save, cancel := context.WithTimeout(context.WithoutCancel(ctx), keepTime)
		err := s.opts.Presence.KeepShown(save, left, rows)
		cancel()
		if err != nil { // after a restart it is not known, which the screens say
			s.log.Warn("since when agents are in their status could not be kept", "error", err)
		}
	}
}
