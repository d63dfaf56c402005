package api

import (
	"context"
	"errors"
	"io"
	"net"
	"runtime/debug"
	"sync"
	"time"

	fasthttpws "github.com/fasthttp/websocket"
	"github.com/gofiber/contrib/websocket"
	"github.com/gofiber/fiber/v2"
)

// The limits of the WebSockets.
const (
	socketWriteTimeout = 10 * time.Second // of one message; a client that takes longer is let go
	socketReadTimeout  = 45 * time.Second // without any sign of life, pongs too
	socketPing         = 15 * time.Second
	socketGoodbye      = time.Second // for the closing handshake
	mostDrained        = 1 << 20     // bytes of a message that was too long
)

// closing is why a WebSocket ends: a code (RFC 6455 section 7.4) and a text of
// at most 123 bytes. Codes from 4000 are ringdesk's own and stand in
// openapi.yaml.
type closing struct {
	code   int
	reason string
}

var (
	closeDone        = closing{websocket.CloseNormalClosure, ""}
	closeRestart     = closing{websocket.CloseGoingAway, "ringdesk is stopping: connect again shortly"}
	closeSignedOut   = closing{4000, "the session has ended: sign in again"}
	closeReplaced    = closing{4001, "the phone was opened in another window"}
	closeForbidden   = closing{4002, "this SIP message may not pass"}
	closeShutOut     = closing{4003, "this agent was suspended or removed"}
	closeUnavailable = closing{websocket.CloseTryAgainLater, "the phone system cannot be reached: connect again shortly"}
	closeInternal    = closing{websocket.CloseInternalServerErr, "something went wrong on our side: connect again"}
)

// longestReason is what a close frame has room for (RFC 6455, section 5.5), in
// bytes.
const longestReason = 123

// because adds a detail in ASCII.
func (c closing) because(err error) closing {
	reason := c.reason + ": " + err.Error()
	return closing{c.code, reason[:min(len(reason), longestReason)]}
}

// socket is one WebSocket of a browser. Its handler's goroutine reads; one
// other goroutine writes; anybody may call close.
//
// The connection goes back to a pool when the handler returns, and a
// connection that the HTTP server handed over is not closed by its Close:
// hence deadlines, and waiting for the writer.
type socket struct {
	conn    *websocket.Conn
	net     net.Conn
	session string
	phone   string // whose SIP it carries; "" for the live updates
	owner   owner
	closed  chan struct{} // closed by close
	left    bool          // the browser said goodbye; the reader's own

	mu    sync.Mutex
	why   closing
	end   bool
	heard time.Time // the latest sign of life
}

func newSocket(conn *websocket.Conn, id *identity, o owner, readLimit int64) *socket {
	k := &socket{conn: conn, net: conn.NetConn(), session: id.session.TokenHash, owner: o, closed: make(chan struct{})}
	conn.SetReadLimit(readLimit)
	conn.SetPongHandler(func(string) error { k.alive(); return nil })
	k.alive()
	return k
}

// alive notes a sign of life of the browser.
func (k *socket) alive() {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.heard = time.Now(); !k.end {
		_ = k.net.SetReadDeadline(k.heard.Add(socketReadTimeout)) // fails only when closed, as reading then tells
	}
}

// quiet is how long the browser has given no sign of life.
func (k *socket) quiet() time.Duration {
	k.mu.Lock()
	defer k.mu.Unlock()
	return time.Since(k.heard)
}

// close ends the socket from any goroutine, without waiting. The first reason
// counts.
func (k *socket) close(why closing) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.end {
		return
	}
	k.end, k.why = true, why
	close(k.closed)
	_ = k.net.SetDeadline(time.Now().Add(socketGoodbye)) // a write that hangs must not delay the end
}

// ended is why the socket was closed.
func (k *socket) ended() closing {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.why
}

// ending says whether the socket was closed.
func (k *socket) ending() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.end
}

// write sends one message. Only the writer calls it.
func (k *socket) write(kind int, message []byte) error {
	k.mu.Lock()
	if !k.end {
		_ = k.conn.SetWriteDeadline(time.Now().Add(socketWriteTimeout)) // never fails (gorilla's contract)
	}
	k.mu.Unlock()
	return k.conn.WriteMessage(kind, message)
}

// ping asks the browser's network stack for a sign of life.
func (k *socket) ping() error {
	return k.conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(socketWriteTimeout))
}

// goodbye sends the close frame. The writer calls it last.
func (k *socket) goodbye() {
	k.mu.Lock()
	why := k.why
	k.mu.Unlock()
	// A browser that is gone already needs no goodbye.
	_ = k.conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(why.code, why.reason), time.Now().Add(socketGoodbye))
}

// read gives each message to take until the socket ends.
func (k *socket) read(take func(kind int, message []byte)) {
	for {
		kind, message, err := k.conn.ReadMessage()
		if err != nil {
			k.left = websocket.IsCloseError(err, websocket.CloseNormalClosure, websocket.CloseGoingAway, websocket.CloseNoStatusReceived)
			k.close(closeDone)
			if errors.Is(err, fasthttpws.ErrReadLimit) {
				// The library has said 1009. Were the rest left unread, the
				// browser would get a reset instead of that (RFC 9112 section
				// 9.6 tells of the same for HTTP). Bounded by close's deadline.
				_, _ = io.CopyN(io.Discard, k.net, mostDrained)
			}
			return
		}
		k.alive()
		take(kind, message)
	}
}

// sockets knows every open WebSocket.
type sockets struct {
	sip, live SocketLimits
	now       func() time.Time

	mu      sync.Mutex
	open    map[*socket]struct{}
	count   map[share]int
	opened  map[share]opens // of accounts
	stopped bool
	running sync.WaitGroup
}

func newSockets(sip, live SocketLimits, now func() time.Time) *sockets {
	return &sockets{sip: sip.orDefault(defaultSIP), live: live.orDefault(defaultLive), now: now,
		open: map[*socket]struct{}{}, count: map[share]int{}, opened: map[share]opens{}}
}

// add lets a socket in, or ends it and says why.
func (ks *sockets) add(k *socket) bool {
	ks.mu.Lock()
	defer ks.mu.Unlock()
	if ks.stopped {
		k.close(closeRestart)
		return false
	}
	if full := ks.full(k.owner); full != "" {
		k.close(closeFull(full))
		return false
	}
	ks.open[k] = struct{}{}
	ks.change(k.owner, 1)
	ks.opening(k.owner)
	ks.running.Add(1)
	return true
}

func (ks *sockets) remove(k *socket) {
	ks.mu.Lock()
	defer ks.mu.Unlock()
	delete(ks.open, k)
	ks.change(k.owner, -1)
	ks.running.Done()
}

// close ends the sockets that which names.
func (ks *sockets) close(why closing, which func(*socket) bool) {
	ks.mu.Lock()
	defer ks.mu.Unlock()
	for k := range ks.open {
		if which(k) {
			k.close(why)
		}
	}
}

// has says whether one of the open sockets is one that which names.
func (ks *sockets) has(which func(*socket) bool) bool {
	ks.mu.Lock()
	defer ks.mu.Unlock()
	for k := range ks.open {
		if which(k) {
			return true
		}
	}
	return false
}

// closing says whether no new ones are let in any more.
func (ks *sockets) closing() bool {
	ks.mu.Lock()
	defer ks.mu.Unlock()
	return ks.stopped
}

// shutdown ends all sockets, lets no new ones in, and waits for their
// handlers.
func (ks *sockets) shutdown(ctx context.Context) error {
	ks.mu.Lock()
	ks.stopped = true
	ks.mu.Unlock()
	ks.close(closeRestart, func(*socket) bool { return true })
	done := make(chan struct{})
	go func() { ks.running.Wait(); close(done) }()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return errors.New("api: WebSockets were still open when the time to stop had passed")
	}
}

// ownerLocal is where a request keeps whose its WebSocket will be.
const ownerLocal = "ringdesk-owner"

// upgrade makes a request a WebSocket and runs handle on it. The guard has
// checked session and origin.
func (s *Server) upgrade(subprotocol string, readLimit int64, handle func(k *socket, id *identity)) fiber.Handler {
	config := websocket.Config{ReadBufferSize: 4 << 10, WriteBufferSize: 4 << 10, HandshakeTimeout: socketWriteTimeout,
		RecoverHandler: func(*websocket.Conn) {
			if r := recover(); r != nil {
				s.log.Error("a WebSocket's handler panicked", "panic", r, "stack", string(debug.Stack()))
			}
		}}
	if subprotocol != "" {
		config.Subprotocols = []string{subprotocol}
	}
	up := websocket.New(func(conn *websocket.Conn) {
		id := conn.Locals(identityLocal).(*identity)
		k := newSocket(conn, id, conn.Locals(ownerLocal).(owner), readLimit)
		if k.owner.sip {
			k.phone = conn.Query("phone")
		}
		if !s.sockets.add(k) {
			k.goodbye()
			return
		}
		defer s.sockets.remove(k)
		// The session may have ended between the guard and the line above.
		if _, err := s.opts.Store.Session(context.Background(), k.session, s.now()); err != nil {
			k.close(closeSignedOut)
			k.goodbye()
			return
		}
		handle(k, id)
	}, config)
	return func(c *fiber.Ctx) error {
		id := c.Locals(identityLocal).(*identity)
		o := owner{subprotocol == sipProtocol, id.session.TokenHash, id.session.AccountID, s.address(c)}
		if err := s.sockets.room(o); err != nil {
			return err
		}
		c.Locals(ownerLocal, o)
		return up(c)
	}
}
