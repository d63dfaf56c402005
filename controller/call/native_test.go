package call

import (
	"testing"

	"ringdesk/controller/engine"
	"ringdesk/dialplan"
	"ringdesk/dialplan/flow"
)

const faxes = `flow "f" {
  numbers = ["1000"]
  start   = "fax"
  native "fax" {
    extension = "fax"
    failed    = "sorry"
  }
  hangup "sorry" {
    sound = "unavailable"
    as    = "noOperator"
  }
}`

// handed is the last event of a leg that the own dialplan has taken.
var handed = engine.LegEnded{Leg: "cust", Cause: engine.CauseNormal, HandedOver: true}

// A call that a flow hands over to the own dialplan is over for ringdesk, says so in
// its journal and has its class; nobody hangs up on it.
//
// Covers: DP-3, MISS-1
func TestHandOver_DP_3_MISS_1(t *testing.T) {
	s := led(t, faxes)
	s.then(Arrived{}).took("fax").state(Greeting).has("HandOver{cust fax}").lacks("Answer{cust}")
	if s.c.Deadline().IsZero() {
		t.Error("it waits for ever for the engine")
	}
	s.then(handed).state(Missed).has("journal call.handedOver", "Drained{}").lacks("hangup cust…").ended(WasMissed, BySystem)
	if s.c.MissedReason != dialplan.Workflow || s.c.Flow.End.How != flow.ByNative {
		t.Errorf("missed for %s, %+v", s.c.MissedReason, s.c.Flow.End)
	}
	s.then(handed).wants()
}

// Where the engine does not take it, or says nothing, the flow goes on elsewhere. A
// caller who hangs up meanwhile has left through the flow.
//
// Covers: DP-3, MISS-1
func TestHandOver_Fails_DP_3(t *testing.T) {
	cmd := HandOver{Leg: "cust", Extension: "fax"}
	for name, c := range map[string]struct {
		happens func(s *story)
		took    string
	}{
		"no such extension": {func(s *story) { s.then(Failed{Command: cmd, Kind: engine.KindRefused}) }, "failed > sorry"},
		"busy":              {func(s *story) { s.then(Failed{Command: cmd, Kind: engine.KindBusy}) }, "failed > sorry"},
		"an answer is lost": {func(s *story) { s.then(Failed{Command: cmd, Kind: engine.KindTimeout}) }, ""},
		"nothing happens":   {func(s *story) { s.when() }, "failed > sorry"},
	} {
		t.Run(name, func(t *testing.T) {
			s := led(t, faxes).then(Arrived{})
			c.happens(s)
			s.took(c.took).state(Greeting)
			if c.took == "" {
				s.then(handed).state(Missed).has("journal call.handedOver")
				return
			}
			s.has("Play{call-1 cust [en/unavailable] false}").fork().played().state(Missed)
			s.then(handed).state(Missed).has("journal call.handedOver").ended(WasMissed, BySystem) // late
		})
	}
	s := led(t, faxes).then(Arrived{}).then(hangsUp).state(Missed).lacks("journal call.handedOver")
	if s.c.MissedReason != dialplan.Workflow || s.c.EndedBy != ByCustomer {
		t.Errorf("missed for %s by %s", s.c.MissedReason, s.c.EndedBy)
	}
}

// A controller that is started again asks anew for a call to be handed over that is
// still there.
//
// Covers: DP-3, SYS-3
func TestHandOver_Again_DP_3_SYS_3(t *testing.T) {
	s := led(t, faxes).then(Arrived{})
	there := engine.Snapshot{Legs: map[engine.LegID]engine.LegState{"cust": {Inbound: true}}}
	s.then(Reconcile{Snapshot: there}).state(Greeting).has("HandOver{cust fax}")
	s.then(Reconcile{}).state(Missed)
	if s.c.MissedReason != dialplan.Workflow {
		t.Errorf("missed for %s", s.c.MissedReason)
	}
}

// After a talk the customer is taken out of it before they are handed over, and the
// call counts as answered.
//
// Covers: DP-3
func TestHandOver_AfterATalk_DP_3(t *testing.T) {
	s := led(t, `flow "f" {
  numbers = ["1000"]
  start   = "queue"
  queue "queue" {
    on "talked" { go = "survey" }
  }
  native "survey" {
    extension = "survey"
    failed    = "end"
  }
  hangup "end" {}
}`)
	s.talked("a").does("a", Leave).took("on talked > survey").state(Greeting).has("Part{call cust}", "HandOver{cust survey}")
	s.then(handed).state(Ended).has("journal call.handedOver")
	if s.c.Outcome != Answered {
		t.Errorf("ended as %s", s.c.Outcome)
	}
}
