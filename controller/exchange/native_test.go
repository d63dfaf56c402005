package exchange_test

import (
	"testing"
	"time"

	"ringdesk/controller/call"
	"ringdesk/dialplan"
	"ringdesk/testkit/memory"
)

// A number whose flow hands its calls over is the own dialplan's, which answers: the
// call stands in the inbox as missed for workflow, with where it went in its journal,
// also when the controller is killed in that moment.
//
// Covers: DP-3, MISS-1, SYS-3
func TestFlowHandsOver_DP_3_MISS_1_SYS_3(t *testing.T) {
	virtual(t, func(t *testing.T) {
		opt := sound
		opt.Native = map[string]memory.Sound{"fax": {Hz: 2100, Length: 5 * time.Second}}
		w := newStage(t, 1, opt)
		w.settings(quickly)
		w.flows(`
flow "fax" {
  numbers = ["070-7666-0001"]
  start   = "to"
  menu "to" {
    sound = "greeting"
    key "1" { go = "fax" }
    key "2" { go = "none" }
    otherwise { go = "fax" }
  }
  native "fax" {
    extension = "fax"
    failed    = "sorry"
  }
  native "none" {
    extension = "none"
    failed    = "sorry"
  }
  hangup "sorry" {
    sound = "unavailable"
    as    = "noOperator"
  }
}`, nil)
		line, c := w.phone(from(0))
		w.takes(c, "to")
		line.Press("1")
		got := w.state(c.ID, call.Missed)
		if got.MissedReason != dialplan.Workflow || got.EndedBy != call.BySystem || len(w.entries(c, "call.handedOver")) != 1 {
			t.Errorf("missed for %s by %s, handed over %d times", got.MissedReason, got.EndedBy, len(w.entries(c, "call.handedOver")))
		}
		w.takes(c, "to, key 1 > fax")
		w.await("the extension to answer", func() bool { return hearsNow(line, 2100) })
		w.await("the extension to hang up", func() bool { return line.State().Ended.Method == "BYE" })

		line, c = w.phone(from(1))
		w.takes(c, "to")
		line.Press("2")
		w.takes(c, "to, key 2 > none, failed > sorry")
		if got = w.state(c.ID, call.Missed); got.MissedReason != dialplan.NoOperator || len(w.entries(c, "call.handedOver")) != 0 {
			t.Errorf("missed for %s", got.MissedReason)
		}
	})
}
