package call

import (
	"slices"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/models"
)

// offersPerAgent bounds how often one call rings the same agent, so that a
// phone that cannot ring is not tried for ever. Between two offers lies
// seekPause.
const offersPerAgent = 10

func seconds(n int) time.Duration { return time.Duration(n) * time.Second }

// claim claims the free agents who may answer a call that waits (IN-2, IN-5);
// busy says whether others could, later. While a call that came earlier waits,
// free agents are for that one, whoever of the two looks first. Agents who take part in the call at a
// phone that is no more are candidates, too: their new phone must be dialled
// (IN-12).
func (r *runner) claim(tx *models.Tx, c *Call) (cs []Candidate, busy bool, err error) {
	now := r.x.Now()
	behind, err := tx.QueuedBefore(c.WorkspaceID, c.ID)
	if err != nil {
		return nil, false, err
	}
	agents, err := tx.CallableAgents(c.WorkspaceID, now)
	if err != nil {
		return nil, false, err
	}
	for _, a := range agents {
		wanted := c.elsewhere(a)
		if !wanted && c.State != Talking && a.Eligible(now) {
			wanted = a.ClaimCall == "" && !behind && c.mayRing(a.ID, now)
			busy = busy || behind || a.ClaimCall != ""
			if wanted {
				if wanted, err = tx.Claim(a.AccountID, c.ID, now); err != nil {
					return nil, false, err
				}
			}
		}
		if wanted {
			cs = append(cs, Candidate{AgentID: a.ID, AccountID: a.AccountID, Name: a.Name, Phone: a.PhoneID,
				Leg: engine.LegID(models.NewID()), PartyID: models.NewID()})
		}
	}
	return cs, busy, nil
}

// mayRing says whether an agent can be offered this call (again): not after
// declining it, and not at once after a failure.
func (c *Call) mayRing(agentID string, now time.Time) bool {
	n := 0
	for _, a := range c.Agents {
		if a.AgentID != agentID {
			continue
		}
		if n++; a.State == PartyDeclined || a.State == PartyRinging || n >= offersPerAgent || now.Sub(a.LeftAt) < seekPause {
			return false
		}
	}
	return true
}

// elsewhere says whether the agent rings or talks at a phone that is no more:
// the browser was reloaded, or its leg was
// lost.
func (c *Call) elsewhere(a models.AgentState) bool {
	i := c.present(a.ID)
	return i >= 0 && (c.Agents[i].Phone != a.PhoneID || c.Agents[i].Gone)
}

// look claims the agents who are free now for a waiting call, and dials the
// new phones of those who take part in it. A claim and the
// step that follows it are one transaction.
func (r *runner) look() {
	prev := r.view.Load()
	if prev.State == "" || prev.State.Over() {
		return
	}
	var next Call
	var effects []Effect
	err := r.x.Store.Tx(r.x.ctx, func(tx *models.Tx) error {
		cs, _, err := r.claim(tx, prev)
		if err != nil || len(cs) == 0 {
			return err
		}
		next, effects = Step(*prev, Offered{Candidates: cs}, r.x.Now())
		next.Version = prev.Version + 1
		return save(tx, &next, append(slices.Clip(r.unsaved), records(effects)...))
	})
	if err != nil {
		r.x.Log.Error("free agents cannot be claimed", "call", prev.ID, "error", err)
		return
	}
	if len(effects) == 0 {
		return
	}
	r.keep(nil, nil)
	r.show(&next)
	r.happen(effects)
}
