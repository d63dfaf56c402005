package api

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"time"

	"github.com/gofiber/contrib/websocket"
	"github.com/gofiber/fiber/v2"

	"ringdesk/controller/presence"
	"ringdesk/models"
)

const (
	liveMessage  = 4 << 10 // bytes of a message from a browser
	liveQueue    = 256     // events that a browser may be behind before it starts anew
	liveNotices  = 16      // messages to one browser alone that may wait
	mostLive     = 1000    // calls of a snapshot
	snapshotTime = 10 * time.Second
)

// listener is one browser's live connection.
type listener struct {
	s       *Server
	socket  *socket
	account string
	browser *presence.Browser

	// Guarded by the hub's lock.
	workspace string

	wake chan struct{}

	mu      sync.Mutex
	queue   []event
	notices [][]byte
	stale   bool // it needs a snapshot; until then events are not kept

	// The writer's own.
	seq   int64 // of the last message with a number; they count without a gap
	floor int64 // sequence number in the store of the snapshot
	began bool  // the first snapshot was sent
	told  *engineState
	wrote bool // something, since the last beat
}

// elsewhere tells a browser that its phone was opened in another one.
var elsewhere = []byte(`{"type":"phone","ready":false,"elsewhere":true}`)

// live is GET /live.
func (s *Server) live() fiber.Handler { return s.upgrade("", liveMessage, s.listen) }

func (s *Server) listen(k *socket, id *identity) {
	l := &listener{s: s, socket: k, account: id.session.AccountID, workspace: id.workspace,
		wake: make(chan struct{}, 1), stale: true}
	l.browser = s.opts.Presence.Connected(k.session, l.account, func() { l.notice(elsewhere) })
	// Listening begins before the snapshot is read, so that nothing falls
	// between the two.
	s.hub.join(l)
	signal(l.wake)
	wrote := make(chan struct{})
	go func() {
		defer close(wrote)
		l.write()
	}()
	k.read(func(_ int, message []byte) { l.take(message) })
	<-wrote
	s.hub.leave(l)
	l.browser.Left(context.Background(), s.leaving(k))
}

// leaving says how a page went whose socket has ended.
func (s *Server) leaving(k *socket) presence.Leaving {
	switch {
	case s.sockets.closing(): // also if the page answered our goodbye
		return presence.Stopping
	case k.left:
		return presence.SaidGoodbye
	case k.ended() != closeDone:
		return presence.SentAway
	default:
		return presence.Broke
	}
}

// push queues events. It never blocks: a page that is too far behind starts anew.
func (l *listener) push(events []event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, e := range events {
		if l.stale {
			break
		}
		if e.account != "" && e.account != l.account {
			continue
		}
		if len(l.queue) >= l.s.hub.queue {
			l.queue, l.stale = nil, true
			break
		}
		l.queue = append(l.queue, e)
	}
	signal(l.wake)
}

// resync makes the listener start anew with a snapshot.
func (l *listener) resync() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.queue, l.stale = nil, true
	signal(l.wake)
}

// notice queues a message to this browser alone.
func (l *listener) notice(message []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.notices) < liveNotices {
		l.notices = append(l.notices, message)
	}
	signal(l.wake)
}

// write is the only writer of the connection.
func (l *listener) write() {
	tick := time.NewTicker(l.s.hub.beat)
	defer tick.Stop()
	defer l.socket.goodbye()
	for {
		var err error
		select {
		case <-l.wake:
			err = l.flush()
		case <-tick.C:
			err = l.sign()
		case <-l.socket.closed:
			return
		}
		if err != nil {
			l.socket.close(closeInternal)
			return
		}
	}
}

// sign gives the page a sign of life when it had none since the last one, and asks
// for one where the page has given none: their heartbeats come as often.
func (l *listener) sign() error {
	if !l.wrote && l.began {
		if err := l.tell(l.s.hub.engine()); err != nil {
			return err
		}
	}
	l.wrote = false
	if l.socket.quiet() < socketPing {
		return nil
	}
	return l.socket.ping()
}

// tell says how the engine is.
func (l *listener) tell(state *engineState) error {
	l.told = state
	return l.socket.write(websocket.TextMessage, state.message)
}

// flush writes what waits.
func (l *listener) flush() error {
	if err := l.flushEvents(); err != nil {
		return err
	}
	l.wrote = true
	if state := l.s.hub.engine(); l.began && state != l.told {
		return l.tell(state)
	}
	return nil
}

func (l *listener) flushEvents() error {
	l.mu.Lock()
	queue, notices, stale := l.queue, l.notices, l.stale
	l.queue, l.notices, l.stale = nil, nil, false
	l.mu.Unlock()
	for _, n := range notices {
		if err := l.socket.write(websocket.TextMessage, n); err != nil {
			return err
		}
	}
	if stale {
		return l.snapshot()
	}
	for _, e := range queue {
		if e.change <= l.floor {
			continue
		}
		l.seq++
		if err := l.socket.write(websocket.TextMessage, e.message(l.seq)); err != nil {
			return err
		}
	}
	return nil
}

// snapshot writes how things stand. It shows every change up to its number in
// the store; later events repeat at most what it shows.
func (l *listener) snapshot() error {
	if l.began {
		if err := l.socket.write(websocket.TextMessage, []byte(`{"type":"resync"}`)); err != nil {
			return err
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), snapshotTime)
	defer cancel()
	m, err := l.s.snapshot(ctx, l)
	if errors.Is(err, models.ErrNotFound) { // the agent was removed or suspended, and the session goes with them
		l.socket.close(closeShutOut)
		return nil
	}
	if err != nil {
		l.s.log.Error("a live snapshot could not be read", "error", err)
		return err
	}
	l.began = true
	return l.socket.write(websocket.TextMessage, m)
}

func (s *Server) snapshot(ctx context.Context, l *listener) ([]byte, error) {
	workspace := s.hub.workspaceOf(l)
	floor, err := s.opts.Store.LastChange(ctx)
	if err != nil {
		return nil, err
	}
	me, err := s.me(ctx, workspace, l.account)
	if err != nil {
		return nil, err
	}
	agents, err := s.agents(ctx, workspace)
	if err != nil {
		return nil, err
	}
	rows, err := s.opts.Store.Calls(ctx, workspace, models.CallFilter{Going: true, Limit: mostLive})
	if err != nil {
		return nil, err
	}
	calls, err := s.viewCalls(ctx, workspace, rows)
	if err != nil {
		return nil, err
	}
	l.floor = floor
	l.seq++
	l.told = s.hub.engine()
	return json.Marshal(LiveSnapshot{Type: LiveSnapshotMessage, Seq: l.seq, Me: me, Agents: agents, Calls: calls,
		Engine: EngineState{Up: l.told.Up, Since: l.told.Since}, UnchangedMs: s.hub.unchanged(workspace, floor).Milliseconds()})
}

// take does what the browser's message says. Types that this version does not
// know are left alone.
func (l *listener) take(message []byte) {
	var m struct {
		Type  string `json:"type"`
		Phone string `json:"phone"`
		Ready bool   `json:"ready"`
	}
	if err := json.Unmarshal(message, &m); err != nil {
		l.socket.close(closing{websocket.CloseInvalidFramePayloadData, "messages are JSON objects with a type"})
		return
	}
	switch m.Type {
	case "heartbeat":
		l.browser.Heartbeat()
	case "phone":
		if err := l.browser.Says(context.Background(), m.Phone, m.Ready); err != nil {
			l.s.log.Error("a phone's state could not be recorded", "phone", m.Phone, "error", err)
			l.socket.close(closeInternal) // the browser connects again and says it again
		}
	}
}
