package e2e

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strings"
	"time"
)

// Box is a ring box or call box that the page showed.
type Box struct {
	Kind  string // "ring-box" or "call-box"
	Call  string // the call's id
	Text  string // what it last said
	Shown int64  // Unix ms
	Gone  int64  // Unix ms; 0 while it is there
}

// Noted is something the page showed or did at a moment.
type Noted struct {
	Text string `json:"text"` // of a notice
	Name string `json:"name"` // of a clicked button
	At   int64  `json:"at"`   // Unix ms
}

// Login logs in and waits until calls can come.
func (a *Agent) Login(who Account) {
	a.t.Helper()
	a.Account = who
	a.Fill("Email", who.Email)
	a.Fill("Password", who.Password)
	a.Click("Log in")
	a.WaitReady()
}

// LoginAgain signs in over the desk, where the page knows who was signed in.
func (a *Agent) LoginAgain() {
	a.t.Helper()
	a.Fill("Password", a.Account.Password)
	a.Click("Log in")
	a.WaitReady()
}

// WaitReady waits until the page's phone is ready for calls.
func (a *Agent) WaitReady() {
	a.t.Helper()
	Await(a.t, a.Account.Email+"'s phone is ready", pageTime, func() (bool, string) {
		// Between two pages there is nothing to ask.
		state, err := tryEval[string](a.browser, "__e2e.phone()")
		if err != nil {
			return false, err.Error()
		}
		return state == "ready", "it is " + state
	})
}

// Boxes are the ring boxes and call boxes since the page was loaded.
func (a *Agent) Boxes() []Box {
	a.t.Helper()
	return eval[[]Box](a, "__e2e.boxes")
}

// Statuses are all that the page's status lines have said since it was loaded,
// however short it stood there.
func (a *Agent) Statuses() []Noted {
	a.t.Helper()
	return eval[[]Noted](a, "__e2e.statuses")
}

// Notices are the messages that popped up.
func (a *Agent) Notices() []Noted {
	a.t.Helper()
	return eval[[]Noted](a, "__e2e.notices")
}

// Clicked is when the page last saw a click on a button.
func (a *Agent) Clicked(name string) time.Time {
	a.t.Helper()
	var at int64
	for _, c := range eval[[]Noted](a, "__e2e.clicks") {
		if c.Name == name {
			at = c.At
		}
	}
	if at == 0 {
		a.t.Fatalf("%s clicked no %q", a.Account.Email, name)
	}
	return time.UnixMilli(at)
}

// Answered is when the page last accepted a call over SIP.
func (a *Agent) Answered() time.Time {
	a.t.Helper()
	at := eval[[]int64](a, "__e2e.answers")
	if len(at) == 0 {
		a.t.Fatalf("%s answered nothing", a.Account.Email)
	}
	return time.UnixMilli(at[len(at)-1])
}

// WaitRinging waits for a call that is ringing now and gives its box.
func (a *Agent) WaitRinging() Box {
	a.t.Helper()
	return a.waitBox("ring-box", "", actionTime)
}

// WaitTalking waits until the page shows the call box of the call.
func (a *Agent) WaitTalking(call string) Box {
	a.t.Helper()
	return a.waitBox("call-box", call, actionTime)
}

func (a *Agent) waitBox(kind, call string, within time.Duration) Box {
	a.t.Helper()
	var box Box
	Await(a.t, fmt.Sprintf("%s sees a %s", a.Account.Email, kind), within, func() (bool, string) {
		boxes := a.Boxes()
		for _, b := range boxes {
			if b.Kind == kind && b.Gone == 0 && (call == "" || b.Call == call) {
				box = b
				return true, ""
			}
		}
		return false, fmt.Sprintf("%d boxes before", len(boxes))
	})
	return box
}

// WaitGone waits until the call's box of the kind has gone, and gives it.
func (a *Agent) WaitGone(kind, call string) Box {
	a.t.Helper()
	var box Box
	Await(a.t, fmt.Sprintf("%s's %s has gone", a.Account.Email, kind), actionTime, func() (bool, string) {
		for _, b := range a.Boxes() {
			if b.Kind == kind && b.Call == call {
				box = b
			}
		}
		return box.Gone != 0, box.Text
	})
	return box
}

// GoneAt is when the box went.
func (b Box) GoneAt() time.Time { return time.UnixMilli(b.Gone) }

// WaitNotice waits for a message with the words that popped up after a moment.
func (a *Agent) WaitNotice(after time.Time, words string) {
	a.t.Helper()
	Await(a.t, fmt.Sprintf("%s is told %q", a.Account.Email, words), actionTime, func() (bool, string) {
		all := a.Notices()
		for _, n := range all {
			if n.At >= after.UnixMilli() && strings.Contains(n.Text, words) {
				return true, ""
			}
		}
		return false, fmt.Sprintf("told %v", all)
	})
}

// Answer takes the ringing call and gives its id.
func (a *Agent) Answer() string {
	a.t.Helper()
	box := a.WaitRinging()
	a.Click("Answer")
	a.WaitTalking(box.Call)
	return box.Call
}

// Decline refuses the ringing call.
func (a *Agent) Decline() {
	a.t.Helper()
	box := a.WaitRinging()
	a.Click("Decline")
	a.WaitGone("ring-box", box.Call)
}

// Heard is what the agent heard between two moments, at 8000 Hz.
func (a *Agent) Heard(from, to time.Time) []int16 {
	a.t.Helper()
	text := eval[string](a, "__e2e.heard(%s, %s)", from.UnixMilli(), to.UnixMilli())
	b, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		a.t.Fatal(err)
	}
	pcm := make([]int16, len(b)/2)
	for i := range pcm {
		pcm[i] = int16(binary.LittleEndian.Uint16(b[2*i:]))
	}
	return pcm
}
