package e2e

import (
	"os"
	"path/filepath"
	"testing"
)

// The tests of this file are others' bodies, run on a real FreeSWITCH. They
// cover SYS-1 beside what those cover.

// needFreeSWITCH skips a test, loudly, where there is no FreeSWITCH.
func needFreeSWITCH(t *testing.T) {
	t.Helper()
	if os.Getenv(freeswitchEnv) == "" {
		t.Skipf("NOT RUN on a real FreeSWITCH: set %s to the folder that one is installed in", freeswitchEnv)
	}
}

func TestCall_FreeSWITCH_SYS_1(t *testing.T) { oneCall(t, freeswitchDesk(t)) }

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

func TestLinkCut_FreeSWITCH_SYS_1_SYS_3(t *testing.T) {
	needFreeSWITCH(t)
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	f, err := startFreeSWITCH(data)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Stop(); err != nil {
			t.Error(err)
		}
	})
	w := newWire(t, f.socket)
	linkCut(t, Start(t, Options{Data: data, FreeSWITCH: f, Env: []string{"RINGDESK_EVENT_SOCKET=" + w.address()}}), w)
}
