package api

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"ringdesk/controller/journal"
	"ringdesk/models"
)

// renderTimeout bounds the reading of what has changed.
const renderTimeout = 10 * time.Second

// hub tells the browsers what has changed.
//
// The store's commits only leave a note of what is different (committed), and
// only for workspaces where somebody listens. One goroutine (run) takes the
// notes, reads each thing once, however often it has changed by then, and
// hands the result to every listener's queue. Each listener's own goroutine
// (live.go) writes; one that does not keep up gets a new snapshot.
type hub struct {
	s     *Server
	wake  chan struct{}
	queue int // events that a listener may be behind before it starts anew
	beat  time.Duration

	engineNow atomic.Pointer[engineState]

	mu        sync.Mutex
	listeners map[*listener]struct{}
	counts    map[string]int // listeners by workspace
	pending   map[thing]int64
	seen      int64                // the latest change's sequence number
	changed   map[string]time.Time // by workspace, when something last changed that pages fetch
	since     time.Time            // from when on changed knows
}

// thing is something that a screen may show.
type thing struct {
	workspace string
	topic     journal.Topic
	id        string
}

// change is a thing and the sequence number of its latest change.
type change struct {
	thing
	seq int64
}

func newHub(s *Server) *hub {
	h := &hub{s: s, wake: make(chan struct{}, 1), queue: liveQueue, beat: liveBeat, listeners: map[*listener]struct{}{}, counts: map[string]int{},
		pending: map[thing]int64{}, changed: map[string]time.Time{}, since: time.Now()}
	h.lookAtEngine()
	return h
}

// committed is models.Store's OnCommit: it must not block.
func (h *hub) committed(cs []models.Change) {
	now := time.Now()
	h.mu.Lock()
	for _, c := range cs {
		h.seen = max(h.seen, c.Seq)
		if c.Topic != journal.TopicAgent { // a snapshot has agents itself
			h.changed[c.WorkspaceID] = now
		}
		if h.counts[c.WorkspaceID] > 0 {
			h.pending[thing{c.WorkspaceID, c.Topic, c.EntityID}] = c.Seq
		}
	}
	some := len(h.pending) > 0
	h.mu.Unlock()
	if some {
		signal(h.wake)
	}
}

// unchanged gives for how long nothing that pages fetch has changed in a
// workspace, as far as this process knows, by what a snapshot shows.
func (h *hub) unchanged(workspace string, floor int64) time.Duration {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.seen < floor { // one is committed, and comes here in a moment
		return 0
	}
	if at, ok := h.changed[workspace]; ok {
		return time.Since(at)
	}
	return time.Since(h.since)
}

// signal wakes whoever waits on a channel of capacity one.
func signal(wake chan struct{}) {
	select {
	case wake <- struct{}{}:
	default:
	}
}

// run renders and spreads changes until ctx ends.
func (h *hub) run(ctx context.Context) {
	h.seeLatest(ctx)
	for {
		select {
		case <-h.wake:
			h.spread(ctx, h.take())
		case <-ctx.Done():
			return
		}
	}
}

// seeLatest knows of the changes that were there before this process. Where they
// cannot be read, pages fetch more than they need until the next change.
func (h *hub) seeLatest(ctx context.Context) {
	seq, err := h.s.opts.Store.LastChange(ctx)
	if err != nil {
		h.s.log.Warn("the latest change could not be read", "error", err)
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.seen = max(h.seen, seq)
}

// take gives the changes that wait, by workspace, in the order of their
// sequence numbers.
func (h *hub) take() map[string][]change {
	h.mu.Lock()
	pending := h.pending
	h.pending = map[thing]int64{}
	h.mu.Unlock()
	by := map[string][]change{}
	for t, seq := range pending {
		by[t.workspace] = append(by[t.workspace], change{t, seq})
	}
	for _, cs := range by {
		slices.SortFunc(cs, func(a, b change) int { return cmp.Compare(a.seq, b.seq) })
	}
	return by
}

func (h *hub) spread(ctx context.Context, by map[string][]change) {
	for workspace, cs := range by {
		if !h.listening(workspace) {
			continue
		}
		ctx, cancel := context.WithTimeout(ctx, renderTimeout)
		events, err := h.render(ctx, workspace, cs)
		cancel()
		if errors.Is(err, errAgentGone) {
			h.tell(workspace, (*listener).resync)
			continue
		}
		if err != nil {
			// Nothing may be missed: every page of the workspace reads everything anew.
			h.s.log.Error("changes could not be shown", "workspace", workspace, "error", err)
			h.tell(workspace, (*listener).resync)
			continue
		}
		h.tell(workspace, func(l *listener) { l.push(events) })
	}
}

func (h *hub) listening(workspace string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.counts[workspace] > 0
}

// tell does something with every listener of a workspace.
func (h *hub) tell(workspace string, do func(*listener)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for l := range h.listeners {
		if l.workspace == workspace {
			do(l)
		}
	}
}

func (h *hub) join(l *listener) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.listeners[l] = struct{}{}
	h.counts[l.workspace]++
}

// leave forgets a listener.
func (h *hub) leave(l *listener) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.listeners, l)
	h.uncount(l.workspace)
}

func (h *hub) uncount(workspace string) {
	if h.counts[workspace]--; h.counts[workspace] == 0 {
		delete(h.counts, workspace)
		h.s.statuses.forget(workspace)
	}
}

// move makes the listeners of a session look at another workspace.
func (h *hub) move(session, workspace string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for l := range h.listeners {
		if l.socket.session == session && l.workspace != workspace {
			h.uncount(l.workspace)
			h.counts[workspace]++
			l.workspace = workspace
			l.resync()
		}
	}
}

// workspaceOf gives the workspace that a listener looks at now.
func (h *hub) workspaceOf(l *listener) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return l.workspace
}
