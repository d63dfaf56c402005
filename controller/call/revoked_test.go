package call

import (
	"testing"

	"ringdesk/controller/engine"
	"ringdesk/dialplan"
)

// What an agent loses in mid-call when a session ends or they are removed: their
// leg at once, and the customer neither silence nor the call.
func TestRevoked_SEC_5_IN_12(t *testing.T) {
	phone, agent := Revoked{Phone: "ph-a"}, Revoked{AgentID: "a"}
	hungUp := "hangup leg-a 16"

	// A session that has ended: music, and the agent may come back.
	s := talking(t, "a").then(phone).state(Talking).party("a", PartyJoined).
		wants("journal agent.away", "journal call.alone", "HoldLeg{call cust}", "journal agent.cut", hungUp)
	s.fork().then(engine.LegEnded{Leg: "leg-a", Cause: 16}).state(Talking).party("a", PartyJoined)
	again := agents("a")
	again[0].Leg, again[0].PartyID, again[0].Phone = "leg-a2", "p-a2", "ph-a2"
	s.fork().then(engine.LegEnded{Leg: "leg-a", Cause: 16}).then(Offered{Candidates: again}).then(engine.LegAnswered{Leg: "leg-a2"}).
		has("journal agent.returned", "Join{call leg-a2}", "UnholdLeg{call cust}").then(phone).wants()

	// A page that was closed just before: its leg still ends at once.
	talking(t, "a").then(Away{AccountID: "acc-a"}).then(phone).wants("journal agent.cut", hungUp)
	// A leg that is gone already.
	talking(t, "a").then(Away{AccountID: "acc-a"}).then(engine.LegEnded{Leg: "leg-a", Cause: 16}).then(phone).wants()

	// An agent who was removed cannot come back: the customer is next in the queue.
	talking(t, "a").then(agent).state(Queued).party("a", PartyLeft).
		has(hungUp, "journal call.requeued", "Free{acc-a}", "Seek{}").lacks("hangup cust 16")
	// With a colleague in the call it goes on.
	talking(t, "a").invited("a", "b").then(agent).state(Talking).party("a", PartyLeft).party("b", PartyJoined).
		has(hungUp).lacks("HoldLeg…", "hangup cust 16")
	// On hold stays on hold for the next agent only if one is there.
	talking(t, "a").invited("a", "b").does("a", PutHold).then(agent).state(Talking).lacks("UnholdLeg…")

	// Phones that ring stop.
	for _, in := range []Input{phone, agent} {
		ringing(t, "a", "b").then(in).state(Ringing).party("a", PartyMissed).party("b", PartyRinging).has(hungUp)
	}
	// A supervisor hears nothing more, and nobody notices.
	monitored := func(p *dialplan.Plan) { p.Monitored = true }
	for _, in := range []Input{Revoked{Phone: "ph-sup"}, Revoked{AgentID: "sup"}} {
		planned(t, monitored).talked("a").supervises("sup", Listen).then(in).state(Talking).party("sup", PartyLeft).
			has("hangup leg-sup 16").lacks("HoldLeg…")
	}
	// Others' are left alone.
	for _, in := range []Input{Revoked{Phone: "ph-b"}, Revoked{AgentID: "b"}, Revoked{}} {
		talking(t, "a").then(in).wants()
	}
}

// A leg that is to end at once ends after a gap, too, where the command to end
// it was lost with the link; nobody hears anything through it meanwhile.
func TestRevokedInAGap_SEC_5_SYS_3(t *testing.T) {
	phone, hungUp := Revoked{Phone: "ph-a"}, "hangup leg-a 16"
	up := engine.LegState{Answered: true, Room: "call"}
	there := Reconcile{Snapshot: engine.Snapshot{Rooms: map[engine.RoomID][]engine.LegID{"call": nil},
		Legs: map[engine.LegID]engine.LegState{"cust": up, "leg-a": {Answered: true}, "leg-b": up}}}
	lost := Failed{Command: Hangup{Leg: "leg-a", Cause: engine.CauseNormal}, Kind: engine.KindUnreachable}
	nothing := []string{"Join{call leg-a}", "MuteLeg{leg-a…", "Record{p-a…", "Monitor{leg-a…", "UnholdLeg…"}

	s := talking(t, "a").then(phone).then(lost).then(there).state(Talking).party("a", PartyJoined).has(hungUp).lacks(nothing...)
	s.fork().then(there).has(hungUp).lacks(nothing...) // and again after the next gap
	s.fork().then(Offered{Back: []string{"a"}}).lacks(nothing...).lacks("journal agent.returned")
	s.then(engine.LegEnded{Leg: "leg-a", Cause: 16}).state(Talking).then(Reconcile{Snapshot: engine.Snapshot{
		Rooms: there.Snapshot.Rooms, Legs: map[engine.LegID]engine.LegState{"cust": up}}}).lacks(hungUp)

	// With a colleague in the call.
	talking(t, "a").invited("a", "b").then(phone).then(lost).then(there).state(Talking).has(hungUp).lacks(nothing...)
	// A phone that was being dialled again, and answers all the same.
	autoAnswered := talking(t, "a").then(Away{AccountID: "acc-a"})
	again := agents("a")
	again[0].Leg, again[0].PartyID, again[0].Phone = "leg-a2", "p-a2", "ph-a2"
	autoAnswered.then(Offered{Candidates: again}).then(Revoked{Phone: "ph-a2"}).has("hangup leg-a2 16")
	autoAnswered.fork().then(engine.LegAnswered{Leg: "leg-a2"}).has("hangup leg-a2 16").lacks("Join{call leg-a2}", "journal agent.returned")
	autoAnswered.then(Reconcile{Snapshot: engine.Snapshot{Rooms: there.Snapshot.Rooms,
		Legs: map[engine.LegID]engine.LegState{"cust": up, "leg-a2": {Answered: true}}}}).
		has("hangup leg-a2 16").lacks("Join{call leg-a2}", "journal agent.returned")
}
