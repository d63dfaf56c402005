package inbox_test

import (
	"context"
	"errors"
	"testing"

	"ringdesk/controller/inbox"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

// callsFake remembers the calls that were placed.
type callsFake struct {
	placed []inbox.Call
	err    error
}

func (f *callsFake) Place(_ context.Context, c inbox.Call) (string, error) {
	f.placed = append(f.placed, c)
	return "new", f.err
}

// call makes a call of a new conversation, by the workspace's only number.
func (r *rig) call(p place, state string) models.Call {
	r.t.Helper()
	at := models.At(now)
	conversation := r.conversation(p, "open")
	number := models.NewID()
	c := models.Call{ID: models.NewID(), WorkspaceID: p.id, ConversationID: conversation.ID, ContactID: p.contact, NumberID: number, Kind: "phone",
		Direction: "inbound", State: state, StartedAt: at, Data: "{}"}
	r.tx(func(tx *models.Tx) error {
		return errors.Join(
			tx.AddTrunk(models.Trunk{ID: number, WorkspaceID: p.id, Name: "carrier", CreatedAt: at}, nil),
			tx.AddNumber(models.Number{ID: number, WorkspaceID: p.id, TrunkID: number, Number: "+8270" + number[28:], CreatedAt: at}),
			tx.AddCall(c))
	})
	return c
}

// A call is placed only if all that it refers to is the workspace's. Whether a
// missed call has been called back already is for the live calls to say.
//
// Covers: OUT-2, OUT-4, MISS-5
func TestPlacedCalls_OUT_2_MISS_5(t *testing.T) {
	r := newRig(t)
	missed, talked, abroad := r.call(r.here, "missed"), r.call(r.here, "ended"), r.call(r.away, "missed")
	for name, tc := range map[string]struct {
		by    verb.By
		in    inbox.Call
		want  inbox.Call
		kind  verb.Kind
		field string
	}{
		"a number":                     {r.here.asAgent, inbox.Call{To: " 010-1 "}, inbox.Call{To: "010-1"}, "", ""},
		"a contact":                    {r.here.asAgent, inbox.Call{To: "1", Contact: r.here.contact}, inbox.Call{To: "1", Contact: r.here.contact}, "", ""},
		"a conversation's contact":     {r.here.asAgent, inbox.Call{To: "1", Conversation: missed.ConversationID}, inbox.Call{To: "1", Conversation: missed.ConversationID, Contact: r.here.contact}, "", ""},
		"showing a number":             {r.here.asAgent, inbox.Call{To: "1", Number: missed.NumberID}, inbox.Call{To: "1", Number: missed.NumberID}, "", ""},
		"a missed call":                {r.here.asAgent, inbox.Call{To: "1", MissedCall: missed.ID}, inbox.Call{To: "1", MissedCall: missed.ID}, "", ""},
		"a missed call, anyway":        {r.here.asAgent, inbox.Call{To: "1", MissedCall: missed.ID, Anyway: true}, inbox.Call{To: "1", MissedCall: missed.ID, Anyway: true}, "", ""},
		"another workspace's by name":  {r.here.asAgent, inbox.Call{Workspace: r.away.id, Agent: r.away.agent, To: "1"}, inbox.Call{To: "1"}, "", ""},
		"by a key":                     {r.here.asKey, inbox.Call{To: "1"}, inbox.Call{}, verb.Forbidden, ""},
		"nobody":                       {r.here.asAgent, inbox.Call{To: " "}, inbox.Call{}, verb.Invalid, "to"},
		"another workspace's number":   {r.here.asAgent, inbox.Call{To: "1", Number: abroad.NumberID}, inbox.Call{}, verb.Invalid, "numberId"},
		"another workspace's contact":  {r.here.asAgent, inbox.Call{To: "1", Contact: r.away.contact}, inbox.Call{}, verb.Invalid, "contactId"},
		"another one's conversation":   {r.here.asAgent, inbox.Call{To: "1", Conversation: abroad.ConversationID}, inbox.Call{}, verb.Invalid, "conversationId"},
		"a contact of no conversation": {r.here.asAgent, inbox.Call{To: "1", Conversation: missed.ConversationID, Contact: r.away.contact}, inbox.Call{}, verb.Invalid, "contactId"},
		"another one's missed call":    {r.here.asAgent, inbox.Call{To: "1", MissedCall: abroad.ID}, inbox.Call{}, verb.Invalid, "missedCallId"},
		"a call that was not missed":   {r.here.asAgent, inbox.Call{To: "1", MissedCall: talked.ID}, inbox.Call{}, verb.Invalid, "missedCallId"},
		"a missed call that never was": {r.here.asAgent, inbox.Call{To: "1", MissedCall: "x"}, inbox.Call{}, verb.Invalid, "missedCallId"},
	} {
		t.Run(name, func(t *testing.T) {
			calls := &callsFake{}
			r.Calls = calls
			id, err := r.PlaceCall(t.Context(), tc.by, tc.in)
			refused(t, err, tc.kind, tc.field, "")
			if tc.kind != "" {
				equal(t, "placed", calls.placed, nil)
				return
			}
			tc.want.Workspace, tc.want.Agent = r.here.id, r.here.agent
			equal(t, "placed", calls.placed, []inbox.Call{tc.want})
			if id != "new" {
				t.Errorf("gave the call %q", id)
			}
		})
	}
}

// Covers: MISS-5
func TestCalledBackAlready_MISS_5(t *testing.T) {
	r := newRig(t)
	handled := errors.New("somebody has called back already")
	r.Calls = &callsFake{err: handled}
	if id, err := r.PlaceCall(t.Context(), r.here.asAgent, inbox.Call{To: "1", MissedCall: r.call(r.here, "missed").ID}); !errors.Is(err, handled) {
		t.Errorf("%q, %v", id, err)
	}
}
