package call

import (
	"errors"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/dialplan"
	"ringdesk/models"
)

// errUnregistered says that nobody has the number that was dialled.
var errUnregistered = errors.New("no such business number")

// arrived takes in an inbound call: whose number it is, who calls, what the
// plan is, who may answer, and the first step, all in one transaction (IN-7,
// IN-8).
func (r *runner) arrived(ev engine.LegArrived) bool {
	err := r.begin(func(tx *models.Tx) (Call, Input, error) {
		c, err := r.x.admit(tx, r.view.Load().ID, ev)
		if err != nil {
			return c, nil, err
		}
		if len(c.Plan.Say) > 0 || c.Plan.Refuse != "" {
			return c, Arrived{}, nil
		}
		found, err := r.x.finder(tx).Search(&c)
		return c, Arrived(found), err
	})
	if err != nil {
		r.refuse(ev, err)
		return false
	}
	return !r.finished()
}

// begin saves a new call with its first step.
func (r *runner) begin(make func(tx *models.Tx) (Call, Input, error)) error {
	var next Call
	var effects []Effect
	var v *saving
	err := r.x.Store.Tx(r.x.ctx, func(tx *models.Tx) error {
		c, in, err := make(tx)
		if err != nil {
			return err
		}
		next, effects = Step(c, in, r.x.Now())
		v = &saving{x: r.x, tx: tx, c: &next}
		return v.add(records(effects))
	})
	if err != nil {
		return err
	}
	r.show(&next)
	r.happen(effects)
	r.x.follow(v)
	return nil
}

// add makes the row of a new call, and saves its first step.
func (v *saving) add(rs []Effect) error {
	v.c.Version = 1
	row, err := v.c.row()
	if err != nil {
		return err
	}
	row.Version = 0
	if err := v.tx.AddCall(row); err != nil {
		return err
	}
	return v.save(rs)
}

// admit makes the conversation of a new inbound call, and the call before its
// first step.
func (x *Exchange) admit(tx *models.Tx, id string, ev engine.LegArrived) (Call, error) {
	to, err := models.E164(ev.To, x.Country)
	if err != nil {
		return Call{}, errUnregistered
	}
	number, ws, err := tx.Number(to)
	if errors.Is(err, models.ErrNotFound) {
		return Call{}, errUnregistered
	}
	if err != nil {
		return Call{}, err
	}
	from := models.CallerE164(ev.From, ws.Country)
	contact, err := tx.ContactOfCaller(ws.ID, from, models.At(x.Now()))
	if err != nil {
		return Call{}, err
	}
	plan, err := x.plan(tx, ws, number, from)
	if err != nil {
		return Call{}, err
	}
	conv, err := x.converse(tx, number, contact.ID, "inbound", nil)
	if err != nil {
		return Call{}, err
	}
	return Call{
		ID: id, WorkspaceID: ws.ID, ConversationID: conv, NumberID: number.ID, Kind: "phone", Direction: "inbound",
		From: from, To: to, StartedAt: x.Now(), Plan: plan, Zone: ws.TimeZone, RecordingID: models.NewID(), Record: number.Record,
		Customer: Customer{Party: Party{ID: models.NewID(), Name: contact.Name, Leg: ev.Leg}, ContactID: contact.ID},
	}, nil
}

// converse makes a call's conversation: every call has its own (IN-8, OUT-3).
func (x *Exchange) converse(tx *models.Tx, number models.Number, contact, direction string, assignee *string) (string, error) {
	now := models.At(x.Now())
	conv := models.Conversation{ID: models.NewID(), WorkspaceID: number.WorkspaceID, ContactID: contact, NumberID: &number.ID, Kind: "phone",
		Direction: direction, State: "open", AssigneeID: assignee, Live: true, CreatedAt: now, UpdatedAt: now}
	return conv.ID, tx.AddConversation(conv)
}

// plan decides what happens to a call before an agent is offered. A flow can
// take this function's place.
func (x *Exchange) plan(tx *models.Tx, ws models.Workspace, number models.Number, from string) (dialplan.Plan, error) {
	settings, err := x.settings(tx, ws, number)
	if err != nil {
		return dialplan.Plan{}, err
	}
	facts := dialplan.Facts{Now: x.Now(), TimeZone: ws.TimeZone}
	if facts.Blocked, err = tx.Blocked(ws.ID, from, x.Now()); err != nil {
		return dialplan.Plan{}, err
	}
	if facts.PerMinute, err = tx.CallsSince(ws.ID, x.Now().Add(-time.Minute)); err != nil {
		return dialplan.Plan{}, err
	}
	plan := dialplan.Decide(settings, facts)
	if plan.CallbackKey != "" {
		ok, err := x.mayCallBack(tx, ws.ID, number.ID, from)
		if err != nil {
			return plan, err
		}
		if !ok { // nothing is offered that could not be kept
			plan.CallbackKey = ""
		}
	}
	return plan, nil
}

// settings are the number's, its team's and the workspace's, the first before
// the others.
func (x *Exchange) settings(tx *models.Tx, ws models.Workspace, number models.Number) (dialplan.Settings, error) {
	wsText, teamText, numberText, err := tx.RoutingOf(number.ID)
	if err != nil {
		return dialplan.Settings{}, err
	}
	var layers [3]dialplan.Settings
	for i, text := range []string{numberText, teamText, wsText} {
		if layers[i], err = dialplan.Parse(text); err != nil {
			return dialplan.Settings{}, err
		}
	}
	if layers[2].RingSeconds == 0 {
		layers[2].RingSeconds = ws.RingSeconds
	}
	if layers[2].QueueSeconds == 0 {
		layers[2].QueueSeconds = ws.QueueSeconds
	}
	return dialplan.Merge(layers[0], layers[1], layers[2]), nil
}

// refuse turns away a call that cannot be taken in, and writes down why.
func (r *runner) refuse(ev engine.LegArrived, why error) {
	cause := engine.CauseFailure
	data := map[string]any{"from": ev.From, "to": ev.To, "trunk": ev.Trunk, "reason": "failure"}
	if errors.Is(why, errUnregistered) {
		cause = engine.CauseUnallocated
		data["reason"] = string(UnregisteredNumber)
	}
	r.x.Log.Warn("call refused", "from", ev.From, "to", ev.To, "trunk", ev.Trunk, "why", why)
	r.x.noteRefused(r.view.Load().ID, data)
	r.outbox.put(Hangup{Leg: ev.Leg, Cause: cause})
}

// noteRefused writes down calls that no workspace took.
func (x *Exchange) noteRefused(id string, data map[string]any) {
	text, err := models.JournalData(data)
	if err == nil {
		err = x.Store.Tx(x.ctx, func(tx *models.Tx) error {
			return tx.AddJournal([]models.JournalEntry{{CallID: id, Seq: 1, At: models.At(x.Now()), Type: "call.refused", Data: text}})
		})
	}
	if err != nil {
		x.Log.Error("a refused call cannot be written down", "error", err)
	}
}
