package flow_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"ringdesk/dialplan"
	"ringdesk/dialplan/flow"
)

// told is what actions come to, in short.
func told(actions []flow.Action) string {
	var all []string
	for _, a := range actions {
		switch a := a.(type) {
		case flow.Took:
			all = append(all, fmt.Sprintf("%s:%d", a.Step, a.At.Line))
		case flow.PlaySounds:
			all = append(all, "play "+strings.Join(a.Sounds, "+"))
		case flow.HangUp:
			all = append(all, fmt.Sprintf("end %s%v", a.End.Reason, a.End.Answered))
		case flow.Enqueue:
			all = append(all, "queue "+a.Plan.Overflow[0].Team)
		default:
			all = append(all, strings.TrimPrefix(fmt.Sprintf("%T", a), "flow."))
		}
	}
	return strings.Join(all, ", ")
}

const keysText = `flow "f" {
  numbers = ["1000"]
  start   = "menu"
  menu "menu" {
    sound = "greeting"
    wait  = "5s"
    tries = 2
    key "1" { go = "order" }
    key "2" { go = "queue" }
    otherwise { go = "bye" }
  }
  input "order" {
    sound  = "connecting"
    digits = "2-4"
    tries  = 2
    save   = "order"
    then   = "crm"
    failed = "bye"
  }
  lookup "crm" {
    get    = "https://crm.example/${var.order}?n=${caller.name}"
    save   = "crm"
    then   = "queue"
    failed = "menu"
  }
  queue "queue" {
    team = "support"
    key "1" { go = "cb" }
    key "2" { go = "voice" }
    on "ringTimeOver" { go = "voice" }
    on "talked" { go = "grade" }
  }
  callback "cb" {}
  voicemail "voice" {}
  survey "grade" {}
  hangup "bye" {}
}
`

// happened is an event, and what comes of it.
type happened struct {
	after time.Duration // since the one before
	e     flow.Event
	want  string
}

// What each step does with keys, time, late results and endings.
//
// Covers: DP-1, Q-1, Q-2, MISS-1
func TestNext_DP_1_Q_1_Q_2(t *testing.T) {
	start := happened{0, flow.Start{Flow: "f", Facts: flow.Facts{Callable: true, Caller: flow.Caller{Number: "+8210", Name: "김 손님/?"}}}, "menu:4, play ko/greeting"}
	again := happened{0, start.e, ""} // a flow begins once
	withheld := happened{0, flow.Start{Flow: "f"}, "menu:4, play ko/greeting"}
	press := func(d, want string) happened { return happened{0, flow.Pressed{Digit: d}, want} }
	key := func(d, want string) happened { return press(d, "StopPlay, "+want) } // into a prompt
	over := func(id int) happened { return happened{0, flow.PlayEnded{ID: id}, ""} }
	queued := key("2", "queue:26, queue support")
	cases := []struct {
		name string
		do   []happened
		end  string
	}{
		{"a key interrupts the menu", []happened{start, key("1", "order:12, play ko/connecting")}, ""},
		{"a wrong key, then silence", []happened{start, key("9", "play ko/key-invalid+ko/greeting"), over(2), {4 * time.Second, flow.Tick{}, ""}, {time.Second, flow.Tick{}, "bye:36, end workflowfalse"}}, "workflow"},
		{"an old sound's end changes nothing", []happened{start, key("9", "play ko/key-invalid+ko/greeting"), over(1), {5 * time.Second, flow.Tick{}, ""}}, ""},
		{"a sound that never ends is over some day", []happened{start, {6 * time.Minute, flow.Tick{}, "StopPlay"}, press("2", "queue:26, queue support")}, ""},
		{"digits and the end key", []happened{start, key("1", "order:12, play ko/connecting"), key("1", ""), press("*", ""), press("2", ""), press("#", "crm:20, Fetch")}, ""},
		{"the most digits", []happened{start, key("1", "order:12, play ko/connecting"), key("1", ""), press("2", ""), press("3", ""), press("4", "crm:20, Fetch")}, ""},
		{"enough digits, then silence", []happened{start, key("1", "order:12, play ko/connecting"), key("1", ""), press("2", ""), {5 * time.Second, flow.Tick{}, "crm:20, Fetch"}}, ""},
		{"too few digits, twice", []happened{start, key("1", "order:12, play ko/connecting"), key("1", ""), press("#", "play ko/key-invalid+ko/connecting"), key("#", "bye:36, end workflowfalse")}, "workflow"},
		{"a lookup in time, and one that is late", []happened{start, key("1", "order:12, play ko/connecting"), key("1", ""), press("2", ""), press("#", "crm:20, Fetch"),
			{0, flow.Fetched{ID: 99, OK: true}, ""}, press("1", ""), {3 * time.Second, flow.Tick{}, "menu:4, play ko/greeting"}, {0, flow.Fetched{ID: 3, OK: true}, ""}}, ""},
		{"nobody answers", []happened{start, queued, {0, flow.Unhelped{Reason: dialplan.RingTimeOver}, "voice:34, play ko/voicemail-prompt+ko/beep"}, {0, flow.PlayEnded{ID: 2}, "Record"}, press("#", "StopRecord, end ringTimeOverfalse")}, "ringTimeOver"},
		{"nobody is there", []happened{start, queued, {0, flow.Unhelped{Reason: dialplan.NoOperator}, "end noOperatorfalse"}}, "noOperator"},
		{"an unknown reason is that nobody is there", []happened{start, queued, {0, flow.Unhelped{Reason: "talked"}, "end noOperatorfalse"}}, "noOperator"},
		{"hangs up while waiting", []happened{start, queued, {0, flow.HungUp{}, ""}, again}, "userLeft"},
		{"hangs up during the message", []happened{start, queued, {0, flow.Unhelped{Reason: dialplan.RingTimeOver}, "voice:34, play ko/voicemail-prompt+ko/beep"}, {0, flow.HungUp{}, ""}}, "ringTimeOver"},
		{"a callback", []happened{start, queued, press("1", "LeaveQueue, cb:33, AskBack, play ko/callback-confirmed"), {0, flow.PlayEnded{ID: 2}, "end workflowfalse"}}, "workflow"},
		{"no callback for a withheld number", []happened{withheld, queued, press("1", ""), press("2", "LeaveQueue, voice:34, play ko/voicemail-prompt+ko/beep")}, ""},
		{"a talk, and a grade", []happened{start, queued, {0, flow.Connected{}, ""}, press("1", ""), {0, flow.TalkEnded{}, "grade:35, play ko/survey-question"}, key("4", "Grade, play ko/survey-thanks"),
			press("5", ""), {0, flow.PlayEnded{ID: 3}, "end true"}}, ""},
		{"a talk, and no grade", []happened{start, queued, {0, flow.Connected{}, ""}, {0, flow.TalkEnded{}, "grade:35, play ko/survey-question"}, over(2), {10 * time.Second, flow.Tick{}, "end true"}}, ""},
		{"nothing happens before the start", []happened{{0, flow.HungUp{}, ""}, {0, flow.Tick{}, ""}, start, again}, ""},
	}
	p := compile(t, keysText)
	for _, c := range cases {
		s, now := flow.State{}, time.Date(2026, 12, 21, 1, 0, 0, 0, time.UTC)
		for i, h := range c.do {
			var actions []flow.Action
			now = now.Add(h.after)
			s, actions = flow.Next(p, s, h.e, now)
			if got := told(actions); got != strings.TrimSuffix(h.want, ", ") {
				t.Errorf("%s: %d. %T: %q, want %q", c.name, i+1, h.e, got, h.want)
			}
			for _, a := range actions {
				if f, ok := a.(flow.Fetch); ok && !strings.HasSuffix(f.URL, "?n=%EA%B9%80%20%EC%86%90%EB%8B%98%2F%3F") {
					t.Errorf("%s: asks %s", c.name, f.URL)
				}
			}
		}
		if c.end != "" && (s.End == nil || string(s.End.Reason) != c.end || s.End.Answered) {
			t.Errorf("%s: ended %+v, want %s", c.name, s.End, c.end)
		}
	}
}

// A call whose program is another one ends, and so does one in a program that no
// check has passed: neither runs for ever.
//
// Covers: DP-1, SYS-3
func TestNextIsTotal_DP_1(t *testing.T) {
	p := compile(t, keysText)
	s, _ := flow.Next(p, flow.State{}, flow.Start{Flow: "f"}, time.Time{})
	if s, out := flow.Next(&flow.Program{}, s, flow.Pressed{Digit: "1"}, time.Time{}); s.End == nil || s.End.How != flow.ByMistake || told(out) != "end workflowfalse" {
		t.Errorf("with another program: %+v, %v", s.End, out)
	}
	circle := &flow.Program{Flows: []flow.Flow{{Name: "f", Start: "a", Steps: []flow.Step{{Name: "a", Kind: flow.KindGoto, Goto: &flow.Goto{Step: "a"}}, {Name: "b"}}}}}
	if s, out := flow.Next(circle, flow.State{}, flow.Start{Flow: "f"}, time.Time{}); s.End == nil || s.End.How != flow.ByLimit || len(out) > 300 {
		t.Errorf("in a circle: %+v after %d actions", s.End, len(out))
	}
	circle.Flows[0].Start = "b" // a step that does nothing
	if s, _ := flow.Next(circle, flow.State{}, flow.Start{Flow: "f"}, time.Time{}); s.End == nil || s.End.How != flow.ByMistake {
		t.Errorf("a step that does nothing: %+v", s.End)
	}
}
