package exchange

import (
	"context"
	"errors"
	"slices"

	"ringdesk/controller/call"
	"ringdesk/controller/reason"
	"ringdesk/models"
)

// asked is an agent's command with the place for its answer.
type asked struct {
	workspace string
	do        call.Do
	answer    *reply[answer]
}

func (in asked) lapse() { in.answer.lapse() }

type answer struct {
	call call.Call
	err  error
}

// Do carries out an agent's command in a live call of the workspace. No such
// call gives models.ErrNotFound; one that cannot be done, a *RefusedError; a call
// of a controller that cannot be reached, an *ElsewhereError.
func (x *Exchange) Do(ctx context.Context, workspace, callID string, do call.Do) (call.Call, error) {
	r := x.runnerOfCall(callID)
	if r == nil {
		return x.doElsewhere(ctx, workspace, callID, do)
	}
	ask := asked{workspace: workspace, do: do, answer: newReply[answer](x.Runtime)}
	if !r.put(ask) {
		return call.Call{}, models.ErrNotFound
	}
	a, ok := ask.answer.wait(ctx)
	switch {
	case ok:
		return a.call, a.err
	case ctx.Err() != nil:
		return call.Call{}, ctx.Err()
	default: // the call is over
		return call.Call{}, models.ErrNotFound
	}
}

func (r *runner) ask(in asked) {
	if r.view.Load().WorkspaceID != in.workspace {
		in.answer.give(answer{err: models.ErrNotFound})
		return
	}
	var err error
	switch {
	case in.do.Fetches() == "":
		err = call.Refusal(r.step(in.do))
	case r.blind:
		err = &call.RefusedError{Why: unreachable}
	default:
		err = r.transact(func(tx Tx) (call.Input, error) {
			do := in.do
			err := r.x.finder(tx).fetch(r.view.Load(), &do)
			return do, err
		})
	}
	in.answer.give(answer{call: *r.view.Load(), err: err})
}

// fetch claims the agent whom a command brings in, or says why they cannot be
// had. One who is in another call can be invited: accepting leaves it (IN-9).
func (f finder) fetch(c *call.Call, do *call.Do) error {
	id := do.Fetches()
	if c.Present(id) >= 0 {
		return nil
	}
	a, err := f.AgentState(c.WorkspaceID, id)
	if errors.Is(err, models.ErrNotFound) {
		do.Why = reason.Of(reason.NoAgent, "There is no colleague with this id in your workspace.")
		return nil
	}
	if err != nil {
		return err
	}
	now := f.now
	itself := slices.Contains([]call.Action{call.Listen, call.Whisper, call.Barge, call.Rejoin}, do.Action)
	cand := f.candidate(a)
	switch {
	case !a.Seat && !itself:
		do.Why = reason.Of(reason.AgentNoSeat, a.Name+" has no operator seat, so calls cannot ring there.", "name", a.Name)
		return nil
	case !itself && a.Agent.Status != "available":
		do.Why = reason.Of(reason.AgentUnavailable, a.Name+" is not available at the moment ("+a.Agent.Status+").", "name", a.Name, "status", a.Agent.Status)
		return nil
	case !itself && !a.TakesPhone:
		do.Why = reason.Of(reason.AgentTakesNoPhone, a.Name+" takes no phone calls at the moment.", "name", a.Name)
		return nil
	case a.DNDNow(now) && do.Action == call.Assign:
		cand.Silent = true
		do.Candidate = &cand
		return nil
	case a.DNDNow(now) && !itself:
		do.Why = reason.Of(reason.AgentDND, a.Name+" does not want to be disturbed at the moment.", "name", a.Name)
		return nil
	case !a.Online(now):
		do.Why = reason.Of(reason.AgentOffline, a.Name+" is not signed in with a browser that can ring.", "name", a.Name)
		return nil
	}
	return f.fetchFree(c, do, a, cand, itself)
}

func (f finder) fetchFree(c *call.Call, do *call.Do, a models.AgentState, cand call.Candidate, itself bool) error {
	var ok bool
	var err error
	switch {
	case a.ClaimCall == "":
		ok, err = f.Claim(a.AccountID, c.ID, f.now)
	case a.InCall && !itself:
		ok, err = f.ClaimSecond(a.AccountID, c.ID)
	}
	if err != nil {
		return err
	}
	if !ok {
		do.Why = reason.Of(reason.AgentBeingCalled, a.Name+" is being called by somebody else at the moment.", "name", a.Name)
		if itself {
			do.Why = inAnother
		}
		return nil
	}
	do.Candidate = &cand
	return f.MarkOffered(a.ID, f.now)
}

// transact makes an input from what the store says, steps, and saves, all in
// one transaction. A nil input does nothing; a refused one undoes it all.
func (r *runner) transact(decide func(tx Tx) (call.Input, error)) error {
	prev := r.view.Load()
	var next call.Call
	var effects []call.Effect
	var v *saving
	err := r.x.Store.Tx(r.x.ctx, func(tx Tx) error {
		in, err := decide(tx)
		if err != nil || in == nil {
			return err
		}
		next, effects = r.x.step(prev, in)
		if i := slices.IndexFunc(effects, func(e call.Effect) bool { _, no := e.(call.Refused); return no }); i >= 0 {
			return call.Refusal(effects[i].(call.Refused).Why)
		}
		r.x.hangUps.decided(&next, effects)
		next.Version = prev.Version + 1
		v = &saving{x: r.x, tx: tx, c: &next, row: r.row, prev: r.parties, next: sides(r.sides, &next, effects, r.x.now())}
		return v.save(append(slices.Clip(r.unsaved), r.x.records(effects)...))
	})
	if err != nil || v == nil {
		r.x.hangUps.dropped(effects)
		if r.disowned(err) {
			return models.ErrNotFound
		}
		return err
	}
	r.row, r.parties, r.sides = v.row, v.next, v.next
	r.keep(nil, nil)
	effects = r.bar(v, effects)
	r.show(&next)
	r.x.stepped(prev, &next, effects, true)
	r.happen(effects)
	r.x.follow(v)
	return nil
}
