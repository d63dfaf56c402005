package call

import (
	"context"
	"slices"
	"sync"
	"time"

	"ringdesk/controller/engine"
)

// hangUps knows which phones are about to be hung up: an agent is free as soon as
// the end of a talk is saved, and another call may be quicker to dial the phone
// than this one to hang it up. The phone would then be busy, or the next call
// would ring in the last one's ear. Within one call, commands are in order anyway.
type hangUps struct {
	mu   sync.Mutex
	open map[engine.LegID]hangUp
	less chan struct{} // closed when one of them is done
}

// hangUp is one that a call has decided.
type hangUp struct{ call, phone string }

// hangUpPatience is how long a dial waits for a hang-up that the engine does not
// carry out.
const hangUpPatience = time.Second

func newHangUps() *hangUps {
	return &hangUps{open: map[engine.LegID]hangUp{}, less: make(chan struct{})}
}

// decided notes the hang-ups of agents among the effects of a call's step. It is
// called before the step is saved, and so before anybody can know that they are free.
func (h *hangUps) decided(c *Call, effects []Effect) {
	for _, e := range effects {
		cmd, ok := e.(Hangup)
		if !ok {
			continue
		}
		if i := slices.IndexFunc(c.Agents, func(a Agent) bool { return a.Leg == cmd.Leg }); i >= 0 {
			h.mu.Lock()
			h.open[cmd.Leg] = hangUp{c.ID, c.Agents[i].Phone}
			h.mu.Unlock()
		}
	}
}

// done notes that the engine has answered a command.
func (h *hangUps) done(cmd Command) {
	hangup, ok := cmd.(Hangup)
	if !ok {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, ok := h.open[hangup.Leg]; ok {
		delete(h.open, hangup.Leg)
		close(h.less)
		h.less = make(chan struct{})
	}
}

// wait returns when no other call is about to hang the phone up.
func (h *hangUps) wait(ctx context.Context, call, phone string) {
	ctx, cancel := context.WithTimeout(ctx, hangUpPatience)
	defer cancel()
	for ctx.Err() == nil {
		h.mu.Lock()
		less, others := h.less, false
		for _, o := range h.open {
			others = others || o.phone == phone && o.call != call
		}
		h.mu.Unlock()
		if !others {
			return
		}
		select {
		case <-less:
		case <-ctx.Done():
		}
	}
}
