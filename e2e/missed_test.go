package e2e

import (
	"testing"
	"time"

	"ringdesk/testkit/phone"
)

// missed asserts that a caller's newest call was missed for the reason, in the
// API and in the inbox's Missed list, without a reload.
func (d *Desk) missed(t *testing.T, watcher *Agent, reason, words, endedBy string) Call {
	t.Helper()
	id := d.newest(t).ID
	call := d.API.AwaitCall(id, "missed", actionTime)
	if call.MissedReason != reason || call.EndedBy != endedBy || !call.AnsweredAt.IsZero() || call.EndedAt.IsZero() || call.Recording != nil {
		t.Errorf("the call was missed as %q by %q, want %q by %q: %+v", call.MissedReason, call.EndedBy, reason, endedBy, call)
	}
	conv := d.API.Conversation(call.ConversationID)
	if conv.State != "missed" || conv.MissedReason != reason || conv.Live || conv.Assignee != nil {
		t.Errorf("the conversation is %+v", conv)
	}
	last := entry(t, d.API.Journal(id), "call.ended", 0)
	if last.Data["missedReason"] != reason {
		t.Errorf("the journal ends with %v", last.Data)
	}
	watcher.AwaitText(`[data-testid=inbox-item][data-state=missed][data-id="`+conv.ID+`"]`, words)
	return call
}

// refusedAs waits for the caller's refusal and asserts its SIP code.
func refusedAs(t *testing.T, c *phone.Call, code int) {
	t.Helper()
	AwaitOver(t, c, actionTime)
	if got := c.Final().Code; got != code {
		t.Errorf("the caller got %d, want %d", got, code)
	}
}

// Covers: MISS-1, MISS-2, IN-2, INBOX-1.
func TestMissed_MISS_1_NobodyThere(t *testing.T) {
	d := desk(t)
	for _, a := range []*Agent{d.Mina, d.Alex} {
		a.ClosePage()
		Await(t, a.Account.Email+" is offline", actionTime, func() (bool, string) { s := d.status(a); return s == "offline", s })
	}
	c := d.Dial(t, NewPhone(t), "01021120001", CallerHz)
	refusedAs(t, c, 480)
	d.Mina.Visit("/inbox/missed")
	d.Alex.Visit("/inbox/all")
	call := d.missed(t, d.Mina, "noOperator", "Nobody available", "system")
	if len(call.Participants) != 1 {
		t.Errorf("who took part: %+v", call.Participants)
	}
	r := d.Login(t, d.Owner).Do("PATCH", "/conversations/"+call.ConversationID, map[string]string{"state": "open"})
	if r.Status != 409 {
		t.Errorf("opening a missed conversation: %d %s", r.Status, r.Body)
	}
}

// Covers: MISS-1, IN-5.
func TestMissed_MISS_1_BothDecline(t *testing.T) { bothDecline(t, desk(t)) }

func bothDecline(t *testing.T, d *Desk) {
	d.Mina.ClickOn(`nav a[href="/inbox/missed"]`)
	c := d.Dial(t, NewPhone(t), "01021120002", CallerHz)
	d.Mina.WaitRinging()
	d.Alex.WaitRinging()
	d.Mina.Decline()
	if s := d.newest(t).State; s != "ringing" || c.Final().Code != 0 {
		t.Errorf("after one decline the call is %s and the caller got %+v", s, c.Final())
	}
	d.Alex.Decline()
	refusedAs(t, c, 480)
	call := d.missed(t, d.Mina, "ringTimeOver", "Ring time over", "system")
	for _, p := range call.Participants {
		if p.Kind == "agent" && p.State != "declined" {
			t.Errorf("participant %+v", p)
		}
	}
}

// Covers: MISS-1, IN-5.
func TestMissed_MISS_1_CallerHangsUp(t *testing.T) { callerHangsUp(t, desk(t)) }

func callerHangsUp(t *testing.T, d *Desk) {
	d.Mina.ClickOn(`nav a[href="/inbox/missed"]`)
	c := d.Dial(t, NewPhone(t), "01021120003", CallerHz)
	box := d.Mina.WaitRinging()
	d.Alex.WaitRinging()
	hungUp := time.Now()
	c.Hangup()
	for _, a := range []*Agent{d.Mina, d.Alex} {
		within(t, "from the caller's CANCEL to the end of "+a.Account.Email+"'s ring box", a.WaitGone("ring-box", box.Call).GoneAt().Sub(hungUp), 2*time.Second)
		a.WaitNotice(hungUp, "The caller hung up")
	}
	refusedAs(t, c, 487)
	call := d.missed(t, d.Mina, "userLeft", "Caller hung up", "customer")
	for _, p := range call.Participants {
		if p.Kind == "agent" && p.State != "missed" {
			t.Errorf("participant %+v", p)
		}
	}
}

// A withheld number makes a new anonymous lead each time.
//
// Covers: IN-7.
func TestWithheld_IN_7(t *testing.T) { withheld(t, desk(t)) }

func withheld(t *testing.T, d *Desk) {
	p := NewPhone(t)
	var contacts []string
	for range 2 {
		c := d.Dial(t, p, "", CallerHz)
		box := d.Mina.WaitRinging()
		if !containsAll(box.Text, []string{"Withheld number", "070-7666-0001"}) {
			t.Errorf("the ring box says %q", box.Text)
		}
		call := d.API.Call(box.Call)
		if call.From != "" || call.Contact.Kind != "lead" || len(call.Contact.Numbers) != 0 || call.Contact.Name != "" {
			t.Errorf("the call is from %q, contact %+v", call.From, call.Contact)
		}
		contacts = append(contacts, call.Contact.ID)
		c.Hangup()
		d.Mina.WaitGone("ring-box", box.Call)
		d.rest(t)
	}
	if contacts[0] == contacts[1] {
		t.Error("two withheld callers became the same contact")
	}
}
