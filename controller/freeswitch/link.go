package freeswitch

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/percipia/eslgo"

	"ringdesk/controller/engine"
	"ringdesk/controller/engine/link"
	"ringdesk/controller/freeswitch/esl"
)

// Errors that retrying cannot mend: Run returns them, and esl.ErrLogin and
// esl.ErrAccess.
var (
	// ErrTooOld means that FreeSWITCH lacks what ringdesk needs.
	ErrTooOld = errors.New("this FreeSWITCH is too old")
	// ErrReplaced means that another controller has taken FreeSWITCH over.
	ErrReplaced = errors.New("another controller took over")
)

// errStalled means that this process did not run for so long that FreeSWITCH may
// have dropped events: it keeps 100,000 for us, and drops more without a word.
var errStalled = errors.New("this process stood still")

// wanted are the events that FreeSWITCH shall send, with CUSTOM's last.
var wanted = []string{
	"CHANNEL_CREATE", "CHANNEL_PROGRESS", "CHANNEL_PROGRESS_MEDIA", "CHANNEL_ANSWER", "CHANNEL_PARK", "CHANNEL_BRIDGE",
	"CHANNEL_HANGUP_COMPLETE", "DTMF", "RECORD_START", "RECORD_STOP", "PLAYBACK_STOP", "BACKGROUND_JOB",
	"CUSTOM", "conference::maintenance", "sofia::gateway_state",
}

// ownerVariable is the global variable that names the controller in charge.
const ownerVariable = "ringdesk_controller"

// settle is how long FreeSWITCH's list of channels, which it writes into a
// database in batches, may lag behind its events.
const settle = 250 * time.Millisecond

// Run implements engine.Engine.
func (a *Adapter) Run(ctx context.Context, handle func(engine.Event)) error {
	defer a.commands.Close()
	session := func(ctx context.Context) (bool, error) { return a.session(ctx, handle) }
	return a.opt.Keep(ctx, handle, session, func(err error) error {
		switch {
		case errors.Is(err, esl.ErrLogin):
			return fmt.Errorf("freeswitch: %w: check the password in the settings and in FreeSWITCH's event_socket.conf", err)
		case errors.Is(err, esl.ErrAccess):
			return fmt.Errorf("freeswitch: %w: check apply-inbound-acl in FreeSWITCH's event_socket.conf", err)
		case errors.Is(err, ErrTooOld), errors.Is(err, ErrReplaced):
			return fmt.Errorf("freeswitch: %w", err)
		}
		return nil
	})
}

// session lives from one connection to its loss, and says whether LinkUp was
// given.
func (a *Adapter) session(ctx context.Context, handle func(engine.Event)) (up bool, err error) {
	events, err := esl.Subscribe(ctx, a.opt.link(), a.opt.QueueLimit, wanted...)
	if err != nil {
		return false, err
	}
	defer events.Close()
	a.events.Store(events)
	stop := context.AfterFunc(ctx, func() { events.Lose(ctx.Err()) })
	defer stop()
	owner := rand.Text()
	first, err := a.begin(events, owner)
	if err != nil {
		if cause := context.Cause(events.Context()); cause != nil {
			return false, cause
		}
		return false, err
	}
	var keepers sync.WaitGroup
	keepers.Go(func() { a.probe(events, owner, first.At) })
	keepers.Go(func() { a.leases.Run(events.Context()) })
	defer func() {
		events.Lose(context.Canceled)
		keepers.Wait()
	}()
	handle(first)
	give := func(e engine.Event) { a.applyMade(e, handle) }
	for _, e := range a.made.Take() { // what the snapshot brought is older than what comes now
		give(e)
	}
	return true, link.Pump(events.Context(), events.C, a.made, []error{esl.ErrOverflow, errStalled}, func(e *eslgo.Event) { a.translate(e, handle) }, give)
}

// applyMade gives an event of our own making, unless its leg ended meanwhile.
func (a *Adapter) applyMade(e engine.Event, handle func(engine.Event)) {
	end, ok := e.(engine.LegEnded)
	if !ok {
		handle(e)
		return
	}
	a.mu.Lock()
	out := a.ended(end.Leg, end.At, end.Cause)
	if out != nil {
		out[0] = end
	}
	a.mu.Unlock()
	for _, e := range out {
		handle(e)
	}
}

// begin brings a new link up: version, ownership, limits, snapshot.
func (a *Adapter) begin(events *esl.Events, owner string) (engine.LinkUp, error) {
	a.settleDials()
	ctx := events.Context()
	asking, cancel := context.WithTimeout(ctx, a.opt.PingTimeout) // a half-open link is found out here
	version, err := a.commands.API(asking, "version")
	cancel()
	if err != nil {
		return engine.LinkUp{}, err
	}
	if version, err = checkVersion(version); err != nil {
		return engine.LinkUp{}, err
	}
	a.commands.Open(ctx)
	if _, err := a.commands.API(ctx, "global_setvar "+ownerVariable+"="+owner); err != nil {
		return engine.LinkUp{}, err
	}
	if err := a.keepPairConstants(ctx); err != nil {
		return engine.LinkUp{}, err
	}
	if err := a.readGuard(ctx); err != nil {
		return engine.LinkUp{}, err
	}
	link.Wait(ctx, settle)
	snapshot, err := a.takeSnapshot(ctx)
	if err != nil {
		return engine.LinkUp{}, fmt.Errorf("snapshot: %w", err)
	}
	core, err := a.commands.API(ctx, "global_getvar core_uuid") // another one at each start
	var failure *esl.Failure
	if err != nil && !errors.As(err, &failure) {
		return engine.LinkUp{}, err
	}
	restarted := a.last.Restarted(core)
	return engine.LinkUp{At: time.Now(), Version: version, Snapshot: snapshot, Restarted: restarted}, nil
}

// probe asks the link for life from time to time, and whether FreeSWITCH is
// still ours. A link that is half-open is given up after at most one interval
// and one timeout. What it sets tells the dialplan that a controller is there.
// begun is when the link came up: not a moment since may pass unseen.
func (a *Adapter) probe(events *esl.Events, owner string, begun time.Time) {
	ctx := events.Context()
	for ctx.Err() == nil {
		got, err := events.Ask(ctx, "global_getvar "+ownerVariable, a.opt.PingTimeout)
		var failure *esl.Failure
		switch {
		case err != nil && !errors.As(err, &failure):
			return
		case got != owner:
			events.Lose(fmt.Errorf("%w: FreeSWITCH belongs to one controller at a time", ErrReplaced))
			return
		}
		alive := time.Now().Add(a.opt.PingInterval + a.opt.PingTimeout + aliveMargin).Unix()
		if _, err := events.Ask(ctx, fmt.Sprintf("global_setvar %s=%d", aliveVariable, alive), a.opt.PingTimeout); err != nil && !errors.As(err, &failure) {
			return
		}
		link.Wait(ctx, a.opt.PingInterval)
		now := time.Now()
		if now.Sub(begun) > a.opt.PingInterval+2*a.opt.PingTimeout+stallMargin {
			events.Lose(errStalled)
		}
		begun = now
	}
}

// stallMargin is what a round of probes may take longer than its parts may.
const stallMargin = time.Second

// aliveVariable is the global variable that holds the Unix time until which the
// dialplan lets callers wait for a controller.
const aliveVariable = "ringdesk_alive"

// aliveMargin is for a controller that is started again: calls that come
// meanwhile wait for it.
const aliveMargin = 10 * time.Second
