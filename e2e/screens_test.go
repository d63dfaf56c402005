package e2e

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"ringdesk/testkit/phone"
)

// screens walks through every screen of the desk as people in a small company
// see it, and takes a picture of each with RINGDESK_SCREENSHOTS=1.
type screens struct {
	*Instance
	t          *testing.T
	phone      *phone.Phone
	owner      *Client
	mina, alex *Agent
}

// No screen has an error, in either language, appearance and size.
//
// Covers: IN-1, IN-8, CALL-1, HOLD-2, INBOX-1, INBOX-3, END-2, MISS-2.
func TestScreens_INBOX_1(t *testing.T) {
	s := &screens{Instance: Start(t, Options{}), t: t, phone: NewPhone(t)}
	s.owner = s.Login(t, s.Owner)
	s.before()
	s.contacts()
	s.mina = s.OpenSaying(t, MinaHz, babble(1))
	s.mina.Login(s.Agents[0])
	s.alex = s.OpenSaying(t, AlexHz, babble(2))
	s.alex.Login(s.Agents[1])
	s.earlierCalls()
	conversation := s.call()
	s.afterCall(conversation)
	s.otherLooks(conversation)
}

// pictures says whether pictures are asked for.
func pictures() bool { return os.Getenv("RINGDESK_SCREENSHOTS") == "1" }

// shot takes the picture, if pictures are asked for, with no message in the
// way.
func (s *screens) shot(a *Agent, name string) {
	s.t.Helper()
	if !pictures() {
		return
	}
	Await(s.t, "no message is in the way", 2*actionTime, func() (bool, string) {
		n := eval[int](a, `(() => { const all = document.querySelectorAll('.mantine-Notification-root'); all.forEach((m) => m.querySelector('button.mantine-Notification-closeButton')?.click()); return all.length })()`)
		return n == 0, fmt.Sprint(n)
	})
	a.Screenshot(filepath.Join("..", "docs", "screenshots", name+".png"))
}

// before: nobody has called yet.
func (s *screens) before() {
	owner := s.Open(s.t, 0)
	owner.AwaitText("h1", "Log in to ringdesk")
	s.shot(owner, "login")
	owner.Login(s.Owner)
	owner.AwaitText("main, body", "Ready for the first call", "070-7666-0001", "Place a test call")
	s.shot(owner, "inbox-empty")
	owner.Close()
}

func (s *screens) contacts() {
	for _, c := range []struct{ name, number, email, company, plan, city string }{
		{"박지훈", "010-3344-7788", "jihoon.park@example.kr", "다올 물산", "Basic", "대전"},
		{"Emma Wilson", "+44 20 7946 0123", "emma@wilson-design.example", "Wilson Design Ltd", "Enterprise", "London"},
		{"최서연", "010-5566-1212", "seoyeon@example.kr", "봄날 카페", "Gold", "제주"},
		{"Daniel Kim", "02-555-0142", "daniel.kim@example.com", "Hangang Logistics", "Gold", "Seoul"},
		{"정민준", "051-555-0188", "minjun@example.kr", "해운대 서점", "Basic", "부산"},
		{"이수진 Sujin Lee", "010-2345-6789", "sujin.lee@example.kr", "한빛 상사", "Gold", "서울"},
	} {
		s.owner.Post("/contacts", map[string]any{"name": c.name, "numbers": []string{c.number}, "email": c.email,
			"profile": map[string]string{"company": c.company, "plan": c.plan, "city": c.city}}, nil)
	}
}

// earlierCalls fill the inbox: answered and missed ones.
func (s *screens) earlierCalls() {
	api := s.API(s.t)
	for _, c := range []struct {
		from  string
		agent *Agent // nil: nobody answers, and the caller gives up
	}{
		{"+442079460123", s.alex}, {"025550142", nil}, {"01055661212", s.mina}, {"01033447788", nil}, {"", nil}, {"01077880199", s.alex}, {"0515550188", nil},
	} {
		call := s.Dial(s.t, s.phone, c.from, 0)
		id := s.mina.WaitRinging().Call
		if c.agent != nil {
			s.alex.WaitRinging()
			c.agent.Answer()
			AwaitCode(s.t, call, 200)
		}
		call.Hangup()
		if c.agent == nil {
			api.AwaitCall(id, "missed", actionTime)
		} else {
			api.AwaitCall(id, "ended", actionTime)
		}
		s.mina.waitFree(id)
		s.alex.waitFree(id)
	}
}

var talkTime = regexp.MustCompile(`\b\d+:\d\d\b`)

// lasts waits until the call box shows the time or a later one, for a picture of a
// call that has lasted a while.
func (s *screens) lasts(shown string) {
	s.t.Helper()
	if !pictures() {
		return
	}
	Await(s.t, "the call box says "+shown, pageTime, func() (bool, string) {
		text := strings.Join(s.mina.Text("[data-testid=call-box]"), " ")
		is := talkTime.FindString(text)
		return len(is) > len(shown) || is >= shown, text
	})
}

// waitFree waits until the page shows nothing of a call any more.
func (a *Agent) waitFree(call string) {
	a.t.Helper()
	Await(a.t, "the call's boxes have gone", actionTime, func() (bool, string) {
		for _, b := range a.Boxes() {
			if b.Call == call && b.Gone == 0 {
				return false, b.Kind
			}
		}
		return true, ""
	})
}

// call: one call with its ring box, call box and hold, and gives its
// conversation.
func (s *screens) call() string {
	s.mina.Visit("/inbox/all")
	s.mina.WaitReady()
	caller := s.Dial(s.t, s.phone, "01023456789", 0)
	box := s.mina.WaitRinging()
	s.alex.WaitRinging()
	s.shot(s.mina, "ringing")
	s.mina.Answer()
	conversation := s.API(s.t).Call(box.Call).ConversationID
	s.alex.ClickOn(`[data-testid=inbox-item][data-id="` + conversation + `"]`)
	s.alex.AwaitText(`[data-testid=conversation][data-id="`+conversation+`"]`, "Incoming call")
	s.alex.Fill("Internal notes", "어제 배송이 늦어진 고객입니다. 주문 번호 20261122-071.")
	s.alex.Click("Add note")
	s.mina.AwaitText("[data-testid=conversation] [data-note]", "주문 번호")
	s.lasts("0:07")
	s.shot(s.mina, "call")
	s.mina.Click("Dial pad")
	s.shot(s.mina, "dial-pad")
	s.mina.Click("Dial pad")
	s.mina.Click("Hold")
	s.mina.AwaitText("[data-testid=call-box]", "On hold by")
	s.shot(s.mina, "hold")
	s.mina.Click("Release")
	AwaitCode(s.t, caller, 200)
	s.lasts("0:12")
	s.mina.Click("Leave")
	s.mina.WaitGone("call-box", box.Call)
	return conversation
}

// afterCall: the conversation with its recording, the lists and the contacts.
func (s *screens) afterCall(conversation string) {
	s.mina.Fill("Internal notes", "Refund of the delivery fee agreed. @Alex Park please call back tomorrow about the order.")
	s.mina.Click("Add note")
	s.mina.AwaitText("[data-testid=conversation] [data-testid=recording-player]", "0:00")
	s.mina.AwaitText("[data-note]", "Refund of the delivery fee")
	s.shot(s.mina, "conversation")
	s.mina.Visit("/inbox/all")
	s.mina.AwaitText("[data-testid=inbox-item]", "Emma Wilson")
	s.mina.WaitReady()
	s.shot(s.mina, "inbox")
	s.mina.ClickOn(`nav a[href="/inbox/missed"]`)
	s.mina.AwaitText("[data-testid=inbox-item][data-state=missed]", "Daniel Kim", "Caller hung up")
	s.mina.ClickOn("[data-testid=inbox-item][data-state=missed]")
	s.mina.AwaitText("[data-testid=conversation]", "Missed call")
	s.shot(s.mina, "missed")
	s.mina.Click("Contacts")
	s.mina.AwaitText("main, body", "Emma Wilson", "정민준")
	s.shot(s.mina, "contacts")
	var contact Contact
	for _, c := range List[Contact](s.owner, "/contacts") {
		if c.Name == "이수진 Sujin Lee" {
			contact = c
		}
	}
	s.mina.Visit("/contacts/" + contact.ID)
	s.mina.AwaitText("main, body", "sujin.lee@example.kr", "한빛 상사", "Incoming call")
	s.mina.WaitReady()
	s.shot(s.mina, "contact")
}

// otherLooks: dark, a telephone's width, Korean.
func (s *screens) otherLooks(conversation string) {
	path := "/inbox/all/" + conversation
	s.mina.emulate(1440, 900, 1, "dark")
	s.mina.Visit(path)
	s.mina.AwaitText("[data-testid=conversation] [data-testid=recording-player]", "0:00")
	s.mina.WaitReady()
	s.shot(s.mina, "dark")

	s.mina.emulate(390, 844, 2, "light")
	s.mina.Visit("/inbox/all")
	s.mina.AwaitText("[data-testid=inbox-item]", "Emma Wilson")
	s.mina.WaitReady()
	s.shot(s.mina, "narrow-inbox")
	s.mina.ClickOn(`[data-testid=inbox-item][data-id="` + conversation + `"]`)
	s.mina.AwaitText("[data-testid=conversation] [data-testid=recording-player]", "0:00")
	s.shot(s.mina, "narrow-conversation")
	caller := s.Dial(s.t, s.phone, "+442079460123", 0)
	box := s.mina.WaitRinging()
	s.shot(s.mina, "narrow-ringing")
	s.mina.Answer()
	s.shot(s.mina, "narrow-call")
	caller.Hangup()
	s.mina.waitFree(box.Call)

	s.mina.emulate(1440, 900, 1, "light")
	s.Login(s.t, s.Agents[0]).Patch("/me", map[string]any{"locale": "ko"}, nil)
	s.mina.Visit(path)
	s.mina.AwaitText("[data-testid=conversation]", "수신 전화")
	s.mina.AwaitText("[data-testid=conversation] [data-testid=recording-player]", "0:00")
	s.mina.WaitReady()
	s.shot(s.mina, "korean")
}

// emulate gives the page another size, pixels per CSS pixel and appearance.
func (a *Agent) emulate(width, height int64, scale float64, appearance string) {
	a.t.Helper()
	a.try("emulate", func(ctx context.Context) error {
		if err := chromedp.Do(ctx, chromedp.EmulateViewport(width, height, chromedp.EmulateScale(scale))); err != nil {
			return err
		}
		_, err := chromedp.Run(ctx, func(ctx context.Context, t *chromedp.Target) (cdp.Empty, error) {
			return cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
				Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: appearance}}})
		})
		return err
	})
}

// babble is sound with the rhythm of speech, for a waveform worth looking at.
func babble(seed uint64) []int16 {
	random := rand.New(rand.NewPCG(seed, 0))
	var pcm []int16
	for len(pcm) < micRate*int(micTime.Seconds()) {
		syllables, loud := 3+random.IntN(9), 3000+random.Float64()*9000
		for range syllables {
			n := micRate * (120 + random.IntN(120)) / 1000
			pitch := 140 + random.Float64()*80
			for i := range n {
				at := float64(i) / float64(n)
				pcm = append(pcm, int16(loud*math.Sin(math.Pi*at)*math.Sin(2*math.Pi*pitch*float64(i)/micRate)))
			}
		}
		pcm = append(pcm, make([]int16, micRate*(150+random.IntN(700))/1000)...)
	}
	return pcm
}
