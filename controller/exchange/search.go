package exchange

import (
	"slices"
	"time"

	"ringdesk/controller/assign"
	"ringdesk/controller/call"
	"ringdesk/controller/engine"
	"ringdesk/dialplan"
	"ringdesk/models"
)

// mostLosses bounds how often a call rings an agent whose phone cannot ring on,
// so that it is not tried for ever. Between two offers lies seekPause.
const mostLosses = 10

// finder finds and claims agents for calls, at one moment and in one
// transaction. newID makes the ids of offers; view gives a live call, or nil.
type finder struct {
	searchRows
	now   time.Time
	newID func() string
	view  func(call string) *call.Call
	// awaited says whether browsers of a workspace are on their way back, since
	// the controller has only just started; nil means none ever.
	awaited func(workspace string) (bool, error)
}

func (x *Exchange) finder(tx Tx) finder {
	f := finder{searchRows: tx, now: x.now(), newID: x.NewID, view: x.view}
	if f.now.Sub(x.started) < models.PhoneTimeout {
		f.awaited = func(workspace string) (bool, error) { return tx.PhonesAwaited(workspace, x.started) }
	}
	return f
}

// view gives a live call's state; nil if there is none.
func (x *Exchange) view(id string) *call.Call {
	if r := x.runnerOfCall(id); r != nil {
		return r.view.Load()
	}
	return nil
}

// firstFew is how many free agents are read at first: enough that there are some left if
// another controller claims one, or a call before this one waits for them.
const firstFew = 8

// search finds and claims the agents who may be offered a call that waits (IN-2
// to IN-6). Agents who take part in the call at a phone that is no more are
// candidates, too: their new phone must be dialled (IN-12).
func (f finder) search(c *call.Call) (call.Found, error) {
	inside, err := f.CallableAgents(models.CallableFilter{Workspace: c.WorkspaceID, Among: agentsOf(c)}, f.now)
	if err != nil {
		return call.Found{}, err
	}
	found := call.Found{Candidates: f.moved(c, inside), Back: back(c, inside)}
	if c.State != "" && !c.Waits() || len(found.Candidates) > 0 || c.RingsOne() {
		return found, nil
	}
	want, err := f.want(c)
	if err != nil {
		return call.Found{}, err
	}
	if found.Waiting, err = f.WaitingCount(c.WorkspaceID, c.ID); err != nil {
		return call.Found{}, err
	}
	choice, agents, err := f.choose(c, want)
	if err != nil {
		return call.Found{}, err
	}
	found.Busy, found.Tried = choice.Busy, choice.Tried
	if f.awaited != nil && len(choice.Pick) == 0 && !found.Busy {
		if found.Busy, err = f.awaited(c.WorkspaceID); err != nil {
			return call.Found{}, err
		}
	}
	return found, f.claim(c, choice, agents, &found)
}

// agentsOf lists the ids of those who are or were in the call.
func agentsOf(c *call.Call) []string {
	ids := make([]string, 0, len(c.Agents))
	for _, a := range c.Agents {
		if !slices.Contains(ids, a.AgentID) {
			ids = append(ids, a.AgentID)
		}
	}
	return ids
}

// choose says who is offered the call, and among which agents it has looked. It reads all
// of them only where the first ones leave open who it is.
func (f finder) choose(c *call.Call, want assign.Want) (assign.Choice, []models.AgentState, error) {
	order, few := want.Order()
	if few {
		free := &models.FreeFilter{Team: want.Team, Kind: want.Kind, Order: order, Day: want.Day}
		choice, agents, settled, err := f.chooseAmong(c, want, models.CallableFilter{Free: free, Limit: firstFew})
		if err != nil || settled {
			return choice, agents, err
		}
		if len(agents) < firstFew && len(choice.Pick) == 0 { // nobody is free: the caller waits if somebody will be
			choice, agents, _, err = f.chooseAmong(c, want, models.CallableFilter{Limit: firstFew})
			if err != nil || choice.Busy {
				return choice, agents, err
			}
		}
	}
	choice, agents, _, err := f.chooseAmong(c, want, models.CallableFilter{})
	return choice, agents, err
}

// chooseAmong chooses among some agents. settled says that no other would come first.
func (f finder) chooseAmong(c *call.Call, want assign.Want, some models.CallableFilter) (choice assign.Choice, agents []models.AgentState, settled bool, err error) {
	some.Workspace = c.WorkspaceID
	if agents, err = f.CallableAgents(some, f.now); err != nil {
		return choice, nil, false, err
	}
	choice = assign.Choose(want, cooled(c, agents, f.now), f.now)
	return choice, agents, want.Settled(choice, len(agents) < some.Limit), nil
}

// claim takes the chosen agents who are still free: under automatic assignment
// the first of them, else all.
func (f finder) claim(c *call.Call, choice assign.Choice, agents []models.AgentState, found *call.Found) error {
	for _, a := range choice.Pick {
		ok, err := f.Claim(a.AccountID, c.ID, f.now)
		if err != nil {
			return err
		}
		if !ok { // another controller was faster
			found.Busy = true
			continue
		}
		if err := f.MarkOffered(a.ID, f.now); err != nil {
			return err
		}
		found.Candidates = append(found.Candidates, f.candidate(a))
		if c.Plan.Automatic {
			return nil
		}
	}
	if choice.Silent != "" && len(found.Candidates) == 0 {
		if i := slices.IndexFunc(agents, func(a models.AgentState) bool { return a.ID == choice.Silent }); i >= 0 {
			silent := f.candidate(agents[i])
			silent.Silent = true
			found.Candidates = append(found.Candidates, silent)
		}
	}
	return nil
}

// candidate makes an offer to an agent.
func (f finder) candidate(a models.AgentState) call.Candidate {
	return call.Candidate{AgentID: a.ID, AccountID: a.AccountID, Name: a.Name, Phone: a.PhoneID, RingSeconds: a.RingSeconds, JoinMuted: a.JoinMuted,
		Leg: engine.LegID(f.newID()), PartyID: f.newID()}
}

// moved are the agents who ring or talk at a phone that is no more: the browser
// was reloaded, or its leg was lost.
func (f finder) moved(c *call.Call, agents []models.AgentState) []call.Candidate {
	var cs []call.Candidate
	for _, a := range agents {
		i := c.Present(a.ID)
		if i < 0 || c.Agents[i].AutoAnswer || c.Agents[i].Silent() {
			continue
		}
		if c.Agents[i].Phone != a.PhoneID || c.Agents[i].Gone {
			cs = append(cs, f.candidate(a))
		}
	}
	return cs
}

// back are the agents whose page was out of sight and is there again, with the
// same phone still in the talk: only the way between had been broken.
func back(c *call.Call, agents []models.AgentState) []string {
	var ids []string
	for _, a := range agents {
		i := c.Present(a.ID)
		if i < 0 || c.Agents[i].AwaySince.IsZero() || c.Agents[i].AutoAnswer || c.Agents[i].Gone || c.Agents[i].Phone != a.PhoneID {
			continue
		}
		ids = append(ids, a.ID)
	}
	return ids
}

// want is what the call asks of the assignment, with the calls before it.
func (f finder) want(c *call.Call) (assign.Want, error) {
	rank := c.Rank
	if rank == 0 {
		rank = call.RankOf(f.now, c.Plan.Priority)
	}
	w := wants(c, f.now)
	earlier, err := f.WaitingBefore(c.WorkspaceID, rank, c.ID)
	w.Earlier = earlier
	others := map[string]*assign.Want{} // by call; nil where nothing is known of it
	w.Takes = func(call string, a models.AgentState) bool {
		other, known := others[call]
		if !known {
			if v := f.view(call); v != nil && v.Waits() {
				want := wants(v, f.now)
				other = &want
			}
			others[call] = other
		}
		return other == nil || assign.Candidate(*other, a, f.now)
	}
	return w, err
}

// wants is what the call asks for, apart from its place in the queue.
func wants(c *call.Call, now time.Time) assign.Want {
	w := assign.Want{Call: c.ID, Team: c.Team(), Kind: c.Kind, Automatic: c.Plan.Automatic, Strategy: c.Plan.Strategy, Day: day(now, c.Zone),
		Skills: c.Plan.Skills, AssignSilently: c.Plan.AssignSilently, Rounds: c.Rounds()}
	w.Offers, w.Last = c.Asked()
	return w
}

// day is the day of a moment in a time zone (IANA name), as 2026-11-25. An
// unknown zone is UTC.
func day(at time.Time, zone string) string {
	return at.In(dialplan.Location(zone)).Format(time.DateOnly)
}

// cooled leaves out agents whose phones were lost too often while this call
// rang them, and lets those whose phone was lost just now count as busy, unless
// they have a new one.
func cooled(c *call.Call, agents []models.AgentState, now time.Time) []models.AgentState {
	losses := map[string]int{}
	latest := map[string]call.Agent{}
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
		if lost, ok := latest[a.ID]; ok && lost.Phone == a.PhoneID && now.Sub(lost.LeftAt) < call.SeekPause && a.ClaimCall == "" {
			a.ClaimCall = c.ID
		}
		as = append(as, a)
	}
	return as
}

// sought looks for agents for a call. The input that it gives is nil where
// nothing comes of it.
func (f finder) sought(c *call.Call) (call.Input, error) {
	if !c.Waits() && c.State != call.Talking && c.State != call.Dialing || c.Rests() {
		return nil, nil
	}
	found, err := f.search(c)
	switch {
	case err != nil:
		return nil, err
	case len(found.Candidates)+len(found.Back) > 0:
		return call.Offered(found), nil
	case !c.Waits(), c.SeekAt.IsZero() && c.AnyRings(), // it waits or rings on
		c.State == call.Queued && found.Busy && !c.QueuedAt.IsZero() && c.SeekAt.IsZero():
		return nil, nil
	default:
		return call.Offered(found), nil
	}
}

// looked is when the call last looked for agents.
func (r *runner) looked() time.Time { return time.Unix(0, r.lookedAt.Load()) }

// look claims the agents who are free now for a waiting call, and dials the
// new phones of those who take part in it. A claim and the step that follows it
// are one transaction.
func (r *runner) look() {
	r.lookedAt.Store(r.x.now().UnixNano())
	c := r.view.Load()
	err := r.transact(func(tx Tx) (call.Input, error) { return r.x.finder(tx).sought(c) })
	if err != nil {
		r.x.Log.Error("free agents cannot be claimed", "call", c.ID, "error", err)
	}
}
