package call

import (
	"slices"
	"time"

	"ringdesk/controller/assign"
	"ringdesk/controller/engine"
	"ringdesk/dialplan"
	"ringdesk/models"
)

// mostLosses bounds how often a call rings an agent whose phone cannot ring on,
// so that it is not tried for ever. Between two offers lies seekPause.
const mostLosses = 10

// Desk is what finding agents needs of the store. models.Tx has it; a
// simulation may bring its own.
type Desk interface {
	CallableAgents(workspace string, now time.Time) ([]models.AgentState, error)
	AgentState(workspace, id string) (models.AgentState, error)
	WaitingBefore(workspace string, rank int64, call string) ([]models.Waiting, error)
	WaitingCount(workspace, except string) (int, error)
	Claim(account, call string, now time.Time) (bool, error)
	ClaimSecond(account, call string) (bool, error)
	MarkOffered(agent string, now time.Time) error
}

var _ Desk = (*models.Tx)(nil)

// Finder finds and claims agents for calls, at one moment and in one
// transaction. NewID makes the ids of offers; View gives a live call, or nil.
type Finder struct {
	Desk
	Now   time.Time
	NewID func() string
	View  func(call string) *Call
	// Awaited says whether browsers of a workspace are on their way back, since
	// the controller has only just started; nil means none ever.
	Awaited func(workspace string) (bool, error)
}

func (x *Exchange) finder(tx *models.Tx) Finder {
	f := Finder{Desk: tx, Now: x.Now(), NewID: models.NewID, View: x.view}
	if f.Now.Sub(x.started) < models.PhoneTimeout {
		f.Awaited = func(workspace string) (bool, error) { return tx.PhonesAwaited(workspace, x.started) }
	}
	return f
}

// view gives a live call's state; nil if there is none.
func (x *Exchange) view(id string) *Call {
	x.mu.Lock()
	defer x.mu.Unlock()
	if r := x.calls[id]; r != nil {
		return r.view.Load()
	}
	return nil
}

// Search finds and claims the agents who may be offered a call that waits (IN-2
// to IN-6). Agents who take part in the call at a phone that is no more are
// candidates, too: their new phone must be dialled (IN-12).
func (f Finder) Search(c *Call) (Found, error) {
	now := f.Now
	agents, err := f.CallableAgents(c.WorkspaceID, now)
	if err != nil {
		return Found{}, err
	}
	found := Found{Candidates: f.moved(c, agents), Back: c.back(agents)}
	if c.State != "" && !c.Waits() || len(found.Candidates) > 0 || c.ringsOne() {
		return found, nil
	}
	want, err := f.want(c)
	if err != nil {
		return Found{}, err
	}
	if found.Waiting, err = f.WaitingCount(c.WorkspaceID, c.ID); err != nil {
		return Found{}, err
	}
	choice := assign.Choose(want, c.cooled(agents, now), now)
	found.Busy, found.Tried = choice.Busy, choice.Tried
	if f.Awaited != nil && len(choice.Pick) == 0 && !found.Busy {
		if found.Busy, err = f.Awaited(c.WorkspaceID); err != nil {
			return Found{}, err
		}
	}
	return found, f.claim(c, choice, agents, &found)
}

// claim takes the chosen agents who are still free: under automatic assignment
// the first of them, else all.
func (f Finder) claim(c *Call, choice assign.Choice, agents []models.AgentState, found *Found) error {
	for _, a := range choice.Pick {
		ok, err := f.Claim(a.AccountID, c.ID, f.Now)
		if err != nil {
			return err
		}
		if !ok { // another controller was faster
			found.Busy = true
			continue
		}
		if err := f.MarkOffered(a.ID, f.Now); err != nil {
			return err
		}
		found.Candidates = append(found.Candidates, f.Candidate(a))
		if c.Plan.Automatic {
			return nil
		}
	}
	if choice.Silent != "" && len(found.Candidates) == 0 {
		if i := slices.IndexFunc(agents, func(a models.AgentState) bool { return a.ID == choice.Silent }); i >= 0 {
			silent := f.Candidate(agents[i])
			silent.Silent = true
			found.Candidates = append(found.Candidates, silent)
		}
	}
	return nil
}

// Candidate makes an offer to an agent.
func (f Finder) Candidate(a models.AgentState) Candidate {
	return Candidate{AgentID: a.ID, AccountID: a.AccountID, Name: a.Name, Phone: a.PhoneID, RingSeconds: a.RingSeconds,
		Leg: engine.LegID(f.NewID()), PartyID: f.NewID()}
}

// moved are the agents who ring or talk at a phone that is no more: the browser
// was reloaded, or its leg was lost.
func (f Finder) moved(c *Call, agents []models.AgentState) []Candidate {
	var cs []Candidate
	for _, a := range agents {
		i := c.present(a.ID)
		if i < 0 || c.Agents[i].Redial || c.Agents[i].Silent() {
			continue
		}
		if c.Agents[i].Phone != a.PhoneID || c.Agents[i].Gone {
			cs = append(cs, f.Candidate(a))
		}
	}
	return cs
}

// back are the agents whose page was out of sight and is there again, with the
// same phone still in the talk: only the way between had been broken.
func (c *Call) back(agents []models.AgentState) []string {
	var ids []string
	for _, a := range agents {
		i := c.present(a.ID)
		if i < 0 || c.Agents[i].AwaySince.IsZero() || c.Agents[i].Redial || c.Agents[i].Gone || c.Agents[i].Phone != a.PhoneID {
			continue
		}
		ids = append(ids, a.ID)
	}
	return ids
}

// Silent says whether the agent was assigned without ringing (IN-3).
func (a *Agent) Silent() bool { return a.State == PartyRinging && a.Gone }

// ringsOne says whether the call rings an agent whom nobody else shall ring
// beside: automatic assignment asks one at a time (IN-4), and a colleague has
// chosen whom a call is handed over or assigned to (CALL-7, IN-3).
func (c *Call) ringsOne() bool {
	return slices.ContainsFunc(c.Agents, func(a Agent) bool {
		return a.State == PartyRinging && (c.Plan.Automatic || a.InvitedBy != "")
	})
}

// want is what the call asks of the assignment, with the calls before it.
func (f Finder) want(c *Call) (assign.Want, error) {
	rank := c.Rank
	if rank == 0 {
		rank = rankOf(f.Now, c.Plan.Priority)
	}
	w := c.wants(f.Now)
	earlier, err := f.WaitingBefore(c.WorkspaceID, rank, c.ID)
	w.Earlier = earlier
	others := map[string]*assign.Want{} // by call; nil where nothing is known of it
	w.Takes = func(call string, a models.AgentState) bool {
		other, known := others[call]
		if !known {
			if v := f.View(call); v != nil && v.Waits() {
				want := v.wants(f.Now)
				other = &want
			}
			others[call] = other
		}
		return other == nil || assign.Candidate(*other, a, f.Now)
	}
	return w, err
}

// wants is what the call asks for, apart from its place in the queue.
func (c *Call) wants(now time.Time) assign.Want {
	w := assign.Want{Call: c.ID, Team: c.Team(), Kind: c.Kind, Automatic: c.Plan.Automatic, Strategy: c.Plan.Strategy, Day: day(now, c.Zone),
		Skills: c.Plan.Skills, AssignSilently: c.Plan.AssignSilently, Rounds: c.rounds(), Offers: map[string]int{}}
	for _, a := range c.Agents[min(c.Offers, len(c.Agents)):] {
		if a.State == PartyMoved {
			continue
		}
		w.Last = a.AgentID
		if a.Level != c.Level || a.InvitedBy != "" {
			continue
		}
		if !a.Lost {
			w.Offers[a.AgentID]++
		}
	}
	return w
}

// day is the day of a moment in a time zone (IANA name), as 2026-11-25. An
// unknown zone is UTC.
func day(at time.Time, zone string) string {
	return at.In(dialplan.Location(zone)).Format(time.DateOnly)
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
// rang them, and lets those whose phone was lost just now count as busy, unless
// they have a new one.
func (c *Call) cooled(agents []models.AgentState, now time.Time) []models.AgentState {
	losses := map[string]int{}
	latest := map[string]Agent{}
	for _, a := range c.Agents {
		if a.Lost {
			losses[a.AgentID]++
			latest[a.AgentID] = a
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
		if lost, ok := latest[a.ID]; ok && lost.Phone == a.PhoneID && now.Sub(lost.LeftAt) < seekPause && a.ClaimCall == "" {
			a.ClaimCall = c.ID
		}
		as = append(as, a)
	}
	return as
}

// Sought looks for agents for a call. The input that it gives is nil where
// nothing comes of it.
func (f Finder) Sought(c *Call) (Input, error) {
	if !c.Waits() && c.State != Talking && c.State != Dialing || c.rests() {
		return nil, nil
	}
	found, err := f.Search(c)
	switch {
	case err != nil:
		return nil, err
	case len(found.Candidates)+len(found.Back) > 0:
		return Offered(found), nil
	case !c.Waits(), c.State == Queued && found.Busy && !c.QueuedAt.IsZero() && c.SeekAt.IsZero(): // it waits on
		return nil, nil
	default:
		return Offered(found), nil
	}
}

// looked is when the call last looked for agents.
func (r *runner) looked() time.Time { return time.Unix(0, r.lookedAt.Load()) }

// look claims the agents who are free now for a waiting call, and dials the
// new phones of those who take part in it. A claim and the step that follows it
// are one transaction.
func (r *runner) look() {
	r.lookedAt.Store(r.x.Now().UnixNano())
	c := r.view.Load()
	err := r.transact(func(tx *models.Tx) (Input, error) { return r.x.finder(tx).Sought(c) })
	if err != nil {
		r.x.Log.Error("free agents cannot be claimed", "call", c.ID, "error", err)
	}
}
