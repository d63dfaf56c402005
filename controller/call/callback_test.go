package call

import (
	"testing"

	"ringdesk/controller/engine"
	"ringdesk/dialplan"
)

// withCallback lets callers ask with key 1.
func withCallback(p *dialplan.Plan) { p.CallbackKey, p.VoicemailKey = "1", "2" }

func TestAskingForACallback_Q_1(t *testing.T) {
	s := planned(t, withCallback)
	s.c.From = "+821012345678"
	s.then(Arrived{Busy: true})
	rank := s.c.Rank
	s.fork().presses("3").wants().state(Queued)
	s.presses("1").state(Greeting).has("journal callback.asked", "Music{cust false}", "Play{call-1 cust [en/callback-confirmed] false}")
	if got := s.effects[1].(CallBack).Rank; got != rank || s.c.Rank != 0 {
		t.Errorf("the callback's place is %d, was %d; the caller's is %d now", got, rank, s.c.Rank)
	}
	s.presses("1").wants() // once
	s.fork().then(engine.LegEnded{Leg: "cust"}).missed(dialplan.Workflow, ByCustomer)
	s.played().missed(dialplan.Workflow, BySystem).has("hangup cust 16")

	withheld := planned(t, withCallback).then(Arrived{Busy: true}).presses("1").wants().state(Queued)
	if withheld.then(Located{Ahead: 1}); withheld.c.Prompt == nil {
		t.Fatal("no announcement")
	}
	for _, name := range withheld.c.Prompt.Sounds {
		if name == "en/callback-offer" {
			t.Error("a caller whose number is withheld is offered a callback")
		}
	}
	// A customer whom we called is not called back at our own number.
	o := dialled(t, "t1").with(withCallback).then(engine.LegAnswered{Leg: out1})
	o.c.From = "+827076660001"
	o.then(Do{AgentID: "a", Action: Transfer, Team: "care"}).then(engine.DTMF{Leg: out1, Digit: "1"}).state(Queued).lacks("CallBack…")
}

func TestCallback_Q_1(t *testing.T) {
	s := callback(t).state(Queued).wants("journal call.created", "journal call.queued", "Seek{}")
	if s.c.Rank != 42 {
		t.Errorf("rank %d", s.c.Rank)
	}
	s.then(Offered{Busy: true}).state(Queued).lacks("Music…", "Answer…")
	s.then(Offered{Candidates: agents("a")}).state(Ringing).lacks("Ring{…", "DialOut…")
	s.then(engine.LegAnswered{Leg: "leg-a"}).state(Dialing).
		has("Occupy{acc-a}", "Join{call leg-a}", "OutboundBegun{a}", "Handled{asked}", "DialOut{call-out1 {t1 +827076660001} +8223123456}")
	s.fork().then(engine.LegAnswered{Leg: out1}).state(Talking).has("Took{a}", "Join{call call-out1}")
	s.fork().then(engine.LegEnded{Leg: out1, Cause: engine.CauseRejected}).ended(Rejected, BySystem)
	s.fork().then(Barred{}).ended(Failure, BySystem).has("hangup leg-a 16", "hangup call-out1 16", "Free{acc-a}", "OutboundEnded{}")
	// The agent gives it up: another one calls, and the try does not count.
	g := s.fork().does("a", Leave).state(Queued).has("hangup call-out1 16", "Seek{}")
	if g.c.Out.Callback.Attempts != 0 || g.c.Rank != 42 {
		t.Errorf("given up after %d tries, rank %d", g.c.Out.Callback.Attempts, g.c.Rank)
	}
	g.then(Offered{Candidates: agents("b")}).then(engine.LegAnswered{Leg: "leg-b"}).has("DialOut…").lacks("OutboundBegun…")

	// Not there: the next try is later, in the same place; meanwhile it is in
	// nobody's way and looks for nobody.
	for try := 1; try < callbackTries; try++ {
		s.then(engine.LegEnded{Leg: s.c.Customer.Leg, Cause: engine.CauseNoAnswer}).state(Queued).party("a", PartyLeft).has("Free{acc-a}")
		if s.c.Rank != 0 || s.c.Deadline().Sub(s.now) != callbackPause {
			t.Fatalf("try %d: rank %d, next at %v", try, s.c.Rank, s.c.Deadline())
		}
		s.then(Offered{}).wants().state(Queued)
		s.then(Offered{Candidates: agents("a")}).wants("Free{acc-a}").state(Queued)
		s.when().has("journal callback.due", "Seek{}").state(Queued)
		if s.c.Rank != 42 {
			t.Fatalf("try %d lost its place: %d", try, s.c.Rank)
		}
		again := agents("a")
		again[0].Leg, again[0].PartyID = engine.LegID("again"+string(rune('0'+try))), "again"
		s.then(Offered{Candidates: again}).then(engine.LegAnswered{Leg: again[0].Leg}).state(Dialing).has("DialOut…").lacks("OutboundBegun…", "Handled…", "CreateRoom…")
	}
	s.then(engine.LegEnded{Leg: s.c.Customer.Leg, Cause: engine.CauseNoAnswer}).ended(NoAnswer, BySystem)

	// Nobody can take it any more, or not for so long.
	callback(t).then(Offered{}).state(Queued) // it can wait
	late := callback(t).then(Offered{Busy: true})
	late.at(late.c.QueueUntil).ended(Failure, BySystem)
	callback(t).then(Located{Ahead: 1}).lacks("Play…")
}
