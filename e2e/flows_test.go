package e2e

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
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
	elsewhere(t, in, strings.ReplaceAll(menuFlow, "07076660001", in.Number))
}

// elsewhere changes the flows of a running ringdesk by its address and an API key, as an engineer
// does from another machine, with the same answers as on the machine itself.
func elsewhere(t *testing.T, in *Instance, flow string) {
	t.Helper()
	dir, key := filepath.Join(t.TempDir(), "flows"), filepath.Join(t.TempDir(), "key")
	write := func(file, text string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(key, in.AccessKey+"."+in.AccessSecret+"\n")
	dialplan := func(status int, says string, args ...string) string {
		t.Helper()
		c := exec.CommandContext(t.Context(), in.Bin, append([]string{"dialplan"}, args...)...)
		c.Env, c.Dir = []string{"RINGDESK_DATA=" + t.TempDir(), "PATH=" + os.Getenv("PATH")}, t.TempDir()
		if !slices.Contains(args, "--key-file") {
			c.Env = append(c.Env, "RINGDESK_KEY="+in.AccessKey+"."+in.AccessSecret)
		}
		out, err := c.CombinedOutput()
		if _, failed := errors.AsType[*exec.ExitError](err); err != nil && !failed || c.ProcessState.ExitCode() != status || !strings.Contains(string(out), says) {
			t.Errorf("ringdesk dialplan %s: exit %d, not %d: %v\n%s", strings.Join(args, " "), c.ProcessState.ExitCode(), status, err, out)
		}
		return string(out)
	}
	at := "--url=" + in.URL
	dialplan(0, "version 3, which is in force", "pull", at, dir)
	dialplan(0, "Version 3 is in force and has these files already", "push", at, "--key-file", key, dir)
	old, err := filepath.Glob(filepath.Join(dir, "*.hcl"))
	if err != nil || len(old) == 0 {
		t.Fatalf("nothing was pulled: %v", err)
	}
	for _, file := range old {
		if err := os.Remove(file); err != nil {
			t.Fatal(err)
		}
	}
	main := filepath.Join(dir, "main.hcl")
	write(main, strings.Replace(flow, `team = "*"`, `team = "없는 팀"`, 1))
	const operator = 78 // EX_CONFIG of sysexits.h: the operator has to change something
	if out := dialplan(1, main+":16:12: error:", "push", at, dir); !strings.Contains(out, `    team = "없는 팀"`+"\n") || !strings.Contains(out, "^") {
		t.Errorf("a mistake is shown without its line:\n%s", out)
	}
	write(main, flow)
	dialplan(operator, "Version 3 is in force, published by", "push", at, "--base", "1", dir)
	dialplan(0, "Version 4 is in force", "push", at, "--message", "점심", dir)
	if out := dialplan(0, "", "show", at, in.Number); out != flow {
		t.Errorf("shown: %s", out)
	}
	dialplan(operator, "has no number", "show", at, "070-9999-9999")
	dialplan(operator, "no version 99", "pull", at, "--version", "99", dir)
	dialplan(operator, "no API key", "show", at, "--key-file", main, in.Number)
	write(key, in.AccessKey+".wrong")
	dialplan(operator, "key or its secret is wrong", "show", at, "--key-file", key, in.Number)
	dialplan(operator, "no address", "show", "--url=desk", in.Number)
	dialplan(operator, "refused", "show", "--url=http://127.0.0.1:1", in.Number)
}
