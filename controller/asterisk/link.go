package asterisk

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/CyCoreSystems/ari/v6"
	"github.com/coder/websocket"

	"ringdesk/controller/asterisk/guardparts"
	"ringdesk/controller/asterisk/message"
	"ringdesk/controller/engine"
	"ringdesk/controller/engine/link"
)

// Errors that retrying cannot mend: Run returns them.
var (
	// ErrTooOld means that Asterisk lacks fixes that ringdesk needs.
	ErrTooOld = errors.New("this Asterisk is too old")
	// ErrLogin means that ARI refused user or password.
	ErrLogin = errors.New("ARI refused the login")
	// ErrReplaced means that another controller has taken the application over.
	ErrReplaced = errors.New("another controller took over")
)

var errOverflow = errors.New("events came faster than they were handled")

// connection is one link for events. Its reader only decodes and queues, so
// that a slow handler never makes Asterisk wait.
type connection struct {
	conn   *websocket.Conn
	cancel context.CancelCauseFunc
	lost   <-chan struct{}    // closed when the link is no good any more
	ctx    context.Context    // its cause says why
	queue  chan message.Event // closed by the reader when it ends
	signs  chan struct{}      // something came; room for one
	wg     sync.WaitGroup     // reader and prober
}

// linkTransport opens links; what follows the handshake needs net/http's transport.
var linkTransport = &http.Transport{
	DialContext:        (&net.Dialer{Timeout: dialTimeout, KeepAlive: 15 * time.Second}).DialContext,
	IdleConnTimeout:    10 * time.Second, // of a refused one
	DisableCompression: true,
}

// probeName is the user event that we send to ourselves.
const probeName = "ringdesk.probe"

// connect opens the link. Asterisk has the application from then on, and keeps
// its events in our queue until the snapshot is taken.
func (a *Adapter) connect(ctx context.Context) (*connection, error) {
	dialCtx, cancelDial := context.WithTimeout(ctx, a.opt.CommandTimeout)
	defer cancelDial()
	login := base64.StdEncoding.EncodeToString([]byte(a.opt.Username + ":" + a.opt.Password))
	conn, res, err := websocket.Dial(dialCtx, a.opt.websocketURL(), &websocket.DialOptions{
		HTTPClient:      &http.Client{Transport: linkTransport},
		HTTPHeader:      http.Header{"Authorization": {"Basic " + login}},
		CompressionMode: websocket.CompressionDisabled,
	})
	if err != nil {
		if res != nil && (res.StatusCode == http.StatusUnauthorized || res.StatusCode == http.StatusForbidden) {
			return nil, a.loginError()
		}
		return nil, err
	}
	conn.SetReadLimit(-1) // events of big rooms list all channels
	ctx, cancel := context.WithCancelCause(ctx)
	l := &connection{conn: conn, cancel: cancel, lost: ctx.Done(), ctx: ctx,
		queue: make(chan message.Event, a.opt.QueueLimit), signs: make(chan struct{}, 1)}
	l.wg.Go(func() { a.read(l) })
	return l, nil
}

func (a *Adapter) loginError() error {
	return fmt.Errorf("%w: user %q at %s; check the ARI user and password in the settings and in Asterisk's ari.conf", ErrLogin, a.opt.Username, a.opt.URL)
}

// read queues events until the link ends. A queue that is full ends it: what
// was missed comes with the next snapshot.
func (a *Adapter) read(l *connection) {
	defer close(l.queue)
	defer l.conn.CloseNow() // at once: the handler may be busy for long
	for {
		_, data, err := l.conn.Read(l.ctx)
		if err != nil {
			l.cancel(err)
			return
		}
		l.alive()
		e, err := message.Decode(data)
		if err != nil {
			l.cancel(err)
			return
		}
		switch e.Type {
		case ari.Events.StasisStart:
			if a.channelEntered(e.Channel.ID) {
				continue
			}
		case ari.Events.ChannelUserevent:
			continue // a probe
		case ari.Events.ApplicationReplaced:
			l.cancel(fmt.Errorf("%w: application %q is connected twice; give each controller an application name of its own", ErrReplaced, a.opt.App))
			return
		default:
			if !slices.Contains(wanted, e.Type) { // a few come before the filter is set
				continue
			}
		}
		select {
		case l.queue <- e:
		default:
			l.cancel(errOverflow)
			return
		}
	}
}

// alive notes that an event came. Any will do for a probe: its own may stand in
// a long line.
func (l *connection) alive() {
	select {
	case l.signs <- struct{}{}:
	default:
	}
}

// probeEarly is when a new link is probed for the first times. The end of the
// link before it, which Asterisk handles at its own pace, can take the
// application away from this one (Asterisk: app_update and
// stasis_app_unregister know nothing of each other's link).
var probeEarly = []time.Duration{100 * time.Millisecond, 400 * time.Millisecond}

// earlyTimeout is for the probes of a new link: calls are refused meanwhile.
const earlyTimeout = time.Second

// probe asks the link for life from time to time. A link that is half-open is
// given up after at most one interval and one timeout.
func (a *Adapter) probe(l *connection) {
	for n := 0; ; n++ {
		pause, timeout := a.opt.PingInterval, a.opt.PingTimeout
		if n < len(probeEarly) {
			pause, timeout = min(pause, probeEarly[n]), min(timeout, earlyTimeout)
		}
		link.Wait(l.ctx, pause)
		if l.ctx.Err() != nil {
			return
		}
		if err := a.probeOnce(l, timeout); err != nil {
			l.cancel(fmt.Errorf("no answer to a probe: %w", err))
			return
		}
	}
}

// probeOnce sends an event through Asterisk to ourselves. That says more than a
// WebSocket ping: Asterisk can be deadlocked while its web server still
// answers, and it can have forgotten whose application it is.
func (a *Adapter) probeOnce(l *connection, timeout time.Duration) error {
	ctx, cancel := context.WithTimeout(l.ctx, timeout)
	defer cancel()
	select { // what came before
	case <-l.signs:
	default:
	}
	if err := a.raw(ctx, http.MethodPost, "/events/user/"+probeName+"?application="+a.opt.App, nil, nil); err != nil {
		return err
	}
	select {
	case <-l.signs:
		return nil
	case <-ctx.Done():
		return errors.New("events do not come through")
	}
}

// close ends the link and waits for its goroutines.
func (l *connection) close() {
	l.cancel(context.Canceled)
	// The far side may be gone: no closing handshake.
	_ = l.conn.CloseNow()
	l.wg.Wait()
}

// Run implements engine.Engine.
func (a *Adapter) Run(ctx context.Context, handle func(engine.Event)) error {
	defer transport.CloseIdleConnections()
	defer linkTransport.CloseIdleConnections()
	session := func(ctx context.Context) (bool, error) { return a.session(ctx, handle) }
	return a.opt.Keep(ctx, handle, session, func(err error) error {
		switch {
		case errors.Is(err, ErrTooOld), errors.Is(err, ErrLogin), errors.Is(err, ErrReplaced):
			return fmt.Errorf("asterisk: %w", err)
		}
		return nil
	})
}

// session lives from one connection to its loss, and says whether LinkUp was
// given.
func (a *Adapter) session(ctx context.Context, handle func(engine.Event)) (up bool, err error) {
	l, err := a.connect(ctx)
	if err != nil {
		return false, err
	}
	defer l.close()
	first, err := a.begin(l)
	if err != nil {
		if cause := context.Cause(l.ctx); cause != nil {
			return false, cause
		}
		return false, err
	}
	l.wg.Go(func() { a.probe(l) })
	l.wg.Go(func() { a.leases.Run(l.ctx) })
	handle(first)
	return true, link.Pump(l.ctx, l.queue, a.made, []error{errOverflow},
		func(e message.Event) { a.translate(e, handle) }, func(e engine.Event) { a.applyMade(e, handle) })
}

// begin brings a new link up: version, filter, probe, snapshot.
func (a *Adapter) begin(l *connection) (engine.LinkUp, error) {
	var info struct {
		System struct{ Version string } `json:"system"`
		Status struct {
			Started string `json:"startup_time"`
		} `json:"status"`
	}
	if err := a.raw(l.ctx, http.MethodGet, "/asterisk/info?only=system,status", nil, &info); err != nil {
		var status *StatusError
		if errors.As(err, &status) && status.Code == http.StatusUnauthorized {
			return engine.LinkUp{}, a.loginError()
		}
		return engine.LinkUp{}, err
	}
	if err := checkVersion(info.System.Version); err != nil {
		return engine.LinkUp{}, err
	}
	if err := a.raw(l.ctx, http.MethodPut, "/applications/"+a.opt.App+"/eventFilter", eventFilter(), nil); err != nil {
		return engine.LinkUp{}, fmt.Errorf("event filter: %w", err)
	}
	if err := a.probeOnce(l, min(a.opt.PingTimeout, earlyTimeout)); err != nil {
		return engine.LinkUp{}, fmt.Errorf("probe: %w", err)
	}
	snapshot, err := a.takeSnapshot(l.ctx)
	if err != nil {
		return engine.LinkUp{}, fmt.Errorf("snapshot: %w", err)
	}
	warning, err := a.guardWarning(l.ctx)
	if err != nil {
		return engine.LinkUp{}, fmt.Errorf("guard: %w", err)
	}
	a.mu.Lock()
	a.unguarded = warning != ""
	a.mu.Unlock()
	restarted := a.last.Restarted(info.Status.Started)
	return engine.LinkUp{At: time.Now(), Version: info.System.Version, Snapshot: snapshot, Warning: warning, Restarted: restarted}, nil
}

// guardWarning says what is wrong when Asterisk runs without the guard, or a
// part of it does not work.
func (a *Adapter) guardWarning(ctx context.Context) (string, error) {
	var guard struct{ Value string }
	if err := a.raw(ctx, http.MethodGet, "/asterisk/variable?variable="+guardparts.Variable, nil, &guard); err != nil {
		return "", err
	}
	missing := guardparts.Missing(guard.Value)
	switch {
	case guard.Value == "":
		return "Asterisk runs without the guard: see SECURITY.md", nil
	case len(missing) > 0:
		return "Asterisk runs without these parts of the guard: " + strings.Join(missing, ", ") + "; its console log says why, see SECURITY.md", nil
	}
	return "", nil
}
