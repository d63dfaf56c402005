// Package api is ringdesk's HTTP server: the REST API of openapi.yaml, the
// live updates, the SIP WebSocket and the built desk.
//
// Every request to the API passes guard.go, which knows the contract: it
// checks who asks, where the request comes from, and its parameters and body.
// What the generated strict server then hands to the handlers is valid, apart
// from what only the data can tell.
package api

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"ringdesk/controller/board"
	"ringdesk/controller/call"
	"ringdesk/controller/engine"
	"ringdesk/controller/exchange"
	"ringdesk/controller/flows"
	"ringdesk/controller/inbox"
	"ringdesk/controller/logkeep"
	"ringdesk/controller/numbering"
	"ringdesk/controller/odata"
	"ringdesk/controller/people"
	"ringdesk/controller/presence"
	"ringdesk/controller/rawdata"
	"ringdesk/controller/sounds"
	"ringdesk/controller/webhook"
	"ringdesk/controller/workflow"
	"ringdesk/models"
)

// Calls is what the API asks of the live calls (exchange.Exchange).
type Calls interface {
	// Do carries out an agent's command in a live call and gives the call
	// after it. models.ErrNotFound: no such live call in the workspace;
	// *call.RefusedError: it cannot be done, for a reason in words for people.
	Do(ctx context.Context, workspace, callID string, do call.Do) (call.Call, error)
	// Place begins an outbound call. *call.HandledError: the missed call was
	// called back already; *outbound.Refusal: it may not be placed, and why.
	Place(ctx context.Context, p exchange.Place) (call.Call, error)
	// Revoke ends the legs of a phone whose session has ended, or of an agent
	// who was removed or suspended; "" means none (SEC-5). False: that is not
	// saved yet, and must be asked again.
	Revoke(phone, agent string) bool
}

// Engine is what the API asks of the media engine (engine.Commands).
type Engine interface {
	PhoneLine(phone string, from netip.AddrPort, up bool)
	TestCall(ctx context.Context, from, to string) error
	TrunkStates(ctx context.Context) (map[string]engine.TrunkState, error)
}

// Trunks is what the API asks of what gives the engine its trunks
// (provision.Provisioner).
type Trunks interface {
	// Trunk lets the engine know a trunk as it stands in the store now, or forget
	// one that was removed.
	Trunk(ctx context.Context, id string) error
}

// Options are what a Server works with.
type Options struct {
	Store  *models.Store
	Calls  Calls
	Engine Engine
	// Presence knows who is at their desk; its Run runs as long as the Server.
	Presence *presence.Presence
	Trunks   Trunks
	Jobs     Jobs // nil runs none
	// Webhooks says where webhooks may go.
	Webhooks webhook.Guard
	Flows    *flows.Folder // whose files are a workspace's flows; nil if there is none
	// EngineUp is nil while the link to the engine is up, or says why not.
	EngineUp func() error
	// EngineWarning is what an operator has to mend in the engine, or "".
	EngineWarning func() string
	// Room, if set, is nil while there is room on the disk for recordings and
	// sounds (a disk.ErrLow, ErrFull or ErrHung).
	Room func() error
	// SIPSocket is the engine's SIP WebSocket, such as ws://127.0.0.1:8088/ws.
	SIPSocket string
	SIPTLS    bool // trunks may use TLS
	// SIPSockets and LiveSockets are how many WebSockets may be open at once; what is
	// 0 has its default. All of the first is bound by what the engine can take.
	SIPSockets, LiveSockets SocketLimits
	// Recordings is the folder of the recordings.
	Recordings string
	// Bucket is where recordings are moved to that are ready; nil keeps them in the folder.
	Bucket Bucket
	// StorageTrouble, if set, says what keeps recordings from the storage, or nil.
	StorageTrouble func() error
	// Sounds is what callers hear.
	Sounds *sounds.Library
	// Web is the built desk (index.html, assets/…); it may be empty.
	Web fs.FS
	// Origins are allowed besides the host that a request was sent to, such
	// as https://desk.example.com.
	Origins []string
	// Proxies are the reverse proxies whose X-Forwarded-For is believed.
	Proxies []netip.Prefix
	// Country is that of a workspace with which a new installation begins (ISO 3166-1
	// alpha-2).
	Country string
	// ICE are the servers that help browsers' sound through NAT.
	ICE ICE
	// Secure says that browsers come over TLS: cookies and origins must too.
	Secure  bool
	Version string
	Log     *slog.Logger
	Now     func() time.Time // nil means time.Now
}

// ICE are STUN and TURN servers as URLs (RFC 7064, RFC 7065), and the secret that
// the TURN servers share with us.
type ICE struct {
	STUN, TURN []string
	TURNSecret string
}

// The limits of the HTTP server.
const (
	bodyLimit      = 1 << 20          // bytes of a request's body
	readLimit      = 4 << 20          // bytes of a body that are read; past it the connection is cut, often before the answer is seen
	requestTimeout = 15 * time.Second // of a request's work
	readTimeout    = 20 * time.Second // of taking in a request
	writeTimeout   = 10 * time.Minute // of giving out an answer; recordings of an hour go over slow lines
	idleTimeout    = 2 * time.Minute  // between requests of a connection

	uploadReadLimit = sounds.MaxBytes + 2<<20 // readLimit of an upload
	uploadTimeout   = 2 * time.Minute         // readTimeout of an upload: 10 MiB over a line of 1 Mbit/s take 84 s
)

// Server is the HTTP server.
type Server struct {
	opts     Options
	log      *slog.Logger
	app      *fiber.App
	logins   *loginGate
	keys     keyLimits
	sockets  *sockets
	refusals refusals
	hub      *hub
	now      func() time.Time
	states   trunkStates
	statuses *statuses
	board    *board.Board
	exports  *rawdata.Exports
	people   *people.People
	webhooks *webhook.Webhooks
	flows    *flows.Flows
	gateways *workflow.Verbs
	inbox    *inbox.Inbox
	odata    *odata.Service
	counts   *countCache

	numbering *numbering.Numbering

	revoking sync.Mutex // held while what was taken back is ended

	listeners listeners

	stop     context.CancelFunc
	stopping <-chan struct{} // closed by stop
	work     sync.WaitGroup
}

// New makes a Server; its hub runs until Shutdown.
func New(o Options) *Server {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	s := &Server{opts: o, log: o.Log, now: o.Now, logins: newLoginGate(), keys: keyLimits{left: map[string]tokens{}}, sockets: newSockets(o.SIPSockets, o.LiveSockets, o.Now), refusals: refusals{of: logkeep.NewRefusals()},
		people:    &people.People{Store: o.Store, Now: o.Now},
		webhooks:  &webhook.Webhooks{Store: o.Store, Now: o.Now, Guard: o.Webhooks},
		gateways:  &workflow.Verbs{Store: o.Store, Now: o.Now, Guard: o.Webhooks},
		flows:     &flows.Flows{Store: o.Store, Now: o.Now, Folder: o.Flows},
		board:     &board.Board{Store: o.Store, Now: o.Now},
		odata:     odata.New(o.Store, o.Now),
		exports:   &rawdata.Exports{Store: o.Store, Now: o.Now},
		numbering: &numbering.Numbering{Store: o.Store, Now: o.Now, Log: o.Log, Files: o.Sounds, SIPTLS: o.SIPTLS}}
	s.inbox = &inbox.Inbox{Store: o.Store, Calls: placer{o.Calls}, Now: o.Now, AgentsChanged: s.workspaceChanged}
	s.hub, s.counts, s.statuses = newHub(s), newCountCache(o.Store), newStatuses(o.Store)
	s.app = fiber.New(fiber.Config{
		AppName:               "ringdesk",
		DisableStartupMessage: true,
		Immutable:             true,
		CaseSensitive:         true,
		StrictRouting:         true,
		BodyLimit:             readLimit,
		// Forms are refused, so there is no use in taking them apart.
		DisablePreParseMultipartForm: true,
		ReadTimeout:                  readTimeout,
		WriteTimeout:                 writeTimeout,
		IdleTimeout:                  idleTimeout,
		ReadBufferSize:               16 << 10, // bytes of a request's headers
		ErrorHandler:                 s.answerError,
	})
	s.app.Server().HeaderReceived = uploadLimits
	s.routes()
	ctx, stop := context.WithCancel(context.Background())
	s.stop, s.stopping = stop, ctx.Done()
	for _, run := range []func(context.Context){s.hub.run, s.hub.watchEngine, s.endExpiredSessions, s.watchRevocations, s.keepStatuses} {
		s.work.Go(func() { run(ctx) })
	}
	o.Store.OnCommit(s.counts.committed)
	o.Store.OnCommit(s.hub.committed)
	o.Presence.OnReplaced(func(phone string) { s.sockets.close(closeReplaced, func(k *socket) bool { return k.phone == phone }) })
	return s
}

func (s *Server) routes() {
	s.app.Use(s.frame)
	s.app.Get("/healthz", s.healthz)
	s.app.Get("/readyz", s.readyz)
	v1 := s.app.Group(apiPrefix)
	v1.Get("/openapi.yaml", serveContract)
	v1.Get("/live", s.guardSocket, s.live())
	v1.Get("/sip", s.guardSocket, s.sip())
	v1.Get("/recordings/:id.mp3", s.guard(&operation{id: "getRecordingSound", method: http.MethodGet}), s.recordingSound)
	v1.Get("/sounds/:name.wav", s.guard(&operation{id: "getSoundFile", method: http.MethodGet}), s.soundFile)
	for _, o := range operations() {
		v1.Add(o.method, o.path, s.guard(o))
		if o.method == http.MethodGet { // the router answers HEAD wherever it answers GET
			v1.Add(http.MethodHead, o.path, s.guard(o))
		}
	}
	RegisterHandlers(v1, NewStrictHandler(&handlers{s}, nil))
	s.app.All(odataPrefix, s.serveOData)
	s.app.All(odataPrefix+"/*", s.serveOData)
	// The figures for Prometheus have an address of their own, and no page of the
	// desk is called so.
	s.app.Use("/metrics", func(*fiber.Ctx) error { return fiber.ErrNotFound })
	s.app.Use(newDesk(s.opts.Web).serve)
}

// handlers carries out the operations of the contract.
type handlers struct{ *Server }

var _ StrictServerInterface = (*handlers)(nil)

// Listen answers requests until Shutdown, and gives nil then.
func (s *Server) Listen(ln net.Listener) error {
	if !s.listeners.add(ln) {
		return ln.Close()
	}
	return s.app.Listener(ln)
}

// Shutdown takes no new requests, tells the sockets to come back later, and
// waits for what runs until ctx ends.
func (s *Server) Shutdown(ctx context.Context) error {
	s.statuses.stop()
	errs := []error{s.sockets.shutdown(ctx)}
	errs = append(errs, s.app.ShutdownWithContext(ctx))
	s.listeners.close()
	s.stop()
	s.work.Wait()
	return errors.Join(errs...)
}

// agentsChanged tells of an account that may have become free for calls.
func (s *Server) agentsChanged(ctx context.Context, account string) {
	s.opts.Presence.Changed(ctx, account)
}

// workspaceChanged tells of a workspace in which agents may have become free
// for calls.
func (s *Server) workspaceChanged(workspace string) { s.opts.Presence.Calls.AgentsChanged(workspace) }
