package sim

import (
	"fmt"
	"slices"
	"time"

	"ringdesk/controller/call"
	"ringdesk/controller/engine"
	"ringdesk/controller/engine/memory"
)

// here says whether the account's browser takes calls at a phone.
func (a *account) here(phone string) bool { return a.phone == phone && a.ready && a.lost.IsZero() }

// signIn gives an account a new browser, as a reload does.
func (w *world) signIn(acc *account) {
	w.loses(acc) // the newest browser takes the phone
	w.phones++
	acc.phone, acc.ready, acc.lost = fmt.Sprintf("phone%d", w.phones), true, time.Time{}
	w.trace("", "%s has %s", acc.id, acc.phone)
	if w.ctl != nil {
		w.putPhone(w.ctl.eng, acc)
		w.ctl.kick(true)
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
			w.ctl.browserLost(acc.id)
		}
	})
}

// legsOf are the legs of an account in live calls.
func (w *world) legsOf(acc *account) []engine.LegID {
	var legs []engine.LegID
	for _, a := range acc.agents {
		for _, r := range w.desk.live[a.WorkspaceID] {
			for _, p := range r.c.Agents {
				if p.AccountID == acc.id && !p.Gone {
					legs = append(legs, p.Leg)
				}
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
func (w *world) phoneRings(r *runner, a call.Agent, line *memory.Line) {
	acc := w.desk.account(a.AccountID)
	after := func(d time.Duration, do func()) {
		w.after(d, func() {
			if line.Leg() == a.Leg && acc.here(a.Phone) {
				do()
			}
		})
	}
	d := w.dice
	if a.Redial { // the browser answers by itself
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
		after(d.between(500*time.Millisecond, 9*time.Second), func() { w.ask(r.c.ID, call.Do{AgentID: a.AgentID, Action: call.Decline}) })
	case 3:
		after(d.between(500*time.Millisecond, 9*time.Second), line.Decline)
	case 4: // ignores it
	case 5:
		after(d.between(0, 8*time.Second), func() { w.reload(acc) })
	case 6:
		after(d.between(0, 8*time.Second), func() { w.vanish(acc) })
	}
}

// ask gives a call an agent's command; while the controller is down, nobody
// hears it.
func (w *world) ask(id string, do call.Do) {
	if w.ctl == nil {
		return
	}
	if r := w.ctl.runners[id]; r != nil && r.c.WorkspaceID != "" {
		r.put(asked{Do: do})
	}
}

// actsIn lets an agent who has joined a call do things until they leave.
func (w *world) actsIn(id string, a call.Agent) {
	w.after(w.dice.between(time.Second, 20*time.Second), func() {
		r := w.desk.rows[id]
		if r == nil || r.c.State.Over() {
			return
		}
		i := slices.IndexFunc(r.c.Agents, func(o call.Agent) bool { return o.ID == a.ID && o.State == call.PartyJoined })
		if i < 0 {
			return
		}
		w.act(&r.c, a)
		w.actsIn(id, a)
	})
}

// colleague is any agent of the workspace, sometimes one in the call.
func (w *world) colleague(c *call.Call) string {
	if len(c.Agents) > 0 && w.dice.chance(200) {
		return one(w.dice, c.Agents).AgentID
	}
	return one(w.dice, w.desk.agents[c.WorkspaceID]).ID
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
	acc := w.desk.account(a.AccountID)
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
			w.ctl.kick(true)
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
		a.DND, a.DNDUntil.Time = true, w.now.Add(d.between(10*time.Second, 3*time.Minute))
	case 4:
		a.Status = "meal"
		w.after(d.between(10*time.Second, 5*time.Minute), func() { a.Status = "available" })
	case 5:
		was := a.NotifyUnassigned
		a.NotifyUnassigned = false
		w.after(d.between(10*time.Second, 5*time.Minute), func() { a.NotifyUnassigned = was })
	case 6:
		a.WrapUpUntil.Time = time.Time{}
	case 7:
		w.placeCall(placing{by: a, to: fmt.Sprintf("+8210123412%02d", d.IntN(60))})
	case 8:
		if c := w.anyCall(a); c != nil {
			w.ask(c.ID, call.Do{AgentID: a.ID, Action: one(d, []call.Action{call.Listen, call.Whisper, call.Barge}), Supervisor: a.Supervises})
		}
	case 9:
		if c := w.anyCall(a); c != nil {
			w.ask(c.ID, call.Do{AgentID: a.ID, Action: call.Assign, Target: w.colleague(c)})
		}
	case 10:
		if len(w.missed) > 0 {
			w.placeCall(placing{by: a, missed: one(d, w.missed)})
		}
	}
}

func (w *world) anyCall(a *agent) *call.Call {
	if live := w.desk.live[a.WorkspaceID]; len(live) > 0 {
		return &one(w.dice, live).c
	}
	return nil
}

// placeCall is an agent who calls somebody (OUT-2).
func (w *world) placeCall(p placing) {
	if w.ctl == nil || !w.ctl.up || p.missed != "" && w.desk.rows[p.missed].c.WorkspaceID != p.by.WorkspaceID {
		return
	}
	w.ctl.begin(call.Call{ID: w.newID()}, false).put(p)
}
