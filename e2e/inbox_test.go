package e2e

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// key presses a key as a keyboard does: its place, its name, and what is typed.
func (a *Agent) key(code, name, text string, modifiers int64) {
	a.t.Helper()
	a.try("press "+code, func(ctx context.Context) error {
		for _, kind := range []input.DispatchKeyEventType{input.DispatchKeyEventTypeKeyDown, input.DispatchKeyEventTypeKeyUp} {
			p := input.DispatchKeyEventParams{Type: kind, Code: code, Key: name, Modifiers: modifiers}
			if len(name) == 1 {
				p.WindowsVirtualKeyCode = int64(strings.ToUpper(name)[0])
			} else {
				p.WindowsVirtualKeyCode = map[string]int64{"Enter": 13, "Escape": 27, "ArrowDown": 40}[name]
			}
			if kind == input.DispatchKeyEventTypeKeyDown {
				p.Text = text
			}
			_, err := chromedp.Run(ctx, func(ctx context.Context, t *chromedp.Target) (cdp.Empty, error) {
				return cdp.Call(ctx, t, input.DispatchKeyEvent, p)
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// letter presses a letter's key without any other.
func (a *Agent) letter(l string) {
	a.t.Helper()
	a.key("Key"+strings.ToUpper(l), l, l, 0)
}

// writes types into what has the focus.
func (a *Agent) writes(text string) {
	a.t.Helper()
	a.try("type", func(ctx context.Context) error {
		_, err := chromedp.Run(ctx, func(ctx context.Context, t *chromedp.Target) (cdp.Empty, error) {
			return cdp.Call(ctx, t, input.InsertText, input.InsertTextParams{Text: text})
		})
		return err
	})
}

// focusIn waits until the focus is in what the selector finds.
func (a *Agent) focusIn(selector string) {
	a.t.Helper()
	Await(a.t, a.Account.Email+"'s focus is in "+selector, actionTime, func() (bool, string) {
		return eval[bool](a, "document.activeElement?.closest(%s) != null", selector), eval[string](a, "document.activeElement?.outerHTML.slice(0, 120) ?? ''")
	})
}

const (
	ctrl      = 2
	shift     = 8
	noteField = "[data-testid=conversation] textarea"
)

// talked makes a call that Mina has answered, and gives its conversation.
func (d *Desk) talked(t *testing.T, from string) Conversation {
	t.Helper()
	caller := d.Dial(t, NewPhone(t), from, CallerHz)
	id := d.Mina.Answer()
	AwaitHears(t, "the caller", caller, MinaHz)
	caller.Hangup()
	call := d.API.AwaitCall(id, "ended", actionTime)
	d.Mina.WaitGone("call-box", id)
	return d.API.Conversation(call.ConversationID)
}

// An agent answers, writes a note, tags, closes and goes on without a pointer.
//
// Covers: KEY, INBOX-3, INBOX-4.
func TestKeyboardOnly_KEY(t *testing.T) {
	d := desk(t)
	d.Mina.Visit("/inbox/mine")
	d.Mina.WaitReady()
	caller := d.Dial(t, NewPhone(t), "01021170001", CallerHz)
	box := d.Mina.WaitRinging()
	d.Mina.key("Space", " ", "", ctrl|shift)
	AwaitHears(t, "the caller", caller, MinaHz)
	conv := d.API.Call(box.Call).ConversationID
	row := `[data-testid=inbox-item][data-id="` + conv + `"]`
	d.Mina.AwaitText(row, "Talking")
	d.Mina.letter("k") // up: the newest, which talks, is the first
	d.Mina.focusIn("[data-testid=inbox-rows]")
	d.Mina.key("Enter", "Enter", "\r", 0)
	d.Mina.AwaitText(`[data-testid=conversation][data-id="`+conv+`"]`, "Incoming call")
	d.Mina.letter("n")
	d.Mina.focusIn(noteField)
	d.Mina.writes("환불 안내함")
	d.Mina.key("Enter", "Enter", "", ctrl)
	d.Mina.AwaitText("[data-note]", "환불 안내함")
	d.Mina.key("Escape", "Escape", "", 0)
	d.Mina.letter("l")
	d.Mina.focusIn("[role=dialog] input")
	d.Mina.writes("환불")
	d.Mina.key("Enter", "Enter", "\r", 0)
	d.Mina.AwaitText(row, "환불")
	d.Mina.key("Escape", "Escape", "", 0)
	caller.Hangup()
	d.Mina.WaitGone("call-box", box.Call)
	d.Mina.letter("e")
	Await(t, "the conversation is closed", actionTime, func() (bool, string) { s := d.API.Conversation(conv).State; return s == "closed", s })
}

// A note's mention is seen by the colleague: in the count of mentions, in the
// list, as unread until they open it.
//
// Covers: INBOX-3.
func TestMention_INBOX_3(t *testing.T) {
	d := desk(t)
	conv := d.talked(t, "01021170002")
	d.Mina.Visit("/inbox/all/" + conv.ID)
	d.Mina.Fill("Internal notes", "내일 다시 전화해 주세요 @"+alexName)
	d.Mina.Click("Add note")
	d.Alex.AwaitText(`nav a[href="/inbox/mentions"]`, "1")
	d.Alex.ClickOn(`nav a[href="/inbox/mentions"]`)
	row := `[data-testid=inbox-item][data-id="` + conv.ID + `"]`
	d.Alex.AwaitText(row+"[data-unread]", "내일 다시 전화해")
	d.Alex.ClickOn(row)
	d.Alex.AwaitText("[data-note] mark", "@"+alexName)
	d.Alex.AwaitText(row+":not([data-unread])", "내일 다시 전화해")
	Await(t, "nothing is unread", actionTime, func() (bool, string) {
		text := strings.Join(d.Alex.Text(`nav a[href="/inbox/mentions"]`), "")
		return text == "Mentions", text
	})
}

// A conversation gets a tag and a team, is snoozed, and opens by itself.
//
// Covers: INBOX-4, END-5.
func TestTagTeamSnooze_INBOX_4(t *testing.T) {
	d := desk(t)
	conv := d.talked(t, "01021170003")
	var team struct{ ID string }
	d.Login(t, d.Owner).Post("/teams", map[string]any{"name": "환불팀 1170"}, &team)
	d.Alex.Visit("/inbox/all")
	d.Mina.Visit("/inbox/all/" + conv.ID)
	row := `[data-testid=inbox-item][data-id="` + conv.ID + `"]`
	d.Mina.Click("Add or remove a tag")
	d.Mina.focusIn("[role=dialog] input")
	d.Mina.writes("배송")
	d.Mina.key("Enter", "Enter", "\r", 0)
	d.Alex.AwaitText(row, "배송")
	d.Mina.key("Escape", "Escape", "", 0)
	d.Mina.Click("Team")
	d.Mina.ClickOn(`[role=option]:has([title="환불팀 1170"])`)
	d.Alex.AwaitText(row, "환불팀 1170")
	d.Mina.AwaitText("[data-event]", "환불팀 1170")
	until := time.Now().Add(6 * time.Second)
	d.Login(t, d.Agents[0]).Patch("/conversations/"+conv.ID, map[string]any{"snoozeUntil": until.UTC().Format(time.RFC3339Nano)}, nil)
	d.Mina.AwaitText(`[data-testid=conversation][data-state=snoozed]`, "Snoozed")
	d.Mina.ClickOn(`nav a[href="/inbox/snoozed"]`)
	d.Mina.AwaitText(row, "until")
	Await(t, "the conversation is open again", pageTime, func() (bool, string) { s := d.API.Conversation(conv.ID).State; return s == "open", s })
	if early := time.Until(until); early > 0 {
		t.Errorf("it opened %v too early", early)
	}
	d.Mina.AwaitText(row+"[data-left]", "배송")
}
