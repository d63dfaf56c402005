package e2e

import (
	"context"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// shortcut presses a key with Ctrl, a capital letter with Shift, too.
func (a *Agent) shortcut(key string, more ...chromedp.Modifier) {
	a.t.Helper()
	a.try("press "+key, func(ctx context.Context) error {
		return chromedp.Do(ctx, chromedp.KeyEvent(key, chromedp.KeyModifiers(append(more, chromedp.ModifierCtrl)...)))
	})
}

// The ring shows the customer's profile before answering, and the keys answer,
// mute, hold and leave without a pointer.
//
// Covers: IN-1, KEY, CALL-6, HOLD-2.
func TestDockByKeyboard_IN_1_KEY(t *testing.T) {
	d := desk(t)
	alone(t, d)
	owner := d.Login(t, d.Owner)
	n := newNumber()
	var contact Contact
	owner.Post("/contacts", map[string]any{"name": "최서연", "numbers": []string{n.shown()},
		"profile": map[string]string{"company": "봄날 카페", "plan": "Gold", "city": "제주"}}, &contact)
	d.Mina.Visit("/inbox/all")
	d.Mina.WaitReady()
	caller := d.Dial(t, NewPhone(t), n.dialled(), CallerHz)
	box := d.Mina.WaitRinging()
	d.Mina.AwaitText("[data-testid=ring-box]", "최서연", n.shown(), "Support", "봄날 카페", "Gold", "제주")
	d.lookAt(d.Mina, "dock-ring")
	d.Mina.find("spot", "Answer")
	d.Mina.shortcut(" ", chromedp.ModifierShift)
	d.Mina.WaitTalking(box.Call)
	talking := later(AwaitHears(t, "the caller", caller, MinaHz), AwaitHears(t, "Mina", d.Mina, CallerHz))
	MustHear(t, "the caller", caller, talking, time.Second, MinaHz)
	d.lookAt(d.Mina, "dock-call")
	d.Mina.shortcut("M", chromedp.ModifierShift)
	d.Mina.AwaitText("[data-testid=call-box]", "Unmute", "You are muted")
	AwaitHears(t, "the caller", caller)
	d.lookAt(d.Mina, "dock-muted")
	d.Mina.shortcut("M", chromedp.ModifierShift)
	AwaitHears(t, "the caller", caller, MinaHz)
	d.Mina.shortcut("H", chromedp.ModifierShift)
	d.Mina.AwaitText("[data-testid=call-box]", "On hold by "+minaName, "the customer hears music")
	AwaitHears(t, "the caller", caller, MusicHz)
	d.lookAt(d.Mina, "dock-hold")
	d.Mina.shortcut("D", chromedp.ModifierShift)
	d.Mina.Click("Key 5")
	d.lookAt(d.Mina, "dock-pad")
	d.Mina.shortcut("o")
	AwaitOver(t, caller, actionTime)
	d.Mina.WaitGone("call-box", box.Call)
}

// A colleague is invited and declines, by name; invited again he joins, sees the
// hold, and is given the call after a talk between the two. Mina comes back once
// more by a click, and wraps up in the dock, a minute longer, and finishes.
//
// Covers: CALL-3, CALL-6, CALL-7, HOLD-2, END-5.
func TestDockColleagues_CALL_3_CALL_7_END_5(t *testing.T) {
	d := desk(t)
	d.API.wrapUp(60)
	t.Cleanup(func() { d.Instance.API(t).wrapUp(0) })
	d.Mina.Visit("/inbox/all")
	d.Alex.Visit("/inbox/all")
	d.Mina.WaitReady()
	d.Alex.WaitReady()
	caller := d.Dial(t, NewPhone(t), newNumber().dialled(), CallerHz)
	d.Alex.WaitRinging()
	id := d.Mina.Answer()
	AwaitHears(t, "the caller", caller, MinaHz)

	d.Mina.Click("Invite")
	d.Mina.AwaitText("[role=option]", alexName, "Available")
	d.lookAt(d.Mina, "dock-people")
	d.Mina.pressEnter()
	d.Alex.AwaitText("[data-testid=ring-box]", "Invited by "+minaName, "In the call: "+minaName)
	d.lookAt(d.Alex, "dock-invited")
	d.Alex.Decline()
	d.Mina.AwaitText("[data-testid=call-box]", alexName, "Declined")
	d.Mina.Click("Invite " + alexName + " again")
	d.Alex.Answer()
	AwaitHears(t, "Alex", d.Alex, CallerHz, MinaHz)
	d.Mina.Click("Hold")
	for _, a := range []*Agent{d.Mina, d.Alex} {
		a.AwaitText("[data-testid=call-box]", "On hold by "+minaName)
	}
	AwaitHears(t, "the caller", caller, MusicHz)
	d.lookAt(d.Mina, "dock-consult")
	d.Mina.Click("Hand over and leave")
	d.Mina.WaitGone("call-box", id)
	AwaitHears(t, "the caller", caller, AlexHz)

	d.Mina.AwaitText("[data-testid=rejoin]", "You left the call")
	d.lookAt(d.Mina, "dock-rejoin")
	d.Mina.Click("Rejoin")
	AwaitHears(t, "the caller", caller, AlexHz, MinaHz)
	AwaitHears(t, "Mina", d.Mina, CallerHz, AlexHz)
	d.Mina.Click("Leave")
	AwaitHears(t, "the caller", caller, AlexHz)

	d.Mina.AwaitText("[data-testid=wrap-up]", "Wrap-up", "0:5", "Close conversation")
	d.Mina.Click("+1 min")
	d.Mina.AwaitText("[data-testid=wrap-up]", "Wrap-up", "1:5")
	d.lookAt(d.Mina, "dock-wrapup")
	d.Mina.Click("Finish")
	Await(t, "Mina is available", actionTime, func() (bool, string) { s := d.status(d.Mina); return s == "available", s })
	Await(t, "the wrap-up has gone", actionTime, func() (bool, string) {
		texts := d.Mina.Text("[data-testid=wrap-up]")
		return len(texts) == 0, ""
	})

	d.Alex.Click("Invite")
	d.Alex.AwaitText("[role=option]", minaName, "Available")
	d.Alex.Click("Transfer now")
	d.Mina.AwaitText("[data-testid=ring-box]", "Handed over by "+alexName)
	d.Mina.Answer()
	AwaitHears(t, "the caller", caller, MinaHz)
	caller.Hangup()
	d.Mina.WaitGone("call-box", id)
	d.Mina.Click("Close conversation")
	Await(t, "Mina is available again", actionTime, func() (bool, string) { s := d.status(d.Mina); return s == "available", s })
	if got := d.API.Conversation(d.API.Call(id).ConversationID).State; got != "closed" {
		t.Errorf("the conversation is %s", got)
	}
	// Closing it ends the wrap-up of all who had its call.
	Await(t, "Alex is available", actionTime, func() (bool, string) { s := d.status(d.Alex); return s == "available", s })
}

// pressEnter presses Enter where the focus is.
func (a *Agent) pressEnter() {
	a.t.Helper()
	a.try("press Enter", func(ctx context.Context) error { return chromedp.Do(ctx, chromedp.KeyEvent("\r")) })
}
