package exchange

import (
	"context"
	"slices"
	"sync"
	"time"

	"ringdesk/controller/call"
	"ringdesk/controller/engine"
)

// hangUps knows which phones are about to be hung up: an agent is free as soon as
// the end of a talk is saved, and another call may be quicker to dial the phone
// than this one to hang it up. The phone would then be busy, or the next call
// would ring in the last one's ear. Within one call, commands are in order anyway.
type hangUps struct {
	mu   sync.Mutex
	open map[engine.LegID]hangUp
	// waiting are the bells of the dials that wait for one of them.
	waiting []Bell
}

// hangUp is one that a call has decided.
type hangUp struct{ call, phone string }

// hangUpPatience is how long a dial waits for a hang-up that the engine does not
// carry out.
const hangUpPatience = time.Second

func newHangUps() *hangUps {
	return &hangUps{open: map[engine.LegID]hangUp{}}
}

// decided notes the hang-ups of agents among the effects of a call's step. It is
// called before the step is saved, and so before anybody can know that they are free.
func (h *hangUps) decided(c *call.Call, effects []call.Effect) {
	for _, e := range effects {
		cmd, ok := e.(call.Hangup)
		if !ok {
			continue
		}
		if i := slices.IndexFunc(c.Agents, func(a call.Agent) bool { return a.Leg == cmd.Leg }); i >= 0 {
			h.mu.Lock()
			h.open[cmd.Leg] = hangUp{c.ID, c.Agents[i].Phone}
			h.mu.Unlock()
		}
	}
}

// dropped takes back what was noted of a step that was undone.
func (h *hangUps) dropped(effects []call.Effect) {
	for _, e := range effects {
		if cmd, ok := e.(call.Hangup); ok {
			h.done(cmd)
		}
	}
}

// done notes that the engine has answered a command.
func (h *hangUps) done(cmd call.Command) {
	hangup, ok := cmd.(call.Hangup)
	if !ok {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, ok := h.open[hangup.Leg]; ok {
		delete(h.open, hangup.Leg)
		for _, b := range h.waiting {
			b.Ring()
		}
		h.waiting = nil
	}
}

// wait returns when no other call is about to hang the phone up.
func (h *hangUps) wait(rt Runtime, call, phone string) {
	if !h.awaits(nil, call, phone) {
		return
	}
	bell, until := rt.Bell(), rt.Now().Add(hangUpPatience)
	for h.awaits(bell, call, phone) {
		left := until.Sub(rt.Now())
		if left <= 0 {
			return
		}
		bell.Wait(context.Background(), left)
	}
}

// awaits says whether another call is about to hang the phone up; the bell, if
// any, is rung when one of the hang-ups is done.
func (h *hangUps) awaits(bell Bell, call, phone string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, o := range h.open {
		if o.phone == phone && o.call != call {
			if bell != nil && !slices.Contains(h.waiting, bell) {
				h.waiting = append(h.waiting, bell)
			}
			return true
		}
	}
	return false
}
