package e2e

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"ringdesk/testkit/expect"
)

// The controller dies in mid-call, and again during hold: nobody hears it, the
// desk comes back by itself, and the record is complete.
//
// Covers: SYS-3, HOLD-1, HOLD-2, CALL-6, END-1, END-6, INBOX-1.
func TestControllerKilledInMidCall_SYS_3_HOLD_1_END_6(t *testing.T) { killedInMidCall(t, desk(t)) }

func killedInMidCall(t *testing.T, d *Desk) {
	alone(t, d)
	d.Mina.mark()
	caller := d.call(t, "01022220001", CallerHz)
	id := d.Mina.Answer()
	talking := later(AwaitHears(t, "the caller", caller, MinaHz), AwaitHears(t, "Mina", d.Mina, CallerHz))

	killed := d.killServe(t)
	d.API.mustKnow(id)
	d.Mina.WaitReady()
	time.Sleep(time.Until(killed.Add(2500 * time.Millisecond))) // the stretch that is listened to
	now := time.Now()
	noGap(t, caller, talking, now)
	unbroken(t, "the caller", caller, talking, now, MinaHz)
	unbroken(t, "Mina", d.Mina, talking, now, CallerHz)

	d.Mina.Click("Hold")
	pressed := d.Mina.Clicked("Hold")
	held := later(AwaitHears(t, "the caller", caller, MusicHz), AwaitHears(t, "Mina", d.Mina))
	killed = d.killServe(t)
	d.Mina.WaitReady()
	if hold := d.API.Call(id).Hold; hold == nil || hold.Name != minaName {
		t.Errorf("the new controller says of the hold: %+v", hold)
	}
	unbroken(t, "the caller on hold", caller, held, time.Now(), MusicHz)
	d.Mina.Click("Release")
	released := later(AwaitHears(t, "the caller", caller, MinaHz), AwaitHears(t, "Mina", d.Mina, CallerHz))
	if killed.Before(held) {
		t.Errorf("killed at %s, before the hold of %s", killed, held)
	}
	MustHear(t, "the caller", caller, released, time.Second, MinaHz)

	d.Mina.mustBeMarked()
	d.Mina.Click("Leave")
	left := d.Mina.Clicked("Leave")
	if end := AwaitOver(t, caller, actionTime); end.Method != "BYE" || end.Local {
		t.Errorf("the caller's call ended by %+v", end)
	}
	d.Mina.WaitGone("call-box", id)
	d.awaitNothingLeft(t, actionTime)

	rec := d.API.AwaitRecording(id, 10*time.Second)
	pcm := d.API.MP3(rec)
	d.API.recordedWhole(rec, pcm, talking, pressed, CallerHz, MinaHz)
	d.API.recordedWhole(rec, pcm, held, released.Add(-expect.HearWindow), MinaHz)
	d.API.recordedWhole(rec, pcm, released, left, CallerHz, MinaHz)
	d.API.mustJournal(id, "call.created", "agent.offered", "call.answered", "call.held", "call.released", "agent.left", "call.ended")
	call := d.API.Call(id)
	if call.State != "ended" || call.EndedBy != "agent" || len(call.Participants) != 2 {
		t.Errorf("the call is %+v", call)
	}
	if conv := d.API.Conversation(call.ConversationID); conv.State != "open" || conv.Live || conv.Assignee == nil || conv.Assignee.Name != minaName {
		t.Errorf("the conversation is %+v", conv)
	}
}

// alone makes Mina the only agent who takes calls, until the test ends.
func alone(t *testing.T, d *Desk) {
	t.Helper()
	alex := d.Login(t, d.Alex.Account)
	alex.Patch("/me", map[string]any{"away": true}, nil)
	t.Cleanup(func() { alex.Patch("/me", map[string]any{"away": false}, nil) })
}

// The controller dies while a call rings: it rings on or again, one answers,
// the other stops ringing.
//
// Covers: SYS-3, IN-5, IN-11.
func TestControllerKilledWhileRinging_SYS_3_IN_11(t *testing.T) { killedWhileRinging(t, desk(t)) }

func killedWhileRinging(t *testing.T, d *Desk) {
	caller := d.call(t, "01022220002", CallerHz)
	AwaitCode(t, caller, 180)
	id := d.Mina.WaitRinging().Call
	d.Alex.WaitRinging()
	d.killServe(t)
	d.API.mustKnow(id)
	d.Mina.WaitReady()
	d.Alex.WaitReady()
	if got := d.Mina.Answer(); got != id {
		t.Errorf("Mina answered %s, not %s", got, id)
	}
	d.Alex.WaitGone("ring-box", id)
	AwaitHears(t, "the caller", caller, MinaHz)
	AwaitHears(t, "Mina", d.Mina, CallerHz)
	caller.Hangup()
	d.Mina.WaitGone("call-box", id)
	d.awaitNothingLeft(t, actionTime)
	if call := d.API.AwaitCall(id, "ended", actionTime); call.EndedBy != "customer" {
		t.Errorf("the call is %+v", call)
	}
	d.API.AwaitRecording(id, 10*time.Second)
}

// The controller dies while a caller waits: the music plays on, and the caller
// is offered to the next free agent, once.
//
// Covers: SYS-3, IN-6.
func TestControllerKilledWhileQueued_SYS_3_IN_6(t *testing.T) { killedWhileQueued(t, desk(t)) }

func killedWhileQueued(t *testing.T, d *Desk) {
	alone(t, d)
	first := d.call(t, "01022220003", CallerHz)
	talk := d.Mina.Answer()
	waiting := d.call(t, "01022220004", OtherHz)
	AwaitCode(t, waiting, 200)
	music := AwaitHears(t, "the waiting caller", waiting, MusicHz)
	id := d.newest(t).ID

	d.killServe(t)
	d.API.mustKnow(talk, id)
	if call := d.API.Call(id); call.State != "queued" {
		t.Errorf("the waiting call is %s", call.State)
	}
	unbroken(t, "the waiting caller", waiting, music, time.Now(), MusicHz)

	d.Mina.WaitReady()
	first.Hangup()
	d.Mina.WaitGone("call-box", talk)
	if got := d.Mina.Answer(); got != id {
		t.Errorf("Mina answered %s, not %s", got, id)
	}
	AwaitHears(t, "the caller who waited", waiting, MinaHz)
	AwaitHears(t, "Mina", d.Mina, OtherHz)
	waiting.Hangup()
	d.Mina.WaitGone("call-box", id)
	d.awaitNothingLeft(t, actionTime)
	d.API.mustJournal(id, "call.created", "call.queued", "agent.offered", "call.answered", "agent.left", "call.ended")
	if call := d.API.AwaitCall(talk, "ended", actionTime); call.EndedBy != "customer" {
		t.Errorf("the first call is %+v", call)
	}
}

// Supervisor and controller die at once and ringdesk is started anew: it takes
// the running Asterisk over with its calls.
//
// Covers: SYS-3, HOLD-1, END-6.
func TestEverythingButAsteriskKilled_SYS_3_END_6(t *testing.T) {
	in := Start(t, Options{})
	mina := in.Browser(t, in.Agents[0], MinaHz)
	in.awaitAvailable(t, mina)
	caller := in.call(t, "01022220005", CallerHz)
	id := mina.Answer()
	talking := later(AwaitHears(t, "the caller", caller, MinaHz), AwaitHears(t, "Mina", mina, CallerHz))

	engine := in.AsteriskPID()
	for _, pid := range []int{in.PID(), in.ServePID()} {
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
	}
	<-in.Exited()
	again := in.again(t)
	if !strings.Contains(again.Output(), "its calls go on") {
		t.Error("it does not say that Asterisk was taken over")
	}
	api := again.API(t)
	api.mustKnow(id)
	mina.WaitReady()
	now := time.Now()
	noGap(t, caller, talking, now)
	unbroken(t, "the caller", caller, talking, now, MinaHz)
	unbroken(t, "Mina", mina, talking, now, CallerHz)
	mina.Click("Hold")
	AwaitHears(t, "the caller", caller, MusicHz)
	mina.Click("Release")
	AwaitHears(t, "the caller", caller, MinaHz)
	mina.Click("Leave")
	AwaitOver(t, caller, actionTime)
	again.awaitNothingLeft(t, actionTime)
	rec := api.AwaitRecording(id, 10*time.Second)
	api.recordedWhole(rec, api.MP3(rec), talking, now, CallerHz, MinaHz)

	if err := again.Stop(); err != nil {
		t.Error(err)
	}
	if running(engine) {
		t.Errorf("Asterisk, process %d, runs on", engine)
	}
}

// A screen that is opened while the controller is away comes when it is back, with its
// style, and costs nothing of the call that goes on.
//
// Covers: SYS-3.
func TestScreenOpenedWhileAway_SYS_3(t *testing.T) {
	in := Start(t, Options{})
	mina := in.Browser(t, in.Agents[0], MinaHz)
	in.awaitAvailable(t, mina)
	caller := in.call(t, "01022220006", CallerHz)
	mina.Answer()
	AwaitHears(t, "the caller", caller, MinaHz)
	for _, pid := range []int{in.PID(), in.ServePID()} {
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
	}
	<-in.Exited()
	mina.Click("Settings")
	time.Sleep(1500 * time.Millisecond) // it is asked for in vain, more than once
	if n := eval[int](mina, `document.querySelectorAll('[data-testid=call-box]').length`); n != 1 {
		t.Errorf("the page shows %d calls", n)
	}
	in.again(t)
	mina.AwaitText("main", "Numbers")
	mina.WaitReady()
	if lost := eval[[]string](mina, `[...document.querySelectorAll('link[rel=stylesheet]')].filter((l) => !l.sheet).map((l) => l.href)`); len(lost) > 0 {
		t.Errorf("style sheets are missing: %v", lost)
	}
	AwaitHears(t, "the caller", caller, MinaHz)
	AwaitHears(t, "Mina", mina, CallerHz)
	for _, n := range mina.Notices() {
		if strings.Contains(n.Text, "new version") {
			t.Errorf("it said %q", n.Text)
		}
	}
	mina.showProblems()
	mina.Click("Leave")
	AwaitOver(t, caller, actionTime)
}

// again runs ringdesk anew on the same installation and addresses.
func (in *Instance) again(t *testing.T) *Instance {
	t.Helper()
	next := &Instance{Demo: in.Demo, Data: in.Data, Bin: in.Bin, Env: in.Env, log: in.log, exited: make(chan struct{})}
	from := len(in.Output())
	next.begin(t, "run")
	if err := next.awaitReady(from); err != nil {
		t.Fatalf("%v:\n%s", err, next.Output()[from:])
	}
	return next
}

// running says whether a process is there; a zombie is not.
func running(pid int) bool {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return false
	}
	fields := strings.Fields(string(text[slices.Index(text, ')')+1:]))
	return fields[0] != "Z"
}
