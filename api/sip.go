package api

import (
	"context"
	"net"
	"slices"
	"strings"
	"time"

	fasthttpws "github.com/fasthttp/websocket"
	"github.com/gofiber/contrib/websocket"
	"github.com/gofiber/fiber/v2"

	"ringdesk/api/sipdoor"
	"ringdesk/controller/reason"
	"ringdesk/controller/verb"
)

const (
	sipProtocol    = "sip" // RFC 7118 section 4
	sipMessage     = 64 << 10
	sipDialTimeout = 5 * time.Second
)

// sip carries the SIP of a session's phone between the browser and the engine
// (RFC 7118). The engine still asks for the phone's password.
func (s *Server) sip() fiber.Handler {
	up := s.upgrade(sipProtocol, sipMessage, s.carrySIP)
	return func(c *fiber.Ctx) error {
		id := c.Locals(identityLocal).(*identity)
		if _, err := s.opts.Store.PhoneOf(c.UserContext(), id.session.TokenHash, c.Query("phone")); err != nil {
			return verb.Missing(err, "Your session has no such phone (any more): ask for a new one with POST /phone.", reason.NoPhone)
		}
		offered := strings.Split(c.Get("Sec-WebSocket-Protocol"), ",")
		if !slices.ContainsFunc(offered, func(p string) bool { return strings.TrimSpace(p) == sipProtocol }) {
			return invalid("", "Open this WebSocket with the subprotocol sip (RFC 7118).").because(reason.Malformed)
		}
		return up(c)
	}
}

type sipFrame struct {
	kind int
	data []byte
}

func (s *Server) carrySIP(k *socket, id *identity) {
	// An engine that is only starting takes the connection, and then leaves the registration without an
	// answer; one that has not been given the phones yet refuses it.
	if err := s.engineUp(); err != nil {
		s.log.Debug("a phone waits for the engine", "phone", k.phone, "why", err)
		k.close(closeUnavailable)
		k.goodbye()
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), sipDialTimeout)
	dialer := fasthttpws.Dialer{Subprotocols: []string{sipProtocol}, HandshakeTimeout: sipDialTimeout}
	engine, answer, err := dialer.DialContext(ctx, s.opts.SIPSocket, nil)
	cancel()
	if err != nil {
		s.log.Warn("the engine's SIP WebSocket cannot be reached", "error", err)
		k.close(closeUnavailable)
		k.goodbye()
		return
	}
	_ = answer.Body.Close() // nothing follows a handshake's headers
	engine.SetReadLimit(sipMessage)
	// It may have been replaced after the check at the door.
	phone, err := s.opts.Store.PhoneOf(context.Background(), k.session, k.phone)
	if err != nil {
		k.close(closeReplaced)
	}
	from := engine.NetConn().LocalAddr().(*net.TCPAddr).AddrPort()
	s.opts.Engine.PhoneLine(k.phone, from, true)
	defer s.opts.Engine.PhoneLine(k.phone, from, false)
	door := sipdoor.Door{Phone: k.phone, Proof: phone.Proof}
	toBrowser := make(chan sipFrame)
	received := make(chan struct{})
	go func() {
		defer close(received)
		s.fromEngine(k, engine, toBrowser)
	}()
	wrote := make(chan struct{})
	go func() {
		defer close(wrote)
		k.pump(toBrowser)
		_ = engine.Close() // ends fromEngine; what it was told is all that could be
	}()
	k.read(func(kind int, message []byte) {
		if k.ending() {
			return // after what may not pass nothing passes any more
		}
		if message, err = door.Pass(message); err != nil {
			s.log.Warn("a phone sent what it may not", "account", id.session.AccountID, "workspace", id.workspace, "phone", k.phone, "why", err)
			k.close(closeForbidden.because(err))
			return
		}
		_ = engine.SetWriteDeadline(time.Now().Add(socketWriteTimeout)) // never fails
		if err := engine.WriteMessage(kind, message); err != nil {
			k.close(closeUnavailable)
		}
	})
	<-wrote
	<-received
	s.log.Debug("a phone's SIP connection ended", "phone", k.phone, "account", id.session.AccountID)
}

// engineUp is nil while the engine has all that calls need, or says what is missing.
func (s *Server) engineUp() error {
	if s.opts.EngineUp == nil {
		return nil
	}
	return s.opts.EngineUp()
}

// fromEngine hands what the engine sends to the browser's writer.
func (s *Server) fromEngine(k *socket, engine *fasthttpws.Conn, toBrowser chan<- sipFrame) {
	for {
		kind, data, err := engine.ReadMessage()
		if err != nil {
			k.close(closeUnavailable)
			return
		}
		select {
		case toBrowser <- sipFrame{kind, data}:
		case <-k.closed:
			return
		}
	}
}

// pump writes frames and pings to the browser until the socket ends.
func (k *socket) pump(frames <-chan sipFrame) {
	tick := time.NewTicker(socketPing)
	defer tick.Stop()
	defer k.goodbye()
	for {
		var err error
		select {
		case f := <-frames:
			err = k.write(f.kind, f.data)
		case <-tick.C:
			err = k.ping()
		case <-k.closed:
			return
		}
		if err != nil {
			k.close(closing{websocket.CloseGoingAway, "too slow"})
			return
		}
	}
}
