package e2e

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"ringdesk/e2e/expect"
)

// A browser that is reloaded while it rings rings again, and can answer.
//
// Covers: IN-12, IN-5.
func TestReloadedWhileRinging_IN_12(t *testing.T) {
	d := desk(t)
	alone(t, d)
	caller := d.call(t, "01044440001", CallerHz)
	id := d.Mina.WaitRinging().Call
	d.Mina.Reload()
	d.Mina.WaitReady()
	if got := d.Mina.Answer(); got != id {
		t.Errorf("Mina answered %s, not %s", got, id)
	}
	AwaitHears(t, "the caller", caller, MinaHz)
	AwaitHears(t, "Mina", d.Mina, CallerHz)
	caller.Hangup()
	d.Mina.WaitGone("call-box", id)
	d.awaitNothingLeft(t, actionTime)
}

// A browser that is reloaded in mid-call comes back within 5 s of the page's
// return, the caller is not hung up on, and the recording is whole.
//
// Covers: IN-12, SYS-3, END-6.
func TestReloadedInMidCall_IN_12_END_6(t *testing.T) {
	d := desk(t)
	alone(t, d)
	caller := d.call(t, "01044440002", CallerHz)
	id := d.Mina.Answer()
	talking := later(AwaitHears(t, "the caller", caller, MinaHz), AwaitHears(t, "Mina", d.Mina, CallerHz))
	time.Sleep(time.Until(talking.Add(time.Second))) // the first stretch of the talk
	reloaded := time.Now()
	d.Mina.Reload()
	d.Mina.WaitTalking(id)
	back := later(AwaitHears(t, "the caller", caller, MinaHz), AwaitHears(t, "Mina", d.Mina, CallerHz))
	within(t, "from the reload until both hear each other", back.Add(expect.HearWindow).Sub(reloaded), 5*time.Second)
	MustHear(t, "the caller", caller, back, time.Second, MinaHz)
	d.Mina.Click("Leave")
	left := d.Mina.Clicked("Leave")
	if end := AwaitOver(t, caller, actionTime); end.Method != "BYE" || end.Local {
		t.Errorf("the caller's call ended by %+v", end)
	}
	d.awaitNothingLeft(t, actionTime)
	rec := d.API.AwaitRecording(id, 10*time.Second)
	pcm := d.API.MP3(rec)
	d.API.recordedWhole(rec, pcm, talking, reloaded, CallerHz, MinaHz)
	d.API.recordedWhole(rec, pcm, back, left, CallerHz, MinaHz)
	if call := d.API.Call(id); call.State != "ended" || call.EndedBy != "agent" {
		t.Errorf("the call is %+v", call)
	}
}

// goneTime is how long after an agent's browser went without a word the engine
// gives the agent up here: rtp_timeout as set by soon, and some for looking.
const goneTime = 15 * time.Second

// soon makes Asterisk give an agent's phone up after 6 s without sound. The
// product's minute is no different, only longer.
func (in *Instance) soon(t *testing.T, a *Agent) {
	t.Helper()
	phones := in.rows(t, "SELECT p.id FROM phones p JOIN accounts a ON a.id = p.account_id WHERE a.email = ?", a.Account.Email)
	in.askARI(t, http.MethodPut, "/asterisk/config/dynamic/res_pjsip/endpoint/"+phones[0], `{"fields":[{"attribute":"rtp_timeout","value":"6"}]}`)
}

// Agents whose page was closed, or whose network is cut, in mid-call: their
// callers are let go after a while, the calls are complete, and both agents can
// take the next call.
//
// Covers: SYS-3, CALL-6, END-6.
func TestBrowserGoneInMidCall_SYS_3_END_6(t *testing.T) {
	t.Parallel()
	in := Start(t, Options{})
	mina := in.Browser(t, in.Agents[0], MinaHz)
	api := in.API(t)
	in.awaitAvailable(t, mina)
	in.soon(t, mina)
	first := in.call(t, "01044440003", CallerHz)
	closed := mina.Answer()
	alex := in.Browser(t, in.Agents[1], AlexHz)
	in.awaitAvailable(t, alex)
	in.soon(t, alex)
	second := in.call(t, "01044440004", OtherHz)
	cut := alex.Answer()
	AwaitHears(t, "the first caller", first, MinaHz)
	AwaitHears(t, "the second caller", second, AlexHz)

	mina.ClosePage()
	network := alex.networkProcess()
	signal(t, network, syscall.SIGSTOP)
	t.Cleanup(func() { signal(t, network, syscall.SIGCONT) })
	gone := time.Now()
	for who, c := range map[string]struct {
		over <-chan struct{}
		id   string
	}{"the agent who closed the page": {first.Done(), closed}, "the agent without a network": {second.Done(), cut}} {
		select {
		case <-c.over:
		case <-time.After(time.Until(gone.Add(goneTime))):
			t.Fatalf("the caller of %s was still held after %v", who, goneTime)
		}
		t.Logf("the caller of %s was let go after %v", who, time.Since(gone))
		call := api.AwaitCall(c.id, "ended", actionTime)
		if call.EndedBy != "agent" || call.MissedReason != "" {
			t.Errorf("the call of %s is %+v", who, call)
		}
	}
	in.awaitNothingLeft(t, actionTime)
	for _, id := range []string{closed, cut} {
		api.AwaitRecording(id, 10*time.Second)
		api.mustJournal(id, "call.created", "agent.offered", "call.answered", "agent.left", "call.ended")
	}

	signal(t, network, syscall.SIGCONT)
	mina.Visit("/")
	for _, a := range []*Agent{mina, alex} {
		in.awaitAvailable(t, a)
	}
	for _, a := range []*Agent{mina, alex} {
		next := in.call(t, "01044440005", CallerHz)
		id := a.Answer()
		AwaitHears(t, "the next caller", next, a.Hz)
		AwaitHears(t, a.Account.Email, a, CallerHz)
		next.Hangup()
		a.WaitGone("call-box", id)
	}
	in.awaitNothingLeft(t, actionTime)
}

// networkProcess is the process of a Chromium through which all its traffic
// goes, sound too. Stopping it is like pulling the cable.
func (a *Agent) networkProcess() int {
	a.t.Helper()
	const network = "--utility-sub-type=network.mojom.NetworkService"
	for _, pid := range processes() {
		line := commandLine(pid)
		if strings.Contains(line, network) && strings.Contains(line, a.dir) {
			return pid
		}
	}
	a.t.Fatalf("the network process of %s's browser was not found", a.Account.Email)
	return 0
}

// processes lists the processes of this machine.
func processes() []int {
	var pids []int
	paths, _ := filepath.Glob("/proc/[0-9]*") // the only error is a bad pattern
	for _, path := range paths {
		if pid, err := strconv.Atoi(filepath.Base(path)); err == nil && running(pid) {
			pids = append(pids, pid)
		}
	}
	return pids
}

// commandLine is a process's command line with blanks between the arguments;
// empty when it has ended.
func commandLine(pid int) string {
	line, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/cmdline")
	if err != nil {
		return ""
	}
	return string(bytes.ReplaceAll(line, []byte{0}, []byte{' '}))
}

func signal(t *testing.T, pid int, sig syscall.Signal) {
	t.Helper()
	if err := syscall.Kill(pid, sig); err != nil {
		t.Errorf("signal %v to process %d: %v", sig, pid, err)
	}
}
