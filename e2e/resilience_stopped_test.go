package e2e

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"
)

// How soon a desk must say that the engine, or the server, is silent.
const (
	engineSilence = 5 * time.Second
	serverSilence = 12 * time.Second
)

// standsStill says whether an element's text stays the same for 1.5 s of the
// page's time: a timer that runs would have changed.
const standsStill = `new Promise((tell) => {
  const text = () => document.querySelector(%s)?.textContent ?? '';
  const first = text(), began = performance.now();
  const look = () => text() !== first ? tell('it went from ' + first + ' to ' + text())
    : performance.now() - began > 1500 ? tell('') : requestAnimationFrame(look);
  look();
})`

// The engine and the server stop without a word in mid-call, one after the other.
// The desk says which it is, and what it still knows; the call and its sound go on,
// and what was said goes away by itself.
//
// Covers: IN-12, SYS-3.
func TestStoppedInMidCall_IN_12_SYS_3(t *testing.T) {
	in := Start(t, Options{})
	mina := in.Browser(t, in.Agents[0], MinaHz)
	in.awaitAvailable(t, mina)
	caller := in.call(t, "01066670001", CallerHz)
	id := mina.Answer()
	AwaitHears(t, "the caller", caller, MinaHz)
	mina.mark()

	resume := pause(t, in.AsteriskPID())
	stopped := time.Now()
	mina.awaitBanner("red", "The phone system has stopped", engineSilence)
	t.Logf("the desk says that the engine stands still after %v", time.Since(stopped))
	if tone := eval[string](mina, "document.querySelector('[data-testid=phone-state]').dataset.tone"); tone == "green" {
		t.Error("Mina is shown as one who can be called")
	}
	resume()
	mina.awaitBanner("", "", actionTime)
	mina.WaitNotice(stopped, "The phone system is back")
	AwaitHears(t, "the caller", caller, MinaHz)

	resume = pause(t, in.ServePID())
	stopped = time.Now()
	mina.awaitBanner("amber", "The server does not answer", serverSilence)
	t.Logf("the desk says that the server is silent after %v", time.Since(stopped))
	mina.awaitBanner("amber", "The sound goes on", actionTime)
	if why := eval[string](mina, standsStill, "[data-testid=call-box] [role=timer]"); why != "" {
		t.Errorf("the call's time runs on: %s", why)
	}
	AwaitHears(t, "the caller", caller, MinaHz)
	AwaitHears(t, "Mina", mina, CallerHz)
	resume()
	mina.awaitBanner("", "", actionTime)
	if why := eval[string](mina, standsStill, "[data-testid=call-box] [role=timer]"); why == "" {
		t.Error("the call's time does not go on")
	}
	mina.mustBeMarked()
	caller.Hangup()
	if call := in.API(t).AwaitCall(id, "ended", actionTime); call.EndedBy != "customer" {
		t.Errorf("the call is %+v", call)
	}
	mina.WaitGone("call-box", id)
	in.awaitNothingLeft(t, actionTime)
}

// pause stops a process without ending it, until the returned function or the
// test's end.
func pause(t *testing.T, pid int) (resume func()) {
	t.Helper()
	if pid == 0 {
		t.Fatal("the process is not there")
	}
	signal(t, pid, syscall.SIGSTOP)
	resume = func() { _ = syscall.Kill(pid, syscall.SIGCONT) }
	t.Cleanup(resume)
	return resume
}

// awaitBanner waits for the line above everything; no tone means that there is
// none.
func (a *Agent) awaitBanner(tone, words string, within time.Duration) {
	a.t.Helper()
	Await(a.t, fmt.Sprintf("the banner is %q, %q", tone, words), within, func() (bool, string) {
		got := eval[string](a, `[...document.querySelectorAll('[role=status][data-tone]')].map((line) => line.dataset.tone + ' ' + line.textContent).join()`)
		if tone == "" {
			return got == "", got
		}
		return strings.HasPrefix(got, tone+" ") && strings.Contains(got, words), got
	})
}
