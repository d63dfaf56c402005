package inbox

import (
	"context"
	"strings"

	"ringdesk/controller/outbound"
	"ringdesk/controller/reason"
	"ringdesk/controller/verb"
)

// missed is the state of calls that were missed (MISS-1).
const missed = "missed"

// Call is a call that an agent places out of the inbox. All that it refers to is
// the workspace's.
type Call struct {
	Workspace    string
	Agent        string
	To           string // as typed
	Number       string // id of the business number to show; "" takes the first that fits (OUT-5)
	Contact      string // "" finds the contact by To, or makes a lead (OUT-4)
	Conversation string // whose contact is called; "" means none
	MissedCall   string // the missed call that is answered; "" means none (MISS-5)
	Anyway       bool   // although somebody has called back already (MISS-5)
}

// Calls is what the inbox asks of the live calls.
type Calls interface {
	// Place begins a call and gives its id. The errors are those of the live calls.
	Place(ctx context.Context, c Call) (id string, err error)
}

// PlaceCall lets an agent call somebody, perhaps the customer of a conversation, or
// back after a missed call (OUT-2, MISS-5). It gives the id of the call.
func (b *Inbox) PlaceCall(ctx context.Context, by verb.By, c Call) (string, error) {
	if err := by.NeedAgent("place calls"); err != nil {
		return "", err
	}
	c.Workspace, c.Agent, c.To = by.Workspace, by.Agent, strings.TrimSpace(c.To)
	if c.To == "" {
		return "", verb.Refuse(verb.Invalid, "to", "to must not be empty.").Because(reason.Required)
	}
	for _, find := range []func(context.Context, *Call) error{b.findNumber, b.findConversation, b.findContact, b.findMissed} {
		if err := find(ctx, &c); err != nil {
			return "", err
		}
	}
	return b.Calls.Place(ctx, c)
}

// LookAtCall says what would become of a call that an agent placed now, by the
// decision that the call itself would meet (OUT-1, OUT-5 to OUT-9). Of c it looks at
// To and Number.
func (b *Inbox) LookAtCall(ctx context.Context, by verb.By, c Call) (outbound.Preview, error) {
	if err := by.NeedAgent("place calls"); err != nil {
		return outbound.Preview{}, err
	}
	if c.Number != "" {
		if _, err := b.Store.NumberByID(ctx, by.Workspace, c.Number); err != nil {
			return outbound.Preview{}, verb.Absent(err, "from", unknownNumber, reason.NoNumber)
		}
	}
	ws, err := b.Store.Workspace(ctx, by.Workspace)
	if err != nil {
		return outbound.Preview{}, err
	}
	at := b.Now()
	from, to, err := outbound.Day(at, ws.TimeZone)
	if err != nil {
		return outbound.Preview{}, err
	}
	facts, err := b.Store.OutboundFacts(ctx, by.Workspace, by.Agent, at, from, to)
	if err != nil {
		return outbound.Preview{}, err
	}
	return outbound.Look(outbound.Request{Text: c.To, NumberID: c.Number, At: at}, facts), nil
}

func (b *Inbox) findNumber(ctx context.Context, c *Call) error {
	if c.Number == "" {
		return nil
	}
	_, err := b.Store.NumberByID(ctx, c.Workspace, c.Number)
	return verb.Absent(err, "numberId", unknownNumber, reason.NoNumber)
}

// findConversation makes the conversation's contact the one that is called.
func (b *Inbox) findConversation(ctx context.Context, c *Call) error {
	if c.Conversation == "" {
		return nil
	}
	conversation, err := b.Store.Conversation(ctx, c.Workspace, c.Conversation)
	switch {
	case err != nil:
		return verb.Absent(err, "conversationId", UnknownConversation, reason.NoConversation)
	case c.Contact != "" && c.Contact != conversation.ContactID:
		return verb.Refuse(verb.Invalid, "contactId", "contactId is not the contact of the conversation: send one of the two.").Because(reason.OtherContact)
	}
	c.Contact = conversation.ContactID
	return nil
}

func (b *Inbox) findContact(ctx context.Context, c *Call) error {
	if c.Contact == "" {
		return nil
	}
	_, err := b.Store.Contact(ctx, c.Workspace, c.Contact)
	return verb.Absent(err, "contactId", UnknownContact, reason.NoContact)
}

func (b *Inbox) findMissed(ctx context.Context, c *Call) error {
	if c.MissedCall == "" {
		return nil
	}
	row, err := b.Store.Call(ctx, c.Workspace, c.MissedCall)
	if err == nil && row.State != missed {
		return verb.Refuse(verb.Invalid, "missedCallId", "This call was not missed: leave missedCallId out.").Because(reason.NotMissed)
	}
	return verb.Absent(err, "missedCallId", "There is no call with this id in your workspace.", reason.NoCall)
}
