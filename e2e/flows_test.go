package e2e

import (
	"os"
	"strings"
	"testing"

	"ringdesk/testkit/expect"
)

// menuFlow is a flow of the instance's number, with a menu, hours and a queue.
const menuFlow = `# 대표 번호: 메뉴에서 영업과 지원으로 나눠요.
hours "영업시간" {
  day "mon-fri" { open = ["09:00-18:00"] }
}

flow "대표 번호" {
  numbers = ["07076660001"]
  start   = "메뉴"
  menu "메뉴" {
    sound = "greeting"
    key "1" { go = "상담" }
    key "2" { go = "아주 긴 이름의 단계도 화면에서 넘치지 않아야 해요" }
    otherwise { go = "상담" }
  }
  queue "상담" {
    team = "*"
    on "ringTimeOver" { go = "아주 긴 이름의 단계도 화면에서 넘치지 않아야 해요" }
  }
  hangup "아주 긴 이름의 단계도 화면에서 넘치지 않아야 해요" { sound = "closed" }
}
`

// The flows' screen begins with what the settings say; a mistake is marked in its line, what
// is right is published after its difference was seen, tried with its keys, and brought back
// by one click. axe-core finds nothing serious on it.
//
// Covers: DP-1, DP-2, ADM-2, SYS-4
func TestFlowsScreen_DP_1_DP_2(t *testing.T) {
	in := Start(t, Options{})
	script, err := os.ReadFile("../web/node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	axe, api := string(script), in.Login(t, in.Owner)
	owner := in.Browser(t, in.Owner, 0)
	owner.emulate(1440, 900, 1, "light")
	owner.goes("/settings/flows")
	owner.AwaitText("main", "Calls go as the settings say", "no mistakes", "An agent answered")
	owner.pictureOf("flows-start")

	marked := func(n int) {
		t.Helper()
		expect.Soon(t, "marks in the text", actionTime, func() (bool, string) {
			return (len(owner.Text(".cm-error")) > 0) == (n > 0), "the marks are otherwise"
		})
	}
	owner.ClickOn(".cm-line:nth-of-type(3)") // which is empty
	owner.focusIn(".cm-content")
	owner.writes("wrong ")
	owner.AwaitText("main", "1 mistake in this draft", ":3:")
	marked(1)
	inspect(t, owner, axe, "flows-mistake", wide)
	owner.emulate(1440, 900, 1, "light")
	owner.Click("Discard draft")
	marked(0)
	owner.ClickOn(".cm-line:nth-of-type(3)") // which is empty
	owner.focusIn(".cm-content")
	owner.writes("# ")
	owner.AwaitText("[role=status]", "not published · no mistakes")
	owner.Click("Publish…")
	owner.AwaitText("[role=dialog]", "Difference", "+#", "There are no calls to try yet.")
	inspect(t, owner, axe, "flows-publish", wide)
	owner.emulate(1440, 900, 1, "light")
	owner.Click("Publish v1")
	owner.AwaitText("main", "v1 in force")

	api.Post("/flows/versions", map[string]any{"base": 1, "message": "메뉴", "files": []map[string]string{{"name": "main.hcl", "text": strings.ReplaceAll(menuFlow, "07076660001", in.Number)}}}, nil)
	api.Patch("/me", map[string]any{"locale": "ko"}, nil)
	owner.Reload()
	owner.AwaitText("main", "v2 사용 중", "메뉴", "영업시간", "상담원이 받음")
	owner.ClickOn("ol button[aria-pressed=false]:nth-of-type(2)")
	owner.AwaitText("ol", "아주 긴 이름의 단계도")
	owner.AwaitText("main", "부재중: 플로우가 종료")
	inspect(t, owner, axe, "flows-simulation", looks)
	owner.emulate(1440, 900, 1, "light")
	owner.ClickOn("section[aria-label=버전] li:nth-of-type(2) button")
	owner.AwaitText("[role=dialog]", "v2에서 v1까지")
	inspect(t, owner, axe, "flows-version", wide)
	owner.emulate(1440, 900, 1, "light")
	owner.Click("v1(으)로 되돌리기")
	owner.AwaitText("main", "v3 사용 중", "v1을(를) 되돌림")
}
