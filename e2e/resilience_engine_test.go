package e2e

import (
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The engine dies in mid-call: the desk stays up and says what it is, the
// engine is started again, the call is over by the system, and the next one
// rings the same browser. It dies again, at once, and comes back, too. The
// demo's passwords are not told again.
//
// Covers: SYS-3, OPS-3.
func TestEngineKilled_SYS_3(t *testing.T) {
	in := Start(t, Options{})
	if !strings.Contains(in.Output(), in.Owner.Password) {
		t.Error("the first start does not tell the passwords")
	}
	if out, err := in.Run("testcall"); err != nil || !strings.Contains(out, "no agent is logged in") {
		t.Errorf("a test call while nobody is logged in: %v\n%s", err, out)
	}
	mina := in.Browser(t, in.Agents[0], MinaHz)
	in.awaitAvailable(t, mina)
	api := in.API(t)
	caller := in.call(t, "01066660001", CallerHz)
	id := mina.Answer()
	AwaitHears(t, "the caller", caller, MinaHz)
	serve := in.ServePID()

	for range 2 {
		old := in.AsteriskPID()
		if err := syscall.Kill(old, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		in.awaitReadyz(t, http.StatusServiceUnavailable, 5*time.Second)
		if resp, err := http.Get(in.URL + "/"); err != nil || resp.StatusCode != http.StatusOK {
			t.Errorf("the desk is away as well: %v", err)
		} else {
			resp.Body.Close()
		}
		in.awaitReadyz(t, http.StatusOK, 20*time.Second)
		if now := in.AsteriskPID(); now == 0 || now == old {
			t.Errorf("the engine's process was %d and is %d", old, now)
		}
	}
	call := api.AwaitCall(id, "ended", actionTime)
	if call.EndedBy != "system" || call.MissedReason != "" {
		t.Errorf("the call ended by %s, %s", call.EndedBy, call.MissedReason)
	}
	mina.WaitGone("call-box", id)
	if in.ServePID() != serve {
		t.Error("the controller was started again, too")
	}
	in.awaitAvailable(t, mina)
	again := in.call(t, "01066660002", CallerHz)
	if next := mina.Answer(); next == id {
		t.Error("the old call was answered again")
	}
	AwaitHears(t, "the second caller", again, MinaHz)
	AwaitHears(t, "Mina", mina, CallerHz)
	again.Hangup()
	in.awaitNothingLeft(t, actionTime)

	if err := in.Stop(); err != nil {
		t.Fatal(err)
	}
	later := Start(t, Options{Data: in.Data})
	if n := strings.Count(later.Output(), in.Owner.Password); n != 1 {
		t.Errorf("the passwords are told %d times in two starts, want at the first only", n)
	}
	if !strings.Contains(later.Output(), "demo.json") {
		t.Error("the second start does not say where the logins are")
	}
}
