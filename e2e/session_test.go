package e2e

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// However an agent's session ends in mid-call, the customer does not sit in
// silence: the agent's leg ends at once, and there is music, until the agent
// signs in again or a colleague takes the call.
//
// Covers: IN-12, SEC-5.
func TestSessionEndsInMidCall_IN_12_SEC_5(t *testing.T) { sessionEndsInMidCall(t, Start(t, Options{})) }

func sessionEndsInMidCall(t *testing.T, in *Instance) {
	const (
		ended    = "Your session has ended"
		shutOut  = "You no longer have access here"
		draft    = "주문 번호를 물어보기"
		atOnce   = 2 * time.Second // an answer of the API, and the sound's way
		byOthers = 4 * time.Second // the controller looks every second
		alexFace = "AP"            // in the rail of his desk
	)
	owner := in.Login(t, in.Owner)
	minaID := in.agentID(t, in.Agents[0])
	for _, way := range []struct {
		name    string
		ends    func(t *testing.T, mina *Agent)
		limit   time.Duration
		session bool   // is over; otherwise the page alone goes, as when it is closed, and the engine misses its sound after a while
		state   string // of the call afterwards
		page    string // what Mina's page shows then
	}{
		{"another account logs in in another window", func(t *testing.T, mina *Agent) {
			mina.window(t).logsInAs(in.Agents[1])
		}, atOnce, true, "talking", ""}, // the log-in, or Alex's desk: its cookie comes with the answer
		{"the cookie is another account's", func(t *testing.T, mina *Agent) {
			other := mina.window(t)
			other.forgetCookies()
			other.Visit("/")
			other.Fill("Email", in.Agents[1].Email)
			other.Fill("Password", in.Agents[1].Password)
			other.Click("Log in")
			other.AwaitText("nav", alexFace)
		}, byOthers, false, "talking", alexFace},
		{"she ends it in another browser of hers", func(t *testing.T, _ *Agent) {
			other := in.Login(t, in.Agents[0])
			for _, s := range List[struct {
				ID     string
				Online bool
			}](other, "/me/sessions") {
				if s.Online {
					other.send(http.MethodDelete, "/me/sessions/"+s.ID, nil, nil)
				}
			}
		}, atOnce, true, "talking", ended},
		{"an owner ends the sessions", func(t *testing.T, _ *Agent) {
			owner.send(http.MethodDelete, "/agents/"+minaID+"/sessions", nil, nil)
		}, atOnce, true, "talking", ended},
		{"ringdesk admin signout", func(t *testing.T, _ *Agent) { in.admin(t, "signout", in.Agents[0].Email) }, byOthers, true, "talking", ended},
		{"an owner suspends the agent", func(t *testing.T, _ *Agent) { owner.Post("/agents/"+minaID+"/suspend", nil, nil) }, atOnce, true, "queued", shutOut},
	} {
		t.Run(way.name, func(t *testing.T) {
			defer owner.Post("/agents/"+minaID+"/restore", nil, nil)
			mina := in.Browser(t, in.Agents[0], MinaHz)
			in.awaitAvailable(t, mina)
			caller := in.call(t, "01044440009", CallerHz)
			id := mina.Answer()
			AwaitHears(t, "the caller", caller, MinaHz)
			AwaitHears(t, "Mina", mina, CallerHz)
			mina.Fill("Internal notes", draft)
			place := eval[string](mina, "location.pathname")
			way.ends(t, mina)
			end := time.Now()
			within(t, "from the end of the session to the music", max(0, AwaitHears(t, "the caller", caller, MusicHz).Sub(end)), way.limit)
			in.API(t).AwaitCall(id, way.state, time.Second)
			if way.session {
				Await(t, "no leg of Mina's is left", time.Second, func() (bool, string) {
					s := in.state(t)
					return !slices.ContainsFunc(s.Channels, ofBrowser), fmt.Sprint(s.Channels)
				})
			}
			switch way.page {
			case "":
				Await(t, "the log-in over Mina's desk, or Alex's desk", actionTime, func() (bool, string) {
					dialog, rail := strings.Join(mina.Text("[role=dialog]"), " "), strings.Join(mina.Text("nav"), " ")
					return strings.Contains(dialog, ended) || strings.Contains(rail, alexFace), dialog + rail
				})
			case shutOut:
				mina.AwaitText("[role=dialog]", shutOut)
			case ended:
				mina.AwaitText("[role=dialog]", ended, "go back to your call · The customer hears music · ")
				mina.LoginAgain()
				AwaitHears(t, "the caller, whose agent is back", caller, MinaHz)
				AwaitHears(t, "Mina, who is back", mina, CallerHz)
				if at, note := eval[string](mina, "location.pathname"), eval[string](mina, "document.querySelector('textarea').value"); at != place || note != draft {
					t.Errorf("she is at %s with the note %q, and was at %s with %q", at, note, place, draft)
				}
			default:
				mina.WaitGone("call-box", id)
				mina.AwaitText("body", way.page)
			}
			caller.Hangup()
			in.awaitNothingLeft(t, actionTime)
		})
	}
}

// ofBrowser says whether a channel is a browser's, by its name on Asterisk or
// FreeSWITCH.
func ofBrowser(channel string) bool {
	return strings.Contains(channel, "PJSIP/p") || strings.Contains(channel, "sofia/agents/")
}

func (in *Instance) agentID(t *testing.T, who Account) string {
	t.Helper()
	for _, a := range List[AgentState](in.API(t), "/agents") {
		if a.Email == who.Email {
			return a.ID
		}
	}
	t.Fatalf("%s is no agent", who.Email)
	return ""
}

// admin runs an administration command.
func (in *Instance) admin(t *testing.T, args ...string) {
	t.Helper()
	if out, err := in.Run(append([]string{"admin"}, args...)...); err != nil {
		t.Fatalf("ringdesk admin %v: %v: %s", args, err, out)
	}
}

// window opens another window of the same browser, with the same cookies.
func (a *Agent) window(t *testing.T) *Agent {
	t.Helper()
	ctx, cancel := chromedp.NewContext(a.ctx)
	b := &browser{Account: a.Account, url: a.url, ctx: ctx, cancel: cancel}
	t.Cleanup(b.close)
	// The first use of a context opens its window, which lasts as long as that context.
	if err := errors.Join(chromedp.Listen(ctx, b.event), b.open(b.url)); err != nil {
		t.Fatal(err)
	}
	return b.For(t)
}

// logsInAs signs another account in, by the page's own request.
func (a *Agent) logsInAs(who Account) {
	a.t.Helper()
	status := eval[int](a, `fetch('/api/v1/login', {method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify(%s)}).then((r) => r.status)`, who)
	if status != http.StatusOK {
		a.t.Fatalf("logging in: %d", status)
	}
}

func (a *Agent) forgetCookies() {
	a.t.Helper()
	a.try("forget the cookies", func(ctx context.Context) error {
		_, err := chromedp.Run(ctx, func(ctx context.Context, t *chromedp.Target) (cdp.Empty, error) {
			return cdp.Call(ctx, t, network.ClearBrowserCookies, cdp.Empty{})
		})
		return err
	})
}
