package asterisk

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"ringdesk/controller/engine"
)

// argCalled marks legs that are made first and call only when the dialplan has
// let them: those over trunks.
const argCalled = "called"

// dialOut calls over a trunk. Unlike a channel that is originated, one that is
// made and then told to dial follows no redirect (SEC-2), since nothing reads
// where it points, and can be heard before its answer.
func (a *Adapter) dialOut(ctx context.Context, req engine.DialRequest, seconds int) error {
	id := string(req.Leg)
	q := url.Values{"endpoint": {"PJSIP/" + req.Number + "@" + req.Trunk}, "app": {a.opt.App}, "appArgs": {argCalled}, "channelId": {id}}
	if req.Like != "" {
		q.Set("originator", string(req.Like))
	}
	variables := dialVariables(req)
	variables["CONNECTEDLINE(all,i)"] = callerID(req.CallerName, req.CallerID)
	err := a.entering(ctx, id, func() error {
		return a.raw(ctx, http.MethodPost, "/channels/create?"+q.Encode(), map[string]any{"variables": variables}, nil)
	})
	if err == nil {
		err = a.mayCall(ctx, id, req.Number)
	}
	if err == nil {
		err = a.raw(ctx, http.MethodPost, "/channels/"+id+"/dial?timeout="+strconv.Itoa(seconds), nil, nil)
	}
	if err != nil {
		a.with(req.Leg, func(l *leg) { l.uncalled = true })
		go a.endUncalled(req.Leg)
		return err
	}
	a.mu.Lock()
	limit := a.trunks[req.Trunk].FirstAnswerOrDefault()
	a.mu.Unlock()
	time.AfterFunc(limit, func() { a.expectFirstAnswer(req.Leg) })
	return nil
}

// endUncalled removes a leg that was made and must not call.
func (a *Adapter) endUncalled(leg engine.LegID) {
	ctx, cancel := context.WithTimeout(context.Background(), a.opt.CommandTimeout)
	defer cancel()
	_ = a.raw(ctx, http.MethodDelete, "/channels/"+string(leg), nil, nil) // what is left, Step's own limit ends
}

// expectFirstAnswer gives a carrier up that has answered nothing. Of SIP 100 no
// event tells; it is looked for among the causes that Asterisk keeps of each
// response.
func (a *Adapter) expectFirstAnswer(id engine.LegID) {
	name := ""
	a.with(id, func(l *leg) {
		if !l.ringing && !l.answered && l.cause == 0 {
			name = l.name
		}
	})
	if name == "" {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), a.opt.CommandTimeout)
	defer cancel()
	said, err := a.variable(ctx, string(id), "HANGUPCAUSE("+name+",tech)")
	if nothing := classify(err) == engine.KindRefused; !nothing && (err != nil || said != "") {
		return
	}
	_ = a.Hangup(ctx, id, engine.CauseNoUserResponse) // gone meanwhile, or the link is
}

// checkSealed ends a call whose far side has answered an offer of SRTP with plain RTP.
// Asterisk sends nothing then, and leaves the call up without a sound.
func (a *Adapter) checkSealed(id engine.LegID) {
	ctx, cancel := context.WithTimeout(context.Background(), a.opt.CommandTimeout)
	defer cancel()
	secure, err := a.variable(ctx, string(id), "CHANNEL(rtp,secure)")
	if none := classify(err) == engine.KindRefused; secure == "1" || err != nil && !none {
		return
	}
	_ = a.Hangup(ctx, id, engine.CauseInterworking) // gone meanwhile, or the link is
}

// mayCall asks the engine's dialplan whether a number may be called over a
// trunk (OUT-9): extensions.conf has what may be called, and what may not.
// Asterisk evaluates functions for channels only: it is the one that would call.
func (a *Adapter) mayCall(ctx context.Context, id, number string) error {
	allowed, err := a.inDialplan(ctx, id, "outbound", number)
	if err != nil {
		return err
	}
	denied := false
	if allowed {
		if denied, err = a.inDialplan(ctx, id, "outbound-denied", number); err != nil {
			return err
		}
	}
	if !allowed || denied {
		return engine.Refuse("the engine's dialplan does not let %s be called (extensions.conf, context outbound)", number)
	}
	return nil
}

// inDialplan says whether a context has an extension. The number is checked
// before: it is part of an expression.
func (a *Adapter) inDialplan(ctx context.Context, id, where, number string) (bool, error) {
	value, err := a.variable(ctx, id, fmt.Sprintf("DIALPLAN_EXISTS(%s,%s,1)", where, number))
	if err != nil {
		return false, fmt.Errorf("asking the engine's dialplan: %w", err)
	}
	return value == "1", nil
}
