// Package presence knows who is at their desk (IN-12): which pages are open,
// which phones are theirs and ready for calls, and what agents say of
// themselves. It tells calls of what changes, and the engine of phones.
package presence

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/models"
)

// Calls is what is told to the live calls (exchange.Exchange).
type Calls interface {
	// AgentsChanged tells of a workspace in which an agent may have become free
	// for calls, or has a new phone.
	AgentsChanged(workspace string)
	// BrowserLost tells of an account whose page was closed or is being loaded
	// anew (IN-12).
	BrowserLost(account string)
}

// Engine is what is asked of the media engine (engine.Commands).
type Engine interface {
	PutPhone(ctx context.Context, p engine.Phone) error
	DeletePhone(ctx context.Context, id string) error
}

// Options are what a Presence works with.
type Options struct {
	Store  *models.Store
	Engine Engine
	Calls  Calls
	Log    *slog.Logger
	Now    func() time.Time
	// EngineUp is nil while the link to the engine is up, or says why not.
	EngineUp func() error
}

// Presence carries the verbs out, and watches over the heartbeats while Run runs.
type Presence struct {
	Options

	mu       sync.Mutex
	owners   map[string]*Browser  // by phone: the page that said last that it is its own
	heard    map[string]time.Time // by phone: the latest heartbeat that is not written down yet
	replaced func(phone string)
	ended    bool // Run has ended, or is about to
	waits    sync.WaitGroup
	ending   chan struct{} // closed with ended
}

// New makes a Presence of which nobody knows yet.
func New(o Options) *Presence {
	return &Presence{Options: o, owners: map[string]*Browser{}, heard: map[string]time.Time{}, replaced: func(string) {}, ending: make(chan struct{})}
}

// OnReplaced lets f end what else belongs to a phone that another page of its
// account has replaced, such as its SIP connection, before the engine forgets
// the phone. It must be called before the first page is there.
func (p *Presence) OnReplaced(f func(phone string)) { p.replaced = f }

// Changed tells calls of an account that may have become free for them.
func (p *Presence) Changed(ctx context.Context, account string) {
	ws, err := p.Store.WorkspacesOf(ctx, account)
	if err != nil {
		p.Log.Error("workspaces of an account", "account", account, "error", err)
	}
	for _, w := range ws {
		p.Calls.AgentsChanged(w.ID)
	}
}
