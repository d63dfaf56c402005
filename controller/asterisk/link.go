package asterisk

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/CyCoreSystems/ari/v6"
	"github.com/coder/websocket"

	"ringdesk/controller/engine"
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

// link is one connection for events. Its reader only decodes and queues, so
// that a slow handler never makes Asterisk wait.
type link struct {
	conn   *websocket.Conn
	cancel context.CancelCauseFunc
	lost   <-chan struct{} // closed when the link is no good any more
	ctx    context.Context // its cause says why
	queue  chan ari.Event  // closed by the reader when it ends
	probed chan struct{}   // closed when the prober has ended
}

// connect opens the link. Asterisk has the application from then on, and keeps
// its events in our queue until the snapshot is taken.
func (a *Adapter) connect(ctx context.Context) (*link, error) {
	dialCtx, cancelDial := context.WithTimeout(ctx, a.opt.CommandTimeout)
	defer cancelDial()
	login := base64.StdEncoding.EncodeToString([]byte(a.opt.Username + ":" + a.opt.Password))
	conn, res, err := websocket.Dial(dialCtx, a.opt.websocketURL(), &websocket.DialOptions{
		HTTPClient:      &http.Client{Transport: transport},
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
	l := &link{conn: conn, cancel: cancel, lost: ctx.Done(), ctx: ctx,
		queue: make(chan ari.Event, a.opt.QueueLimit), probed: make(chan struct{})}
	go a.read(l)
	go a.probe(l)
	return l, nil
}

func (a *Adapter) loginError() error {
	return fmt.Errorf("%w: user %q at %s; check the ARI user and password in the settings and in Asterisk's ari.conf", ErrLogin, a.opt.Username, a.opt.URL)
}

// read queues events until the link ends. A queue that is full ends it: what
// was missed comes with the next snapshot.
func (a *Adapter) read(l *link) {
	defer close(l.queue)
	defer l.conn.CloseNow() // at once: the handler may be busy for long
	for {
		_, data, err := l.conn.Read(l.ctx)
		if err != nil {
			l.cancel(err)
			return
		}
		e, err := decode(data)
		if err != nil {
			l.cancel(err)
			return
		}
		switch e := e.(type) {
		case nil:
			continue
		case *ari.StasisStart:
			if a.snoopStarted(e.Channel.ID) {
				continue
			}
		case *ari.ApplicationReplaced:
			l.cancel(fmt.Errorf("%w: application %q is connected twice; give each controller an application name of its own", ErrReplaced, a.opt.App))
			return
		}
		select {
		case l.queue <- e:
		default:
			l.cancel(errOverflow)
			return
		}
	}
}

// probe asks the link for life, and Asterisk as well: it can be deadlocked
// while its web server still answers. A link that is half-open is given up
// after at most one interval and two timeouts.
func (a *Adapter) probe(l *link) {
	defer close(l.probed)
	t := time.NewTicker(a.opt.PingInterval)
	defer t.Stop()
	for {
		select {
		case <-l.lost:
			return
		case <-t.C:
		}
		if err := a.probeOnce(l); err != nil {
			l.cancel(fmt.Errorf("no answer to a probe: %w", err))
			return
		}
	}
}

func (a *Adapter) probeOnce(l *link) error {
	ctx, cancel := context.WithTimeout(l.ctx, a.opt.PingTimeout)
	defer cancel()
	if err := l.conn.Ping(ctx); err != nil {
		return err
	}
	ctx, cancel = context.WithTimeout(l.ctx, a.opt.PingTimeout)
	defer cancel()
	return a.raw(ctx, http.MethodGet, "/applications/"+a.opt.App, nil, nil)
}

// close ends the link and waits for its goroutines.
func (l *link) close() {
	l.cancel(context.Canceled)
	// The far side may be gone: no closing handshake.
	_ = l.conn.CloseNow()
	<-l.probed
	for range l.queue { // until the reader has closed it
	}
}

// Run implements engine.Engine.
func (a *Adapter) Run(ctx context.Context, handle func(engine.Event)) error {
	defer transport.CloseIdleConnections()
	backoff := a.opt.BackoffFirst
	for {
		up, err := a.session(ctx, handle)
		if ctx.Err() != nil {
			return nil
		}
		if up {
			handle(engine.LinkDown{At: time.Now(), Cause: err.Error()})
			backoff = a.opt.BackoffFirst
		}
		switch {
		case errors.Is(err, ErrTooOld), errors.Is(err, ErrLogin), errors.Is(err, ErrReplaced):
			return fmt.Errorf("asterisk: %w", err)
		}
		wait(ctx, backoff)
		backoff = min(2*backoff, a.opt.BackoffLast)
	}
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
	handle(first)
	for {
		select {
		case e, open := <-l.queue:
			if !open {
				return true, context.Cause(l.ctx)
			}
			if errors.Is(context.Cause(l.ctx), errOverflow) {
				return true, errOverflow // what is queued is old, and not all of it
			}
			a.translate(e, handle)
		case <-a.wake:
			for _, e := range a.takeMade() {
				a.applyMade(e, handle)
			}
		}
	}
}

func (a *Adapter) takeMade() []engine.Event {
	a.mu.Lock()
	defer a.mu.Unlock()
	made := a.made
	a.made = nil
	return made
}

// begin brings a new link up: version, filter, snapshot.
func (a *Adapter) begin(l *link) (engine.LinkUp, error) {
	var info struct {
		System struct{ Version string } `json:"system"`
	}
	if err := a.raw(l.ctx, http.MethodGet, "/asterisk/info?only=system", nil, &info); err != nil {
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
	snapshot, err := a.takeSnapshot(l.ctx)
	if err != nil {
		return engine.LinkUp{}, fmt.Errorf("snapshot: %w", err)
	}
	return engine.LinkUp{At: time.Now(), Version: info.System.Version, Snapshot: snapshot}, nil
}
