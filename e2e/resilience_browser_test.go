package e2e

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"ringdesk/testkit/expect"
	"ringdesk/testkit/phone"
)

// A browser that is reloaded while it rings rings again, and can answer.
//
// Covers: IN-12, IN-5.
func TestReloadedWhileRinging_IN_12(t *testing.T) { reloadedWhileRinging(t, desk(t)) }

func reloadedWhileRinging(t *testing.T, d *Desk) {
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
func TestReloadedInMidCall_IN_12_END_6(t *testing.T) { reloadedInMidCall(t, desk(t)) }

func reloadedInMidCall(t *testing.T, d *Desk) {
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

// goneTime is how long after an agent's browser went without a word the
// customer may hear nothing: 12 s without sound end the agent's leg.
const goneTime = 25 * time.Second

// Agents whose page was closed, or whose network is cut, in mid-call: their
// callers hear music, wait for the agents' return, and are then offered to
// whoever comes.
//
// Covers: IN-12, IN-6, SYS-3, END-6.
func TestBrowserGoneInMidCall_IN_12_SYS_3_END_6(t *testing.T) {
	t.Parallel()
	browserGone(t, Start(t, Options{}))
}

func browserGone(t *testing.T, in *Instance) {
	mina := in.Browser(t, in.Agents[0], MinaHz)
	api := in.API(t)
	in.awaitAvailable(t, mina)
	first := in.call(t, "01044440003", CallerHz)
	closed := mina.Answer()
	alex := in.Browser(t, in.Agents[1], AlexHz)
	in.awaitAvailable(t, alex)
	second := in.call(t, "01044440004", OtherHz)
	cut := alex.Answer()
	callers := map[string]speaker{closed: {first, CallerHz}, cut: {second, OtherHz}}
	AwaitHears(t, "the first caller", first, MinaHz)
	AwaitHears(t, "the second caller", second, AlexHz)

	mina.ClosePage()
	network := alex.networkProcess()
	signal(t, network, syscall.SIGSTOP)
	t.Cleanup(func() { signal(t, network, syscall.SIGCONT) })
	gone := time.Now()
	for id, c := range callers {
		Await(t, "the caller hears music", goneTime, func() (bool, string) {
			now := time.Now()
			return allHz.Verdict(c.Heard(now.Add(-expect.HearWindow), now), MusicHz)
		})
		t.Logf("call %s: music after %v", id, time.Since(gone))
	}
	for id := range callers {
		api.AwaitCall(id, "queued", 20*time.Second+actionTime) // the agents had the time to come back
	}

	mina.Visit("/")
	answersWaiting(t, mina, callers)
	signal(t, network, syscall.SIGCONT)
	answersWaiting(t, alex, callers)
	for id, c := range callers {
		c.Hangup()
		if call := api.AwaitCall(id, "ended", actionTime); call.EndedBy != "customer" || call.MissedReason != "" {
			t.Errorf("the call is %+v", call)
		}
		api.AwaitRecording(id, 10*time.Second)
		if got := types(api.Journal(id)); !slices.Contains(got, "agent.away") || !slices.Contains(got, "call.requeued") {
			t.Errorf("the journal says %v", got)
		}
	}
	in.awaitNothingLeft(t, actionTime)
}

// speaker is a caller with the tone of their voice.
type speaker struct {
	*phone.Call
	hz int
}

// answersWaiting lets an agent take one of the calls that wait.
func answersWaiting(t *testing.T, a *Agent, callers map[string]speaker) {
	t.Helper()
	Await(t, a.Account.Email+" is offered a call", pageTime, func() (bool, string) {
		return slices.ContainsFunc(a.Boxes(), func(b Box) bool { return b.Kind == "ring-box" && b.Gone == 0 }), ""
	})
	id := a.Answer()
	AwaitHears(t, "the caller who waited", callers[id], a.Hz)
	AwaitHears(t, a.Account.Email, a, callers[id].hz)
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
