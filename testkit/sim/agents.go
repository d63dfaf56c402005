package sim

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"ringdesk/controller/call"
	"ringdesk/controller/engine"
	"ringdesk/controller/exchange"
	"ringdesk/models"
	"ringdesk/testkit/memory"
	"ringdesk/testkit/memstore"
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
	id, workspace string
	account       *account
}

// here says whether the account's browser takes calls at a phone.
func (a *account) here(phone string) bool { return a.phone == phone && a.ready && a.lost.IsZero() }

// signIn gives an account a new browser, as a reload does.
func (w *world) signIn(acc *account) {
	w.loses(acc) // the newest browser takes the phone
	w.phones++
	acc.phone, acc.ready, acc.lost = fmt.Sprintf("phone%d", w.phones), true, time.Time{}
	w.owners[acc.phone] = acc
	w.trace("", "%s has %s", acc.id, acc.phone)
	w.saysPhone(acc)
}

// saysPhone tells the controller, if there is one, of an account's new phone. The
// engine hears of it at once, or when its link is back.
func (w *world) saysPhone(acc *account) {
	x := w.ctl
	if x == nil {
		return
	}
	now := models.At(w.now)
	w.change(func(tx *memstore.Tx) error {
		_, err := tx.PutPhone(models.Phone{ID: acc.phone, AccountID: acc.id, Ready: acc.ready, SeenAt: now, CreatedAt: now})
		return err
	})
	if !w.stalled { // a link that is cut comes up again, and then they are given anew
		_ = x.eng.PutPhone(w.ctx, engine.Phone{ID: acc.phone})
	}
	x.AgentsChanged("")
}

// heartbeat is what a browser says of itself every few seconds; the controller
// then knows its phone, if it does not yet.
func (w *world) heartbeat(acc *account) {
	if w.ctl == nil || acc.phone == "" || !acc.lost.IsZero() {
		return
	}
	var state models.AgentState
	w.change(func(tx *memstore.Tx) error {
		err := tx.SetPhoneReady(acc.id, acc.phone, acc.ready, w.now)
		if errors.Is(err, models.ErrNotFound) {
			return nil // the phone that it had before is another's
		}
		state, _ = tx.AgentState(acc.agents[0].workspace, acc.agents[0].id)
		return err
	})
	if state.PhoneID != acc.phone {
		w.saysPhone(acc)
	}
	w.ctl.AgentsChanged("")
}

// heartbeats are those of all browsers.
func (w *world) heartbeats() {
	for _, acc := range w.accounts {
		if w.ctl != nil && acc.phone != "" && acc.lost.IsZero() {
			w.change(func(tx *memstore.Tx) error {
				if err := tx.SetPhoneReady(acc.id, acc.phone, acc.ready, w.now); !errors.Is(err, models.ErrNotFound) {
					return err
				}
				return nil
			})
		}
	}
	w.after(heartbeatInterval, w.heartbeats)
}

// heartbeatInterval is that of the web app.
const heartbeatInterval = 5 * time.Second

// change writes into the store what is not a call's.
func (w *world) change(do func(tx *memstore.Tx) error) {
	if err := w.store.Do(w.ctx, do); err != nil {
		w.fail("", "people cannot be written down: %s", err)
	}
}

// loses takes an account's browser away. Its legs go dead: the engine may
// notice, or not.
func (w *world) loses(acc *account) {
	if !acc.lost.IsZero() || acc.phone == "" {
		return
	}
	w.trace("", "%s loses %s", acc.id, acc.phone)
	acc.lost = w.now
	for _, leg := range w.legsOf(acc) {
		line := w.lines[leg]
		if line == nil || line.Leg() != leg {
			continue
		}
		line.Pause(true)
		if w.dice.chance(600) {
			w.after(w.dice.between(0, 20*time.Second), func() {
				if line.Leg() == leg {
					line.Lose(one(w.dice, []engine.Cause{engine.CauseNoUserResponse, engine.CauseInterworking}))
				}
			})
		}
	}
	w.after(w.dice.between(0, 10*time.Second), func() {
		if w.ctl != nil && !acc.lost.IsZero() {
			w.ctl.BrowserLost(acc.id)
		}
	})
}

// legsOf are the legs of an account in live calls.
func (w *world) legsOf(acc *account) []engine.LegID {
	var legs []engine.LegID
	for _, v := range w.live() {
		for _, p := range v.c.Agents {
			if p.AccountID == acc.id && !p.Gone {
				legs = append(legs, p.Leg)
			}
		}
	}
	return legs
}

// reload is what F5 does, and vanish a computer that goes to sleep.
func (w *world) reload(acc *account) {
	w.loses(acc)
	w.after(w.dice.between(300*time.Millisecond, 5*time.Second), func() { w.signIn(acc) })
}

func (w *world) vanish(acc *account) {
	w.loses(acc)
	w.after(w.dice.between(2*time.Second, time.Minute), func() { w.signIn(acc) })
}

// phoneRings is what an agent does whose phone rings.
func (w *world) phoneRings(id string, a call.Agent, line *memory.Line) {
	acc := w.account(a.AccountID)
	after := func(d time.Duration, do func()) {
		w.after(d, func() {
			if line.Leg() == a.Leg && acc.here(a.Phone) {
				do()
			}
		})
	}
	d := w.dice
	if a.AutoAnswer { // the browser answers by itself
		if d.chance(950) {
			after(d.between(20*time.Millisecond, 800*time.Millisecond), line.Answer)
		}
		return
	}
	switch d.likely(70, 10, 6, 5, 12, 3, 2) {
	case 0:
		after(d.between(500*time.Millisecond, 12*time.Second), line.Answer)
	case 1: // all at the same moment
		after(2*time.Second, line.Answer)
	case 2:
		after(d.between(500*time.Millisecond, 9*time.Second), func() { w.ask(id, call.Do{AgentID: a.AgentID, Action: call.Decline}) })
	case 3:
		after(d.between(500*time.Millisecond, 9*time.Second), line.Decline)
	case 4: // ignores it
	case 5:
		after(d.between(0, 8*time.Second), func() { w.reload(acc) })
	case 6:
		after(d.between(0, 8*time.Second), func() { w.vanish(acc) })
	}
}

// actsIn lets an agent who has joined a call do things until they leave.
func (w *world) actsIn(id string, a call.Agent) {
	w.after(w.dice.between(time.Second, 20*time.Second), func() {
		v := w.views[id]
		if v == nil || v.c.State.Over() {
			return
		}
		i := slices.IndexFunc(v.c.Agents, func(o call.Agent) bool { return o.ID == a.ID && o.State == call.PartyJoined })
		if i < 0 {
			return
		}
		w.act(&v.c, a)
		w.actsIn(id, a)
	})
}

// colleague is any agent of the workspace, sometimes one in the call.
func (w *world) colleague(c *call.Call) string {
	if len(c.Agents) > 0 && w.dice.chance(200) {
		return one(w.dice, c.Agents).AgentID
	}
	return one(w.dice, w.business(c.WorkspaceID).agents).id
}

// actions are what agents do in a call, by weight.
var actions = []struct {
	weight int
	action call.Action
}{
	{6, call.Mute}, {6, call.Unmute}, {7, call.PutHold}, {9, call.Release}, {3, call.SendDTMF}, {8, call.Invite}, {2, call.CancelInvite},
	{7, call.Transfer}, {3, call.PauseRecording}, {4, call.ResumeRecording}, {2, call.AskHelp}, {2, call.HelpDone}, {2, call.Warn},
	{1, call.TurnAway}, {8, call.Leave}, {8, call.EndCall}, {1, call.Barge}, {1, "fly"}, {6, bye}, {2, reload}, {1, vanish}, {15, nothing},
}

// What agents do besides the call's own actions.
const (
	bye     call.Action = "bye"
	reload  call.Action = "reload"
	vanish  call.Action = "vanish"
	nothing call.Action = "nothing"
)

// party is how many of a thousand calls are those into which everybody is
// called.
const party = 15

func (w *world) act(c *call.Call, a call.Agent) {
	weights := make([]int, len(actions))
	for i := range actions {
		weights[i] = actions[i].weight
	}
	do := call.Do{AgentID: a.AgentID, Action: actions[w.dice.likely(weights...)].action, Target: w.colleague(c), Supervisor: true}
	if w.parties[c.ID] && w.dice.chance(900) {
		do.Action = call.Invite
	}
	acc := w.account(a.AccountID)
	switch do.Action {
	case bye:
		if line := w.lines[a.Leg]; line != nil && line.Leg() == a.Leg && acc.here(a.Phone) {
			line.Hangup()
		}
		return
	case reload:
		w.reload(acc)
		return
	case vanish:
		w.vanish(acc)
		return
	case nothing:
		return
	case call.SendDTMF:
		do.Digits = one(w.dice, []string{"1", "12#", "x"})
	case call.Transfer:
		if w.dice.chance(300) {
			do.Team, do.Target = one(w.dice, w.business(c.WorkspaceID).teams), ""
		}
	}
	if acc.here(a.Phone) {
		w.ask(c.ID, do)
	}
}

// lives is what an account does besides taking calls.
func (w *world) lives(acc *account) {
	w.after(w.dice.between(20*time.Second, 200*time.Second), func() {
		if w.closing() {
			return
		}
		if acc.phone == "" {
			w.signIn(acc)
		}
		w.happens(acc)
		if w.ctl != nil {
			w.ctl.AgentsChanged("")
		}
		w.lives(acc)
	})
}

func (w *world) happens(acc *account) {
	d := w.dice
	a := one(d, acc.agents)
	switch d.likely(4, 3, 1, 4, 3, 1, 10, 20, 10, 6, 6) {
	case 0:
		w.reload(acc)
	case 1:
		w.vanish(acc)
	case 2: // goes home for a while
		w.loses(acc)
		acc.ready = false
		w.after(d.between(time.Minute, 10*time.Minute), func() { w.signIn(acc) })
	case 3:
		until := models.At(w.now.Add(d.between(10*time.Second, 3*time.Minute)))
		w.set(a, func(m *models.Agent) { m.DND, m.DNDUntil = true, until })
	case 4:
		w.set(a, func(m *models.Agent) { m.Status = "meal" })
		w.after(d.between(10*time.Second, 5*time.Minute), func() { w.set(a, func(m *models.Agent) { m.Status = "available" }) })
	case 5:
		was := w.state(a).NotifyUnassigned
		w.set(a, func(m *models.Agent) { m.NotifyUnassigned = false })
		w.after(d.between(10*time.Second, 5*time.Minute), func() { w.set(a, func(m *models.Agent) { m.NotifyUnassigned = was }) })
	case 6:
		w.finishWrapUp(a)
	case 7:
		w.placeCall(exchange.Place{Workspace: a.workspace, AgentID: a.id, To: fmt.Sprintf("+8210123412%02d", d.IntN(60))})
	case 8:
		if c := w.anyCall(a); c != nil {
			w.ask(c.ID, call.Do{AgentID: a.id, Action: one(d, []call.Action{call.Listen, call.Whisper, call.Barge}), Supervisor: w.state(a).Supervises})
		}
	case 9:
		if c := w.anyCall(a); c != nil {
			w.ask(c.ID, call.Do{AgentID: a.id, Action: call.Assign, Target: w.colleague(c)})
		}
	case 10:
		if missed := w.missed; len(missed) > 0 {
			w.placeCall(exchange.Place{Workspace: a.workspace, AgentID: a.id, MissedCallID: one(d, missed), Anyway: d.chance(100)})
		}
	}
}

// state is an agent as the store has them.
func (w *world) state(a *agent) models.AgentState {
	s, err := w.store.View().AgentState(a.workspace, a.id)
	if err != nil {
		w.fail("", "agent %s: %s", a.id, err)
	}
	return s
}

func (w *world) set(a *agent, to func(*models.Agent)) {
	w.change(func(tx *memstore.Tx) error { return tx.ChangeAgent(a.id, to) })
}

func (w *world) finishWrapUp(a *agent) {
	w.change(func(tx *memstore.Tx) error { return tx.EndWrapUp(a.workspace, a.id, w.now) })
}

func (w *world) account(id string) *account {
	i := slices.IndexFunc(w.accounts, func(a *account) bool { return a.id == id })
	return w.accounts[i]
}

// live lists the calls that go on, in the order of their ids.
func (w *world) live() []*view {
	vs := make([]*view, 0, len(w.views))
	for _, id := range slices.Sorted(maps.Keys(w.views)) {
		vs = append(vs, w.views[id])
	}
	return vs
}

// anyCall is a call of the agent's workspace, or nil.
func (w *world) anyCall(a *agent) *call.Call {
	vs := slices.DeleteFunc(w.live(), func(v *view) bool { return v.c.WorkspaceID != a.workspace })
	if len(vs) == 0 {
		return nil
	}
	return &one(w.dice, vs).c
}
