package sim

import (
	"cmp"
	"slices"
	"time"

	"ringdesk/controller/call"
	"ringdesk/models"
)

// account is a person with, perhaps, a browser.
type account struct {
	id     string
	tone   int // what they say, in Hz
	agents []*agent
	phone  string // "" before the first browser
	ready  bool
	lost   time.Time // since when the browser says nothing; zero while it does
}

// agent is an account's membership of a workspace.
type agent struct {
	models.Agent
	account *account
	teams   []string
}

// row is a call as the store keeps it.
type row struct {
	c       call.Call
	live    bool
	handled time.Time
}

// desk stands in for the store. It keeps what the controller keeps in its
// database, by the rules of package models; transactions are undone as there.
type desk struct {
	clock    *clock
	accounts []*account
	byID     map[string]*agent
	agents   map[string][]*agent // by workspace, in the order of their ids
	claims   map[string]*models.Claim
	rows     map[string]*row
	live     map[string][]*row // by workspace, in the order of their ids
	blocks   map[string]time.Time
	arrivals map[string][]time.Time // by workspace: when calls from outside came
	talks    map[string][]time.Duration
	outbound map[string]*models.OutboundCall // open ones
	tasks    map[string]bool                 // recordings that are to be mixed
	tracks   map[string]bool                 // those that are not closed
	undo     []func()
}

var _ call.Desk = (*desk)(nil)

func newDesk(c *clock) *desk {
	return &desk{clock: c, byID: map[string]*agent{}, agents: map[string][]*agent{}, claims: map[string]*models.Claim{}, rows: map[string]*row{}, live: map[string][]*row{},
		blocks: map[string]time.Time{}, arrivals: map[string][]time.Time{}, talks: map[string][]time.Duration{},
		outbound: map[string]*models.OutboundCall{}, tasks: map[string]bool{}, tracks: map[string]bool{}}
}

// begin begins a transaction, rollback undoes what was claimed in it.
func (d *desk) begin() { d.undo = d.undo[:0] }

func (d *desk) rollback() {
	for _, undo := range slices.Backward(d.undo) {
		undo()
	}
	d.undo = d.undo[:0]
}

func (d *desk) state(a *agent) models.AgentState {
	acc := a.account
	s := models.AgentState{Agent: a.Agent, PhoneID: acc.phone, PhoneReady: acc.ready, SeenAt: models.Time{Time: d.clock.now}, Teams: a.teams}
	if !acc.lost.IsZero() {
		s.SeenAt.Time = acc.lost
	}
	if c := d.claims[acc.id]; c != nil {
		s.ClaimCall, s.InCall, s.OfferCall = c.CallID, c.InCall, c.OfferCall
	}
	return s
}

// takes says whether an agent takes calls now, apart from being busy (IN-2).
func (d *desk) takes(a *agent) bool {
	s := d.state(a)
	return a.Seat && a.TakesPhone && a.Status == "available" && s.PhoneID != "" && s.Online(d.clock.now)
}

func (d *desk) CallableAgents(workspace string, now time.Time) ([]models.AgentState, error) {
	as := make([]models.AgentState, 0, len(d.agents[workspace]))
	for _, a := range d.agents[workspace] {
		if acc := a.account; acc.ready && (acc.lost.IsZero() || acc.lost.After(now.Add(-models.PhoneTimeout))) {
			as = append(as, d.state(a))
		}
	}
	return as, nil
}

func (d *desk) AgentState(workspace, id string) (models.AgentState, error) {
	if a := d.byID[id]; a != nil && a.WorkspaceID == workspace {
		return d.state(a), nil
	}
	return models.AgentState{}, models.ErrNotFound
}

// agentFree is a cheap look ahead: no means no.
func (d *desk) agentFree(workspace string) bool {
	return slices.ContainsFunc(d.agents[workspace], func(a *agent) bool {
		return d.claims[a.account.id] == nil && d.takes(a)
	})
}

func before(c *call.Call, rank int64, id string) bool {
	return c.Rank < rank || c.Rank == rank && c.ID < id
}

func (d *desk) WaitingBefore(workspace string, rank int64, id string) ([]models.Waiting, error) {
	var ws []models.Waiting
	for _, r := range d.live[workspace] {
		if r.c.State == call.Queued && r.c.Rank != 0 && before(&r.c, rank, id) {
			ws = append(ws, models.Waiting{CallID: r.c.ID, TeamID: r.c.Team(), Rank: r.c.Rank})
		}
	}
	slices.SortFunc(ws, func(a, b models.Waiting) int {
		return cmp.Or(cmp.Compare(a.Rank, b.Rank), cmp.Compare(a.CallID, b.CallID))
	})
	return ws, nil
}

func (d *desk) WaitingCount(workspace, except string) (int, error) {
	n := 0
	for _, r := range d.live[workspace] {
		if r.c.State == call.Queued && r.c.Rank != 0 && r.c.ID != except {
			n++
		}
	}
	return n, nil
}

func (d *desk) MarkOffered(id string, now time.Time) error {
	a := d.byID[id]
	was := a.OfferedAt
	d.undo = append(d.undo, func() { a.OfferedAt = was })
	a.OfferedAt = models.At(now)
	return nil
}

func (d *desk) Claim(account, id string, now time.Time) (bool, error) {
	if d.claims[account] != nil {
		return false, nil
	}
	d.undo = append(d.undo, func() { delete(d.claims, account) })
	d.claims[account] = &models.Claim{AccountID: account, CallID: id, At: models.At(now)}
	return true, nil
}

func (d *desk) ClaimSecond(account, id string) (bool, error) {
	c := d.claims[account]
	if c == nil || !c.InCall || c.CallID == id || c.OfferCall != "" {
		return false, nil
	}
	d.undo = append(d.undo, func() { c.OfferCall = "" })
	c.OfferCall = id
	return true, nil
}

// occupy gives the call that the account leaves for this one (IN-9).
func (d *desk) occupy(account, id string, now time.Time) (left string) {
	c := d.claims[account]
	if c == nil {
		c = &models.Claim{AccountID: account, At: models.At(now)}
		d.claims[account] = c
	} else if c.CallID != id {
		left = c.CallID
	}
	if c.OfferCall == id {
		c.OfferCall = ""
	}
	c.CallID, c.InCall = id, true
	return left
}

func (d *desk) release(account, id string) {
	c := d.claims[account]
	switch {
	case c == nil:
	case c.OfferCall == id:
		c.OfferCall = ""
		if c.CallID == id {
			delete(d.claims, account)
		}
	case c.CallID == id && c.OfferCall == "":
		delete(d.claims, account)
	case c.CallID == id:
		c.CallID, c.InCall, c.OfferCall = c.OfferCall, false, ""
	}
}

// releaseStale ends the claims of calls that are not live.
func (d *desk) releaseStale() {
	dead := func(id string) bool { return id != "" && (d.rows[id] == nil || !d.rows[id].live) }
	for account, c := range d.claims {
		if dead(c.OfferCall) {
			c.OfferCall = ""
		}
		switch {
		case !dead(c.CallID):
		case c.OfferCall == "":
			delete(d.claims, account)
		default:
			c.CallID, c.InCall, c.OfferCall = c.OfferCall, false, ""
		}
	}
}

func (d *desk) account(id string) *account {
	i := slices.IndexFunc(d.accounts, func(a *account) bool { return a.id == id })
	if i < 0 {
		return nil
	}
	return d.accounts[i]
}

func (d *desk) add(c call.Call) {
	r := &row{c: c, live: true}
	d.rows[c.ID] = r
	d.live[c.WorkspaceID] = append(d.live[c.WorkspaceID], r)
}

// save writes a call's state. What is not live any more is forgotten but for
// what a call back needs.
func (d *desk) save(c call.Call) {
	r := d.rows[c.ID]
	r.c = c
	if r.live && c.Drained() {
		r.live = false
		d.live[c.WorkspaceID] = slices.DeleteFunc(d.live[c.WorkspaceID], func(o *row) bool { return o == r })
		if c.State != call.Missed {
			delete(d.rows, c.ID)
		}
	}
}

// perMinute counts the calls from outside in the last minute.
func (d *desk) perMinute(workspace string, now time.Time) int {
	at := d.arrivals[workspace]
	i := slices.IndexFunc(at, func(t time.Time) bool { return t.After(now.Add(-time.Minute)) })
	if i < 0 {
		i = len(at)
	}
	d.arrivals[workspace] = at[i:]
	return len(at) - i
}

// pace is how long talks last, and how many agents share them.
func (d *desk) pace(workspace string) (talk time.Duration, agents int) {
	ts := d.talks[workspace]
	for _, t := range ts {
		talk += t / time.Duration(len(ts))
	}
	for _, a := range d.agents[workspace] {
		if d.takes(a) {
			agents++
		}
	}
	return talk, agents
}
