package exchange

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"ringdesk/controller/call"
	"ringdesk/controller/engine"
	"ringdesk/controller/engine/callerid"
	"ringdesk/controller/journal"
	"ringdesk/controller/metrics"
	"ringdesk/dialplan"
	"ringdesk/dialplan/flow"
	"ringdesk/models"
)

// errUnregistered says that nobody has the number that was dialled.
var errUnregistered = errors.New("no such business number")

// errOtherTrunk says so to a carrier that the number is not with.
var errOtherTrunk = fmt.Errorf("%w on the trunk that the call came by", errUnregistered)

// arrived takes in an inbound call: whose number it is, who calls, what the
// plan is, who may answer, and the first step, all in one transaction (IN-7,
// IN-8).
func (r *runner) arrived(ev engine.LegArrived) bool {
	err := r.begin(func(tx Tx) (call.Call, call.Input, error) {
		c, err := r.x.admit(tx, r.view.Load().ID, ev)
		if err != nil {
			return c, nil, err
		}
		if !looksForAgents(&c, r.x.now()) {
			return c, call.Arrived{}, nil
		}
		r.lookedAt.Store(r.x.now().UnixNano())
		found, err := r.x.finder(tx).search(&c)
		return c, call.Arrived(found), err
	})
	if err != nil {
		r.refuse(ev, err)
		return false
	}
	r.x.Counts.Setup.Took(r.x.now().Sub(ev.At))
	return !r.finished()
}

// looksForAgents says whether agents are looked for as soon as a call comes in, and
// takes the plan by which, where a flow has it.
func looksForAgents(c *call.Call, now time.Time) bool {
	if c.Flow == nil {
		return len(c.Plan.Say) == 0 && c.Plan.Refuse == ""
	}
	plan, queue := c.BeginsWithQueue(now)
	if queue {
		c.Plan = plan
	}
	return queue
}

// begin saves a new call with its first step.
func (r *runner) begin(make func(tx Tx) (call.Call, call.Input, error)) error {
	var next call.Call
	var effects []call.Effect
	var v *saving
	err := r.x.Store.Tx(r.x.ctx, func(tx Tx) error {
		c, in, err := make(tx)
		if err != nil {
			return err
		}
		next, effects = r.x.step(&c, in)
		v = &saving{x: r.x, tx: tx, c: &next, next: sides(nil, &next, effects, r.x.now())}
		return v.add(r.x.records(effects))
	})
	if err != nil {
		return err
	}
	r.row, r.parties, r.sides = v.row, v.next, v.next
	prev := r.view.Load()
	r.show(&next)
	r.x.stepped(prev, &next, effects, true)
	r.happen(effects)
	r.x.follow(v)
	return nil
}

// add makes the row of a new call, as it is after its first step, with all that the
// step has to say beside.
func (v *saving) add(rs []record) error {
	v.c.Version = 1
	entries, err := v.entries(rs)
	if err != nil {
		return err
	}
	added, err := Stored(v.c)
	if err != nil {
		return err
	}
	added.Owner = v.x.Controller
	if err := v.tx.AddCall(added); err != nil {
		return err
	}
	v.wrote(added)
	return v.writeDown(rs, entries)
}

// admit makes the conversation of a new inbound call, and the call before its
// first step.
func (x *Exchange) admit(tx Tx, id string, ev engine.LegArrived) (call.Call, error) {
	to, err := x.dialled.e164(ev.To, x.Country)
	if err != nil {
		return call.Call{}, errUnregistered
	}
	number, ws, err := tx.Number(to)
	if errors.Is(err, models.ErrNotFound) {
		return call.Call{}, errUnregistered
	}
	if err != nil {
		return call.Call{}, err
	}
	if ours, err := reachableBy(tx, number, ev.Trunk); err != nil || !ours {
		return call.Call{}, cmp.Or(err, errOtherTrunk)
	}
	who, err := callerOf(tx, ws, ev)
	if err != nil {
		return call.Call{}, err
	}
	contact, err := tx.ContactOfCaller(ws.ID, who, models.At(x.now()))
	if err != nil {
		return call.Call{}, err
	}
	c := call.Call{
		ID: id, WorkspaceID: ws.ID, NumberID: number.ID, Kind: "phone", Direction: "inbound",
		From: who.Number, CallerAddress: who.Address, CallerName: who.Name, To: to, StartedAt: x.now(), Zone: ws.TimeZone, Recorded: call.Recorded{RecordingID: x.NewID(), Record: number.Record},
		Customer: call.Customer{Party: call.Party{ID: x.NewID(), Name: contact.Name, Leg: ev.Leg}, ContactID: contact.ID},
	}
	if err := x.plan(tx, ws, caller{number: number, contact: contact}, &c); err != nil {
		return call.Call{}, err
	}
	c.ConversationID, err = x.converse(tx, number, contact.ID, "inbound", nil)
	return c, err
}

// caller is who calls which number.
type caller struct {
	number  models.Number
	contact models.FullContact
	facts   dialplan.Facts
}

// reachableBy says whether a call that came by a trunk is for a number: it has come
// by the number's own trunk, or by another one of its workspace (SEC-3). Test
// calls have come by none.
func reachableBy(tx Tx, n models.Number, trunk string) (bool, error) {
	if trunk == "" || trunk == engine.TrunkID(n.TrunkID) {
		return true, nil
	}
	ids, err := tx.TrunkIDs(n.WorkspaceID)
	return slices.ContainsFunc(ids, func(id string) bool { return engine.TrunkID(id) == trunk }), err
}

// callerOf says who calls. Digits that are a code for a withheld number are a number
// only where people of the workspace's country write one so.
func callerOf(tx Tx, ws models.Workspace, ev engine.LegArrived) (models.Caller, error) {
	if callerid.Spelt(ev.From) && !models.IsNational(ev.From, ws.Country) {
		return models.Caller{}, nil
	}
	from, err := tx.KnownNumber(ws.ID, models.CallerReadings(ev.From, ws.Country))
	return models.Caller{Number: from, Address: ev.Address, Name: ev.Name}, err
}

// converse makes a call's conversation: every call has its own (IN-8, OUT-3).
func (x *Exchange) converse(tx Tx, number models.Number, contact, direction string, assignee *string) (string, error) {
	now := models.At(x.now())
	conv := models.Conversation{ID: x.NewID(), WorkspaceID: number.WorkspaceID, ContactID: contact, NumberID: &number.ID, Kind: "phone",
		Direction: direction, State: "open", AssigneeID: assignee, Live: true, CreatedAt: now, UpdatedAt: now}
	return conv.ID, tx.AddConversation(conv)
}

// plan decides what happens to a call before an agent is offered: the flow of its
// number does (DP-1), or else the settings.
func (x *Exchange) plan(tx Tx, ws models.Workspace, of caller, c *call.Call) error {
	settings, err := x.settings(tx, ws, of.number)
	if err != nil {
		return err
	}
	of.facts = dialplan.Facts{Now: x.now(), TimeZone: ws.TimeZone}
	if of.facts.Blocked, err = tx.Blocked(ws.ID, c.Caller(), x.now()); err != nil {
		return err
	}
	if of.facts.PerMinute, err = tx.CallsSince(ws.ID, x.now().Add(-time.Minute)); err != nil {
		return err
	}
	if err := x.flowOf(tx, ws, c, func(p *program) (flow.Facts, error) { return x.facts(tx, c, of, settings, p) }); err != nil {
		return err
	}
	if c.Flow != nil {
		c.Plan = settings.Plan()
		return nil
	}
	c.Plan = dialplan.Decide(settings, of.facts)
	if c.Plan.CallbackKey != "" {
		ok, err := x.mayCallBack(tx, ws.ID, c.NumberID, c.From)
		if err != nil {
			return err
		}
		if !ok { // nothing is offered that could not be kept
			c.Plan.CallbackKey = ""
		}
	}
	return nil
}

// settings are the number's, its team's and the workspace's, the first before
// the others.
func (x *Exchange) settings(tx Tx, ws models.Workspace, number models.Number) (dialplan.Settings, error) {
	wsText, teamText, numberText, err := tx.RoutingOf(number.ID)
	if err != nil {
		return dialplan.Settings{}, err
	}
	layers, err := dialplan.ParseLayers(numberText, teamText, wsText)
	if err != nil {
		return dialplan.Settings{}, err
	}
	return layers.MergeOver(ws.RingSeconds, ws.QueueSeconds), nil
}

// refuse turns away a call that cannot be taken in, and writes down why.
func (r *runner) refuse(ev engine.LegArrived, why error) {
	cause, refusal := engine.CauseFailure, metrics.Failed
	refused := journal.CallRefused{From: new(cmp.Or(ev.From, ev.Address)), Reason: "failure", To: &ev.To, Trunk: ev.Trunk}
	if errors.Is(why, errUnregistered) {
		cause, refusal = engine.CauseUnallocated, metrics.Unregistered
		refused.Reason = string(dialplan.UnregisteredNumber)
	}
	r.x.Counts.Refused.Of(refusal).Inc()
	r.x.Log.Warn("call refused", "call", r.view.Load().ID, "from", cmp.Or(ev.From, ev.Address), "to", ev.To, "trunk", ev.Trunk, "why", why)
	r.x.noteRefused(r.view.Load().ID, refused)
	r.outbox.put(call.Hangup{Leg: ev.Leg, Cause: cause})
}

// noteRefused writes down calls that no workspace took.
func (x *Exchange) noteRefused(id string, refused journal.CallRefused) {
	data, err := journal.Encode(refused)
	if err == nil {
		err = x.Store.Tx(x.ctx, func(tx Tx) error {
			return tx.AddJournal([]models.JournalEntry{{CallID: id, Seq: 1, At: models.At(x.now()), Type: refused.Type(), Data: data}})
		})
	}
	if err != nil {
		x.Log.Error("a refused call cannot be written down", "error", err)
	}
}
