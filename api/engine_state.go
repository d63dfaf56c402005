package api

import (
	"context"
	"encoding/json"
	"time"
)

const (
	// engineLook is how often it is looked whether the engine is there; adds to
	// what the link takes to notice (link.Timing), 5 s in all at most.
	engineLook = 250 * time.Millisecond
	// liveBeat is the longest that a page hears nothing: one that has heard nothing
	// for 12 s knows that the server is silent (IN-12).
	liveBeat = 5 * time.Second
)

// engineState is how the engine is, and the message that tells it.
type engineState struct {
	LiveEngine
	message []byte
}

// engine gives how the engine is.
func (h *hub) engine() *engineState { return h.engineNow.Load() }

// lookAtEngine notes how the engine is, and says whether that is different.
func (h *hub) lookAtEngine() bool {
	up := h.s.opts.EngineUp == nil || h.s.opts.EngineUp() == nil
	if was := h.engine(); was != nil && was.Up == up {
		return false
	}
	state := &engineState{LiveEngine: LiveEngine{Type: LiveEngineMessage, Up: up, Since: h.s.now().UTC()}}
	message, err := json.Marshal(state.LiveEngine)
	if err != nil {
		h.s.log.Error("the engine's state cannot be told", "error", err)
		return false
	}
	state.message = message
	h.engineNow.Store(state)
	return true
}

// watchEngine tells every page at once when the engine is gone or back, until ctx
// ends.
func (h *hub) watchEngine(ctx context.Context) {
	tick := time.NewTicker(engineLook)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		if h.lookAtEngine() {
			h.mu.Lock()
			for l := range h.listeners {
				signal(l.wake)
			}
			h.mu.Unlock()
		}
	}
}
