package e2e

import (
	"path/filepath"
	"testing"

	"ringdesk/testkit/freeswitch"
)

// The tests of this file are others' bodies, run on a real FreeSWITCH. They
// cover SYS-1 beside what those cover.

func TestCall_FreeSWITCH_SYS_1(t *testing.T) { oneCall(t, freeswitchDesk(t)) }

func TestPhoneSocket_FreeSWITCH_SYS_1_SEC_2(t *testing.T) { phoneSocket(t, freeswitchDesk(t)) }

func TestSIPpCaller_FreeSWITCH_SYS_1(t *testing.T) { sippCaller(t, freeswitchDesk(t)) }

func TestControllerKilledInMidCall_FreeSWITCH_SYS_1_SYS_3(t *testing.T) {
	killedInMidCall(t, freeswitchDesk(t))
}

func TestControllerKilledWhileRinging_FreeSWITCH_SYS_1_SYS_3(t *testing.T) {
	killedWhileRinging(t, freeswitchDesk(t))
}

func TestControllerKilledWhileQueued_FreeSWITCH_SYS_1_SYS_3(t *testing.T) {
	killedWhileQueued(t, freeswitchDesk(t))
}

func TestReloadedWhileRinging_FreeSWITCH_SYS_1_IN_12(t *testing.T) {
	reloadedWhileRinging(t, freeswitchDesk(t))
}

func TestReloadedInMidCall_FreeSWITCH_SYS_1_IN_12(t *testing.T) {
	reloadedInMidCall(t, freeswitchDesk(t))
}

func TestSecondCallerWaits_FreeSWITCH_SYS_1(t *testing.T)  { secondCallerWaits(t, freeswitchDesk(t)) }
func TestBothAnswer_FreeSWITCH_SYS_1(t *testing.T)         { bothAnswer(t, freeswitchDesk(t)) }
func TestAgentCallsCustomer_FreeSWITCH_SYS_1(t *testing.T) { agentCallsCustomer(t, freeswitchDesk(t)) }
func TestTestCall_FreeSWITCH_SYS_1(t *testing.T)           { testCalls(t, freeswitchDesk(t)) }
func TestEndings_FreeSWITCH_SYS_1(t *testing.T)            { endings(t, freeswitchDesk(t)) }
func TestBothDecline_FreeSWITCH_SYS_1(t *testing.T)        { bothDecline(t, freeswitchDesk(t)) }
func TestCallerHangsUp_FreeSWITCH_SYS_1(t *testing.T)      { callerHangsUp(t, freeswitchDesk(t)) }
func TestWithheld_FreeSWITCH_SYS_1(t *testing.T)           { withheld(t, freeswitchDesk(t)) }
func TestCarriersName_FreeSWITCH_SYS_1(t *testing.T)       { carriersName(t, freeswitchDesk(t)) }

// ownFreeSWITCH starts one for a test, and gives the options of an Instance
// with it.
func ownFreeSWITCH(t *testing.T) Options {
	t.Helper()
	opt := Options{Data: filepath.Join(t.TempDir(), "data")}
	var err error
	if opt.FreeSWITCH, err = startFreeSWITCH(opt.Data); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := opt.FreeSWITCH.Stop(); err != nil {
			t.Error(err)
		}
		if t.Failed() {
			t.Logf("FreeSWITCH's output:\n%s", opt.FreeSWITCH.Output())
		}
	})
	return opt
}

func TestBrowserGoneInMidCall_FreeSWITCH_SYS_1_IN_12(t *testing.T) {
	freeswitch.Need(t)
	t.Parallel()
	browserGone(t, Start(t, ownFreeSWITCH(t)))
}

func TestSessionEndsInMidCall_FreeSWITCH_SYS_1_IN_12_SEC_5(t *testing.T) {
	freeswitch.Need(t)
	sessionEndsInMidCall(t, Start(t, ownFreeSWITCH(t)))
}

// It judges holes in sound, and so does not run beside a test that starts browsers.
func TestLinkCut_FreeSWITCH_SYS_1_SYS_3(t *testing.T) {
	freeswitch.Need(t)
	opt := ownFreeSWITCH(t)
	w := newWire(t, opt.FreeSWITCH.EventSocket)
	opt.Env = []string{"RINGDESK_EVENT_SOCKET=" + w.address()}
	linkCut(t, Start(t, opt), w)
}
