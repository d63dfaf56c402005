package e2e

import (
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ringdesk/testkit/phone"
)

// gallery takes pictures of every screen of a workspace that has been at work for a
// while, in both languages, at a desk's and at a telephone's width, for people to look
// at: docs/screenshots/LANGUAGE/SCREEN-WIDTH.png.
type gallery struct {
	*Instance
	t        *testing.T
	phone    *phone.Phone
	mina     *Agent // an admin, so that she has every page, with a seat
	language string
}

// TestGallery takes the pictures; it finds an empty or broken screen only by being looked at.
func TestGallery(t *testing.T) {
	if !pictures() {
		t.Skip("pictures are made with RINGDESK_SCREENSHOTS=1")
	}
	in := Start(t, Options{Seed: []string{"--conversations=600", "--contacts=120", "--days=9"}})
	in.API(t).send("PUT", "/settings", map[string]any{"wrapUpSeconds": 120, "ringSeconds": 120}, nil) // pictures take their time
	g := &gallery{Instance: in, t: t, phone: NewPhone(t)}
	for _, agent := range List[AgentState](in.API(t), "/agents") {
		if agent.Email == in.Agents[0].Email {
			in.Login(t, in.Owner).Patch("/agents/"+agent.ID, map[string]any{"role": "admin"}, nil)
		}
	}
	g.mina = in.OpenSaying(t, MinaHz, babble(1))
	g.mina.Login(in.Agents[0])
	for _, language := range []string{"ko", "en"} {
		g.language = language
		in.Login(t, in.Agents[0]).Patch("/me", map[string]any{"locale": language}, nil)
		g.call()
		g.inbox()
		g.others()
		g.settings()
	}
}

// TestGalleryOfAutomation takes the pictures of flows and workflows in a workspace of its own, so
// that the calls of the others go as they ever did.
func TestGalleryOfAutomation(t *testing.T) {
	if !pictures() {
		t.Skip("pictures are made with RINGDESK_SCREENSHOTS=1")
	}
	in := Start(t, Options{})
	api := in.Login(t, in.Owner)
	api.Post("/flows/versions", map[string]any{"base": 0, "message": "메뉴", "source": "screen", "files": []map[string]string{{"name": "main.hcl", "text": galleryFlow(in.Number)}}}, nil)
	night := map[string]any{"name": "운영시간 아닐 때 부재중", "on": "call.missed", "if": `call.missed_reason == "notInOperation"`, "do": []map[string]any{
		{"kind": "tag", "lists": map[string][]string{"add": {"영업외"}}}, {"kind": "note", "texts": map[string]string{"text": "${time.date} ${time.clock} ${caller.number}"}}}}
	vip := map[string]any{"name": "VIP", "on": "call.arriving", "if": `tagged("VIP")`, "do": []map[string]any{{"kind": "note", "texts": map[string]string{"text": "VIP: ${contact.name}"}}}}
	long := map[string]any{"name": "1분 넘게 기다림", "on": "call.queued", "after": "1m", "do": []map[string]any{{"kind": "tag", "lists": map[string][]string{"add": {"대기"}}}}}
	api.send("PUT", "/workflows", map[string]any{"base": 1, "items": []any{vip, long, night}}, nil)
	for _, agent := range List[AgentState](api, "/agents") {
		if agent.Email == in.Owner.Email {
			api.Patch("/agents/"+agent.ID, map[string]any{"seat": true}, nil)
		}
	}
	g := &gallery{Instance: in, t: t, mina: in.Browser(t, in.Owner, 0)}
	for _, language := range []string{"ko", "en"} {
		g.language = language
		api.Patch("/me", map[string]any{"locale": language}, nil)
		g.mina.Reload()
		for _, page := range []struct{ name, path, says string }{
			{"settings-flows", "flows", "v2"}, {"settings-workflows", "workflows", "VIP"}, {"settings-workflow", "workflows/" + url.PathEscape("운영시간 아닐 때 부재중"), "Alt+"},
			{"settings-workflows-new", "workflows/new", map[string]string{"ko": "예시로 시작", "en": "Begin with"}[language]},
		} {
			g.mina.goes("/settings/" + page.path)
			g.mina.AwaitText("main", page.says)
			g.shots(g.mina, page.name, page.name == "settings-flows")
		}
	}
}

// galleryFlow is a flow that looks at hours and at who waits.
func galleryFlow(number string) string {
	return `# 대표 번호: 운영시간을 보고, 붐비면 콜백을 권해요.
hours "영업시간" {
  day "mon-fri" { open = ["09:00-12:00", "13:00-18:00"] }
}

flow "대표 번호" {
  numbers = ["` + number + `"]
  start   = "열렸나"
  check "열렸나" {
    when {
      if = !open("영업시간")
      go = "영업 아님"
    }
    when {
      if = waiting("*") > 5
      go = "콜백"
    }
    else { go = "메뉴" }
  }
  menu "메뉴" {
    sound = "greeting"
    key "1" { go = "상담" }
    key "2" { go = "콜백" }
    otherwise { go = "상담" }
  }
  queue "상담" {
    team = "*"
    on "ringTimeOver" { go = "메시지" }
  }
  callback "콜백" {}
  voicemail "메시지" {}
  hangup "영업 아님" {
    sound = "closed"
    as    = "notInOperation"
  }
}
`
}

// picture shows a path and takes its picture in both widths, once more in the dark with
// dark.
func (g *gallery) picture(a *Agent, name, path string, dark bool) {
	g.t.Helper()
	a.Visit(path)
	a.WaitReady()
	g.shots(a, name, dark)
}

func (g *gallery) shots(a *Agent, name string, dark bool) {
	g.t.Helper()
	g.shotsOf(a, name, dark, looks)
}

func (g *gallery) shotsOf(a *Agent, name string, dark bool, looks []look) {
	g.t.Helper()
	for _, look := range looks {
		if look.appearance == "dark" && !dark {
			continue
		}
		a.emulate(look.width, look.height, 1, look.appearance)
		var since time.Time // what is late shows that it is only after a moment
		Await(g.t, name+" is there", pageTime, func() (bool, string) {
			n := eval[int](a, `document.querySelectorAll('[aria-busy=true], [class*=skeleton i]').length + (document.querySelector('main, [role=main], form') ? 0 : 100)`)
			if n > 0 || since.IsZero() {
				since = time.Now()
			}
			return time.Since(since) > 600*time.Millisecond, fmt.Sprint(n, " parts are not")
		})
		file := fmt.Sprintf("%s-%d.png", name, look.width)
		if look.appearance == "dark" {
			file = fmt.Sprintf("%s-%d-dark.png", name, look.width)
		}
		a.Screenshot(filepath.Join("..", "docs", "screenshots", g.language, file))
	}
	a.emulate(1440, 900, 1, "light")
}

// inbox: its lists, what is chosen, found and filtered, and one conversation.
func (g *gallery) inbox() {
	g.picture(g.mina, "inbox", "/inbox/all", true)
	g.picture(g.mina, "inbox-missed", "/inbox/missed", false)
	g.picture(g.mina, "inbox-empty", "/inbox/mentions?q=zzzz", false)
	g.picture(g.mina, "inbox-search", "/inbox/all?q=환불", false)
	g.mina.Visit("/inbox/all")
	g.mina.AwaitText("[data-testid=inbox-item]", "")
	g.mina.letter("j")
	g.mina.letter("x")
	g.shots(g.mina, "inbox-chosen", false)
	g.mina.Visit("/inbox/all")
	g.mina.ClickOn("[data-testid=inbox-rows] [role=listitem]:nth-child(3) [data-testid=inbox-item]")
	g.mina.AwaitText("[data-testid=conversation]", "")
	g.shots(g.mina, "conversation", true)
}

// others: contacts, dial, live board, who I am, the palette, the keys.
func (g *gallery) others() {
	g.picture(g.mina, "contacts", "/contacts", false)
	contacts := List[Contact](g.Login(g.t, g.Agents[0]), "/contacts?limit=5")
	g.picture(g.mina, "contact", "/contacts/"+contacts[2].ID, false)
	g.picture(g.mina, "import", "/contacts/import", false)
	g.picture(g.mina, "dial", "/calls/dial?to=01055661212", true)
	g.picture(g.mina, "live", "/live", true)
	g.picture(g.mina, "stats", "/stats/calls?compare=1", true)
	g.picture(g.mina, "nowhere", "/nowhere", false)
	g.mina.Visit("/inbox/mine")
	g.mina.WaitReady()
	g.mina.ClickOn("[data-testid=phone-state]")
	g.mina.ClickOn("[role=dialog] [aria-expanded=false]:has([role=status])")
	g.shots(g.mina, "me", true)
	g.mina.Visit("/inbox/mine")
	g.mina.WaitReady()
	g.mina.key("KeyK", "k", "", ctrl)
	g.mina.focusIn("input[role=combobox]")
	g.mina.writes("김")
	g.shots(g.mina, "palette", false)
	g.mina.Visit("/inbox/mine")
	g.mina.WaitReady()
}

var settingsPages = []string{"me", "notifications", "devices", "shortcuts", "workspace", "hours", "routing", "teams", "agents", "agents/new", "tags", "fields", "sounds",
	"numbers", "trunks", "outbound", "blocks", "keys", "webhooks", "webhooks/new", "retention", "audit", "jobs"}

func (g *gallery) settings() {
	g.picture(g.mina, "settings", "/settings", false)
	for _, page := range settingsPages {
		g.picture(g.mina, "settings-"+strings.ReplaceAll(page, "/", "-"), "/settings/"+page, page == "hours" || page == "routing")
	}
}

// call: the practice ring, a ring, a call with what stands beside it, and the wrap-up.
func (g *gallery) call() {
	say := func(ko, en string) string {
		if g.language == "ko" {
			return ko
		}
		return en
	}
	g.mina.Visit("/inbox/all")
	g.mina.WaitReady()
	caller := g.Dial(g.t, g.phone, "01055661212", CallerHz)
	box := g.mina.WaitRinging()
	g.shots(g.mina, "ring", true)
	g.mina.Click(say("받기", "Answer"))
	g.mina.WaitTalking(box.Call)
	AwaitCode(g.t, caller, 200)
	g.shots(g.mina, "call", true)
	for name, button := range map[string]string{"call-pad": say("다이얼", "Dial pad"), "call-invite": say("초대", "Invite")} {
		g.mina.Click(button)
		g.shotsOf(g.mina, name, false, wide) // on a telephone the call is a line at first
		g.mina.key("Escape", "Escape", "", 0)
	}
	g.mina.ClickOn("[data-testid=quality]")
	g.shotsOf(g.mina, "call-quality", false, wide)
	g.mina.key("Escape", "Escape", "", 0)
	g.mina.Click(say("보류", "Hold"))
	g.shots(g.mina, "call-hold", false)
	caller.Hangup()
	g.mina.WaitGone("call-box", box.Call)
	g.shots(g.mina, "wrap-up", false)
	g.Login(g.t, g.Agents[0]).Patch("/me", map[string]any{"wrapUp": false}, nil)
}
