package exchange_test

import (
	"testing"

	"ringdesk/controller/call"
	"ringdesk/testkit/memory"
)

// revoke takes a phone or an agent back, which must be saved.
func (w *stage) revoke(phone, agent string) {
	w.t.Helper()
	if !w.x.Revoke(phone, agent) {
		w.t.Error("it is said not to be saved")
	}
}

// A session that is taken back while the engine is out of reach: the leg ends
// as soon as it can be reached, also where the controller was killed meanwhile.
func TestSessionRevokedInAGap_SEC_5_SYS_3(t *testing.T) {
	for name, killed := range map[string]bool{"the link is back": false, "the controller is killed": true} {
		t.Run(name, func(t *testing.T) {
			w := newStage(t, 1, memory.Options{MusicHz: 1500})
			caller, c := w.talk(0, from(1))
			caller.Say(440)
			w.sw.CutLink(false)
			w.await("the cut to be noticed", func() bool { return w.x.EngineUp() != nil })
			w.revoke(w.phoneID(0), "")
			if killed {
				w.stop()
				w.must(w.store.Close())
				w.open()
				w.sw.RestoreLink()
				w.start()
			} else {
				w.sw.RestoreLink()
			}
			w.await("the agent's leg to end", func() bool { return w.phones[0].State().Ended.Method == "BYE" })
			w.await("music", func() bool { return hearsNow(caller, 1500) })
			w.state(c.ID, call.Talking)
			caller.Hangup()
			w.clean()
		})
	}
}

// What is taken back counts as carried out once it stands in the call's record:
// a kill must not lose it.
func TestRevokedUnsaved_SEC_5_SYS_3(t *testing.T) {
	w := newStage(t, 1, memory.Options{})
	caller, _ := w.talk(0, from(1))
	room := noMoreWriting(t)
	if w.x.Revoke(w.phoneID(0), "") {
		t.Error("it counts as carried out, though it is not saved")
	}
	w.await("the agent's leg to end", func() bool { return w.phones[0].State().Ended.Method == "BYE" })
	room()
	w.await("it to be carried out", func() bool { return w.x.Revoke(w.phoneID(0), "") })
	caller.Hangup()
	w.last(call.Ended)
	w.clean()
	w.revoke("nobody's", "")
}
