package e2e

import (
	"context"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"

	"ringdesk/testkit/expect"
)

// drags takes what has the name by the mouse, and lets it go on what has another one.
func (a *Agent) drags(name, onto string) {
	a.t.Helper()
	from, to := a.find("spot", name), a.find("spot", onto)
	const moves = 8
	a.try("drag "+name, func(ctx context.Context) error {
		mouse := func(kind input.DispatchMouseEventType, part float64, buttons int64) error {
			p := input.DispatchMouseEventParams{Type: kind, X: from.X + (to.X-from.X)*part, Y: from.Y + (to.Y-from.Y)*part, Button: input.MouseButtonLeft, Buttons: buttons, ClickCount: 1}
			_, err := chromedp.Run(ctx, func(ctx context.Context, t *chromedp.Target) (cdp.Empty, error) {
				return cdp.Call(ctx, t, input.DispatchMouseEvent, p)
			})
			return err
		}
		if err := mouse(input.DispatchMouseEventTypeMousePressed, 0, 1); err != nil {
			return err
		}
		for i := range moves {
			if err := mouse(input.DispatchMouseEventTypeMouseMoved, float64(i+1)/moves, 1); err != nil {
				return err
			}
		}
		return mouse(input.DispatchMouseEventTypeMouseReleased, 1, 0)
	})
}

// workflowList is GET /workflows.
type workflowList struct {
	Active int
	Items  []struct {
		Sentence struct {
			Name string
			Do   []struct{ Kind string }
		}
	}
}

// says gives the workflows in their order, each with its actions.
func (l workflowList) says() string {
	all := make([]string, len(l.Items))
	for i, w := range l.Items {
		all[i] = w.Sentence.Name + ":"
		for _, a := range w.Sentence.Do {
			all[i] += " " + a.Kind
		}
	}
	return strings.Join(all, ", ")
}

// Workflows and their actions are put in order by the mouse and by the keyboard, and a workflow
// that nobody has saved is tried on a conversation of the past, for which nothing is done.
// axe-core finds nothing serious on the screens.
//
// Covers: INBOX-6, ADM-2, SYS-4
func TestWorkflowsScreen_INBOX_6(t *testing.T) {
	in := Start(t, Options{})
	script, err := os.ReadFile("../web/node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	axe, api := string(script), in.Login(t, in.Owner)
	AwaitOver(t, in.Dial(t, NewPhone(t), "01021180001", CallerHz), actionTime)
	type action = map[string]any
	night := action{"name": "운영시간 아닐 때 온 전화", "on": "call.missed", "if": `call.missed_reason == "notInOperation"`, "do": []action{{"kind": "tag", "lists": map[string][]string{"add": {"영업외"}}}, {"kind": "note", "texts": map[string]string{"text": "메모"}}, {"kind": "message", "texts": map[string]string{"text": "곧 전화드릴게요."}}}}
	wait := action{"name": "오래 기다림", "on": "call.queued", "after": "1m", "do": []action{{"kind": "tag", "lists": map[string][]string{"add": {"대기"}}}}}
	vip := action{"name": "VIP", "on": "call.arriving", "if": `tagged("VIP")`, "do": []action{{"kind": "note", "texts": map[string]string{"text": "VIP"}}}}
	api.send("PUT", "/workflows", map[string]any{"base": 0, "items": []action{night, wait, vip}}, nil)
	api.Patch("/me", map[string]any{"locale": "ko"}, nil)
	stands := func(want string) {
		t.Helper()
		expect.Soon(t, "workflows in their order", actionTime, func() (bool, string) {
			var now workflowList
			api.Get("/workflows", &now)
			return now.says() == want, now.says()
		})
	}

	owner := in.Browser(t, in.Owner, 0)
	owner.emulate(1280, 900, 1, "light")
	owner.goes("/settings/workflows")
	owner.AwaitText("main", "운영시간 아닐 때 온 전화", "오래 기다림", "VIP")
	owner.drags("VIP 끌기", "운영시간 아닐 때 온 전화 끌기")
	stands("VIP: note, 운영시간 아닐 때 온 전화: tag note message, 오래 기다림: tag")
	inspect(t, owner, axe, "workflows-list", looks)

	owner.emulate(1280, 900, 1, "light")
	owner.goes("/settings/workflows/" + url.PathEscape("운영시간 아닐 때 온 전화"))
	owner.AwaitText("main", "전화 상담에서는 실행되지 않아요.")
	owner.drags("할 일 3 끌기", "할 일 1 끌기")
	owner.AwaitText("ol li:first-of-type", "전화 상담에서는 실행되지 않아요.")
	eval[any](owner, "document.querySelector('[aria-label=\"할 일 2 끌기\"]').focus()")
	owner.key("Space", " ", " ", 0)
	owner.AwaitText("[role=status]", "태그: 3개 중 2번째.")
	owner.key("ArrowDown", "ArrowDown", "", 0)
	owner.AwaitText("[role=status]", "태그: 3개 중 3번째.")
	owner.key("Space", " ", " ", 0)
	owner.AwaitText("[role=status]", "태그: 3번째에 놓음.")
	inspect(t, owner, axe, "workflow", looks)
	owner.emulate(1280, 900, 1, "light")
	owner.Click("저장")
	stands("VIP: note, 운영시간 아닐 때 온 전화: message note tag, 오래 기다림: tag")

	owner.AwaitText("main", "VIP", "오래 기다림") // saving leads back to the list
	owner.goes("/settings/workflows/new")
	owner.Click("1분 넘게 기다림")
	owner.Click("상담")
	owner.AwaitText("[role=option]", "010-2118-0001") // the conversations have come
	owner.key("ArrowDown", "ArrowDown", "", 0)
	owner.key("Enter", "Enter", "\r", 0)
	owner.Click("시험해 보기")
	owner.AwaitText("main", "할 거예요")
	inspect(t, owner, axe, "workflow-draft", wide)
	stands("VIP: note, 운영시간 아닐 때 온 전화: message note tag, 오래 기다림: tag")
}
