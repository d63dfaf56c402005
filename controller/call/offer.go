package call

import (
	"slices"
	"time"

	"ringdesk/controller/assign"
	"ringdesk/controller/engine"
	"ringdesk/models"
)

// mostLosses bounds how often a call rings an agent whose phone cannot ring on,
// so that it is not tried for ever. Between two offers lies seekPause.
const mostLosses = 10

// search finds and claims the agents who may be offered a call that waits (IN-2
// to IN-6). Agents who take part in the call at a phone that is no more are
// candidates, too: their new phone must be dialled (IN-12).
func (x *Exchange) search(tx *models.Tx, c *Call) (Found, error) {
	now := x.Now()
	agents, err := tx.CallableAgents(c.WorkspaceID, now)
	if err != nil {
		return Found{}, err
	}
	found := Found{Candidates: c.moved(agents)}
	if c.State != "" && !c.Waits() || len(found.Candidates) > 0 || c.Plan.Automatic && c.rings() {
		return found, nil
	}
	if c.Out != nil && c.Rank == 0 && now.Before(c.SeekAt) { // a callback that rests
		return found, nil
	}
	want, err := c.want(tx, agents, now)
	if err != nil {
		return Found{}, err
	}
	if found.Waiting, err = tx.WaitingCount(c.WorkspaceID); err != nil {
		return Found{}, err
	}
	if c.State == Queued {
		found.Waiting--
	}
	choice := assign.Choose(want, c.cooled(agents, now), now)
	found.Busy, found.Tried = choice.Busy, choice.Tried
	return found, x.claim(tx, c, choice, agents, &found, now)
}

// claim takes the chosen agents who are still free: under automatic assignment
// the first of them, else all.
func (x *Exchange) claim(tx *models.Tx, c *Call, choice assign.Choice, agents []models.AgentState, found *Found, now time.Time) error {
	for _, a := range choice.Pick {
		ok, err := tx.Claim(a.AccountID, c.ID, now)
		if err != nil {
			return err
		}
		if !ok { // another controller was faster
			found.Busy = true
			continue
		}
		if err := tx.MarkOffered(a.ID, now); err != nil {
			return err
		}
		found.Candidates = append(found.Candidates, candidate(a))
		if c.Plan.Automatic {
			return nil
		}
	}
	if choice.Silent != "" && len(found.Candidates) == 0 {
		if i := slices.IndexFunc(agents, func(a models.AgentState) bool { return a.ID == choice.Silent }); i >= 0 {
			silent := candidate(agents[i])
			silent.Silent = true
			found.Candidates = append(found.Candidates, silent)
		}
	}
	return nil
}

func candidate(a models.AgentState) Candidate {
	return Candidate{AgentID: a.ID, AccountID: a.AccountID, Name: a.Name, Phone: a.PhoneID, RingSeconds: a.RingSeconds,
		Leg: engine.LegID(models.NewID()), PartyID: models.NewID()}
}

// moved are the agents who ring or talk at a phone that is no more: the browser
// was reloaded, or its leg was lost.
func (c *Call) moved(agents []models.AgentState) []Candidate {
	var cs []Candidate
	for _, a := range agents {
		i := c.present(a.ID)
		if i < 0 || c.Agents[i].Redial || c.Agents[i].silent() {
			continue
		}
		if c.Agents[i].Phone != a.PhoneID || c.Agents[i].Gone {
			cs = append(cs, candidate(a))
		}
	}
	return cs
}

// silent says whether the agent was assigned without ringing (IN-3).
func (a *Agent) silent() bool { return a.State == PartyRinging && a.Gone }

func (c *Call) rings() bool {
	return slices.ContainsFunc(c.Agents, func(a Agent) bool { return a.State == PartyRinging })
}

// want is what the call asks of the assignment.
func (c *Call) want(tx *models.Tx, agents []models.AgentState, now time.Time) (assign.Want, error) {
	rank := c.Rank
	if rank == 0 {
		rank = rankOf(now, c.Plan.Priority)
	}
	earlier, err := tx.WaitingBefore(c.WorkspaceID, rank, c.ID)
	w := assign.Want{Call: c.ID, Team: c.Team(), Kind: c.Kind, Automatic: c.Plan.Automatic, Strategy: c.Plan.Strategy,
		Skills: c.Plan.Skills, AssignSilently: c.Plan.AssignSilently, Rounds: c.rounds(), Offers: map[string]int{}, Earlier: earlier}
	for _, a := range c.Agents[min(c.Offers, len(c.Agents)):] {
		if a.State == PartyMoved || a.Level != c.Level || a.InvitedBy != "" {
			continue
		}
		w.Last = a.AgentID
		if !a.Lost {
			w.Offers[a.AgentID]++
		}
	}
	return w, err
}

// rounds is how often each candidate is offered the call at this level. Where
// all ring at once, once.
func (c *Call) rounds() int {
	if !c.Plan.Automatic || c.Level >= len(c.Plan.Levels) {
		return 1
	}
	return max(1, c.Plan.Levels[c.Level].Rounds)
}

// cooled leaves out agents whose phones were lost too often while this call
// rang them, and lets those whose phone was lost just now count as busy.
func (c *Call) cooled(agents []models.AgentState, now time.Time) []models.AgentState {
	losses := map[string]int{}
	latest := map[string]time.Time{}
	for _, a := range c.Agents {
		if a.Lost {
			losses[a.AgentID]++
			latest[a.AgentID] = a.LeftAt
		}
	}
	if len(losses) == 0 {
		return agents
	}
	var as []models.AgentState
	for _, a := range agents {
		if losses[a.ID] >= mostLosses {
			continue
		}
		if at, ok := latest[a.ID]; ok && now.Sub(at) < seekPause && a.ClaimCall == "" {
			a.ClaimCall = c.ID
		}
		as = append(as, a)
	}
	return as
}

// look claims the agents who are free now for a waiting call, and dials the
// new phones of those who take part in it. A claim and the step that follows it
// are one transaction.
func (r *runner) look() {
	prev := r.view.Load()
	if !prev.Waits() && prev.State != Talking && prev.State != Dialing {
		return
	}
	err := r.transact(func(tx *models.Tx) (Input, error) {
		found, err := r.x.search(tx, prev)
		if err != nil || len(found.Candidates) == 0 && !prev.Waits() {
			return nil, err
		}
		if len(found.Candidates) == 0 && prev.State == Queued && found.Busy && !prev.QueuedAt.IsZero() && prev.SeekAt.IsZero() {
			return nil, nil // it waits on
		}
		return Offered(found), nil
	})
	if err != nil {
		r.x.Log.Error("free agents cannot be claimed", "call", prev.ID, "error", err)
	}
}
