package call

import (
	"context"
	"errors"
	"slices"

	"ringdesk/models"
)

// asked is an agent's command with the place for its answer.
type asked struct {
	workspace string
	do        Do
	answer    chan answer
}

type answer struct {
	call Call
	err  error
}

// Do carries out an agent's command in a live call of the workspace. No such
// call gives models.ErrNotFound; one that cannot be done, a *RefusedError.
func (x *Exchange) Do(ctx context.Context, workspace, callID string, do Do) (Call, error) {
	x.mu.Lock()
	r := x.calls[callID]
	x.mu.Unlock()
	if r == nil {
		return Call{}, models.ErrNotFound
	}
	ask := asked{workspace: workspace, do: do, answer: make(chan answer, 1)}
	r.put(ask)
	select {
	case a := <-ask.answer:
		return a.call, a.err
	case <-r.ended:
		return Call{}, models.ErrNotFound
	case <-ctx.Done():
		return Call{}, ctx.Err()
	}
}

func (r *runner) ask(in asked) {
	if r.view.Load().WorkspaceID != in.workspace {
		in.answer <- answer{err: models.ErrNotFound}
		return
	}
	var err error
	switch {
	case in.do.Fetches() == "":
		err = refusal(r.step(in.do))
	case r.blind:
		err = &RefusedError{Reason: "The phone system cannot be reached at the moment: try again shortly."}
	default:
		err = r.transact(func(tx *models.Tx) (Input, error) {
			do := in.do
			err := r.x.finder(tx).Fetch(r.view.Load(), &do)
			return do, err
		})
	}
	in.answer <- answer{call: *r.view.Load(), err: err}
}

// Fetches is the agent whom the command brings into the call, or "".
func (d Do) Fetches() string {
	switch d.Action {
	case Invite, Assign:
		return d.Target
	case Transfer:
		return d.Target
	case Listen, Whisper, Barge:
		return d.AgentID
	default:
		return ""
	}
}

// Fetch claims the agent whom a command brings in, or says why they cannot be
// had. One who is in another call can be invited: accepting leaves it (IN-9).
func (f Finder) Fetch(c *Call, do *Do) error {
	id := do.Fetches()
	if c.present(id) >= 0 {
		return nil
	}
	a, err := f.AgentState(c.WorkspaceID, id)
	if errors.Is(err, models.ErrNotFound) {
		do.Why = "There is no colleague with this id in your workspace."
		return nil
	}
	if err != nil {
		return err
	}
	now := f.Now
	itself := do.Action == Listen || do.Action == Whisper || do.Action == Barge
	cand := f.Candidate(a)
	switch {
	case !a.Seat && !itself:
		do.Why = a.Name + " has no operator seat, so calls cannot ring there."
		return nil
	case !itself && a.Agent.Status != "available":
		do.Why = a.Name + " is not available at the moment (" + a.Agent.Status + ")."
		return nil
	case !itself && !a.TakesPhone:
		do.Why = a.Name + " takes no phone calls at the moment."
		return nil
	case a.DNDNow(now) && do.Action == Assign:
		cand.Silent = true
		do.Candidate = &cand
		return nil
	case a.DNDNow(now) && !itself:
		do.Why = a.Name + " does not want to be disturbed at the moment."
		return nil
	case !a.Online(now):
		do.Why = a.Name + " is not signed in with a browser that can ring."
		return nil
	}
	return f.fetchFree(c, do, a, cand, itself)
}

func (f Finder) fetchFree(c *Call, do *Do, a models.AgentState, cand Candidate, itself bool) error {
	var ok bool
	var err error
	switch {
	case a.ClaimCall == "":
		ok, err = f.Claim(a.AccountID, c.ID, f.Now)
	case a.InCall && !itself:
		ok, err = f.ClaimSecond(a.AccountID, c.ID)
	}
	if err != nil {
		return err
	}
	if !ok {
		do.Why = a.Name + " is being called by somebody else at the moment."
		if itself {
			do.Why = "You are in another call: leave it first."
		}
		return nil
	}
	do.Candidate = &cand
	return f.MarkOffered(a.ID, f.Now)
}

// transact makes an input from what the store says, steps, and saves, all in
// one transaction. A nil input does nothing; a refused one undoes it all.
func (r *runner) transact(decide func(tx *models.Tx) (Input, error)) error {
	prev := r.view.Load()
	var next Call
	var effects []Effect
	var v *saving
	err := r.x.Store.Tx(r.x.ctx, func(tx *models.Tx) error {
		in, err := decide(tx)
		if err != nil || in == nil {
			return err
		}
		next, effects = Step(*prev, in, r.x.Now())
		if i := slices.IndexFunc(effects, func(e Effect) bool { _, no := e.(Refused); return no }); i >= 0 {
			return refusal(effects[i].(Refused).Reason)
		}
		next.Version = prev.Version + 1
		v = &saving{x: r.x, tx: tx, c: &next}
		return v.save(append(slices.Clip(r.unsaved), records(effects)...))
	})
	if err != nil || v == nil {
		return err
	}
	r.keep(nil, nil)
	effects = r.bar(v, effects)
	r.show(&next)
	r.happen(effects)
	r.x.follow(v)
	return nil
}
