package exchange

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"ringdesk/controller/call"
	"ringdesk/controller/outbound"
	"ringdesk/controller/reason"
	"ringdesk/dialplan"
	"ringdesk/models"
)

// Place is an agent's wish to call somebody (OUT-2, OUT-3).
type Place struct {
	Workspace    string
	AgentID      string
	To           string // as typed; may be empty with MissedCallID
	NumberID     string // of the number to show; "" takes the first that fits (OUT-5)
	ContactID    string // "" finds the contact by the number, or makes a lead (OUT-4)
	MissedCallID string // the missed call that this one answers (MISS-5)
	Anyway       bool   // although somebody has called back already
}

// Why a call or a command is refused, whoever asks.
var (
	unreachable = reason.Of(reason.EngineUnreachable, "The phone system cannot be reached at the moment: try again shortly.")
	inAnother   = reason.Of(reason.YouAreInACall, "You are in another call: leave it first.")
)

// HandledError says that somebody has called back already (MISS-5).
type HandledError struct {
	At      time.Time
	AgentID string // who did; "" where that was not kept
}

func (e *HandledError) Error() string {
	return "Somebody has called back already (이미 처리된 부재중 전화입니다): you may call anyway."
}

// placing is a Place with the place for its answer.
type placing struct {
	Place
	answer *reply[answer]
}

func (in placing) lapse() { in.answer.lapse() }

// Place places a call: the agent's own browser is dialled first, then the
// customer. It is refused with an *outbound.Refusal, a *HandledError, or a
// *RefusedError.
func (x *Exchange) Place(ctx context.Context, p Place) (call.Call, error) {
	if err := x.EngineUp(); err != nil {
		return call.Call{}, &call.RefusedError{Why: unreachable}
	}
	r := x.start(call.Call{ID: x.NewID()})
	in := placing{Place: p, answer: newReply[answer](x.Runtime)}
	if !r.put(in) {
		in.lapse()
	}
	a, ok := in.answer.wait(ctx)
	switch {
	case ok:
		return a.call, a.err
	case ctx.Err() != nil:
		return call.Call{}, ctx.Err()
	default:
		return call.Call{}, &call.RefusedError{Why: reason.Of(reason.Restarting, "ringdesk is being restarted: try again in a moment.")}
	}
}

// place begins an outbound call. false ends the runner.
func (r *runner) place(in placing) bool {
	err := r.begin(func(tx Tx) (call.Call, call.Input, error) { return r.x.prepare(tx, r.view.Load().ID, in.Place) })
	in.answer.give(answer{call: *r.view.Load(), err: err})
	return err == nil
}

// prepare checks an outbound call and claims its agent, in one transaction.
func (x *Exchange) prepare(tx Tx, id string, p Place) (call.Call, call.Input, error) {
	agent, err := tx.AgentState(p.Workspace, p.AgentID)
	if err != nil {
		return call.Call{}, nil, err
	}
	if !agent.Online(x.now()) {
		return call.Call{}, nil, &call.RefusedError{
			Why: reason.Of(reason.PhoneNotConnected, "Your browser's phone is not connected: wait a moment, or reload the page.")}
	}
	var missed string
	if p.MissedCallID != "" {
		if missed, err = x.answerMissed(tx, p); err != nil {
			return call.Call{}, nil, err
		}
		p.To = cmp.Or(p.To, missed)
	}
	facts, err := x.outboundFacts(tx, p.Workspace, p.AgentID)
	if err != nil {
		return call.Call{}, nil, err
	}
	grant, err := outbound.Check(outbound.Request{Text: p.To, NumberID: p.NumberID, At: x.now()}, facts)
	if err != nil {
		return call.Call{}, nil, err
	}
	if p.MissedCallID != "" && grant.Dial() != missed {
		return call.Call{}, nil, &call.RefusedError{
			Why: reason.Of(reason.MissedOtherNumber, "This is not the number of the missed call: place the call without it.")}
	}
	if ok, err := tx.Claim(agent.AccountID, id, x.now()); err != nil || !ok {
		return call.Call{}, nil, errors.Join(err, &call.RefusedError{Why: inAnother})
	}
	c, err := x.outboundCall(tx, id, facts.Workspace, grant, p.ContactID, &p.AgentID)
	if err != nil {
		return call.Call{}, nil, err
	}
	c.MissedCallID = p.MissedCallID
	return c, call.Placed{Candidate: x.finder(tx).candidate(agent)}, tx.AddOutbound(grant.Call(id))
}

// answerMissed gives the number of a missed call that nobody has called back
// yet.
func (x *Exchange) answerMissed(tx Tx, p Place) (string, error) {
	row, err := tx.MissedCall(p.Workspace, p.MissedCallID)
	if err != nil {
		return "", err
	}
	first, err := tx.HandleMissed(p.Workspace, p.MissedCallID, p.AgentID, x.now())
	if err != nil {
		return "", err
	}
	if !first && !p.Anyway {
		return "", &HandledError{At: row.MissedHandledAt.Time, AgentID: row.MissedHandledBy}
	}
	switch {
	case row.CallerAddress != "":
		err = &call.RefusedError{Why: reason.Of(reason.MissedAddress,
			"This caller has no telephone number, only the address "+row.CallerAddress+": nobody can call back.", "address", row.CallerAddress)}
	case row.From == "":
		err = &call.RefusedError{Why: reason.Of(reason.MissedWithheld, "This caller's number was withheld: nobody can call back.")}
	}
	return row.From, err
}

func (x *Exchange) outboundFacts(tx Tx, workspace, agent string) (models.OutboundFacts, error) {
	ws, err := tx.Workspace(workspace)
	if err != nil {
		return models.OutboundFacts{}, err
	}
	from, to, err := outbound.Day(x.now(), ws.TimeZone)
	if err != nil {
		return models.OutboundFacts{}, err
	}
	return tx.OutboundFacts(workspace, agent, x.now(), from, to)
}

// outboundCall makes a granted call's conversation, and the call before its
// first step.
func (x *Exchange) outboundCall(tx Tx, id string, ws models.Workspace, grant outbound.Grant, contactID string, agent *string) (call.Call, error) {
	to := grant.Dial()
	contact, err := x.callee(tx, ws.ID, contactID, to)
	if err != nil {
		return call.Call{}, err
	}
	settings, err := x.settings(tx, ws, grant.Number)
	if err != nil {
		return call.Call{}, err
	}
	plan := dialplan.Decide(settings, dialplan.Facts{Now: x.now(), TimeZone: ws.TimeZone})
	plan.Say, plan.Refuse = nil, "" // they are for those who call us
	conv, err := x.converse(tx, grant.Number, contact.ID, "outbound", agent)
	return call.Call{
		ID: id, WorkspaceID: ws.ID, ConversationID: conv, NumberID: grant.Number.ID, Kind: "phone", Direction: "outbound",
		From: grant.Number.Number, To: to, StartedAt: x.now(), Plan: plan, Zone: ws.TimeZone, Recorded: call.Recorded{RecordingID: x.NewID(), Record: grant.Number.Record},
		Customer: call.Customer{Party: call.Party{ID: x.NewID(), Name: contact.Name, Gone: true}, ContactID: contact.ID},
		Out:      &call.Out{Number: to, Routes: grant.Routes, Seconds: int(grant.MaxDuration / time.Second)},
	}, err
}

func (x *Exchange) callee(tx Tx, workspace, contactID, number string) (models.FullContact, error) {
	if contactID != "" {
		return tx.Contact(workspace, contactID)
	}
	return tx.ContactOfCaller(workspace, models.Caller{Number: number}, models.At(x.now()))
}

// mayCallBack says whether a caller could be called back as things stand (Q-1,
// OUT-6).
func (x *Exchange) mayCallBack(tx Tx, workspace, number, caller string) (bool, error) {
	if caller == "" {
		return false, nil
	}
	facts, err := x.outboundFacts(tx, workspace, "")
	if err != nil {
		return false, err
	}
	_, err = outbound.Check(outbound.Request{Text: caller, NumberID: number, At: x.now()}, forAnybody(facts))
	return err == nil, nil
}

// makeCallback makes the call that a caller asked for instead of waiting.
// It keeps the caller's place. nil if policy does not allow to call them.
func (x *Exchange) makeCallback(tx Tx, from *call.Call, rank int64) (*made, error) {
	facts, err := x.outboundFacts(tx, from.WorkspaceID, "")
	if err != nil {
		return nil, err
	}
	grant, err := outbound.Check(outbound.Request{Text: from.From, NumberID: from.NumberID, At: x.now()}, forAnybody(facts))
	if err != nil {
		x.Log.Warn("a caller who asked for it cannot be called back", "call", from.ID, "why", err)
		return nil, nil
	}
	c, err := x.outboundCall(tx, x.NewID(), facts.Workspace, grant, from.Customer.ContactID, nil)
	if err != nil {
		return nil, err
	}
	c.Plan.Overflow, c.Level = from.Plan.Overflow, from.Level
	c.Out.Callback = &call.Callback{From: from.ID, Rank: rank}
	next, effects := x.step(&c, call.AskedBack{})
	v := &saving{x: x, tx: tx, c: &next, next: sides(nil, &next, effects, x.now())}
	err = v.add(x.records(effects))
	return &made{next, effects, v.next}, err
}

// forAnybody lifts what is about single agents: it was the caller who asked for
// this call, of this number.
func forAnybody(f models.OutboundFacts) models.OutboundFacts {
	f.Agent.Seat, f.Agent.PlacesCalls = true, true
	f.Numbers = slices.Clone(f.Numbers)
	for i := range f.Numbers {
		f.Numbers[i].Outbound = ""
	}
	return f
}

// beginOutbound notes a callback's use of the caps, when it is dialled. barred
// says that they do not allow it.
func (x *Exchange) beginOutbound(tx Tx, c *call.Call, agent string) (barred bool, err error) {
	facts, err := x.outboundFacts(tx, c.WorkspaceID, agent)
	if err != nil {
		return false, err
	}
	grant, err := outbound.Check(outbound.Request{Text: c.Out.Number, NumberID: c.NumberID, At: x.now()}, forAnybody(facts))
	if err != nil {
		x.Log.Warn("a callback goes beyond the caps", "call", c.ID, "why", err)
		return true, nil
	}
	return false, tx.AddOutbound(grant.Call(c.ID))
}

// beginForward notes what a flow's call to a number outside uses of the caps, and says by
// which trunks it may go (OUT-9).
func (x *Exchange) beginForward(tx Tx, c *call.Call) (*call.Forwardable, error) {
	f := c.Forwards[len(c.Forwards)-1]
	facts, err := x.outboundFacts(tx, c.WorkspaceID, "")
	if err != nil {
		return nil, err
	}
	number := c.NumberID
	for _, n := range facts.Numbers {
		if n.Number == f.From {
			number = n.ID
		}
	}
	grant, err := outbound.Check(outbound.Request{Text: f.Number, NumberID: number, At: x.now()}, forAnybody(facts))
	if err != nil {
		x.Log.Warn("a flow's transfer is not allowed", "call", c.ID, "why", err)
		return &call.Forwardable{ID: f.ID}, nil
	}
	return &call.Forwardable{ID: f.ID, Routes: grant.Routes, Seconds: int(grant.MaxDuration / time.Second)}, tx.AddOutbound(grant.Call(f.ID))
}

// endOutbound closes a call's place in the caps and writes its charge. A
// callback that was never dialled has none.
func (x *Exchange) endOutbound(tx Tx, c *call.Call) error {
	_, err := tx.EndOutbound(c.ID, c.AnsweredAt, c.EndedAt)
	if errors.Is(err, models.ErrNotFound) {
		return nil
	}
	return err
}
