package call

import (
	"testing"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/controller/outbound"
	"ringdesk/dialplan"
	"ringdesk/dialplan/flow"
)

const duty = `flow "f" {
  numbers = ["1000"]
  start   = "duty"
  transfer "duty" {
    to     = "+8221234567"
    ring   = "25s"
    failed = "second"
  }
  transfer "second" {
    to     = "+8227654321"
    failed = "sorry"
  }
  hangup "sorry" { as = "noOperator" }
}`

const fwd1, fwd2 = "call-forward1", "call-forward2"

func routes(trunks ...string) []outbound.Route {
	var rs []outbound.Route
	for _, t := range trunks {
		rs = append(rs, outbound.Route{TrunkID: t, CallerID: "+827076660001"})
	}
	return rs
}

// A flow has the caller connected to a number outside: the caps are asked first, the
// caller is not answered before, and its end is the call's.
//
// Covers: DP-1, OUT-9, MISS-1
func TestForward_DP_1_OUT_9_MISS_1(t *testing.T) {
	s := led(t, duty).then(Arrived{}).took("duty").state(Dialing).has("ForwardBegun{}", "Ring{cust}").lacks("Answer…", "DialForward…")
	s.then(Forwardable{ID: fwd1, Routes: routes("t1", "t2"), Seconds: 600}).has("DialForward{call-forward1-1 {t1 +827076660001} +8221234567 25s}")
	s.then(Forwardable{ID: fwd1, Routes: routes("t1")}).wants()
	other := s.then(engine.LegEnded{Leg: fwd1 + "-1", Cause: engine.CauseFailure}).has("DialForward{call-forward1-2 {t2 …", "ForwardTrunk{call-forward1 t2}").fork()

	s.then(engine.LegAnswered{Leg: fwd1 + "-2"}).state(Dialing).has("Answer{cust}", "CreateRoom{call}", "Join{call call-forward1-2}", "Join{call cust}", "journal forward.answered")
	if s.c.Flow.Phase != flow.Talking || s.c.Flow.Talked || !s.c.AnsweredAt.IsZero() {
		t.Errorf("%+v, answered at %v", s.c.Flow, s.c.AnsweredAt)
	}
	left := s.fork()
	left.then(hangsUp).state(Missed).ended(WasMissed, ByCustomer).has("hangup call-forward1-2 16", "DestroyRoom{call}", "ForwardOver…")
	if left.c.MissedReason != dialplan.Workflow {
		t.Errorf("missed for %s", left.c.MissedReason)
	}
	limit := s.fork()
	limit.at(s.now.Add(600*time.Second)).state(Missed).has("journal outbound.limit", "hangup call-forward1-2 16", "hangup cust 16")
	s.then(engine.LegEnded{Leg: fwd1 + "-2", Cause: engine.CauseNormal}).state(Missed).has("Part{call cust}", "DestroyRoom{call}", "hangup cust 16", "ForwardOver…")

	// Nobody answers there: the second number, which is not allowed.
	other.then(engine.LegEnded{Leg: fwd1 + "-2", Cause: engine.CauseNoAnswer}).took("failed > second").state(Dialing).has("ForwardOver…", "ForwardBegun{}")
	other.then(engine.LegAnswered{Leg: fwd1 + "-1"}).wants("hangup call-forward1-1 16")
	other.then(Forwardable{ID: fwd2}).took("failed > sorry").state(Missed).has("hangup cust 19")

	// The engine says nothing of its end: the flow gives it up.
	silent := led(t, duty).then(Arrived{}).then(Forwardable{ID: fwd1, Routes: routes("t1")})
	silent.when().took("failed > second").has("hangup call-forward1-1 16")
	silent.then(engine.LegEnded{Leg: fwd1 + "-1", Cause: engine.CauseNormal}).wants()
	silent.then(hangsUp).state(Missed).has("ForwardOver…")
	if !silent.c.Drained() {
		t.Error("something is left")
	}
}

// A gap in a transfer: what is missed is made up for.
//
// Covers: DP-1, SYS-3
func TestForwardReconciled_DP_1_SYS_3(t *testing.T) {
	dialled := func() *story { return led(t, duty).then(Arrived{}).then(Forwardable{ID: fwd1, Routes: routes("t1")}) }
	snap := func(answered bool, room engine.RoomID) engine.Snapshot {
		legs := map[engine.LegID]engine.LegState{"cust": {Inbound: true, Answered: answered, Room: room}, fwd1 + "-1": {Answered: answered, Room: room}}
		rooms := map[engine.RoomID][]engine.LegID{}
		if room != "" {
			rooms[room] = nil
		}
		return engine.Snapshot{Legs: legs, Rooms: rooms}
	}
	dialled().then(Reconcile{Snapshot: snap(false, "")}).state(Dialing).has("Ring{cust}")
	dialled().then(Reconcile{Snapshot: snap(true, "")}).state(Dialing).has("Join{call call-forward1-1}", "Join{call cust}")
	talks := func() *story { return dialled().then(engine.LegAnswered{Leg: fwd1 + "-1"}) }
	talks().then(Reconcile{Snapshot: snap(true, "call")}).wants().state(Dialing)
	talks().then(Reconcile{Snapshot: snap(true, "")}).has("CreateRoom{call}", "Join{call call-forward1-1}", "Join{call cust}")
	gone := snap(true, "call")
	delete(gone.Legs, fwd1+"-1")
	talks().then(Reconcile{Snapshot: gone}).state(Missed).has("hangup cust 16")
	talks().then(Failed{Command: Join{Room: "call", Leg: "cust"}, Kind: engine.KindRefused}).state(Missed).has("hangup call-forward1-1 16")
	after := led(t, `flow "f" {
  numbers = ["1000"]
  start   = "a"
  queue "a" {
    on "talked" { go = "b" }
  }
  transfer "b" {
    to     = "+8221234567"
    failed = "c"
  }
  hangup "c" {}
}`).talked("a").does("a", Leave).took("on talked > b").state(Dialing).has("Part{call cust}", "DestroyRoom{call}", "Music{cust true}")
	after.then(hangsUp).ended(Answered, ByCustomer)
}
