package exchange

import (
	"context"
	"errors"
	"slices"
	"time"

	"ringdesk/controller/call"
	"ringdesk/controller/disk"
	"ringdesk/controller/engine"
	"ringdesk/controller/outbound"
	"ringdesk/controller/sounds"
)

// command sends the call's commands to the engine, one after another. After
// the call's end it finishes what it has.
func (r *runner) command() {
	defer r.x.commandsDone()
	for {
		cmds, open := r.outbox.wait()
		for i, cmd := range cmds {
			kind := r.sendAgain(cmd, cmds[i+1:])
			if kind != "" {
				r.put(call.Failed{Command: cmd, Kind: kind})
			}
			if r.x.Watch != nil {
				r.x.Watch.Sent(r.view.Load(), cmd, kind)
			}
			r.x.hangUps.done(cmd)
		}
		if !open {
			return
		}
	}
}

// againPause is how long it takes until a command is tried again.
const againPause = time.Second

// sendAgain sends a command, some several times, and gives the failure; behind are
// the next ones.
func (r *runner) sendAgain(cmd call.Command, behind []call.Command) engine.Kind {
	for tries := 1; ; tries++ {
		c := r.view.Load()
		if dial, ok := cmd.(call.Dial); ok {
			r.x.hangUps.wait(r.x.Runtime, c.ID, dial.Agent.Phone)
		}
		if r.needless(cmd, behind) {
			return engine.KindGone
		}
		err := r.x.send(cmd, c)
		if err == nil {
			return ""
		}
		kind := engine.KindOf(err)
		if kind != engine.KindGone {
			r.x.Log.Warn("engine command failed", "call", c.ID, "command", call.CommandName(cmd), "kind", kind, "error", err)
		}
		if !call.Again(cmd, c, kind, tries) {
			return kind
		}
		if !r.x.pause(againPause) { // closing: the next start reconciles
			return kind
		}
	}
}

// needless says whether a dial has waited for so long that its leg is to be hung up
// already: a phone must not ring for a call that somebody else has answered, and
// perhaps in the ear of the next one.
func (r *runner) needless(cmd call.Command, behind []call.Command) bool {
	var leg engine.LegID
	switch cmd := cmd.(type) {
	case call.Dial:
		leg = cmd.Agent.Leg
	case call.DialOut:
		leg = cmd.Leg
	case call.DialForward:
		leg = cmd.Leg
	default:
		return false
	}
	hangsUp := func(c call.Command) bool { h, ok := c.(call.Hangup); return ok && h.Leg == leg }
	return slices.ContainsFunc(behind, hangsUp) || r.outbox.has(hangsUp)
}

// send carries out a command.
func (x *Exchange) send(cmd call.Command, c *call.Call) error {
	// Not x.ctx: what was saved as decided is sent even while closing.
	ctx, cancel := x.Runtime.Limit(context.WithoutCancel(x.ctx), engine.CommandTimeout)
	defer cancel()
	if out, ok := cmd.(call.DialOut); ok && x.passesOver(ctx, out, c) {
		return &engine.Error{Op: "Dial", Kind: engine.KindRefused, Err: errors.New("the carrier answers nothing; another trunk is tried")}
	}
	if _, ok := cmd.(call.Record); ok && x.Room != nil {
		err := x.Room()
		// A caller who was asked for a message may leave it: what is kept free is for such.
		if err != nil && (c.State != call.Voicemail || !errors.Is(err, disk.ErrLow)) {
			return &engine.Error{Op: "StartRecording", Kind: engine.KindNoRoom, Err: err}
		}
	}
	return call.Send(ctx, x.Engine, cmd, c, func(names []string) []string { return x.resolve(ctx, c.WorkspaceID, names) })
}

// passesOver says whether a trunk is not tried, since its carrier answers
// nothing and another trunk may do better: to find that out by calling takes
// 32 s (RFC 3261, section 17.1.1.2, timer B).
func (x *Exchange) passesOver(ctx context.Context, cmd call.DialOut, c *call.Call) bool {
	if c.Out == nil || c.Out.Tried >= len(c.Out.Routes) {
		return false
	}
	states, err := x.Engine.TrunkStates(ctx)
	dead := func(r outbound.Route) bool { return states[engine.TrunkID(r.TrunkID)] == engine.TrunkUnreachable }
	return err == nil && dead(cmd.Route) && slices.ContainsFunc(c.Out.Routes[c.Out.Tried:], func(r outbound.Route) bool { return !dead(r) })
}

// resolve takes a workspace's own sounds in place of the built-in ones.
func (x *Exchange) resolve(ctx context.Context, workspace string, names []string) []string {
	own, err := x.Store.Sounds(ctx, workspace)
	if err != nil {
		x.Log.Error("a workspace's sounds cannot be read; the built-in ones are played", "workspace", workspace, "error", err)
	}
	return sounds.NewResolver(own).All(names)
}
