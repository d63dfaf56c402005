package sim

import (
	"slices"
	"time"

	"ringdesk/controller/call"
	"ringdesk/controller/engine"
)

// hangUp is one of an agent's leg that a call has decided.
type hangUp struct {
	call, phone string
	at          time.Time // of the transaction that made it known
	done        time.Time // zero while the engine has not answered
}

func (h *hangUp) open() bool { return h != nil && h.done.IsZero() }

// hangUpPatience is how long a dial waits for another call's hang-up.
const hangUpPatience = time.Second

// noteHangUps notes which agents' legs are about to be hung up, and from when on
// the first command of the step could be sent.
func (w *world) noteHangUps(v *view, effects []call.Effect) {
	commands := 0
	for _, e := range effects {
		if _, ok := e.(call.Command); ok {
			commands++
		}
		hangup, ok := e.(call.Hangup)
		if !ok {
			continue
		}
		for i := range v.c.Agents {
			if a := &v.c.Agents[i]; a.Leg == hangup.Leg && !w.hangUps[a.Leg].open() {
				at := w.savedAt[v.c.ID]
				if before := w.hangUps[a.Leg]; before != nil { // the engine did not do it, and nobody waits for long
					at = before.at
				}
				w.hangUps[a.Leg] = &hangUp{call: v.c.ID, phone: a.Phone, at: at}
			}
		}
	}
	if commands > 0 && w.unsent[v.c.ID] == 0 {
		w.headAt[v.c.ID] = w.now
	}
	w.unsent[v.c.ID] += commands
}

// sent notes that the engine has answered a command.
func (w *world) sent(id string, cmd call.Command) {
	if w.unsent[id] > 0 { // a call that was refused has had no step
		w.unsent[id]--
	}
	w.headAt[id] = w.now
	if hangup, ok := cmd.(call.Hangup); ok && w.hangUps[hangup.Leg] != nil {
		w.hangUps[hangup.Leg].done = w.now
	}
}

// checkHungUp: a phone is dialled after it was hung up for the call before, unless
// the engine does not do that in time (IN-6). What was decided after the dial was
// asked for came too late for it.
func (w *world) checkHungUp(req engine.DialRequest, asked time.Time) {
	for _, o := range w.dialled[req.Phone] {
		if w.line(o.leg) == nil || o.call == req.Call {
			continue
		}
		h, a := w.hangUps[o.leg], w.stored(o)
		if a != nil && a.State == call.PartyRinging && !a.Gone && w.offersCall(req) {
			w.fail(req.Call, "phone %s is dialled, and rings for call %s", req.Phone, o.call)
		}
		if h == nil && a != nil && !a.Gone && a.State != call.PartyRinging && a.State != call.PartyJoined { // it is saved, and its runner does not know yet
			h = &hangUp{at: w.savedAt[o.call]}
		}
		if h != nil && h.done.IsZero() && w.now.Sub(h.at) < hangUpPatience && !h.at.Before(w.mended) && !h.at.After(asked) {
			w.fail(req.Call, "phone %s is dialled, and call %s has not hung it up yet", req.Phone, o.call)
		}
	}
	w.dialled[req.Phone] = append(w.dialled[req.Phone], dialledLeg{req.Leg, req.Call})
}

// dialledLeg is a leg to a phone.
type dialledLeg struct {
	leg  engine.LegID
	call string
}

// offersCall says whether a dial offers a call, and does not only bring back an
// agent who talks.
func (w *world) offersCall(req engine.DialRequest) bool {
	v := w.views[req.Call]
	return v != nil && slices.ContainsFunc(v.c.Agents, func(a call.Agent) bool { return a.Leg == req.Leg && a.State == call.PartyRinging })
}

// stored is what the store says of the agent whom a leg belongs to; nil if
// nothing.
func (w *world) stored(l dialledLeg) *call.Agent {
	row := w.store.Call(l.call)
	if row == nil {
		return nil
	}
	c, err := call.Decode(row.Data)
	i := slices.IndexFunc(c.Agents, func(a call.Agent) bool { return a.Leg == l.leg })
	if err != nil || i < 0 {
		return nil
	}
	return &c.Agents[i]
}

// checkWaits: a dial waits for the hang-ups of other calls only (IN-6).
func (w *world) checkWaits(req engine.DialRequest) {
	since := w.headAt[req.Call]
	if req.Phone == "" || since.IsZero() || w.now.Sub(since) < hangUpPatience {
		return
	}
	for _, h := range w.hangUps {
		if h.phone == req.Phone && h.call != req.Call && (h.done.IsZero() || !h.done.Before(since)) {
			return
		}
	}
	w.fail(req.Call, "the dial of phone %s has waited for %s, and no other call was to hang it up", req.Phone, w.now.Sub(since))
}
