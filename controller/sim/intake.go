package sim

import (
	"time"

	"ringdesk/controller/call"
	"ringdesk/controller/engine"
	"ringdesk/controller/outbound"
	"ringdesk/dialplan"
)

// arrived takes in a call from outside, as call's intake does.
func (r *runner) arrived(ev engine.LegArrived) bool {
	w := r.x.w
	n := w.numbers[ev.To]
	if n == nil { // nobody has this number
		r.outbox = append(r.outbox, call.Hangup{Leg: ev.Leg, Cause: engine.CauseUnallocated})
		r.send()
		return false
	}
	b := w.business(n.WorkspaceID)
	plan := dialplan.Decide(n.settings, dialplan.Facts{Now: w.now, TimeZone: b.TimeZone,
		Blocked: ev.From != "" && w.now.Before(w.desk.blocks[b.ID+ev.From]), PerMinute: w.desk.perMinute(b.ID, w.now)})
	w.desk.arrivals[b.ID] = append(w.desk.arrivals[b.ID], w.now)
	c := call.Call{ID: r.c.ID, WorkspaceID: b.ID, NumberID: n.ID, Kind: "phone", Direction: "inbound", From: ev.From, To: ev.To,
		StartedAt: w.now, Plan: plan, Zone: b.TimeZone, RecordingID: w.newID(), Record: n.Record,
		Customer: call.Customer{Party: call.Party{ID: w.newID(), Name: "Customer", Leg: ev.Leg}, ContactID: "contact" + ev.From}}
	w.desk.begin()
	in := call.Arrived{}
	if len(plan.Say) == 0 && plan.Refuse == "" {
		found, err := w.finder().Search(&c)
		if err != nil {
			w.fail(c.ID, "the desk fails: %s", err)
		}
		in = call.Arrived(found)
	}
	r.first(c, in)
	return !r.c.Drained()
}

// first saves a new call with its first step.
func (r *runner) first(c call.Call, in call.Input) {
	w := r.x.w
	w.calls++
	w.desk.add(c)
	next, effects := call.Step(c, in, w.now)
	r.c = c
	r.commit(next, effects)
}

// place begins an agent's outbound call. false ends the runner.
func (r *runner) place(in placing) bool {
	w := r.x.w
	a := w.desk.state(in.by)
	if !a.Online(w.now) {
		return false
	}
	if missed := w.desk.rows[in.missed]; missed != nil {
		if !missed.handled.IsZero() || missed.c.From == "" {
			return false // somebody has called back, or nobody can
		}
		in.to = missed.c.From
	}
	grant, err := w.grant(in.by.WorkspaceID, in.by.ID, in.to, "", false)
	if err != nil {
		return false
	}
	w.desk.begin()
	if ok, _ := w.desk.Claim(a.AccountID, r.c.ID, w.now); !ok {
		return false
	}
	b := w.business(in.by.WorkspaceID)
	c := w.outboundCall(b, grant, "")
	c.ID, c.MissedCallID = r.c.ID, in.missed
	out := grant.Call(c.ID)
	w.desk.outbound[c.ID] = &out
	r.first(c, call.Placed{Candidate: w.finder().Candidate(a)})
	return true
}

// outboundCall is a granted call before its first step.
func (w *world) outboundCall(b *business, grant outbound.Grant, contact string) call.Call {
	n := w.numbers[grant.Number.Number]
	plan := dialplan.Decide(n.settings, dialplan.Facts{Now: w.now, TimeZone: b.TimeZone})
	plan.Say, plan.Refuse = nil, ""
	to := grant.Dial()
	return call.Call{ID: w.newID(), WorkspaceID: b.ID, NumberID: n.ID, Kind: "phone", Direction: "outbound",
		From: n.Number.Number, To: to, StartedAt: w.now, Plan: plan, Zone: b.TimeZone, RecordingID: w.newID(), Record: n.Record,
		Customer: call.Customer{Party: call.Party{ID: w.newID(), Name: "Customer", Gone: true}, ContactID: contact},
		Out:      &call.Out{Number: to, Routes: grant.Routes, Seconds: int(grant.MaxDuration / time.Second)}}
}
