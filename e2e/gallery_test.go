package e2e

import (
	"fmt"
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
	"numbers", "trunks", "outbound", "blocks", "keys", "workflows", "workflows/new", "webhooks", "webhooks/new", "retention", "audit", "jobs"}

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
