package asterisk

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"ringdesk/controller/engine"
)

// nativeContext is the context of the installation's own extensions that calls are
// handed over to, by way of leavingContext, which takes the limit on waiting callers
// off: it would end the call in the middle of the extension.
const (
	nativeContext  = "native"
	leavingContext = "leaving"
)

const (
	// nativeCall is the variable that tells such an extension our call id.
	nativeCall = "RINGDESK_CALL"
	// answeredVariable says of a channel that came to us up that it was answered for
	// the controller: Asterisk itself shows no difference.
	answeredVariable = "RINGDESK_ANSWERED"
)

// HandOver implements engine.Commands.
func (a *Adapter) HandOver(ctx context.Context, req engine.HandOverRequest) error {
	return a.legCommand("HandOver", req.Leg, a.handOver(ctx, req))
}

func (a *Adapter) handOver(ctx context.Context, req engine.HandOverRequest) error {
	if err := req.Check(); err != nil {
		return err
	}
	there, err := a.variable(ctx, string(req.Leg), fmt.Sprintf("DIALPLAN_EXISTS(%s,%s,1)", nativeContext, req.Extension))
	if err != nil {
		return err
	}
	if there != "1" {
		return engine.Refuse("there is no extension %q in the context %s of the own dialplan", req.Extension, nativeContext)
	}
	// What is played would be heard to its end before Asterisk lets the leg go.
	if err := a.stopPlays(ctx, req.Leg); err != nil {
		return err
	}
	music := false
	a.with(req.Leg, func(l *leg) { music, l.leaving = l.music, true })
	if music {
		err = a.music(ctx, "HandOver", req.Leg, false)
	}
	if err == nil {
		err = a.setVariable(ctx, string(req.Leg), nativeCall, req.Call)
	}
	if err == nil {
		q := url.Values{"context": {leavingContext}, "extension": {req.Extension}, "priority": {"1"}}
		err = a.raw(ctx, http.MethodPost, "/channels/"+string(req.Leg)+"/continue?"+q.Encode(), nil, nil)
	}
	if kind := classify(err); err != nil && kind != engine.KindTimeout {
		a.with(req.Leg, func(l *leg) { l.leaving = false })
	}
	return err
}

// answerUp answers a call that an own extension has answered before: no event of
// Asterisk's will tell.
func (a *Adapter) answerUp(ctx context.Context, id engine.LegID) error {
	if err := a.setVariable(ctx, string(id), answeredVariable, "1"); err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if l := a.legs[id]; l != nil && !l.answered {
		l.answered, l.up = true, false
		a.made.Emit(engine.LegAnswered{Leg: id, At: time.Now()})
	}
	return nil
}

// findUp says of the legs that came to us up whether they were answered for the
// controller.
func (a *Adapter) findUp(ctx context.Context, s seen) {
	for id := range s.up {
		state, there := s.Legs[id]
		// One that was not answered has no such variable.
		said, err := a.variable(ctx, string(id), answeredVariable)
		s.up[id] = there && (err != nil || said != "1")
		if s.up[id] {
			state.Answered = false
			s.Legs[id] = state
		}
	}
}
